"""Where a replay is played: an invented union on its own root, its people, and a calendar of acts played day by day."""

import heapq
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import queries as grants
from unionhall.kernel.access.models import Role
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries
from unionhall.kernel.programmes.models import Edition
from unionhall.lib import clock, dates, recall
from unionhall.lib.refusal import NotVisible
from unionhall.lib.text import Text

PLAYS = Path(__file__).parent / "figures" / "replays.toml"
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛范彭郎"
GIVEN = (
    "文静",
    "建华",
    "志远",
    "晓岚",
    "海涛",
    "雪梅",
    "国庆",
    "丽萍",
    "春燕",
    "立新",
    "秋实",
    "明远",
    "若溪",
    "思齐",
    "长林",
    "玉洁",
)
ROLES = {"province": "city_clerk", "city": "city_clerk", "county": "county_clerk", "township": "township_clerk"}
MORNING = time(9, 0)


@dataclass(frozen=True, slots=True)
class Play:
    """What `figures/replays.toml` says about a replay."""

    name: str
    root: str
    short: str
    level: str
    division: str
    below: str
    units: tuple[str, ...]
    since: date
    until: date


def plays(path: Path = PLAYS) -> dict[str, Play]:
    """The replays of the house by name."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: Play(name=name, **{**table, "units": tuple(table["units"])}) for name, table in told.items()}


def play(name: str) -> Play:
    """One replay, its name in any case; raises NotVisible for an unknown one."""
    known = plays()
    if name.upper() not in known:
        names = ", ".join(sorted(known))
        raise NotVisible(Text(f"没有名为“{name}”的重现，可选：{names}。", f"There is no replay “{name}”; there are {names}."))
    return known[name.upper()]


@dataclass
class Stage:
    """The union of a replay, ready to act.

    `clerk` and `checker` are two persons of the root; `hands` are the clerks of the units below, by unit. Acts are put
    on the calendar with `on` and played in the order of their days, each with the house's clock at its hour.
    """

    play: Play
    root: Organization
    units: list[Organization]
    clerk: Person
    checker: Person
    hands: dict[int, Person]
    chance: random.Random
    editions: dict[str, Edition] = field(default_factory=dict)
    _order: int = 0
    _calendar: list[tuple[date, int, Callable[[], Any]]] = field(default_factory=list)

    def on(self, day: date, act: Callable[[], Any]) -> None:
        """Put an act on the calendar; acts of one day are played in the order in which they were put down."""
        self._order += 1
        heapq.heappush(self._calendar, (day, self._order, act))

    def edition(self, code: str) -> Edition:
        """The replay's edition of a programme, opened on the first day of its window when it is first asked for."""
        if code not in self.editions:
            with at(self.play.since, 0):
                self.editions[code] = programmes.open_edition(
                    by=self.clerk,
                    programme=queries.programme(code),
                    organization=self.root,
                    since=self.play.since,
                    until=date(self.play.until.year, 12, 31),
                )
        return self.editions[code]

    def hand(self, unit: Organization) -> Person:
        """The clerk who acts for a unit below."""
        return self.hands[unit.pk]

    def a_day(self, first: date, last: date) -> date:
        """A working day between two days, drawn from the replay's own chance."""
        day = first + timedelta(days=self.chance.randrange((last - first).days + 1))
        while day.weekday() > 4 and day > first:
            day -= timedelta(days=1)
        return day

    def perform(self) -> int:
        """Play the calendar; acts may put down further acts for later. Returns how many were played."""
        played, hour = 0, dict[date, int]()
        with grants.remembering():
            while self._calendar:
                day, _order, act = heapq.heappop(self._calendar)
                hour[day] = hour.get(day, 0) + 1
                with at(day, hour[day]), recall.recalling():  # as a request does
                    act()
                played += 1
        return played


def at(day: date, minute: int) -> Any:
    """The house's clock on a day, so many minutes (at most the evening) after nine in Shanghai."""
    start = datetime.combine(day, MORNING, tzinfo=dates.SHANGHAI)
    return clock.fixed(start + timedelta(seconds=min(minute * 20, 12 * 3600)))


def build(told: Play) -> Stage:
    """Found the union of a replay, take up its people and give them their roles. The root is marked as invented."""
    chance = random.Random(told.name)
    before = told.since - timedelta(days=400)
    with at(before, 0):
        root = _found(told.root, told.short, told.level, told.division, None, before, f"{told.name}-00")
        programmes.mark_world(
            kind="replay", name=told.name, root=root, window={"since": told.since.isoformat(), "until": told.until.isoformat()}
        )
        units = [
            _found(f"{name}总工会", f"{name}总", told.below, told.division, root, before, f"{told.name}-{number:02d}")
            for number, name in enumerate(told.units, start=1)
        ]
        roles = {role.code: role for role in Role.objects.filter(code__in=ROLES.values())}
        clerk, checker = (_employ(chance, root, roles[ROLES[told.level]], before) for _ in range(2))
        hands = {unit.pk: _employ(chance, unit, roles[ROLES[told.below]], before) for unit in units}
    return Stage(told, root, units, clerk, checker, hands, chance)


def _found(name: str, short: str, level: str, division: str, parent: Organization | None, since: date, code: str) -> Organization:
    return organizations.found(
        name=name,
        short_name=short,
        level=level,
        kind="federation",
        division_code=division,
        parent=parent,
        since=since,
        code=code,
        by=None,
    )


def _employ(chance: random.Random, home: Organization, role: Role, since: date) -> Person:
    person = people.register(by=None, name=chance.choice(FAMILY) + chance.choice(GIVEN), home=home)
    access.grant(person, role=role, at=home, by=None, since=since)
    return person
