"""Many at the same moment for few places, over HTTP: exactly as many seats as there are, nobody twice, nothing broken.

500 clients stand before 100 places: twenty rounds in every run, and in the long tier UNIONHALL_RACE_ROUNDS of them (500 where
nothing is said). Each request passes the whole house, from the session's cookie and the forgery token to the trail.
"""

import os
import secrets
import time
from collections import Counter
from datetime import timedelta
from threading import Event

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test.client import ClientHandler, FakePayload, RequestFactory
from django.urls import reverse

from unionhall.kernel.access.adapters import SessionStore
from unionhall.kernel.access.models import Account, BrowserSession
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit import queries as trail
from unionhall.kernel.exchange.actions import bring, check, write
from unionhall.kernel.exchange.models import Import
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.rules import NewPerson
from unionhall.lib import clock, dates
from unionhall.testing.race import at_once
from unionhall.work.campaigns.actions import claims, sessions
from unionhall.work.campaigns.models import Pool, SignUp, Visit
from unionhall.work.campaigns.tests.conftest import assert_books_agree, figure

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS, PLACES, ROUNDS = 500, 100, 20
HANDS = 16  # connections that press at the same moment; everybody else stands behind one of them
TOKEN = "r" * 32


def workers(cast, count):
    """So many workers of the factory."""
    new = [NewPerson(name=f"职工{chr(0x4E00 + number)}", home=cast.factory) for number in range(count)]
    return people.register_many(new, by=None).people


