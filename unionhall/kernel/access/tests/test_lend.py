"""Lending one's grants to a deputy: what may be lent, how far it reaches, how it ends."""

from contextlib import nullcontext
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from unionhall.kernel.access import actions, queries
from unionhall.kernel.access.actions import delegations
from unionhall.kernel.access.models import Delegation, Grant, Lent, Role
from unionhall.kernel.access.rules import lending
from unionhall.kernel.access.rules.lending import Hand, Meeting, Ties
from unionhall.kernel.audit import queries as audit
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, NotVisible, Refused

DAY = timedelta(days=1)


def lend(lender, deputy, *, days=3, since=None, grants=None, **more):
    since = since or dates.today()
    wanted = [given.pk for given in queries.may_lend(lender)] if grants is None else grants
    given = {"reason": "年休假", "longest": 92, **more}
    return delegations.lend(deputy=deputy, grants=wanted, since=since, until=since + days * DAY, by=lender, **given)


@pytest.mark.parametrize(
    ("role", "duty", "permissions", "lent"),
    [
        ("county_clerk", "work", ["grants.*", "people.see"], True),
        ("worker", "work", ["hall.use"], False),
        ("system_admin", "system", ["organizations.*"], False),
        ("auditor", "audit", ["office.see"], False),
        ("own", "work", ["people.see", "access.grant"], False),
        ("own", "work", ["audit.see"], False),
        ("own", "work", ["system.jobs"], False),
        ("own", "work", ["*"], False),
        ("own", "work", ["accessories.see"], True),
    ],
)
def test_only_ordinary_work_is_lent(role, duty, permissions, lent):
    assert lending.may_be_lent(role, duty, permissions) is lent


@pytest.mark.parametrize(
    ("since", "until", "fault"),
    [
        ((2026, 3, 2), (2026, 3, 3), None),
        ((2026, 3, 1), (2026, 3, 3), "past"),
        ((2026, 3, 2), (2026, 3, 2), "order"),
        ((2026, 3, 5), (2026, 3, 4), "order"),
        ((2026, 3, 2), (2026, 6, 2), None),
        ((2026, 3, 2), (2026, 6, 3), "long"),
    ],
)
def test_the_days_of_a_delegation(since, until, fault):
    assert lending.lending_fault(date(*since), date(*until), today=date(2026, 3, 2), longest=92) == fault


ANNA, BORIS, CARL, DORA = 1, 2, 3, 4


@pytest.mark.parametrize(
    ("now", "earlier", "loans", "selves", "meets"),
    [
        (Hand(ANNA), [Hand(BORIS)], [], [], None),
        (Hand(ANNA), [], [], [], None),
        (Hand(ANNA), [Hand(ANNA)], [], [], Meeting("same", ANNA)),
        (Hand(ANNA), [Hand(BORIS), Hand(ANNA)], [], [], Meeting("same", ANNA)),
        (Hand(ANNA), [Hand(BORIS)], [(BORIS, ANNA)], [], Meeting("deputy", BORIS)),
        (Hand(ANNA), [Hand(BORIS)], [(ANNA, BORIS)], [], Meeting("lender", BORIS)),
        (Hand(ANNA), [Hand(BORIS, ANNA)], [], [], Meeting("for", BORIS)),
        (Hand(ANNA, BORIS), [Hand(BORIS)], [], [], Meeting("for", BORIS)),
        (Hand(ANNA, CARL), [Hand(BORIS, CARL)], [], [], Meeting("for", BORIS)),
        (Hand(ANNA, CARL), [Hand(BORIS)], [(BORIS, CARL)], [], Meeting("deputy", BORIS)),
        (Hand(ANNA), [Hand(BORIS, CARL)], [(CARL, ANNA)], [], Meeting("deputy", CARL)),
        # two deputies of one lender, each acting by a right of their own, are two persons
        (Hand(ANNA), [Hand(BORIS)], [(CARL, ANNA), (CARL, BORIS)], [], None),
        # a deputy of somebody who has no part in it
        (Hand(ANNA), [Hand(BORIS)], [(DORA, ANNA), (BORIS, DORA)], [], None),
        # another file of the same human, or of the one acted for
        (Hand(ANNA), [Hand(BORIS)], [], [ANNA, BORIS], Meeting("file", BORIS)),
        (Hand(ANNA, CARL), [Hand(DORA, BORIS)], [], [ANNA, CARL, BORIS], Meeting("file", DORA)),
        (Hand(ANNA), [Hand(ANNA)], [], [ANNA, BORIS], Meeting("same", ANNA)),
    ],
)
def test_where_a_hand_counts_as_an_earlier_one(now, earlier, loans, selves, meets):
    assert lending.meeting(now, earlier, Ties(loans, selves)) == meets


