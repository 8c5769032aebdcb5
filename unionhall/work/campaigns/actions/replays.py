"""The room's part of the replays: visits, sessions, teams and people sent out of four published years, in their full volume.

Everything goes through the room's own actions, many rows at a time. Units and people are invented; the numbers are the
published ones, and where a report prints "more than", a number that prints so.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from unionhall.catalogue.stage import Stage
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib import dates
from unionhall.work.campaigns.actions import attendance, handouts, sessions, teams, visits
from unionhall.work.campaigns.actions.attendance import Counting
from unionhall.work.campaigns.actions.teams import Joining, Sending
from unionhall.work.campaigns.models import Session
from unionhall.work.campaigns.rules import Stopped

NINE = time(9, 0)
HOUSEHOLDS, CADRES = 365_000, 27_700
ENTRANTS, NON_PUBLIC, ENTRANT_UNITS = 1_208_730, 500_430, 10_500
THEMES = ("两节送温暖", "迎新春送温暖稳岗留工", "工会进万家", "心系困难职工真情传递温暖")
STUDIES = ("主席培训班", "专题辅导班", "理论骨干培训班", "演讲会", "报告会", "知识竞赛")
RESEARCHED = ("county_union", "city_union", "town_union", "enterprise_union", "institution", "site")


def shares(total: int, parts: int) -> list[int]:
    """A total in parts that differ by at most one."""
    each, rest = divmod(total, parts)
    return [each + (number < rest) for number in range(parts)]


def s0(stage: Stage) -> None:
    """S0: four visiting campaigns with 15,320 people greeted, six lectures, 27 fairs, a touring exhibition of 47, one big fair."""
    stage.edition("warmth_sending")
    for number, (unit, heads) in enumerate(zip(stage.units, shares(15_320, len(stage.units)), strict=True)):
        theme = THEMES[number % 4]
        stage.on(stage.a_day(date(2023, 1, 5), date(2023, 1, 19)), partial(_greet, stage, unit, theme, heads))
    for number in range(6):
        mode = "on_site" if number == 0 else "online"
        stage.on(
            date(2023, 5, 8) + timedelta(days=14 * number),
            partial(_session, stage, "cloud_lecture", f"云宣讲第{number + 1}场", mode),
        )
    for number in range(27):
        unit = stage.units[number % len(stage.units)]
        day = date(2023, 4, 10) + timedelta(days=number)
        stage.on(day, partial(_session, stage, "private_enterprise_service_month", f"招聘月第{number + 1}场", unit=unit))
    stage.on(date(2023, 3, 10), partial(_session, stage, "job_fair", "春风行动招聘会", form="main", heads=[Counting(heads=2_968)]))
    for station in range(3):
        stage.on(date(2023, 7, 3) + timedelta(days=20 * station), partial(_exhibition, stage, station))


def _greet(stage: Stage, unit: Organization, theme: str, heads: int) -> None:
    households = [
        Stopped(recipient="hardship", household=f"{unit.code}-{number:04d}", heads=3, goods=30_000) for number in range(heads // 12)
    ]
    rest = heads - 3 * len(households)
    posts = [
        Stopped(recipient="frontline", name=f"{unit.label}一线班组{number + 1}", heads=share, goods=share * 10_000)
        for number, share in enumerate(shares(rest, 40))
    ]
    programme = programmes.programme("warmth_sending")
    rows = [
        visits.NewVisit(programme=programme, theme=theme, form="two_festivals", stops=stops)
        for stops in [*_cut(households, 20), *_cut(posts, 10)]
    ]
    visits.register_visits(organization=unit, rows=rows, by=stage.hand(unit))


def _cut(stops: list[Stopped], size: int) -> Iterator[list[Stopped]]:
    for start in range(0, len(stops), size):
        yield stops[start : start + size]


def _session(
    stage: Stage,
    code: str,
    name: str,
    mode: str = "on_site",
    *,
    form: str = "",
    theme: str = "",
    unit: Organization | None = None,
    area: Organization | None = None,
    heads: list[Counting] | None = None,
) -> Session:
    at, by = (unit, stage.hand(unit)) if unit else (stage.root, stage.clerk)
    stage.edition(code)
    start = datetime.combine(dates.today(), NINE, tzinfo=dates.SHANGHAI)
    new = sessions.NewSession(
        programme=programmes.programme(code), name=name, starts_at=start, ends_at=start + timedelta(hours=3), mode=mode, form=form,
        theme=theme, place="工人文化宫", link="https://live.example.org/" if mode == "live" else "", held_at=area,
    )  # fmt: skip
    made = sessions.plan_session(organization=at, new=new, by=by)
    sessions.publish_session(session_id=made.pk, by=by)
    if heads:
        attendance.count_heads(session_id=made.pk, countings=heads, by=by)
    return sessions.hold_session(session_id=made.pk, by=by)


def _exhibition(stage: Stage, station: int) -> None:
    session = _session(stage, "model_worker_exhibition", f"劳模事迹巡展第{station + 1}站", form="tour")
    levels = ["national"] * 9 + ["province"] * 18 + ["city"] * 20
    shown = [(f"劳模{number + 1:02d}", level) for number, level in enumerate(levels)]
    handouts.show_people(session_id=session.pk, shown=shown[: 30 if station == 1 else 47], by=stage.clerk)


def s2(stage: Stage) -> None:
    """S2: seven research teams with 27 cadres."""
    stage.edition("sector_research")
    for number, people in enumerate(shares(27, 7), start=1):
        names = [Joining("cadre", f"调研干部{number}{letter}") for letter in "甲乙丙丁"[:people]]
        stage.on(date(2023, 4, 3), partial(_team, stage, "sector_research", f"第{number}调研组", names))


def _team(stage: Stage, code: str, name: str, members: list[Joining], unit: Organization | None = None) -> Any:
    at, by = (unit, stage.hand(unit)) if unit else (stage.root, stage.clerk)
    return teams.form_team(organization=at, programme=programmes.programme(code), name=name, by=by, members=members)


def s3(stage: Stage) -> None:
    """S3: lectures, the pocket book, contests of 1,208,730 entrants, and a winter of visits to 365,000 households."""
    _lectures(stage)
    _contests(stage)
    for code in ("warmth_sending", "leader_visit_team"):
        stage.edition(code)
    stage.on(date(2018, 1, 15), partial(_leaders, stage))
    places = zip(stage.units, shares(HOUSEHOLDS - 102, 13), shares(CADRES - 9, 13), strict=True)
    for unit, households, cadres in places:
        names = [Joining("cadre", f"工会干部{number:04d}") for number in range(cadres)]
        stage.on(date(2017, 11, 16), partial(_team, stage, "warmth_sending", f"{unit.label}送温暖工作队", names, unit))
        first = 0
        for turn, number in enumerate(shares(households, 8)):
            day = date(2017, 11, 20) + timedelta(days=10 * turn)
            stage.on(day, partial(_winter, stage, unit, first, number))
            first += number


def _lectures(stage: Stage) -> None:
    for number, heads in enumerate(shares(5_602, 86)):
        main = number < 15
        name = f"{'主场报告' if main else '车间对话'}第{number + 1 if main else number - 14}场"
        online = [Counting(heads=2_100, mode="live")] if main else []
        act = partial(
            _session, stage, "model_worker_lecture_team", name, form="main" if main else "dialogue",
            area=stage.units[number % len(stage.units)], heads=[Counting(heads=heads), *online],
        )  # fmt: skip
        stage.on(stage.a_day(date(2017, 11, 6), date(2018, 4, 27)), act)
    for number, theme in enumerate(STUDIES):
        stage.on(date(2017, 11, 7) + timedelta(days=15 * number), partial(_session, stage, "theme_education", theme, theme=theme))
    for unit, copies in zip(stage.units, shares(132_600, 13), strict=True):
        stage.on(stage.a_day(date(2017, 11, 8), date(2018, 3, 30)), partial(_books, stage, unit, copies))
    for number in range(2):
        day = date(2018, 4, 12) + timedelta(days=number)
        stage.on(day, partial(_session, stage, "deed_exchange_meeting", f"劳模事迹交流会第{number + 1}场", form="exchange"))
    talks = [Counting(heads=6, name=f"民主管理典型单位{number}") for number in range(1, 6)]
    stage.on(date(2017, 6, 20), partial(_session, stage, "exemplar_site_meeting", "厂务公开现场会", form="talk", heads=talks))


def _books(stage: Stage, unit: Organization, copies: int) -> None:
    session = _session(stage, "pocket_book", "口袋书进班组", unit=unit)
    handouts.hand_out(session_id=session.pk, name="学习口袋书", copies=copies, by=stage.hand(unit))


def _contests(stage: Stage) -> None:
    public, private = ENTRANT_UNITS * 6 // 10, ENTRANT_UNITS * 4 // 10
    heads = [("public", number) for number in shares(ENTRANTS - NON_PUBLIC, public)]
    heads += [("non_public", number) for number in shares(NON_PUBLIC, private)]
    for place, unit in enumerate(stage.units):
        mine = [
            Counting(heads=number, name=f"{unit.label}参赛单位{order:04d}", ownership=ownership)
            for order, (ownership, number) in enumerate(heads)
            if order % len(stage.units) == place
        ]
        day = stage.a_day(date(2017, 4, 10), date(2017, 11, 24))
        stage.on(day, partial(_session, stage, "labour_competition", "劳动和技能竞赛", unit=unit, heads=mine))


def _leaders(stage: Stage) -> None:
    """Nine leaders' teams go to 13 cities and 4 industries: 34 enterprises and 102 households."""
    industries = [
        organizations.found(
            name=f"{name}产业工会", short_name=f"{name}工会", level=stage.root.level, kind="industry", parent=stage.root,
            division_code=stage.root.division_code, since=date(2016, 1, 1), code=f"{stage.root.code}-H{number}", by=None,
        )
        for number, name in enumerate(("煤炭", "森工", "农垦", "铁路"), start=1)
    ]  # fmt: skip
    areas = [(unit, "city") for unit in stage.units] + [(unit, "industry") for unit in industries]
    programme = programmes.programme("leader_visit_team")
    stops = [
        Stopped(recipient="enterprise", name=f"困难企业{number + 1:02d}", heads=0, **_of(areas, number)) for number in range(34)
    ]
    kinds = ("hardship", "model_worker", "migrant")
    stops += [
        Stopped(recipient=kinds[number % 3], household=f"S-{number + 1:03d}", goods=50_000, **_of(areas, number))
        for number in range(102)
    ]
    for number in range(9):
        team = _team(stage, "leader_visit_team", f"第{number + 1}慰问组", [Joining("leader", f"班子成员{number + 1}")])
        new = visits.NewVisit(programme=programme, form="team", team=team, stops=stops[number::9])
        visits.register_visit(organization=stage.root, new=new, by=stage.clerk)


