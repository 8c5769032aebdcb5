"""Coming in by phone: the same answers for known and unknown phones, and a way on for everybody."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Account, PhoneCode
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.notices import adapters
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.testing.cast import id_number
from unionhall.work.portal.tests.conftest import CLERK, NOBODY, WORKER, Phone


def plain(answer, *typed: str) -> str:
    text = re.sub(r"[A-Za-z0-9]{32,64}", "TOKEN", answer.content.decode())
    for one in typed:
        text = text.replace(one, "TYPED")
    return text


def test_a_worker_comes_in_and_is_led_on(phone, cast):
    assert phone.client.get("/hall/me/")["Location"] == "/hall/enter/?next=%2Fhall%2Fme%2F"
    answer = phone.sign_in(WORKER, next="/hall/me/")
    assert (answer.status_code, answer["Location"]) == (303, "/hall/me/")
    page = phone.client.get("/hall/me/").content.decode()
    assert "杨工" in page and "100****0014" in page and WORKER not in page
    account = Account.objects.get(person=cast.worker)
    assert audit.trail("access.account", account.pk).filter(verb="access.signed_in").count() == 1


def test_somebody_without_an_account_gets_one(phone, cast):
    phone.sign_in("10000000015")
    assert Account.objects.get(person=cast.plain).username == f"phone-{cast.plain.pk}"
    assert phone.client.get("/hall/").status_code == 200


def test_known_unknown_and_stopped_phones_are_answered_alike(cast, caplog):
    caplog.set_level("INFO")
    sent, refused = set(), set()
    for number in (WORKER, NOBODY, "10000000012"):
        one = Phone(caplog)
        sent.add((plain(one.ask(number), number), bool(one.code)))
        refused.add((plain(one.give(number, "abc"), number), one.give(number, "12").status_code))
    assert len(sent) == 1 and len(refused) == 1


def test_the_answers_cost_the_same_queries(cast, caplog):
    caplog.set_level("INFO")
    asked, given = set(), set()
    for number in (WORKER, NOBODY):
        one = Phone(caplog)
        with CaptureQueriesContext(connection) as sending:
            one.ask(number)
        one.give(number, "w")  # the first row of a chain of the trail costs more than the next ones
        with CaptureQueriesContext(connection) as trying:
            one.give(number, "x")
        asked.add(len(sending))
        given.add(len(trying))
    assert len(asked) == len(given) == 1
    assert max(asked) <= 17 and max(given) <= 17


def test_a_wrong_code_keeps_what_was_typed(phone):
    phone.ask(WORKER)
    answer = phone.give(WORKER, "1")
    assert answer.status_code == 422
    assert f'value="{WORKER}"' in answer.content.decode()
    assert phone.client.get("/hall/me/").status_code == 302


def test_too_many_codes_say_how_long_to_wait(phone):
    phone.ask(WORKER)
    answer = phone.ask(WORKER)
    assert answer.status_code == 429
    assert PhoneCode.objects.count() == 1


def test_asking_again_too_soon_keeps_the_field_for_the_code_that_was_sent(phone):
    phone.ask(WORKER)
    sent = phone.code
    page = phone.ask(WORKER).content.decode()
    assert "有 1 处" in page  # how long to wait; that the code serves is no fault
    assert 'name="code"' in page and "之前发送的验证码仍然有效" in page and f'value="{WORKER}"' in page
    assert phone.give(WORKER, sent).status_code == 303


def test_who_has_no_code_to_type_is_not_asked_for_one(phone, cast):
    """Another browser asked for this phone: that one has the code, and this one learns nothing of it."""
    phone.ask(WORKER)
    other = type(phone)(phone.caplog)
    answer = other.ask(WORKER)
    assert answer.status_code == 429 and 'name="code"' not in answer.content.decode()
    with clock.fixed(clock.now() + timedelta(minutes=30)):
        assert 'name="code"' in phone.ask(WORKER).content.decode()


@pytest.mark.parametrize("wrong", ["", "12345", "01062345678", "9" * 10_000, "１００００００００１４x", "'; DROP TABLE x"])
def test_what_is_no_mobile_is_refused_in_words(phone, wrong):
    assert phone.ask(wrong).status_code == 422
    assert not PhoneCode.objects.exists()


def test_without_cookies_the_page_says_so(cast):
    answer = Client().post("/hall/enter/", {"act": "send", "phone": WORKER})
    assert answer.status_code == 422 and "Cookie" in answer.content.decode()


def test_an_sms_service_that_is_down_is_said_and_not_counted(phone, monkeypatch):
    def down(_self, _message):
        raise adapters.Unreachable("away")

    monkeypatch.setattr(adapters.Console, "send", down)
    assert phone.ask(WORKER).status_code == 503
    assert not PhoneCode.objects.exists()


def test_a_stopped_account_is_told_only_after_the_proof(phone, cast):
    answer = phone.sign_in("10000000012")
    assert answer.status_code == 422 and "停用" in answer.content.decode()
    assert phone.client.get("/hall/me/").status_code == 302


def test_staff_come_in_as_workers_only(phone, cast):
    phone.sign_in(CLERK)
    assert phone.client.get("/hall/me/").status_code == 200
    assert phone.client.get("/people/").status_code == 403
    assert phone.client.post("/issues/register/", {}).status_code == 403


def test_an_unknown_phone_opens_a_file_and_goes_on(phone, cast):
    phone.ask(NOBODY)
    page = phone.give(NOBODY, phone.code).content.decode()
    assert "12351" in page
    proof = re.search(r'name="proof" value="([^"]+)"', page)[1]
    answer = phone.client.post("/hall/enter/new/", {"proof": proof, "name": "金新来", "union": cast.county.pk})
    assert answer.status_code == 303
    person = Person.objects.get(name="金新来")
    assert (person.home, person.standings.count()) == (cast.county, 0)
    assert "100****9999" in phone.client.get("/hall/me/").content.decode()
    again = phone.client.post("/hall/enter/new/", {"proof": proof, "name": "金又来", "union": cast.county.pk})
    assert again.status_code == 409 and not Person.objects.filter(name="金又来").exists()


@pytest.mark.parametrize("proof", ["", "x", "IjEwMDk5OTk5OTk5Ig:1:bad", "9" * 500])
def test_a_forged_proof_opens_nothing(phone, cast, proof):
    before = Person.objects.count()
    phone.client.post("/hall/enter/new/", {"proof": proof, "name": "金冒名", "union": cast.county.pk})
    assert Person.objects.count() == before


def test_a_proof_lasts_a_quarter_of_an_hour(phone, cast, monkeypatch):
    phone.ask(NOBODY)
    proof = re.search(r'name="proof" value="([^"]+)"', phone.give(NOBODY, phone.code).content.decode())[1]
    monkeypatch.setattr("django.core.signing.time.time", lambda: clock.now().timestamp() + timedelta(minutes=16).total_seconds())
    phone.client.post("/hall/enter/new/", {"proof": proof, "name": "金迟到", "union": cast.county.pk})
    assert not Person.objects.filter(name="金迟到").exists()


def test_a_family_that_shares_a_phone_says_who_it_is(phone, cast):
    wife = people.register(by=None, name="金共用", home=cast.factory, id_number=id_number(700), phone=WORKER)
    assert phone.sign_in(WORKER)["Location"] == "/hall/enter/which/"
    assert phone.client.post("/hall/enter/which/", {"last_four": "0000"}).status_code == 422
    assert phone.client.post("/hall/enter/which/", {"last_four": id_number(700)[-4:]}).status_code == 303
    assert "金共用" in phone.client.get("/hall/me/").content.decode()
    assert Account.objects.filter(person=wife).exists()


def test_three_wrong_tails_end_the_sign_in(phone, cast):
    people.register(by=None, name="金共用", home=cast.factory, id_number=id_number(700), phone=WORKER)
    phone.sign_in(WORKER)
    answers = [phone.client.post("/hall/enter/which/", {"last_four": "0000"}).status_code for _each in range(3)]
    assert answers == [422, 422, 303]
    assert phone.client.get("/hall/enter/which/")["Location"] == "/hall/enter/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/people/", "javascript:alert(1)"])
def test_the_way_on_stays_in_the_hall(phone, elsewhere):
    assert phone.sign_in(WORKER, next=elsewhere)["Location"] == "/hall/"


def test_signing_out_ends_the_session(phone):
    phone.sign_in(WORKER)
    assert phone.client.post("/hall/leave/")["Location"] == "/hall/"
    assert phone.client.get("/hall/me/").status_code == 302


def test_the_elder_mode_is_kept_in_the_account(phone, cast):
    phone.sign_in(WORKER)
    phone.client.post("/frame/switch", {"name": "easy", "value": "on", "next": "/hall/"})
    assert Account.objects.get(person=cast.worker).easy_mode
    del phone.client.cookies["easy"]
    assert 'class="easy"' in phone.client.get("/hall/").content.decode()
    phone.client.post("/frame/switch", {"name": "easy", "value": "off", "next": "/hall/"})
    assert 'class="easy"' not in phone.client.get("/hall/").content.decode()


def test_old_attempts_are_forgotten(phone):
    phone.ask(WORKER)
    with clock.fixed(clock.now() + timedelta(days=3)):
        assert access.forget_attempts() >= 1
