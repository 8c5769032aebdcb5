"""Partners, benefits, proposals to found a union and the numbers reported, as far as a person sees them."""

from django.db.models import QuerySet

from unionhall.kernel.access import queries as grants
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib.scope import mark
from unionhall.work.membership import access
from unionhall.work.membership.models import Benefit, Founding, Partner, Reported


def partners(by: Person) -> QuerySet[Partner]:
    """Platform partners in scope."""
    return access.scoped(Partner.objects.select_related("organization"), by)


def benefits(by: Person) -> QuerySet[Benefit]:
    """Benefits in scope."""
    return access.scoped(Benefit.objects.select_related("organization"), by)


def foundings(by: Person) -> QuerySet[Founding]:
    """Proposals in scope, the open ones first."""
    return access.scoped(Founding.objects.select_related("organization", "decided_by"), by).order_by("decision", "-id")


def founding(by: Person, id: int) -> Founding:
    """One proposal in scope. Raises NotVisible."""
    return access.one(foundings(by), id)


def founding_before(one: Founding) -> list[Founding]:
    """The proposals for the same employer that were decided before this one, the latest first."""
    found = Founding.objects.filter(organization=one.organization_id, employer=one.employer, id__lt=one.pk)
    return [mark(each) for each in found.select_related("decided_by")]


def unions_above(by: Person, union: Organization) -> QuerySet[Organization]:
    """The open unions above one at which a person may take memberships over, the highest first."""
    return grants.visible(organizations.ancestors(union).filter(until=None), by, "membership.move", "path")


def reported(by: Person, unit: Organization) -> list[Reported]:
    """The latest numbers that a unit reported."""
    return list(access.scoped(Reported.objects.select_related("by"), by).filter(organization=unit)[:5])
