"""My data, who looked at it, what is wrong with it; and how unions are reached."""

import pytest
from django.db import IntegrityError
from django.test import Client

from unionhall.kernel.notices import queries as notices
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.actions import consents
from unionhall.lib.refusal import NotVisible
from unionhall.testing.cast import id_number
from unionhall.work.portal.actions import corrections, ratings
from unionhall.work.portal.models import Channel, Correction
from unionhall.work.portal.queries import me
from unionhall.work.portal.registry import PROPOSED
from unionhall.work.portal.tests.conftest import WORKER


def test_my_own_values_are_masked_and_only_mine(cast):
    known = {one.name: one.masked for one in me.known_of(cast.worker)}
    assert list(known.values()) == ["990***********" + cast.worker.id_last4, "100****0014"]
    page = cast.client("worker").get("/hall/me/").content.decode()
    assert WORKER not in page and "红旗机械厂工会" in page


@pytest.mark.django_db(transaction=True)
def test_who_looked_is_told_with_unit_and_reason_not_with_the_name(cast):
    people.reveal(by=cast.county_clerk, person=cast.worker, field="phone", reason="回访求助")
    page = cast.client("worker").get("/hall/me/looks/").content.decode()
    assert "城关区总工会" in page and "回访求助" in page
    assert "李建华" not in page
    assert "回访求助" not in cast.client("chair").get("/hall/me/looks/").content.decode()


def test_a_correction_goes_to_the_union_and_its_answer_comes_back(cast):
    worker, clerk = cast.client("worker"), cast.client("county_clerk")
    sent = {"field": "phone", "proposed": "10000000077", "note": "换号了 10000000077"}
    assert worker.post("/hall/me/correct/", sent).status_code == 303
    asked = Correction.objects.get()
    assert (asked.organization, asked.state) == (cast.factory, "asked")
    assert "10000000077" not in asked.note
    assert worker.post("/hall/me/correct/", sent).status_code == 409
    assert "更正" in worker.get("/hall/matters/").content.decode()
    wordless = clerk.post(f"/portal/corrections/{asked.pk}/answer/", {"act": "declined"})
    told = wordless.content.decode()
    assert wordless.status_code == 422
    assert (
        f'<a href="#answer-{asked.pk}">' in told
        and f'id="answer-{asked.pk}-error"><i aria-hidden="true">■</i>不予更正的，请写明理由。' in told
    )
    long = clerk.post(f"/portal/corrections/{asked.pk}/answer/", {"act": "done", "answer": "长" * 301})
    assert long.status_code == 422 and "长" * 301 in long.content.decode()
    asked.refresh_from_db()
    assert asked.state == "asked"
    assert clerk.post(f"/portal/corrections/{asked.pk}/answer/", {"act": "done", "answer": "已按证件更正"}).status_code == 303
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.answer) == ("done", cast.county_clerk, "已按证件更正")
    assert clerk.post(f"/portal/corrections/{asked.pk}/answer/", {"act": "done"}).status_code == 409
    assert "portal.correction_decided" in [one.kind for one in notices.inbox(cast.worker)]


