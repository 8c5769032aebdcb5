"""Many at the same moment for few places, over HTTP: exactly as many seats as there are, nobody twice, nothing broken.

In the long tier 500 clients stand before 100 places, UNIONHALL_RACE_ROUNDS times (20 where nothing is said).
"""

import os
import time
from collections import Counter

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import connection
from django.test import Client
from django.urls import reverse

from unionhall.kernel.access.models import Account
from unionhall.kernel.audit import actions as audit
from unionhall.testing.race import at_once
from unionhall.work.campaigns.actions import signups
from unionhall.work.campaigns.models import Pool, SignUp
from unionhall.work.campaigns.tests.conftest import figure

pytestmark = pytest.mark.django_db(transaction=True)
PLACES = 100
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


def check(session, pool, clients):
    """As many seats as places, each person once, the books and the trail as they should be."""
    live = SignUp.objects.filter(session=session)
    states = Counter(live.values_list("state", flat=True))
    assert states == {"seated": PLACES, "waiting": len(clients) - PLACES}
    assert live.values("person").distinct().count() == len(clients)
    assert Pool.objects.get(pk=pool.pk).taken == PLACES
    assert audit.verify().ok


def test_as_many_seats_as_places_over_http(desk, cast):
    people = desk.workers(PLACES + 32)
    clients = doors_of(people)
    session = desk.scarce(places=PLACES)
    statuses = storm(clients, reverse("campaigns:hall-sign-up", args=[session.pk]))
    assert statuses == {303: len(clients)}
    check(session, session.pools.get(), clients)
    assert figure("campaigns.signed_up", cast.county) == PLACES
    again = storm(clients[:24], reverse("campaigns:hall-sign-up", args=[session.pk]), presses=2)
    assert again == {303: 48}
    check(session, session.pools.get(), clients)


@pytest.mark.long
def test_five_hundred_before_a_hundred_places(desk, cast):
    people = desk.workers(500)
    clients = doors_of(people)
    for number in range(int(os.environ.get("UNIONHALL_RACE_ROUNDS", "20"))):
        session = desk.scarce(places=PLACES, name=f"第{number + 1}轮")
        statuses = storm(clients, reverse("campaigns:hall-sign-up", args=[session.pk]))
        assert statuses == {303: 500}
        check(session, session.pools.get(), clients)


def test_sabotage_a_claim_that_reads_first_oversells(desk, cast, monkeypatch):
    """The twin: look whether a place is free, then take it. Two look at the same time, and both take the last one."""

    def read_then_write(session, pools, who, by):
        with connection.cursor() as cursor:
            cursor.execute("SELECT taken, places FROM campaigns_pool WHERE id = %s", [pools[0].pk])
            taken, places = cursor.fetchone()
            if taken >= places:
                return None
            time.sleep(0.02)  # the time in which the others look
            cursor.execute("UPDATE campaigns_pool SET taken = %s WHERE id = %s", [taken + 1, pools[0].pk])
            cursor.execute(signups.QUEUE, {"pool": pools[0].pk, "person": who.pk, "by": by.pk, "now": NOW(), "state": "waiting"})
            key, number = cursor.fetchone()
            cursor.execute("UPDATE campaigns_signup SET state = 'seated', seated_at = at WHERE id = %s", [key])
        return signups._made((key, number), session, pools[0], who, by, "seated")

    monkeypatch.setattr(signups, "_claimed", read_then_write)
    clients = doors_of(desk.workers(24))
    session = desk.scarce(places=3)
    storm(clients, reverse("campaigns:hall-sign-up", args=[session.pk]))
    assert SignUp.objects.filter(session=session, state="seated").count() > 3


NOW = signups.clock.now
