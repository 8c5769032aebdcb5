"""The room's own count of its facts, for `ledger reconcile`: from its records, not from the books."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Count, F, Func, QuerySet, Sum, TextField

from unionhall.lib.dates import day_of
from unionhall.work.campaigns import registry
from unionhall.work.campaigns.models import (
    Attendance,
    Dispatch,
    Exhibit,
    Handout,
    HeadCount,
    Member,
    Session,
    SignUp,
    Stop,
    Team,
    Visit,
)

Counted = Iterable[tuple[int, date, int, int]]
VISIT = ("visit__organization_id", "visit__day")
SESSION = ("session__organization_id", "session__day")


def _days(rows: QuerySet[Any], organization: str, day: str, **sums: Any) -> Iterator[tuple[int, date, int, int]]:
    quantity, amount = sums.get("quantity", Count("pk")), sums.get("amount")
    counted = rows.order_by().values_list(organization, day).annotate(quantity=quantity, **({"amount": amount} if amount else {}))
    for organization_id, on, *numbers in counted.iterator(chunk_size=10_000):
        if numbers[0] or (amount and numbers[1]):
            yield organization_id, on, numbers[0], numbers[1] if amount else 0


def _visits() -> QuerySet[Visit]:
    return Visit.objects.filter(withdrawn_on=None)


def _stops() -> QuerySet[Stop]:
    return Stop.objects.filter(visit__withdrawn_on=None)


def visits() -> Counted:
    """Every visit that was not withdrawn."""
    return _days(_visits(), "organization_id", "day")


def themes() -> Counted:
    """Every visit with a theme or form, and every session held."""
    yield from _days(_visits().exclude(theme="", form=""), "organization_id", "day")
    yield from _days(Session.objects.filter(state="held").exclude(theme="", form=""), "organization_id", "day")


def households() -> Counted:
    """Every stop at a household."""
    return _days(_stops().filter(recipient__in=registry.HOUSEHOLDS), *VISIT)


def persons() -> Counted:
    """Every stop at a registered person."""
    return _days(_stops().filter(recipient__in=registry.HOUSEHOLDS, person__isnull=False), *VISIT)


def units() -> Counted:
    """Every stop that is no household."""
    return _days(_stops().exclude(recipient__in=registry.HOUSEHOLDS), *VISIT)


def greeted() -> Counted:
    """The people greeted at stops."""
    return _days(_stops(), *VISIT, quantity=Sum("heads"))


def kinds() -> Counted:
    """Every kind of recipient of every visit, once a visit."""
    return _days(_stops(), *VISIT, quantity=Count(_pair("visit_id", "recipient"), distinct=True))


def areas() -> Counted:
    """Every area of every visit, once a visit, and of every session held."""
    yield from _days(_stops().filter(area__isnull=False), *VISIT, quantity=Count(_pair("visit_id", "area_id"), distinct=True))
    yield from _days(Session.objects.filter(state="held", area__isnull=False).exclude(area_kind=""), "organization_id", "day")


def _pair(one: str, other: str) -> Any:
    return Func(F(one), F(other), function="ROW", output_field=TextField())


def goods() -> Counted:
    """Goods handed over at visits and sessions: one line for each visit or handout that has any."""
    return _money("goods")


def cash() -> Counted:
    """Cash noted at visits and sessions."""
    return _money("cash")


def _money(column: str) -> Counted:
    some = {f"{column}__gt": 0}
    each = Count("visit_id", distinct=True)
    yield from _days(_stops().filter(**some), *VISIT, quantity=each, amount=Sum(column))
    yield from _days(Handout.objects.filter(**some), *SESSION, amount=Sum(column))


def copies() -> Counted:
    """Books and leaflets given out."""
    yield from _days(_stops(), *VISIT, quantity=Sum("copies"))
    yield from _days(Handout.objects.all(), *SESSION, quantity=Sum("copies"))


def served() -> Counted:
    """People served at stops and by those sent out."""
    yield from _days(_stops(), *VISIT, quantity=Sum("served"))
    yield from _days(Dispatch.objects.all(), "organization_id", "since", quantity=Sum("served"))


def teams() -> Counted:
    """Every team formed."""
    return _days(Team.objects.all(), "organization_id", "formed_on")


def members() -> Counted:
    """Everybody in a team."""
    return _days(Member.objects.all(), "team__organization_id", "since")


def dispatched() -> Counted:
    """Everybody sent out, each time."""
    return _days(Dispatch.objects.all(), "organization_id", "since")


def sessions() -> Counted:
    """Every session held."""
    return _days(Session.objects.filter(state="held"), "organization_id", "day")


def cancelled() -> Counted:
    """Every published session that was cancelled."""
    return _days(Session.objects.filter(state="cancelled"), "organization_id", "cancelled_on")


def audience() -> Counted:
    """Every check-in and every head count ."""
    yield from _days(Attendance.objects.all(), *SESSION)
    yield from _days(_heads(), *SESSION, quantity=Sum("heads"))


def _heads() -> QuerySet[HeadCount]:
    return HeadCount.objects.filter(withdrawn_on=None)


def attended() -> Counted:
    """Every check-in of somebody on the house's books or by name."""
    return _days(Attendance.objects.all(), *SESSION)


def took_part() -> Counted:
    """Every unit with a head count."""
    return _days(_heads().exclude(unit=None, name=""), *SESSION)


def signed_up() -> Counted:
    """Every place that is held, at the unit of the session, on the day of the sign-up."""
    rows = SignUp.objects.filter(state="seated").values_list("session__organization_id", "seated_at")
    for organization_id, at in rows.iterator(chunk_size=10_000):
        yield organization_id, day_of(at), 1, 0


def volunteered() -> Counted:
    """Every volunteer's check-in."""
    return _days(Attendance.objects.filter(role="volunteer"), *SESSION)


def minutes() -> Counted:
    """Volunteers' minutes."""
    return _days(Attendance.objects.filter(role="volunteer"), *SESSION, quantity=Sum("minutes"))


def exhibited() -> Counted:
    """Everybody shown at a session held."""
    return _days(Exhibit.objects.all(), *SESSION)
