"""The eight issue systems, each opened, worked through over HTTP by the roles that do it, and seen in its figures."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from unionhall.lib import dates
from unionhall.testing.live import Journey
from unionhall.work.issues.models import Issue, IssueList, Notice, Proposal, Review


@dataclass
class Road:
    """The desk pages of the room as a person goes through them."""

    journey: Journey

    def __post_init__(self) -> None:
        self.clients: dict[str, Client] = {}

    def go(self, who: str, page: str, /, *args: object, **data: object) -> None:
        """Post a form of the desk; whatever is refused shows up as a page instead of a redirect."""
        client = self.clients.setdefault(who, self.journey.client(who))
        answer = client.post(reverse(page, args=args), {key: str(value) for key, value in data.items()})
        assert answer.status_code == 303, answer.content.decode()[:4000]

    def open_edition(self, who: str = "county_clerk") -> None:
        year = dates.today().year
        self.go(who, "office:edition-open", self.journey.code, since=f"{year}-01-01", until=f"{year}-12-31")

    def open_list(self, source: str, who: str = "county_clerk", **more: object) -> IssueList:
        name = f"{self.journey.code} 清单"
        self.go(who, "issues:desk-lists", name=name, source=source, programme=self.journey.code, **more)
        return IssueList.objects.get(name=name)

    def register(
        self, onto: IssueList, kind: str, who: str = "county_clerk", title: str = "书屋长期不开放", **more: object
    ) -> Issue:
        before = set(Issue.objects.values_list("pk", flat=True))
        self.go(who, "issues:desk-register", title=title, kind=kind, list=onto.pk, found_on=dates.today().isoformat(), **more)
        return Issue.objects.exclude(pk__in=before).get()

    def dispatch(self, issue: Issue, grade: str = "general") -> None:
        self.go("county_clerk", "issues:desk-dispatch", issue.pk, to=0, other=self.journey.cast.units["township"].pk, grade=grade)

    def put_right(self, issue: Issue) -> None:
        """Accepted, reported on and submitted by the township; checked and written off by the county."""
        self.go("township_clerk", "issues:desk-accept", issue.pk)
        self.go("township_clerk", "issues:desk-progress", issue.pk, **{"progress-words": "已联系产权单位，排出开放时间"})
        self.go("township_clerk", "issues:desk-submit", issue.pk, **{"submit-words": "已恢复开放，并公布值守表"})
        self.go("county_clerk", "issues:desk-pass-check", issue.pk, **{"pass_check-words": "现场核查属实"})
        self.go("county_clerk", "issues:desk-write-off", issue.pk)

    def whole_way(self, source: str, kind: str, **more: object) -> Issue:
        self.open_edition()
        issue = self.register(self.open_list(source), kind, **more)
        self.dispatch(issue)
        self.put_right(issue)
        return issue


def watch(journey: Journey, *facts: str) -> None:
    for fact in facts:
        journey.watch(f"sum(issues.{fact}; programme={journey.code})", at=journey.cast.units["county"])


@pytest.mark.journey("issue_list_closure")
def test_issue_list_closure(journey: Journey):
    """An issue found on the spot leaves its list only by write-off; found by research as well, it has two sources."""
    watch(journey, "listed", "cleared", "written_off")
    road = Road(journey)
    road.open_edition()
    spot = road.open_list("squat")
    issue = road.register(spot, "poor_sites")
    road.go("county_clerk", "issues:desk-lists", name="调研组清单", source="research", programme=journey.code, team="第一调研组")
    second = IssueList.objects.get(name="调研组清单")
    road.go("county_clerk", "issues:desk-source", issue.pk, list=second.pk)
    road.dispatch(issue)
    road.put_right(issue)
    assert set(issue.listings.values_list("list__source", flat=True)) == {"squat", "research"}
    assert Issue.objects.get(pk=issue.pk).state == "written_off"


@pytest.mark.journey("graded_dispatch")
def test_graded_dispatch(journey: Journey):
    """An issue is graded, sent, refused with a reason, sent again and solved."""
    watch(journey, "identified", "dispatched", "refused", "resolved")
    road = Road(journey)
    road.open_edition()
    issue = road.register(road.open_list("research"), "process")
    road.dispatch(issue, grade="serious")
    road.go("township_clerk", "issues:desk-refuse", issue.pk, **{"refuse-words": "不属本街道管理"})
    road.dispatch(issue, grade="serious")
    road.put_right(issue)
    assert Issue.objects.get(pk=issue.pk).grade == "serious"


@pytest.mark.journey("listing_writeoff")
def test_listing_writeoff(journey: Journey):
    """A matter is listed, put under supervision and written off after a checked result."""
    watch(journey, "listed", "written_off")
    road = Road(journey)
    road.open_edition()
    issue = road.register(road.open_list("listing"), "service", title="挂牌：热线接通率低")
    road.go("county_clerk", "issues:desk-supervise", issue.pk)
    assert Issue.objects.get(pk=issue.pk).supervised
    road.dispatch(issue)
    road.put_right(issue)


@pytest.mark.journey("self_inspection_issues")
def test_self_inspection_issues(journey: Journey):
    """Issues of ability and of conduct are counted apart."""
    county = journey.cast.units["county"]
    for kind in ("capability", "conduct"):
        journey.watch(f"sum(issues.identified; source=self_inspection, kind={kind}, programme={journey.code})", at=county)
    watch(journey, "written_off")
    road = Road(journey)
    road.open_edition()
    onto = road.open_list("self_inspection")
    road.register(onto, "capability", title="统计分析能力不足")
    issue = road.register(onto, "conduct", title="答复职工来信超时")
    road.dispatch(issue)
    road.put_right(issue)


@pytest.mark.journey("personal_self_check")
def test_personal_self_check(journey: Journey):
    """A cadre's own list, demand by demand."""
    watch(journey, "listed", "written_off")
    road = Road(journey)
    issue = road.whole_way("personal", "fine", title="方案考虑不够细", concerns=journey.cast.people["township_clerk"].pk)
    assert Issue.objects.get(pk=issue.pk).concerns == journey.cast.people["township_clerk"]


