"""Batches of payments: prepared, checked by a second person on the exact content, exported by a third, settled once."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import moves, numbers
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import access as identity
from unionhall.kernel.people import actions as people_actions
from unionhall.kernel.people.models import Person, Sealed
from unionhall.lib import clock, dates, rowid
from unionhall.lib.refusal import Conflict, absent
from unionhall.lib.text import Text
from unionhall.work.grants import access, facts, registry, rules
from unionhall.work.grants.actions.applications import dimensions, draw_key, keeper
from unionhall.work.grants.models import Application, Batch, Payment
from unionhall.work.grants.queries import eligibility

ACCOUNT = "bank_account"
HELPED = "hardship_helped"
LIVE = ("pending", "paid", "rejected")


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
def prepare(*, organization: Organization, application_ids: Iterable[int], by: Person) -> Prepared:
    """Put approved applications into a new batch; each is judged again, and left out with the reasons where a rule is not met."""
    access_actions.require(by, "grants.prepare", at=organization)
    wanted = Application.objects.filter(pk__in=set(application_ids), funder=organization, state="approved")
    related = ("organization", "programme", "edition", "person", "payee")
    found = list(wanted.select_related(*related).select_for_update(of=("self",)).order_by("pk"))
    carried = set(
        Payment.objects.filter(application__in=found, state__in=("pending", "paid")).values_list("application_id", flat=True)
    )
    accounts = marks([one.payee_id for one in found], by=by)
    fit, left_out = [], []
    for one in found:
        if one.pk in carried:
            continue
        against = [finding.text for finding in eligibility.judged(one, amount=one.approved or 0) if not finding.ok]
        if one.payee_id not in accounts:
            against.append(registry.NO_ACCOUNT)
        if against:
            left_out.append(LeftOut(one, tuple(against)))
        else:
            fit.append(one)
    if not fit:
        return Prepared(None, left_out)
    batch = Batch.objects.create(
        organization=organization, org_path=organization.path, reference=numbers.number("FF", organization), maker=by,
        made_at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            Payment.objects.bulk_create(
                Payment(
                    batch=batch, number=place, application=one, payee=one.payee, name=one.payee.name,
                    account=accounts[one.payee_id][0], masked=accounts[one.payee_id][1], amount=one.approved,
                )
                for place, one in enumerate(fit, start=1)
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(Text("有申请刚被列入另一批次，请刷新。", "Another batch has just taken one of these: reload.")) from error
    audit.record(
        by, "grants.batch_prepared", batch, at=organization, payments=len(fit), amount=sum(one.approved or 0 for one in fit)
    )
    return Prepared(batch, left_out)


def marks(persons: Iterable[int], *, by: Person) -> dict[int, tuple[str, str]]:
    """The mark and the mask of each person's bank account, without opening it. Another account is another mark."""
    with identity.fence(by, "people.see"):
        rows = Sealed.objects.filter(person__in=set(persons), field=ACCOUNT).values_list("person_id", "value", "masked")
        return {person: (hashlib.sha256(bytes(value)).hexdigest(), masked) for person, value, masked in rows}


def changed(batch: Batch, *, by: Person) -> bool:
    """Whether anything that the bank would be told differs from what stands in the batch: names, accounts, amounts, decisions."""
    payments = list(_live(batch))
    accounts = marks([one.payee_id for one in payments], by=by)
    now = [
        rules.Content(
            one.application_id, one.application.payee_id, one.payee.name, accounts.get(one.payee_id, ("", ""))[0],
            one.application.approved or 0,
        )
        for one in payments
        if one.application.state == "approved"
    ]  # fmt: skip
    return rules.digest(now) != content_digest(batch)


def _live(batch: Batch) -> "Iterator[Payment]":
    found = batch.payments.filter(state__in=LIVE).select_related("application__organization", "application__programme", "payee")
    yield from found.order_by("number")


def content_digest(batch: Batch) -> str:
    """The fingerprint of a batch as it stands now."""
    return rules.digest(one.content for one in batch.payments.filter(state__in=LIVE))


