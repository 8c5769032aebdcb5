"""The kinds of notices, declared by the packages that send them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from unionhall.kernel.notices import rules
from unionhall.lib.text import Text

CHANNELS = ("email", "sms", "wechat")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice.

    `subject` and `body` are templates with `{names}` of `fields`; only those fields may be given, and none of them may
    hold anything sensitive. `channels` are tried beside the inbox where the person can be reached by them.
    `audience`: when a unit is told, everybody who holds this permission by a grant on the unit itself.
    """

    code: str
    subject: Text
    body: Text
    fields: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    audience: str = ""

    def __post_init__(self) -> None:
        for text in (self.subject, self.body):
            for words in (text.zh, text.en):
                if unknown := rules.fields_of(words) - set(self.fields):
                    raise ValueError(f"notice {self.code}: unknown fields {sorted(unknown)}")
        if unknown := set(self.channels) - set(CHANNELS):
            raise ValueError(f"notice {self.code}: unknown channels {sorted(unknown)}")


Page = Callable[[str, str, int], str]
_kinds: dict[str, Kind] = {}
_pages: list[Page] = []


def register_kinds(kinds: Iterable[Kind]) -> None:
    """Declare kinds; raises ValueError when a code is declared with two meanings."""
    for kind in kinds:
        if _kinds.setdefault(kind.code, kind) != kind:
            raise ValueError(f"notice {kind.code} is declared twice")


def register_pages(find: Page) -> None:
    """Say where the record of a notice is opened: asked with the notice's kind, the record's kind and key; "" where nowhere."""
    _pages[:] = [find]


def page_of(kind: str, record_kind: str, record_id: int) -> str:
    """The address, without the house's own, of the page that a notice is about; "" where there is none."""
    return _pages[0](kind, record_kind, record_id) if _pages else ""


def kind(code: str) -> Kind:
    """A declared kind; raises KeyError."""
    return _kinds[code]


def kinds() -> list[Kind]:
    """All kinds by code."""
    return [_kinds[code] for code in sorted(_kinds)]
