"""The room's part of the replays: the issue lists of three published years, worked through day by day.

Every issue is registered, listed, graded, dispatched, accepted, reported on, submitted, checked by a second person and
written off by the room's own actions. The names of units and people are invented; the numbers are the published ones.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from unionhall.catalogue.stage import Stage
from unionhall.kernel.organizations.models import Organization
from unionhall.work.issues.actions import dispatch, handle, lists, register
from unionhall.work.issues.actions.register import NewIssue
from unionhall.work.issues.models import Issue, IssueList

WORDS: dict[str, tuple[str, ...]] = {
    "capability": ("{unit}干部政策业务不熟", "{unit}统计分析能力偏弱", "{unit}组织大型活动经验不足", "{unit}调查研究不够深入"),
    "conduct": ("{unit}答复职工来信超时", "{unit}会议多、下基层少", "{unit}工作安排落实拖拉", "{unit}服务窗口态度不够热情"),
    "weak_grassroots": ("{unit}部分企业应建会未建会", "{unit}基层工会换届超期", "{unit}小微企业覆盖不足"),
    "short_staffed": ("{unit}乡镇工会无专职人员", "{unit}工会干部身兼数职", "{unit}社会化工作者未到岗"),
    "weak_rules": ("{unit}经费审批制度未修订", "{unit}帮扶公示制度不落实", "{unit}例会制度未坚持"),
    "poor_sites": ("{unit}职工书屋图书陈旧", "{unit}户外站点设施损坏", "{unit}职工之家长期关闭"),
    "loose_procedure": ("{unit}委员会议事无记录", "{unit}重大事项未集体研究", "{unit}表决程序不规范"),
    "few_funds": ("{unit}基层工会活动经费不足", "{unit}工会经费拨付不及时"),
    "low_vigour": ("{unit}职工活动形式单一", "{unit}会员参与率偏低"),
    "process": ("{unit}帮扶申请环节过多", "{unit}转会手续需多次往返", "{unit}诉求转办时间过长"),
    "service": ("{unit}热线接通率偏低", "{unit}服务项目与需求脱节", "{unit}线上办理不便"),
    "rights": ("{unit}部分企业加班费未足额支付", "{unit}劳务派遣工参保不全", "{unit}女职工特殊保护不到位"),
    "backward_sites": ("{unit}服务阵地位置偏远", "{unit}文化宫设备老化"),
    "strict": ("{unit}工作标准要求不够严",),
    "true": ("{unit}掌握基层情况不够真",),
    "fine": ("{unit}方案考虑不够细",),
    "solid": ("{unit}跟踪问效不够实",),
    "quick": ("{unit}办文办事不够快",),
}
SHORTCOMINGS = (
    ("capability", "主动服务中心工作的意识不够强", "重点项目竞赛组织偏晚"),
    ("poor_sites", "产业工人成长平台建设不够主动", "技能实训基地偏少"),
    ("service", "帮助企业纾难解困的办法不多", "走访多、解决问题少"),
    ("process", "法治宣传引导不够积极", "讲座集中在少数单位"),
    ("weak_rules", "创新成果转化机制不健全", "推荐上报多、跟踪转化少"),
    ("conduct", "工作标准不高、推进不快", "个别事项超过时限"),
)
MEASURES = (
    "围绕重点工程提前制定竞赛方案", "建设技能实训基地并向一线开放", "推行企业诉求清单化办理", "建立创新成果转化跟踪台账",
)  # fmt: skip
GRADES = ("general", "general", "general", "serious", "serious", "major")


@dataclass
class Way:
    """One issue's way through the year: where it is sent and how far it gets."""

    issue: Issue
    unit: Organization
    found: date
    reach: str


def s0(stage: Stage) -> None:
    """S0: 4 issues of ability and 4 of conduct from self-inspection; 6 shortcomings with 4 measures."""
    onto = _list(stage, "能力作风自查清单", "self_inspection", "self_inspection_issues", date(2023, 3, 1))
    for number, kind in enumerate(["capability"] * 4 + ["conduct"] * 4):
        unit = stage.units[number % len(stage.units)]
        _walk(
            stage,
            onto,
            kind,
            unit,
            stage.a_day(date(2023, 3, 6), date(2023, 4, 28)),
            "written_off" if number % 2 else "handling",
            number,
        )
    gaps = _list(stage, "短板自查清单", "shortcoming", "shortcoming_rectification", date(2023, 9, 1))
    for number, (kind, title, example) in enumerate(SHORTCOMINGS):
        measure = MEASURES[number] if number < len(MEASURES) else ""
        stage.on(date(2023, 9, 5), partial(_gap, stage, gaps, kind, title, example, measure))


def _gap(stage: Stage, onto: IssueList, kind: str, title: str, example: str, measure: str) -> None:
    new = NewIssue(title=title, kind=kind, example=f"比如{example}")
    issue = register.register(organization=stage.root, new=new, by=stage.clerk, onto=onto)
    if measure:
        register.set_measure(issue_id=issue.pk, text=measure, by=stage.clerk, due_on=date(2023, 12, 31))


