"""kill -9 at any moment of a payment's life: nothing is lost, nobody is paid twice, the books tie to the fen."""

import os
import random
import sys
from collections import Counter
from contextlib import suppress

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import F, Q, Sum

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations import registry
from unionhall.lib.refusal import Conflict, NotVisible
from unionhall.testing import kills
from unionhall.work.grants.actions import applications, batches, objections, settling
from unionhall.work.grants.models import Application, Batch, Entitlement, Objection, Payment
from unionhall.work.grants.queries import browse
from unionhall.work.grants.tests.conftest import YUAN, Office, answers, assert_books_agree, figure
from unionhall.work.grants.tests.test_parcels import stock_of

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 32)))
MONEY = 1_000 * YUAN
PAID = ("paid", "recovering")
KEY_STEPS = {
    "prepare": {"INSERT grants_batch", "COPY grants_payment"},
    "retract": {"UPDATE grants_batch", "UPDATE grants_payment"},
    "settle": {"UPDATE grants_payment", "UPDATE funds_budgetline", "UPDATE funds_draw", "INSERT people_standing"},
    "recover": {"UPDATE grants_entitlement", "UPDATE funds_draw", "UPDATE funds_budgetline"},
}
"""What the names of an act must hold: without these the watch saw another act."""


class Money:
    """Three grants from the batch to the bank and back; every act may be asked for again.

    One is retracted after the check, one turned back by the bank; both are presented again, and one is recovered in the end.
    """

    def __init__(self, cast):
        self.office, self.cast = Office(cast), cast
        self.ones = [self.office.approve() for _turn in range(3)]

    @property
    def batch(self):
        return Batch.objects.order_by("-pk").first()

    def prepare(self):
        wanted = [one.pk for one in self.ones]
        batches.prepare(organization=self.cast.county, application_ids=wanted, by=self.cast.county_clerk)

    def check(self):
        with suppress(Conflict):  # once it went out, asked again it is told so
            batches.check(batch_id=self.batch.pk, digest=batches.content_digest(self.batch), by=self.office.checker)

    def release(self):
        batches.export(batch_id=self.batch.pk, by=self.office.payer)

    def settle(self, *rejected):
        answered = answers(self.batch, rejected=rejected)
        settling.settle(batch_id=self.batch.pk, answers=answered, by=self.office.payer)

    def retract(self):
        with suppress(NotVisible):
            batches.take_out(batch_id=self.batch.pk, number=3, reason="本人申请更换账号", by=self.cast.county_clerk)

    def object(self):
        if not Objection.objects.exists():
            objections.take_objection(application_id=self.ones[0].pk, words="重复享受", way="phone", by=self.cast.county_clerk)

    def recall(self):
        with suppress(Conflict):
            objections.decide(objection_id=Objection.objects.get().pk, upheld=True, words="核实属实", by=self.office.checker)

    def recover(self):
        with suppress(Conflict):
            applications.recover(application_id=self.ones[0].pk, words="已退回账户", by=self.office.payer)

    def acts(self):
        """In the order of a payment's life; a name that stands twice is done twice."""
        first = {"prepare": self.prepare, "check": self.check, "retract": self.retract, "check again": self.check}
        sent = {"release": self.release, "settle": lambda: self.settle(2)}
        again = {
            "present again": self.prepare,
            "check those": self.check,
            "release those": self.release,
            "settle those": self.settle,
        }
        return {**first, **sent, **again, "object": self.object, "recall": self.recall, "recover": self.recover}

    def holds(self):
        """What must be so after every kill: each promise stands once, nothing is half done."""
        held, spent = self.office.left()
        draws = dict(self.office.line.draws.values_list("state").annotate(Sum("amount")))
        assert (held, spent) == (draws.get("held", 0), draws.get("spent", 0))
        assert held + spent + draws.get("freed", 0) == 3 * MONEY
        self.pays_once()
        assert Application.objects.filter(state__in=PAID).count() * MONEY == spent
        returned = figure("grants.returned", self.cast.city)
        assert (returned, figure("grants.paid", self.cast.city) - returned) == (draws.get("freed", 0), spent)
        assert strays() == {}
        assert audit.verify().ok

    def pays_once(self):
        """Nobody has two payments, what is paid was granted and seen, and three persons did the three parts."""
        live = Counter(Payment.objects.filter(state__in=("pending", "paid")).values_list("application_id", flat=True))
        assert not live or max(live.values()) == 1
        assert Payment.objects.filter(state="paid").count() == Application.objects.filter(paid_on__isnull=False).count()
        for one in Batch.objects.all():
            parts = [part for part in (one.maker_id, one.checker_id, one.payer_id) if part]
            assert len(set(parts)) == len(parts)
            assert one.state in {"draft", "dissolved"} or one.digest == batches.content_digest(one)
            assert one.state != "settled" or browse.tie(one).holds


