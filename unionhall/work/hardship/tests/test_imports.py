"""Files from a sheet: seen whole before, written in sets, taken back; and everything follows as if filed one by one."""

from datetime import date

import pytest
from django.urls import reverse

from unionhall.kernel.exchange.registry import Row, Unfit, import_kind
from unionhall.kernel.people import queries as people
from unionhall.lib import dates
from unionhall.testing.cast import id_number
from unionhall.work.hardship.actions import imports, pairing
from unionhall.work.hardship.models.files import Assessment, Household, Member
from unionhall.work.hardship.models.rounds import Sheet
from unionhall.work.hardship.tests.conftest import assert_books_agree, figure


def row(number, **more):
    """A line of the sheet as the importer gives it: a household of two below the line."""
    empty = dict.fromkeys(("phone", "level", "employer", "members", "illness"), "")
    nothing = dict.fromkeys(("unit", "months", "other", "medical", "education", "filed_on"), None)
    values = {
        "name": "赵大勇",
        "id_number": id_number(700 + number),
        "worker": "employed",
        "cause": "illness",
        "size": 2,
        "wage": 1_200_000,
        **more,
    }
    return Row(number, {**empty, **nothing, **values})


def check(cast, *rows):
    return [
        (one.row, one.column, str(one.message)) for one in imports.check(rows, at=cast.township, by=cast.county_clerk, options={})
    ]


def write(cast, *rows):
    return imports.write(rows, at=cast.township, by=cast.county_clerk, options={}, source="exchange.import:1")


def test_a_sheet_puts_households_on_file_with_all_that_follows(desk, cast):
    child = f"赵小宝/子女/{id_number(790)}"
    rows = [row(2, members=child, illness="尿毒症", filed_on=date(2024, 5, 6)), row(3, name="钱桂英", unit=cast.factory)]
    assert check(cast, *rows) == []
    assert [one.outcome for one in write(cast, *rows)] == ["made", "made"]
    first, second = Household.objects.order_by("pk")
    assert (first.state, first.kind, first.organization, first.filed_on) == ("on_file", "deep", cast.township, date(2024, 5, 6))
    assert (second.organization, second.head.name) == (cast.factory, "钱桂英")
    assert Assessment.objects.count() == 2
    assert Sheet.objects.count() == 2
    assert {one.kind for one in people.standing_on(dates.today(), "hardship_member")} == {"hardship_member"}
    assert people.standing_on(dates.today(), "hardship_household").count() == 2
    assert [figure(code, cast.city) for code in ("hardship.on_file", "hardship.filed", "hardship.persons_on_file")] == [2, 2, 4]
    assert_books_agree()


def test_what_is_wrong_is_said_by_row_and_column(desk, cast):
    filed = desk.filed(head=desk.person("孙志强"))
    blind = id_number(desk.number)
    found = check(
        cast,
        row(2, members="赵小宝 子女"),
        row(3),
        row(4, id_number=id_number(703)),
        row(5, wage=90_000_000),
        row(6, id_number=blind),
    )
    assert [(number, column) for number, column, _said in found] == [
        (2, "members"),
        (4, "id_number"),
        (5, "wage"),
        (6, "id_number"),
    ]
    assert "姓名/关系/证件号码" in found[0][2]
    assert "与第 3 行为同一人" in found[1][2]
    assert filed.reference in found[3][2]
    assert not any(id_number(703) in said for _row, _column, said in found)
    assert Household.objects.count() == 1


def test_a_line_that_became_impossible_stays_out_alone(desk, cast):
    write(cast, row(2))
    with pytest.raises(Unfit, match="一户一档"):
        write(cast, row(3), row(2))
    assert Household.objects.count() == 1


def test_an_import_is_taken_back_as_far_as_nothing_was_done_since(desk, cast):
    written = write(cast, row(2), row(3))
    kept = Household.objects.order_by("pk")[1]
    desk_pair(kept, cast)
    stays = imports.undo(written, at=cast.township, by=cast.county_clerk, options={})
    assert [one.row for one in stays] == [3]
    assert sorted(Household.objects.values_list("state", flat=True)) == ["on_file", "withdrawn"]
    assert Member.objects.filter(open=True).count() == 1
    assert figure("hardship.on_file", cast.city) == 1
    assert_books_agree()


def desk_pair(household, cast):
    """Somebody works on an imported file."""
    pairing.pair(household_id=household.pk, cadre=cast.township_clerk, by=cast.county_clerk)


def test_the_sheet_is_offered_to_those_who_register(desk, cast):
    kind = import_kind("hardship.files")
    assert (kind.permission, kind.home) == ("hardship.register", "hardship:desk-list")
    assert cast.client("county_clerk").get(reverse("office:import", args=[kind.code])).status_code == 200
    assert (
        reverse("office:import", args=[kind.code])
        in cast.client("county_clerk").get(reverse("hardship:desk-list")).content.decode()
    )