@transaction.atomic
def check(*, batch_id: int, digest: str, by: Person) -> Batch:
    """A second person confirms exactly what stood on the screen. Raises Refused for the maker, Conflict where anything differs."""
    batch = access.batch_for_change(by, batch_id, to="grants.check")
    if (batch.state, batch.checker_id, batch.digest) == ("checked", by.pk, digest):
        return batch
    _must_be(batch, "draft")
    rules.check_other(by.pk, {"maker": batch.maker_id})
    if digest != content_digest(batch) or changed(batch, by=by):
        raise Conflict(_changed_words())
    batch.state, batch.checker, batch.checked_at, batch.digest = "checked", by, clock.now(), digest
    batch.save()
    audit.record(by, "grants.batch_checked", batch, at=batch.organization, digest=digest)
    return batch


def _changed_words() -> Text:
    return Text(
        "收款人、账号、金额或审批已有变化，请移出有变化的付款、重新制单后再复核。",
        "A payee, an account, an amount or a decision has changed: take those payments out, prepare them anew, check again.",
    )


def _must_be(batch: Batch, *states: str) -> None:
    if batch.state not in states:
        name = registry.BATCH_STATES[batch.state]
        raise Conflict(Text(f"批次现为“{name.zh}”，不能办理。", f"The batch is now “{name.en}”; this cannot be done."))


@transaction.atomic
def take_out(*, batch_id: int, number: int, reason: str, by: Person) -> Batch:
    """Take one payment out before it is paid. Any check is void; the application waits for another batch."""
    batch = access.batch_for_change(by, batch_id, to="grants.prepare")
    _must_be(batch, "draft", "checked")
    why = rules.filled(reason, "reason", "请说明移出原因。", "Say why it is taken out.")[:200]
    _void(batch, by=by)
    found = batch.payments.select_for_update().filter(number=number, state="pending").first()
    if found is None:
        raise absent()
    found.state, found.reason = "dropped", why
    found.save(update_fields=["state", "reason"])
    if not batch.payments.filter(state="pending").exists():
        batch.state = "dissolved"
        batch.save(update_fields=["state"])
    audit.record(by, "grants.payment_taken_out", batch, at=batch.organization, number=number, reason=why)
    return batch


def _void(batch: Batch, *, by: Person) -> None:
    if batch.state != "checked":
        return
    batch.state, batch.checker, batch.checked_at, batch.digest = "draft", None, None, ""
    batch.save()
    audit.record(by, "grants.check_voided", batch, at=batch.organization)


def export(*, batch_id: int, by: Person) -> Batch:
    """A third person releases the file to the bank. Asked again by the same person, the same content is handed out.

    Where anything has changed since the check, the check is void, on record, and Conflict says so.
    """
    with transaction.atomic():
        batch = access.batch_for_change(by, batch_id, to="grants.pay")
        if batch.state == "exported" and batch.payer_id == by.pk:
            return batch
        _must_be(batch, "checked")
        rules.check_other(by.pk, {"maker": batch.maker_id, "checker": batch.checker_id})
        void = batch.digest != content_digest(batch) or changed(batch, by=by)
        if void:
            _void(batch, by=by)
        else:
            batch.state, batch.payer, batch.exported_at = "exported", by, clock.now()
            batch.save()
            audit.record(by, "grants.batch_exported", batch, at=batch.organization, digest=batch.digest)
    if void:
        raise Conflict(_changed_words())
    return batch


