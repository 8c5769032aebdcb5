"""Moving a file to another unit: offered by the one that keeps it, taken by the other; the number and the past stay."""

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import moves
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.lib import constraints, dates
from unionhall.lib.refusal import Conflict, Refused, filled
from unionhall.lib.text import Text
from unionhall.work.hardship import access, facts
from unionhall.work.hardship.actions import books, spans
from unionhall.work.hardship.actions import procedure as way
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.rounds import Handover


@transaction.atomic
def offer(*, household_id: int, to: Organization, words: str, by: Person, version: int | None = None) -> Handover:
    """Ask another unit to take a file on record. Until it does, everything stays where it is. Raises Refused, Conflict."""
    household = access.for_change(by, household_id, to="hardship.register")
    _check_movable(household)
    if version is not None and version != household.version:
        raise Conflict(
            Text("档案刚被他人改动，请刷新后核对再办理。", "Somebody has changed this file meanwhile: look again."), code="stale"
        )
    if to.until is not None or to.pk == household.organization_id:
        raise Refused(Text("请选择另一个现有的工会。", "Choose another union that exists."), field="to")
    one = Handover(
        organization=to,
        reference=household.reference,
        household=household,
        origin=household.organization,
        words=filled(words, "words", "请写明移交原因。", "Say why the file moves.")[:200],
        programme=household.programme,
        edition=household.edition,
    )
    offered = Conflict(Text("该档案已在移交，等待对方接收。", "The file is being handed over already."), code="state")
    with constraints.said("handover_one_at_a_time", offered):
        moves.start(one, by=by)
    notices.tell(to, "hardship.offered", record=one, reference=one.reference)
    return one


def _check_movable(household: Household) -> None:
    if household.state != "on_file":
        raise Conflict(
            Text(
                "只有在档档案可以移交；办理中的申请请撤回后由新单位受理。",
                "Only a file on record moves; an application on its way is taken back and handed in at the other unit.",
            ),
            code="state",
        )
    way.check_free_way(household)


@transaction.atomic
def take(*, handover_id: int, by: Person, words: str = "", version: int | None = None) -> Household:
    """Take an offered file: from today it is kept, counted and verified here; nothing of its past moves. Raises Conflict."""
    one = access.handover_for_change(by, handover_id, at="organization")
    household, today = access.handed(one), dates.today()
    _check_movable(household)
    origin = household.organization
    if origin.pk == one.organization_id:  # the two units were merged meanwhile
        raise Conflict(Text("档案已在本单位，请撤回移交。", "The file is kept here already: call the offer back."), code="state")
    one.taken_on = today
    moves.move(one, "take", by=by, reason=words, version=version, also=("taken_on",))
    household.pairings.filter(until=None).update(until=today)
    spans.end(household, by=by, day=today, standing=False)
    household.organization, household.org_path = one.organization, one.organization.path
    household.save(update_fields=["organization", "org_path"])
    spans.begin(household, by=by, why="moved", day=today)
    books.move_sheet(household, origin)
    moves.move(
        household, "hand_over", by=by, reason=one.words, due_on=household.due_on, to_organization=one.organization,
        details={"from": origin.pk, "from_name": origin.name},
    )  # fmt: skip
    way.post(facts.TAKEN_OVER, household, one, day=today)
    audit.record(by, "hardship.handed_over", household, at=one.organization, origin=origin.pk)
    notices.tell(origin, "hardship.taken", record=one, reference=one.reference)
    notices.tell(household.head, "hardship.moved", record=household, reference=household.reference, unit=one.organization.name)
    return household


@transaction.atomic
def decline(*, handover_id: int, words: str, by: Person, version: int | None = None) -> Handover:
    """Do not take it, with the reason; the file stays where it is."""
    one = access.handover_for_change(by, handover_id, at="organization")
    moves.move(one, "decline", by=by, reason=words, version=version)
    notices.tell(one.origin, "hardship.declined", record=one, reference=one.reference)
    return one


@transaction.atomic
def call_back(*, handover_id: int, words: str, by: Person, version: int | None = None) -> Handover:
    """Take the offer back as long as nobody has answered it; the house makes the move, at the unit that was asked."""
    one = access.handover_for_change(by, handover_id, at="origin")
    moves.move(one, "call_back", by=people.house(), reason=words, version=version, details={"by": by.name})
    audit.record(by, "hardship.called_back", one.household, at=one.origin, handover=one.pk)
    return one


def end(household: Household, *, by: Person, words: str) -> None:
    """A file that is left is offered to nobody any more; the caller has it locked."""
    for one in household.handovers.select_for_update(of=("self",)).filter(state="offered"):
        moves.move(one, "call_back", by=people.house(), reason=words, details={"by": by.name})
