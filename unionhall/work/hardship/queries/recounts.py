"""The room's own count of its facts, for `ledger reconcile`: from its records, not from the books."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from unionhall.kernel.flows.models import Step
from unionhall.lib.dates import day_of
from unionhall.work.hardship import access
from unionhall.work.hardship.models.files import Household, Inquiry, Objection, Posting, Span, Visit
from unionhall.work.hardship.models.rounds import Contact, Exit, Handover, Help, Pairing, Watch, YearLine
from unionhall.work.hardship.models.temporary import Temporary

Counted = Iterable[tuple[int, date, int, int]]


def _days(rows: "QuerySet[Any]", organization: str, day: str) -> Iterator[tuple[int, date, int, int]]:
    for organization_id, on in rows.values_list(organization, day).iterator(chunk_size=10_000):
        yield organization_id, on, 1, 0


def _steps(*moves: str) -> Iterator[tuple[int, date, int, int]]:
    """Steps that are taken at the unit that keeps the file: they name it."""
    found = Step.objects.filter(record_kind=access.KIND, move__in=moves, undone_by=None).values_list("organization_id", "at")
    for organization_id, at in found.iterator(chunk_size=10_000):
        yield organization_id, day_of(at), 1, 0


def applied() -> Counted:
    """Every application handed in, and every closed file opened again."""
    return _steps("apply", "reopen")


def visited() -> Counted:
    """Every home visit."""
    return _days(Visit.objects.all(), "kept_by_id", "visited_on")


def checked() -> Counted:
    """Every answer of a register."""
    rows = Inquiry.objects.filter(answered_at__isnull=False)
    for organization_id, at in rows.values_list("kept_by_id", "answered_at"):
        if at is not None:
            yield organization_id, day_of(at), 1, 0


def noticed() -> Counted:
    """Every public notice."""
    return _days(Posting.objects.all(), "kept_by_id", "posted_on")


def objected() -> Counted:
    """Every objection."""
    return _days(Objection.objects.all(), "kept_by_id", "received_on")


def refused() -> Counted:
    """Every refusal; it is made where the file lies then, and names who keeps it."""
    owners = dict(Household.objects.values_list("pk", "organization_id"))
    found = Step.objects.filter(record_kind=access.KIND, move="refuse", undone_by=None)
    for record_id, kept_by, at in found.values_list("record_id", "details__kept_by", "at").iterator(chunk_size=10_000):
        yield kept_by or owners[record_id], day_of(at), 1, 0


def filed() -> Counted:
    """Every file's first approval."""
    return _days(Span.objects.filter(why="filed"), "organization_id", "since")


def reopened() -> Counted:
    """Every approval of a file opened again."""
    return _days(Span.objects.filter(why="reopened"), "organization_id", "since")


def on_file() -> Counted:
    """Plus one when a time on file begins, minus one when it ends."""
    yield from _days(Span.objects.all(), "organization_id", "since")
    for organization_id, on, _one, _nothing in _days(Span.objects.exclude(until=None), "organization_id", "until"):
        yield organization_id, on, -1, 0


def persons_on_file() -> Counted:
    """The persons of each time on file."""
    for organization_id, since, until, size in Span.objects.values_list("organization_id", "since", "until", "size"):
        yield organization_id, since, size, 0
        if until is not None:
            yield organization_id, until, -size, 0


def taken_over() -> Counted:
    """Every file taken from another unit."""
    return _days(Handover.objects.exclude(taken_on=None), "organization_id", "taken_on")


def in_year() -> Counted:
    """Every household of every year."""
    return _days(YearLine.objects.all(), "organization_id", "listed_on")


def verified() -> Counted:
    """Every yearly verification."""
    return _steps("verify")


def spot_checked() -> Counted:
    """Every spot check that was made."""
    return _days(YearLine.objects.exclude(spot_on=None), "kept_by_id", "spot_on")


def spot_correct() -> Counted:
    """Every spot check found correct."""
    return _days(YearLine.objects.filter(correct=True), "kept_by_id", "spot_on")


def exited() -> Counted:
    """Every leaving by a route."""
    return _days(Exit.objects.exclude(route=""), "organization_id", "on")


route_used = exited


def withdrawn() -> Counted:
    """Every withdrawal of a file that was on record."""
    return _days(Exit.objects.filter(route="", filed=True), "organization_id", "on")


def watched() -> Counted:
    """Every look back that was made."""
    return _days(Watch.objects.exclude(done_on=None), "kept_by_id", "done_on")


def returned() -> Counted:
    """Every look back that found hardship again."""
    return _days(Watch.objects.filter(back=True), "kept_by_id", "done_on")


def paired() -> Counted:
    """Every pairing."""
    return _days(Pairing.objects.all(), "organization_id", "since")


def contacted() -> Counted:
    """Every contact."""
    return _days(Contact.objects.all(), "kept_by_id", "on")


def _helps(rows: "QuerySet[Help]", day: str) -> Counted:
    return _days(rows.exclude(**{day: None}), "organization_id", day)


def helped() -> Counted:
    """Every help that was paid."""
    return _helps(Help.objects.all(), "paid_on")


def help_due() -> Counted:
    """Every help paid that had a due day."""
    return _helps(Help.objects.exclude(due_on=None), "paid_on")


def helped_in_time() -> Counted:
    """Every help paid by its due day."""
    return _helps(Help.objects.filter(paid_on__lte=F("due_on")), "paid_on")


def help_approved() -> Counted:
    """The amounts approved."""
    for organization_id, on, amount in Help.objects.filter(approved__gt=0).values_list(
        "organization_id", "approved_on", "approved"
    ):
        yield organization_id, on, 1, amount


def help_paid() -> Counted:
    """The amounts paid."""
    for organization_id, on, amount in Help.objects.filter(paid__gt=0).values_list("organization_id", "paid_on", "paid"):
        if on is not None:
            yield organization_id, on, 1, amount


def help_audited() -> Counted:
    """Every help that an audit looked at."""
    return _helps(Help.objects.all(), "audited_on")


def help_compliant() -> Counted:
    """Every help found in order."""
    return _helps(Help.objects.filter(in_order=True), "audited_on")


def asked() -> Counted:
    """Every household asked about a help."""
    return _helps(Help.objects.all(), "asked_on")


def satisfied() -> Counted:
    """Every household that was satisfied."""
    return _helps(Help.objects.filter(satisfied=True), "asked_on")


def temporary_kept() -> Counted:
    """Every temporary record."""
    for organization_id, at in Temporary.objects.values_list("organization_id", "created_at"):
        yield organization_id, day_of(at), 1, 0


def temporary_converted() -> Counted:
    """Every temporary record that became a file."""
    return _days(Temporary.objects.filter(state="converted"), "organization_id", "closed_on")


def temporary_cancelled() -> Counted:
    """Every temporary record that was cancelled."""
    return _days(Temporary.objects.filter(state="cancelled"), "organization_id", "closed_on")
