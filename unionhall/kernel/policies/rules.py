"""What a rule value may look like, and how working days are counted. Plain Python."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chinese_calendar.constants import Holiday, holidays, workdays

from unionhall.lib.text import Text

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


def told(table: Mapping[str, Any], words: Mapping[str, Text]) -> str:
    """A table in words on one line: 小学：3,000.00；初中：3,000.00. Inside, a list reads a、b and a table a=b、c=d."""

    def word(code: object) -> str:
        return str(words.get(str(code), code))

    def inner(value: object) -> str:
        if isinstance(value, Mapping):
            return "、".join(f"{word(code)}={word(each)}" for code, each in value.items())
        return "、".join(map(word, value)) if isinstance(value, list) else word(value)

    return "；".join(f"{word(code)}：{inner(value)}" for code, value in table.items())


def read(text: str, words: Mapping[str, Text], like: Mapping[str, Any]) -> dict[str, Any]:
    """A table as `told` writes it, in either language or in codes, one line or several; the rows of `like` say what stands in each.

    Raises ValueError for a word or a row that the rule does not know and for a row that is missing or given twice.
    """
    codes = {each.strip().lower(): code for code, word in words.items() for each in (code, word.zh, word.en)}

    def code(word: str) -> str:
        if (found := codes.get(word.strip().lower())) is None:
            raise ValueError(f"unknown: {word}")
        return found

    def inner(said: str, model: object) -> object:
        parts = [part for part in re.split(r"[、,，]", said) if part.strip()]
        if isinstance(model, Mapping):
            return {code(left): code(right) for left, right in (part.split("=") for part in parts)}
        return [code(part) for part in parts] if isinstance(model, list) else said.strip()

    rows = [row for row in re.split(r"[；;\n]", text) if row.strip()]
    pairs = [(code(left), right) for left, right in (re.split("[：:]", row, maxsplit=1) for row in rows)]
    table = {row: inner(said, like.get(row)) for row, said in pairs}
    if set(table) != set(like) or len(pairs) != len(table):
        raise ValueError("every row once")
    return table


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
