"""Batches of payments: prepared, checked by a second person on the exact content, exported by a third, settled once."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as permissions
from unionhall.kernel.access.actions import apart
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import numbers
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.actions import bulk as people_bulk
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, constraints, copying, rowid
from unionhall.lib.refusal import Conflict, absent, filled
from unionhall.lib.text import Text
from unionhall.work.grants import access, registry, rules
from unionhall.work.grants.actions import accounts, contents, parcels, rejects
from unionhall.work.grants.actions.contents import ACCOUNT, LIVE, Line
from unionhall.work.grants.models import Application, Batch, Objection, Payment
from unionhall.work.grants.queries import asked, eligibility
from unionhall.work.grants.queries.asked import Asked
from unionhall.work.grants.rules import bank
from unionhall.work.grants.rules import parcels as values
from unionhall.work.grants.rules.parcels import Share

PAYMENT = ("batch_id", "number", "application_id", "payee_id", "name", "account", "masked", "amount", "state", "reason")
NAMED = 6  # how many payments a sentence names


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An application that no batch can carry now, and why."""

    application: Application
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch as it was prepared (None where nothing could be paid), and what was left out of it."""

    batch: Batch | None
    left_out: list[LeftOut]


@transaction.atomic
def prepare(
    *, organization: Organization, application_ids: Iterable[int], by: Person, form: str = "money",
    parcel: Mapping[int, int] | None = None,
) -> Prepared:  # fmt: skip
    """Put approved applications into a new batch; each is judged again, and left out with the reasons where a rule is not met.

    A batch holds money or goods; those of the other form are passed over. `parcel` says how many pieces of which stock each
    gift of goods takes; Refused where the unit has too few of them.
    """
    access_actions.require(by, "grants.prepare", at=organization)
    behalf = permissions.acting_for(by)
    shares = parcels.packed(organization, parcel or {}) if form == "goods" else []
    wanted = Application.objects.filter(pk__in=set(application_ids), funder=organization, state="approved")
    wanted = wanted.exclude(goods="") if form == "goods" else wanted.filter(goods="")
    access.check_none_own(by, wanted)
    found = asked.read(wanted.select_for_update().order_by("pk"))
    before = Payment.objects.filter(application__in=copying.among(one.pk for one in found)).exclude(state="dropped")
    stood = set(before.values_list("application_id", "state"))
    carried = {key for key, state in stood if state != "rejected"}
    free = [one for one in found if one.pk not in carried]
    ends = contents.destinations([contents.part_of(one) for one in free], by=by, parcel=shares)
    fit, against = _sorted_out(free, ends, shares, by=by)
    left_out = _named(against)
    if not fit:
        return Prepared(None, left_out)
    parcels.check_enough(organization, shares, len(fit))
    batch = Batch.objects.create(
        organization=organization, org_path=organization.path, reference=numbers.number("FF", organization), maker=by,
        maker_for_id=behalf, made_at=clock.now(), form=form, parcel=[one.kept() for one in shares],
    )  # fmt: skip
    overtaken = Conflict(Text("有申请刚被列入另一批次，请刷新。", "Another batch has just taken one of these: reload."))
    with constraints.said("grants_payment_once", overtaken):
        copying.copy("grants_payment", PAYMENT, _rows(batch, fit, ends))
    rejects.over({key for key, state in stood if state == "rejected"} & {one.pk for one in fit})
    audit.record(by, "grants.batch_prepared", batch, at=organization, payments=len(fit), amount=sum(one.amount for one in fit))
    return Prepared(batch, left_out)


@transaction.atomic
def prepare_each(
    *, organization: Organization, application_ids: Iterable[int], by: Person, parcel: Mapping[int, int]
) -> list[Prepared]:
    """What was chosen, as a batch of money and one of goods, both or neither."""
    wanted = list(application_ids)
    return [prepare(organization=organization, application_ids=wanted, by=by, form=form, parcel=parcel) for form in registry.FORMS]


def _sorted_out(
    free: Sequence[Asked], ends: Mapping[int, contents.Destination], parcel: Sequence[Share], *, by: Person
) -> tuple[list[Asked], dict[int, tuple[Text, ...]]]:  # fmt: skip
    """Those that can be paid, and by key the reasons against the others."""
    fit, left = [], {}
    away = contents.out_of_reach([one.payee for one in free if one.pk not in ends and not one.to_unit], by=by)
    for one, findings in zip(free, eligibility.judged_many(free), strict=True):
        against = [finding.text for finding in findings if not finding.ok]
        if one.pk not in ends:
            missing = registry.ELSEWHERE if one.payee in away else registry.NO_ACCOUNT
            against.append(registry.NO_UNIT_ACCOUNT if one.to_unit else missing)
        if (other := values.against(one.amount, parcel)) is not None:
            against.append(other)
        if against:
            left[one.pk] = tuple(against)
        else:
            fit.append(one)
    return fit, left


def _named(against: Mapping[int, tuple[Text, ...]]) -> list[LeftOut]:
    """What is left out, as the clerk reads it."""
    ones = Application.objects.in_bulk(list(against))
    return [LeftOut(ones[key], reasons) for key, reasons in against.items()]


def _rows(batch: Batch, fit: Iterable[Asked], ends: Mapping[int, contents.Destination]) -> Iterator[tuple[Any, ...]]:
    """The payments of a new batch, as they are copied in."""
    for place, one in enumerate(fit, start=1):
        end = ends[one.pk]
        yield batch.pk, place, one.pk, one.payee, end.name, end.mark, end.masked, one.amount, "pending", ""


def live(batch: Batch) -> "Iterator[Payment]":
    """The payments of a batch that were not taken out, in their order."""
    found = batch.payments.filter(state__in=LIVE).prefetch_related(
        "application__organization", "application__programme", "application__person", "application__payee", "payee"
    )
    yield from found.order_by("number")


def content_digest(batch: Batch) -> str:
    """The fingerprint of a batch as it stands now."""
    rows = batch.payments.filter(state__in=LIVE).values_list("application_id", "payee_id", "name", "account", "amount")
    return bank.digest(bank.Content(*row) for row in rows)


@transaction.atomic
def check(*, batch_id: int, digest: str, by: Person) -> Batch:
    """A second person confirms exactly what stood on the screen. Raises Refused for the maker, Conflict where anything differs."""
    batch = access.batch_for_change(by, batch_id, to="grants.check")
    if (batch.state, batch.checker_id, batch.digest) == ("checked", by.pk, digest):
        return batch
    must_be(batch, "draft")
    behalf = permissions.acting_for(by)
    rules.check_other(by.pk, {"maker": batch.maker_id})
    apart.check(by, batch.hands.values())
    access.check_none_own(by, _paid_by(batch))
    rules.check_clock(batch.made_at, clock.now())
    lines = _payable(batch)
    if differing := contents.changed(batch, lines, by=by):
        raise Conflict(_changed_words(differing))
    if digest != bank.digest(one.content for one in lines):
        raise Conflict(_stale_words())
    batch.state, batch.checker, batch.checked_at, batch.digest = "checked", by, clock.now(), digest
    batch.checker_for_id = behalf
    batch.save()
    audit.record(by, "grants.batch_checked", batch, at=batch.organization, digest=digest)
    return batch


def _paid_by(batch: Batch) -> "QuerySet[Application]":
    return Application.objects.filter(payments__batch=batch, payments__state="pending")


def _check_unopposed(batch: Batch) -> None:
    """An objection that came in since the batch was prepared holds its payment, and so the batch. Raises Conflict naming it."""
    open_ones = Objection.objects.filter(application__payments__batch=batch, application__payments__state="pending", state="taken")
    if held := sorted(open_ones.values_list("application__reference", flat=True)[:3]):
        named = "、".join(held)
        raise Conflict(
            Text(f"申请{named}有异议正在核实，请先移出批次。", f"There is an open objection to {named}: take it out of the batch."),
            code="objection",
        )


def _payable(batch: Batch) -> list[Line]:
    """The payments of a batch, where nobody objects to any and everybody may still be paid.

    Who died or lost the standing since it was prepared may not. Raises Conflict naming the first three.
    """
    _check_unopposed(batch)
    lines = contents.lines_of(batch)
    against = eligibility.lost(
        [eligibility.Bound(one.number, one.person, one.part.payee, one.gone, one.standing, one.bereaved) for one in lines]
    )
    if against:
        first = sorted(against.items())[:3]
        zh = "；".join(f"第{number}笔{why.zh}" for number, why in first)
        en = "; ".join(f"payment {number}: {why.en}" for number, why in first)
        raise Conflict(
            Text(f"{zh}。请移出后重新复核。", f"{en}. Take these out of the batch and have it checked again."), code="not_eligible"
        )
    return lines


def _check_own_accounts(batch: Batch, lines: Sequence[Line], opened: Mapping[int, str], *, by: Person) -> None:
    """One account stands for one payee: a card that two people give is another's for one of them.

    Then nothing goes out: the batch is a draft again, on record, and Conflict names the payments.
    """
    holders: dict[str, set[int]] = {}
    for payee, account in opened.items():
        holders.setdefault(re.sub(r"[\s-]", "", account), set()).add(payee)
    shared = {payee for payees in holders.values() if len(payees) > 1 for payee in payees}
    if not shared:
        return
    named = [one.number for one in lines if one.payee in shared and not one.part.to_unit][:6]
    with transaction.atomic():
        held = access.batch_for_change(by, batch.pk, to="grants.pay")
        _void(held, by=by, standing="exported", payments=named)
    told = "、".join(map(str, named))
    raise Conflict(
        Text(
            f"第{told}笔的收款人不同而银行账号相同，其中有他人的卡，文件未生成。请核实账号，移出或更正后重新复核。",
            f"Payments {told} go to different people on one account, so one of them gives another's card; no file was made. "
            "Mend the account or take them out, then check again.",
        ),
        code="shared_account",
    )


def _stale_words() -> Text:
    return Text("批次内容有变化，请按最新内容重新核对。", "The batch has changed meanwhile: go through it again as it stands now.")


def _changed_words(numbers: Sequence[int]) -> Text:
    """Which payments say something else by now than what is on record, the first few by number."""
    first, more = "、".join(map(str, numbers[:NAMED])), len(numbers) > NAMED
    return Text(
        f"第{first}{'等' if more else ''}笔的收款人、账号、金额或审批已有变化，请移出、重新制单后再复核。",
        f"In payment {first}{' and others' if more else ''} a payee, an account, an amount or a decision has changed: take it out, "
        "prepare it anew, check again.",
    )


def must_be(batch: Batch, *states: str) -> None:
    """Raise Conflict, with the state's name, for a batch that stands elsewhere."""
    if batch.state not in states:
        name = registry.BATCH_STATES[batch.state]
        raise Conflict(Text(f"批次现为“{name.zh}”，不能办理。", f"The batch is now “{name.en}”; this cannot be done."))


