"""The room's own count of its facts, for `ledger reconcile`: from its records, not from the books."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Sum

from unionhall.work.funds.models import Agreement, Audit, Finding, Movement, Step

Counted = Iterable[tuple[int, date, int, int]]
PURPOSEFUL = ("committed", "approved", "received")


def moved(stage: str, form: str) -> Counted:
    """One stage of money, or of goods by their valuation."""
    rows = Movement.objects.filter(stage=stage, form=form, withdrawn_on=None).order_by()
    yield from rows.values_list("organization_id", "day").annotate(quantity=Count("pk"), sum=Sum("amount")).iterator()


def purposes() -> Counted:
    """Every purpose of money committed, approved or received."""
    rows = Movement.objects.filter(stage__in=PURPOSEFUL, form="money", withdrawn_on=None)
    for organization, day, more in rows.values_list("organization_id", "day", "more_purposes").iterator():
        yield organization, day, 1 + len(more), 0


def agreements() -> Counted:
    """Every agreement."""
    return _days(Agreement.objects.all(), "organization_id", "signed_on")


def steps() -> Counted:
    """Every signing and every step after it."""
    yield from agreements()
    yield from _days(Step.objects.all(), "agreement__organization_id", "day")


def audited() -> Counted:
    """Every audit held."""
    return _days(Audit.objects.exclude(held_on=None), "organization_id", "held_on")


def findings() -> Counted:
    """Every finding."""
    return _days(Finding.objects.all(), "audit__organization_id", "found_on")


def corrected() -> Counted:
    """Every finding corrected."""
    return _days(Finding.objects.exclude(corrected_on=None), "audit__organization_id", "corrected_on")


def _days(rows: QuerySet[Any], organization: str, day: str) -> Iterator[tuple[int, date, int, int]]:
    for organization_id, on, number in rows.order_by().values_list(organization, day).annotate(number=Count("pk")).iterator():
        yield organization_id, on, number, 0
