"""Random histories of delegations against a model of their own: who may what, for whom, and who is apart of whom."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from unionhall.kernel.access import actions, queries
from unionhall.kernel.access.actions import delegations
from unionhall.kernel.access.models import Grant
from unionhall.kernel.access.rules.lending import Hand
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Refused

START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
PEOPLE = ("city_clerk", "county_clerk", "township_clerk", "chair")
# who works at, below or right above whose unit
NEAR = {
    "city_clerk": {"county_clerk", "township_clerk", "chair"},
    "county_clerk": {"city_clerk", "township_clerk", "chair"},
    "township_clerk": {"county_clerk", "chair"},
    "chair": {"township_clerk"},
}
# (permission, unit): who has it by a grant of their own
OWN = {
    ("policies.set", "city"): {"city_clerk"},
    ("grants.pay", "county"): {"city_clerk", "county_clerk"},
    ("people.correct", "township"): {"city_clerk", "county_clerk", "township_clerk"},
    ("issues.handle", "factory"): set(PEOPLE),
}
SOMEBODY = st.sampled_from(PEOPLE)


class Loans(RuleBasedStateMachine):
    """Four persons, one above the other, and the loans between them as (lender, deputy, first day, end, key)."""

    cast = None

    def __init__(self):
        super().__init__()
        self.day, self.loans, self.gone = 0, [], set()
        self.savepoint = transaction.savepoint()

    def teardown(self):
        transaction.savepoint_rollback(self.savepoint)

    def now(self):
        return clock.fixed(START + timedelta(days=self.day))

    def person(self, key):
        return self.cast.people[key]

    def running(self):
        return {(a, b) for a, b, first, end, _key in self.loans if first <= self.day < end and a not in self.gone}

    @rule(lender=SOMEBODY, deputy=SOMEBODY, later=st.integers(0, 2), days=st.integers(1, 4))
    def lend(self, lender, deputy, later, days):
        first, end = self.day + later, self.day + later + days
        clash = any({a, b} == {lender, deputy} and f < end and e > first for a, b, f, e, _key in self.loans)
        fine = deputy in NEAR[lender] and not clash and not {lender, deputy} & self.gone
        with self.now():
            since, wanted = dates.today() + timedelta(days=later), queries.may_lend(self.person(lender))
            try:
                with transaction.atomic():
                    made = delegations.lend(
                        deputy=self.person(deputy), grants=[one.pk for one in wanted], since=since, reason="学习",
                        until=since + timedelta(days=days), by=self.person(lender), longest=9,
                    )  # fmt: skip
            except Refused:
                assert not fine, (lender, deputy, first, end, self.loans)
            else:
                assert fine, (lender, deputy, first, end, self.loans)
                self.loans.append((lender, deputy, first, end, made.pk))

    @precondition(lambda self: any(self.day < loan[3] for loan in self.loans))
    @rule(data=st.data())
    def take_back(self, data):
        loan = data.draw(st.sampled_from([loan for loan in self.loans if self.day < loan[3]]))
        with self.now():
            delegations.take_back(loan[4], by=self.person(data.draw(st.sampled_from(loan[:2]))))
        self.loans.remove(loan)

    @rule()
    def a_day_passes(self):
        self.day += 1

    @precondition(lambda self: self.day > 1)
    @rule(who=SOMEBODY)
    def a_grant_is_taken_back(self, who):
        if who not in self.gone:
            with self.now():
                actions.revoke(Grant.objects.get(person=self.person(who)), by=self.cast.security_admin)
            self.gone.add(who)

    @invariant()
    def each_may_what_is_their_own_and_what_is_lent_now_and_nothing_lent_on(self):
        running = self.running()
        with self.now():
            for (permission, unit), holders in OWN.items():
                for who in PEOPLE:
                    me, at = self.person(who), self.cast.units[unit]
                    lenders = {self.person(a).pk for a, b in running if b == who and a in holders}
                    if who in holders - self.gone:
                        actions.require(me, permission, at)
                        assert queries.hand_of(me) == Hand(me.pk)
                    elif lenders:
                        actions.require(me, permission, at)
                        assert queries.hand_of(me).behalf in lenders
                    else:
                        assert not queries.may(me, permission, at), (who, permission, running)

    @invariant()
    def the_database_knows_who_is_apart(self):
        with self.now(), connection.cursor() as cursor:
            for one in PEOPLE:
                for other in PEOPLE:
                    tied = one == other or {(one, other), (other, one)} & self.running()
                    keys = [[self.person(one).pk], [self.person(other).pk]]
                    cursor.execute("SELECT access_apart(%s, %s, %s)", [*keys, dates.today()])
                    assert cursor.fetchone()[0] is not bool(tied), (one, other, self.running())


def histories(cast, **options):
    Loans.cast = cast
    chosen = settings(deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], database=None, **options)
    run_state_machine_as_test(Loans, settings=chosen)


def test_random_delegations(cast):
    histories(cast, max_examples=6, stateful_step_count=12)


@pytest.mark.long
def test_random_delegations_at_length(cast):
    histories(cast, max_examples=1000, stateful_step_count=100)


def test_sabotage_a_delegation_that_does_not_end_is_found(cast, monkeypatch):
    """With the last day forgotten in what is read, the model must see a right that should be over."""
    monkeypatch.setattr(queries, "HELD", queries.HELD.replace("AND d.until > %(day)s", ""))
    with pytest.raises(AssertionError):
        histories(cast, max_examples=30, stateful_step_count=20)
