"""Which of the kernel's records a person may see and do on the desk."""

from django.db.models import QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import rules
from unionhall.kernel.people.models import Person
from unionhall.lib import masking, rowid
from unionhall.lib.refusal import NotVisible

SEE_UNITS = "organizations.see"
SEE_PEOPLE = "people.see"


def visible_units(by: Person) -> QuerySet[Organization]:
    """The units that a person sees, closed ones included, in tree order."""
    return access.visible(Organization.objects.order_by("path"), by, SEE_UNITS, "path")


def unit(by: Person, id: int, *, to: str = SEE_UNITS) -> Organization:
    """One unit for a page or an act. Raises NotVisible outside the person's scope, Denied without the permission there."""
    found = visible_units(by).select_related("parent").filter(pk=id).first()
    if found is None:
        raise NotVisible("unit")
    if to != SEE_UNITS:
        access_actions.require(by, to, found)
    return found


def visible_people(by: Person) -> QuerySet[Person]:
    """The people that a person sees; the house itself and erased people are left out."""
    return access.visible(Person.objects.filter(kind="person", erased_at=None), by, SEE_PEOPLE).select_related("home")


def person(by: Person, id: int, *, to: str = SEE_PEOPLE) -> Person:
    """One person for a page or an act. Raises NotVisible outside the scope, Denied without the permission there."""
    found = visible_people(by).filter(pk=id).first()
    if found is None:
        raise NotVisible("person")
    if to != SEE_PEOPLE:
        access_actions.require(by, to, found.org_path)
    return found


def unit_name(by: Person, id: object) -> str:
    """The name of a unit that a form names, "" for what is no unit in the person's scope."""
    key = rowid.read(id)
    found = visible_units(by).filter(pk=key).first() if key else None
    return found.name if found else ""


def person_name(by: Person, id: object) -> str:
    """A person that a form names, as the picker showed them; "" for what is nobody in the person's scope."""
    key = rowid.read(id)
    found = visible_people(by).filter(pk=key).first() if key else None
    return rules.apart(masking.name(found.name), rules.told_apart(found)) if found else ""
