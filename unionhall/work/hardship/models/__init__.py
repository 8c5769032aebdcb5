"""Tables of the room: the file itself (`files`) and what comes round with it (`rounds`)."""

from unionhall.work.hardship.models import files, rounds

__all__ = ["files", "rounds"]
