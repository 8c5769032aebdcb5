"""Whatever stands in the cells of a sheet: every import answers row by row, counts truly, can be taken back; the books agree."""

import csv
import io
import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.access.queries import may
from unionhall.kernel.exchange import registry
from unionhall.kernel.exchange.actions import bring, check, take_back, write
from unionhall.kernel.exchange.models import Import
from unionhall.kernel.exchange.registry import Column, ImportKind
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import actions as policies
from unionhall.kernel.programmes import actions as editions
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib import clock, dates
from unionhall.testing import matrix
from unionhall.testing.cast import id_number
from unionhall.work.hardship.models.files import Household, Inquiry
from unionhall.work.hardship.registry import SOURCES

ROWS = 180
AIDED, ON_FILE = 300, 20  # the first number of those who are on file, and how many they are
RELIEF = "daily_student_relief/illness"  # asked for at any time of the year
KINDS = sorted(registry.import_kinds())
ANYTHING = (
    "", " ", "0", "-1", "1", "无", "x" * 300, "工" * 130, "1E+17", "#REF!", "=1+1", "\u202e工会", "😀", "1\n2", "'", "{}", "%s",
)  # fmt: skip
OF_KIND: dict[str, tuple[str, ...]] = {
    "whole": ("3", "99999999", "1,000", "999999999999", "1.5"),
    "money": ("12.50", "0.01", "99999999999", "1e9", "叁佰元"),
    "date": ("2026-01-20", "1880-01-01", "2199-12-31", "2026-02-30", "46000"),
    "day_month": ("2025-03", "1880-01", "2199-12"),
    "yes_no": ("是", "否", "也许"),
    "phone": ("10000000077", "13800138000", "0999-5000001"),
}
OF_CODE = {
    "level": ("province", "county", "group", "planet"),
    "kind": ("federation", "team", "club"),
    "fact": ("发现问题", "走访家庭"),
}


def pool(column: Column, world: matrix.World) -> tuple[str, ...]:
    """What a cell of a column may hold: what is nearly what is asked for, and anything."""
    more: tuple[str, ...] = OF_KIND.get(column.kind, ()) + OF_CODE.get(column.code, ())
    if column.kind == "choice":
        more += tuple(choice.label.zh for choice in column.choices)
    if column.kind == "unit" or column.code in {"code", "parent_code"}:
        units = world.cast.units.values()
        more += tuple(word for one in units for word in (one.name, one.short_name, str(one.code or "")) if word)
    if column.kind == "id_number":
        more += tuple(map(id_number, range(1, 30)))
    if column.code == "name":
        more += tuple(person.name for person in world.cast.people.values())
    return (*ANYTHING, *more)


def usual(kind: ImportKind, column: Column, world: matrix.World, number: int) -> str:
    """What the cell of a sound line holds."""
    if column.kind == "id_number":
        return (
            id_number(AIDED + number % ON_FILE if kind.code == "grants.applications" else 500 + number) if column.required else ""
        )
    if kind.code == "hardship.answers" and column.code == "number":
        return str(Inquiry.objects.values_list("pk", flat=True)[number % Inquiry.objects.count()])
    if kind.code == "reports.totals" and column.code in {"since", "until"}:  # totals of one unit share no day
        return str(date(2025, 1, 1) + timedelta(days=number))
    if column.kind == "unit":
        return world.cast.units["factory"].name
    if column.kind == "choice" and column.required:
        return next((one for one in column.choices if one.code == RELIEF), column.choices[number % len(column.choices)]).label.zh
    if column.code == "parent_code":
        return ""
    return f"{column.example}{number}" if column.code in {"code", "household"} else column.example


def sheet(kind: ImportKind, world: matrix.World, seed: int) -> bytes:
    """A sheet of the kind with so many lines, each cell drawn from its column's pool."""
    draw = random.Random(f"{kind.code}/{seed}")
    pools = [pool(column, world) for column in kind.columns]
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(str(column.label) for column in kind.columns)
    for number in range(ROWS):
        line = [usual(kind, column, world, number) for column in kind.columns]
        for place in draw.sample(range(len(pools)), min(len(pools), number % 3)):  # of three lines one is as it should be
            line[place] = draw.choice(pools[place])
        lines.writerow(line)
    return text.getvalue().encode()


@pytest.fixture
def ground(world: matrix.World) -> matrix.World:
    """A region with its line, people on file who may be aided, and questions that registers have not answered."""
    cast, today = world.cast, dates.today()
    policies.set_value("hardship.income_line", 106_200, organization=cast.city, since=today, source="文件", by=cast.city_clerk)
    for number in range(AIDED, AIDED + ON_FILE):
        person = people.register(by=None, name="赵小宝", home=cast.township, id_number=id_number(number))
        people.set_standing(
            by=None, subject=person, kind="hardship_household", organization=cast.county, since=today, source=person
        )
    programme = programmes.programme(RELIEF.partition("/")[0])
    year = today.replace(month=1, day=1), today.replace(month=12, day=31)
    editions.open_edition(programme=programme, organization=cast.city, since=year[0], until=year[1], by=cast.city_clerk)
    for file in Household.objects.filter(org_path__startswith=cast.county.path):
        for source in SOURCES:
            Inquiry.objects.create(
                household=file,
                kept_by=file.organization,
                source=source,
                asked_by=cast.county_clerk,
                asked_at=clock.now(),
                way="file",
            )
    return world


def options_of(kind: ImportKind, by: Person, at: Organization) -> dict[str, Any]:
    """What holds for the whole file: the first of each list that the form offers."""
    if kind.options_form is None:
        return {}
    offered = kind.options_form(None, at=at, by=by, initial={})
    form = kind.options_form({name: field.choices[0][0] for name, field in offered.fields.items()}, at=at, by=by, initial={})
    assert form.is_valid()
    return dict(form.cleaned_data)


def balanced(one: Import) -> None:
    """Every row of the sheet has one fate."""
    one.refresh_from_db()
    assert one.made + one.changed + one.same + one.doubtful + one.refused + one.skipped == one.total


@pytest.mark.parametrize("seed", [1, *[pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 12)]])
@pytest.mark.parametrize("code", KINDS)
def test_no_sheet_breaks(ground: matrix.World, code: str, seed: int):
    kind = registry.import_kind(code)
    by, at = ground.cast.people["county_clerk"], ground.cast.units["county"]
    if not may(by, kind.permission, at):
        by, at = ground.cast.people["system_admin"], ground.cast.units["city"]
    apart = ledger.reconcile()  # the world's rows were laid down, not acted
    upload = SimpleUploadedFile("清单.csv", sheet(kind, ground, seed))
    one = bring.bring(kind=code, upload=upload, by=by, at=at, options=options_of(kind, by, at))
    one = check.assign(import_id=one.pk, by=by, mapping={place: column.code for place, column in enumerate(kind.columns)})
    balanced(one)
    one = check.choose_all(import_id=one.pk, by=by, take=True)
    assert one.doubtful == 0
    one = write.begin(import_id=one.pk, by=by)
    write.run(one.pk, check.Silent())
    balanced(one)
    assert one.state == Import.State.DONE
    assert one.refused > 0
    assert one.made + one.changed > 0
    assert ledger.reconcile() == apart
    if kind.undo is not None:
        one = take_back.undo(import_id=one.pk, by=by)
        take_back.run(one.pk, check.Silent())
        balanced(one)
        assert ledger.reconcile() == apart
