"""The programmes that gather people, over HTTP: planned, published, counted by name and by heads, held, summed up."""

import io
from datetime import timedelta

import docx
import pytest
from django.urls import reverse

from unionhall.lib import clock, dates
from unionhall.work.campaigns.actions import attendance
from unionhall.work.campaigns.models import Attendance, Session, SignUp
from unionhall.work.campaigns.rules import place_code
from unionhall.work.campaigns.tests.journeys.way import Way


@pytest.mark.parametrize(
    ("form", "mode", "name"),
    [
        pytest.param(
            "launch", "on_site", "金秋助学启动仪式", marks=pytest.mark.journey("aid_launch_ceremony"), id="aid_launch_ceremony"
        ),
        pytest.param(
            "appeal",
            "on_site",
            "劳模助困倡议活动",
            marks=pytest.mark.journey("model_worker_aid_appeal"),
            id="model_worker_aid_appeal",
        ),
        pytest.param(
            "union", "on_site", "三工联动进社区", marks=pytest.mark.journey("tripartite_social_work"), id="tripartite_social_work"
        ),
        pytest.param("main", "on_site", "春风招聘会", marks=pytest.mark.journey("job_fair"), id="job_fair"),
        pytest.param(
            "fair",
            "on_site",
            "民营企业招聘月专场",
            marks=pytest.mark.journey("private_enterprise_service_month"),
            id="private_enterprise_service_month",
        ),
        pytest.param("activity", "on_site", "七个一活动", marks=pytest.mark.journey("seven_ones"), id="seven_ones"),
        pytest.param(
            "visit",
            "on_site",
            "观摩交流现场会",
            marks=pytest.mark.journey("performance_site_meeting"),
            id="performance_site_meeting",
        ),
        pytest.param("visit", "on_site", "主题展板参观", marks=pytest.mark.journey("venue_theme_board"), id="venue_theme_board"),
        pytest.param("event", "on_site", "进驻公寓服务活动", marks=pytest.mark.journey("huigongjia"), id="huigongjia"),
        pytest.param(
            "meeting", "on_site", "劳动模范表彰大会", marks=pytest.mark.journey("commendation_meeting"), id="commendation_meeting"
        ),
        pytest.param("gala", "live", "五一颁奖晚会", marks=pytest.mark.journey("award_gala"), id="award_gala"),
        pytest.param(
            "deed", "on_site", "先进事迹交流会", marks=pytest.mark.journey("deed_exchange_meeting"), id="deed_exchange_meeting"
        ),
        pytest.param(
            "talk", "on_site", "厂务公开现场会", marks=pytest.mark.journey("exemplar_site_meeting"), id="exemplar_site_meeting"
        ),
        pytest.param("talk", "on_site", "青年论坛", marks=pytest.mark.journey("youth_forum"), id="youth_forum"),
        pytest.param(
            "party_day", "on_site", "第一课堂主题党日", marks=pytest.mark.journey("first_classroom"), id="first_classroom"
        ),
        pytest.param(
            "city", "on_site", "先锋事迹报告会", marks=pytest.mark.journey("pioneer_deed_lecture"), id="pioneer_deed_lecture"
        ),
        pytest.param(
            "event", "on_site", "青年团日活动", marks=pytest.mark.journey("youth_league_events"), id="youth_league_events"
        ),
        pytest.param("visit", "on_site", "现场观摩评议", marks=pytest.mark.journey("on_site_review"), id="on_site_review"),
        pytest.param("lecture", "on_site", "主题教育宣讲", marks=pytest.mark.journey("theme_education"), id="theme_education"),
        pytest.param("lecture", "online", "劳模工匠云宣讲", marks=pytest.mark.journey("cloud_lecture"), id="cloud_lecture"),
        pytest.param("tour", "on_site", "劳模巡回宣讲", marks=pytest.mark.journey("model_worker_tour"), id="model_worker_tour"),
        pytest.param("face_to_face", "on_site", "面对面宣讲", marks=pytest.mark.journey("grand_study"), id="grand_study"),
        pytest.param("hall", "on_site", "职工大讲堂", marks=pytest.mark.journey("grand_publicity"), id="grand_publicity"),
        pytest.param(
            "workshop",
            "on_site",
            "宣讲进车间",
            marks=pytest.mark.journey("grassroots_lecture_drive"),
            id="grassroots_lecture_drive",
        ),
        pytest.param("book", "on_site", "口袋书发放", marks=pytest.mark.journey("pocket_book"), id="pocket_book"),
        pytest.param(
            "dialogue",
            "on_site",
            "车间对话宣讲",
            marks=pytest.mark.journey("model_worker_lecture_team"),
            id="model_worker_lecture_team",
        ),
        pytest.param(
            "guidance", "on_site", "思想引领活动", marks=pytest.mark.journey("labour_soul_action"), id="labour_soul_action"
        ),
        pytest.param(
            "lecture",
            "on_site",
            "法治讲座",
            marks=pytest.mark.journey("worker_rule_of_law_education"),
            id="worker_rule_of_law_education",
        ),
        pytest.param(
            "law", "on_site", "农民工法治宣传", marks=pytest.mark.journey("migrant_law_service"), id="migrant_law_service"
        ),
        pytest.param(
            "service", "on_site", "维权服务月活动", marks=pytest.mark.journey("migrant_rights_month"), id="migrant_rights_month"
        ),
        pytest.param("health", "on_site", "女职工健康讲座", marks=pytest.mark.journey("women_worker_care"), id="women_worker_care"),
        pytest.param(
            "training",
            "on_site",
            "职业防护培训",
            marks=pytest.mark.journey("labour_health_protection"),
            id="labour_health_protection",
        ),
        pytest.param("live", "live", "助农直播", marks=pytest.mark.journey("live_commerce"), id="live_commerce"),
        pytest.param("show", "on_site", "职工文艺演出", marks=pytest.mark.journey("worker_culture"), id="worker_culture"),
        pytest.param(
            "precise",
            "on_site",
            "普惠服务集市",
            marks=pytest.mark.journey("inclusive_service_action"),
            id="inclusive_service_action",
        ),
    ],
)
def test_a_programme_that_gathers_people(journey, cast, form, mode, name):
    """The county plans and publishes; names and heads are noted; held, it counts; the summary leaves in one click."""
    journey.watch(f"sum(campaigns.session_held; programme={journey.code}, form={form}, mode={mode})", at=cast.city)
    journey.watch(f"sum(campaigns.audience; programme={journey.code}, mode={mode})", at=cast.city)
    journey.watch(f"distinct(campaigns.attended; programme={journey.code})", at=cast.county)
    journey.watch(f"sum(campaigns.copies_given; programme={journey.code})", at=cast.county)
    way = Way(journey)
    way.edition()
    session = way.session(name=name, form=form, mode=mode, link="https://live.example.test/1")
    way.post("county_clerk", "desk-session-names", session.pk, **{"names-names": "张三\n李四"})
    way.post("county_clerk", "desk-session-heads", session.pk, **{"heads-heads": 0}, expect=422)
    way.post("county_clerk", "desk-session-heads", session.pk, **{"heads-heads": 86, "heads-name": "红旗机械厂"})
    way.post("county_clerk", "desk-session-handout", session.pk, **{"handout-name": "宣传册", "handout-copies": 200})
    way.post("county_clerk", "desk-session-hold", session.pk, **{"hold-words": "反响热烈"})
    way.post("county_clerk", "desk-session-cancel", session.pk, **{"cancel-words": "迟了"}, expect=409)
    page = way.see("county_clerk", "desk-session", session.pk)
    assert "反响热烈" in page
    sheet = way.by("county_clerk").get(reverse("campaigns:desk-closing", args=[session.pk]), {"format": "docx"})
    text = "\n".join(line.text for line in docx.Document(io.BytesIO(sheet.content)).paragraphs)
    assert "实名签到 2 人" in text
    assert "86 人次" in text
    assert "200 册" in text


