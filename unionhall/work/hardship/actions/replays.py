"""The room's part of the replays: households of published years, paired, helped and led out of hardship, day by day.

Every household is taken up on file, paired with a cadre, contacted, helped, looked at by the audit, asked and spot-checked by
the room's own actions. Names of people are invented; the numbers are the published ones.
"""

import random
from datetime import date, timedelta
from functools import partial

from unionhall.catalogue.stage import Stage
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.rules import NewPerson
from unionhall.kernel.policies import actions as policies
from unionhall.lib import dates
from unionhall.work.hardship.actions import helps, intake, leave, pairing, yearly
from unionhall.work.hardship.actions.books import Book
from unionhall.work.hardship.actions.helps import NewHelp
from unionhall.work.hardship.actions.intake import Taken
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.rounds import Help, Pairing, YearLine
from unionhall.work.hardship.registry import CAUSES, ROUTES, WORKERS

FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻"
GIVEN = ("建国", "秀兰", "志强", "桂英", "海燕", "德胜", "玉梅", "长春", "立华", "小满", "国平", "春生", "淑珍", "文斌")
LINE = 70_000  # fen a person and month: an invented line of the replayed region


def household(chance: random.Random, home: Organization, day: date) -> Taken:
    """An invented household below the line."""
    family = chance.choice(FAMILY)
    head = NewPerson(name=family + chance.choice(GIVEN), home=home)
    others = [("child", NewPerson(name=family + chance.choice(GIVEN), home=home)) for _ in range(chance.randint(0, 2))]
    wage, medical = chance.randint(60, 180) * 10_000, chance.randint(10, 60) * 10_000
    return Taken(
        people=[("self", head), *others],
        cause=chance.choice([*CAUSES][:6]),
        worker=chance.choice([code for code in WORKERS if code != "migrant"]),
        book=Book(incomes={"wage": wage}, spending={"medical": medical}),
        size=len(others) + chance.randint(2, 3),
        filed_on=day,
    )


def s0(stage: Stage) -> None:
    """S0: 323 households paired and contacted; the six rates stand at 100 %."""
    first = date(2023, 2, 6)
    stage.on(first, partial(_line, stage, first))
    stage.on(first, lambda: stage.edition("cadre_pairing"))
    for place, unit in enumerate(stage.units):
        count = 323 // len(stage.units) + (place < 323 % len(stage.units))
        stage.on(first + timedelta(days=1), partial(_take, stage, unit, count, "cadre_pairing"))
    stage.on(first + timedelta(days=8), partial(_pair, stage))
    stage.on(date(2023, 4, 18), partial(_contact, stage))
    stage.on(date(2023, 5, 22), partial(_help, stage))
    stage.on(date(2023, 8, 30), partial(_judge, stage))
    stage.on(date(2023, 9, 4), partial(_spot, stage))


def s1(stage: Stage) -> None:
    """S1: households leave hardship by each of the four routes."""
    first = date(2019, 3, 4)
    stage.on(first, partial(_line, stage, first))
    stage.on(first, lambda: stage.edition("four_exit_routes"))
    for unit in stage.units:
        stage.on(first + timedelta(days=1), partial(_take, stage, unit, 6, "four_exit_routes"))
    stage.on(date(2019, 10, 21), partial(_leave, stage))


def _line(stage: Stage, day: date) -> None:
    policies.set_value(
        "hardship.income_line", LINE, organization=stage.root, since=day, source="虚构地区低保标准，供重现使用", by=people.house()
    )


def _take(stage: Stage, unit: Organization, count: int, code: str) -> None:
    edition = stage.edition(code)
    rows = [household(stage.chance, unit, dates.today()) for _ in range(count)]
    intake.take_many(organization=unit, rows=rows, by=stage.hand(unit), programme=edition.programme, edition=edition)


def _files(stage: Stage) -> list[Household]:
    found = Household.objects.filter(organization__in=stage.units, state="on_file")
    return list(found.select_related("organization", "programme").order_by("pk"))


def _pair(stage: Stage) -> None:
    pairing.pair_many([(one, stage.hand(one.organization)) for one in _files(stage)], by=stage.clerk)


def _contact(stage: Stage) -> None:
    found = Pairing.objects.filter(household__organization__in=stage.units, until=None)
    rows = found.select_related("organization", "household__organization", "household__programme").order_by("pk")
    pairing.contact_many(rows, by=stage.clerk, need="入户了解生活、就医和子女就学情况")


def _help(stage: Stage) -> None:
    day = dates.today()
    rows = []
    for number, one in enumerate(_files(stage), start=1):
        amount = stage.chance.choice((200_000, 300_000, 500_000))
        new = NewHelp(
            item="living",
            source=f"救助〔2023〕{number:04d}",
            approved=amount,
            approved_on=day,
            due_on=day + timedelta(days=15),
            paid=amount,
            paid_on=day,
        )
        rows.append((one, new))
    helps.note_many(rows, by=stage.clerk)


def _helped(stage: Stage) -> list[Help]:
    found = Help.objects.filter(organization__in=stage.units).order_by("pk")
    return list(found.select_related("organization", "household__organization", "household__programme"))


def _judge(stage: Stage) -> None:
    helps.audit_many(_helped(stage), in_order=True, by=stage.checker)
    helps.ask_many(_helped(stage), satisfied=True, by=stage.clerk)


def _spot(stage: Stage) -> None:
    drawn = yearly.draw(organization=stage.root, by=stage.checker, seed="S0")
    for line in YearLine.objects.filter(list=drawn, spot=True).order_by("pk")[:12]:
        yearly.spot_check(line_id=line.pk, correct=True, words="", by=stage.checker)


def _leave(stage: Stage) -> None:
    routes = list(ROUTES)
    for number, one in enumerate(_files(stage)[:12]):
        leave.leave(household_id=one.pk, route=routes[number % 4], words="收入稳定，已超过困难线", by=stage.clerk)
