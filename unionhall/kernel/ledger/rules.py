"""Decisions of the books in plain Python: short numbers for sources, subjects and dimensions, and months."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

SUBJECT_DIGITS = 12  # a number of a record; longer runs of digits could be an identity or bank number


def source_key(source: Any) -> tuple[str, int]:
    """The kind and number of a source record: a saved instance, "issues.issue:17", or both already; raises ValueError."""
    if isinstance(source, tuple):
        return source
    if isinstance(source, str):
        kind, _colon, number = source.rpartition(":")
        if kind and number.isdecimal():
            return kind, int(number)
    elif source.pk is not None:
        return source._meta.label_lower, int(source.pk)
    raise ValueError(f'a source is a saved record or "kind:number", not {source!r}')


def subject_key(subject: Any) -> int | None:
    """The opaque number of a subject; None for "".

    A record or "kind:number" keeps its own number; any other text becomes a negative number made of its hash.
    Raises ValueError for text that could hold an identity or bank number: those stay in `people`.
    """
    if isinstance(subject, int):
        return subject
    if not isinstance(subject, str):
        return int(subject.pk)
    return _subject_number(subject) if subject else None


@lru_cache(maxsize=4_096)
def _subject_number(subject: str) -> int:
    number = subject.rpartition(":")[2]
    if number.isdecimal() and len(number) < SUBJECT_DIGITS:
        return int(number)
    if len(subject) >= SUBJECT_DIGITS + 3 and sum(map(str.isdecimal, subject)) >= SUBJECT_DIGITS + 3:
        raise ValueError("a subject is never an identity number")
    return -1 - (_digest(subject.encode()) >> 1)


def dimension_key(values: Mapping[str, str]) -> tuple[int, str]:
    """The number of a set of dimension values, made from its content (0: empty), and the content as stored."""
    if not values:
        return 0, "{}"
    text = dimension_text(values)
    return 1 + (_digest(text.encode()) >> 2), text


def dimension_text(values: Mapping[str, Any]) -> str:
    """The canonical form of dimension values or filters."""
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(content: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big")


def month_of(day: date) -> int:
    """Months counted through: year * 12 + month - 1."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of a counted-through month."""
    return date(month // 12, month % 12 + 1, 1)


def check_entry(
    code: str,
    *,
    stock: bool,
    in_money: bool,
    has_subject: bool,
    declared: tuple[str, ...],
    subject: int | None,
    quantity: int,
    amount: int,
    dimensions: Mapping[str, str],
) -> None:
    """Raise ValueError where an entry would say something that its fact does not declare: a fault of the calling code."""
    if (subject is not None) != has_subject:
        raise ValueError(f"{code}: an entry has a subject exactly when its fact declares one")
    if unknown := set(dimensions) - set(declared):
        raise ValueError(f"{code} has no dimension {sorted(unknown)}")
    if any(not isinstance(value, str) for value in dimensions.values()):
        raise ValueError(f"{code}: dimension values are codes (text)")
    if not stock and (quantity < 1 or amount < 0):
        raise ValueError(f"{code} is a flow: it is taken back by reversing, not by a negative entry")
    if amount and not in_money:
        raise ValueError(f"{code} is not counted in money")


@dataclass(frozen=True, slots=True)
class Cut:
    """A window cut into whole months, first to last, and the days of the broken months at its edges."""

    first: int
    last: int
    edges: tuple[tuple[date, date], ...]

    @property
    def has_months(self) -> bool:
        """Whether any whole month lies inside."""
        return self.first <= self.last

    def periods(self) -> list[tuple[int, int]]:
        """The whole months as ranges of roll-up periods: months count through, whole years are their negatives."""
        if not self.has_months:
            return []
        year, after = -(-self.first // 12), (self.last + 1) // 12
        if year >= after:
            return [(self.first, self.last)]
        ranges = [(self.first, year * 12 - 1), (1 - after, -year), (after * 12, self.last)]
        return [(low, high) for low, high in ranges if low <= high]


def cut(start: date | None, end: date, earliest: date, latest: date) -> Cut | None:
    """Cut a window for books whose entries lie between two days; None where it lies outside them.

    A window that reaches beyond the books is widened to whole months there: nothing lies between.
    """
    if end < earliest or (start is not None and start > latest):
        return None
    first_whole = start is None or start <= earliest or start.day == 1
    last_whole = end >= latest or (end + timedelta(days=1)).day == 1
    begin, finish = max(start or earliest, earliest), min(end, latest)
    first, last = month_of(begin), month_of(finish)
    if first == last and not (first_whole and last_whole):
        return Cut(first, first - 1, ((begin, finish),))
    edges = []
    if not first_whole:
        edges.append((begin, first_day(first + 1) - timedelta(days=1)))
        first += 1
    if not last_whole:
        edges.append((first_day(last), finish))
        last -= 1
    return Cut(first, last, tuple(edges))


def last_day(month: int) -> date:
    """The last day of a counted-through month."""
    return first_day(month + 1) - timedelta(days=1)