class Goods:
    """Three gifts of two bags each out of a stock of seven, signed for but one, and that one handed out again."""

    def __init__(self, cast):
        self.office, self.cast = Office(cast), cast
        goods = {"goods": "大米2袋", "valuation": "采购发票，每袋68元", "code": "warmth_sending", "kind": "goods"}
        self.ones = [self.office.approve(self.office.person(), 136 * YUAN, **goods) for _turn in range(3)]
        self.stock = stock_of(cast, "大米 10千克", "袋", 68 * YUAN, 7)

    @property
    def batch(self):
        return Batch.objects.order_by("-pk").first()

    def prepare(self):
        told = {"application_ids": [one.pk for one in self.ones], "form": "goods", "parcel": {self.stock.pk: 2}}
        batches.prepare(organization=self.cast.county, by=self.cast.county_clerk, **told)

    def check(self):
        batches.check(batch_id=self.batch.pk, digest=batches.content_digest(self.batch), by=self.office.checker)

    def hand_out(self):
        batches.export(batch_id=self.batch.pk, by=self.office.payer)

    def sign(self, *unsigned):
        settling.settle(batch_id=self.batch.pk, answers=answers(self.batch, rejected=unsigned), by=self.office.payer)

    def acts(self):
        first = {"prepare": self.prepare, "check": self.check, "hand out": self.hand_out, "sign": lambda: self.sign(2)}
        return {
            **first,
            "prepare again": self.prepare,
            "check that": self.check,
            "hand that out": self.hand_out,
            "sign that": self.sign,
        }

    def holds(self):
        """What left the store is what stands in the batches that went out and were not sent back."""
        self.stock.refresh_from_db()
        taken = Payment.objects.filter(Q(state="paid") | Q(state="pending", batch__state="exported")).count()
        assert self.stock.given == 2 * taken <= self.stock.received == 7
        assert figure("funds.goods_spent", self.cast.city) == self.stock.given * self.stock.price
        assert figure("grants.goods_given", self.cast.city) == Application.objects.filter(state="paid").count() * 136 * YUAN
        assert audit.verify().ok


def strays():
    """Rows of the rooms of money that lie elsewhere in the tree than their unit, by model."""
    found = {}
    for column in registry.path_columns():
        if column.model_label.split(".")[0] in {"grants", "funds"}:
            path = {column.field: F(f"{column.unit or 'organization'}__path")}
            found[column.model_label] = apps.get_model(column.model_label).objects.exclude(**path).count()
    assert len(found) >= 4
    return {label: count for label, count in found.items() if count}


def ride(money, moments):
    """Each act is killed at the moments named for it, as far as it comes, then done in peace; returns how many kills hit."""
    hits = visit(money, moments)
    assert money.office.left() == (0, 2 * MONEY)
    assert [figure(f"grants.{code}", money.cast.city) for code in ("paid", "returned")] == [3 * MONEY, MONEY]
    assert (figure("grants.person_paid", money.cast.city), figure("grants.rejected", money.cast.city)) == (3, MONEY)
    assert Entitlement.objects.filter(released_on=None).count() == 2
    assert_books_agree()
    return hits


def visit(house, moments):
    """The kills of every act, each followed by a look at the books; the act is done in peace in the end."""
    hits = 0
    for name, act in house.acts().items():
        for at in moments(name, act):
            hit = kills.killed(act, at)
            house.holds()
            hits += hit
            if not hit:
                break
        act()
        house.holds()
    return hits


def test_twenty_kills_at_random_statements(cast):
    sys.stdout.write(f"SEED={SEED}\n")
    dice = random.Random(SEED)
    least = {"prepare": 12, "check": 8, "release": 8, "settle": 30}  # statements that each act takes in any case
    assert ride(Money(cast), lambda name, _act: sorted(dice.sample(range(least[name]), 5)) if name in least else []) == 20


