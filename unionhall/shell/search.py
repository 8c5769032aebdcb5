"""The registry of search: who answers the one box of the header, and the type-ahead pickers of forms.

`search.register(Source("office.units", Text("单位", "Units"), find=find_units, permission="organizations.see"))`.
`find(request, text)` returns at most 20 hits that this person may see, best first. A picker names its
source: `PickKeyField("office.units")`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse

from unionhall.lib.text import Text
from unionhall.shell import gate

LIMIT = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: `value` is what a picker keeps, `url` where the search page leads."""

    label: str
    value: str
    url: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody who can find things by text. `pick_only` sources serve pickers and stay out of the search page."""

    code: str
    label: Text
    find: Callable[[HttpRequest, str], Iterable[Hit]]
    permission: str | None = None
    order: int = 100
    pick_only: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """What a record is about, in a line; `about` is the person in it, who is not named a second time as who sent it."""

    line: str
    about: int | None = None


_sources: dict[str, Source] = {}
RECORD = Text("记录", "Record")
_pages: dict[str, tuple[str, tuple[str, ...], Text | None, bool]] = {}
Matters = Callable[[Any, Collection[int]], Mapping[int, "Matter"]]
_matters: dict[str, Matters] = {}


def register(source: Source) -> None:
    """Add a source; raises ValueError for a second source of one code."""
    if _sources.get(source.code, source) != source:
        raise ValueError(f"{source.code} is registered twice")
    _sources[source.code] = source


def sources() -> list[Source]:
    """Every registered source, in order."""
    return sorted(_sources.values(), key=lambda source: (source.order, source.code))


def open_to(request: HttpRequest) -> list[Source]:
    """The sources whose answers this person may see."""
    may = gate.current().may
    return [source for source in sources() if source.permission is None or may(request, source.permission)]


def hits(request: HttpRequest, code: str, text: str, *, blank: bool = False) -> list[Hit] | None:
    """The answers of one source, or None when it does not exist for this person; for no text only where a `blank` is asked too."""
    for source in open_to(request):
        if source.code == code:
            return list(source.find(request, text.strip()))[:LIMIT] if text.strip() or blank else []
    return None


def everywhere(request: HttpRequest, text: str) -> list[tuple[Source, list[Hit]]]:
    """What each source of the search page answers; sources without a hit are left out."""
    wanted = text.strip()
    if not wanted:
        return []
    found = ((source, list(source.find(request, wanted))[:LIMIT]) for source in open_to(request) if not source.pick_only)
    return [(source, answers) for source, answers in found if answers]


def register_page(kind: str, url_name: str, *before: str, name: Text | None = None, listed: bool = False) -> None:
    """Say where records of a kind ("issues.issue") are opened: an address with the record's id as its last argument.

    A `listed` kind has no page of its own: its address is that of its list, narrowed to the one row (`paging.page_of`).
    Worklists, figures and the audit trail lead there, with `name` before the id of a record that has no number of its own.
    Raises ValueError for a second address of one kind.
    """
    page = (url_name, before, name, listed)
    if _pages.setdefault(kind, page) != page:
        raise ValueError(f"records of {kind} have two addresses")


def address(kind: str, id: object) -> str:
    """The page of one record, "" where its kind has none (yet)."""
    url_name, before, _name, listed = _pages.get(kind, ("", (), None, False))
    try:
        if listed:
            return f"{reverse(url_name, args=before)}?one={id}"
        return reverse(url_name, args=[*before, id]) if url_name else ""
    except NoReverseMatch:
        return ""


_asked: dict[str, str | None] = {}  # what the door of a page asks for, by the page's name


def address_for(request: HttpRequest, kind: str, id: object) -> str:
    """The page of one record, "" also where its door would turn this person away for want of a permission."""
    url = address(kind, id)
    if not url:
        return ""
    name = _pages[kind][0]
    if name not in _asked:
        _asked[name] = getattr(resolve(url.partition("?")[0]).func, "permission", None)
    wanted = _asked[name]
    return url if wanted is None or gate.current().may(request, wanted) else ""


def name_of(kind: str, id: int, numbers: Mapping[tuple[str, int], str] | None = None) -> str:
    """How a page names a record: by its own number where it is among those given, else by its kind and key."""
    if numbers and (own := numbers.get((kind, id))):
        return own
    name = _pages[kind][2] if kind in _pages else None
    return f"{name or RECORD} {id}"


def register_matter(kind: str, tell: Matters) -> None:
    """Have worklists say what a record is about by what its room tells now, instead of the line that its task was opened with.

    `tell(person, ids)` gives a line for each record that this person may see, in one query, without the record's number, which
    stands beside it. Raises ValueError for a second one of a kind.
    """
    if _matters.setdefault(kind, tell) != tell:
        raise ValueError(f"records of {kind} are told of twice")


def matters(person: Any, records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Matter]:
    """What rooms tell of these records; one that no room tells of is left out."""
    asked: dict[str, set[int]] = {}
    for kind, id in records:
        if kind in _matters:
            asked.setdefault(kind, set()).add(id)
    return {(kind, id): matter for kind, ids in asked.items() for id, matter in _matters[kind](person, ids).items()}


def kinds() -> list[str]:
    """Every kind of record that can be opened."""
    return sorted(_pages)
