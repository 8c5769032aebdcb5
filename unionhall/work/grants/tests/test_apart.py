"""Maker, checker and payer are three persons where deputies act: whoever acts for another counts as both."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from unionhall.kernel.access import queries as access
from unionhall.kernel.access.actions import apart, delegations
from unionhall.kernel.access.rules.lending import Hand, Ties, meeting
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.work.grants.actions import applications, batches
from unionhall.work.grants.models import Batch

pytestmark = pytest.mark.django_db


def lend(lender, deputy):
    today, wanted = dates.today(), [given.pk for given in access.may_lend(lender)]
    days = {"since": today, "until": today + timedelta(days=3)}
    return delegations.lend(deputy=deputy, grants=wanted, reason="出差", by=lender, longest=9, **days)


def check(batch, by):
    return batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=by)


def test_a_deputy_of_the_maker_does_not_check_and_the_sentence_names_who_and_what_to_do(office, cast):
    batch = office.batch(office.approve())
    made = lend(cast.county_clerk, office.checker)
    with pytest.raises(Refused) as no:
        check(batch, office.checker)
    assert (no.value.code, str(no.value)) == (
        "second_person",
        "前一环节由李建华办理，您正代李建华办理工作，两人视同一人，请由其他同事办理。",
    )
    delegations.take_back(made.pk, by=cast.county_clerk)
    assert check(batch, office.checker).hands == {"maker": Hand(cast.county_clerk.pk), "checker": Hand(office.checker.pk)}


def test_the_lender_does_not_check_what_a_deputy_made_even_after_the_delegation(office, cast):
    """The clerk of the township has no right of their own to prepare: what they prepare is the county's clerk's."""
    one = office.approve()
    made = lend(cast.county_clerk, cast.township_clerk)
    batch = batches.prepare(organization=cast.county, application_ids=[one.pk], by=cast.township_clerk).batch
    assert batch.hands == {"maker": Hand(cast.township_clerk.pk, cast.county_clerk.pk)}
    assert str(Batch.objects.get(pk=batch.pk).doers["maker"]) == "郑小梅代李建华"
    for _turn in ("while it runs", "afterwards"):
        with pytest.raises(Refused, match="前一环节由郑小梅代李建华办理"):
            check(batch, cast.county_clerk)
        if access.running():
            delegations.take_back(made.pk, by=cast.county_clerk)
    assert check(batch, office.checker).state == "checked"


def test_neither_maker_nor_checker_pays_through_a_deputy(office, cast):
    batch = check(office.batch(office.approve()), office.checker)
    lend(office.checker, office.payer)
    with pytest.raises(Refused, match="您正代复核甲办理工作"):
        batches.export(batch_id=batch.pk, by=office.payer)


def test_who_approves_is_apart_from_who_registered(office, cast):
    one = office.submit()
    lend(cast.township_clerk, cast.county_clerk)
    applications.review(application_id=one.pk, by=office.checker)
    with pytest.raises(Refused, match="您正代郑小梅办理工作"):
        office.decide(one)
    assert office.decide(one, by=office.checker).state == "approved"


@pytest.mark.parametrize("sabotage", [False, True])
@pytest.mark.parametrize("part", ["check", "pay", "approve"])
def test_the_database_says_the_same_without_the_engine(office, cast, monkeypatch, part, sabotage):
    """The engine is silenced: the trigger refuses; with the trigger away the act stands, so it is the trigger that refuses."""
    table = "grants_application" if part == "approve" else "grants_batch"
    one = office.submit() if part == "approve" else office.approve()
    if part == "approve":
        applications.review(application_id=one.pk, by=office.checker)
        lend(cast.township_clerk, cast.county_clerk)
        act = lambda: office.decide(one)  # noqa: E731
    else:
        batch = office.batch(one)
        if part == "check":
            lend(cast.county_clerk, office.checker)
            act = lambda: check(batch, office.checker)  # noqa: E731
        else:
            check(batch, office.checker)
            lend(cast.county_clerk, office.payer)
            act = lambda: batches.export(batch_id=batch.pk, by=office.payer)  # noqa: E731
    monkeypatch.setattr(apart, "check", lambda *given: None)
    if sabotage:
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER {table}_apart")
    with nullcontext() if sabotage else pytest.raises(IntegrityError, match="counted as both"), transaction.atomic():
        act()


def test_the_database_and_the_engine_agree_about_every_pair(office, cast):
    """Sixteen hands by sixteen, with two delegations that run and one that was taken back."""
    lend(cast.county_clerk, cast.township_clerk)
    lend(cast.township_clerk, cast.chair)
    delegations.take_back(lend(office.checker, cast.county_clerk).pk, by=office.checker)
    everybody = [cast.county_clerk, cast.township_clerk, cast.chair, office.checker]
    hands = [Hand(one.pk, other.pk if other != one else None) for one in everybody for other in everybody]
    loans = frozenset(access.running().values_list("lender_id", "deputy_id"))
    assert len(loans) == 2
    with connection.cursor() as cursor:
        for now in hands:
            for then in hands:
                cursor.execute("SELECT access_apart(%s, %s, %s)", [[*now.counts_as], [*then.counts_as], dates.today()])
                assert cursor.fetchone()[0] is (meeting(now, [then], Ties(loans)) is None), (now, then)
