"""Decisions about the union tree in plain Python: paths, what may stand under what, and codes.

Sources: GB/T 2260 (division codes), GB 32100-2015 (unified credit codes; union registration bodies are department 8,
class 1 = grassroots unions), Trade Union Law art. 11 and 12 (levels of unions).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from stdnum import numdb
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from unionhall.lib.later import Later

_cut, _read_aloud = Later("rjieba.cut"), Later("pypinyin.lazy_pinyin")  # their tables are large: read when first needed
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STEP = 4
DEEPEST = 16
LEVELS = ("nation", "province", "city", "county", "township", "grassroots", "group")
KINDS = ("federation", "industry", "joint", "grassroots", "branch", "team", "department", "group")
BESIDE = frozenset({"industry", "joint", "grassroots", "branch", "team", "department"})
DEMO_DIVISION = "99"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field: a stable code, so that the caller can say it in the reader's language."""

    field: str
    code: str


def segment(number: int) -> str:
    """The number of a child as four base-36 characters; raises ValueError beyond 1,679,615."""
    if not 0 < number < len(ALPHABET) ** STEP:
        raise ValueError("a unit can have at most 1,679,615 children over all time")
    digits = ""
    for _ in range(STEP):
        number, rest = divmod(number, len(ALPHABET))
        digits = ALPHABET[rest] + digits
    return digits


def path_range(path: str) -> tuple[str, str]:
    """Bounds low <= p < high that hold exactly the unit of `path` and everything below it, compared byte by byte."""
    if not path:
        raise ValueError("an empty path is nobody's subtree")
    return path, path[:-1] + chr(ord(path[-1]) + 1)


def depth_of(path: str) -> int:
    """How many levels deep a path is; a root has depth 1."""
    return len(path) // STEP


def ancestor_paths(path: str) -> list[str]:
    """The paths of all units above, from the root down, without the unit itself."""
    return [path[:end] for end in range(STEP, len(path), STEP)]


def contains(upper: str, lower: str) -> bool:
    """Whether the unit of `lower` is the unit of `upper` or stands below it."""
    return lower.startswith(upper)


def may_stand_under(*, level: str, kind: str, parent_level: str) -> bool:
    """A unit stands under a higher level; industry, joint and inner units may stand beside their level."""
    rank, parent_rank = LEVELS.index(level), LEVELS.index(parent_level)
    return rank > parent_rank or (rank == parent_rank and kind in BESIDE)


@lru_cache(maxsize=8192)
def division_name(code: str) -> str:
    """The name of a GB/T 2260 code ("湖北省襄阳市"), also of abolished ones; "" for a code that never was."""
    if len(code) != 6 or not code.isdecimal() or not code.isascii():
        return ""
    if code.startswith(DEMO_DIVISION):
        return "示范"
    parts = numdb.get("cn/loc").info(code)
    names = [next(iter(found.values())) for _, found in parts if found]
    if len(names) < len(parts) or not names:
        return ""
    last = names[-1].split(",")[-1]
    return last.split("]")[-1]


def is_division(code: str) -> bool:
    """Whether six digits are, or once were, a division of GB/T 2260; 99xxxx is kept for demonstrations."""
    return bool(division_name(code))


def credit_code_fault(code: str, *, kind: str) -> Fault | None:
    """A credit code must keep its check character, and that of a grassroots union begins with 81."""
    try:
        uscc.validate(code)
    except ValidationError:
        return Fault("credit_code", "credit_code_wrong")
    if kind in {"grassroots", "joint"} and not code.startswith("81"):
        return Fault("credit_code", "credit_code_not_union")
    return None


def spell(name: str) -> tuple[str, str]:
    """The name in pinyin without tones or blanks, and its initials: ("hongqijixiechang", "hqjxc").

    Words, not characters, decide how a character is read.
    """
    words = [_syllables(word) for word in _cut("".join(name.split()))]
    return "".join(full for full, _first in words).lower(), "".join(first for _full, first in words).lower()


@lru_cache(maxsize=1 << 16)
def _syllables(word: str) -> tuple[str, str]:
    """One word read aloud, and its initials; what is not Chinese stays as it is. Names share most of their words."""
    parts = _read_aloud(word, errors=lambda other: f"\0{other}")
    return "".join(parts).replace("\0", ""), "".join(part[1:] if part.startswith("\0") else part[0] for part in parts)


def check_unit(*, name: str, level: str, kind: str, parent_level: str | None, division_code: str, credit_code: str) -> list[Fault]:
    """Everything that is wrong with the description of a unit; an empty list when it may be founded."""
    faults = []
    if not name.strip() or len(name) > 120:
        faults.append(Fault("name", "name_missing" if not name.strip() else "name_long"))
    if kind not in KINDS:
        faults.append(Fault("kind", "kind_unknown"))
    if level not in LEVELS:
        return [*faults, Fault("level", "level_unknown")]
    if parent_level is not None and not may_stand_under(level=level, kind=kind, parent_level=parent_level):
        faults.append(Fault("parent", "parent_level"))
    if division_code and not is_division(division_code):
        faults.append(Fault("division_code", "division_unknown"))
    if credit_code and (fault := credit_code_fault(credit_code, kind=kind)):
        faults.append(fault)
    return faults


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of an import: the unit as its federation describes it, the unit above named by its code."""

    number: int
    code: str
    name: str
    short_name: str
    level: str
    kind: str
    parent_code: str
    division_code: str
    credit_code: str
    since: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the tree already has under a code."""

    id: int
    name: str
    short_name: str
    level: str
    kind: str
    parent_code: str
    division_code: str
    credit_code: str
    path: str
    last_child: int