@pytest.mark.parametrize(
    ("form", "method", "name"),
    [
        pytest.param("tour", "first", "工运纪念馆讲解", marks=pytest.mark.journey("museum_memorial"), id="museum_memorial"),
        pytest.param(
            "batch",
            "draw",
            "劳模疗休养第一批",
            marks=pytest.mark.journey("model_worker_recuperation"),
            id="model_worker_recuperation",
        ),
        pytest.param("open_day", "draw", "机关开放日", marks=pytest.mark.journey("organ_open_day"), id="organ_open_day"),
        pytest.param("ball", "first", "职工乒乓球赛", marks=pytest.mark.journey("grand_education"), id="grand_education"),
        pytest.param(
            "batch", "draw", "职工疗休养第一批", marks=pytest.mark.journey("worker_recuperation"), id="worker_recuperation"
        ),
    ],
)
def test_a_programme_with_places(journey, cast, form, method, name):
    """A worker signs up on the phone, is drawn or seated, scans the code at the door, and is counted as one person."""
    journey.watch(f"sum(campaigns.signed_up; programme={journey.code}, form={form})", at=cast.city)
    journey.watch(f"distinct(campaigns.attended; programme={journey.code})", at=cast.city)
    way = Way(journey)
    way.edition()
    session = way.places(name, form, method)
    event = [session.pk]
    assert name in way.see("worker", "hall-events")
    way.post("worker", "hall-sign-up", *event)
    way.post("worker", "hall-sign-up", *event)  # pressed twice
    assert SignUp.objects.count() == 1
    if method == "draw":
        assert session.commit in way.see("worker", "hall-event", *event)
        with clock.fixed(session.closes_at):
            Way(journey).post("county_clerk", "desk-session-draw", *event)
    with clock.fixed(session.starts_at + timedelta(minutes=5)):
        late = Way(journey)
        code = place_code(attendance.secret(), session.pk, clock.now())
        assert "我已到场" in late.see("worker", "hall-check-in", *event, code=code)
        late.post("worker", "hall-check-in", *event, code=code)
        late.post("county_clerk", "desk-session-hold", *event, **{"hold-words": ""})
    assert Attendance.objects.get().person_id == cast.worker.pk
    assert "您已签到" in way.see("worker", "hall-event", *event)