@pytest.mark.parametrize(("name", "behalf", "zh", "en"), [("王", "", "王", "王"), ("王", "李", "王代李", "王 for 李")])
def test_how_a_doer_is_named(name, behalf, zh, en):
    assert (lending.doer(name, behalf).zh, lending.doer(name, behalf).en) == (zh, en)


def test_a_deputy_may_what_the_lender_may_at_the_lenders_units(cast):
    assert not queries.may(cast.chair, "people.correct", cast.township)
    lend(cast.township_clerk, cast.chair)
    assert queries.may(cast.chair, "people.correct", cast.township)
    assert not queries.may(cast.chair, "people.correct", cast.county)
    assert not queries.may(cast.chair, "grants.pay", cast.township)
    assert [held.lender for held in queries.holdings(cast.chair)] == [None, cast.township_clerk.pk]
    assert [unit.pk for unit in queries.units_of(cast.chair)] == [cast.township.pk, cast.factory.pk]
    assert queries.grants_of(cast.chair).count() == 1


def test_what_is_done_by_a_lent_right_is_done_for_the_lender(cast):
    lend(cast.township_clerk, cast.chair)
    actions.require(cast.chair, "people.correct", cast.township)
    assert queries.hand_of(cast.chair) == Hand(cast.chair.pk, cast.township_clerk.pk)
    actions.require(cast.chair, "people.register", cast.factory)  # the chair's own right there
    assert queries.hand_of(cast.chair) == Hand(cast.chair.pk)
    assert queries.hand_of(cast.county_clerk) == Hand(cast.county_clerk.pk)


def test_the_trail_says_for_whom(cast):
    made = lend(cast.township_clerk, cast.chair)
    assert [(row.verb, row.circumstances.get("for")) for row in audit.trail("access.delegation", made.pk)] == [
        ("access.lent", None)
    ]
    actions.require(cast.chair, "people.correct", cast.township)
    delegations.take_back(made.pk, by=cast.chair)
    last = audit.trail("access.delegation", made.pk).order_by("-seq").first()
    assert (last.verb, last.circumstances["for"]) == ("access.lent_back", cast.township_clerk.pk)


@pytest.mark.parametrize(("later", "may"), [(-1, False), (0, True), (2, True), (3, False)])
def test_a_delegation_holds_from_its_first_day_to_its_last(cast, later, may):
    start = dates.today() + 10 * DAY
    lend(cast.township_clerk, cast.chair, since=start)
    with clock.fixed(datetime.fromisoformat(f"{start + later * DAY}T12:00:00+08:00")):
        assert queries.may(cast.chair, "people.correct", cast.township) is may


def test_it_ends_when_it_is_taken_back_even_inside_a_request(cast):
    made = lend(cast.township_clerk, cast.chair)
    with queries.remembering():
        assert queries.may(cast.chair, "people.correct", cast.township)
        delegations.take_back(made.pk, by=cast.township_clerk)
        assert not queries.may(cast.chair, "people.correct", cast.township)
    with pytest.raises(Conflict):
        delegations.take_back(made.pk, by=cast.chair)
    with pytest.raises(NotVisible):
        delegations.take_back(made.pk, by=cast.county_clerk)


def test_it_ends_with_the_lenders_own_grant_with_the_account_and_with_a_role_that_becomes_more(cast):
    lend(cast.township_clerk, cast.chair)
    Role.objects.filter(code="township_clerk").update(permissions=["people.correct", "access.grant"])
    assert not queries.may(cast.chair, "people.correct", cast.township)
    actions.load_roles()
    assert queries.may(cast.chair, "people.correct", cast.township)
    actions.revoke(Grant.objects.get(person=cast.township_clerk), by=cast.security_admin)
    assert not queries.may(cast.chair, "people.correct", cast.township)
    lend(cast.county_clerk, cast.township_clerk) if queries.colleagues_of(cast.county_clerk).filter(
        pk=cast.township_clerk.pk
    ) else None
    made = lend(cast.neighbour, cast.neighbour_chair)
    actions.disable_account(cast.account("neighbour"), by=cast.security_admin, reason="离职")
    assert Delegation.objects.get(pk=made.pk).taken_back_by == cast.security_admin
    assert not queries.may(cast.neighbour_chair, "grants.pay", cast.neighbour_county)


