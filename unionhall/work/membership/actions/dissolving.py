"""The employer of a union is dissolved: the files of its members go to a union above and are retained there."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.membership.actions import standing
from unionhall.work.membership.flow import OPEN_TRANSFER
from unionhall.work.membership.models import Membership, Transfer

MOST = 300  # moved by one press, so that the page answers; the rest by the next


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many memberships went up, and how many still wait at the union."""

    moved: int
    left: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whom a dissolution concerns: the members, and those among them who go elsewhere by a transfer under way."""

    members: int
    transferring: int


def waiting(union: Organization) -> Waiting:
    """How many memberships are alive at a union, and how many of them have a transfer under way."""
    alive = Membership.objects.filter(organization=union, until=None)
    return Waiting(alive.count(), alive.count() - _going_up(union).count())


def _going_up(union: Organization) -> QuerySet[Membership]:
    """Everybody alive at the union but those whose transfer is under way: they go where they asked to go."""
    moving = Transfer.objects.filter(organization=union, state__in=OPEN_TRANSFER).values("membership")
    return Membership.objects.filter(organization=union, until=None).exclude(pk__in=moving)


@transaction.atomic
def dissolve(*, union: Organization, upper: Organization, by: Person, on: date | None = None, reason: str = "") -> Outcome:
    """Retain each member at a union above, in slices of MOST. Raises Refused for a union that is not above, Denied without
    the right at both, Conflict where nobody is left."""
    for at in (union, upper):
        access_actions.require(by, "membership.move", at=at)
    if upper.pk == union.pk or upper.until is not None or not union.path.startswith(upper.path):
        raise Refused(Text("请选择上级工会。", "Choose a union above."), field="upper")
    found = _going_up(union).select_for_update(of=("self",)).select_related("organization", "person", "programme").order_by("pk")
    slice_ = list(found[:MOST])
    if not slice_:
        raise Conflict(Text("这个工会已没有需要转交的会籍。", "No membership of this union is left to hand over."))
    for old in slice_:
        standing.turn(old, "dissolve", by=by, on=on, reason=reason)
        new = standing.successor(old, at=upper, since=old.until or dates.today(), state="retained", ground="dissolved")
        standing.begin(new, what="dissolve", by=by)
        people.move_home(by=by, person=old.person, home=upper)
        notices.tell(old.person, "membership.dissolved", record=new, union=upper.name)
    return Outcome(len(slice_), _going_up(union).count())