@transaction.atomic
def take_out(*, batch_id: int, number: int, reason: str, by: Person) -> Batch:
    """Take one payment out before it is paid. Any check is void; the application waits for another batch."""
    batch = access.batch_for_change(by, batch_id, to="grants.prepare")
    must_be(batch, "draft", "checked")
    why = filled(reason, "reason", "请说明移出原因。", "Say why it is taken out.")[:200]
    found = batch.payments.select_for_update().filter(number=number, state="pending").first()
    if found is None:
        raise absent()
    found.batch = batch
    drop(found, reason=why, by=by)
    return batch


def drop(payment: Payment, *, reason: str, by: Person) -> None:
    """Take a payment out of a batch that the caller has locked and that has not gone to the bank; any check is void."""
    batch = payment.batch
    _void(batch, by=by)
    payment.state, payment.reason = "dropped", reason
    payment.save(update_fields=["state", "reason"])
    if not batch.payments.filter(state="pending").exists():
        batch.state = "dissolved"
        batch.save(update_fields=["state"])
    audit.record(by, "grants.payment_taken_out", batch, at=batch.organization, number=payment.number, reason=reason)


def _void(batch: Batch, *, by: Person, standing: str = "checked", **told: Any) -> None:
    """Make a batch that stands so a draft again, on record: neither the check nor a release counts any longer."""
    if batch.state != standing:
        return
    batch.state, batch.checker, batch.checked_at, batch.digest = "draft", None, None, ""
    batch.payer, batch.exported_at, batch.checker_for, batch.payer_for = None, None, None, None
    batch.save()
    audit.record(by, "grants.check_voided", batch, at=batch.organization, **told)


