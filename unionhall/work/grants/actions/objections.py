"""Objections and appeals: each opens a case that holds the grant until another person has decided it, with the reason."""

from datetime import date

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import apart
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.actions import moves, numbers
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import constraints, dates
from unionhall.lib.refusal import Conflict, Refused, filled
from unionhall.lib.text import Text
from unionhall.work.grants import access, facts
from unionhall.work.grants.actions import applications, batches
from unionhall.work.grants.actions.applications import dimensions
from unionhall.work.grants.flow import GRANTED
from unionhall.work.grants.models import Application, Objection, Payment
from unionhall.work.grants.rules import days

ONE_AT_A_TIME = Text("已有一份申诉正在核实。", "An appeal is being looked into already.")
OPEN_TO_OBJECTION = tuple(state for state in GRANTED if state != "recovered")


@transaction.atomic
def take_objection(
    *, application_id: int, words: str, way: str, by: Person, received_on: date | None = None
) -> Objection:  # fmt: skip
    """Take what somebody says against a grant, also after it was paid. Until it is decided nothing of it goes on."""
    one = access.for_change(by, application_id, to="grants.review")
    if way == "online":
        raise Refused(Text("网上异议由本人在职工端提交。", "Objections online are handed in by workers themselves."), field="way")
    return _object(one, words=words, way=way, by=by, received_on=received_on)


@transaction.atomic
def object_online(*, posting_id: int, words: str, by: Person) -> Objection:
    """A worker objects to what stands on public notice. Raises NotVisible once it is taken down."""
    return _object(access.posted_for_change(posting_id), words=words, way="online", by=by)


def _object(one: Application, *, words: str, way: str, by: Person, received_on: date | None = None) -> Objection:
    if one.state not in OPEN_TO_OBJECTION:
        raise Conflict(Text("公示开始以后才能受理异议。", "Objections are taken from the public notice on."), code="state")
    assert one.funder is not None
    return _open(one, "objection", at=one.funder, words=words, way=way, by=by, on=received_on or dates.today())


@transaction.atomic
def appeal(*, application_id: int, words: str, by: Person, way: str = "letter", received_on: date | None = None) -> Objection:
    """The applicant appeals against a refusal; the unit above looks at it. A clerk takes it in, or the worker online."""
    own = way == "online"
    one = access.own_for_change(by, application_id) if own else access.for_change(by, application_id, to="grants.review")
    check_appeal(one)
    return _open(one, "appeal", at=_above(one.organization), words=words, way=way, by=by, on=received_on or dates.today())


def check_appeal(one: Application) -> None:
    """An appeal is against a refusal, within its days, one at a time. Raises Conflict, Refused."""
    if one.state != "refused":
        raise Conflict(Text("只有未通过的申请可以申诉。", "An appeal is against a refusal."), code="state")
    days.check_appeal_day(dates.day_of(one.state_since), dates.today(), eligibility_days(one))
    if Objection.objects.filter(application=one, kind="appeal", state="taken").exists():
        raise Conflict(ONE_AT_A_TIME)


def eligibility_days(one: Application) -> int:
    """How long an appeal may wait."""
    return applications.eligibility.number("grants.appeal_days", at=one.organization, on=dates.today()).value


def _above(unit: Organization) -> Organization:
    above = organizations.ancestors(unit).filter(until=None, kind="federation").last()
    return above or unit


def _open(one: Application, kind: str, *, at: Organization, words: str, way: str, by: Person, on: date) -> Objection:
    said = filled(words, "words", "请写明理由。", "Say what it rests on.")
    days.check_received(on, dates.today())
    made = Objection(
        organization=at, reference=numbers.number("YY", at), application=one, kind=kind, way=way, words=said[:1000], received_on=on,
        programme=one.programme, edition=one.edition,
    )  # fmt: skip
    with constraints.said("grants_appeal_once", Conflict(ONE_AT_A_TIME)):
        moves.start(made, by=by)
    ledger.post(facts.OBJECTED, at=one.organization, day=on, source=made, dimensions={**dimensions(one), "against": kind})
    audit.record(by, "grants.objected", one, at=one.organization, objection=made.pk, kind=kind)
    notices.tell(at, "grants.objected", record=made, reference=one.reference)
    return made


@transaction.atomic
def decide(*, objection_id: int, upheld: bool, words: str, by: Person, version: int | None = None) -> Objection:
    """Decide an objection or appeal. Upheld, a grant is refused before it is paid, and called back after; a refusal is reopened.

    Raises Refused for whoever decided the grant, Conflict while its payment is at the bank.
    """
    made = access.objection_for_change(by, objection_id)
    one = access.for_change(by, made.application_id)
    said = filled(words, "words", "请写明核实结论。", "Say what the inquiry came to.")
    if by.pk in _deciders(one):
        raise Refused(
            Text(
                "作出原决定的人不能处理对它的异议或申诉，请由另一人办理。",
                "Who decided the grant does not decide this: ask a colleague.",
            ),
            code="second_person",
        )
    access_actions.require(by, "grants.approve", at=made.organization)
    apart.check(by, flows.hands(one, _deciders(one)))
    made.decision, made.decided_on, made.decided_by = said[:1000], dates.today(), by
    made.save(update_fields=["decision", "decided_on", "decided_by"])
    moves.move(made, "uphold" if upheld else "dismiss", by=by, reason=said, version=version)
    audit.record(by, "grants.objection_decided", one, at=one.organization, objection=made.pk, upheld=upheld)
    if upheld:
        _carry_out(one, made, by=by)
    if one.own:
        notices.tell(one.created_by, "grants.decided", record=one, reference=one.reference)
    return made


def _deciders(one: Application) -> set[int]:
    steps = flows.timeline(one)
    return {step.by_id for step in steps if step.move in {"approve", "publish", "refuse"}}


def _carry_out(one: Application, made: Objection, *, by: Person) -> None:
    if made.kind == "appeal":
        applications.reopen(one, by=by, words=made.decision)
    elif one.state == "paid":
        applications.recall(one, by=by, words=made.decision)
    elif one.state in {"noticed", "approved"}:
        carried = Payment.objects.filter(application=one, state="pending").select_related("batch").first()
        if carried is not None and carried.batch.state == "exported":
            raise Conflict(
                Text(
                    f"付款已随批次{carried.batch.reference}送往银行，请在回盘后处理。",
                    f"The payment is at the bank with batch {carried.batch.reference}: decide it after the bank's answer.",
                ),
                code="at_the_bank",
            )
        if carried is not None:
            batches.drop(carried, reason=made.decision[:200], by=by)
        applications.refuse(application_id=one.pk, by=by, words=made.decision)
