"""An application's way: registered, submitted, reviewed, decided by another person with its money held, withdrawn."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import apart
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.files import actions as files
from unionhall.kernel.files.models import File
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.actions import moves, numbers
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.facts import Fact
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.kernel.programmes.registry import Purse, PurseLine, purse
from unionhall.lib import constraints, dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.grants import access, facts, rules
from unionhall.work.grants.actions import levels, parcels, postings, rejects
from unionhall.work.grants.flow import GRANTED, UNPAID
from unionhall.work.grants.models import Application, Entitlement, Payment
from unionhall.work.grants.queries import eligibility, items, yearly
from unionhall.work.grants.rules import days, shares

APPROVAL = (
    "approved", "approved_by", "approved_on", "funder", "line", "line_name", "funding", "purpose", "budget_year",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplication:
    """What a clerk fills in. Without a payee the person is paid; months only where the kind is paid by the month."""

    programme: Programme
    kind: str
    person: Person
    amount: int
    payee: Person | None = None
    months: Sequence[date] = ()
    reason: str = ""
    matter: str = ""
    basis: int = 0
    goods: str = ""
    valuation: str = ""
    exclusion: str = ""
    happened_on: date | None = None
    entrants: int | None = None


@transaction.atomic
def register(*, organization: Organization, new: NewApplication, by: Person) -> Application:
    """Take up an application as a draft, with the reasons for and against it. Raises Refused, Denied."""
    access_actions.require(by, "grants.apply", at=organization)
    one = Application(organization=organization, reference=numbers.number("SQ", organization))
    _fill(one, new)
    access.check_not_own(by, one)
    moves.start(one, by=by)
    return one


@transaction.atomic
def revise(*, application_id: int, new: NewApplication, by: Person) -> Application:
    """Correct a draft. Raises Conflict once it was submitted."""
    one = access.for_change(by, application_id, to="grants.apply")
    if one.state != "draft":
        raise Conflict(Text("已提交的申请不能修改，请先退回。", "A submitted application is sent back before it is changed."))
    _fill(one, new)
    access.check_not_own(by, one)
    one.save()
    if one.submitted_on is not None:
        _count_applied(one)
    audit.record(by, "grants.revised", one, at=one.organization)
    return one


def _fill(one: Application, new: NewApplication) -> None:
    terms = eligibility.terms_of(new.programme, new.kind)
    rules.check_amount(new.amount)
    one.programme, one.edition = new.programme, eligibility.edition_for(new.programme, one.organization)
    one.kind, one.person = new.kind, new.person
    one.to_unit, one.payee = terms.to_unit, (new.person if terms.to_unit else new.payee or new.person)
    one.months = days.tidy_months(new.months, dates.today()) if terms.period == "month" else []
    one.asked, one.reason = new.amount, new.reason.strip()
    one.matter = " ".join(new.matter.split())[:120] if terms.matter else ""
    one.basis = new.basis if terms.share or terms.tiers else 0
    one.goods = " ".join(new.goods.split())[:200] if terms.goods else ""
    one.valuation = " ".join(new.valuation.split())[:200] if terms.goods else ""
    one.exclusion = new.exclusion if terms.excludes and new.exclusion in rules.EXCLUSIONS else ""
    one.happened_on = new.happened_on if terms.claim_days else None
    one.entrants = new.entrants if terms.winners else None
    one.household = access.household_of(new.person, dates.today())
    _judge(one, new.amount)


def _judge(one: Application, amount: int) -> list[rules.Finding]:
    found = eligibility.judged(one, amount=amount)
    one.findings = [finding.kept() for finding in found]
    return found


@transaction.atomic
def submit(*, application_id: int, by: Person, version: int | None = None) -> Application:
    """Hand a draft in: from here on nobody else gets the same for the same period. Raises Refused with each reason against it."""
    return hand_in(access.for_change(by, application_id, to="grants.apply"), by=by, version=version)


def hand_in(one: Application, *, by: Person, version: int | None = None) -> Application:
    """Hand in a draft that the caller has locked."""
    rules.check_amount(one.asked)
    found = _judge(one, one.asked)
    rules.check_stands([finding for finding in found if finding.code in rules.HARD])
    one.submitted_on = one.submitted_on or dates.today()
    one.save(update_fields=["findings", "submitted_on"])
    _take(one)
    moves.move(one, "submit", by=by, version=version)
    _count_applied(one)
    return one


def _count_applied(one: Application) -> None:
    """Count it once, as it stands, on the day it was first handed in; goods are no money."""
    assert one.submitted_on is not None
    ledger.reverse(one, fact=facts.APPLIED)
    ledger.reverse(one, fact=facts.MATTER_APPLIED)
    if not one.goods:
        post(facts.APPLIED, one, day=one.submitted_on, amount=one.asked)
    if one.matter:
        where = {"at": one.organization, "day": one.submitted_on, "source": one, "dimensions": dimensions(one)}
        ledger.post(facts.MATTER_APPLIED, **where, subject=matter_key(one))  # type: ignore[arg-type]


def _take(one: Application) -> None:
    wanted = eligibility.keys_of(one)

    def taken() -> Refused:
        others = "、".join(eligibility.taken(wanted, besides=one.pk))
        said = Text(f"同期已有同类救助：{others}。", f"A grant of the same kind stands in the period: {others}.")
        return Refused(said, code="not_eligible")

    with constraints.said("grants_entitlement_once", taken):
        Entitlement.objects.bulk_create([Entitlement(application=one, key=key) for key in wanted])


def _release(one: Application) -> None:
    one.entitlements.filter(released_on=None).update(released_on=dates.today())


@transaction.atomic
def review(*, application_id: int, by: Person, words: str = "", version: int | None = None) -> Application:
    """Say that the papers are in order. Raises Refused with each rule that is not met."""
    one = access.for_change(by, application_id, to="grants.review")
    rules.check_stands(_judge(one, one.asked))
    one.save(update_fields=["findings"])
    moves.move(one, "review", by=by, reason=words, version=version)
    return one


@transaction.atomic
def send_back(*, application_id: int, by: Person, words: str, version: int | None = None) -> Application:
    """Give it back to be mended; what it had taken is free again."""
    one = access.for_change(by, application_id, to="grants.review")
    _release(one)
    moves.move(one, "send_back", by=by, reason=words, version=version, to_organization=levels.home(one, by))
    return one


@transaction.atomic
def approve(
    *,
    application_id: int,
    amount: int,
    funder: Organization,
    line_id: int,
    by: Person,
    words: str = "",
    mandate: str = "",
    version: int | None = None,
) -> Application:
    """Grant an amount and hold it on a budget line of the paying unit; where the programme asks for it, post it publicly first.

    `mandate` names the written approval of a level above this house, where the amount needs one. Raises Refused where a rule is not
    met, where a higher level approves, where the line is short (with the figures), or for whoever registered it.
    """
    one = access.for_change(by, application_id, to="grants.approve")
    access_actions.require(by, "grants.approve", at=funder)
    rules.check_amount(amount)
    rules.check_other(by.pk, {"clerk": one.created_by_id})
    apart.check(by, flows.hands(one, [one.created_by_id]))
    yearly.await_others([one])
    items.await_others([one], dates.today())
    found = _judge(one, amount)
    rules.check_stands(found)
    rules.check_reasoned(found, words)
    home = levels.check(one, amount, by=by, mandate=mandate)
    line = _line(funder, line_id, one)
    keeper().hold(line_id=line.id, key=draw_key(one), amount=amount)
    keep_back({one: amount}, line)
    one.approved, one.approved_by, one.approved_on = amount, by, dates.today()
    one.funder, one.line, one.line_name = funder, line.id, line.name[:80]
    one.funding, one.purpose, one.budget_year = line.source, line.purpose, one.approved_on.year
    one.save(update_fields=["findings", *APPROVAL])
    posted = eligibility.notice_days(one) > 0
    if mandate := mandate.strip():
        words = f"{words.strip()} {Text('批复文号：', 'Approved in writing: ')}{mandate}".strip()
    told = {"amount": amount, "mandate": mandate}
    moves.move(
        one, "publish" if posted else "approve", by=by, reason=words, version=version, details=told, to_organization=home
    )  # fmt: skip
    if posted:
        postings.put_up(one, by=by)
    notices.tell(one.created_by if one.own else one.organization, "grants.approved", record=one, reference=one.reference)
    post(approved_fact(one), one, day=one.approved_on, amount=amount)
    return one


def keeper() -> Purse:
    """Who keeps the budget lines. Raises Refused in a house without one."""
    found = purse()
    if found is None:
        raise Refused(Text("本系统未启用经费模块，不能审批。", "No room keeps budget lines here; nothing can be approved."))
    return found


def lines_of(funder: Organization) -> list[PurseLine]:
    """The lines out of which a unit may pay this year."""
    return keeper().lines(funder, dates.today().year)


def keep_back(amounts: Mapping[Application, int], line: PurseLine) -> None:
    """What the regions keep of the education money for daily relief stays on the line; holding it has locked the line.

    The amounts are about to be granted out of it, one or many. Raises Refused with the figures of the strictest region.
    """
    percents: dict[int, int] = {}
    asked: Counter[int] = Counter()
    places = {(one.organization_id, one.terms.keep_back): one.organization for one in amounts}
    told = {
        place: eligibility.number(place[1], at=at, on=dates.today()).value for place, at in places.items() if place[1]
    }  # fmt: skip
    for one, amount in amounts.items():
        share = told.get((one.organization_id, one.terms.keep_back), 0)
        if share and one.programme_id is not None:
            percents[one.programme_id] = max(share, percents.get(one.programme_id, 0))
            asked[one.programme_id] += amount
    for programme, share in percents.items():
        before = Application.objects.filter(line=line.id, programme=programme, state__in=GRANTED)
        total = before.exclude(pk__in=[one.pk for one in amounts]).aggregate(total=Sum("approved"))["total"] or 0
        shares.check_kept_back(approved=total + asked[programme], ceiling=line.ceiling, share=share)


def _line(funder: Organization, line_id: int, one: Application) -> PurseLine:
    return line_for(next((line for line in lines_of(funder) if line.id == line_id), None), one)


def line_for(found: PurseLine | None, one: Application) -> PurseLine:
    """The line, where there is one and it may pay for this programme. Raises Refused."""
    if found is None:
        raise Refused(Text("请选择本单位今年的预算科目。", "Choose a budget line of this unit and year."), field="line")
    if found.programme and (one.programme is None or found.programme != one.programme.code):
        raise Refused(Text("该科目专用于其他项目。", "The line is set aside for another programme."), field="line")
    return found


def draw_key(one: Application) -> str:
    """By which the budget line knows an application; a draw that was let go is never taken up again."""
    return f"grants.application:{one.pk}"


@transaction.atomic
def refuse(*, application_id: int, by: Person, words: str, version: int | None = None) -> Application:
    """Turn it down, with the reason; what it had taken and the money held for it are free again."""
    one = access.for_change(by, application_id, to="grants.approve")
    levels.home(one, by)
    let_go(one, "refuse", by=by, words=words, version=version)
    notices.tell(one.created_by if one.own else one.organization, "grants.refused", record=one, reference=one.reference)
    return one


def let_go(one: Application, move: str, *, by: Person, words: str, version: int | None = None) -> Application:
    """End a locked application before it is paid: entitlements and money are free again. Raises Conflict while batched."""
    carried = Payment.objects.filter(application=one, state__in=("pending", "paid")).select_related("batch").first()
    if carried is not None:
        batch = carried.batch.reference
        raise Conflict(
            Text(f"已列入发放批次{batch}，请先移出批次。", f"Batch {batch} carries this payment: take it out there first.")
        )
    was_granted = one.state in UNPAID
    _release(one)
    moves.move(one, move, by=by, reason=words, version=version)
    postings.take_down(one)
    if was_granted:
        keeper().free(key=draw_key(one))
        ledger.reverse(one, fact=approved_fact(one))
        rejects.over([one.pk])
    return one


@transaction.atomic
def reopen(one: Application, *, by: Person, words: str) -> Application:
    """Look at a refused application again after an appeal. Raises Refused where another grant has taken its place since."""
    _take(one)
    moves.move(one, "reopen", by=by, reason=words)
    return one


@transaction.atomic
def recall(one: Application, *, by: Person, words: str) -> Application:
    """Ask for money back that was paid wrongly; what it had taken stays taken until it has come back."""
    moves.move(one, "recall", by=by, reason=words)
    return one


@transaction.atomic
def recover(*, application_id: int, by: Person, words: str, version: int | None = None) -> Application:
    """The money has come back: the line may promise it again, and it is counted as returned. Paid stays paid."""
    one = access.for_change(by, application_id, to="grants.pay")
    one.recovered_on = dates.today()
    one.save(update_fields=["recovered_on"])
    moves.move(one, "recover", by=by, reason=words, version=version)
    _release(one)
    keeper().give_back(key=draw_key(one))
    if one.goods:
        parcels.bring_back(one, by=by)
    else:
        post(facts.RETURNED, one, day=one.recovered_on, amount=one.approved or 0)
    return one


@transaction.atomic
def withdraw(*, application_id: int, by: Person, words: str, version: int | None = None) -> Application:
    """Take it back before it is paid: entitlements and money are free again. Raises Conflict while a batch carries it."""
    return let_go(access.for_change(by, application_id, to="grants.apply"), "withdraw", by=by, words=words, version=version)


@transaction.atomic
def add_paper(*, application_id: int, photo: UploadedFile, by: Person) -> File:
    """Put a paper to an application that is not closed, from a folder or by a phone. Raises Conflict, and what files refuse."""
    one = access.for_change(by, application_id, to="grants.apply")
    if one.stands.kind == "closed":
        raise Conflict(Text("申请已办结，不能再补材料。", "The application is closed: no paper is added."), code="state")
    return files.attach(one, photo, by=by, kind="paper")


def paper_by_phone(by: Person, application_id: int, photo: UploadedFile) -> File:
    """The same from a phone that read the square code of the page."""
    return add_paper(application_id=application_id, photo=photo, by=by)


def post(fact: Fact, one: Application, *, day: date, amount: int) -> None:
    """Count an application's amount for the person whom it helps, or for the unit that it is paid to."""
    ledger.post(
        fact, at=one.organization, day=day, source=one, subject=subject(one), amount=amount, dimensions=dimensions(one, fact)
    )  # fmt: skip


def subject(one: Application) -> "int | str":
    """Whom it is counted for: the person, or the unit whose own grant it is."""
    return f"grants.unit-{one.organization_id}" if one.to_unit else one.person_id


def matter_key(one: Application) -> str:
    """The place, project or case by which it is counted."""
    return f"grants.matter:{one.matter}"


def approved_fact(one: Application) -> Fact:
    """What its approval counts as: money, or goods by their value."""
    return facts.GOODS_APPROVED if one.goods else facts.APPROVED


def dimensions(one: Application, fact: Fact | None = None) -> Mapping[str, str]:
    """By what its figures are cut; those of money that left a line by the line's source too."""
    drawn = fact is not None and "funding" in fact.dimensions
    return _cut(one.programme.code if one.programme else "", one.kind, one.funding if drawn else "")


@lru_cache(maxsize=1024)
def _cut(programme: str, kind: str, funding: str) -> Mapping[str, str]:
    """Those that are cut alike share one mapping, which the books read once."""
    return MappingProxyType({"programme": programme, "aid": kind} | ({"funding": funding} if funding else {}))
