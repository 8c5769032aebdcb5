"""The time a number speaks of, from the words of the text: 2023年, 上半年, 一季度, 两节期间, 今年以来, 截至目前."""

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from unionhall.lib import hanzi_numbers
from unionhall.work.reports.rules.reading import finding, vocabulary
from unionhall.work.reports.rules.reading.cleaning import day


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `since` to `until`, as said by `words` at `start`; without `since`, everything up to `until`."""

    start: int
    end: int
    words: str
    since: date | None
    until: date


Reader = Callable[[re.Match[str], date], tuple[date | None, date] | None]


def spans(text: str, known_on: date) -> list[Span]:
    """Every time that the text names, in order; `known_on` is the day up to which the report speaks."""
    found: list[Span] = []
    taken = bytearray(len(text))
    for shape, read in _readers():
        for match in shape.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            window = read(match, known_on)
            if window is not None and (window[0] is None or window[0] <= window[1]):
                found.append(Span(*match.span(), match.group(), *window))
                taken[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    return sorted(found, key=lambda span: span.start)


def window_of(found: list[Span], sentence: tuple[int, int], paragraph: int, position: int) -> Span | None:
    """The time of a number: the last one named before it in its sentence, else one that opens its paragraph."""
    first, here, last = (bisect_left(found, at, key=_start) for at in (sentence[0], position, sentence[1]))
    if first < last:
        return found[here - 1] if here > first else found[first]
    opening = bisect_left(found, paragraph, key=_start)
    return found[opening] if opening < len(found) and found[opening].start < min(position, paragraph + 12) else None


def _start(span: Span) -> int:
    return span.start


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _range_of_months(match: re.Match[str], known_on: date) -> tuple[date | None, date] | None:
    year = int(match.group("year") or known_on.year)
    last_year = int(match.group("to_year") or year)
    first, last = int(match.group("first")), int(match.group("last"))
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return None
    return date(year, first, 1), _month_end(last_year, last)


def _years(match: re.Match[str], known_on: date) -> tuple[date | None, date] | None:
    return date(int(match.group(1)), 1, 1), date(int(match.group(2)), 12, 31)


def _one_day(match: re.Match[str], known_on: date) -> tuple[date | None, date] | None:
    found = day(int(match.group("year") or known_on.year), int(match.group("month")), int(match.group("day")))
    return (found, found) if found else None


def _month(match: re.Match[str], known_on: date) -> tuple[date | None, date] | None:
    year, month = int(match.group("year") or known_on.year), int(match.group("month"))
    if not 1 <= month <= 12:
        return None
    thirds = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "": (1, 31)}
    first, last = thirds[match.group("third") or ""]
    return date(year, month, first), min(
        date(year, month, min(last, 28)) if last < 28 else _month_end(year, month), _month_end(year, month)
    )


def _part_of_year(match: re.Match[str], known_on: date) -> tuple[date | None, date] | None:
    year = _year_of(match.group("year"), known_on)
    part = match.group("part")
    if "半年" in part:
        return (date(year, 1, 1), date(year, 6, 30)) if part.startswith("上") else (date(year, 7, 1), date(year, 12, 31))
    number = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}[re.sub("[前第个季度]", "", part)]
    return date(year, 1 if part.startswith("前") else 3 * number - 2, 1), _month_end(year, 3 * number)


def _year_of(words: str | None, known_on: date) -> int:
    if not words:
        return known_on.year
    if words[:2] in ("去年", "上年"):
        return known_on.year - 1
    digits = re.sub(r"\D", "", words)
    return int(digits) if digits else known_on.year


def _since_year(match: re.Match[str], known_on: date) -> tuple[date | None, date] | None:
    return date(_year_of(match.group(1), known_on), 1, 1), known_on


def _year(match: re.Match[str], known_on: date) -> tuple[date | None, date] | None:
    year = _year_of(match.group(), known_on)
    end = date(year, 12, 31)
    return date(year, 1, 1), min(end, known_on) if year == known_on.year else end


def _last_years(match: re.Match[str], known_on: date) -> tuple[date | None, date] | None:
    back = finding.value_of(match.group("years"))
    if back is None or back >= known_on.year:  # 近五千年来 is no time of a report
        return None
    return date(known_on.year - int(back), known_on.month, 1), known_on


def _season(match: re.Match[str], known_on: date) -> tuple[date | None, date] | None:
    month, first, last_month, last = vocabulary.at("windows", "seasons", match.group("season"))
    year = int(match.group("year")[:4]) if match.group("year") else known_on.year
    since = date(year - 1 if (month, first) > (last_month, last) else year, month, first)
    return since, date(year, last_month, last)


def _so_far(match: re.Match[str], known_on: date) -> tuple[date | None, date] | None:
    return None, known_on


@cache
def _readers() -> tuple[tuple[re.Pattern[str], Reader], ...]:
    year = r"(?P<year>(?:19|20)\d{2}年|今年|去年|上年)?"
    seasons = vocabulary.longest_first("windows", "seasons")
    shapes: list[tuple[str, Reader]] = [
        (r"((?:19|20)\d{2})年?[-—~至到]+((?:19|20)\d{2})年", _years),
        (
            r"(?:(?P<year>(?:19|20)\d{2})年)?(?P<first>\d{1,2})月?[-—~至到](?:(?P<to_year>(?:19|20)\d{2})年)?(?P<last>\d{1,2})月(?!\d)",
            _range_of_months,
        ),
        (r"(?:(?P<year>(?:19|20)\d{2})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日", _one_day),
        (rf"{year}(?P<part>[上下]半年|前[二三23]个?季度|第?[一二三四1234]季度)", _part_of_year),
        (r"(?:(?P<year>(?:19|20)\d{2})年)?(?P<month>\d{1,2})月份?(?P<third>[上中下]旬)?(?!\d)", _month),
        (r"((?:19|20)\d{2}年|今年)(?:年初)?以来", _since_year),
        (rf"(?:(?P<year>(?:19|20)\d{{2}}年))?[“\"]?(?P<season>{seasons})[”\"]?(?:节日)?(?:期间|前夕|前后|节前)", _season),
        (r"(?:19|20)\d{2}年度?|今年|去年|上年度?|本年度?|全年|年初", _year),
        (r"(?:近|最近|过去)(?P<years>[一二两三四五六七八九十\d]+)年(?:来|以来|间)?", _last_years),
        (r"(?<![\d一二三四五六七八九十])(?P<years>\d{1,2}|[一二两三四五六七八九十]{1,2})年来", _last_years),
        (r"[“\"]?十([一二三四五六])五[”\"]?(?:时期|期间|以来)", _plan_years),
        (r"截至目前|截至?今|目前|当前|迄今|至今", _so_far),
    ]
    return tuple((re.compile(shape), read) for shape, read in shapes)


def _plan_years(match: re.Match[str], known_on: date) -> tuple[date | None, date] | None:
    first = 2001 + 5 * int(hanzi_numbers.parse(match.group(1)))
    return date(first, 1, 1), date(first + 4, 12, 31)
