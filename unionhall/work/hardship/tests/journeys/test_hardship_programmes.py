"""The programmes that this room carries alone, each travelled over HTTP by the people who do the work."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from unionhall.catalogue import published
from unionhall.kernel.policies import actions as policies
from unionhall.lib import dates
from unionhall.work.hardship.models.files import Posting
from unionhall.work.hardship.models.rounds import Watch, YearLine
from unionhall.work.hardship.tests.conftest import assert_books_agree, on_day
from unionhall.work.hardship.tests.journeys.way import Way


@pytest.fixture
def way(journey) -> Way:
    return Way(journey)


def watch(journey, cast, *facts):
    for fact in facts:
        journey.watch(f"sum({fact}; programme={journey.code})", at=cast.city)


def short(cast):
    """The county asks for the approval only."""
    policies.set_value(
        "hardship.procedure",
        {"steps": ["approve"], "levels": {"approve": "county"}},
        organization=cast.county,
        since=date(2020, 1, 1),
        source="区总工会办法",
        by=cast.city_clerk,
    )


@pytest.mark.journey("hardship_file")
def test_hardship_file(journey, way, cast):
    watch(journey, cast, *(f"hardship.{code}" for code in ("applied", "visited", "checked", "noticed", "filed", "verified")))
    journey.watch(f"balance(hardship.on_file; hardship_kind=deep, programme={journey.code})", at=cast.county)
    with on_day(2026, 3, 2):
        way.edition()
        file = way.register("赵大勇")
        assert (
            "250.00 元"
            in way.by("township_clerk").post(reverse("hardship:desk-book", args=[file.pk]), {"words": "核对收入"}).content.decode()
        )
        way.post("township_clerk", "apply", file.pk)
        way.post("county_clerk", "go-on", file.pk)
        way.post(
            "township_clerk",
            "visit",
            file.pk,
            visited_on="2026-03-02",
            companion="刘志远",
            finding="租房居住，情况属实",
            agrees="on",
        )
        way.post("township_clerk", "go-on", file.pk)
        way.post("county_clerk", "ask", file.pk, sources=["civil_affairs"])
        number = file.inquiries.get().pk
        way.post("county_clerk", "answers", rows=f"{number}\t一致\t名下无房产\t区民政局 2026-017")
        way.post("county_clerk", "go-on", file.pk)
        unit = Posting.objects.get().organization_id
        notice = Client().get(reverse("hardship:public", args=[unit])).content.decode()
        assert "赵**" in notice
        assert "赵大勇" not in notice
        way.post("county_clerk", "go-on", file.pk, expect=409)
    with on_day(2026, 3, 10):
        way = Way(journey, number=500)
        assert "赵**" not in Client().get(reverse("hardship:public", args=[unit])).content.decode()
        way.post("county_clerk", "object", file.pk, words="有人反映家有两套房", way="phone")
        way.post("county_clerk", "go-on", file.pk, expect=409)
        objection = file.objections.get().pk
        way.post("county_clerk", "decide", file.pk, id=objection, upheld="no", words="经查仅租住一处")
        way.post("county_clerk", "go-on", file.pk)
        way.post("county_clerk", "approve", file.pk, words="同意建档")
        assert way.state(file) == "on_file"
        way.post("township_clerk", "verify", file.pk)
        assert file.reference in way.see("county_clerk", "list", state="on_file")
    assert_books_agree()


@pytest.mark.journey("cadre_pairing")
def test_cadre_pairing(journey, way, cast):
    watch(journey, cast, "hardship.paired", "hardship.contacted")
    journey.watch("distinct(hardship.paired)", at=cast.county)
    short(cast)
    way.edition()
    file = way.filed("钱长春")
    assert file.reference in way.see("county_clerk", "list", listed="unpaired")
    way.post("county_clerk", "pair", file.pk, cadre=cast.township_clerk.pk)
    way.post("township_clerk", "contact", file.pk, on=dates.today(), need="", expect=422)
    way.post("township_clerk", "contact", file.pk, on=dates.today(), need="孩子高考后想打零工", done="推荐暑期岗位")
    page = way.see("county_clerk", "file", file.pk)
    assert cast.township_clerk.name in page
    assert file.reference not in way.see("county_clerk", "list", listed="unpaired")
    assert_books_agree()


@pytest.mark.journey("four_exit_routes")
def test_four_exit_routes(journey, way, cast):
    watch(journey, cast, "hardship.exited", "hardship.watched", "hardship.returned")
    journey.watch("distinct(hardship.route_used)", at=cast.city)
    short(cast)
    with on_day(2026, 1, 12):
        way.edition()
        files = [way.filed(name) for name in ("孙志强", "李秀兰", "周海燕", "吴德胜")]
        for file, route in zip(files, ("employment", "insurance", "illness", "relief"), strict=True):
            way.post("county_clerk", "exit", file.pk, reason=route, words="家庭收入稳定超过困难线")
            assert way.state(file) == "exited"
    with on_day(2026, 7, 13):
        way = Way(journey, number=600)
        due = Watch.objects.get(household=files[0], months=6)
        assert due.due_on == date(2026, 7, 12)
        assert files[0].reference in way.see("county_clerk", "watches")
        way.post("county_clerk", "watch", due.pk, back="yes", words="企业停产，再次失业")
        way.post("township_clerk", "reopen", files[0].pk, words="回访返困")
        way.post("county_clerk", "go-on", files[0].pk)
        way.post("county_clerk", "approve", files[0].pk)
        fresh = type(files[0]).objects.get(pk=files[0].pk)
        assert (fresh.state, fresh.reference) == ("on_file", files[0].reference)
    assert_books_agree()


@pytest.mark.journey("poverty_exit_target")
def test_poverty_exit_target(journey, way, cast):
    watch(journey, cast, "hardship.exited", "hardship.in_year")
    journey.watch("ratio(distinct(hardship.exited), distinct(hardship.in_year))", at=cast.county)
    short(cast)
    way.edition()
    files = [way.filed(name) for name in ("郑立华", "王小满", "冯国平")]
    way.post("county_clerk", "exit", files[0].pk, reason="employment", words="已稳定就业六个月")
    page = way.by("county_clerk").get(reverse("office:programme", args=[journey.code])).content.decode()
    assert "30" in page
    assert_books_agree()


@pytest.mark.journey("relief_kpi")
def test_relief_kpi(journey, way, cast):
    """All six rates from the acts of one household: on file, helped, in time and in full, audited, asked, spot-checked."""
    rates = [one for one in published.figures() if one.id in {f"S0-0{number}" for number in range(47, 53)}]
    assert len(rates) == 6
    for one in rates:
        journey.watch(one.indicator, at=cast.county)
    short(cast)
    way.edition()
    file, today, paid = way.filed("韩志远"), dates.today(), {"source": "区总〔2026〕3号", "item": "medical"}
    way.post(
        "county_clerk", "help", file.pk, approved_on=today, approved="3000", due_on=today, paid_on=today, paid="3000", **paid
    )  # fmt: skip
    way.post("county_clerk", "judge-help", file.pk, source="区总〔2026〕4号", finding="in_order", expect=422)
    for finding in ("in_order", "satisfied"):
        way.post("county_clerk", "judge-help", file.pk, source=paid["source"], finding=finding)
        way.post("county_clerk", "judge-help", file.pk, source=paid["source"], finding=finding, expect=409)
    assert "审计：合规 · 回访：满意" in way.see("county_clerk", "file", file.pk)
    assert way.by("county_clerk").post(reverse("hardship:desk-draw")).status_code == 303
    way.post("county_clerk", "spot", YearLine.objects.get().pk, correct="yes")
    assert way.see("county_clerk", "rates").count("100%") == 2 * 6  # as a figure, and beside both its ends
    assert_books_agree()
