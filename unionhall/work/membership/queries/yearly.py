"""The yearly check: members of whom something on file was not confirmed within the months that the policy gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.lookups import LessThanOrEqual

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.organizations.queries import in_range, path_range
from unionhall.kernel.people import access as fence
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.queries import Fresh
from unionhall.kernel.policies import queries as policies
from unionhall.lib import dates
from unionhall.lib.text import Text
from unionhall.work.membership import access, registry
from unionhall.work.membership.models import Membership, fresh_since


def months(at: Organization) -> int:
    """After how many months a member's data are to be confirmed again at a unit."""
    return policies.value("membership.check_months", at=at, on=dates.today()).whole


def unconfirmed(before: date) -> Q:
    """Neither confirmed as a whole since that day, nor joined since."""
    return Q(checked_on__lte=before) | Q(checked_on=None, since__lte=before)


def stale(field: str, before: date) -> Q:
    """One field was not confirmed since that day, and the member has not joined since."""
    return Q(LessThanOrEqual(fresh_since(field), before))


def due(by: Person, unit: Organization, *, after: int) -> QuerySet[Membership]:
    """Everybody alive at a unit and below of whom some field is older than so many months, in a person's scope."""
    before, old = dates.months_later(dates.today(), -after), Q()
    for field in registry.CONFIRMED:
        old |= Q(**{f"{field}_on": None}) | Q(**{f"{field}_on__lte": before})
    found = access.visible_to(by).filter(in_range(unit.path), unconfirmed(before), old, until=None)
    return found.select_related("organization", "person").order_by("org_path", "id")


@dataclass(frozen=True, slots=True)
class Line:
    """How fresh one field of a member is; `old` when it is to be confirmed again."""

    name: Text
    fresh: Fresh | None
    old: bool


def lines(members: Sequence[Membership], *, after: int) -> dict[int, dict[str, Line]]:
    """How fresh the compared fields of some members are, by membership and field."""
    before, known = dates.months_later(dates.today(), -after), people.freshness_of([one.person_id for one in members])
    return {one.pk: _lines(one, known.get(one.person_id, {}), before) for one in members}


def _lines(one: Membership, known: dict[str, Fresh], before: date) -> dict[str, Line]:
    return {
        field: Line(name, known.get(field), (known[field].day if field in known else one.since) <= before)
        for field, name in registry.CONFIRMED.items()
    }


@dataclass(frozen=True, slots=True)
class Own:
    """One field that a member compares on the phone: as it is on file, numbers masked, and when it was last confirmed."""

    name: Text
    shown: str
    fresh: Fresh | None


def own(one: Membership) -> list[Own]:
    """What a member says to be right, as it is on file."""
    low, high = path_range(one.person.org_path)
    with transaction.atomic(), fence.scope(f"{low}|{high}"):
        masked, fresh = people.on_file(one.person)
    shown = {**masked, "name": one.person.name, "employer": one.employer}
    return [Own(name, shown.get(field, ""), fresh.get(field)) for field, name in registry.CONFIRMED.items()]
