"""The bank's answer taken in, in sets: whole or not at all, spent and counted once however often it comes."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import sets
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions.bulk import Row
from unionhall.kernel.ledger.facts import Fact
from unionhall.kernel.notices import rules as notices
from unionhall.kernel.people.actions import bulk as people_bulk
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict
from unionhall.lib.text import Text
from unionhall.work.grants import access, facts, rules
from unionhall.work.grants.actions import parcels, rejects
from unionhall.work.grants.actions.applications import dimensions, draw_key, keeper, matter_key, subject
from unionhall.work.grants.actions.batches import live, must_be
from unionhall.work.grants.models import Application, Batch, Payment
from unionhall.work.grants.rules import bank

HELPED = "hardship_helped"
SLICE = 2_000
ANSWERED = """
UPDATE grants_payment p SET state = s.state, reason = s.reason, settled_on = %(day)s
  FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[]) AS s(id, state, reason)
 WHERE p.id = s.id
"""


@transaction.atomic
def settle(*, batch_id: int, answers: Sequence[bank.Answer], by: Person) -> Batch:
    """Take the bank's answer in, whole or not at all: paid ones are spent and counted, rejected ones wait for another batch.

    The same answer again changes nothing; another one for a settled batch is a Conflict.
    """
    batch = access.batch_for_change(by, batch_id, to="grants.pay")
    told = _fingerprint(answers)
    if batch.state == "settled" and batch.results == told:
        return batch
    must_be(batch, "exported")
    rules.check_clock(batch.exported_at, clock.now())
    payments = list(live(batch))
    found = bank.match({one.reference: one.amount for one in payments}, answers)
    today = dates.today()
    for one in payments:
        answer = found[one.reference]
        one.state, one.settled_on = ("paid" if answer.paid else "rejected"), today
        one.reason = "" if answer.paid else notices.hide(answer.reason.strip())[:200]  # banks name the account in it
    for start in range(0, len(payments), SLICE):
        _settle(payments[start : start + SLICE], today, by=by)
    batch.state, batch.settled_at, batch.results = "settled", clock.now(), told
    batch.save()
    paid = [one.amount for one in payments if one.state == "paid"]
    parcels.stay_out(batch, len(paid), reason=parcels.UNSIGNED, by=by)
    if batch.form == "money":
        rejects.tell(batch, [one for one in payments if one.state == "rejected"])
    audit.record(by, "grants.batch_settled", batch, at=batch.organization, paid=sum(paid), payments=len(payments))
    return batch


@transaction.atomic
def take_signed(*, batch_id: int, open: str, reason: str, by: Person) -> Batch:
    """The list of a batch of goods came back signed, but for some numbers; those wait for another batch.

    Raises Refused for numbers that it does not have, Conflict for a batch of money.
    """
    batch = access.batch_for_change(by, batch_id, to="grants.pay")
    if batch.form != "goods":
        raise Conflict(Text("资金批次以银行回盘为准。", "Money is settled by the bank's answer."))
    sent = {one.number: (one.reference, one.amount) for one in live(batch)}
    return settle(batch_id=batch_id, answers=bank.from_list(sent, open=open, reason=reason), by=by)


def _fingerprint(answers: Sequence[bank.Answer]) -> str:
    plain = sorted(f"{one.reference}|{one.amount}|{one.paid}|{one.reason.strip()}" for one in answers)
    return hashlib.sha256("\n".join(plain).encode()).hexdigest()


def _settle(payments: Sequence[Payment], today: date, *, by: Person) -> None:
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"ids": [one.pk for one in payments], "states": [one.state for one in payments], "day": today}
        cursor.execute(ANSWERED, {**given, "reasons": [one.reason for one in payments]})
    paid = [one for one in payments if one.state == "paid"]
    turned = [one for one in payments if one.state == "rejected"]
    goods = payments[0].batch.form == "goods"
    if turned and not goods:
        _post(facts.REJECTED, turned, today, money=1)
    if not paid:
        return
    keeper().spend_many(keys=[draw_key(one.application) for one in paid])
    _move(paid, today, by=by)
    whole = facts.GOODS_GIVEN if goods else facts.PAID
    _post(whole, paid, today, money=1)
    if not goods:
        _count(paid, today)
    _tell_the_files(paid, today, by=by)


def _count(paid: Sequence[Payment], today: date) -> None:
    """Persons and households, units, and what was named: each a fact of its own."""
    own = [one for one in paid if not one.application.to_unit]
    _post(facts.PERSON_PAID, own, today, lambda one: one.person_id)
    _post(facts.HOUSEHOLD_PAID, own, today, lambda one: one.household)
    _post(facts.TEMPORARY_PAID, [one for one in own if one.application.terms.off_file], today, money=1)
    _post(facts.UNIT_PAID, [one for one in paid if one.application.to_unit], today)
    _post(facts.MATTER_PAID, [one for one in paid if one.application.matter], today, matter_key)


def _post(
    fact: Fact, payments: Sequence[Payment], today: date, whom: Callable[[Application], "int | str"] = subject, *, money: int = 0
) -> None:  # fmt: skip
    """Count payments for whom each helps, or for what is said of it; `money` 1 counts their amounts too."""
    rows = [
        Row(to.organization, today, one, whom(to), 1, one.amount * money, dimensions(to, fact))
        for one in payments
        if (to := one.application)
    ]
    ledger.post_many(fact, rows)


def _move(paid: Sequence[Payment], today: date, *, by: Person) -> None:
    """The applications are paid. Raises what refuses the first of them; then nothing of the answer is taken."""
    carried = {one.application_id: one for one in paid}
    related = ("organization", "programme", "created_by")
    locked = Application.objects.prefetch_related(*related).select_for_update(of=("self",)).filter(pk__in=carried).order_by("pk")

    def prepare(ready: Sequence[Application]) -> None:
        Application.objects.filter(pk__in=[one.pk for one in ready]).update(paid_on=today)

    details = {key: {"batch": one.batch.reference} for key, one in carried.items()}
    moved = sets.move(list(locked), "pay", by=by, details=details, prepare=prepare)
    for refused in moved.refused.values():
        raise refused


def _tell_the_files(paid: Sequence[Payment], today: date, *, by: Person) -> None:
    """Households on file hear that they were helped; a second payment of one unit to a person on one day says nothing new."""
    rows = [
        people_bulk.NewStanding(one.application.person, one.application.organization, one)
        for one in paid
        if not one.application.household.startswith("person-") and not one.application.to_unit
    ]
    if rows:
        people_bulk.set_standings(rows, kind=HELPED, since=today, until=today + timedelta(days=1), by=by)
