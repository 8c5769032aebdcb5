"""The room's part of the demo city: a season of visits, lectures, an open day with a draw, volunteers, people sent out."""

import random
from datetime import datetime, timedelta

from unionhall.kernel.access.models import Grant
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as catalogue
from unionhall.kernel.programmes.models import World
from unionhall.lib import clock, dates
from unionhall.work.campaigns.actions import attendance, sessions, signups, teams, visits
from unionhall.work.campaigns.actions.attendance import Counting
from unionhall.work.campaigns.models import Session
from unionhall.work.campaigns.rules import Stopped

CLERKS = ("city_clerk", "county_clerk", "township_clerk", "grassroots_chair")
EDITIONS = (
    "warmth_sending",
    "model_worker_lecture_team",
    "organ_open_day",
    "volunteer_service",
    "worker_culture",
    "leadership_research",
)
VISITED = 45  # visits of each county
FAMILIES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
LECTURES = ("劳模精神进车间", "工匠面对面", "新就业群体宣讲", "班组微课堂")


def load() -> None:
    """Half a year of campaigns at the city and its counties, up to today, and what comes next week."""
    root = World.objects.select_related("root").get(kind=World.DEMO).root
    grants = Grant.objects.filter(role__code__in=CLERKS).select_related("person").order_by("-id")
    hands = {grant.organization_id: grant.person for grant in grants}
    today, chance = dates.today(), random.Random(31)
    with clock.fixed(_at(-170)):
        for code in EDITIONS:
            programmes.open_edition(
                by=hands[root.pk], programme=catalogue.programme(code), organization=root, since=today - timedelta(days=180),
                until=today + timedelta(days=180),
            )  # fmt: skip
    counties = list(Organization.objects.filter(parent=root, kind="federation").order_by("code"))
    for county in counties:
        _visits(county, hands[county.pk], chance)
    _research(root, counties, hands[root.pk])
    for number, county in enumerate(counties):
        _lecture(county, hands[county.pk], number, chance)
    _events(root, hands[root.pk], chance)


def _at(days: int, hour: int = 9) -> datetime:
    now = clock.now().astimezone(dates.SHANGHAI)
    return (now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def _visits(county: Organization, by: Person, chance: random.Random) -> None:
    programme = catalogue.programme("warmth_sending")
    rows = [
        visits.NewVisit(
            programme=programme,
            day=dates.today() - timedelta(days=chance.randint(1, 150)),
            theme=chance.choice(("两节送温暖", "夏送清凉", "工会进万家")),
            visitors=by.name,
            stops=[
                Stopped(
                    recipient=chance.choice(("hardship", "hardship", "frontline", "migrant")),
                    name=f"{chance.choice(FAMILIES)}师傅家{number}-{place}",
                    household=f"{county.code}-{number * 3 + place:04d}",
                    heads=chance.randint(1, 4),
                    goods=chance.choice((20_000, 30_000, 50_000)),
                    cash=chance.choice((0, 0, 50_000)),
                )
                for place in range(chance.randint(1, 3))
            ],
        )
        for number in range(VISITED)
    ]
    visits.register_visits(organization=county, rows=rows, by=by, source="demo")


def _research(root: Organization, counties: list[Organization], by: Person) -> None:
    programme = catalogue.programme("leadership_research")
    for number, county in enumerate(counties, start=1):
        with clock.fixed(_at(-20 * number)):
            names = [teams.Joining("leader", f"调研领导{number}"), teams.Joining("cadre", f"调研干部{number}")]
            team = teams.form_team(organization=root, programme=programme, name=f"第{number}调研组", by=by, members=names)
            stops = [Stopped(recipient="county_union", unit_id=county.pk, name=county.label, heads=0)]
            new = visits.NewVisit(programme=programme, team=team, theme="县级工会建设", stops=stops)
            visits.register_visit(organization=root, new=new, by=by)


def _session(unit: Organization, by: Person, code: str, name: str, start: datetime, **more: object) -> Session:
    new = sessions.NewSession(
        programme=catalogue.programme(code), name=name, starts_at=start, ends_at=start + timedelta(hours=2), place="工人文化宫",
        **more,  # type: ignore[arg-type]
    )  # fmt: skip
    made = sessions.plan_session(organization=unit, new=new, by=by)
    return sessions.publish_session(session_id=made.pk, by=by)


def _lecture(county: Organization, by: Person, number: int, chance: random.Random) -> None:
    for turn in range(2):
        day = -(12 + 17 * turn + number)
        with clock.fixed(_at(day, 8)):
            name = LECTURES[(number + turn) % len(LECTURES)]
            session = _session(county, by, "model_worker_lecture_team", name, _at(day + 0, 8), held_at=county)
            counts = [
                Counting(heads=chance.randint(40, 120), name=county.label),
                Counting(heads=chance.randint(200, 900), mode="live"),
            ]
            attendance.count_heads(session_id=session.pk, countings=counts, by=by)
            sessions.hold_session(session_id=session.pk, by=by, summary="现场互动热烈，职工反映内容接地气。")


def _events(root: Organization, by: Person, chance: random.Random) -> None:
    workers = list(people.people(root).filter(home__level="grassroots")[:60])
    window = {"opens_at": _at(-3), "closes_at": _at(5)}
    first = _session(root, by, "volunteer_service", "周末社区志愿服务", _at(6), method="first", places=20, form="shift", **window)
    for worker in workers[:26]:
        signups.sign_up(session_id=first.pk, by=worker)
    drawn = _session(root, by, "organ_open_day", "机关开放日", _at(8), method="draw", places=15, **window)
    for worker in chance.sample(workers, min(30, len(workers))):
        signups.sign_up(session_id=drawn.pk, by=worker)
    _session(root, by, "worker_culture", "职工书画摄影展", _at(3))
