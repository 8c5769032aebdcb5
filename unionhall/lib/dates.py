"""Days as Chinese offices count them: Asia/Shanghai, whole days."""

from calendar import monthrange
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from unionhall.lib import clock
from unionhall.lib.text import Text

SHANGHAI = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """The present day in Asia/Shanghai."""
    return day_of(clock.now())


def day_of(moment: datetime) -> date:
    """The day in Asia/Shanghai on which an aware moment falls."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone has no day")
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """The first moment of a day in Asia/Shanghai, aware."""
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def ago(day: date) -> Text:
    """How long a past day is ago, in the unit that people would say it in."""
    days = (today() - day).days
    if days < 1:
        return Text("今天", "today")
    if days < 31:
        return Text(f"{days} 天前", "yesterday" if days == 1 else f"{days} days ago")
    months = int(days / 30.44)
    if months < 24:
        return Text(f"{months} 个月前", "a month ago" if months == 1 else f"{months} months ago")
    return Text(f"{months // 12} 年前", f"{months // 12} years ago")


def months_later(day: date, months: int) -> date:
    """The same day some months later (earlier for a negative number), or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def chinese(day: date) -> str:
    """A day as official documents print it, without leading zeros: 2025年3月5日 (GB/T 9704-2012)."""
    return f"{day.year}年{day.month}月{day.day}日"