def _of(areas: list[tuple[Organization, str]], number: int) -> dict[str, Any]:
    unit, kind = areas[number % len(areas)]
    return {"area_id": unit.pk, "area_kind": kind}


def _winter(stage: Stage, unit: Organization, first: int, number: int) -> None:
    kinds = ("hardship", "hardship", "migrant", "model_worker")
    stops = [
        Stopped(recipient=kinds[place % 4], household=f"{unit.code}-{place:06d}", heads=1, goods=40_000)
        for place in range(first, first + number)
    ]
    programme = programmes.programme("warmth_sending")
    rows = [visits.NewVisit(programme=programme, form="into_homes", theme="助困送温暖", stops=part) for part in _cut(stops, 14)]
    visits.register_visits(organization=unit, rows=rows, by=stage.hand(unit))


def s4(stage: Stage) -> None:
    """S4: 70 visits that covered 92 units on 13 topics, people sent out in the epidemic, nine events at the apartments."""
    stage.edition("leadership_research")
    units = [Stopped(recipient=RESEARCHED[number % 6], name=f"调研单位{number + 1:02d}", heads=0) for number in range(92)]
    first = 0
    for number, size in enumerate(shares(92, 70)):
        stops, theme = units[first : first + size], f"调研题目{number % 13 + 1}"
        first += size
        stage.on(stage.a_day(date(2022, 2, 14), date(2022, 6, 17)), partial(_research, stage, stops, theme))
    stage.edition("volunteer_dispatch")
    stage.on(date(2022, 3, 7), partial(_sent, stage))
    for number, heads in enumerate(shares(1_640, 9)):
        day = date(2022, 4, 1) + timedelta(days=9 * number)
        act = partial(_session, stage, "huigongjia", f"惠工家服务活动第{number + 1}场", form="event", heads=[Counting(heads=heads)])
        stage.on(day, act)


def _research(stage: Stage, stops: list[Stopped], theme: str) -> None:
    new = visits.NewVisit(programme=programmes.programme("leadership_research"), form="enter", theme=theme, stops=stops)
    visits.register_visit(organization=stage.root, new=new, by=stage.clerk)


def _sent(stage: Stage) -> None:
    sites = [("community", f"社区{n}") for n in range(6)] + [("school", f"学校{n}") for n in range(4)]
    sites += [("police", f"派出所{n}") for n in range(2)]
    front = partial(Sending, site="抗疫一线", site_kind="hospital")
    out = [front(role="official", name=f"处长{number + 1}") for number in range(2)]
    out += [front(role="medic", name=f"医护{number + 1:02d}") for number in range(22)]
    served = shares(112_300, 297)
    for number in range(297):
        kind, site = sites[number % len(sites)]
        out.append(
            Sending(role="volunteer", name=f"志愿者{number % 180 + 1:03d}", site=site, site_kind=kind, served=served[number])
        )  # fmt: skip
    programme = programmes.programme("volunteer_dispatch")
    teams.send_out(organization=stage.root, programme=programme, sendings=out, by=stage.clerk)
