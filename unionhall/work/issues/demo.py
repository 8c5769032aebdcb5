"""The room's part of the demo city: a year of issues up to today, worked through by the room's own actions.

Every act lies on a calendar and is played with the house's clock at its day; what lies after today is not played. So
there are issues in every state, some on time, some late, and the lights are alive on whatever day the city is loaded.
"""

import heapq
import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.access.models import Grant
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.kernel.programmes.models import Edition, World
from unionhall.lib import clock, dates, recall
from unionhall.work.issues.actions import dispatch, flags, handle, lists, register, reviews, routing
from unionhall.work.issues.actions.register import NewIssue
from unionhall.work.issues.models import Issue, IssueList

AT_CITY, AT_COUNTY, AT_STREET = 84, 54, 22
RECENT, YEAR = 42, 330  # days: three issues in five are recent, the others lie within the year
WORDS: dict[str, tuple[str, ...]] = {
    "weak_grassroots": ("{place}部分企业应建会未建会", "{place}基层工会换届超期", "{place}小微企业工会覆盖不足"),
    "short_staffed": ("{place}无专职工会干部", "{place}社会化工会工作者未到岗", "{place}工会干部身兼数职"),
    "poor_sites": ("{place}职工书屋图书陈旧", "{place}户外劳动者驿站饮水机损坏", "{place}职工之家周末不开放"),
    "process": ("{place}帮扶申请环节过多", "{place}转会手续需多次往返", "{place}诉求转办时间过长"),
    "service": ("{place}服务热线接通率偏低", "{place}培训项目与职工需求脱节", "{place}普惠活动通知不到一线"),
    "rights": ("{place}企业加班费未足额支付", "{place}劳务派遣工参保不全", "{place}高温津贴未按时发放"),
    "few_funds": ("{place}基层工会活动经费不足", "{place}工会经费返还不及时"),
}
SOURCES = (
    ("squat", "蹲点问题清单", "issue_list_closure"),
    ("research", "大调研问题清单", "graded_dispatch"),
    ("inspection", "专项督查问题清单", ""),
)
TARGETS = {
    "issue_list_closure": (("issues.identified", 60, "issue", "at_least"), ("issues.closure_rate", 80, "percent", "at_least")),
    "graded_dispatch": (("issues.resolution_rate", 85, "percent", "at_least"), ("issues.late_rate", 10, "percent", "at_most")),
    "self_inspection_issues": (("issues.identified", 50, "issue", "at_least"),),
}
GRADES = ("general", "general", "general", "serious", "serious", "major")
PROGRESS = ("已到现场核实情况，明确专人负责。", "已会同有关科室制定整改方案，本周内落实。", "已联系企业负责人，约定整改时间。")
SOLVED = ("已整改到位，并建立长效机制。", "问题已解决，回访职工表示满意。", "已补齐短板，制度同步修订。")
REFUSED = "该事项不属于我单位职责范围，建议转有关单位办理。"


class Year:
    """The calendar of the demo: acts by day, and the people who act."""

    def __init__(self, root: Organization) -> None:
        self.root = root
        self.today = dates.today()
        self.chance = random.Random(20)
        self.hands = {
            grant.organization_id: grant.person
            for grant in Grant.objects.filter(role__code__in=CLERKS).select_related("person").order_by("-id")
        }
        self.editions: dict[str, Edition] = {}
        self._order = 0
        self._calendar: list[tuple[date, int, Callable[[], object]]] = []

    def on(self, day: date, act: Callable[[], object]) -> None:
        """Put an act on the calendar, on the next day of work."""
        while day.weekday() > 4:
            day += timedelta(days=1)
        self._order += 1
        heapq.heappush(self._calendar, (day, self._order, act))

    def after(self, least: int, most: int) -> date:
        """Some days after the day that is being played."""
        return dates.today() + timedelta(days=self.chance.randint(least, most))

    def perform(self) -> None:
        """Play everything up to yesterday; what is due today or later has not happened yet."""
        begun = 0
        while self._calendar and self._calendar[0][0] < self.today:
            day, _order, act = heapq.heappop(self._calendar)
            begun += 1
            moment = datetime.combine(day, time(9), tzinfo=dates.SHANGHAI) + timedelta(seconds=begun % 28_000)
            with clock.fixed(moment), access_queries.remembering(), recall.recalling():  # as a request does
                act()

    def clerk(self, unit: Organization) -> Person:
        """Whoever acts for a unit."""
        return self.hands[unit.pk]


