"""Transfers: asked for in one tap, released by the old union (or by its silence), accepted by the new one (or by rule)."""

import logging

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as grants
from unionhall.kernel.flows.actions import moves, numbers
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.lib import constraints, dates, scope
from unionhall.lib.refusal import Conflict, Refused, absent
from unionhall.lib.text import Text
from unionhall.work.membership import access
from unionhall.work.membership.actions import standing
from unionhall.work.membership.flow import OPEN_TRANSFER
from unionhall.work.membership.models import Membership, Transfer

PREFIX = "ZH"

log = logging.getLogger("unionhall.membership")


@transaction.atomic
def ask(*, membership_id: int, to: Organization, by: Person, why: str = "") -> Transfer:
    """Ask that a membership move to another union: the member, or a clerk of one of both unions."""
    membership = (
        Membership.objects.select_for_update(of=("self",)).select_related("organization", "person").filter(pk=membership_id).first()
    )
    if membership is None or not _may_ask(membership, to, by):
        raise absent()
    if membership.until is not None:
        raise Conflict(Text("会籍已终止，不能转会。", "The membership has ended and cannot move."))
    if to.until is not None or to.pk == membership.organization_id:
        raise Refused(Text("请选择另一个现有的工会。", "Choose another union that exists."), field="to")
    transfer = Transfer(
        organization=membership.organization,
        reference=numbers.number(PREFIX, membership.organization),
        membership=membership,
        to=to,
        to_path=to.path,
        asked_on=dates.today(),
        why=why.strip(),
        programme=membership.programme,
        edition=membership.edition,
    )
    under_way = Conflict(Text("已有一份转会申请在办理。", "A transfer is under way already."), code="already_asked")
    with constraints.said("member_transfer_open", under_way):
        moves.start(transfer, by=by)
    _go_on_alone(transfer)
    return transfer


def _may_ask(membership: Membership, to: Organization, by: Person) -> bool:
    if by.pk == membership.person_id:
        return True
    return any(grants.may(by, "membership.move", at=at) for at in (membership.organization, to))


def _go_on_alone(transfer: Transfer) -> None:
    """A union whose rule is to release at once does so; days of nought mean at once."""
    days = policies.value("membership.release_days", at=transfer.organization, on=dates.today()).whole
    if days == 0:
        release(transfer, by=people_queries.house())


@transaction.atomic
def act(*, transfer_id: int, what: str, by: Person, reason: str = "", version: int | None = None) -> Transfer:
    """Release, hold, accept, decline or withdraw one transfer."""
    transfer = access.transfers_for(by).select_for_update(of=("self",)).filter(pk=transfer_id).first()
    if transfer is None:
        raise absent()
    if what == "release":
        access_actions.require(by, "membership.move", at=transfer.organization)
        release(transfer, by=by, version=version)
    elif what == "accept":
        access_actions.require(by, "membership.move", at=transfer.to)
        accept(transfer, by=by, version=version)
    else:
        moves.move(transfer, what, by=by, reason=reason, version=version)
        if transfer.state == "held":
            said = transfer.organization if what == "hold" else transfer.to
            notices.tell(transfer.membership.person, "membership.held", record=transfer, union=said.name, reason=reason.strip())
    return transfer


def release(transfer: Transfer, *, by: Person, version: int | None = None) -> None:
    """The old union lets go; where the new one accepts by rule, the member arrives at once."""
    moves.move(transfer, "release", by=by, to_organization=transfer.to, version=version)
    if policies.value("membership.accept_alone", at=transfer.to, on=dates.today()).value is True:
        accept(transfer, by=people_queries.house())


def accept(transfer: Transfer, *, by: Person, version: int | None = None) -> Membership:
    """The member arrives: the old membership ends, the new one begins on the same day, the file moves with the member.

    Raises Conflict where the new union is closed by now.
    """
    if transfer.to.until is not None and transfer.to.until <= dates.today():
        raise Conflict(Text("接收工会已撤销，不能转入。", "The new union is closed; nobody moves there."))
    moves.move(transfer, "accept", by=by, version=version)
    old = Membership.objects.select_for_update(of=("self",)).select_related("organization", "person").get(pk=transfer.membership_id)
    standing.turn(old, "move_out", by=by)
    new = standing.successor(old, at=transfer.to, since=old.until or dates.today())
    standing.begin(new, what="move_in", by=by)
    people.move_home(by=by, person=old.person, home=transfer.to)
    transfer.arrived = new
    transfer.save(update_fields=["arrived"])
    notices.tell(old.person, "membership.moved", record=transfer, union=transfer.to.name)
    return new


def release_silent() -> int:
    """The morning's job: transfers at which the old union was silent past its days are released. Returns how many.

    One that cannot be released (the membership ended meanwhile, the new union is closed) stays for a person, and stops no other.
    """
    silent = Transfer.objects.filter(state="asked", due_on__lt=dates.today()).order_by("id")
    return sum(_release_silent(pk) for pk in list(silent.values_list("pk", flat=True)))


def _release_silent(pk: int) -> bool:
    found = Transfer.objects.select_for_update(of=("self",)).select_related("organization", "to", "membership__person")
    try:
        with transaction.atomic():
            transfer = found.filter(pk=pk, state="asked").first()
            if transfer is not None:
                release(transfer, by=people_queries.house())
    except Refused as refusal:
        log.warning("a silent transfer could not be released", extra={"transfer": pk, "code": refusal.code})
        return False
    return transfer is not None


def open_of(membership: Membership) -> Transfer | None:
    """The transfer that is under way for a membership."""
    found = Transfer.objects.filter(membership=membership, state__in=OPEN_TRANSFER).select_related("to", "organization").first()
    return scope.mark(found) if found else None
