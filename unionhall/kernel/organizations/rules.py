"""Decisions about the union tree in plain Python: paths, what may stand under what, and codes.

Sources: GB/T 2260 (division codes), GB 32100-2015 (unified credit codes; union registration bodies are department 8,
class 1 = grassroots unions), Trade Union Law art. 11 and 12 (levels of unions).
"""

from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from stdnum import numdb
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STEP = 4
DEEPEST = 16
LEVELS = ("nation", "province", "city", "county", "township", "grassroots", "group")
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
    """The name in pinyin without tones, and its initials: ("hongqijixiechang", "hqjxc")."""
    return "".join(lazy_pinyin(name)).lower(), "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def check_unit(*, name: str, level: str, kind: str, parent_level: str | None, division_code: str, credit_code: str) -> list[Fault]:
    """Everything that is wrong with the description of a unit; an empty list when it may be founded."""
    faults = []
    if not name.strip() or len(name) > 120:
        faults.append(Fault("name", "name_missing" if not name.strip() else "name_long"))
    if level not in LEVELS:
        return [*faults, Fault("level", "level_unknown")]
    if parent_level is not None and not may_stand_under(level=level, kind=kind, parent_level=parent_level):
        faults.append(Fault("parent", "parent_level"))
    if division_code and not is_division(division_code):
        faults.append(Fault("division_code", "division_unknown"))
    if credit_code and (fault := credit_code_fault(credit_code, kind=kind)):
        faults.append(fault)
    return faults