@pytest.mark.journey("shortcoming_rectification")
def test_shortcoming_rectification(journey: Journey):
    """A gap carries an example and a measure, and is followed up."""
    watch(journey, "identified", "measure_set", "written_off")
    road = Road(journey)
    road.open_edition()
    issue = road.register(road.open_list("shortcoming"), "service", title="帮助企业办法不多", example="比如走访多、解决问题少")
    road.dispatch(issue)
    road.go("township_clerk", "issues:desk-measure", issue.pk, **{"measure-text": "建立企业诉求台账", "measure-due_on": ""})
    road.put_right(issue)


@pytest.mark.journey("quality_review_notice")
def test_quality_review_notice(journey: Journey):
    """A month is sorted, its issue goes into the quarter's notice, and the unit is named in it."""
    county = journey.cast.units["county"]
    watch(journey, "identified")
    for fact in ("reviewed", "notice_issued", "noticed"):
        journey.watch(f"sum(issues.{fact})", at=county)
    road = Road(journey)
    road.open_edition()
    issue = road.register(road.open_list("quality"), "process", title="帮扶申请环节过多")
    road.dispatch(issue)
    road.go("county_clerk", "issues:desk-supervise", issue.pk)
    today = dates.today()
    road.go("county_clerk", "issues:desk-reviews", what="review", month=today.replace(day=1).isoformat())
    review = Review.objects.get()
    item = review.items.get(issue=issue)
    road.go("county_clerk", "issues:desk-review-item", review.pk, item.pk, words="办理迟缓，列入通报")
    road.go("county_clerk", "issues:desk-review", review.pk, words="本月梳理一项")
    road.go("county_clerk", "issues:desk-reviews", what="notice", year=today.year, quarter=(today.month + 2) // 3)
    notice = Notice.objects.get()
    road.go("county_clerk", "issues:desk-notice", notice.pk)
    assert list(notice.items.values_list("issue_id", flat=True)) == [issue.pk]
    assert not Proposal.objects.exists()


@pytest.mark.journey("discipline_inspection")
def test_discipline_inspection(journey: Journey):
    """What an unannounced visit finds is handed over, flagged, corrected, checked and written off."""
    watch(journey, "identified", "written_off")
    county = journey.cast.units["county"]
    journey.watch("sum(issues.flag_hung)", at=county)
    road = Road(journey)
    road.open_edition()
    issue = road.register(road.open_list("inspection", manner="covert_visit"), "conduct", title="窗口无人值守")
    road.dispatch(issue)
    road.go("county_clerk", "issues:desk-flag", issue.pk, **{"flag-colour": "yellow", "flag-reason": "限期整改"})
    road.put_right(issue)