def bank_rows(by: Person, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The payments of a batch for a spreadsheet, names and accounts masked."""
    batch = access.batches_for(by).filter(pk=rowid.read(filters.get("batch", "")) or 0).first()
    if batch is None:
        raise absent()
    for one in _live(batch):
        yield _bank_row(one, one.masked)


def bank_rows_plain(by: Person, filters: Mapping[str, str], reason: str) -> list[dict[str, Any]]:
    """The same with whole accounts, each reading on record. Raises Conflict where an account changed since the check."""
    batch = access.batches_for(by, "grants.pay").filter(pk=rowid.read(filters.get("batch", "")) or 0, payer=by).first()
    if batch is None or batch.state != "exported":
        raise absent()
    payments = list(_live(batch))
    told = [
        _bank_row(one, people_actions.reveal(by=by, person=one.payee, field=ACCOUNT, reason=reason, via="export"))
        for one in payments
    ]
    with transaction.atomic():
        accounts = marks([one.payee_id for one in payments], by=by)
    if any(accounts.get(one.payee_id, ("", ""))[0] != one.account for one in payments):
        raise Conflict(_changed_words())
    return told


def _bank_row(one: Payment, account: str) -> dict[str, Any]:
    return {"number": one.number, "name": one.name, "account": account, "amount": one.amount, "reference": one.reference}


@transaction.atomic
def settle(*, batch_id: int, answers: Sequence[rules.Answer], by: Person) -> Batch:
    """Take the bank's answer in, whole or not at all: paid ones are spent and counted, rejected ones wait for another batch.

    The same answer again changes nothing; another one for a settled batch is a Conflict.
    """
    batch = access.batch_for_change(by, batch_id, to="grants.pay")
    told = _fingerprint(answers)
    if batch.state == "settled" and batch.results == told:
        return batch
    _must_be(batch, "exported")
    payments = list(_live(batch))
    found = rules.match({one.reference: one.amount for one in payments}, answers)
    today = dates.today()
    for one in payments:
        answer = found[one.reference]
        one.state, one.settled_on = ("paid" if answer.paid else "rejected"), today
        one.reason = "" if answer.paid else answer.reason.strip()[:200]
        one.save(update_fields=["state", "reason", "settled_on"])
        if answer.paid:
            _pay(one, by=by)
        else:
            _count(facts.REJECTED, one, one.application.person_id, one.amount)
    batch.state, batch.settled_at, batch.results = "settled", clock.now(), told
    batch.save()
    paid = sum(one.amount for one in payments if one.state == "paid")
    audit.record(by, "grants.batch_settled", batch, at=batch.organization, paid=paid, payments=len(payments))
    return batch


def _fingerprint(answers: Sequence[rules.Answer]) -> str:
    plain = sorted(f"{one.reference}|{one.amount}|{one.paid}|{one.reason.strip()}" for one in answers)
    return hashlib.sha256("\n".join(plain).encode()).hexdigest()


def _pay(one: Payment, *, by: Person) -> None:
    application, today = one.application, dates.today()
    keeper().spend(key=draw_key(application))
    application.paid_on = today
    application.save(update_fields=["paid_on"])
    moves.move(application, "pay", by=by, details={"batch": one.batch.reference})
    _count(facts.PAID, one, application.person_id, one.amount)
    _count(facts.PERSON_PAID, one, application.person_id)
    _count(facts.HOUSEHOLD_PAID, one, application.household)
    _tell_the_file(one, by=by)


def _count(fact: Any, one: Payment, subject: "int | str", amount: int = 0) -> None:
    ledger.post(
        fact, at=one.application.organization, day=dates.today(), source=one, subject=subject, amount=amount,
        dimensions=dimensions(one.application),
    )  # fmt: skip


def _tell_the_file(one: Payment, *, by: Person) -> None:
    """A household on file hears that it was helped; a second payment of one unit to a person on one day says nothing new."""
    application = one.application
    if application.household.startswith("person-"):
        return
    today = dates.today()
    try:
        with transaction.atomic():
            people_actions.set_standing(
                by=by, subject=application.person, kind=HELPED, organization=application.organization, since=today,
                until=today + timedelta(days=1), source=one,
            )  # fmt: skip
    except Conflict:
        return


@transaction.atomic
def dissolve(*, batch_id: int, reason: str, by: Person) -> Batch:
    """Give a batch up before it is exported; its applications wait for another."""
    batch = access.batch_for_change(by, batch_id, to="grants.prepare")
    _must_be(batch, "draft", "checked")
    why = rules.filled(reason, "reason", "请说明解散原因。", "Say why it is given up.")[:200]
    _void(batch, by=by)
    batch.payments.filter(state="pending").update(state="dropped", reason=why)
    batch.state = "dissolved"
    batch.save(update_fields=["state"])
    audit.record(by, "grants.batch_dissolved", batch, at=batch.organization, reason=why)
    return batch
