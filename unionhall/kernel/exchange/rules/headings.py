"""Where the table of a sheet begins, which column is which, and which lines are none of its rows."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from unionhall.lib.text import Text

Line = tuple[int, list[str]]
LEAD = 30  # lines among which the headings are looked for
ERRORS = "错误说明"
ERRORS_EN = "What is wrong"
_TOTAL = re.compile(r"^(合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|total\b|sum\b)", re.IGNORECASE)
_FOOT = re.compile(r"^(制表|填表|审核|复核|负责人|单位负责人|联系人|备\s*注|说\s*明|填报|注)\S*?\s*[:：]")
_EXAMPLE = re.compile(r"^(示例|例如|样例|【示例】|\(示例\)|（示例）|example\b)", re.IGNORECASE)
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]")


class Named(Protocol):
    """What a column must tell to be recognised."""

    @property
    def code(self) -> str:
        """Its stable name."""

    @property
    def label(self) -> Text:
        """Its words."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other words for it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The headings of a sheet in their places, and the number of the last line that belongs to them."""

    headings: list[str]
    last: int


def plain(heading: str) -> str:
    """A heading without what varies: width, case, blanks, stars, remarks in brackets, colons."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"[\s*:：、,，.。_\-/]", "", _ASIDE.sub("", folded) or folded)


def names_of(column: Named) -> set[str]:
    """Every heading under which a column is known, made plain."""
    return {plain(word) for word in (column.code, column.label.zh, column.label.en, *column.aliases)} - {""}


def find(lines: Sequence[Line], columns: Sequence[Named], merged: Iterable[Sequence[int]] = ()) -> Head | None:
    """The headings among the first lines: the line that names most columns, else the first that looks like headings.

    A heading over two lines is put together: the upper one fills the gaps of the lower. `merged` are ranges
    (top, left, bottom, right) with lines counted from 1 and places from 0. None for a sheet without any.
    """
    if not lines:
        return None
    known = set().union(*(names_of(column) for column in columns)) if columns else set()
    spread = _spread(lines, merged)
    scores = [sum(plain(cell) in known for cell in cells) for _number, cells in spread]
    best = max(range(len(spread)), key=lambda place: (scores[place], -place))
    if scores[best] < min(2, len(columns)):
        found = next((place for place, (_number, cells) in enumerate(spread) if _looks_like_head(cells)), None)
        return None if found is None else Head([" ".join(cell.split()) for cell in lines[found][1]], lines[found][0])
    head, last = list(spread[best][1]), lines[best][0]
    if best and spread[best - 1][0] == spread[best][0] - 1:
        head = _filled(head, spread[best - 1][1], known)
    if best + 1 < len(spread) and scores[best + 1] and _looks_like_head(spread[best + 1][1], fewest=1):
        head, last = _filled(head, spread[best + 1][1], known, over=True), lines[best + 1][0]
    return Head([" ".join(cell.split()) for cell in head], last)


def _spread(lines: Sequence[Line], merged: Iterable[Sequence[int]]) -> list[Line]:
    """The lines with the text of merged cells in every cell that they cover."""
    by_number = {number: list(cells) for number, cells in lines}
    for top, left, bottom, right in merged:
        text = by_number.get(top, [])[left : left + 1]
        for number in range(top, bottom + 1):
            cells = by_number.get(number)
            if cells is None or not text or right - left > 200:
                continue
            cells.extend([""] * (right + 1 - len(cells)))
            cells[left : right + 1] = text * (right + 1 - left)
    return [(number, by_number[number]) for number, _cells in lines]


def _looks_like_head(cells: Sequence[str], fewest: int = 2) -> bool:
    filled = [cell for cell in cells if cell]
    return len(filled) >= fewest and len(set(filled)) == len(filled) and not any(re.search(r"\d{4}", cell) for cell in filled)


def _filled(head: list[str], other: Sequence[str], known: set[str], *, over: bool = False) -> list[str]:
    """A line of headings with its gaps filled from a neighbour; `over` prefers the neighbour where only it is known."""
    wide = max(len(head), len(other)) if over else len(head)
    mine, theirs = [*head, *[""] * (wide - len(head))], [*other, *[""] * (wide - len(other))]

    def chosen(own: str, its: str) -> str:
        better = over and plain(own) not in known and plain(its) in known
        return its if its and (not own or better) else own

    return [chosen(own, its) for own, its in zip(mine, theirs, strict=False)]


def assign(headings: Sequence[str], columns: Sequence[Named], remembered: Mapping[str, str]) -> dict[int, str]:
    """Which place holds which column: as remembered, else by its names, else by what is contained in one another.

    A column is assigned once; a heading that is remembered as left out stays so.
    """
    given: dict[int, str] = {}
    plains = [plain(heading) for heading in headings]
    left_out = {place for place, heading in enumerate(plains) if remembered.get(heading) == ""}
    codes = {column.code for column in columns}

    def give(place: int, code: str) -> None:
        if place not in given and place not in left_out and code in codes and code not in given.values():
            given[place] = code

    for place, heading in enumerate(plains):
        give(place, remembered.get(heading, ""))
    for exact in (True, False):
        for place, heading in enumerate(plains):
            for column in columns:
                if heading and any(_same(heading, name, exact) for name in names_of(column)):
                    give(place, column.code)
    return given


def _same(heading: str, name: str, exact: bool) -> bool:
    if exact:
        return heading == name
    return len(name) > 1 and len(heading) > 1 and (name in heading or heading in name)


def aside(cells: Sequence[str]) -> str:
    """Why a line below the headings is no row: "total", "foot", "example", or "" for a row."""
    first = next((cell for cell in cells if cell), "")
    if _EXAMPLE.match(first):
        return "example"
    if _TOTAL.match(first):
        return "total"
    return "foot" if _FOOT.match(first) and sum(bool(cell) for cell in cells) <= 3 else ""


def is_marks(heading: str) -> bool:
    """Whether a column is the one that this house put into a file that it gave back."""
    return plain(heading) in {plain(ERRORS), plain(ERRORS_EN)}
