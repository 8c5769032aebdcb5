"""A phone of another person: the worker who asks for it is asked, the union sees it and is asked, and nobody hears whose it is."""

import pytest

from unionhall.kernel.people import actions as people
from unionhall.lib.refusal import Refused
from unionhall.work.portal import rules
from unionhall.work.portal.actions import corrections
from unionhall.work.portal.models import Correction

pytestmark = pytest.mark.django_db
ASKED = "这个手机号已登记在其他人名下"
NOTED = "申请时这个手机号已登记在其他人名下，申请人表示确由本人使用。"
TICK = '<input type="checkbox" name="shared"'
TAKEN = "10000000002"  # the county clerk's


@pytest.fixture
def page(cast):
    browser = cast.client("worker")

    def post(**given):
        return browser.post("/hall/me/correct/", {"field": "phone", **given})

    return post


def last4(person):
    person.refresh_from_db()
    return person.phone_last4


def test_the_worker_is_asked_and_not_told_whose_it_is(cast, page):
    answer = page(proposed="100 0000 0002", note="换号")
    said = answer.content.decode()
    assert (answer.status_code, ASKED in said, TICK in said, cast.county_clerk.name in said) == (422, True, True, False)
    assert ('value="100 0000 0002"' in said, "换号" in said, Correction.objects.count()) == (True, True, 0)
    assert page(proposed="100 0000 0002", note="换号", shared="on").status_code == 303
    assert (Correction.objects.get().shared, last4(cast.worker)) == (True, "0014")


def test_who_asks_for_a_phone_of_nobody_else_or_their_own_is_not_asked(cast, page):
    plain = cast.client("worker").get("/hall/me/correct/").content.decode()
    assert TICK not in plain
    assert page(proposed="10000000014").status_code == 303
    corrections.decide_correction(correction_id=Correction.objects.get().pk, by=cast.county_clerk, done=True)
    assert page(proposed="10000000077", shared="on").status_code == 303
    assert list(Correction.objects.order_by("id").values_list("shared", flat=True)) == [False, False]


def test_the_union_sees_it_and_is_asked_before_it_is_written(cast, page):
    page(proposed=TAKEN, shared="on")
    asked, clerk = Correction.objects.get(), cast.client("city_clerk")
    where = f"/portal/corrections/{asked.pk}/answer/"
    listed = clerk.get("/portal/corrections/").content.decode()
    assert (NOTED in listed, cast.county_clerk.name in listed, 'name="shared"' in listed) == (True, False, False)
    answer = clerk.post(where, {"act": "done", "answer": "已电话核实"})
    said = answer.content.decode()
    assert (answer.status_code, ASKED in said, 'type="checkbox" name="shared"' in said, 'value="已电话核实"' in said) == (
        422,
        True,
        True,
        True,
    )
    asked.refresh_from_db()
    assert (asked.state, last4(cast.worker)) == ("asked", "0014")
    assert clerk.post(where, {"act": "done", "answer": "已电话核实", "shared": "1"}).status_code == 303
    asked.refresh_from_db()
    assert (asked.state, last4(cast.worker)) == ("done", "0002")


def test_what_became_somebody_else_s_meanwhile_is_asked_about_too_and_declining_asks_nothing(cast, page):
    page(proposed="10000000077")
    asked = Correction.objects.get()
    people.correct(by=None, person=cast.plain, phone="10000000077")
    with pytest.raises(Refused) as refusal:
        corrections.decide_correction(correction_id=asked.pk, by=cast.county_clerk, done=True)
    assert (refusal.value.code, refusal.value.field, last4(cast.worker)) == ("phone_of_another", "shared", "0014")
    corrections.decide_correction(correction_id=asked.pk, by=cast.county_clerk, done=False, answer="请用本人手机号")
    asked.refresh_from_db()
    assert (asked.state, last4(cast.worker)) == ("declined", "0014")


def test_it_is_said_in_english_too(cast):
    browser = cast.client("worker")
    given = {"field": "phone", "proposed": TAKEN}
    said = browser.post("/hall/me/correct/", given, headers={"accept-language": "en"}).content.decode()
    assert ("This phone is registered for somebody else" in said, "It is used by both (a family may share one)" in said) == (
        True,
        True,
    )


def test_without_the_question_it_is_taken_silently(cast, page, monkeypatch):
    """The sabotage twin."""
    monkeypatch.setattr(rules, "check_shared", lambda _of_another, _shared: None)
    assert page(proposed=TAKEN).status_code == 303
    corrections.decide_correction(correction_id=Correction.objects.get().pk, by=cast.city_clerk, done=True)
    assert last4(cast.worker) == "0002"


def test_nobody_answers_what_they_asked_for_themselves(cast, monkeypatch):
    asked = corrections.ask_correction(by=cast.county_clerk, field="phone", proposed="10000000077")
    browser = cast.client("county_clerk")
    answer = browser.post(f"/portal/corrections/{asked.pk}/answer/", {"act": "done"})
    assert (answer.status_code, "这是您本人的申请，请由同事办理。" in answer.content.decode()) == (422, True)
    asked.refresh_from_db()
    assert (asked.state, last4(cast.county_clerk)) == ("asked", "0002")
    monkeypatch.setattr(rules, "check_not_own", lambda _person, _hand: None)  # the sabotage twin
    corrections.decide_correction(correction_id=asked.pk, by=cast.county_clerk, done=True)
    assert last4(cast.county_clerk) == "0077"