def test_where_an_answer_was_refused_the_address_leads_to_the_list(cast):
    clerk, first = cast.client("county_clerk"), corrections.ask_correction(by=cast.worker, field="name", note="名字有误")
    here = f"/portal/corrections/{first.pk}/answer/?size=20&page=1"
    assert clerk.post(here, {"act": "declined"}).status_code == 422
    led = clerk.get(here)
    assert (led.status_code, led.url) == (303, "/portal/corrections/?size=20&page=1")
    assert clerk.get(led.url).status_code == 200
    assert clerk.get(f"/portal/corrections/{first.pk}/answer/").url == "/portal/corrections/"
    first.refresh_from_db()
    assert first.state == "asked"
    assert clerk.post(here, {"act": "declined", "answer": "与证件一致"}).url == led.url
    assert cast.client("stranger").get(here).status_code == 404
    assert cast.client("chair").get(here).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_proposed_number_waits_sealed_with_the_person(cast):
    cast.client("worker").post("/hall/me/correct/", {"field": "phone", "proposed": "10000000077"})
    assert people.reveal(by=cast.county_clerk, person=cast.worker, field=PROPOSED["phone"], reason="核对") == "10000000077"
    assert all("10000000077" not in str(value) for value in Correction.objects.values().get().values())
    assert "10000000077" not in cast.client("worker").get("/hall/me/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_corrected_means_that_the_number_stands_on_the_file(cast):
    """Two numbers may be asked for at once; each is written by the answer to it, and a declined one is not."""
    worker, clerk, number = cast.client("worker"), cast.client("county_clerk"), id_number(77)
    worker.post("/hall/me/correct/", {"field": "phone", "proposed": "10000000077"})
    worker.post("/hall/me/correct/", {"field": "id_number", "proposed": number})
    phone, document = Correction.objects.order_by("id")

    def held(field):
        return people.reveal(by=cast.county_clerk, person=cast.worker, field=field, reason="核对")

    before = held("id_number")
    clerk.post(f"/portal/corrections/{phone.pk}/answer/", {"act": "done"})
    clerk.post(f"/portal/corrections/{document.pk}/answer/", {"act": "declined", "answer": "与证件不符"})
    assert (held("phone"), held("id_number")) == ("10000000077", before)
    for field in PROPOSED.values():
        with pytest.raises(NotVisible):
            held(field)
    worker.post("/hall/me/correct/", {"field": "id_number", "proposed": number})
    clerk.post(f"/portal/corrections/{Correction.objects.latest('id').pk}/answer/", {"act": "done"})
    assert held("id_number") == number


@pytest.mark.django_db(transaction=True)
def test_a_number_that_another_person_bears_is_not_written_and_the_request_stays_open(cast):
    people.correct(by=None, person=cast.worker, id_number=id_number(78))
    cast.client("worker").post("/hall/me/correct/", {"field": "id_number", "proposed": id_number(79)})
    people.correct(by=None, person=cast.plain, id_number=id_number(79))
    asked = Correction.objects.get()
    answer = cast.client("county_clerk").post(f"/portal/corrections/{asked.pk}/answer/", {"act": "done"})
    asked.refresh_from_db()
    assert (answer.status_code, asked.state) == (409, "asked")
    assert people.reveal(by=cast.county_clerk, person=cast.worker, field="id_number", reason="核对") == id_number(78)


@pytest.mark.parametrize("wrong", [{"field": "phone", "proposed": "12"}, {"field": "x", "note": "y"}, {}, {"field": "name"}])
def test_a_wrong_correction_is_refused_in_words(cast, wrong):
    assert cast.client("worker").post("/hall/me/correct/", wrong).status_code == 422
    assert not Correction.objects.exists()


def test_reading_messages_is_having_seen_them(cast, asked):
    assert notices.unseen(cast.worker) == 1
    cast.client("worker").get("/hall/messages/")
    assert notices.unseen(cast.worker) == 0


def test_a_union_is_found_with_phone_or_that_of_the_one_above(cast):
    clerk = cast.client("county_clerk")
    set_to = {"number": "0999-5550001", "address": "人民路1号", "hours": "8:30–17:30", "words": "随时欢迎"}
    assert clerk.post(f"/portal/channels/{cast.county.pk}/", set_to).status_code == 303
    assert Channel.objects.get().phone == "09995550001"
    page = Client().get(f"/hall/unions/{cast.county.pk}/").content.decode()
    assert "人民路1号" in page and "随时欢迎" in page and "tel:09995550001" in page
    below = Client().get(f"/hall/unions/{cast.factory.pk}/").content.decode()
    assert "tel:09995550001" in below and "人民路1号" not in below
    assert "红旗街道" in Client().get(f"/hall/unions/{cast.county.pk}/", {"q": "红旗"}).content.decode()
    assert cast.client("neighbour").post(f"/portal/channels/{cast.county.pk}/", set_to).status_code == 404


def test_the_house_s_own_person_and_inner_units_are_not_on_the_street(cast):
    assert people_queries.house() not in list(people_queries.people())
    assert Client().get("/hall/unions/999999/").status_code == 404


def agree_to(client, purpose, version=1, **more):
    return client.post("/hall/me/consents/", {"purpose": purpose, "version": version, "agree": "1", **more})


def test_a_worker_reads_agrees_and_takes_back(cast):
    worker = cast.client("worker")
    texts = consents.texts()
    needed, free = list(texts)
    page = worker.get("/hall/me/consents/").content.decode()
    assert [page.count("未同意"), page.count(texts[needed].zh)] == [2, 1]
    assert agree_to(worker, needed).status_code == 303
    assert agree_to(worker, free).status_code == 303
    assert worker.get("/hall/me/consents/").content.decode().count("已同意") == 2
    back = {"purpose": needed, "version": 1}
    assert [worker.post("/hall/me/consents/", back).status_code for _ in range(2)] == [303, 404]
    assert [one.kind for one in notices.inbox(cast.chair)] == ["portal.consent_withdrawn"]
    assert [one.withdrawn_at is None for one in people_queries.consents_of(cast.worker)] == [True, False]


def test_an_older_text_is_not_agreed_to_and_a_newer_one_is_asked_for(cast):
    worker = cast.client("worker")
    code = next(iter(consents.texts()))
    agree_to(worker, code)
    consents.issue_text(purpose=code, zh="新告知书", en="new text", by=cast.city_clerk)
    page = worker.get("/hall/me/consents/").content.decode()
    assert "告知书已更新" in page and "新告知书" in page
    other = cast.client("chair")
    assert agree_to(other, code).status_code == 409
    assert people_queries.consents_of(cast.chair) == []
    assert [agree_to(other, "trial.nothing").status_code, agree_to(other, code, version=9).status_code] == [404, 404]
    assert agree_to(other, code, version="x").status_code == 422


def test_coming_in_by_a_code_confirms_the_phone(phone, cast):
    assert "尚未核对" in cast.client("worker").get("/hall/me/").content.decode()
    phone.sign_in(WORKER)
    name, known = me.about(cast.worker)
    assert (name, [one.fresh and str(one.fresh.source) for one in known]) == (None, [None, "短信验证"])
    assert "短信验证" in phone.client.get("/hall/me/").content.decode()


def test_only_a_second_asking_is_called_one(cast, forbid):
    asked = {"by": cast.worker, "field": "name", "note": "名字写错了"}
    forbid("portal_correction", "field <> 'name'", "strange_one")
    with pytest.raises(IntegrityError, match="strange_one"):
        corrections.ask_correction(**asked)


def test_only_a_second_rating_is_called_one(cast, forbid):
    forbid("portal_rating", "level <> 5", "strange_one")
    with pytest.raises(IntegrityError, match="strange_one"):
        ratings.rate(by=cast.worker, kind="portal.helprequest", record_id=1, organization=cast.county, title="求助", level=5)
