"""The wishes that members have about their own membership, for the desk and for themselves."""

from django.db.models import QuerySet

from unionhall.kernel.people.models import Person
from unionhall.work.membership import access, registry, rules
from unionhall.work.membership.flow import OPEN_WISH
from unionhall.work.membership.models import Membership, Wish


def wishes(by: Person, *, state: str = "") -> QuerySet[Wish]:
    """The wishes in scope, of one state where named."""
    found = access.wishes_for(by)
    return found.filter(state=state) if state else found


def wish(by: Person, id: int) -> Wish:
    """One wish in scope; raises NotVisible for what is absent or out of sight."""
    return access.one(access.wishes_for(by), id)


def own(person: Person, id: int) -> Wish:
    """One wish of the member's own; raises NotVisible for any other."""
    return access.one(access.own_wishes(person), id)


def open_at(by: Person, membership: Membership) -> Wish | None:
    """The wish under way for a membership, as the desk sees it."""
    return access.wishes_for(by).filter(membership=membership, state__in=OPEN_WISH).first()


def own_open(membership: Membership) -> Wish | None:
    """The wish under way for the own membership."""
    return access.own_wishes(membership.person).filter(state__in=OPEN_WISH).first()


def possible(membership: Membership) -> list[str]:
    """What the member can ask for now, in the order of the list."""
    return [what for what in registry.WISHES if membership.state in rules.TURNS[what].source]
