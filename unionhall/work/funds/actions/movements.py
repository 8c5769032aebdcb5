"""Booking money and goods, confirming what was passed down, and taking a wrong booking back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Sum

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Refused, absent, filled
from unionhall.lib.text import Text
from unionhall.work.funds import access, facts, registry, rules
from unionhall.work.funds.actions import lines, pieces
from unionhall.work.funds.models import Agreement, BudgetLine, Movement

PURPOSEFUL = ("committed", "approved", "received")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMovement:
    """What somebody books. `unit` is the receiving unit of money passed down; `line` is drawn on by what is spent."""

    stage: str
    source: str
    purpose: str
    amount: int
    form: str = "money"
    more_purposes: Sequence[str] = ()
    day: date | None = None
    year: int | None = None
    programme: Programme | None = None
    counterpart: str = ""
    unit: Organization | None = None
    voucher: str = ""
    valuation: str = ""
    note: str = ""
    answers: Movement | None = None
    agreement: Agreement | None = None
    line: BudgetLine | None = None


@transaction.atomic
def book(*, organization: Organization, new: NewMovement, by: Person) -> Movement:
    """Book one movement of an organization. Raises Refused, Denied, and Refused with the figures where a line is short."""
    access_actions.require(by, "funds.book", at=organization)
    return enter(organization=organization, new=new, by=by)


@transaction.atomic
def enter(*, organization: Organization, new: NewMovement, by: Person) -> Movement:
    """Book a movement whose caller has asked who may: the room that hands goods out asks for its own right. Raises as `book`."""
    day = new.day or dates.today()
    rules.check_amount(new.amount)
    rules.check_day(day, dates.today())
    rules.check_goods(new.form, new.stage, registry.IN_KIND, new.valuation)
    _check_ties(organization, new)
    edition = programmes.running_edition(new.programme, organization, day) if new.programme else None
    one = Movement.objects.create(
        organization=organization, org_path=organization.path, stage=new.stage, form=new.form, source=new.source,
        purpose=new.purpose, more_purposes=[purpose for purpose in new.more_purposes if purpose != new.purpose],
        year=new.year or day.year, amount=new.amount, day=day, programme=new.programme, edition=edition,
        counterpart=new.counterpart.strip(), unit=new.unit, voucher=new.voucher.strip(),
        valuation=new.valuation.strip() if new.form == "goods" else "", note=new.note.strip(), answers=new.answers,
        agreement=new.agreement, line=new.line, created_by=by, created_at=clock.now(),
    )  # fmt: skip
    if new.line is not None:
        lines.hold(line_id=new.line.pk, key=_key(one), amount=new.amount)
        lines.spend(key=_key(one))
    _post(one)
    audit.record(by, "funds.booked", one, at=organization, stage=one.stage, form=one.form, amount=one.amount)
    if one.stage == "passed_down" and new.unit is not None:
        notices.tell(new.unit, "funds.passed_down", record=one, giver=organization.name, purpose=_purpose(one))
    return one


def _key(one: Movement) -> str:
    return f"funds.movement:{one.pk}"


def _purpose(one: Movement) -> str:
    return registry.PURPOSES[one.purpose].zh


def _check_ties(organization: Organization, new: NewMovement) -> None:
    if new.stage == "passed_down":
        if new.unit is None:
            raise Refused(Text("请选择下拨到的单位。", "Choose the unit that receives it."), field="unit")
        if new.unit.pk == organization.pk or not tree.contains(organization.path, new.unit.path):
            raise Refused(Text("只能下拨给本单位的下级。", "Money is passed down to units below one's own."), field="unit")
    if new.stage == "spent" and new.form == "money" and new.line is None:
        raise Refused(Text("支出须选择预算科目。", "What is spent names its budget line."), field="line")
    if new.line is not None and (new.line.organization_id, new.stage) != (organization.pk, "spent"):
        raise Refused(Text("预算科目须为本单位的，且只用于支出。", "The line is of this unit and for spending."), field="line")
    if new.answers is not None:
        rules.check_answer(new.stage, new.answers.stage)
        kept = Movement.objects.select_for_update(no_key=True).get(pk=new.answers.pk)
        if kept.withdrawn_on is not None:
            raise Refused(Text("对应的款项已撤销。", "The movement that it answers was withdrawn."), field="answers")
        taken = kept.answered.filter(withdrawn_on=None, stage=new.stage).aggregate(sum=Sum("amount"))["sum"] or 0
        if new.answers.stage != "applied":  # an approval may say more or less than was asked
            rules.check_within(new.amount, kept.amount, taken)
    if new.agreement is not None and new.agreement.kind == "service" and new.stage == "spent":
        accepted = new.agreement.steps.filter(step="accepted").aggregate(sum=Sum("amount"))["sum"] or 0
        paid = new.agreement.movements.filter(stage="spent", withdrawn_on=None).aggregate(sum=Sum("amount"))["sum"] or 0
        rules.payable(accepted, paid, new.amount)


def _post(one: Movement) -> None:
    fact = (facts.MONEY if one.form == "money" else facts.KIND)[one.stage]
    programme = one.programme.code if one.programme else ""
    plain = {"funding": one.source, "programme": programme}
    ledger.post(
        fact, at=one.organization, day=one.day, source=one, quantity=1, amount=one.amount,
        dimensions={**plain, "purpose": one.purpose},
    )  # fmt: skip
    if one.form == "money" and one.stage in PURPOSEFUL:
        for place, purpose in enumerate([one.purpose, *one.more_purposes]):
            ledger.post(
                facts.PURPOSE_NAMED, at=one.organization, day=one.day, source=one, subject=f"purpose/{purpose}",
                dimensions=plain, occurrence=place,
            )  # fmt: skip


@transaction.atomic
def confirm(*, movement_id: int, day: date | None = None, voucher: str = "", by: Person) -> Movement:
    """The receiving unit says that what was passed down has come: nothing is asked that the giver has said already."""
    sent = access.coming_to(by).select_related("organization", "unit", "programme").select_for_update(of=("self",)).filter(
        pk=movement_id
    ).first()  # fmt: skip
    if sent is None or sent.unit is None:
        raise absent()
    new = NewMovement(
        stage="received", form=sent.form, source="upper_union", purpose=sent.purpose, amount=sent.amount, day=day,
        year=sent.year, programme=sent.programme, counterpart=sent.organization.name, unit=sent.organization,
        voucher=voucher, valuation=sent.valuation, answers=sent,
    )  # fmt: skip
    return book(organization=sent.unit, new=new, by=by)


@transaction.atomic
def withdraw(*, movement_id: int, reason: str, by: Person) -> Movement:
    """Take a wrong booking out of every figure; it stays readable with the reason, and its line may promise the money again."""
    one = access.for_change(by, movement_id)
    pieces.check_own(one)
    return void(one, reason=reason, by=by)


def void(one: Movement, *, reason: str, by: Person) -> Movement:
    """The same with a movement that the caller has locked. Raises Conflict where it is withdrawn already or answered."""
    if one.withdrawn_on is not None:
        raise Conflict(Text("这一笔已经撤销。", "This movement is withdrawn already."))
    if one.answered.filter(withdrawn_on=None).exists():
        raise Conflict(Text("已有后续款项对应这一笔，请先撤销后续款项。", "Later movements answer this one: withdraw them first."))
    one.reason = filled(reason, "reason", "请说明撤销原因。", "Say why it is withdrawn.")[:200]
    one.withdrawn_on = dates.today()
    one.save(update_fields=["withdrawn_on", "reason"])
    if one.line_id is not None:
        lines.give_back(key=_key(one))
    pieces.take_back(one)
    ledger.reverse(one)
    audit.record(by, "funds.withdrawn", one, at=one.organization, reason=one.reason)
    return one
