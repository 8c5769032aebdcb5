"""The three screens of joining: what is asked, what is refused where, and that nothing typed is lost."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from unionhall.lib import clock, dates
from unionhall.work.membership.actions import codes, joining, partners
from unionhall.work.membership.models import Application, JoinCode
from unionhall.work.membership.tests.conftest import number_of

pytestmark = pytest.mark.django_db
PHONE = "10099000001"


@pytest.fixture
def url(desk) -> str:
    return reverse("membership:hall-join", args=[desk.code().token])


def proven(browser, url, texts, phone=PHONE) -> str:
    browser.post(url, {"step": "phone", "phone": phone, "ask": "1"})
    page = browser.post(url, {"step": "phone", "phone": phone, "code": texts[-1]}).content.decode()
    return re.search(r'name="proof" value="([^"]+)"', page)[1]


def told(proof, **more):
    return {"proof": proof, "name": "高远航", "id_number": number_of(1), "occupation": "rider", **more}


def test_there_are_five_fields_on_three_screens(url, texts):
    browser = Client()
    first = browser.get(url).content.decode()
    proof = proven(browser, url, texts)
    browser.post(url, {"step": "phone", "phone": PHONE, "ask": "1"})
    second = browser.post(url, {"step": "self", "proof": proof}).content.decode()
    asked = set(re.findall(r'name="(phone|code|name|id_number|occupation)"', first + second))
    assert asked == {"phone", "code", "name", "id_number", "occupation"}
    third = browser.post(url, {"step": "self", **told(proof)}).content.decode()
    assert set(re.findall(r'<input[^>]*type="(text|tel|number)"', third)) == set()
    assert "3 个工作日" in third


def test_a_guessed_code_gets_nobody_in_and_a_right_one_only_once(url, texts):
    browser = Client()
    browser.post(url, {"step": "phone", "phone": PHONE, "ask": "1"})
    wrong = "000000" if texts[-1] != "000000" else "111111"
    assert browser.post(url, {"step": "phone", "phone": PHONE, "code": wrong}).status_code == 422
    assert browser.post(url, {"step": "phone", "phone": PHONE, "code": texts[-1]}).status_code == 200
    assert browser.post(url, {"step": "phone", "phone": PHONE, "code": texts[-1]}).status_code == 422
    other = Client()  # the code of another device's asking is worth nothing here
    assert other.post(url, {"step": "phone", "phone": PHONE, "code": texts[-1]}).status_code == 422


def test_a_storm_of_codes_is_stopped_with_the_wait(url, texts):
    answers = [Client().post(url, {"step": "phone", "phone": PHONE, "ask": "1"}).status_code for _ in range(5)]
    assert answers == [200, 429, 429, 429, 429]
    assert len(texts) == 1


def test_a_forged_proof_begins_again(url, texts):
    browser = Client()
    forged = browser.post(url, {"step": "send", **told("forged"), "willing": "on", "personal": "1"})
    assert forged.status_code == 422
    proof = proven(browser, url, texts)
    assert "手机" in forged.content.decode()
    assert not Application.objects.exists()
    assert browser.post(url, {"step": "send", **told(proof)}).status_code == 422  # not willing yet
    assert browser.post(url, {"step": "send", **told(proof), "willing": "on", "personal": "1"}).status_code == 303


def test_a_refusal_comes_back_to_its_screen_with_everything_typed(url, texts):
    browser = Client()
    proof = proven(browser, url, texts)
    number = number_of(1)
    bad = number[:-1] + ("0" if number[-1] != "0" else "1")
    answer = browser.post(url, {"step": "self", **told(proof, id_number=bad)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "校验位" in page
    assert 'value="高远航"' in page
    young = f"{dates.today().year - 10}0101"
    page = browser.post(url, {"step": "self", **told(proof, id_number=number_of(1, born=young))}).content.decode()
    assert "未满 16 周岁" in page


def test_sending_twice_names_the_first(url, texts):
    browser = Client()
    proof = proven(browser, url, texts)
    sent = {"step": "send", **told(proof), "willing": "on", "personal": "1"}
    assert browser.post(url, sent).status_code == 303
    again = browser.post(url, sent)
    assert again.status_code == 409
    assert Application.objects.get().reference in again.content.decode()


def test_whoever_is_on_the_roster_only_confirms(url, texts, cast):
    cast.worker.refresh_from_db()
    phone = f"100{14:08d}"
    browser = Client()
    browser.post(url, {"step": "phone", "phone": phone, "ask": "1"})
    page = browser.post(url, {"step": "phone", "phone": phone, "code": texts[-1]}).content.decode()
    assert "杨**" in page
    assert 'name="id_number"' not in page
    proof = re.search(r'name="proof" value="([^"]+)"', page)[1]
    sent = browser.post(url, {"step": "send", "proof": proof, "occupation": "regular", "willing": "on", "personal": "1"})
    assert sent.status_code == 303
    assert Application.objects.get().person_id == cast.worker.pk


def test_without_a_union_at_work_the_home_of_the_township_takes_one(cast, texts):
    browser = Client()
    page = browser.get(reverse("membership:hall-find"), {"employer": "查无此厂", "place": "红旗街道"}).content.decode()
    assert "网上会员之家" in page
    url = reverse("membership:hall-join-at", args=[cast.township.pk])
    assert url in page
    proof = proven(browser, url, texts)
    assert browser.post(url, {"step": "send", **told(proof), "willing": "on", "personal": "1"}).status_code == 303
    assert [Application.objects.get().organization_id, Application.objects.get().channel] == [cast.township.pk, "home"]


def test_what_was_said_while_looking_goes_along_and_counts(cast, texts):
    found = Client().get(reverse("membership:hall-find"), {"employer": "红旗配送站", "place": "红旗街道"}).content.decode()
    url = html.unescape(re.search(rf'href="({reverse("membership:hall-join-at", args=[cast.township.pk])}[^"]*)"', found)[1])
    for n in range(25):
        browser = Client()
        proof = proven(browser, url, texts, phone=f"100990{n:05d}")
        if n == 0:
            second = browser.post(url, {"step": "self", "proof": proof, "back": "self", "employer": "红旗配送站"}).content.decode()
            assert 'value="红旗配送站"' in second
        given = told(proof, id_number=number_of(n), employer="红旗配送站", willing="on", personal="1")
        assert browser.post(url, {"step": "send", **given}).status_code == 303
    one = Application.objects.first()
    assert [one.employer, one.routed_by, one.channel] == ["红旗配送站", "place", "home"]
    outcome = joining.approve_many(Application.objects.all(), by=cast.city_clerk)
    assert [outcome.done, outcome.failed, partners.propose_foundings()] == [25, [], 1]


def test_a_home_asks_where_one_works_and_a_union_does_not(cast, url, texts):
    home = reverse("membership:hall-join-at", args=[cast.township.pk])
    for where, asks in ((url, False), (home, True)):
        browser = Client()
        proof = proven(browser, where, texts, phone=f"1009900000{2 + asks}")
        page = browser.post(where, {"step": "self", "proof": proof, "back": "self"}).content.decode()
        assert ('name="employer"' in page) is asks


def test_a_phone_on_the_roster_of_another_union_is_led_there(cast, texts):
    home, phone = reverse("membership:hall-join-at", args=[cast.township.pk]), f"100{14:08d}"
    browser = Client()
    browser.post(home, {"step": "phone", "phone": phone, "ask": "1"})
    page = browser.post(home, {"step": "phone", "phone": phone, "code": texts[-1]}).content.decode()
    there = f"{reverse('membership:hall-join-at', args=[cast.factory.pk])}?by=phone"
    assert f'action="{there}"' in page and "杨" not in page
    proof = re.search(r'name="proof" value="([^"]+)"', page)[1]
    second = browser.post(there, {"back": "self", "proof": proof}).content.decode()
    assert "杨**" in second and 'name="id_number"' not in second
    third = browser.post(there, {"step": "self", "proof": proof, "occupation": "regular"}).content.decode()
    assert cast.worker.name not in third and "杨**" in third
    sent = {"step": "send", "proof": proof, "occupation": "regular", "willing": "on", "personal": "1"}
    assert browser.post(there, sent).status_code == 303
    one = Application.objects.get()
    assert [one.person_id, one.organization_id, one.routed_by, one.on_roster] == [cast.worker.pk, cast.factory.pk, "phone", True]
    # the proof names its bearer for that union alone
    assert 'name="id_number"' in browser.post(home, {"back": "self", "proof": proof}).content.decode()


@pytest.mark.parametrize("why", ["none", "withdrawn", "expired"])
def test_a_code_that_does_not_serve_leads_on(desk, cast, why):
    code = desk.code()
    status, word = {"none": (404, "没有这个入会二维码"), "withdrawn": (410, "已停用"), "expired": (410, "已过期")}[why]
    token = code.token
    if why == "none":
        token = "2" * 16
    elif why == "withdrawn":
        codes.revoke(code_id=code.pk, by=cast.county_clerk)
    else:
        JoinCode.objects.filter(pk=code.pk).update(expires_on=dates.today())
    answer = Client().get(reverse("membership:hall-join", args=[token]))
    page = answer.content.decode()
    assert (answer.status_code, word in page, 'name="employer"' in page, "系统出错" in page) == (status, True, True, False)


def test_a_code_that_was_read_aloud_may_be_typed_in_capitals(desk):
    token = desk.code().token.upper()
    assert Client().get(reverse("membership:hall-join", args=[token])).status_code == 200


def test_an_empty_code_is_no_try(url, texts):
    browser = Client()
    browser.post(url, {"step": "phone", "phone": PHONE, "ask": "1"})
    for _ in range(8):
        answer = browser.post(url, {"step": "phone", "phone": PHONE, "code": ""})
        assert (answer.status_code, "请填写短信中的六位验证码" in answer.content.decode()) == (422, True)
    assert browser.post(url, {"step": "phone", "phone": PHONE, "code": texts[-1]}).status_code == 200


def test_form_list_poster_and_door_mean_the_same_last_day(desk, cast):
    """One word and one day everywhere: it serves until that day ends, and no longer."""
    last = dates.today() + timedelta(days=4)
    clerk = cast.client("county_clerk")
    clerk.post(f"{reverse('membership:desk-codes')}?unit={cast.factory.pk}", {"last_day": f"{last}"})
    code = JoinCode.objects.latest("id")
    for page in (reverse("membership:desk-codes"), reverse("membership:desk-poster", args=[code.pk])):
        shown = clerk.get(page).content.decode()
        assert ("最后有效日" in shown, f"{last}" in shown, f"{last + timedelta(days=1)}" in shown) == (True, True, False)
    scanned = reverse("membership:hall-join", args=[code.token])
    for day, status in ((last, 200), (last + timedelta(days=1), 410)):
        with clock.fixed(dates.start_of(day) + timedelta(hours=23, minutes=59)):
            assert Client().get(scanned).status_code == status


def test_a_code_may_serve_today_only_and_never_ends_before_it_began(desk, cast):
    clerk, url = cast.client("county_clerk"), f"{reverse('membership:desk-codes')}?unit={cast.factory.pk}"
    refused = clerk.post(url, {"last_day": f"{dates.today() - timedelta(days=1)}"})
    assert refused.status_code == 422 and "最后有效日不能早于今天" in refused.content.decode()
    assert not JoinCode.objects.exists()
    clerk.post(url, {"last_day": f"{dates.today()}"})
    assert JoinCode.objects.get().expires_on == dates.today() + timedelta(days=1)


def test_workers_do_not_join_a_federation_of_a_city(cast):
    assert Client().get(reverse("membership:hall-join-at", args=[cast.city.pk])).status_code == 404
