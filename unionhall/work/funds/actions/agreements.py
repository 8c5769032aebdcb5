"""Agreements with other unions and contracts for services, step by step."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Refused, filled
from unionhall.lib.text import Text
from unionhall.work.funds import access, facts, registry, rules
from unionhall.work.funds.models import Agreement, Step

SIGNED = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAgreement:
    """What was signed, with whom and when; `promised` in fen, 0 where no money was agreed."""

    kind: str
    title: str
    partner: str
    signed_on: date
    until: date | None = None
    promised: int = 0
    content: str = ""
    programme: Programme | None = None


@transaction.atomic
def sign(*, organization: Organization, new: NewAgreement, by: Person) -> Agreement:
    """Register a signed agreement."""
    access_actions.require(by, "funds.agree", at=organization)
    rules.check_day(new.signed_on, dates.today())
    if new.until is not None and new.until < new.signed_on:
        raise Refused(Text("有效期不能早于签订日期。", "It cannot end before it was signed."), field="until")
    edition = programmes.running_edition(new.programme, organization, new.signed_on) if new.programme else None
    one = Agreement.objects.create(
        organization=organization, org_path=organization.path, kind=new.kind,
        title=filled(new.title, "title", "请填写名称。", "Give it a title."),
        partner=filled(new.partner, "partner", "请填写对方单位。", "Name the other side."),
        signed_on=new.signed_on, until=new.until, promised=new.promised, content=new.content.strip(),
        programme=new.programme, edition=edition, created_by=by, created_at=clock.now(),
    )  # fmt: skip
    ledger.post(facts.AGREEMENT_SIGNED, at=organization, day=one.signed_on, source=one, subject=one, dimensions=_dimensions(one))
    _post_step(one, SIGNED, one.signed_on, 0)
    audit.record(by, "funds.agreement_signed", one, at=organization, partner=one.partner, promised=one.promised)
    return one


@transaction.atomic
def take_step(*, agreement_id: int, step: str, day: date, text: str, amount: int = 0, by: Person) -> Step:
    """Note what an agreement went through. What is accepted opens the way for its payment."""
    one = one_for_change(access.agreements_for(by), by, agreement_id, to="funds.agree")
    if step not in registry.STEPS_OF[one.kind]:
        raise Refused(Text("这类协议没有这个环节。", "An agreement of this kind has no such step."), field="step")
    rules.check_day(day, dates.today())
    if day < one.signed_on:
        raise Refused(Text("不能早于签订日期。", "It cannot lie before the signing."), field="day")
    if step == "accepted":
        if not one.steps.filter(step="delivered").exists():
            raise Refused(Text("先登记交付，再验收。", "Note the delivery before its acceptance."), field="step")
        rules.check_within(amount, one.promised, sum(one.steps.filter(step="accepted").values_list("amount", flat=True)))
    taken = Step.objects.create(
        agreement=one, step=step, day=day, amount=amount, by=by, at=clock.now(),
        text=filled(text, "text", "请说明内容。", "Say what it was.")[:400],
    )  # fmt: skip
    _post_step(one, step, day, taken.pk)
    audit.record(by, "funds.step_taken", one, at=one.organization, step=step, amount=amount)
    return taken


def _dimensions(one: Agreement) -> dict[str, str]:
    return {"agreement_kind": one.kind, "programme": one.programme.code if one.programme else ""}


def _post_step(one: Agreement, step: str, day: date, occurrence: int) -> None:
    ledger.post(
        facts.STEP_TAKEN, at=one.organization, day=day, source=one, subject=f"step/{step}", dimensions=_dimensions(one),
        occurrence=occurrence,
    )  # fmt: skip
