"""kill -9 between any two statements of a payment's acts: nothing is lost, nobody is paid twice, the books tie to the fen."""

import os
import random
import signal
import sys

import pytest
from django.db import connection

from unionhall.work.grants.actions import batches, settling
from unionhall.work.grants.models import Application, Batch, Payment
from unionhall.work.grants.queries import browse
from unionhall.work.grants.tests.conftest import YUAN, Office, answers, assert_books_agree, figure

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 32)))
MONEY = 1_000 * YUAN


class Killer:
    """Kills its own process before one statement; counts them where it is given none."""

    def __init__(self, at=None):
        self.at, self.seen = at, 0

    def __call__(self, execute, sql, params, many, context):
        if self.seen == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.seen += 1
        return execute(sql, params, many, context)


def killed(act, at):
    """Do the act in a child that is killed before a statement; True if it was killed, False where it had ended before."""
    child = os.fork()
    if child == 0:
        inherited = connection.connection  # never closed here: that would end the parent's session
        connection.connection = None
        options = {key: value for key, value in connection.settings_dict["OPTIONS"].items() if key != "pool"}
        connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}  # the pool stays the parent's as well
        try:
            with connection.execute_wrapper(Killer(at)):
                act()
        finally:
            os._exit(0 if inherited is not None else 1)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


class Money:
    """Three grants on their way to the bank, and the four acts of it; each may be done again."""

    def __init__(self, cast):
        self.office, self.cast = Office(cast), cast
        self.ones = [self.office.approve() for _turn in range(3)]

    @property
    def batch(self):
        return Batch.objects.get()

    def acts(self):
        office = self.office
        wanted = [one.pk for one in self.ones]

        def prepare():
            batches.prepare(organization=self.cast.county, application_ids=wanted, by=self.cast.county_clerk)

        return {
            "prepare": prepare,
            "check": lambda: batches.check(batch_id=self.batch.pk, digest=batches.content_digest(self.batch), by=office.checker),
            "export": lambda: batches.export(batch_id=self.batch.pk, by=office.payer),
            "settle": lambda: settling.settle(batch_id=self.batch.pk, answers=answers(self.batch), by=office.payer),
        }

    def holds(self):
        """What must be so after every kill: each promise stands once, nothing is half done."""
        held, spent = self.office.left()
        paid = Payment.objects.filter(state="paid").count()
        assert held + spent == 3 * MONEY
        assert spent == paid * MONEY == figure("grants.paid", self.cast.city)
        assert Application.objects.filter(state="paid").count() == paid in (0, 3)
        assert Payment.objects.exclude(state="dropped").count() in (0, 3)


def ride(money, kills_of):
    """Each act is killed as often as named, then done in peace; returns how many kills hit."""
    hits = 0
    for name, act in money.acts().items():
        for at in kills_of(name):
            hits += killed(act, at)
            money.holds()
        act()
        money.holds()
    assert browse.tie(money.batch).holds
    assert money.office.left() == (0, 3 * MONEY)
    assert (figure("grants.paid", money.cast.city), figure("grants.person_paid", money.cast.city)) == (3 * MONEY, 3)
    assert_books_agree()
    return hits


def test_twenty_kills_at_random_statements(cast):
    sys.stdout.write(f"SEED={SEED}\n")
    dice = random.Random(SEED)
    least = {"prepare": 12, "check": 8, "export": 8, "settle": 30}  # statements that each act takes in any case
    assert ride(Money(cast), lambda name: sorted(dice.sample(range(least[name]), 5))) == 20


@pytest.mark.long
@pytest.mark.parametrize("turn", range(4))
def test_a_kill_before_every_statement(cast, turn):
    """Four turns make well over three hundred kills; an act that has ended before the statement is a hit no more."""
    assert ride(Money(cast), lambda name: range(120)) >= 80


def test_sabotage_without_one_transaction_a_kill_leaves_half_a_payment(cast):
    """The same acts with each statement committed by itself are caught by the same checks."""
    money = Money(cast)
    for act in list(money.acts().values())[:3]:
        act()
    payment = Payment.objects.order_by("pk").first()

    def careless():
        Payment.objects.filter(pk=payment.pk).update(state="paid", settled_on="2026-01-01")
        Application.objects.filter(pk=payment.application_id).update(state="paid", paid_on="2026-01-01")

    assert killed(careless, 1)
    with pytest.raises(AssertionError):
        money.holds()
