"""The room's own count of its facts, for `ledger reconcile`: from its records, not from the books."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import F, QuerySet

from unionhall.kernel.flows.models import Step
from unionhall.lib.dates import day_of
from unionhall.work.issues.models import (
    Flag,
    Issue,
    Listing,
    Measure,
    Notice,
    NoticeItem,
    Proposal,
    Review,
)

Counted = Iterable[tuple[int, date, int, int]]


def _days(rows: QuerySet, organization: str, day: str) -> Iterator[tuple[int, date, int, int]]:
    for organization_id, on in rows.values_list(organization, day).iterator(chunk_size=10_000):
        yield organization_id, on, 1, 0


def _found() -> QuerySet[Issue]:
    return Issue.objects.filter(merged_into=None)


def identified() -> Counted:
    """Every issue that is not another one's double, on the day it was found."""
    return _days(_found(), "organization_id", "found_on")


def listed() -> Counted:
    """Every listing, at the unit that keeps the list."""
    return _days(Listing.objects.all(), "list__organization_id", "listed_on")


def targeted() -> Counted:
    """Every listing of a research team."""
    return _days(Listing.objects.exclude(list__team=""), "list__organization_id", "listed_on")


def cleared() -> Counted:
    """Every listing whose issue is written off."""
    return _days(Listing.objects.filter(cleared_on__isnull=False), "list__organization_id", "cleared_on")


def graded() -> Counted:
    """Every issue that has a grade."""
    return _days(Issue.objects.exclude(grade=""), "organization_id", "graded_on")


def _steps(*moves: str) -> QuerySet[Step]:
    return Step.objects.filter(record_kind="issues.issue", move__in=moves, undone_by=None)


def dispatched() -> Counted:
    """Every dispatch that was not taken back, at the unit that sent."""
    owners = dict(Issue.objects.values_list("pk", "organization_id"))
    for issue_id, at in _steps("dispatch", "reassign").values_list("record_id", "at"):
        yield owners[issue_id], day_of(at), 1, 0


def received() -> Counted:
    """Every dispatch that was not taken back, at the unit it went to."""
    for to, at in _steps("dispatch", "reassign").values_list("details__to", "at"):
        yield int(to), day_of(at), 1, 0


def accepted() -> Counted:
    """Every acceptance."""
    for organization_id, at in _steps("accept").values_list("organization_id", "at"):
        yield organization_id, day_of(at), 1, 0


def refused() -> Counted:
    """Every dispatch sent back, at the unit that had it."""
    for organization_id, at in _steps("refuse").values_list("organization_id", "at"):
        yield organization_id, day_of(at), 1, 0


def resolved() -> Counted:
    """Every issue that stands checked or written off."""
    return _days(Issue.objects.filter(state__in=("checked", "written_off")), "organization_id", "checked_on")


def written_off() -> Counted:
    """Every issue written off."""
    return _days(Issue.objects.filter(state="written_off"), "organization_id", "written_off_on")


def late() -> Counted:
    """Every issue written off whose work came in after the deadline."""
    found = Issue.objects.filter(state="written_off", submitted_on__gt=F("deadline"))
    return _days(found, "organization_id", "written_off_on")


def recurred() -> Counted:
    """Every return of an issue, at the unit that had handled the earlier one."""
    return _days(Issue.objects.filter(recurrence_of__isnull=False), "recurrence_of__handler_id", "found_on")


def withdrawn() -> Counted:
    """Every issue withdrawn, not counting doubles."""
    for organization_id, at in _found().filter(state="withdrawn").values_list("organization_id", "state_since"):
        yield organization_id, day_of(at), 1, 0


def open_stock() -> Counted:
    """Plus one on the day of finding, minus one on the day of leaving."""
    yield from identified()
    for organization_id, on, _one, _nothing in written_off():
        yield organization_id, on, -1, 0
    for organization_id, on, _one, _nothing in withdrawn():
        yield organization_id, on, -1, 0


def flags() -> Counted:
    """Every flag hung, at the unit it was hung on that day."""
    return _days(Flag.objects.all(), "organization_id", "hung_on")


def measures() -> Counted:
    """Every measure set."""
    return _days(Measure.objects.all(), "organization_id", "set_on")


def reviewed() -> Counted:
    """Every monthly sorting closed."""
    return _days(Review.objects.filter(closed_on__isnull=False), "organization_id", "closed_on")


def notices() -> Counted:
    """Every notice issued."""
    return _days(Notice.objects.filter(issued_on__isnull=False), "organization_id", "issued_on")


def noticed() -> Counted:
    """Every item of an issued notice, at the unit it names."""
    return _days(NoticeItem.objects.filter(notice__issued_on__isnull=False), "unit_id", "notice__issued_on")


def proposed() -> Counted:
    """Every proposal raised."""
    return _days(Proposal.objects.all(), "organization_id", "raised_on")


def decided() -> Counted:
    """Every proposal decided."""
    return _days(Proposal.objects.exclude(decision=""), "organization_id", "decided_on")
