"""The channels of each local union: how it is reached, and what stands above and below it."""

from collections.abc import Iterable

from django.db.models import QuerySet

from unionhall.kernel.access import queries as access
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import scope
from unionhall.work.portal.access import absent
from unionhall.work.portal.models import Channel

MOST = 100
PUBLIC = ("federation", "industry", "joint", "grassroots")  # departments and groups are inner matters


def entrances() -> list[Organization]:
    """The unions from which a visitor begins: the counties, else what stands highest."""
    open_ones = Organization.objects.filter(until=None, kind="federation")
    counties = list(open_ones.filter(level="county").order_by("path")[: MOST * 3])
    return counties or list(open_ones.order_by("path")[:MOST])


def union(id: int) -> Organization:
    """An open union that the public may know of."""
    found = Organization.objects.select_related("parent").filter(pk=id, until=None, kind__in=PUBLIC).first()
    if found is None:
        raise absent()
    return found


def below(unit: Organization, text: str = "") -> list[Organization]:
    """The unions right below, or with a text those anywhere below whose name it is."""
    if text.strip():
        return list(organizations.search(text, unit).filter(kind__in=PUBLIC)[:MOST])
    return list(organizations.children(unit).filter(kind__in=PUBLIC).order_by("path")[:MOST])


def channel(unit: Organization) -> Channel | None:
    """A union's own channel."""
    return scope.mark(Channel.objects.filter(organization=unit)).first()


def nearest_phone(unit: Organization) -> tuple[str, str]:
    """The number of a union or of the nearest one above that has one, and whose it is."""
    paths = [*tree.ancestor_paths(unit.path), unit.path]
    found = (
        Channel.objects.filter(org_path__in=paths).exclude(phone="").select_related("organization").order_by("-org_path").first()
    )
    return (found.phone, found.organization.name) if found is not None else ("", "")


def channels_of(units: Iterable[Organization]) -> dict[int, Channel]:
    """The channels of several unions by their keys."""
    found = scope.mark(Channel.objects.filter(organization__in=[unit.pk for unit in units]))
    return {one.organization_id: one for one in found}


def kept_by(by: Person) -> QuerySet[Organization]:
    """The unions whose channels somebody may keep."""
    units = Organization.objects.filter(until=None, kind__in=PUBLIC).order_by("path")
    return access.visible(units, by, "portal.channels", field="path")
