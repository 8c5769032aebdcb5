"""The room's part of the replays: grants of published years, taken up, reviewed, approved and paid by three persons, in sets.

Every grant goes through the room's own acts on its day. Names and accounts of people are invented; the numbers are the published
ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from unionhall.catalogue.stage import Stage
from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Grant
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people_actions
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.actions import bulk as people_bulk
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.rules import NewPerson
from unionhall.kernel.policies import actions as policies
from unionhall.lib import dates
from unionhall.work.grants import registry, rules
from unionhall.work.grants.actions import accounts, applications, batches, many, settling
from unionhall.work.grants.actions.many import Wanted
from unionhall.work.grants.rules.bank import Answer

YUAN = 100
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN = ("建国", "秀兰", "志强", "桂英", "海燕", "德胜", "玉梅", "长春", "立华", "小满", "国平", "春生", "淑珍", "文斌")
SOURCE = "虚构地区办法，供重现使用"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of grants of a programme: how many persons get how much, from which place, and what must hold for it."""

    code: str
    kinds: tuple[str, ...]
    count: int
    yuan: int
    standing: str = ""
    place: Organization | None = None  # None: spread over the units below
    matter: str = ""
    month: bool = False


def s0(stage: Stage) -> None:
    """S0: 47 living model workers get 3,000 yuan each at Spring Festival; over 800 workers on file are helped; two palaces ask."""
    _rules(stage, date(2023, 1, 4), {"model_worker_festival": 3_000 * YUAN, "public_notice_days": 0})
    festival = Round(code="model_worker_benefit", kinds=("festival",), count=47, yuan=3_000, standing="model_worker")
    stage.on(date(2023, 1, 13), partial(_play, stage, festival))
    relief = Round(code="hardship_relief_fund", kinds=("medical",), count=823, yuan=5_000, standing="hardship_household")
    stage.on(date(2023, 6, 20), partial(_play, stage, relief))
    stage.on(date(2023, 4, 18), partial(_palaces, stage))


def s2(stage: Stage) -> None:
    """S2: 240 nursery places get 500 yuan for a month."""
    _rules(stage, date(2023, 2, 1), {"nursery_monthly": 500 * YUAN})
    places = Round(code="nursery_subsidy", kinds=("place",), count=240, yuan=500, matter="普惠托育托位", month=True)
    stage.on(date(2023, 6, 12), partial(_play, stage, places))


def s3(stage: Stage) -> None:
    """S3: 200 students get 10,000 yuan on the spot; over 35,000 pupils are aided; 28 projects of studios are subsidised."""
    _rules(stage, date(2017, 2, 1), {"studio_project_cap": 20_000 * YUAN, "public_notice_days": 0})
    launch = Round(
        code="aid_launch_ceremony", kinds=("on_the_spot",), count=200, yuan=10_000, standing="hardship_member", place=stage.root
    )  # fmt: skip
    stage.on(date(2017, 6, 30), partial(_play, stage, launch))
    stages = ("university", "high", "middle", "primary")
    stage.on(date(2017, 8, 20), partial(_play, stage, Round(
        code="autumn_aid", kinds=stages, count=35_012, yuan=1_400, standing="hardship_member",
    )))  # fmt: skip
    projects = Round(
        code="studio_funding", kinds=("project",), count=28, yuan=10_000, standing="studio", place=stage.root, matter="创新项目"
    )  # fmt: skip
    stage.on(date(2017, 10, 18), partial(_play, stage, projects))


def _rules(stage: Stage, day: date, values: dict[str, int]) -> None:
    def act() -> None:
        for code, value in values.items():
            policies.set_value(
                f"grants.{code}", value, organization=stage.root, since=day, source=SOURCE, by=people.house()
            )  # fmt: skip

    stage.on(day, act)


def _play(stage: Stage, told: Round) -> None:
    """From the application to the bank's answer; clerks below register, two persons of the root and a third one do the rest."""
    edition = stage.edition(told.code)
    ready = []
    third = _third(stage)
    if told.code == "studio_funding":
        accounts.set_account(
            organization=stage.root, name=stage.root.name, bank="桥屏银行营业部", number="990000000001", by=stage.clerk
        )  # fmt: skip
    places = [told.place] if told.place else stage.units
    number = 0
    for turn, unit in enumerate(places):
        count = told.count // len(places) + (turn < told.count % len(places))
        rows = [_wanted(person, told, number + place) for place, person in enumerate(_people(stage, unit, told, count))]
        number += count
        by = third if told.place else stage.hand(unit)
        ready += _done(many.apply(organization=unit, programme=edition.programme, rows=rows, by=by))
    ready = _done(many.review(ready, by=stage.clerk))
    ceiling = told.count * told.yuan * YUAN
    line = next(one for one in applications.lines_of(stage.root) if one.free >= ceiling and not one.programme)
    ready = _done(many.approve(ready, funder=stage.root, line_id=line.id, by=stage.clerk))
    batch = batches.prepare(organization=stage.root, application_ids=[one.pk for one in ready], by=stage.clerk).batch
    assert batch is not None
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=stage.checker)
    batches.export(batch_id=batch.pk, by=third)
    answers = [Answer(one.reference, one.amount, True) for one in batches.live(batch)]
    settling.settle(batch_id=batch.pk, answers=answers, by=third)


def _palaces(stage: Stage) -> None:
    """Two counties ask for the base subsidy of their palaces; it is asked for, not granted yet."""
    edition = stage.edition("palace_subsidy")
    for unit in stage.units[:2]:
        [head] = _people(stage, unit, Round(code="palace_subsidy", kinds=("base",), count=1, yuan=250_000), 1)
        wanted = Wanted(person=head, kind="base", amount=250_000 * YUAN, matter=f"{unit.name}工人文化宫")
        _done(many.apply(organization=unit, programme=edition.programme, rows=[wanted], by=stage.hand(unit)))


def _done(outcome: many.Outcome) -> list[Any]:
    for refused in outcome.refused.values():
        raise refused
    return outcome.done


def _wanted(person: Person, told: Round, number: int) -> Wanted:
    months = [dates.today().replace(day=1)] if told.month else []
    matter = f"{told.matter}{number + 1:04d}" if told.matter else ""
    kind = told.kinds[number % len(told.kinds)]
    said = rules.NOT_EXCLUDED if registry.TERMS[told.code][kind].excludes else ""
    return Wanted(person=person, kind=kind, amount=told.yuan * YUAN, months=months, matter=matter, exclusion=said)


def _people(stage: Stage, unit: Organization, told: Round, count: int) -> Sequence[Person]:
    new = [
        NewPerson(
            name=stage.chance.choice(FAMILY) + stage.chance.choice(GIVEN), home=unit,
            sealed={"bank_account": f"99{stage.chance.randrange(10**14):014d}"},
        )
        for _ in range(count)
    ]  # fmt: skip
    made = [one for one in people_actions.register_many(new, by=None).people if one is not None]
    if told.standing:
        rows = [people_bulk.NewStanding(one, unit, one) for one in made]
        people_bulk.set_standings(rows, kind=told.standing, since=dates.today(), until=None, by=None)
    return made


def _third(stage: Stage) -> Person:
    """Who pays: a third person of the root with the clerk's role, taken on when first needed."""
    name = "支付员"
    found = Person.objects.filter(home=stage.root, name=name).first()
    if found is None:
        found = people_actions.register(by=None, name=name, home=stage.root)
        held = Grant.objects.select_related("role").get(person=stage.clerk, organization=stage.root)
        access.grant(found, role=held.role, at=stage.root, by=None, since=held.since)
    return found
