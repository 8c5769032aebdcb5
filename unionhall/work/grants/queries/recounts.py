"""The room's own count of its facts, for `ledger reconcile`: from its records, not from the books."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Sum

from unionhall.work.grants.flow import GRANTED
from unionhall.work.grants.models import Application, Cover, Objection, Payment

Counted = Iterable[tuple[int, date, int, int]]


def applied() -> Counted:
    """Every application that was handed in."""
    rows = Application.objects.exclude(submitted_on=None).order_by().values_list("organization_id", "submitted_on")
    yield from rows.annotate(number=Count("pk"), sum=Sum("asked")).iterator()


def approved() -> Counted:
    """Every approval that stands."""
    rows = Application.objects.filter(state__in=GRANTED).order_by().values_list("organization_id", "approved_on")
    yield from rows.annotate(number=Count("pk"), sum=Sum("approved")).iterator()


def settled(state: str) -> Counted:
    """Every payment that ended in a state, with its amount."""
    rows = Payment.objects.filter(state=state).order_by().values_list("application__organization_id", "settled_on")
    yield from rows.annotate(number=Count("pk"), sum=Sum("amount")).iterator()


def times() -> Counted:
    """Every payment that succeeded, as an occurrence."""
    for organization, day, number, _sum in settled("paid"):
        yield organization, day, number, 0


def returned() -> Counted:
    """Every payment that came back."""
    rows = Application.objects.filter(state="recovered").order_by().values_list("organization_id", "recovered_on")
    yield from rows.annotate(number=Count("pk"), sum=Sum("approved")).iterator()


def objected() -> Counted:
    """Every objection and appeal."""
    rows = Objection.objects.order_by().values_list("application__organization_id", "received_on")
    for organization, day, number in rows.annotate(number=Count("pk")).iterator():
        yield organization, day, number, 0


def matters() -> Counted:
    """Every payment that succeeded and names what it is for."""
    rows = Payment.objects.filter(state="paid").exclude(application__matter="").order_by()
    for organization, day, number in rows.values_list("application__organization_id", "settled_on").annotate(number=Count("pk")):
        yield organization, day, number, 0


def joined() -> Counted:
    """Every part in the mutual aid."""
    for organization, day, number, _sum in contributed():
        yield organization, day, number, 0


def contributed() -> Counted:
    """Every fee of the mutual aid."""
    rows = Cover.objects.order_by().values_list("organization_id", "joined_on")
    yield from rows.annotate(number=Count("pk"), sum=Sum("fee")).iterator()
