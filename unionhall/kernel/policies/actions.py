"""Setting rule values and editing the working calendar."""

import uuid
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import queries as rights
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Level, Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import registry
from unionhall.kernel.policies.models import CalendarDay, CalendarStamp, CalendarYear, PolicyValue
from unionhall.kernel.policies.rules import FIRST, LAST, published_days, published_years
from unionhall.lib import dates, recall
from unionhall.lib.refusal import Conflict, Denied, Refused


@transaction.atomic
def set_value(
    code: str,
    value: object,
    *,
    by: Person,
    organization: Organization | None,
    since: date,
    source: str,
    until: date | None = None,
    level: str = "",
) -> PolicyValue:
    """Set a rule's value for a region from a day on, naming the document that says so; no organization means the whole house.

    The running version ends on that day and, if the new one has an end, holds again after it. A version that begins on the very
    day gives way where it was set today or has not begun before today: it stays, without a day of its own, for what was decided
    by it (a slip of the pen is corrected the same day). Raises Refused for a value that the rule cannot have, a missing source
    or an empty span, and Conflict where another version already begins within the span.
    """
    _require(by, "policies.set", organization)
    policy = registry.policy(code)
    try:
        policy.check(value)
    except ValueError as wrong:
        raise Refused(_("“%(name)s” cannot have this value.") % {"name": policy.name}, field="value", code="value") from wrong
    if not source.strip():
        raise Refused(_("Name the document that sets this value."), field="source", code="source")
    if until is not None and until <= since:
        raise Refused(_("The value ends before it begins."), field="until", code="span")
    if level and level not in Level.values:
        raise Refused(_("Choose a level of the tree."), field="level", code="level")
    _lock(code)
    same = PolicyValue.objects.filter(policy=code, organization=organization, level=level).exclude(until=F("since"))
    slip = same.filter(since=since).first()
    if slip is not None and (since >= dates.today() or dates.day_of(slip.set_at) == dates.today()):
        until = until or _end_of(slip, same)
        _take_back(slip, same)
    later = same.filter(since__gte=since).order_by("since").first()
    if later is not None and (until is None or later.since < until):
        words = {"day": later.since.isoformat()}
        raise Conflict(_("Another value already holds from %(day)s; end the new one before that day.") % words, field="since")
    running = same.filter(since__lt=since).filter(Q(until__isnull=True) | Q(until__gt=since)).first()
    rest = None
    if running is not None:
        if until is not None and (running.until is None or running.until > until):
            rest = PolicyValue(since=until, until=running.until, value=running.value, source=running.source)
        running.until = since
        running.save(update_fields=["until"])
    row = PolicyValue(since=since, until=until, value=value, source=source.strip())
    for each in filter(None, (row, rest)):
        each.policy, each.organization, each.level, each.set_by = code, organization, level, by
        each.save(force_insert=True)
    recall.forget()
    told: dict[str, Any] = {"policy": code, "value": value, "since": since.isoformat(), "level": level}
    if slip is not None:
        told["instead_of"] = slip.pk
    audit.record(by, "policies.set", row, at=organization, **told)
    return row


def _end_of(wrong: PolicyValue, same: QuerySet[PolicyValue]) -> date | None:
    """Where the one that takes its place ends if nobody said so: where the next version begins."""
    return wrong.until if wrong.until is not None and same.filter(since=wrong.until).exists() else None


def _take_back(wrong: PolicyValue, same: QuerySet[PolicyValue]) -> None:
    """Leave a version no day, and let the one that it closed run on to where it ended; the new one closes that again."""
    before, end = same.filter(until=wrong.since).order_by("-since").first(), wrong.until
    wrong.until = wrong.since
    wrong.save(update_fields=["until"])
    if before is not None:
        before.until = end
        before.save(update_fields=["until"])