def export(*, batch_id: int, by: Person) -> Batch:
    """A third person releases the file to the bank. Asked again by the same person, the same content is handed out.

    Where anything has changed since the check, the check is void, on record, and Conflict says so.
    """
    with transaction.atomic():
        batch = access.batch_for_change(by, batch_id, to="grants.pay")
        if batch.state == "exported" and batch.payer_id == by.pk:
            return batch
        must_be(batch, "checked")
        behalf = permissions.acting_for(by)
        rules.check_other(by.pk, {"maker": batch.maker_id, "checker": batch.checker_id})
        apart.check(by, batch.hands.values())
        access.check_none_own(by, _paid_by(batch))
        rules.check_clock(batch.checked_at, clock.now())
        lines = _payable(batch)
        differing = contents.changed(batch, lines, by=by)
        void = bool(differing) or batch.digest != bank.digest(one.content for one in lines)
        if void:
            _void(batch, by=by)
        else:
            batch.state, batch.payer, batch.exported_at, batch.payer_for_id = "exported", by, clock.now(), behalf
            batch.save()
            parcels.take_out(batch, len(lines), by=by)
            audit.record(by, "grants.batch_exported", batch, at=batch.organization, digest=batch.digest)
    if void:
        raise Conflict(_changed_words(differing) if differing else _stale_words())
    return batch


