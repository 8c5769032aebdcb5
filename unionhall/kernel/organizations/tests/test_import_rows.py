"""Importing and exporting units: all or nothing, every fault named with its cell and its mend."""

import pytest

from unionhall.kernel.organizations import actions, queries, rules
from unionhall.kernel.organizations.models import NameSpan, Organization, PathSpan


def line(
    code: str, name: str, parent: str = "", level: str = "grassroots", kind: str = "grassroots", **more: str
) -> dict[str, object]:
    return {"code": code, "name": name, "level": level, "kind": kind, "parent_code": parent, **more}


GOOD = [
    line("T9", "柳林镇总工会", "D2", "township", "federation", division_code="990102"),
    line("G9", "柳林粮站工会", "T9", short_name="粮站"),
    line("G8", "东山小学工会", ""),
]


def test_children_may_stand_before_their_parents(tree):
    receipt = actions.import_rows(reversed(GOOD), under=tree["east"], by=None)
    assert (receipt.total, receipt.new, receipt.changed, receipt.same, receipt.errors) == (3, 3, 0, 0, [])
    unit = Organization.objects.get(code="G9")
    assert (unit.parent.code, unit.depth, unit.short_name, unit.name_initials) == ("T9", 5, "粮站", "lllzgh")
    assert Organization.objects.get(code="G8").parent_id == tree["east"].pk
    assert queries.inconsistencies() == []
    assert PathSpan.objects.filter(organization=unit).count() == NameSpan.objects.filter(organization=unit).count() == 1


def test_a_dry_run_writes_nothing(tree):
    receipt = actions.import_rows(GOOD, under=tree["east"], by=None, dry_run=True)
    assert (receipt.new, receipt.dry) == (3, True)
    assert not Organization.objects.filter(code="T9").exists()


def test_the_same_file_twice_changes_nothing_and_a_corrected_one_only_that(tree):
    actions.import_rows(GOOD, under=tree["east"], by=None)
    receipt = actions.import_rows(GOOD, under=tree["east"], by=None)
    assert (receipt.new, receipt.changed, receipt.same) == (0, 0, 3)
    changed = [GOOD[0], GOOD[1] | {"name": "柳林储备粮站工会"}, GOOD[2]]
    receipt = actions.import_rows(changed, under=tree["east"], by=None)
    assert (receipt.new, receipt.changed, receipt.same) == (0, 1, 2)
    assert [span.name for span in Organization.objects.get(code="G9").name_spans.all()] == ["柳林粮站工会", "柳林储备粮站工会"]


def test_units_founded_afterwards_get_fresh_paths(tree, founded):
    actions.import_rows(GOOD, under=tree["east"], by=None)
    founded("柳林医院工会", "grassroots", Organization.objects.get(code="T9"), "grassroots")
    founded("东山中学工会", "grassroots", Organization.objects.get(code="D2"), "grassroots")
    assert queries.inconsistencies() == []


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (line("", "无码工会", "D2"), "code", "code_missing"),
        (line("X", "", "D2"), "name", "name_missing"),
        (line("X", "某工会", "D2", "planet"), "level", "level_unknown"),
        (line("X", "某工会", "D2", kind="club"), "kind", "kind_unknown"),
        (line("X", "某工会", "NONE"), "parent_code", "parent_unknown"),
        (line("X", "某工会", "X"), "parent_code", "parent_circle"),
        (line("X", "某市工会", "D2", "city", "federation"), "parent_code", "parent_level"),
        (line("X", "某工会", "D2", division_code="420699"), "division_code", "division_unknown"),
        (line("X", "某工会", "D2", credit_code="81420600MC0000001X"), "credit_code", "credit_code_wrong"),
        (line("X", "某工会", "D2", since="2025-2-30"), "since", "day_wrong"),
        (line("T1", "红旗街道总工会", "D2", "township", "federation"), "parent_code", "moved"),
    ],
)
def test_each_fault_is_named_and_nothing_is_written(tree, row: dict[str, object], column: str, code: str):
    count = Organization.objects.count()
    receipt = actions.import_rows([*GOOD, row], under=tree["east"], by=None)
    assert [(error.row, error.column) for error in receipt.errors] == [(5, column)]
    assert receipt.errors[0].mend == str(actions.Fault(code).label)
    assert Organization.objects.count() == count


def test_two_lines_with_one_code(tree):
    receipt = actions.import_rows([*GOOD, GOOD[1]], under=tree["east"], by=None)
    assert [(error.row, error.column, error.value) for error in receipt.errors] == [(5, "code", "G9")]


def test_what_leaves_comes_back_the_same(tree, founded):
    rows = list(queries.export_rows(tree["city"]))
    assert [row["code"] for row in rows] == ["C1", "D1", "T1", "G1", "D2"]
    receipt = actions.import_rows(rows, under=None, by=None)
    assert (receipt.new, receipt.changed, receipt.same, receipt.errors) == (0, 0, 5, [])
    Organization.objects.filter(code__in=["C1", "D1", "T1", "G1", "D2"]).update(code=None)
    receipt = actions.import_rows([rows[0] | {"parent_code": ""}, *rows[1:]], under=None, by=None)
    assert (receipt.new, receipt.errors) == (5, [])
    again = list(queries.export_rows(Organization.objects.get(code="C1")))
    assert [row | {"parent_code": rows[0]["parent_code"]} if row["code"] == "C1" else row for row in again] == rows


def test_thousands_of_lines_take_few_statements(tree, django_assert_max_num_queries):
    rows = [line(f"N{number}", f"第{number}号工会", "D2") for number in range(3000)]
    with django_assert_max_num_queries(30):
        receipt = actions.import_rows(rows, under=None, by=None)
    assert (receipt.new, receipt.errors) == (3000, [])
    assert queries.children(tree["east"]).count() == 3000
    assert queries.inconsistencies() == []


def test_segments():
    assert [rules.segment(number) for number in (1, 35, 36, 36**4 - 1)] == ["0001", "000Z", "0010", "ZZZZ"]
    with pytest.raises(ValueError):
        rules.segment(36**4)