@pytest.mark.long
def test_a_kill_at_every_named_moment_of_every_act(cast):
    met = {}

    def moments(name, act):
        met[name] = [*kills.steps(act), kills.ANSWER]
        return met[name]

    hits = ride(Money(cast), moments)
    assert hits == sum(map(len, met.values())) >= 100
    assert all(names[-2:] == [kills.COMMIT, kills.ANSWER] for names in met.values())
    for name, wanted in KEY_STEPS.items():
        assert wanted <= set(met[name]), name


@pytest.mark.long
def test_goods_survive_a_kill_at_every_named_moment(cast):
    goods, met = Goods(cast), {}

    def moments(name, act):
        met[name] = [*kills.steps(act), kills.ANSWER]
        return met[name]

    assert visit(goods, moments) == sum(map(len, met.values())) >= 50
    assert {"UPDATE funds_stock", "INSERT funds_movement", "INSERT funds_stockmove"} <= set(met["hand out"])
    assert {"UPDATE funds_stock", "UPDATE funds_movement"} <= set(met["sign"])
    assert (goods.stock.given, Payment.objects.filter(state="paid").count()) == (6, 3)
    assert_books_agree()


@pytest.mark.long
def test_a_kill_before_every_statement_makes_three_hundred(cast):
    assert ride(Money(cast), lambda _name, _act: range(1_000)) >= 300


def test_sabotage_without_one_transaction_a_kill_leaves_half_a_payment(cast):
    """The same act with each statement committed by itself is caught by the same checks."""
    money = Money(cast)
    for act in list(money.acts().values())[:6]:
        act()
    payment = Payment.objects.filter(state="rejected").get()

    def careless():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE grants_payment DISABLE TRIGGER grants_payment_guard")
        Payment.objects.filter(pk=payment.pk).update(state="paid", settled_on="2026-01-01")
        Application.objects.filter(pk=payment.application_id).update(state="paid", paid_on="2026-01-01")

    money.holds()
    assert kills.killed(careless, "UPDATE grants_application")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE grants_payment ENABLE TRIGGER grants_payment_guard")
    with pytest.raises(AssertionError):
        money.holds()


def test_sabotage_a_batch_that_does_not_look_who_is_carried_pays_twice(cast):
    """Asked again after an answer that was lost, with neither the look nor the index: the same checks see the second payment."""
    money = Money(cast)
    money.prepare()
    money.holds()
    columns = "number + 10, application_id, payee_id, name, account, masked, amount, state, reason"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP INDEX grants_payment_once")
        cursor.execute(
            "INSERT INTO grants_payment (batch_id, number, application_id, payee_id, name, account, masked, amount, state, reason)"
            f" SELECT batch_id, {columns} FROM grants_payment"
        )
        with pytest.raises(AssertionError):
            money.holds()
        transaction.set_rollback(True)


BROKEN = {
    "amount": ("grants_payment DISABLE TRIGGER USER", "UPDATE grants_payment SET amount = amount + 1 WHERE number = 1"),
    "account": ("grants_payment DISABLE TRIGGER USER", "UPDATE grants_payment SET account = 'another' WHERE number = 1"),
    "maker and checker": (
        "grants_batch DROP CONSTRAINT grants_batch_maker_checker, DISABLE TRIGGER USER",
        "UPDATE grants_batch SET checker_id = maker_id",
    ),
    "checker and payer": (
        "grants_batch DROP CONSTRAINT grants_batch_payer, DISABLE TRIGGER USER",
        "UPDATE grants_batch SET payer_id = checker_id",
    ),
    "draw": ("funds_draw DISABLE TRIGGER USER", "UPDATE funds_draw SET amount = amount + 1"),
    "tree": ("grants_application DISABLE TRIGGER USER", "UPDATE grants_application SET org_path = '0001ZZZZ'"),
    "trail": ("audit_row DISABLE TRIGGER USER", "UPDATE audit_row SET reason = 'another'"),
}


def test_sabotage_each_promise_that_is_broken_is_seen(cast):
    """With its guard in the database taken away, the same checks that follow every kill see what is wrong."""
    money, seen = Money(cast), []
    for act in list(money.acts().values())[:5]:
        act()
    for name, (guard, sabotage) in BROKEN.items():
        money.holds()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {guard}")
            cursor.execute(sabotage)
            assert cursor.rowcount > 0, name
            try:
                money.holds()
            except AssertionError:
                seen.append(name)
            transaction.set_rollback(True)
    assert seen == list(BROKEN)
