"""Units below a floor: those that reach it are not named, those below it are, with their counts; also where nothing was done."""

from datetime import date

import pytest

from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger.facts import Window
from unionhall.work.reports.actions import defining, writing
from unionhall.work.reports.models import Template
from unionhall.work.reports.queries import engine
from unionhall.work.reports.rules import markup
from unionhall.work.reports.tests.conftest import YEAR

pytestmark = pytest.mark.django_db


def defined(cast, floor, level="county"):
    wanted = defining.Wanted(
        name_zh="未达下限的县", counts_zh="发现问题少于下限的县。", formula="floor", above="issues.identified",
        floor=floor, floor_level=level,
    )  # fmt: skip
    return defining.define(organization=cast.city, slug="short", wanted=wanted, by=cast.city_clerk)


def asked(cast, window=YEAR):
    token = markup.token_of("own.short")
    ask = engine.Ask(token, cast.city, window)
    return engine.answers([ask], ledger.mark())[ask]


@pytest.mark.parametrize(
    ("floor", "short"),
    [(3, {}), (4, {"neighbour_county": 3}), (7, {"neighbour_county": 3}), (8, {"county": 7, "neighbour_county": 3})],
)
def test_units_below_the_floor_are_counted_and_named(cast, books, floor, short):
    defined(cast, floor)
    answer = asked(cast)
    assert answer.kind == "floor"
    assert (answer.number, answer.printed) == (len(short), f"{len(short)}个单位")
    assert dict(answer.short) == {getattr(cast, name).pk: count for name, count in short.items()}


def test_a_unit_without_any_act_stays_below(cast, books):
    defined(cast, 1)
    assert asked(cast).number == 0
    quiet = asked(cast, Window(date(2025, 4, 1), date(2025, 4, 30)))
    assert dict(quiet.short) == {cast.county.pk: 0}  # its acts lie in March


def test_it_prints_in_a_report_and_its_trace_names_the_units(cast, books):
    defined(cast, 4)
    desk = cast.client("city_clerk")
    answer = desk.post("/reports/templates/new/", {"name": "下限", "kind": "other", "body": "未达下限的有{own.short}。"})
    assert answer.status_code == 303
    report = writing.draft(organization=cast.city, window=YEAR, template=Template.objects.get(), by=cast.city_clerk)
    assert [one["printed"] for one in report.figures] == ["1个单位"]
    trace = desk.get(f"/reports/{report.pk}/figures/0/").content.decode()
    assert cast.neighbour_county.label in trace and cast.county.label not in trace.split("<main")[1]
