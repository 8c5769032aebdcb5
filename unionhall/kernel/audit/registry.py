"""The closed vocabulary of what can be recorded: each verb with the words that people read."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from unionhall.lib.text import Text

READ = "audit.read"

_verbs: dict[str, Text] = {
    READ: Text(zh="查看敏感信息", en="sensitive value read"),
    "audit.resealed": Text(zh="审计链重新起算", en="audit trail taken up again"),
}


def register_verbs(verbs: Mapping[str, Text]) -> None:
    """Declare a package's verbs, `package.verb`; called once in its `apps.py`.

    Raises ValueError when a verb is already declared with other words.
    """
    for code, words in verbs.items():
        if _verbs.setdefault(code, words) != words:
            raise ValueError(f"the verb {code} is already registered with other words")


def verb_name(code: str) -> Text:
    """The words of a verb; raises LookupError for a verb that nobody registered."""
    if code not in _verbs:
        raise LookupError(f"unregistered audit verb {code!r}: declare it with register_verbs in the package's apps.py")
    return _verbs[code]


def verbs() -> dict[str, Text]:
    """All registered verbs, for filters and for the documentation test."""
    return dict(sorted(_verbs.items()))


_sealers: list[Callable[[Sequence[Any]], Sequence[Any]]] = []


def register_sealer(seal: Callable[[Sequence[Any]], Sequence[Any]]) -> None:
    """Tell how the reason of an act about a person is sealed before it is written: acts in, acts out; the last one told counts.

    The package `people`, which stands above and keeps the key of each person, tells it.
    """
    _sealers[:] = [seal]


def sealed(acts: Sequence[Any]) -> Sequence[Any]:
    """The acts as they may be written; as they are while nobody has told."""
    return _sealers[0](acts) if _sealers else acts
