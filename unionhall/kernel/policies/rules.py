"""What a rule value may look like, and how working days are counted. Plain Python."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from chinese_calendar.constants import Holiday, holidays, workdays

WHOLE = frozenset({"working_day", "day", "month", "fen", "person", "item", "hour", "minute", "percent"})
UNITS = WHOLE | {"whole_list", "text", "yes_no", "table", "fen_table"}
FIRST = date(2000, 1, 1)
LAST = date(2100, 12, 31)
HOLIDAYS = {each.value: each.chinese for each in Holiday}


def check_value(value: object, *, unit: str, least: int | None = None, most: int | None = None) -> None:
    """Raise ValueError unless the value fits its unit: whole numbers are never negative, percents end at 100."""
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit}")
    if unit in WHOLE:
        _check_whole(value, least=least or 0, most=100 if unit == "percent" and most is None else most)
    elif unit == "whole_list":
        if not isinstance(value, list) or not value:
            raise ValueError("a list of whole numbers")
        for each in value:
            _check_whole(each, least=least or 0, most=most)
    elif unit == "text" and not (isinstance(value, str) and value.strip()):
        raise ValueError("a text")
    elif unit == "yes_no" and not isinstance(value, bool):
        raise ValueError("yes or no")
    elif unit in {"table", "fen_table"}:
        if not (isinstance(value, dict) and value):
            raise ValueError("a table")
        for each in value.values() if unit == "fen_table" else ():
            _check_whole(each, least=least or 0, most=most)


def _check_whole(value: object, *, least: int, most: int | None) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a whole number")
    if value < least:
        raise ValueError(f"at least {least}")
    if most is not None and value > most:
        raise ValueError(f"at most {most}")


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """All working days from FIRST to LAST in order: Monday to Friday, corrected by the calendar's own days."""

    days: tuple[date, ...]

    @classmethod
    def of(cls, exceptions: Mapping[date, bool]) -> "WorkingDays":
        """Count from the days that an editable calendar declares working or free."""
        span = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
        return cls(tuple(day for day in span if exceptions.get(day, day.weekday() < 5)))

    def is_working(self, day: date) -> bool:
        """Is the office open that day?"""
        at = bisect_left(self.days, day)
        return at < len(self.days) and self.days[at] == day

    def add(self, day: date, n: int) -> date:
        """The n-th working day after a day, before it for a negative n.

        n = 0 gives the day itself or, if the offices are closed, the next working day.
        The day of the act does not count, as in the counting of periods by days (Civil Code, article 201).
        Raises ValueError outside FIRST to LAST.
        """
        if not FIRST <= day <= LAST:
            raise ValueError(f"the calendar runs from {FIRST} to {LAST}")
        if n > 0:
            at = bisect_right(self.days, day) + n - 1
        else:
            at = bisect_left(self.days, day) + n
        if not 0 <= at < len(self.days):
            raise ValueError(f"the calendar runs from {FIRST} to {LAST}")
        return self.days[at]

    def passed(self, today: date, n: int) -> date:
        """The bound for "n working days have passed since": true for exactly the days before the one returned (n >= 1)."""
        return self.days[bisect_right(self.days, today) - n]

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
        return bisect_right(self.days, end) - bisect_right(self.days, start)


def published_days() -> Iterator[tuple[date, bool, str]]:
    """Every public holiday and make-up day of the State Council's yearly arrangements since 2004: day, working, note."""
    for day, name in holidays.items():
        yield day, False, HOLIDAYS[name]
    for day, name in workdays.items():
        yield day, True, f"{HOLIDAYS[name]}调休上班"


def published_years() -> list[tuple[int, str]]:
    """The years whose arrangement is known, each with its source."""
    return [
        (year, f"国务院办公厅关于{year}年部分节假日安排的通知")
        for year in sorted({day.year for day, _working, _note in published_days()})
    ]
