"""The eight programmes of this room, each travelled over HTTP by the people who do the work."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from unionhall.lib import clock, dates
from unionhall.work.issues.models import Issue, Notice, Proposal, Review
from unionhall.work.issues.tests.journeys.way import Way


@pytest.fixture
def way(journey) -> Way:
    found = Way(journey)
    found.edition()
    return found


def watch(journey, cast, *facts):
    for fact in facts:
        journey.watch(f"sum({fact}; programme={journey.code})", at=cast.city)


@pytest.mark.journey("issue_list_closure")
def test_issue_list_closure(journey, way, cast):
    watch(journey, cast, "issues.listed", "issues.cleared", "issues.written_off")
    onto = way.list("县级工会加强年蹲点清单", "squat")
    first = way.register(onto, "阵地设施陈旧", "poor_sites")
    second = way.register(onto, "议事规则不规范", "loose_procedure")
    for issue in (first, second):
        way.dispatch(issue, cast.township)
    way.handle(first)
    way.post("county_clerk", "desk-write-off", first.pk, expect=409)  # an issue leaves the list only when checked
    way.close(first, checker="city_clerk")
    assert [way.state(first), way.state(second)] == ["written_off", "dispatched"]
    report = way.see("county_clerk", "desk-closing", programme="issue_list_closure")
    assert 'data-indicator="found"' in report
    assert "解决率" in report
    assert "50.0%" in report


@pytest.mark.journey("graded_dispatch")
def test_graded_dispatch(journey, way, cast):
    watch(journey, cast, "issues.identified", "issues.graded", "issues.dispatched", "issues.refused", "issues.resolved")
    way.post("county_clerk", "desk-routing", area=cast.county.pk, kind="rights", target=cast.township.pk, since=dates.today())
    onto = way.list("大调研问题清单", "research", team="第一调研组")
    issue = way.register(onto, "加班费未足额支付", "rights")
    page = way.see("county_clerk", "desk-dispatch", issue.pk)
    assert "按区域和类别" in page
    assert cast.township.name in page
    way.post("county_clerk", "desk-dispatch", issue.pk, to=cast.township.pk, grade="serious")
    way.post("township_clerk", "desk-refuse", issue.pk, **{"refuse-words": ""}, expect=422)
    way.post("township_clerk", "desk-refuse", issue.pk, **{"refuse-words": "企业注册在区属园区，非本街道管辖"})
    assert way.state(issue) == "returned"
    assert Issue.objects.get(pk=issue.pk).handler_id == cast.county.pk
    way.dispatch(issue, cast.township, grade="serious")
    way.handle(issue)
    way.close(issue)
    assert way.state(issue) == "written_off"


@pytest.mark.journey("listing_writeoff")
def test_listing_writeoff(journey, way, cast):
    watch(journey, cast, "issues.listed", "issues.written_off", "issues.cleared")
    onto = way.list("挂牌事项", "listing")
    issue = way.register(onto, "工人文化宫屋面漏水", "poor_sites", number="挂牌 3 号")
    assert "挂牌 3 号" in way.see("county_clerk", "desk-issue", issue.pk)
    way.dispatch(issue, cast.township, grade="major", requirement="雨季前完成")
    way.post("county_clerk", "desk-supervise", issue.pk)
    way.post("county_clerk", "desk-chase", issue.pk)
    assert "督办" in way.see("township_clerk", "desk-issue", issue.pk)
    way.handle(issue)
    way.close(issue)
    assert way.state(issue) == "written_off"


@pytest.mark.journey("self_inspection_issues")
def test_self_inspection_issues(journey, way, cast):
    journey.watch("sum(issues.identified; programme=self_inspection_issues, kind=capability)", at=cast.city)
    journey.watch("sum(issues.identified; programme=self_inspection_issues, kind=conduct)", at=cast.city)
    watch(journey, cast, "issues.resolved")
    onto = way.list("能力作风查摆清单", "self_inspection")
    block = "统计分析能力偏弱\t能力不足\t一般\n调查研究不够深入\t能力不足\t一般\n会议多、下基层少\t作风不优\t一般"
    way.post("county_clerk", "desk-rows", list=onto.pk, rows=block)
    assert dict.fromkeys(onto.listings.values_list("issue__kind", flat=True)) == {"capability": None, "conduct": None}
    issue = Issue.objects.get(title="会议多、下基层少")
    way.dispatch(issue, cast.township)
    way.handle(issue)
    way.close(issue)


@pytest.mark.journey("personal_self_check")
def test_personal_self_check(journey, way, cast):
    journey.watch("sum(issues.identified; programme=personal_self_check, source=personal)", at=cast.city)
    watch(journey, cast, "issues.written_off")
    onto = way.list("五查五看个人清单", "personal")
    issue = way.register(onto, "联系职工不够经常", "solid", concerns=cast.chair.pk)
    assert cast.chair.name in way.see("county_clerk", "desk-issue", issue.pk)
    way.dispatch(issue, cast.factory, responsible=cast.chair.pk)
    way.handle(issue, who="chair", words="每周下车间一次，已走访 12 个班组")
    way.post("chair", "desk-pass-check", issue.pk, expect=403)  # nobody checks himself
    way.close(issue)


@pytest.mark.journey("shortcoming_rectification")
def test_shortcoming_rectification(journey, way, cast):
    watch(journey, cast, "issues.listed", "issues.measure_set", "issues.resolved")
    onto = way.list("短板自查清单", "shortcoming")
    title = "职工技能平台建设不够主动"
    fields = {"title": title, "kind": "capability", "found_on": dates.today(), "list": onto.pk}
    refused = way.post("county_clerk", "desk-register", **fields, expect=422)
    assert "短板须举一个例子" in refused.content.decode()
    issue = way.register(onto, title, "capability", example="比如实训基地只有一处")
    way.post("county_clerk", "desk-measure", issue.pk, **{"measure-text": "年内新建实训基地两处"})
    measure = issue.measures.get()
    way.post("county_clerk", "desk-measure-done", issue.pk, id=measure.pk)
    way.dispatch(issue, cast.township)
    way.handle(issue)
    way.close(issue)
    assert issue.measures.get().done_on == dates.today()


@pytest.mark.journey("quality_review_notice")
def test_quality_review_notice(journey, cast):
    journey.watch("sum(issues.reviewed)", at=cast.city)
    journey.watch("sum(issues.notice_issued)", at=cast.city)
    journey.watch("sum(issues.noticed)", at=cast.city)
    journey.watch("sum(issues.accountability_decided; decision=accepted)", at=cast.city)
    with clock.fixed(datetime(2026, 1, 12, 2, tzinfo=UTC)):
        way = Way(journey)
        way.edition()
        onto = way.list("质效问题清单", "quality")
        issue = way.register(onto, "帮扶资金发放超时", "service")
        way.dispatch(issue, cast.township, deadline="2026-02-02", responsible=cast.township_clerk.pk)
        way.post("township_clerk", "desk-accept", issue.pk)
    for month, quarter, number in ((3, 1, 1), (6, 2, 2)):
        with clock.fixed(datetime(2026, month, 20, 2, tzinfo=UTC)):
            sort_and_notice(Way(journey), issue, month, quarter)
            assert Notice.objects.filter(issued_on__isnull=False).count() == number
            assert Proposal.objects.count() == number - 1
    with clock.fixed(datetime(2026, 6, 25, 2, tzinfo=UTC)):
        decide(Way(journey), Proposal.objects.get(), cast)


def sort_and_notice(way, issue, month, quarter):
    """Sort a month with a remark, then issue the quarter's notice."""
    way.post("county_clerk", "desk-reviews", what="review", month=f"2026-{month:02d}-01")
    review = Review.objects.get(month__month=month)
    way.post("county_clerk", "desk-review-item", review.pk, review.items.get().pk, words="屡催未办")
    way.post("county_clerk", "desk-review", review.pk, words="超期 1 项，已约谈")
    way.post("county_clerk", "desk-reviews", what="notice", year=2026, quarter=quarter)
    notice = Notice.objects.get(year=2026, quarter=quarter)
    assert issue.title in way.see("county_clerk", "desk-notice", notice.pk)
    way.post("county_clerk", "desk-notice", notice.pk, confirmed=1)
    assert issue.title in way.see("county_clerk", "desk-notice-print", notice.pk)


