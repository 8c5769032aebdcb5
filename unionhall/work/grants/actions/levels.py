"""An approval above a level's line: the application goes up to the level named, and only there it is granted."""

from collections.abc import Sequence

from django.db import transaction

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.flows.actions import moves
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib.refusal import Conflict, Denied, Refused
from unionhall.lib.text import Text
from unionhall.work.grants import access
from unionhall.work.grants.models import Application
from unionhall.work.grants.queries import levels
from unionhall.work.grants.rules import levels as rules


@transaction.atomic
def send_up(*, application_id: int, by: Person, words: str = "", version: int | None = None) -> Application:
    """Send an application up to the level whose approval its amount needs, with one's own opinion. Raises Conflict."""
    one = access.for_change(by, application_id, to="grants.approve")
    way = levels.way(one, one.asked)
    check_here(one, way.holder, by)
    if way.unit is None:
        raise Conflict(Text("金额在本级审批权限内，不必报上级。", "Its amount is approved here: it need not go up."), code="level")
    if not way.below:
        raise Conflict(Text(f"已在{way.holder.label}待审批。", f"It already lies with {way.holder.label}."), code="level")
    moves.move(one, "send_up", by=by, reason=words, version=version, to_organization=way.unit)
    return one


def check(one: Application, amount: int, *, by: Person, mandate: str) -> Organization | None:
    """Whether the amount may be granted where the application lies; gives the unit to which it goes back then, if any.

    Raises Refused with the sentence why it goes up first, or that the written approval of a level outside is named; Denied.
    """
    return _check(one, levels.way(one, amount), amount, by=by, mandate=mandate)


def check_many(ones: Sequence[Application], *, by: Person) -> tuple[dict[int, Refused], dict[int, Organization]]:
    """The same for many, each for what it asks: what is refused, and where those go that were sent up, both by key."""
    refused: dict[int, Refused] = {}
    homes: dict[int, Organization] = {}
    ways = levels.ways(ones)
    for one in ones:
        if one.pk not in ways:
            continue
        try:
            home = _check(one, ways[one.pk], one.asked, by=by, mandate="")
        except Refused as no:
            refused[one.pk] = no
            continue
        if home is not None:
            homes[one.pk] = home
    return refused, homes


def _check(one: Application, way: levels.Way, amount: int, *, by: Person, mandate: str) -> Organization | None:
    check_here(one, way.holder, by)
    rules.check_raised(way.bound, amount, below=way.below, unit=way.unit.label if way.unit else "")
    rules.check_mandate(way.bound, amount, outside=way.outside, mandate=mandate)
    return one.organization if way.holder.pk != one.organization_id else None


def home(one: Application, by: Person) -> Organization | None:
    """The unit that takes an application back which was sent up; None where it never left. Raises Denied."""
    holder = levels.way(one, one.asked).holder
    check_here(one, holder, by)
    return one.organization if holder.pk != one.organization_id else None


def check_here(one: Application, holder: Organization, by: Person) -> None:
    """What was sent up is decided there. Raises Denied."""
    if holder.pk != one.organization_id and not permissions.may(by, "grants.approve", at=holder):
        raise Denied(Text(f"已报{holder.label}审批，由其办理。", f"It was sent up: {holder.label} decides."))
