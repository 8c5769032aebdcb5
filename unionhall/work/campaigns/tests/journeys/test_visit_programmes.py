"""The programmes that go and see people, each travelled over HTTP: registered, counted at once, opened from the figure."""

import pytest
from django.urls import reverse

from unionhall.catalogue import published
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.work.campaigns.registry import HOUSEHOLDS
from unionhall.work.campaigns.tests.journeys.way import Way


@pytest.mark.journey("warmth_sending")
def test_warmth_sending(journey, cast):
    """The chair registers a visit; the county's page shows it at once; the figure opens the visit."""
    for fact in ("visit_made", "household_visited", "greeted"):
        journey.watch(f"sum(campaigns.{fact}; programme=warmth_sending, form=two_festivals)", at=cast.city)
    journey.watch("amount(campaigns.goods_given; programme=warmth_sending)", at=cast.county)
    way = Way(journey)
    way.edition()
    assert "尚无统计数字" in way.home("county_clerk") or "走访慰问" in way.home("county_clerk")
    refused = way.post("chair", "desk-register", programme="warmth_sending", day="2020-13-01", recipient="hardship", expect=422)
    assert "日期不存在" in refused.content.decode()
    visit = way.visit(
        form="two_festivals", recipient="hardship", name="赵大勇家", heads=3, goods="200.00", more="钱二家,2,200\n孙三家,4,200"
    )
    assert visit.stops.count() == 3
    home = way.home("county_clerk")
    assert "赵大勇家" in home
    scope, window = Scope(cast.county), Window.until()
    assert ledger.value(registry.indicator("campaigns.greeted"), scope, window).number == 9
    figure = reverse("office:figure", args=["campaigns.household_visited"])
    page = way.by("county_clerk").get(figure, {"unit": cast.county.pk, "below": 1}).content.decode()
    assert reverse("campaigns:desk-visit", args=[visit.pk]) in page
    assert "赵大勇家" in way.see("county_clerk", "desk-visit", visit.pk)
    assert way.by("neighbour").get(reverse("campaigns:desk-visit", args=[visit.pk])).status_code == 404


@pytest.mark.parametrize(
    ("form", "recipient", "name"),
    [
        pytest.param("team", "enterprise", "红星纺织厂", marks=pytest.mark.journey("leader_visit_team"), id="leader_visit_team"),
        pytest.param(
            "visited", "household", "刘建设家", marks=pytest.mark.journey("household_visit_campaign"), id="household_visit_campaign"
        ),
        pytest.param(
            "helped",
            "enterprise",
            "红星纺织厂",
            marks=pytest.mark.journey("hardship_enterprise_help"),
            id="hardship_enterprise_help",
        ),
        pytest.param(
            "contact",
            "enterprise_union",
            "红旗机械厂工会",
            marks=pytest.mark.journey("cadre_grassroots_contact"),
            id="cadre_grassroots_contact",
        ),
        pytest.param("squat", "county_union", "城关区总工会", marks=pytest.mark.journey("squat_work"), id="squat_work"),
        pytest.param("office", "site", "红旗户外劳动者驿站", marks=pytest.mark.journey("sector_research"), id="sector_research"),
        pytest.param(
            "enter",
            "enterprise_union",
            "红旗机械厂工会",
            marks=pytest.mark.journey("leadership_research"),
            id="leadership_research",
        ),
        pytest.param("worker", "frontline", "孙志刚家", marks=pytest.mark.journey("three_ones"), id="three_ones"),
        pytest.param("visit", "firm", "红旗食品公司", marks=pytest.mark.journey("enterprise_relief"), id="enterprise_relief"),
        pytest.param("summer", "frontline", "环卫一班", marks=pytest.mark.journey("four_gift_brand"), id="four_gift_brand"),
        pytest.param("inspection", "firm", "红旗食品公司", marks=pytest.mark.journey("safety_protection"), id="safety_protection"),
        pytest.param("front", "frontline", "区医院发热门诊", marks=pytest.mark.journey("epidemic_relief"), id="epidemic_relief"),
    ],
)
def test_a_programme_that_visits(journey, cast, form, recipient, name):
    """Two stops are registered by whoever went; the figures of this programme and form move; a wrong one is withdrawn."""
    household = recipient in HOUSEHOLDS
    seen = "household_visited" if household else "unit_visited"
    for fact in ("visit_made", seen, "greeted"):
        journey.watch(f"sum(campaigns.{fact}; programme={journey.code}, form={form})", at=cast.city)
    journey.watch(f"sum(campaigns.{seen}; programme={journey.code}, recipient={recipient})", at=cast.county)
    way = Way(journey)
    way.edition()
    visit = way.visit(form=form, recipient=recipient, name=name, more="第二站,3")
    wrong = way.visit(form=form, recipient=recipient, name="登记错了")
    way.post("chair", "desk-visit-withdraw", wrong.pk, reason="", expect=422)
    way.post("chair", "desk-visit-withdraw", wrong.pk, reason="重复登记")
    found = published.indicator_of(f"sum(campaigns.{seen}; programme={journey.code}, form={form})")
    assert found is not None
    assert ledger.value(found, Scope(cast.county), Window.until()).number == 2
    assert name in way.see("county_clerk", "desk-visits", programme=journey.code)
    assert visit.edition is not None