@dataclass(frozen=True, slots=True)
class RowFault:
    """One cell that stops an import: the line, the column, what stands there and what is wrong with it."""

    row: int
    column: str
    value: str
    code: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do: `new` holds parents before children, each with its path and its parent's code."""

    new: list[tuple[UnitRow, str]]
    changed: list[tuple[UnitRow, Known]]
    same: int
    counters: dict[str, int]
    faults: list[RowFault]


COLUMNS = ("code", "name", "short_name", "level", "kind", "parent_code", "division_code", "credit_code", "since")


def read_row(number: int, cells: Mapping[str, object]) -> UnitRow:
    """A line with every cell as trimmed text; columns that are missing count as empty."""
    return UnitRow(number, *(str(cells.get(column) or "").strip() for column in COLUMNS))


def plan_import(rows: list[UnitRow], known: Mapping[str, Known], *, under: str, taken: Mapping[str, str]) -> Plan:
    """Work out an import without touching anything.

    `under` is the code of the unit that lines without a parent code stand under ("" for a new root), `taken` maps the
    credit codes of the open units to their unit codes. Everything wrong is named; a line below a faulty line is not.
    """
    faults: list[RowFault] = []
    by_code: dict[str, UnitRow] = {}
    credit = dict(taken)
    for row in rows:
        faults += _row_faults(row, by_code, credit)
        if row.code:
            by_code.setdefault(row.code, row)
    changed = [(row, known[code]) for code, row in by_code.items() if code in known and _differs(row, known[code], under)]
    faults += [fault for row, old in changed if (fault := _change_fault(row, old, under))]
    below: dict[str, list[UnitRow]] = {}
    for code, row in by_code.items():
        if code not in known:
            below.setdefault(row.parent_code or under, []).append(row)
    new, counters = _place(below, known, faults)
    placed = {row.code for row, _path in new}
    for parent_code, waiting in below.items():
        if parent_code not in known and parent_code not in by_code and parent_code:
            faults += [RowFault(row.number, "parent_code", parent_code, "parent_unknown") for row in waiting]
    if not faults:
        lost = [row for waiting in below.values() for row in waiting if row.code not in placed]
        faults += [RowFault(row.number, "parent_code", row.parent_code, "parent_circle") for row in lost]
    same = sum(code in known for code in by_code) - len(changed)
    return Plan(new, changed, same, counters, sorted(faults, key=lambda fault: fault.row))


def _row_faults(row: UnitRow, seen: Mapping[str, UnitRow], credit: dict[str, str]) -> list[RowFault]:
    faults = []
    if not row.code:
        faults.append(RowFault(row.number, "code", "", "code_missing"))
    elif row.code in seen:
        faults.append(RowFault(row.number, "code", row.code, "code_twice"))
    if row.since and not is_day(row.since):
        faults.append(RowFault(row.number, "since", row.since, "day_wrong"))
    if row.credit_code and credit.setdefault(row.credit_code, row.code) != row.code:
        faults.append(RowFault(row.number, "credit_code", row.credit_code, "credit_code_twice"))
    found = check_unit(
        name=row.name,
        level=row.level,
        kind=row.kind,
        parent_level=None,
        division_code=row.division_code,
        credit_code=row.credit_code,
    )
    return faults + [RowFault(row.number, fault.field, str(getattr(row, fault.field, "")), fault.code) for fault in found]


def _differs(row: UnitRow, old: Known, under: str) -> bool:
    wanted = (row.name, row.short_name, row.level, row.kind, row.division_code, row.credit_code)
    return wanted != (old.name, old.short_name, old.level, old.kind, old.division_code, old.credit_code) or _moves(row, old, under)


def _moves(row: UnitRow, old: Known, under: str) -> bool:
    if row.code == under or (not row.parent_code and not old.parent_code):
        return False
    return (row.parent_code or under) != old.parent_code


def _change_fault(row: UnitRow, old: Known, under: str) -> RowFault | None:
    if _moves(row, old, under):
        return RowFault(row.number, "parent_code", row.parent_code, "moved")
    return RowFault(row.number, "level", row.level, "level_changed") if row.level != old.level else None


def _place(
    below: Mapping[str, list[UnitRow]], known: Mapping[str, Known], faults: list[RowFault]
) -> tuple[list[tuple[UnitRow, str]], dict[str, int]]:
    """Give each new line a path, walking down from the units that are already there."""
    new: list[tuple[UnitRow, str]] = []
    counters: dict[str, int] = {}
    places = {code: (old.path, old.level, old.last_child) for code, old in known.items() if code in below}
    waiting = list(places)
    while waiting:
        code = waiting.pop()
        path, level, last = places[code]
        for row in below.get(code, []):
            if level in LEVELS and row.level in LEVELS and not may_stand_under(level=row.level, kind=row.kind, parent_level=level):
                faults.append(RowFault(row.number, "parent_code", row.parent_code, "parent_level"))
            last += 1
            own = path + segment(last)
            if depth_of(own) > DEEPEST:
                faults.append(RowFault(row.number, "parent_code", row.parent_code, "too_deep"))
                continue
            new.append((row, own))
            places[row.code] = (own, row.level, 0)
            waiting.append(row.code)
        counters[code] = last
    return new, counters


def is_day(text: str) -> bool:
    """Whether a text is a day as 2025-03-05."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
