"""Many at the same moment for few places, over HTTP: exactly as many seats as there are, nobody twice, nothing broken.

In the long tier 500 clients stand before 100 places, UNIONHALL_RACE_ROUNDS times (20 where nothing is said).
"""

import os
import time
from collections import Counter

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from django.urls import reverse

from unionhall.kernel.access.models import Account
from unionhall.kernel.audit import actions as audit
from unionhall.testing.race import at_once
from unionhall.work.campaigns.actions import signups
from unionhall.work.campaigns.models import Pool, SignUp
from unionhall.work.campaigns.tests.conftest import figure

pytestmark = pytest.mark.django_db(transaction=True)
PLACES, FEW = 100, 8
HANDS = 12


def doors_of(people):
    """A signed-in browser for each person."""
    accounts = Account.objects.bulk_create(
        [Account(person=person, username=f"w{person.pk}", password="!", must_change_password=False) for person in people]
    )
    found = []
    for account in accounts:
        client = Client()
        client.force_login(account)
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "phone", "at": time.time(), "reauthenticated": True}]
        session.save()
        found.append(client)
    return found


def storm(clients, address, presses=1):
    """Everybody presses the button, a dozen at a time at the very same moment; the statuses of all answers."""
    shares = [clients[number::HANDS] for number in range(HANDS)]
    found = at_once(HANDS, lambda number: [one.post(address).status_code for one in shares[number] for _press in range(presses)])
    broken = [each for each in found if isinstance(each, Exception)]
    assert broken == []
    return Counter(status for statuses in found for status in statuses)


def check(session, pool, clients, places):
    """As many seats as places, each person once."""
    live = SignUp.objects.filter(session=session)
    states = Counter(live.values_list("state", flat=True))
    assert states == {"seated": places, "waiting": len(clients) - places}
    assert live.values("person").distinct().count() == len(clients)
    assert Pool.objects.get(pk=pool.pk).taken == places


def test_as_many_seats_as_places_over_http(desk, cast):
    """Twenty rounds, each with a new event, small enough for every run; in the last one everybody presses twice more."""
    clients = doors_of(desk.workers(FEW + 4))
    for number in range(20):
        session = desk.scarce(places=FEW, name=f"第{number + 1}轮")
        assert storm(clients, reverse("campaigns:hall-sign-up", args=[session.pk])) == {303: len(clients)}
        check(session, session.pools.get(), clients, FEW)
    assert audit.verify().ok
    assert figure("campaigns.signed_up", cast.county) == 20 * FEW
    assert storm(clients, reverse("campaigns:hall-sign-up", args=[session.pk]), presses=2) == {303: 2 * len(clients)}
    check(session, session.pools.get(), clients, FEW)


@pytest.mark.long
def test_five_hundred_before_a_hundred_places(desk, cast):
    people = desk.workers(500)
    clients = doors_of(people)
    for number in range(int(os.environ.get("UNIONHALL_RACE_ROUNDS", "20"))):
        session = desk.scarce(places=PLACES, name=f"第{number + 1}轮")
        statuses = storm(clients, reverse("campaigns:hall-sign-up", args=[session.pk]))
        assert statuses == {303: 500}
        check(session, session.pools.get(), clients, PLACES)
    assert audit.verify().ok


def test_sabotage_a_claim_that_reads_first_oversells(desk, cast, monkeypatch):
    """The twin: look whether a place is free, then take it. Two look at the same time, and both take the last one."""
    looked = signups.CLAIM.replace("FOR UPDATE OF p", "").replace(
        "taken = p.taken + 1", "taken = near.taken + 1 + 0 * length(pg_sleep(0.02)::text)"
    )
    assert looked.count("near.taken + 1") == 1
    assert "FOR UPDATE" not in looked
    monkeypatch.setattr(signups, "CLAIM", looked)
    clients = doors_of(desk.workers(24))
    session = desk.scarce(places=3)
    storm(clients, reverse("campaigns:hall-sign-up", args=[session.pk]))
    assert SignUp.objects.filter(session=session, state="seated").count() > 3
