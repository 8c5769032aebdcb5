"""What the screens of joining take as of the last second is looked at again by the act that takes the application."""

from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.people.actions import consents
from unionhall.kernel.people.models import Consent
from unionhall.kernel.policies import actions as policies
from unionhall.lib import dates, recall
from unionhall.testing.race import at_once
from unionhall.work.membership.actions import basis, codes, joining
from unionhall.work.membership.models import Application
from unionhall.work.membership.registry import PERSONAL
from unionhall.work.membership.tests.conftest import applicant, assert_books_agree, number_of
from unionhall.work.membership.tests.test_join_on_the_phone import proven, told

pytestmark = pytest.mark.django_db(transaction=True)
YOUNG = number_of(1, born=f"{dates.today().year - 17}0615")  # the document number of somebody of 16 or 17


@pytest.fixture
def a_second(monkeypatch):
    """A second that does not end, so that whatever was read once is taken again."""
    monkeypatch.setattr(recall, "SECOND", 3600.0)
    monkeypatch.setattr(recall, "_lately", {})
    monkeypatch.setattr(recall, "_marked", {})


@pytest.fixture
def code(desk):
    return desk.code()


@pytest.fixture
def send(code, texts, a_second):
    """The third screen of somebody who has come there before anything changed; pressing gives the answer."""
    url, browser = reverse("membership:hall-join", args=[code.token]), Client()
    own = told(proven(browser, url, texts), id_number=YOUNG)
    assert browser.post(url, {"step": "self", **own}).status_code == 200
    return lambda **more: browser.post(url, {"step": "send", **own, "willing": "on", "personal": "1", **more})


def test_a_press_asks_for_all_that_it_rests_on_by_one_statement(send):
    """A reference with the number's bearer and whether the rest still stands, the chain's end, and what is written."""
    send()  # numbers of facts and sources are given
    with CaptureQueriesContext(connection) as seen:
        assert send(id_number=number_of(2), name="高远帆").status_code == 422  # another's phone
    asked = [one["sql"] for one in seen]
    assert len([sql for sql in asked if "flows_series" in sql and "policies_policystamp" in sql]) == 1
    assert [sql for sql in asked if "policies_policyvalue" in sql or "access_grant" in sql] == []


def test_rules_and_texts_are_read_once_until_one_of_them_is_another(code, texts, cast, a_second, monkeypatch):
    monkeypatch.setattr(recall, "SECOND", -1.0)
    url, browser = reverse("membership:hall-join", args=[code.token]), Client()
    own = told(proven(browser, url, texts), id_number=YOUNG)

    def read() -> int:
        with CaptureQueriesContext(connection) as seen:
            browser.post(url, {"step": "self", **own})
        return len([one for one in seen if "policies_policyvalue" in one["sql"] or "FROM people_consenttext t" in one["sql"]])

    assert [read(), read()] == [2, 0]  # the screen before has written the first versions of the texts
    rule = {"by": cast.city_clerk, "organization": cast.city, "since": dates.today(), "source": "市总会议纪要"}
    policies.set_value("membership.least_age", 18, **rule)
    assert [read(), read()] == [2, 0]


def test_a_code_that_was_withdrawn_within_the_second_lets_nobody_in(send, code, cast):
    codes.revoke(code_id=code.pk, by=cast.county_clerk)
    answer = send()
    assert "停用" in answer.content.decode()
    assert not Application.objects.exists()


def test_sabotage_without_looking_again_a_withdrawn_code_would_let_somebody_in(send, code, cast, monkeypatch):
    monkeypatch.setattr(basis, "STANDS", "SELECT TRUE AS stands")
    codes.revoke(code_id=code.pk, by=cast.county_clerk)
    assert send().status_code == 303
    assert Application.objects.get().join_code_id == code.pk


def test_a_rule_that_was_set_within_the_second_holds(send, cast):
    rule = {"by": cast.city_clerk, "organization": cast.city, "since": dates.today(), "source": "市总会议纪要"}
    policies.set_value("membership.least_age", 18, **rule)
    answer = send()
    assert answer.status_code == 422
    assert "未满 18 周岁" in answer.content.decode()
    assert not Application.objects.exists()


def test_nobody_is_refused_by_a_rule_that_holds_no_longer(code, texts, cast, a_second):
    rule = {"by": cast.city_clerk, "organization": cast.city, "since": dates.today(), "source": "市总会议纪要"}
    policies.set_value("membership.least_age", 18, **rule)
    url, browser = reverse("membership:hall-join", args=[code.token]), Client()
    own = told(proven(browser, url, texts), id_number=YOUNG)
    assert browser.post(url, {"step": "self", **own}).status_code == 422
    policies.set_value("membership.least_age", 16, **rule)
    sent = {"step": "send", **own, "willing": "on", "personal": "1"}
    assert browser.post(url, sent).status_code == 303


def test_a_text_that_was_changed_within_the_second_is_read_before_it_is_agreed_to(send, cast):
    consents.issue_text(purpose=PERSONAL, zh="新的告知书全文。", en="The new text.", by=cast.city_clerk)
    answer = send()
    assert answer.status_code == 422
    assert "新的告知书全文。" in answer.content.decode()
    assert not Application.objects.exists()
    assert send(personal="2").status_code == 303
    assert Consent.objects.get(text__purpose=PERSONAL).text.version == 2


def test_a_union_that_was_closed_within_the_second_takes_nobody(send, cast):
    organizations.close(cast.factory, by=cast.county_clerk, reason="企业注销")
    assert send().status_code != 303
    assert not Application.objects.exists()


def test_two_strangers_with_one_number_who_are_looked_up_together_make_one_application(cast, monkeypatch):
    """Neither is known when asked; the index of document numbers lets one in, and the other is told of that application."""
    joining.apply(way=joining.Way(union=cast.mine), given=applicant(7))  # numbers of facts and sources are given
    asked, take_up = Barrier(2), joining.bulk.take_up

    def together(*args, **more):
        asked.wait(timeout=60)
        return take_up(*args, **more)

    monkeypatch.setattr(joining.bulk, "take_up", together)
    unions = [cast.factory, cast.mine]
    answers = at_once(2, lambda n: joining.apply(way=joining.Way(union=unions[n]), given=applicant(8)))
    made = [one for one in answers if isinstance(one, Application)]
    assert [one.code for one in answers if one not in made] == ["already_applied"]
    assert Application.objects.filter(person__name="高远航").count() == 2
    assert_books_agree()
