"""Tables of the room: the file itself (`files`), what comes round with it (`rounds`), records outside the files (`temporary`)."""

from unionhall.work.hardship.models import files, rounds, temporary

__all__ = ["files", "rounds", "temporary"]