@transaction.atomic
def end_value(version_id: int, *, by: Person, until: date, reason: str) -> PolicyValue:
    """Let a version end on a day, so that the next region above (or the default) holds again from then on."""
    row = PolicyValue.objects.select_for_update().get(pk=version_id)
    _require(by, "policies.set", row.organization)
    if until <= row.since or (row.until is not None and until > row.until):
        raise Refused(_("The value ends before it begins, or has already ended."), field="until", code="span")
    row.until = until
    row.save(update_fields=["until"])
    recall.forget()
    audit.record(by, "policies.ended", row, at=row.organization, reason=reason, policy=row.policy, until=until.isoformat())
    return row


@transaction.atomic
def set_day(day: date, *, by: Person, working: bool, note: str) -> CalendarDay:
    """Declare a day working or free for the whole house; due dates computed from now on follow it."""
    _require(by, "policies.calendar", None)
    if not FIRST <= day <= LAST:
        raise Refused(_("The calendar runs from %(first)s to %(last)s.") % {"first": FIRST, "last": LAST}, field="day", code="day")
    if not note.strip():
        raise Refused(_("Say what day it is."), field="note", code="note")
    _touch()
    row, _made = CalendarDay.objects.update_or_create(day=day, defaults={"working": working, "note": note.strip()[:60]})
    audit.record(by, "policies.calendar_set", row, working=working, note=row.note)
    return row


@transaction.atomic
def clear_day(day: date, *, by: Person) -> None:
    """Let a day follow the weekly rhythm again."""
    _require(by, "policies.calendar", None)
    _touch()
    CalendarDay.objects.filter(day=day).delete()
    audit.record(by, "policies.calendar_cleared", f"policies.calendarday:{day.isoformat()}")


@transaction.atomic
def confirm_year(year: int, *, by: Person, source: str) -> CalendarYear:
    """Say that the holiday arrangement of a year is entered, and from which document; its warning disappears."""
    _require(by, "policies.calendar", None)
    if not FIRST.year <= year <= LAST.year:
        raise Refused(_("The calendar runs from %(first)s to %(last)s.") % {"first": FIRST, "last": LAST}, field="year", code="day")
    if not source.strip():
        raise Refused(_("Name the document that sets this value."), field="source", code="source")
    row, _made = CalendarYear.objects.update_or_create(year=year, defaults={"source": source.strip()[:200]})
    recall.forget()
    audit.record(by, "policies.calendar_confirmed", row, source=row.source)
    return row


@transaction.atomic
def load_calendar(*, by: Person) -> int:
    """Enter the published arrangements of years that nobody has entered yet; days that staff edited stay. Returns new days."""
    _require(by, "policies.calendar", None)
    years, days = _fill()
    if years:
        _touch()
        audit.record(by, "policies.calendar_loaded", "policies.calendaryear:all", years=years, days=days)
    return days


def _fill() -> tuple[list[int], int]:
    """Write the published years that are missing, with those of their days that nobody has set."""
    known = set(CalendarYear.objects.values_list("year", flat=True))
    years = [CalendarYear(year=year, source=source) for year, source in published_years() if year not in known]
    new = {row.year for row in years}
    before = CalendarDay.objects.filter(day__year__in=new).count()
    days = [CalendarDay(day=day, working=working, note=note) for day, working, note in published_days() if day.year in new]
    CalendarDay.objects.bulk_create(days, ignore_conflicts=True)
    CalendarYear.objects.bulk_create(years)
    return sorted(new), CalendarDay.objects.filter(day__year__in=new).count() - before


def _require(by: Person, permission: str, organization: Organization | None) -> None:
    """What holds for the whole house needs the permission at every root of the tree; its existence is no secret."""
    if organization is not None:
        access.require(by, permission, at=organization)
    elif not all(rights.may(by, permission, place) for place in organizations.roots()):
        raise Denied(_("This holds for the whole house: it takes the permission over all of it."))


def _lock(code: str) -> None:
    """One at a time for each rule, so that closing the old version and adding the new one is one step for everybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"policies {code}"])


def _touch() -> None:
    """Change the calendar's mark; also serializes editors. A calendar that was never filled is filled first."""
    if not CalendarStamp.objects.filter(pk=1).exists():
        _fill()
    CalendarStamp.objects.update_or_create(pk=1, defaults={"mark": uuid.uuid4()})
    recall.forget()
