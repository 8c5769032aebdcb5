"""The room's own count of its facts, for `ledger reconcile`: from its records, not from the books."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, QuerySet, Sum

from unionhall.work.grants.flow import GRANTED
from unionhall.work.grants.models import Application, Cover, Objection, Payment
from unionhall.work.grants.registry import relief

Counted = Iterable[tuple[int, date, int, int]]
Drawn = Iterable[tuple[int, date, int, int, str]]
"""With the source of the money behind it."""


def applied() -> Counted:
    """Every application for money that was handed in."""
    rows = Application.objects.filter(goods="").exclude(submitted_on=None).order_by().values_list("organization_id", "submitted_on")
    yield from rows.annotate(number=Count("pk"), sum=Sum("asked")).iterator()


def approved() -> Drawn:
    """Every approval of money that stands."""
    yield from _approved(Application.objects.filter(goods="", state__in=GRANTED))


def goods_approved() -> Drawn:
    """Every approval of goods that stands, by their value."""
    yield from _approved(Application.objects.filter(state__in=GRANTED).exclude(goods=""))


def _approved(ones: "QuerySet[Application]", day: str = "approved_on") -> Drawn:
    rows = ones.order_by().values_list("organization_id", day, "funding").annotate(number=Count("pk"), sum=Sum("approved"))
    for organization, on, funding, number, amount in rows.iterator():
        yield organization, on, number, amount, funding


def settled(state: str) -> Drawn:
    """Every payment of money that ended in a state, with its amount."""
    yield from _settled(Payment.objects.filter(state=state, batch__form="money"))


def goods_given() -> Drawn:
    """Everything in kind that was signed for, by its value."""
    yield from _settled(Payment.objects.filter(state="paid", batch__form="goods"))


def _settled(ones: "QuerySet[Payment]") -> Drawn:
    by = ("application__organization_id", "settled_on", "application__funding")
    rows = ones.order_by().values_list(*by).annotate(number=Count("pk"), sum=Sum("amount"))
    for organization, day, funding, number, amount in rows.iterator():
        yield organization, day, number, amount, funding


def times() -> Counted:
    """Every payment to a person that succeeded, as an occurrence."""
    yield from _times(to_unit=False)


def units() -> Counted:
    """Every payment to a unit that succeeded, as an occurrence."""
    yield from _times(to_unit=True)


def _times(*, to_unit: bool) -> Counted:
    paid = Payment.objects.filter(state="paid", batch__form="money", application__to_unit=to_unit)
    for organization, day, number, _sum, _funding in _settled(paid):
        yield organization, day, number, 0


def temporary_paid() -> Counted:
    """Every payment of temporary aid outside the files that succeeded."""
    here = {"application__kind": relief.KIND, "application__programme__code": relief.PROGRAMME}
    for organization, day, number, amount, _funding in _settled(Payment.objects.filter(state="paid", batch__form="money", **here)):
        yield organization, day, number, amount


def returned() -> Drawn:
    """Every payment that came back."""
    yield from _approved(Application.objects.filter(state="recovered", goods=""), "recovered_on")


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
