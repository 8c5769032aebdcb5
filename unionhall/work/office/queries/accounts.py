"""What the pages about accounts and rights read."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access
from unionhall.kernel.access import registry, rules
from unionhall.kernel.access.models import Account, Grant, Role
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import NotVisible
from unionhall.lib.text import Text
from unionhall.work.office import access as office

SEE = "access.see"
OPEN = Q(until=None)


@dataclass(frozen=True, slots=True)
class Right:
    """A permission in words, and which of some roles give it."""

    code: str
    name: Text
    sensitive: bool
    given: tuple[bool, ...]


def accounts(by: Person, *, text: str = "", state: str = "", below: Organization | None = None) -> QuerySet[Account]:
    """The accounts of the people in scope, by user name or whatever finds the person."""
    found = access.visible(Account.objects.select_related("person__home"), by, SEE, "person__org_path")
    if text:
        near = office.visible_people(by).filter(Q(name__contains=text) | Q(name_pinyin__startswith=text.lower()))
        found = found.filter(Q(username__startswith=Account.normalize(text)) | Q(person__in=near.values("pk")))
    if state:
        found = found.filter(disabled_at__isnull=state == "open")
    if below is not None:
        found = found.filter(person__org_path__startswith=below.path)
    return found


def account(by: Person, id: int) -> Account:
    """One account. Raises NotVisible."""
    found = accounts(by).filter(pk=id).first()
    if found is None:
        raise NotVisible("account")
    return found


def grants(by: Person, person: Person) -> QuerySet[Grant]:
    """What a person was given in the reader's scope, the running ones first."""
    return access.visible(access.grants_of(person, past=True), by, SEE).order_by("until", "-since", "-id")


def grant(by: Person, person: Person, id: int) -> Grant:
    """One running grant. Raises NotVisible."""
    found = grants(by, person).filter(pk=id).filter(OPEN | Q(until__gt=dates.today())).first()
    if found is None:
        raise NotVisible("grant")
    return found


def roles_to_give(by: Person, at: Organization) -> list[Role]:
    """The roles that somebody may hand out at a unit."""
    return access.roles_for(by, at)


def roles(by: Person) -> QuerySet[Role]:
    """The roles in use that a person knows of, the shipped ones first."""
    return access.roles_visible_to(by)


def role(by: Person, id: int) -> Role:
    """An own role that the person may change. Raises NotVisible, Denied."""
    found = roles(by).filter(pk=id).exclude(organization=None).first()
    if found is None:
        raise NotVisible("role")
    access_actions.require(by, "access.roles", found.organization)
    return found


def matrix(of: Iterable[Role]) -> list[Right]:
    """Every permission in words against some roles: who may what."""
    held = [tuple(role.permissions) for role in of]
    return [
        Right(one.code, one.name, one.sensitive, tuple(rules.holds(patterns, one.code) for patterns in held))
        for one in registry.permissions()
    ]


def open_tasks(person: Person, at: Organization) -> int:
    """How many tasks a handover would move."""
    return flows.tasks_of(person, at).count()
