"""The room's own count of its facts, for `ledger reconcile`: from its records, not from the books."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import QuerySet

from unionhall.lib.dates import day_of
from unionhall.work.membership import rules
from unionhall.work.membership.models import (
    Active,
    Application,
    Benefit,
    Change,
    Claim,
    Founding,
    JoinCode,
    Membership,
    Opening,
    Partner,
)  # fmt: skip
from unionhall.work.membership.registry import COUNTED, NEW_FORMS

Counted = Iterable[tuple[int, date, int, int]]
ENDED = ("left", "expelled", "deceased")


def _days(rows: QuerySet, organization: str, day: str) -> Iterator[tuple[int, date, int, int]]:
    for organization_id, on in rows.values_list(organization, day).iterator(chunk_size=10_000):
        yield organization_id, on, 1, 0


def code_open() -> Counted:
    """Every time a union opened by its codes, and every time the last of them ended; an end of today may wait for the job."""
    open_now = set(Opening.objects.filter(opened_on__isnull=False).values_list("organization_id", flat=True))
    held: dict[int, list[tuple[date, date | None]]] = {}
    for one in JoinCode.objects.only("organization_id", "issued_on", "expires_on", "revoked_at").iterator(chunk_size=10_000):
        held.setdefault(one.organization_id, []).append((one.issued_on, one.ended_on))
    for organization_id, codes in held.items():
        spans = rules.serving_spans(codes)
        for start, end in spans:
            yield organization_id, start, 1, 0
            if end is not None and not (organization_id in open_now and end == spans[-1][1]):
                yield organization_id, end, -1, 0


def listed() -> Counted:
    """Every union that should be open."""
    return _days(Opening.objects.all(), "organization_id", "listed_on")


def applied() -> Counted:
    """Every application, at the union that received it."""
    return _days(Application.objects.all(), "received_at_id", "applied_on")


def joined() -> Counted:
    """Every joining."""
    return _days(Change.objects.filter(what="join"), "organization_id", "on")


def groups() -> Counted:
    """Every joining of a worker of a new form of employment."""
    return _days(Change.objects.filter(what="join", membership__occupation__in=NEW_FORMS), "organization_id", "on")


def moved() -> Counted:
    """Every arrival by transfer."""
    return _days(Change.objects.filter(what="move_in"), "organization_id", "on")


def ended() -> Counted:
    """Every leaving, expulsion and death."""
    return _days(Change.objects.filter(new__in=ENDED), "organization_id", "on")


def members() -> Counted:
    """Up and down with each change between counted and not counted states."""
    for organization_id, on, old, new in Change.objects.values_list("organization_id", "on", "old", "new").iterator(10_000):
        if (old in COUNTED) != (new in COUNTED):
            yield organization_id, on, 1 if new in COUNTED else -1, 0


def retained() -> Counted:
    """Up and down with each change into and out of retention."""
    for organization_id, on, old, new in Change.objects.values_list("organization_id", "on", "old", "new").iterator(10_000):
        if (old == "retained") != (new == "retained"):
            yield organization_id, on, 1 if new == "retained" else -1, 0


def authenticated() -> Counted:
    """As many as are counted members and authenticated now, on the day on which the later of both became true."""
    found = Membership.objects.filter(authenticated_on__isnull=False)
    for pk, organization_id, on in found.values_list("pk", "organization_id", "authenticated_on"):
        was = False
        for day, new in Change.objects.filter(membership=pk).order_by("id").values_list("on", "new"):
            now = new in COUNTED
            if now != was:
                yield organization_id, max(day, on), 1 if now else -1, 0
            was = now


def active() -> Counted:
    """Every day on which a member used a service, at the union of that day."""
    return _days(Active.objects.all(), "organization_id", "day")


def partners() -> Counted:
    """Every agreement, and every end of one."""
    yield from _days(Partner.objects.all(), "organization_id", "agreed_on")
    for organization_id, on in Partner.objects.filter(ended_on__isnull=False).values_list("organization_id", "ended_on"):
        yield organization_id, on, -1, 0


def _claims(day: str) -> Counted:
    homes = dict(Benefit.objects.values_list("pk", "organization_id"))
    for benefit_id, at in Claim.objects.exclude(**{day: None}).values_list("benefit_id", day):
        yield homes[benefit_id], day_of(at), 1, 0


def taken() -> Counted:
    """Every claim, at the union that offers."""
    return _claims("claimed_at")


def used() -> Counted:
    """Every use."""
    return _claims("used_at")


def foundings() -> Counted:
    """Every proposal to found a union."""
    return _days(Founding.objects.all(), "organization_id", "raised_on")
