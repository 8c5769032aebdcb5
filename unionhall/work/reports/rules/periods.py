"""The periods of official tables: which one is due, when it is locked."""

from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period(cadence: str, day: date) -> tuple[date, date]:
    """The period of a cadence in which a day lies: its first and last day."""
    months = MONTHS[cadence]
    first_month = (day.month - 1) // months * months + 1
    start = date(day.year, first_month, 1)
    after = start.month + months
    year = start.year + (after - 1) // 12
    end = date.max if year > date.max.year else date(year, (after - 1) % 12 + 1, 1) - timedelta(days=1)
    return start, end


def last_ended(cadence: str, today: date) -> tuple[date, date]:
    """The latest period that is over."""
    start, _end = period(cadence, today)
    return period(cadence, start - timedelta(days=1))


def locks_on(until: date, days: int) -> date:
    """The last day on which a table of a period may be filled in."""
    return until + timedelta(days=min(days, (date.max - until).days))


def is_locked(until: date, days: int, today: date, leave: date | None) -> bool:
    """Whether it is too late, leave to be late included."""
    return today > locks_on(until, days) and not (leave is not None and today <= leave)


def light(state: str, until: date, days: int, today: date, leave: date | None = None) -> str:
    """The light of a filing: done, late, or soon when the lock, or the end of a leave to be late, is three days away."""
    if state in ("submitted", "accepted"):
        return "ok"
    last = locks_on(until, days)
    left = (max(last, leave or last) - today).days
    return "late" if left < 0 else "soon" if left <= 3 else "none"
