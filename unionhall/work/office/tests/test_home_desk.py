"""My desk: what must I do, by when."""

from datetime import timedelta

import pytest
from django.urls import reverse

from unionhall.kernel.flows.models import Task
from unionhall.lib import dates

pytestmark = pytest.mark.django_db


def test_a_quiet_desk_says_so(get):
    assert "今天没有待办" in get("city_clerk", "home").content.decode()


def test_the_most_urgent_stand_first_and_lead_to_their_records(desk, get):
    issues = [desk.dispatched(desk.issue(f"第 {number} 个问题")) for number in range(1, 11)]
    Task.objects.filter(record_id=issues[9].pk).update(
        due_on=dates.today() - timedelta(days=9), sort_on=dates.today() - timedelta(days=9)
    )
    body = get("township_clerk", "home").content.decode()
    assert body.index("第 10 个问题") < body.index("第 1 个问题")
    assert reverse("issues:desk-issue", args=[issues[9].pk]) in body
    assert body.count("<tr data-row>") == 8
    assert "全部 10 条" in body or "10" in body


def test_english_is_whole(cast, desk):
    desk.dispatched()
    account = cast.account("township_clerk")
    account.language = "en"
    account.save()
    body = cast.client("township_clerk").get(reverse("office:home")).content.decode()
    assert ("My desk" in body, "我的工作台" in body) == (True, False)


def test_those_without_a_desk_are_led_to_the_hall(cast, get):
    answer = get("worker", "home")
    assert [answer.status_code, answer.headers["Location"]] == [302, reverse("portal:home")]
    assert cast.client("worker").get(answer.headers["Location"]).status_code == 200
    assert get("disabled", "home").status_code == 302


def test_the_installation_bears_its_own_name(get, settings):
    settings.UNIONHALL_NAME = "示范市总工会平台"
    assert "示范市总工会平台" in get("city_clerk", "home").content.decode()
    settings.UNIONHALL_NAME = ""
    assert "示范市总工会平台" not in get("city_clerk", "home").content.decode()


@pytest.mark.parametrize(("who", "offered"), [("county_clerk", True), ("leader", False)])
def test_no_button_leads_to_a_refusal(cast, get, who, offered):
    unit = get(who, "unit", cast.county.pk).content.decode()
    person = get(who, "person", cast.worker.pk).content.decode()
    shown = {
        "found": reverse("office:unit-found", args=[cast.county.pk]) in unit,
        "post": reverse("office:unit-post", args=[cast.county.pk]) in unit,
        "correct": reverse("office:person-correct", args=[cast.worker.pk]) in person,
        "erase": reverse("office:person-erase", args=[cast.worker.pk]) in person,
        "reveal": reverse("office:person-reveal", args=[cast.worker.pk, "id_number"]) in person,
        "register": reverse("office:person-register") in get(who, "people").content.decode(),
    }
    assert set(shown.values()) == {offered}