def cookies_of(persons):
    """The cookies of a signed-in browser for each person."""
    accounts = Account.objects.bulk_create(
        [Account(person=person, username=f"w{person.pk}", password="!", must_change_password=False) for person in persons]
    )
    now, kept = clock.now(), []
    for account in accounts:
        told = {
            SESSION_KEY: str(account.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: account.get_session_auth_hash(),
            AUTHENTICATION_METHODS_SESSION_KEY: [{"method": "phone", "at": time.time(), "reauthenticated": True}],
        }
        key = secrets.token_hex(16)
        until = now + timedelta(hours=1)
        data = SessionStore(key).encode(told)
        kept.append(BrowserSession(session_key=key, account=account, session_data=data, expire_date=until))
    BrowserSession.objects.bulk_create(kept)
    return [f"{settings.SESSION_COOKIE_NAME}={one.pk}; {settings.CSRF_COOKIE_NAME}={TOKEN}" for one in kept]


def button(address):
    """What presses the button of an address with a cookie and gives the status of the answer."""
    handler, factory = ClientHandler(enforce_csrf_checks=True), RequestFactory()

    def press(cookie):
        heads = {"REQUEST_METHOD": "POST", "PATH_INFO": address, "HTTP_COOKIE": cookie, "HTTP_X_CSRFTOKEN": TOKEN}
        return handler(factory._base_environ(**heads, **{"wsgi.input": FakePayload(b"")})).status_code

    return press


def storm(cookies, address, presses=1):
    """Everybody presses the button, sixteen at a time at the very same moment; the statuses of all answers."""
    press = button(address)
    found = at_once(HANDS, lambda number: [press(one) for one in cookies[number::HANDS] for _press in range(presses)])
    broken = [each for each in found if not isinstance(each, list)]
    assert broken == []
    return Counter(status for statuses in found for status in statuses)


def judge(session, pool, cookies, places):
    """As many seats as places, each person once."""
    live = SignUp.objects.filter(session=session)
    states = Counter(live.values_list("state", flat=True))
    assert states == {"seated": places, "waiting": len(cookies) - places}
    assert live.values("person").distinct().count() == len(cookies)
    assert Pool.objects.get(pk=pool.pk).taken == places


def rounds(desk, cookies, count):
    """A new event each time, and everybody before it at once."""
    for number in range(count):
        session = desk.scarce(places=PLACES, name=f"第{number + 1}轮")
        assert storm(cookies, reverse("campaigns:hall-sign-up", args=[session.pk])) == {303: CLIENTS}
        judge(session, session.pools.get(), cookies, PLACES)
    assert audit.verify().ok
    assert_books_agree()
    judge_trail(session, cookies)
    return session


def judge_trail(session, cookies):
    """Many were seated together, and yet each act is that of the own request, account and person."""
    made = dict(SignUp.objects.filter(session=session).values_list("pk", "person"))
    assert SignUp.objects.filter(session=session, state="seated").values("at").distinct().count() < PLACES
    accounts = dict(Account.objects.filter(person__in=made.values()).values_list("pk", "person"))
    rows = trail.rows(verb=claims.VERB, kind=claims.KIND).filter(subject_id__in=map(str, made))
    assert {int(row.subject_id): row.actor for row in rows} == made
    assert {row.actor: accounts[int(row.circumstances["account"])] for row in rows} == {person: person for person in made.values()}
    assert len({row.circumstances["request_id"] for row in rows}) == len(rows) == len(cookies)


def test_500_before_100_places_are_100_each_time(desk, cast):
    """At last forty of them press twice more, and nothing changes."""
    cookies = cookies_of(workers(cast, CLIENTS))
    session = rounds(desk, cookies, ROUNDS)
    assert figure("campaigns.signed_up", cast.county) == ROUNDS * PLACES
    few = cookies[:40]
    assert storm(few, reverse("campaigns:hall-sign-up", args=[session.pk]), presses=2) == {303: 2 * len(few)}
    judge(session, session.pools.get(), cookies, PLACES)


def test_a_crowd_and_an_organizer_who_changes_the_places_never_wait_in_a_circle(desk, cast):
    """Both lock the pool before the end of a chain; the organizer's acts and the crowd's often share one."""
    session, cookies = desk.scarce(places=40), cookies_of(workers(cast, 120))
    press = button(reverse("campaigns:hall-sign-up", args=[session.pk]))

    def hand(number):
        if number:
            return [press(cookie) for cookie in cookies[number::8]]
        for places in range(41, 81):
            sessions.set_places(session_id=session.pk, places=places, by=cast.county_clerk)
        return [press(cookie) for cookie in cookies[::8]]

    found = at_once(8, hand)
    assert [each for each in found if not isinstance(each, list)] == []
    assert Counter(status for statuses in found for status in statuses) == {303: 120}
    holding = SignUp.objects.filter(session=session, state__in=["seated", "offered"]).count()
    assert (Pool.objects.get().taken, holding, SignUp.objects.count()) == (80, 80, 120)
    assert audit.verify().ok


def pressed_while_closing(desk, cast):
    """Somebody presses while the pool is being closed: the answers, how many places are taken, how many signed up.

    The statement has seen the pool open and waits for its row; when it gets it, the pool is closed.
    """
    session, cookies = desk.scarce(places=5), cookies_of(workers(cast, 2))
    address = reverse("campaigns:hall-sign-up", args=[session.pk])
    assert button(address)(cookies[0]) == 303  # the event is known
    begun = Event()

    def hand(number):
        if number:
            begun.wait(10)
            return button(address)(cookies[1])
        with transaction.atomic():
            session.pools.update(open=False)
            begun.set()
            time.sleep(0.5)
        return 0

    return at_once(2, hand), Pool.objects.get().taken, SignUp.objects.count()


def test_whoever_presses_while_the_session_is_cancelled_gets_no_place(desk, cast):
    assert pressed_while_closing(desk, cast) == ([0, 409], 1, 1)
    assert audit.verify().ok


def test_sabotage_a_claim_that_does_not_look_again_at_the_pool_slips_in(desk, cast, monkeypatch):
    claim, ways = claims.FIRST
    blind = claim.replace("CASE WHEN p.open THEN p.taken ELSE p.places END + 1", "p.taken + 1")
    assert blind != claim
    monkeypatch.setattr(claims, "FIRST", (blind, ways))
    assert pressed_while_closing(desk, cast) == ([0, 303], 2, 2)


@pytest.mark.long
def test_500_before_100_places_all_night(desk, cast):
    rounds(desk, cookies_of(workers(cast, CLIENTS)), int(os.environ.get("UNIONHALL_RACE_ROUNDS", "500")))


def test_two_imports_of_one_file_written_at_the_same_moment(desk, cast):
    """Both were checked before either was written; each visit is made by one of them and is the same to the other."""
    day = dates.today().isoformat()
    lines = ["日期,走访对象类别,家庭档案编号,慰问人次", *(f"{day},困难职工,DK-{number},2" for number in range(600))]
    both = [begun("\n".join(lines).encode(), cast) for _each in range(2)]
    found = at_once(2, lambda number: write.run(both[number].pk, check.Silent()))
    assert [each for each in found if not isinstance(each, str)] == []
    for one in both:
        one.refresh_from_db()
    assert [(one.state, one.made + one.same, one.refused) for one in both] == [("done", 600, 0)] * 2
    assert sum(one.made for one in both) == Visit.objects.count() == figure("campaigns.visit_made", cast.county) == 600
    assert figure("campaigns.greeted", cast.county) == 1_200
    assert audit.verify().ok


def begun(content, cast):
    upload = SimpleUploadedFile("走访.csv", content)
    told = {"programme": "warmth_sending"}
    one = bring.bring(kind="campaigns.visits", upload=upload, by=cast.county_clerk, at=cast.county, options=told)
    check.judge(Import.objects.select_related("organization", "started_by").get(pk=one.pk), check.Silent())
    return write.begin(import_id=one.pk, by=cast.county_clerk)


def test_sabotage_a_claim_that_reads_first_oversells(desk, cast, monkeypatch):
    """The twin: look whether a place is free, then take it. Two look at the same time, and both take the last one."""
    slowly = "near.taken + 1 + 0 * length(pg_sleep(0.02)::text)"
    taken = {
        "FIRST": ("CASE WHEN p.open THEN p.taken ELSE p.places END + 1 FROM made", f"{slowly} FROM made, near"),
        "WHOLE": ("p.taken + 1 FROM near", f"{slowly} FROM near"),
    }
    for name, (counted, looked_at) in taken.items():
        claim, ways = getattr(claims, name)
        looked = claim.replace("FOR UPDATE OF p", "").replace("near AS (SELECT p.id ", "near AS (SELECT p.id, p.taken ")
        assert (looked.count(counted), looked.count("near AS (SELECT p.id, p.taken ")) == (1, 1)
        monkeypatch.setattr(claims, name, (looked.replace(counted, looked_at), ways))
    cookies = cookies_of(workers(cast, 24))
    session = desk.scarce(places=3)
    storm(cookies, reverse("campaigns:hall-sign-up", args=[session.pk]))
    assert SignUp.objects.filter(session=session, state="seated").count() > 3
