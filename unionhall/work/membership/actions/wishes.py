"""Wishes about the own membership: asked on the phone, carried out by the union through the membership's own act, or refused."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import moves, numbers
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.lib import constraints, dates
from unionhall.lib.refusal import Conflict, Refused, absent
from unionhall.lib.text import Text
from unionhall.work.membership import access, registry, rules
from unionhall.work.membership.actions import standing
from unionhall.work.membership.models import Wish

PREFIX = "HJ"
DAYS, AHEAD = "membership.wish_days", "membership.wish_ahead_days"


@transaction.atomic
def ask(*, membership_id: int, what: str, on: date, by: Person, ground: str = "", words: str = "") -> Wish:
    """Take what a member asks for the own membership from a day on; the union answers within its working days after that day.

    Raises NotVisible for somebody else's membership, Conflict where the membership cannot have it or a wish is open, Refused
    with the field that is wrong.
    """
    membership = access.own_for_change(by, membership_id)
    if what not in registry.WISHES:
        raise absent()
    rules.check_possible(what, state=membership.state)
    if (grounds := registry.WISH_GROUNDS.get(what)) is not None and ground not in grounds:
        raise Refused(Text("请选择原因。", "Choose the reason."), field="ground")
    today, union = dates.today(), membership.organization
    ahead = policies.value(AHEAD, at=union, on=today).whole
    rules.check_wish(what, on=on, since=membership.state_since, today=today, ahead=ahead, words=words)
    wish = Wish(
        organization=union,
        reference=numbers.number(PREFIX, union),
        membership=membership,
        person=membership.person,
        what=what,
        ground=ground if grounds is not None else "",
        on=on,
        words=words.strip(),
        asked_on=today,
        programme=membership.programme,
        edition=membership.edition,
    )
    under_way = Conflict(Text("您已有一份会籍申请在办理。", "A wish of yours is under way already."), code="already_asked")
    with constraints.said("member_wish_open", under_way):
        moves.start(wish, by=by, due_on=promised(union, on))
    due = wish.due_on.isoformat() if wish.due_on else ""
    notices.tell(wish.person, "membership.wish_received", record=wish, reference=wish.reference, union=union.name, due=due)
    return wish


def promised(union: Organization, on: date) -> date:
    """By which day a union answers a wish for a day: its working days after that day, or after today where that is later."""
    today = dates.today()
    return policies.add_working_days(max(today, on), policies.value(DAYS, at=union, on=today).whole)


@transaction.atomic
def grant(
    *,
    wish_id: int,
    by: Person,
    on: date,
    talked: bool = False,
    decided_on: date | None = None,
    version: int | None = None,
) -> Wish:
    """Carry a wish out by the membership's own act, which counts, records and tells; `talked` and `decided_on` for leaving only.

    Raises NotVisible, Denied, Conflict for one that is decided, Refused for the own wish and for what is missing.
    """
    wish = access.one(access.wishes_for(by), wish_id)
    membership = access.for_change(by, wish.membership_id, to="membership.move")  # locked before the wish, as every act does
    access.check_not_own(by, wish.person_id)
    rules.check_grant(wish.what, on=on, wished=wish.on, talked=talked, decided_on=decided_on)
    moves.move(wish, "grant", by=by, version=version)
    ground = wish.ground if wish.what == "retain" else ""
    standing.change(membership_id=membership.pk, what=wish.what, by=by, on=on, reason=_grounds(wish, decided_on), ground=ground)
    return wish


def _grounds(wish: Wish, decided_on: date | None) -> str:
    """What the history of the membership says: the own wish by its number, why, and who decided."""
    said = [_("own wish %(number)s") % {"number": wish.reference}]
    said += [each for each in (wish.ground_name, wish.words) if each]
    if wish.what == "leave":
        said.append(_("spoken with the member, decided by the committee on %(day)s") % {"day": decided_on})
    return " · ".join(said)


@transaction.atomic
def refuse(*, wish_id: int, by: Person, reason: str, version: int | None = None) -> Wish:
    """Do not agree, with the reason, which the member is told. Raises as `grant`."""
    wish = access.one(access.wishes_for(by), wish_id)
    access_actions.require(by, "membership.move", at=wish.organization)
    access.check_not_own(by, wish.person_id)
    moves.move(wish, "refuse", by=by, reason=reason, version=version)
    told = {"reference": wish.reference, "union": wish.organization.name, "reason": reason.strip()}
    notices.tell(wish.person, "membership.wish_refused", record=wish, **told)
    return wish


@transaction.atomic
def withdraw(*, wish_id: int, by: Person) -> Wish:
    """Take the own wish back while it is undecided; the house makes the move in the member's name. Raises NotVisible, Conflict."""
    wish = access.one(access.own_wishes(by), wish_id)
    moves.move(wish, "withdraw", by=people_queries.house(), reason=str(_("Withdrawn by the member.")))
    audit.record(by, "membership.wish_withdrawn", wish, at=wish.organization)
    return wish
