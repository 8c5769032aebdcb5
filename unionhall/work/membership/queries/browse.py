"""What the pages read: the list of members by any filter, one membership whole, applications and transfers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from unionhall.kernel.access import queries as grants
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.organizations.queries import in_range
from unionhall.kernel.people import access as people_access
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.queries import Fresh
from unionhall.lib import dates, rowid
from unionhall.lib.scope import mark
from unionhall.lib.text import Text
from unionhall.work.membership import access, registry, rules
from unionhall.work.membership.flow import OPEN_JOINING
from unionhall.work.membership.models import Active, Application, Change, Membership, Transfer, Wish
from unionhall.work.membership.queries import wishes, yearly

WORDS = ("q", "state", "occupation", "hired", "checked", "tag", "employer", "stale")
LONG = 12  # months, for the house itself, which has no unit
FOUND = 2000  # persons of one name that a search looks through


def keep(person: Person) -> Text | None:
    """Why somebody cannot be erased yet: as long as they are a member, or ask to be one, that is what the data are there for."""
    member = Membership.objects.filter(person=person, until=None).first()
    if member is not None:
        number = member.number
        return Text(f"会籍 {number} 尚未终止，请先办理退会", f"the membership {number} has not ended: let them leave first")
    asked = Application.objects.filter(person=person, state__in=OPEN_JOINING).first()
    if asked is None:
        return None
    return Text(f"入会申请 {asked.reference} 尚未办结", f"the application {asked.reference} is not decided")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; every field empty means everybody alive in scope."""

    q: str = ""
    unit: Organization | None = None
    own: bool = False
    state: str = ""
    since: date | None = None
    until: date | None = None
    occupation: str = ""
    hired: str = ""
    checked: str = ""
    tag: str = ""
    migrant: bool = False
    employer: str = ""
    stale: str = ""


def filters_of(given: Mapping[str, Any]) -> Filters:
    """Filters from cleaned form data or from the words of an address."""
    unit = given.get("unit")
    if isinstance(unit, str):
        unit = Organization.objects.filter(pk=key).first() if (key := rowid.read(unit)) else None
    words: dict[str, Any] = {name: str(given.get(name) or "") for name in WORDS}
    words |= {name: _day(given.get(name)) for name in ("since", "until")}
    words |= {name: given.get(name) in (True, "on", "1", "True", "true") for name in ("own", "migrant")}
    return Filters(unit=unit, **words)


def _day(given: Any) -> date | None:
    """A day from cleaned data or from an address; None for what is no day."""
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given or ""))
    except ValueError:
        return None


def members(by: Person, filters: Filters) -> QuerySet[Membership]:
    """The memberships that match, in the person's scope; the caller orders and cuts."""
    found = access.visible_to(by)
    if filters.state in registry.STATES:
        found = found.filter(state=filters.state)
    if filters.state not in registry.STATES or filters.state in registry.ALIVE:
        found = found.filter(until=None)  # said for the indexes too, which hold only those
    if filters.unit is not None:
        found = found.filter(Q(organization=filters.unit) if filters.own else in_range(filters.unit.path))
    for name in ("occupation", "hired", "employer"):
        if value := getattr(filters, name):
            found = found.filter(**{name: value})
    if filters.checked in ("yes", "no"):
        found = found.filter(authenticated_on__isnull=filters.checked == "no")
    if filters.migrant:
        found = found.filter(migrant=True)
    if filters.tag:
        found = found.filter(tags__contains=f"|{filters.tag}|").exclude(tags="")  # said for the index, which holds only those
    if filters.since is not None:
        found = found.filter(joined_on__gte=filters.since)
    if filters.until is not None:
        found = found.filter(joined_on__lte=filters.until)
    if filters.stale in registry.CONFIRMED:
        at = filters.unit or by.home
        after = yearly.months(at) if at else LONG
        found = found.filter(yearly.stale(filters.stale, dates.months_later(dates.today(), -after)))
    if filters.q:
        found = found.filter(_matching(by, filters.q))
    return found.select_related("organization", "person")


def _matching(by: Person, text: str) -> Q:
    """By member number, else whoever the text means among the people of the scope."""
    plain = text.strip()
    if plain.upper().startswith("HY-"):
        return Q(number=plain.upper())
    ranges, whole_number = grants.ranges(by, "membership.see"), people.is_whole_number(plain)
    within = None if ranges == [grants.EVERYTHING] and whole_number else ranges
    found = people.find(plain, within).order_by()
    if whole_number:  # one person or two, known by their keys: the database joins them
        return Q(person__in=found.values("pk"))
    return Q(person__in=list(found.values_list("pk", flat=True)[:FOUND]))


@dataclass(frozen=True, slots=True)
class Detail:
    """One membership with its life and what is known of the person."""

    membership: Membership
    life: list[Change]
    earlier: list[Membership]
    masked: dict[str, str]
    fresh: dict[str, Fresh]
    percent: int
    missing: list[str]
    transfer: Transfer | None
    wish: Wish | None


def detail(by: Person, id: int) -> Detail:
    """One membership whole; raises NotVisible for what is absent or out of sight."""
    one = access.one(access.visible_to(by).select_related("organization", "person", "programme"), id)
    life = list(mark(Change.objects.filter(membership__person=one.person).select_related("by", "organization")))
    earlier = list(mark(Membership.objects.filter(person=one.person).exclude(pk=one.pk).select_related("organization")))
    with transaction.atomic(), people_access.fence(by, "membership.see"):
        masked, fresh = people.on_file(one.person)
    has = {name: bool(masked.get(name)) for name in ("id_number", "phone", "address")}
    has |= {"employer": bool(one.employer), "authenticated": one.authenticated_on is not None}
    percent, missing = rules.completeness(has)
    transfer = Transfer.objects.filter(membership=one, state__in=("asked", "released")).select_related("to").first()
    return Detail(
        one, life, earlier, masked, fresh, percent, missing, mark(transfer) if transfer else None, wishes.open_at(by, one)
    )


def member_of(by: Person, change: int) -> int:
    """The membership that a counted change belongs to; NotVisible where that is absent or out of sight."""
    return grants.key_of(access.visible_to(by).filter(changes__pk=change))


def member_at_service(by: Person, active: int) -> int:
    """The latest membership in scope of who used a service on a counted day; NotVisible where there is none."""
    users = Active.objects.filter(pk=active).values("person")
    return grants.key_of(access.visible_to(by).filter(person__in=users).order_by("-id"))


def applications(by: Person, *, state: str = "", unit: Organization | None = None) -> QuerySet[Application]:
    """The applications in scope, of one state where named; those that wait longest come first."""
    found = access.applications_for(by).select_related("join_code")
    if state:
        found = found.filter(state=state)
    if unit is not None:
        found = found.filter(in_range(unit.path))
    return found


def transfers(by: Person, *, state: str = "") -> QuerySet[Transfer]:
    """The transfers in scope."""
    found = access.transfers_for(by)
    return found.filter(state=state) if state else found
