"""What members agree to: asked once when joining, shown to the clerk, numbered, exported, heeded when messages go out."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Role
from unionhall.kernel.exchange.actions import export_table
from unionhall.kernel.notices.models import Notice
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.actions import consents
from unionhall.kernel.people.models import ConsentText
from unionhall.lib import dates
from unionhall.work.membership import registry
from unionhall.work.membership.actions import joining, messages
from unionhall.work.membership.models import Application, Membership
from unionhall.work.membership.queries import consents as queries
from unionhall.work.membership.tests.conftest import applicant
from unionhall.work.membership.tests.test_join_on_the_phone import proven, told

pytestmark = pytest.mark.django_db
LIST = reverse("membership:desk-consents")


def held(person):
    """Purpose, version, way and whether it holds, for everything that somebody agreed to."""
    return [(one.text.purpose, one.text.version, one.way, one.withdrawn_at is None) for one in people.consents_of(person)]


def agreed(person, purpose=registry.TEXTS):
    return consents.give(person=person, text_id=consents.texts()[purpose].pk, way="hall", by=person)


def test_joining_asks_once_and_writes_down_the_version_that_was_read(desk, texts, cast):
    url = reverse("membership:hall-join", args=[desk.code().token])
    browser = Client()
    proof = proven(browser, url, texts)
    third = browser.post(url, {"step": "self", **told(proof)}).content.decode()
    assert str(registry.PURPOSES[registry.PERSONAL].words.zh) in third
    sent = {"step": "send", **told(proof), "willing": "on"}
    refused = browser.post(url, sent)
    assert [refused.status_code, Application.objects.count()] == [422, 0]
    assert "请阅读个人信息处理告知书并勾选同意" in refused.content.decode()
    consents.issue_text(purpose=registry.PERSONAL, zh="新告知书", en="new text", by=cast.city_clerk)
    late = browser.post(url, {**sent, "personal": "1"})
    assert [late.status_code, Application.objects.count()] == [422, 0]
    assert "新告知书" in late.content.decode()
    assert browser.post(url, {**sent, "personal": "2", "texts": "1"}).status_code == 303
    person = Application.objects.get().person
    assert sorted(held(person)) == [(registry.PERSONAL, 2, "hall", True), (registry.TEXTS, 1, "hall", True)]
    fresh = {field: str(one.source) for field, one in people.freshness_of([person.pk])[person.pk].items()}
    assert fresh == {"phone": "短信验证", "name": "本人确认", "id_number": "本人确认"}


def test_the_second_consent_is_free(desk, texts):
    url = reverse("membership:hall-join", args=[desk.code().token])
    browser = Client()
    sent = {"step": "send", **told(proven(browser, url, texts)), "willing": "on", "personal": "1"}
    assert browser.post(url, sent).status_code == 303
    assert held(Application.objects.get().person) == [(registry.PERSONAL, 1, "hall", True)]


def test_the_desk_notes_a_signed_form(cast):
    one = joining.register(union=cast.factory, given=applicant(1, employer="示范机械"), by=cast.city_clerk, signed=True)
    assert held(one.person) == [(registry.PERSONAL, 1, "paper", True)]
    fresh = people.freshness_of([one.person_id])[one.person_id]
    assert {field: str(each.source) for field, each in fresh.items()} == dict.fromkeys(registry.CONFIRMED, "工会核对")
    other = joining.register(union=cast.factory, given=applicant(2), by=cast.city_clerk)
    assert held(other.person) == []


def test_the_clerk_sees_and_notes_it_on_the_member_page(desk, cast):
    one = desk.member(1)
    page, note = reverse("membership:desk-member", args=[one.pk]), reverse("membership:desk-consent", args=[one.pk])
    clerk = cast.client("city_clerk")
    assert note in clerk.get(page).content.decode()
    assert "记录书面同意" in clerk.get(note).content.decode()
    assert clerk.post(note).status_code == 303
    assert held(one.person) == [(registry.PERSONAL, 1, "paper", True)]
    shown = clerk.get(note).content.decode()
    assert "书面签字" in shown
    assert ">记录书面同意<" not in shown
    assert cast.client("neighbour_chair").post(note).status_code == 404


def test_only_the_highest_unit_issues_a_text(cast):
    issue = reverse("membership:desk-consent-issue", args=[registry.TEXTS])
    words = {f"{registry.TEXTS}-zh": "新告知书", f"{registry.TEXTS}-en": "new text"}
    assert issue not in cast.client("county_clerk").get(LIST).content.decode()
    assert cast.client("county_clerk").post(issue, words).status_code == 403
    access.grant(cast.city_clerk, role=Role.objects.get(code="city_clerk"), at=cast.province, by=None, since=dates.today())
    city = cast.client("city_clerk")
    assert issue in city.get(LIST).content.decode()
    assert city.post(issue, {**words, f"{registry.TEXTS}-en": ""}).status_code == 422
    assert not ConsentText.objects.filter(version=2).exists()
    assert city.post(issue, words).status_code == 303
    assert consents.texts()[registry.TEXTS].zh == "新告知书"
    assert city.post(reverse("membership:desk-consent-issue", args=["trial.nothing"]), words).status_code == 404


def test_numbers_and_sheet_hold_what_the_unit_holds(desk, cast):
    one, other, far = desk.member(1), desk.member(2), desk.member(3, union=cast.mine)
    for member in (one, other, far):
        agreed(member.person)
    consents.withdraw(person=other.person, purpose=registry.TEXTS, by=other.person)
    (version,) = queries.versions(cast.city_clerk, cast.factory)[registry.TEXTS]
    assert (version.holding, version.withdrawn) == (1, 1)
    given = {"unit": str(cast.factory.pk), "purpose": registry.TEXTS}
    made = export_table.export_table(code="membership.consents", by=cast.city_clerk, at=cast.factory, filters=given)
    rows = list(load_workbook(io.BytesIO(made.content)).active.iter_rows(values_only=True))
    told_rows = [row for row in rows if row[0] in {one.number, other.number, far.number}]
    assert [row[0] for row in told_rows] == [one.number, other.number]
    assert [row[1] for row in told_rows] == ["高**", "高**"]
    assert [bool(row[7] and row[7] != "--") for row in told_rows] == [False, True], told_rows
    assert queries.counted(cast.city_clerk, given) == 2


def test_who_took_the_consent_back_is_told_without_a_text_message(desk, cast):
    one, other = desk.member(1), desk.member(2)
    agreed(one.person)
    consents.withdraw(person=one.person, purpose=registry.TEXTS, by=one.person)
    everybody = Membership.objects.filter(until=None)
    assert messages.send(everybody, text="周六活动", texted=True, at=cast.factory, by=cast.city_clerk) == 2
    kinds = dict(Notice.objects.filter(kind__startswith="membership.message").values_list("person_id", "kind"))
    assert kinds == {one.person_id: "membership.message", other.person_id: "membership.message_texted"}