def decide(way, proposal, cast):
    """Nothing but a person decides, and says why."""
    assert proposal.person_id == cast.township_clerk.pk
    assert proposal.decision == ""
    way.post("county_clerk", "desk-proposal", proposal.pk, decision="accept", severity="talk", reason="", expect=422)
    way.post("county_clerk", "desk-proposal", proposal.pk, decision="accept", severity="talk", reason="连续两季度被通报，首次约谈")
    proposal.refresh_from_db()
    assert [proposal.decision, proposal.severity, proposal.decided_by_id] == ["accepted", "talk", cast.county_clerk.pk]


@pytest.mark.journey("discipline_inspection")
def test_discipline_inspection(journey, way, cast):
    journey.watch("sum(issues.identified; programme=discipline_inspection, source=inspection)", at=cast.city)
    watch(journey, cast, "issues.resolved", "issues.written_off")
    journey.watch("sum(issues.flag_hung; colour=red)", at=cast.city)
    onto = way.list("暗访发现清单", "inspection", manner="covert_visit", target=cast.township.pk)
    assert "暗访" in way.see("county_clerk", "desk-lists")
    issue = way.register(onto, "窗口工作日无人值守", "conduct")
    assert issue.area_id == cast.township.pk
    way.dispatch(issue, cast.township, grade="serious")
    way.post("county_clerk", "desk-flag", issue.pk, **{"flag-colour": "red", "flag-reason": ""}, expect=422)
    way.post("county_clerk", "desk-flag", issue.pk, **{"flag-colour": "red", "flag-reason": "明察暗访两次发现"})
    way.handle(issue)
    way.post("county_clerk", "desk-send-back", issue.pk, **{"send_back-words": "未附值班表"})
    way.post("township_clerk", "desk-submit", issue.pk, **{"submit-words": "已排班公示并附值班表"})
    way.close(issue, checker="city_clerk")
    assert way.state(issue) == "written_off"
    assert reverse("issues:desk-issue", args=[issue.pk])
