"""When an edition may open and close, which window suits it, and whether a target is reached."""

from datetime import date, timedelta
from decimal import Decimal

from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

PLANNED, OPEN, CLOSED = "planned", "open", "closed"
AT_LEAST, AT_MOST, EXACTLY = "at_least", "at_most", "exactly"
COMPARISONS: dict[str, Text] = {
    AT_LEAST: Text("不低于", "at least"),
    AT_MOST: Text("不高于", "at most"),
    EXACTLY: Text("等于", "exactly"),
}
STATES: dict[str, Text] = {
    PLANNED: Text("筹备", "planned"),
    OPEN: Text("进行中", "open"),
    CLOSED: Text("已结束", "closed"),
}
CADENCES: dict[str, Text] = {
    "weekly": Text("每周", "every week"),
    "monthly": Text("每月", "every month"),
    "quarterly": Text("每季度", "every quarter"),
    "half_yearly": Text("每半年", "every half-year"),
    "yearly": Text("每年", "every year"),
    "term": Text("按届次", "once a term"),
    "standing": Text("常年", "all year round"),
    "on_demand": Text("按需", "when called for"),
}
_MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12, "standing": 12, "on_demand": 12}
LONGEST_DAYS = 366 * 10


class EditionRefused(Refused):
    """An edition or a target that the rules of programmes do not allow."""

    code = "edition_refused"


def check_window(since: date, until: date) -> None:
    """A window runs forward and at most ten years; it may cross the year's end."""
    if until < since:
        raise EditionRefused(
            Text(
                f"结束日期（{until}）早于开始日期（{since}），请改为不早于开始日期的一天。",
                f"The last day ({until}) is before the first ({since}). Choose a last day on or after it.",
            ),
            field="until",
        )
    if (until - since).days > LONGEST_DAYS:
        raise EditionRefused(
            Text("一期最长十年，请缩短起止时间。", "An edition lasts ten years at most. Choose a shorter window."), field="until"
        )


def check_start(state: str) -> None:
    """Only a planned edition starts."""
    if state != PLANNED:
        raise EditionRefused(
            Text(f"本期{STATES[state].zh}，不能再次启动。", f"This edition is already {STATES[state].en}; it cannot start again.")
        )


def check_close(state: str) -> None:
    """A closed edition cannot be closed twice."""
    if state == CLOSED:
        raise EditionRefused(Text("本期已经结束。", "This edition is closed already."))


def check_reopen(state: str, reason: str) -> None:
    """Only a closed edition reopens, and somebody says why."""
    if state != CLOSED:
        raise EditionRefused(Text("本期没有结束，无需重新启动。", "This edition is not closed; there is nothing to reopen."))
    if not reason.strip():
        raise EditionRefused(Text("请写明重新启动的原因。", "Say why the edition is reopened."), field="reason")


def check_target(state: str, comparison: str, value: Decimal, unit: str) -> None:
    """Targets belong to running editions, name a comparison, and a percentage lies between 0 and 100."""
    if state == CLOSED:
        raise EditionRefused(Text("本期已经结束，目标不能再改。", "This edition is closed; its targets stay as they are."))
    if comparison not in COMPARISONS:
        raise EditionRefused(
            Text("目标须为不低于、不高于或等于。", "A target is at least, at most or exactly a value."), field="comparison"
        )
    if value < 0:
        raise EditionRefused(Text("目标值不能为负数。", "A target cannot be negative."), field="value")
    if unit == "percent" and value > 100:
        raise EditionRefused(Text("百分比目标不能超过100。", "A target in percent cannot be above 100."), field="value")


def reached(comparison: str, target: Decimal, value: Decimal | None) -> bool:
    """Whether a counted value meets a target; a rate of nothing (None) meets none."""
    if value is None:
        return False
    if comparison == AT_MOST:
        return value <= target
    if comparison == EXACTLY:
        return value == target
    return value >= target


def suggest_window(cadence: str, season: tuple[str, str] | None, today: date) -> tuple[date, date]:
    """The window that a new edition most likely wants: the season that runs or comes next, else the running period.

    `season` is a pair of "MM-DD" days and may cross the year's end (12-20 to 02-15).
    """
    if season is not None:
        return _season(season, today)
    if cadence == "weekly":
        monday = today - timedelta(days=today.weekday())
        return monday, monday + timedelta(days=6)
    if cadence == "term":
        return date(today.year, 1, 1), date(today.year + 4, 12, 31)
    months = _MONTHS[cadence]
    first = (today.month - 1) // months * months + 1
    return date(today.year, first, 1), _last_day(today.year, first + months - 1)


def _season(season: tuple[str, str], today: date) -> tuple[date, date]:
    for year in (today.year - 1, today.year, today.year + 1):
        since = _day(year, season[0])
        until = _day(year + (season[1] < season[0]), season[1])
        if until >= today:
            return since, until
    raise AssertionError("a season comes every year")


def _day(year: int, month_day: str) -> date:
    month, day = (int(part) for part in month_day.split("-"))
    return min(date(year, month, 1) + timedelta(days=day - 1), _last_day(year, month))


def _last_day(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def default_name(name: str, since: date, until: date) -> str:
    """What an edition is called when nobody names it: the year, or both where the window crosses the year's end."""
    years = f"{since.year}" if since.year == until.year else f"{since.year}—{until.year}"
    return f"{years}年{name}"