def s2(stage: Stage) -> None:
    """S2: 43 issues of 5 kinds found on the spot, 28 of them written off; 23 of 4 kinds by 7 research teams, 6 on both lists."""
    kinds = ("weak_grassroots", "short_staffed", "weak_rules", "poor_sites", "loose_procedure")
    spots = [
        _list(stage, f"{unit.label}蹲点问题清单", "squat", "issue_list_closure", date(2023, 2, 6), target=unit)
        for unit in stage.units
    ]
    teams = [
        _list(
            stage, f"{unit.label}调研问题清单", "research", "resource_sinking", date(2023, 4, 3), target=unit, team=f"第{n}调研组"
        )
        for n, unit in enumerate(stage.units, start=1)
    ]
    listed: list[Way] = []
    for number in range(43):
        place = number % len(stage.units)
        reach = "written_off" if number < 28 else ("submitted", "handling", "dispatched", "graded", "found")[number % 5]
        day = stage.a_day(date(2023, 2, 7), date(2023, 3, 17))
        way = _walk(stage, spots[place], kinds[number % 5], stage.units[place], day, reach, number)
        listed.append(way)
    shared = [way for number, way in enumerate(listed) if number >= 28 and kinds[number % 5] in {"short_staffed", "poor_sites"}]
    for way in shared[:6]:
        onto = teams[stage.units.index(way.unit)]
        stage.on(stage.a_day(date(2023, 4, 4), date(2023, 5, 12)), partial(_again, stage, way, onto))
    asked = ("short_staffed", "few_funds", "low_vigour", "poor_sites")
    for number in range(23 - len(shared[:6])):
        place = number % len(stage.units)
        day = stage.a_day(date(2023, 4, 4), date(2023, 5, 12))
        reach = "written_off" if number % 2 else "handling"
        _walk(stage, teams[place], asked[number % 4], stage.units[place], day, reach, 100 + number)


def s4(stage: Stage) -> None:
    """S4: 173 issues found by 13 research topics, 140 of them solved; one personal list with the five demands."""
    kinds = ("process", "service", "rights", "few_funds", "backward_sites")
    topics = [
        _list(stage, f"大调研第{number}题问题清单", "research", "graded_dispatch", date(2022, 2, 14)) for number in range(1, 14)
    ]
    for number in range(173):
        unit = stage.units[number % len(stage.units)]
        reach = "written_off" if number < 140 else ("submitted", "handling", "dispatched", "graded", "found")[number % 5]
        day = stage.a_day(date(2022, 2, 15), date(2022, 4, 15))
        _walk(stage, topics[number % 13], kinds[number % 5], unit, day, reach, number)
    own = _list(stage, "个人五查五看问题清单", "personal", "personal_self_check", date(2022, 3, 1))
    for number, kind in enumerate(("strict", "true", "fine", "solid", "quick")):
        _walk(stage, own, kind, stage.units[number], date(2022, 3, 7), "found", number)


def _list(
    stage: Stage, name: str, source: str, code: str, day: date, *, target: Organization | None = None, team: str = ""
) -> IssueList:
    edition = stage.edition(code)
    return lists.open_list(
        organization=stage.root, name=name, source=source, by=stage.clerk, opened_on=day,
        programme=edition.programme, edition=edition, team=team, target=target,
    )  # fmt: skip


def _walk(stage: Stage, onto: IssueList, kind: str, unit: Organization, found: date, reach: str, number: int) -> Way:
    way = Way(Issue(), unit, found, reach)
    stage.on(found, lambda: _register(stage, way, onto, kind, number))
    return way


def _register(stage: Stage, way: Way, onto: IssueList, kind: str, number: int) -> None:
    words = WORDS[kind]
    new = NewIssue(title=words[number % len(words)].format(unit=way.unit.label), kind=kind, area=way.unit)
    way.issue = register.register(organization=stage.root, new=new, by=stage.clerk, onto=onto)
    grade = GRADES[number % len(GRADES)]
    if way.reach == "found":
        return
    if way.reach == "graded":
        register.grade(issue_id=way.issue.pk, grade=grade, by=stage.clerk)
        return
    stage.on(way.found + timedelta(days=1), lambda: _send(stage, way, grade))


def _send(stage: Stage, way: Way, grade: str) -> None:
    dispatch.dispatch(issue_id=way.issue.pk, to=way.unit, by=stage.clerk, grade=grade, requirement="查清原因，限期整改，举一反三")
    if way.reach != "dispatched":
        stage.on(way.found + timedelta(days=2), lambda: _take(stage, way))


def _take(stage: Stage, way: Way) -> None:
    hand = stage.hand(way.unit)
    handle.accept(issue_id=way.issue.pk, by=hand)
    handle.report_progress(issue_id=way.issue.pk, text="已制定整改方案，明确责任人和完成时间", by=hand)
    if way.reach != "handling":
        last = min(way.issue.deadline or way.found + timedelta(days=12), way.found + timedelta(days=12))
        stage.on(stage.a_day(way.found + timedelta(days=3), max(last, way.found + timedelta(days=3))), lambda: _finish(stage, way))


def _finish(stage: Stage, way: Way) -> None:
    handle.submit(issue_id=way.issue.pk, solution="问题已整改到位，并完善了相关制度", by=stage.hand(way.unit))
    if way.reach == "written_off":
        stage.on(way.found + timedelta(days=16), lambda: _end(stage, way))


def _end(stage: Stage, way: Way) -> None:
    handle.pass_check(issue_id=way.issue.pk, by=stage.checker, words="现场核查，整改属实")
    handle.write_off(issue_id=way.issue.pk, by=stage.clerk)


def _again(stage: Stage, way: Way, onto: IssueList) -> None:
    lists.add_source(issue_id=way.issue.pk, list_id=onto.pk, by=stage.clerk)
