"""What the room shows on others' pages: the newest acts, each opening its record."""

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.work.campaigns import access
from unionhall.work.campaigns.models import Visit

LATEST = 5


def seen_at(by: Person, unit: Organization) -> bool:
    """Whether a person sees a unit's campaigns at all."""
    return permissions.may(by, "campaigns.see", at=unit)


def may_register(by: Person, unit: Organization) -> bool:
    """Whether a person registers visits for a unit."""
    return permissions.may(by, "campaigns.visit", at=unit)


def visits_address(**asked: object) -> str:
    """The list of visits, filtered."""
    return f"{reverse('campaigns:desk-visits')}?{urlencode({name: value for name, value in asked.items() if value})}"


def latest_visits(by: Person, programme: Programme, unit: Organization) -> QuerySet[Visit]:
    """The newest visits of a programme in a unit's scope."""
    here = organizations.within(access.visible_to(by), unit)
    return here.filter(programme=programme, withdrawn_on=None).select_related("organization").order_by("-day", "-id")[:LATEST]