def bank_rows(by: Person, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The payments of a batch for a spreadsheet, names and accounts masked; none where no batch is named. Raises NotVisible."""
    if not filters.get("batch"):
        return
    batch = access.batches_for(by).filter(pk=rowid.read(filters["batch"]) or 0).first()
    if batch is None:
        raise absent()
    for one in live(batch):
        yield _bank_row(one.number, one.name, one.masked, one.amount, one.reference)


def bank_rows_plain(by: Person, filters: Mapping[str, str], reason: str) -> list[dict[str, Any]]:
    """The same with whole accounts, each reading on record. Raises Conflict where an account changed since the check."""
    batch = access.batches_for(by, "grants.pay").filter(pk=rowid.read(filters.get("batch", "")) or 0, payer=by).first()
    if batch is None or batch.state != "exported" or batch.form != "money":
        raise absent()
    lines = contents.lines_of(batch)
    persons = {one.payee for one in lines if not one.part.to_unit}
    accounts_of = people_bulk.reveal_many(by=by, persons=persons, field=ACCOUNT, reason=reason) if persons else {}
    units = accounts.current([one.part.organization for one in lines if one.part.to_unit])
    with transaction.atomic():
        for account in units.values():
            audit.record_read(by, account, field="number", reason=reason)
    numbers = {unit: access.open_account(account) for unit, account in units.items()}
    _check_own_accounts(batch, lines, accounts_of, by=by)
    told = []
    for one in lines:
        number = numbers.get(one.part.organization, "") if one.part.to_unit else accounts_of.get(one.payee, "")
        told.append(_bank_row(one.number, one.name, number, one.amount, f"{batch.reference}-{one.number}"))
    with transaction.atomic():
        now = contents.destinations([one.part for one in lines], by=by)
    if moved := [one.number for one in lines if one.application not in now or now[one.application].mark != one.account]:
        raise Conflict(_changed_words(moved))
    return told


def _bank_row(number: int, name: str, account: str, amount: int, reference: str) -> dict[str, Any]:
    return {"number": number, "name": name, "account": account, "amount": amount, "reference": reference}


@transaction.atomic
def dissolve(*, batch_id: int, reason: str, by: Person) -> Batch:
    """Give a batch up before it is exported; its applications wait for another."""
    batch = access.batch_for_change(by, batch_id, to="grants.prepare")
    must_be(batch, "draft", "checked")
    why = filled(reason, "reason", "请说明解散原因。", "Say why it is given up.")[:200]
    _void(batch, by=by)
    batch.payments.filter(state="pending").update(state="dropped", reason=why)
    batch.state = "dissolved"
    batch.save(update_fields=["state"])
    audit.record(by, "grants.batch_dissolved", batch, at=batch.organization, reason=why)
    return batch
