"""Fields that staff added to a programme: asked on the form, checked in the action, kept with the issue, shown on its page."""

import pytest
from django.urls import reverse

from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.work.issues.actions import bulk
from unionhall.work.issues.actions.register import NewIssue
from unionhall.work.issues.models import Issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(cast):
    programmes.load_catalogue()
    found = programme_queries.programme("issue_list_closure")
    plain = {"programme": found, "organization": cast.county, "by": cast.county_clerk}
    programmes.add_field(**plain, code="people_hit", label_zh="涉及职工人数", kind="number", required=True)
    programmes.add_field(**plain, code="cost", label_zh="预计经费", kind="money")
    return found


def form(**more):
    return {"title": "书屋图书陈旧", "kind": "poor_sites", "found_on": dates.today().isoformat(), **more}


def test_the_form_asks_for_the_fields_of_the_lists_programme(desk, cast, served):
    onto, client = desk.list(programme=served), cast.client("county_clerk")
    url = reverse("issues:desk-register")
    assert "涉及职工人数" not in client.get(url).content.decode()
    assert "涉及职工人数" in client.get(url, {"list": onto.pk}).content.decode()
    assert "涉及职工人数" in client.get(reverse("issues:desk-own"), {"programme": served.code}).content.decode()
    assert "涉及职工人数" not in client.get(reverse("issues:desk-own")).content.decode()
    wrong = client.post(url, form(list=onto.pk, **{"custom-people_hit": "很多"}))
    assert wrong.status_code == 422
    assert Issue.objects.count() == 0
    client.post(url, form(list=onto.pk, **{"custom-people_hit": "120", "custom-cost": "35.50"}))
    made = Issue.objects.get()
    assert made.custom == {"people_hit": "120", "cost": 3550}
    assert made.programme == served
    page = client.get(reverse("issues:desk-issue", args=[made.pk])).content.decode()
    assert "<dt>涉及职工人数</dt><dd>120</dd>" in page
    assert "<dt>预计经费</dt><dd>35.50</dd>" in page


def test_a_programme_may_be_named_without_a_list(cast, served):
    client = cast.client("county_clerk")
    client.post(reverse("issues:desk-register"), form(programme=served.code, **{"custom-people_hit": "7"}))
    made = Issue.objects.get()
    assert (made.programme, made.custom) == (served, {"people_hit": "7"})


def test_the_action_checks_what_the_form_did_not(desk, cast, served):
    with pytest.raises(Refused):
        desk.issue(programme=served)
    with pytest.raises(Refused):
        desk.issue(custom={"people_hit": 3})
    assert desk.issue(programme=served, custom={"people_hit": "3"}).custom == {"people_hit": "3"}
    rows = [NewIssue(title="甲", kind="poor_sites", programme=served, custom={"people_hit": "5"})]
    assert bulk.register_many(organization=cast.county, rows=rows, by=cast.county_clerk)[0].custom == {"people_hit": "5"}
    with pytest.raises(Refused):
        bulk.register_many(
            organization=cast.county, rows=[NewIssue(title="乙", kind="poor_sites", programme=served)], by=cast.county_clerk
        )
