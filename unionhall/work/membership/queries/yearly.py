"""The yearly check: members whose data nobody has confirmed within the months that the policy gives."""

from datetime import date

from django.db.models import Q, QuerySet

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.organizations.queries import in_range
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.lib import dates
from unionhall.work.membership import access
from unionhall.work.membership.models import Membership
from unionhall.work.membership.queries.counts import months_before


def months(at: Organization) -> int:
    """After how many months a member's data are to be confirmed again at a unit."""
    return policies.value("membership.check_months", at=at, on=dates.today()).whole


def unconfirmed(before: date) -> Q:
    """Neither confirmed since that day, nor joined since."""
    return Q(checked_on__lte=before) | Q(checked_on=None, since__lte=before)


def due(by: Person, unit: Organization, *, after: int) -> QuerySet[Membership]:
    """Everybody alive at a unit and below whose data are older than so many months, in a person's scope."""
    found = access.visible_to(by).filter(in_range(unit.path), unconfirmed(months_before(dates.today(), after)), until=None)
    return found.select_related("organization", "person").order_by("org_path", "id")
