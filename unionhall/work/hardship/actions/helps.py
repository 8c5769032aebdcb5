"""What help a household got: noted here, whichever fund it came from, so that the six rates are counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions.bulk import Row
from unionhall.kernel.ledger.facts import Fact
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person, Standing
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.hardship import access, facts, registry
from unionhall.work.hardship.actions import procedure as way
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.rounds import Help
from unionhall.work.hardship.rules import household as rules

STANDING = "hardship_helped"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHelp:
    """One help as somebody notes it; `source` is the voucher or decision that shows it. Amounts in fen."""

    item: str
    source: str
    approved: int
    approved_on: date
    paid: int = 0
    paid_on: date | None = None
    due_on: date | None = None


def check(new: NewHelp) -> None:
    """What the rules say of a help before it is noted."""
    rules.check_known(new.item, registry.HELPS, field="item")
    rules.check_money(new.approved, field="approved")
    rules.check_day(new.approved_on, today=dates.today(), field="approved_on")
    if not new.source.strip():
        raise Refused(Text("请填写审批文号或凭证号。", "Name the decision or voucher."), field="source")
    if (new.paid_on is None) != (new.paid == 0):
        raise Refused(Text("发放金额和发放日期须同时填写。", "Amount and day of payment come together."), field="paid_on")
    if new.paid > new.approved:
        raise Refused(Text("发放金额不能超过审批金额。", "No more is paid than was approved."), field="paid")
    if new.paid_on is not None:
        rules.check_day(new.paid_on, today=dates.today(), field="paid_on")


@transaction.atomic
def note(*, household_id: int, new: NewHelp, by: Person) -> Help:
    """Note one help. The same source again is refused: paid once, counted once."""
    household = access.for_change(by, household_id, to="hardship.help")
    check(new)
    if household.helps.filter(source=new.source.strip()).exists():
        raise Conflict(Text(f"凭证“{new.source}”已登记过，不能重复计算。", f"“{new.source}” is noted already; help counts once."))
    made = note_many([(household, new)], by=by)[0]
    audit.record(by, "hardship.helped", household, at=household.organization, item=new.item, source=new.source)
    return made


@transaction.atomic
def note_many(rows: Iterable[tuple[Household, NewHelp]], *, by: Person) -> list[Help]:
    """Note many helps in sets, for lists and replays. All or none."""
    wanted = list(rows)
    for unit in {household.organization for household, _new in wanted}:
        access_actions.require(by, "hardship.help", at=unit)
    access.check_none_own(by, {household.pk for household, _new in wanted})
    for _household, new in wanted:
        check(new)
    made = Help.objects.bulk_create([_help(household, new, by) for household, new in wanted], batch_size=1000)
    paid = [one for one in made if one.paid_on is not None]
    _post(facts.APPROVED, made, "approved_on", amount="approved")
    _post(facts.PAID, paid, "paid_on", amount="paid")
    _post(facts.HELPED, paid, "paid_on")
    _post(facts.DUE, [one for one in paid if one.due_on is not None], "paid_on")
    _post(facts.IN_TIME, [one for one in made if one.paid_on and one.due_on and one.paid_on <= one.due_on], "paid_on")
    return made


def _help(household: Household, new: NewHelp, by: Person) -> Help:
    return Help(
        household=household,
        organization=household.organization,
        item=new.item,
        source=new.source.strip(),
        approved=new.approved,
        approved_on=new.approved_on,
        paid=new.paid,
        paid_on=new.paid_on,
        due_on=new.due_on,
        by=by,
    )


def _post(fact: Fact, rows: Iterable[Help], day: str, *, amount: str = "") -> None:
    more = "item" in fact.dimensions
    ledger.post_many(
        fact,
        (
            Row(
                at=one.organization,
                day=getattr(one, day),
                source=one,
                subject=one.household_id,
                amount=getattr(one, amount) if amount else 0,
                dimensions=one.household.dimensions(**({"item": one.item} if more else {})),
            )
            for one in rows
        ),
    )


@transaction.atomic
def judge(*, household_id: int, source: str, finding: str, by: Person) -> Help:
    """Enter what an audit found about one help of a file, or what the household says of it; `finding` is of `registry.JUDGED`.

    Raises Refused for a voucher by which nothing was paid, Conflict where it was audited or asked about already.
    """
    household = access.for_change(by, household_id, to="hardship.help")
    rules.check_known(finding, registry.JUDGED, field="finding")
    paid = household.helps.filter(source=source.strip(), paid_on__isnull=False)
    one = paid.select_related("household__programme", "organization").first()
    if one is None:
        raise Refused(
            Text(f"本户没有凭证为“{source}”的已发放帮扶。", f"Nothing was paid to this household by “{source}”."), field="source"
        )
    if finding in {"in_order", "out_of_order"}:
        return audit_many([one], in_order=finding == "in_order", by=by)[0]
    return ask_many([one], satisfied=finding == "satisfied", by=by)[0]


@transaction.atomic
def audit_many(helps: Iterable[Help], *, in_order: bool, by: Person) -> list[Help]:
    """Enter what an audit found about some helps; each is audited once."""
    return _say(helps, {"audited_on": dates.today(), "in_order": in_order}, facts.AUDITED, facts.COMPLIANT, in_order, by=by)


@transaction.atomic
def ask_many(helps: Iterable[Help], *, satisfied: bool, by: Person) -> list[Help]:
    """Enter what households say about the help they got; each is asked once."""
    return _say(helps, {"asked_on": dates.today(), "satisfied": satisfied}, facts.ASKED, facts.SATISFIED, satisfied, by=by)


def _say(helps: Iterable[Help], values: dict[str, object], every: Fact, good: Fact, holds: bool, *, by: Person) -> list[Help]:
    wanted = list(helps)
    day = next(iter(values))
    for unit in {one.organization for one in wanted}:
        access_actions.require(by, "hardship.help", at=unit)
    access.check_none_own(by, {one.household_id for one in wanted})
    if any(getattr(one, day) is not None for one in wanted):
        raise Conflict(Text("其中有帮扶已登记过该结果。", "One of these has been entered already."))
    for one in wanted:
        for name, value in values.items():
            setattr(one, name, value)
    Help.objects.bulk_update(wanted, list(values), batch_size=1000)
    _post(every, wanted, day)
    if holds:
        _post(good, wanted, day)
    audit.record_many(
        audit.Act(by, "hardship.help_judged", one.household, at=one.organization, details={day: True, "good": holds})
        for one in wanted
    )
    return wanted


def take_in() -> int:
    """Note the help that other rooms have given, told by a standing `hardship_helped` of a head or member; part of the clock.

    The standing's source names what was paid; its amount lies with the room that paid it.
    """
    house, taken = people.house(), 0
    known = set(Help.objects.values_list("household_id", "source"))
    for standing in Standing.objects.filter(kind=STANDING).select_related("person").order_by("id").iterator(chunk_size=2000):
        household = Household.objects.filter(members__person=standing.person_id, state="on_file").first()
        source = f"{standing.source_kind}:{standing.source_id}"
        if household is None or (household.pk, source) in known:
            continue
        with transaction.atomic():
            locked = (
                Household.objects.select_for_update(of=("self",)).select_related("organization", "programme").get(pk=household.pk)
            )
            made = Help.objects.create(
                household=locked,
                organization=locked.organization,
                item="other",
                source=source,
                approved=0,
                approved_on=standing.since,
                paid_on=standing.since,
                by=house,
            )
            way.post(facts.HELPED, locked, made, day=standing.since, item="other")
            taken += 1
    return taken
