"""The room's own count of its facts, for `ledger reconcile`: from its records, not from the books."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, QuerySet, Sum

from unionhall.work.grants.flow import GRANTED
from unionhall.work.grants.models import Application, Cover, Objection, Payment

Counted = Iterable[tuple[int, date, int, int]]


def applied() -> Counted:
    """Every application for money that was handed in."""
    rows = Application.objects.filter(goods="").exclude(submitted_on=None).order_by().values_list("organization_id", "submitted_on")
    yield from rows.annotate(number=Count("pk"), sum=Sum("asked")).iterator()


def approved() -> Counted:
    """Every approval of money that stands."""
    yield from _approved(Application.objects.filter(goods=""))


def goods_approved() -> Counted:
    """Every approval of goods that stands, by their value."""
    yield from _approved(Application.objects.exclude(goods=""))


def _approved(ones: "QuerySet[Application]") -> Counted:
    rows = ones.filter(state__in=GRANTED).order_by().values_list("organization_id", "approved_on")
    yield from rows.annotate(number=Count("pk"), sum=Sum("approved")).iterator()


def settled(state: str) -> Counted:
    """Every payment of money that ended in a state, with its amount."""
    yield from _settled(Payment.objects.filter(state=state, batch__form="money"))


def goods_given() -> Counted:
    """Everything in kind that was signed for, by its value."""
    yield from _settled(Payment.objects.filter(state="paid", batch__form="goods"))


def _settled(ones: "QuerySet[Payment]") -> Counted:
    rows = ones.order_by().values_list("application__organization_id", "settled_on")
    yield from rows.annotate(number=Count("pk"), sum=Sum("amount")).iterator()


def times() -> Counted:
    """Every payment to a person that succeeded, as an occurrence."""
    yield from _times(to_unit=False)


def units() -> Counted:
    """Every payment to a unit that succeeded, as an occurrence."""
    yield from _times(to_unit=True)


def _times(*, to_unit: bool) -> Counted:
    paid = Payment.objects.filter(state="paid", batch__form="money", application__to_unit=to_unit)
    for organization, day, number, _sum in _settled(paid):
        yield organization, day, number, 0


def returned() -> Counted:
    """Every payment that came back."""
    rows = Application.objects.filter(state="recovered", goods="").order_by().values_list("organization_id", "recovered_on")
    yield from rows.annotate(number=Count("pk"), sum=Sum("approved")).iterator()


def objected() -> Counted:
    """Every objection and appeal."""
    rows = Objection.objects.order_by().values_list("application__organization_id", "received_on")
    for organization, day, number in rows.annotate(number=Count("pk")).iterator():
        yield organization, day, number, 0


def matters_applied() -> Counted:
    """Every application that was handed in and names what it is for."""
    rows = Application.objects.exclude(submitted_on=None).exclude(matter="").order_by()
    for organization, day, number in rows.values_list("organization_id", "submitted_on").annotate(number=Count("pk")):
        yield organization, day, number, 0


def matters() -> Counted:
    """Every payment that succeeded and names what it is for."""
    rows = Payment.objects.filter(state="paid", batch__form="money").exclude(application__matter="").order_by()
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
