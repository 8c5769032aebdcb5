"""The programmes that go and see people, each travelled over HTTP: registered, counted at once, opened from the figure."""

import pytest
from django.urls import reverse

from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Scope, Window
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