CLERKS = ("city_clerk", "county_clerk", "township_clerk", "grassroots_chair")


def load() -> None:
    """A year of issues at the city, at its counties and at one street, with lists, routes, editions and targets."""
    root = World.objects.select_related("root").get(kind=World.DEMO).root
    year = Year(root)
    counties = list(Organization.objects.filter(parent=root, kind="federation").order_by("code"))
    first = (year.today - timedelta(days=YEAR)).replace(day=1)
    year.on(first, lambda: _open_editions(year, first))
    year.on(first, lambda: _set_routes(year, counties))
    for number in range(AT_CITY):
        _plan(year, root, counties[number % len(counties)], number)
    for number in range(AT_COUNTY):
        county = counties[number % len(counties)]
        streets = list(Organization.objects.filter(parent=county).order_by("code"))
        _plan(year, county, streets[number // len(counties) % len(streets)], number)
    street = Organization.objects.filter(parent=counties[0]).order_by("code")[0]
    firm = Organization.objects.filter(parent=street).order_by("code")[0]
    for number in range(AT_STREET):
        _plan(year, street, firm, number)
    _plan_reviews(year)
    year.perform()


def _open_editions(year: Year, first: date) -> None:
    by = year.clerk(year.root)
    for code, targets in TARGETS.items():
        edition = programmes.open_edition(
            by=by,
            programme=programme_queries.programme(code),
            organization=year.root,
            since=first,
            until=first + timedelta(days=YEAR + 65),
        )
        for indicator, value, unit, comparison in targets:
            programmes.set_target(edition, by=by, indicator=indicator, value=value, unit=unit, comparison=comparison)
        year.editions[code] = edition


def _set_routes(year: Year, counties: list[Organization]) -> None:
    by = year.clerk(year.root)
    for county in counties:
        routing.set_route(area=county, kind="", grade="", target=county, since=dates.today(), by=by)
    rights = Organization.objects.get(parent=year.root, short_name="权益保障部")
    routing.set_route(area=year.root, kind="rights", grade="major", target=rights, since=dates.today(), by=by)


def _plan(year: Year, lister: Organization, place: Organization, number: int) -> None:
    back = year.chance.randint(1, RECENT) if number % 5 < 3 else year.chance.randint(RECENT, YEAR - 10)
    kind = list(WORDS)[year.chance.randrange(len(WORDS))]
    day = year.today - timedelta(days=back)
    day -= timedelta(days=max(day.weekday() - 4, 0))  # found on a Friday rather than at the weekend
    year.on(day, lambda: _found(year, lister, place, kind, number))


def _list(year: Year, lister: Organization, number: int) -> IssueList:
    if lister != year.root:
        source, name, code = "self_inspection", f"{dates.today().year}年自查清单", "self_inspection_issues"
    else:
        source, name, code = SOURCES[number % len(SOURCES)]
        name = f"{dates.today().year}年第{(dates.today().month + 2) // 3}季度{name}"
    edition = year.editions.get(code)
    known = IssueList.objects.filter(organization=lister, name=name).first()
    return known or lists.open_list(
        organization=lister,
        name=name,
        source=source,
        by=year.clerk(lister),
        programme=edition.programme if edition else None,
        edition=edition,
    )


def _found(year: Year, lister: Organization, place: Organization, kind: str, number: int) -> None:
    title = year.chance.choice(WORDS[kind]).format(place=place.label)
    new = NewIssue(title=title, kind=kind, area=place, details=f"{title}，由走访中职工反映，已现场核实。")
    issue = register.register(organization=lister, new=new, onto=_list(year, lister, number), by=year.clerk(lister))
    grade = GRADES[number % len(GRADES)]
    if number % 3 == 0:
        register.grade(issue_id=issue.pk, grade=grade, by=year.clerk(lister))
    year.on(year.after(1, 3), lambda: _sent(year, issue, place, grade, number))


def _sent(year: Year, issue: Issue, place: Organization, grade: str, number: int) -> None:
    by = year.clerk(issue.organization)
    dispatch.dispatch(issue_id=issue.pk, to=place, by=by, grade=grade, requirement="查清原因，限期整改，结果书面反馈。")
    if number % 17 == 5:
        dispatch.supervise(issue_id=issue.pk, by=year.clerk(year.root))
    if number % 13 == 6:
        year.on(year.after(1, 2), lambda: _refused(year, issue, place, number))
    elif number % 29 != 11:  # one in twenty-nine is left lying
        year.on(year.after(1, 3), lambda: _accepted(year, issue, place, number))


def _refused(year: Year, issue: Issue, place: Organization, number: int) -> None:
    dispatch.refuse(issue_id=issue.pk, reason=REFUSED, by=year.clerk(place))
    year.on(year.after(1, 3), lambda: _sent(year, issue, place, "", number + 1))


def _accepted(year: Year, issue: Issue, place: Organization, number: int) -> None:
    by = year.clerk(place)
    handle.accept(issue_id=issue.pk, by=by)
    handle.report_progress(issue_id=issue.pk, text=year.chance.choice(PROGRESS), by=by)
    if number % 23 == 9:
        year.on(year.after(12, 18), lambda: _flagged(year, issue))
        return
    if number % 19 == 4:
        year.on(year.after(2, 3), lambda: _paused(year, issue))
        return
    year.on(year.after(4, 17), lambda: _submitted(year, issue, place, number))


def _paused(year: Year, issue: Issue) -> None:
    dispatch.pause(issue_id=issue.pk, reason="待补正：企业材料未齐", by=year.clerk(year.root))


def _flagged(year: Year, issue: Issue) -> None:
    by = year.clerk(year.root)
    flags.hang(issue_id=issue.pk, colour="red", reason="超过办理期限未报结果", by=by)
    dispatch.chase(issue_id=issue.pk, by=by)


def _submitted(year: Year, issue: Issue, place: Organization, number: int) -> None:
    handle.submit(issue_id=issue.pk, solution=year.chance.choice(SOLVED), by=year.clerk(place))
    year.on(year.after(1, 4), lambda: _checked(year, issue, place, number))


def _checked(year: Year, issue: Issue, place: Organization, number: int) -> None:
    by = year.clerk(_checker(issue.organization))
    if number % 11 == 7:
        handle.send_back(issue_id=issue.pk, reason="佐证材料不足，请补充整改前后照片。", by=by)
        year.on(year.after(3, 6), lambda: _submitted(year, issue, place, number + 1))
        return
    handle.pass_check(issue_id=issue.pk, by=by, words="现场核查，整改属实。")
    year.on(year.after(1, 3), lambda: _written_off(year, issue))


def _written_off(year: Year, issue: Issue) -> None:
    handle.write_off(issue_id=issue.pk, by=year.clerk(_checker(issue.organization)))


def _checker(lister: Organization) -> Organization:
    """Streets list and dispatch; the county above them checks and writes off."""
    return lister.parent if lister.level == "township" and lister.parent is not None else lister


def _plan_reviews(year: Year) -> None:
    """The sorting of the last two months, and the notice of the quarter that ended last."""
    for back in (1, 2):
        day = (year.today.replace(day=1) - timedelta(days=28 * back - 20)).replace(day=25)
        year.on(min(day, year.today - timedelta(days=3 * back)), lambda: _reviewed(year))
    quarter_end = date(year.today.year, (year.today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    year.on(quarter_end, lambda: _noticed(year, quarter_end))


def _reviewed(year: Year) -> None:
    by = year.clerk(year.root)
    review = reviews.open_review(organization=year.root, month=dates.today().replace(day=1), by=by)
    if review.closed_on is None:
        reviews.close_review(review_id=review.pk, summary="逐项过堂，超期事项由分管领导包案督办。", by=by)


def _noticed(year: Year, quarter_end: date) -> None:
    by = year.clerk(year.root)
    quarter = (quarter_end.month + 2) // 3
    notice = reviews.draft_notice(organization=year.root, year=quarter_end.year, quarter=quarter, by=by)
    if notice.items.exists():
        reviews.issue_notice(notice_id=notice.pk, by=by)
