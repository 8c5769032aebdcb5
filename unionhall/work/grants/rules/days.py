"""Days and months of a grant: of its notice, of what is said against it, of a part in the mutual aid, and those paid for."""

from collections.abc import Iterable
from datetime import date

from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text


def check_notice_over(until: date | None, today: date) -> None:
    """A public notice stands for all its working days. Raises Conflict."""
    if until is None or today <= until:
        day = until.isoformat() if until else "--"
        raise Conflict(
            Text(f"公示到{day}为止，期满后才能发放。", f"The public notice stands until {day}; then it may be paid."), code="notice"
        )


def check_received(on: date, today: date) -> None:
    """Nobody objects tomorrow, nor years ago. Raises Refused."""
    if on > today or (today - on).days > 366:
        raise Refused(
            Text("收到日期须在今天以前一年内。", "The day lies within the last year, not after today."), field="received_on"
        )


def check_death(on: date, today: date) -> None:
    """A death that is noted lies within the last year. Raises Refused."""
    if on > today or (today - on).days > 366:
        raise Refused(
            Text("去世日期须在今天以前一年内。", "The day of death lies within the last year, not after today."), field="day"
        )


def check_cover(since: date, until: date) -> None:
    """Who joins so late that the waiting days outlast the edition would pay for nothing. Raises Refused."""
    if since >= until:
        raise Refused(
            Text("等待期满时本期已经结束，请参加下一期。", "The edition ends before the waiting days are over: join the next one."),
            code="too_late",
        )


def check_appeal_day(refused_on: date, today: date, days: int) -> None:
    """An appeal comes within its days (of the calendar). Raises Refused."""
    if (today - refused_on).days > days:
        raise Refused(
            Text(
                f"申诉须在不予通过之日起{days}日内提出，可重新申请。",
                f"An appeal comes within {days} days of the refusal; a new application is possible.",
            ),
            code="late",
        )


def tidy_months(months: Iterable[date], today: date) -> list[date]:
    """The first day of each month named, of this year or the last, once each. Raises Refused."""
    tidy = sorted({month.replace(day=1) for month in months})
    if any(month.year not in (today.year, today.year - 1) for month in tidy):
        raise Refused(Text("月份须在今年或去年。", "Months lie in this year or the last."), field="months")
    if len({month.year for month in tidy}) > 1:
        raise Refused(Text("一次申请的月份须在同一年。", "The months of one application lie in one year."), field="months")
    return tidy