def test_what_is_lent_is_not_lent_on(cast):
    lend(cast.county_clerk, cast.township_clerk)
    assert [given.role.code for given in queries.may_lend(cast.township_clerk)] == ["township_clerk"]
    lent = Grant.objects.get(person=cast.county_clerk)
    with pytest.raises(Refused) as no:
        lend(cast.township_clerk, cast.chair, grants=[lent.pk])
    assert no.value.field == "grants"
    assert queries.roles_for(cast.township_clerk, cast.township) == []


def test_two_persons_do_not_stand_in_for_each_other_nor_twice(cast):
    lend(cast.county_clerk, cast.township_clerk, since=dates.today() + 5 * DAY)
    with pytest.raises(Conflict) as no:
        lend(cast.township_clerk, cast.county_clerk, days=6)
    assert "不互相代办" in str(no.value)
    lend(cast.township_clerk, cast.county_clerk, days=5)
    with pytest.raises(Conflict):
        lend(cast.county_clerk, cast.township_clerk, since=dates.today() + 7 * DAY, days=9)


@pytest.mark.parametrize(
    ("lender", "deputy", "more", "field"),
    [
        ("county_clerk", "worker", {}, "deputy"),
        ("county_clerk", "plain", {}, "deputy"),
        ("county_clerk", "county_clerk", {}, "deputy"),
        ("county_clerk", "stranger", {}, "deputy"),
        ("county_clerk", "disabled", {}, "deputy"),
        ("city_clerk", "system_admin", {}, "deputy"),
        ("city_clerk", "leader", {"reason": " "}, "reason"),
        ("city_clerk", "leader", {"grants": []}, "grants"),
        ("city_clerk", "leader", {"days": 93}, "until"),
        ("system_admin", "leader", {}, "grants"),
        ("worker", "chair", {}, "grants"),
    ],
)
def test_who_lends_what_to_whom_is_bounded(cast, lender, deputy, more, field):
    with pytest.raises(Refused) as no:
        lend(cast.people[lender], cast.people[deputy], **more)
    assert no.value.field == field
    assert not Delegation.objects.exists()


def test_a_deputy_does_not_become_an_administrator_meanwhile(cast):
    given = Grant.objects.get(person=cast.chair)
    lend(cast.township_clerk, cast.chair)
    actions.revoke(given, by=cast.security_admin)
    with pytest.raises(Refused):
        actions.grant(cast.chair, role=Role.objects.get(code="auditor"), at=cast.city, by=cast.security_admin)


def by_hand(cast, lender, deputy, given):
    today = dates.today()
    one = Delegation.objects.create(
        lender=lender, deputy=deputy, since=today, until=today + DAY, reason="x", created_at=clock.now()
    )
    Lent.objects.create(delegation=one, grant=given)


GUARDS = {
    "delegation_no_loop": ("access_delegation", "two persons do not stand in for each other"),
    "lent_own_work": ("access_lent", "only an own role of ordinary work is lent"),
}


@pytest.mark.parametrize("sabotage", [False, True])
@pytest.mark.parametrize("fault", ["lent_own_work", "delegation_no_loop"])
def test_the_database_refuses_what_the_house_would(cast, fault, sabotage):
    """With the guard away the same rows stand: so it is the guard that refuses them."""
    lend(cast.county_clerk, cast.township_clerk)
    table, words = GUARDS[fault]
    if sabotage:
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER {table}_guard")
    others = Grant.objects.get(person=cast.county_clerk if fault == "lent_own_work" else cast.township_clerk)
    deputy = cast.chair if fault == "lent_own_work" else cast.county_clerk
    with nullcontext() if sabotage else pytest.raises(IntegrityError, match=words), transaction.atomic():
        by_hand(cast, cast.township_clerk, deputy, others)


def test_a_delegation_is_neither_changed_nor_deleted(cast):
    made = lend(cast.township_clerk, cast.chair)
    for act in (
        lambda: Delegation.objects.filter(pk=made.pk).update(until=made.until + 90 * DAY),
        lambda: Lent.objects.filter(delegation=made).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_own_and_lent_rights_are_read_in_one_statement(cast, django_assert_num_queries):
    lend(cast.township_clerk, cast.chair)
    with django_assert_num_queries(1), queries.remembering():
        assert queries.may(cast.chair, "people.correct", cast.township)
        assert queries.may(cast.chair, "people.register", cast.factory)
    account = cast.account("chair")
    with django_assert_num_queries(1):
        brought = queries.account_of_session(account.pk)
    assert [held.lender for held in brought.brought[0]] == [None, cast.township_clerk.pk]