@pytest.mark.journey("volunteer_service")
def test_volunteer_service(journey, cast):
    """A volunteer's shift: signed up, waiting list, check-in and check-out; the hours follow from them."""
    journey.watch("sum(campaigns.volunteer_minutes; programme=volunteer_service)", at=cast.city)
    journey.watch("distinct(campaigns.volunteered; programme=volunteer_service, form=shift)", at=cast.city)
    way = Way(journey)
    way.edition()
    session = way.places("周末清洁志愿服务", "shift", "first")
    way.post("worker", "hall-sign-up", session.pk)
    with clock.fixed(session.starts_at):
        early = Way(journey)
        signup = SignUp.objects.get()
        early.post("chair", "desk-check-in", session.pk, pick=signup.pk, expect=404)  # the county's session, not the factory's
        early.post("county_clerk", "desk-check-in", session.pk, pick=signup.pk)
    with clock.fixed(session.starts_at + timedelta(hours=2)):
        Way(journey).post("county_clerk", "desk-session-out", session.pk, key=Attendance.objects.get().pk)
    assert Attendance.objects.get().minutes == 120


@pytest.mark.journey("volunteer_dispatch")
def test_volunteer_dispatch(journey, cast):
    """Officials, medics and volunteers are sent to places: persons, person-times, places and people served stay apart."""
    for expression in (
        "distinct(campaigns.dispatched; programme=volunteer_dispatch, role=medic)",
        "sum(campaigns.dispatched; programme=volunteer_dispatch, role=volunteer)",
        "distinct(campaigns.site_served; programme=volunteer_dispatch, site_kind=community)",
        "sum(campaigns.served; programme=volunteer_dispatch)",
    ):
        journey.watch(expression, at=cast.city)
    way = Way(journey)
    way.edition()
    told = {"programme": "volunteer_dispatch", "site": "红旗社区", "site_kind": "community", "task": "服务社区居民"}
    way.post("county_clerk", "desk-sent", **told, role="medic", names="王护士\n李医生")
    way.post("county_clerk", "desk-sent", **told, role="volunteer", names="张三\n李四", served=560)
    way.post("county_clerk", "desk-sent", **told, role="volunteer", names="张三", served=40)
    way.post("county_clerk", "desk-sent", **told, role="volunteer", names="张三", until="2001-01-01", expect=422)
    assert "红旗社区" in way.see("county_clerk", "desk-sent")


@pytest.mark.journey("model_worker_exhibition")
def test_model_worker_exhibition(journey, cast):
    """A touring exhibition: shown at two stations, everybody counts once as a person."""
    journey.watch("distinct(campaigns.exhibited; programme=model_worker_exhibition)", at=cast.city)
    journey.watch("distinct(campaigns.exhibit_level; programme=model_worker_exhibition)", at=cast.city)
    way = Way(journey)
    way.edition()
    for name in ("首展", "第二站"):
        session = way.session(name=f"劳模事迹巡展{name}", form="tour")
        for level, names in (("national", "劳模甲"), ("city", "劳模乙\n劳模丙")):
            way.post("county_clerk", "desk-session-shown", session.pk, **{"shown-names": names, "shown-level": level})
    assert [one.expression for one in journey.watched] == journey.moved()
    assert Session.objects.count() == 2
    assert session.day == dates.day_of(session.starts_at)
