"""Paths, places in the tree and the planning of an import, without a database."""

import pytest

from unionhall.kernel.organizations import rules
from unionhall.kernel.organizations.rules import Fault, Known


def row(number, code, parent="", level="grassroots", kind="grassroots", **more):
    cells = {"code": code, "name": f"{code}工会", "level": level, "kind": kind, "parent_code": parent, **more}
    return rules.read_row(number, cells)


def known(code, path, level="county", kind="federation", parent="", last_child=0, name=""):
    return Known(1, name or f"{code}工会", "", level, kind, parent, "", "", path, last_child)


def planned(rows, tree, under="D1", taken=None):
    return rules.plan_import(rows, {one.name[:-2]: one for one in tree}, under=under, taken=taken or {})


# Paths


@pytest.mark.parametrize(
    ("path", "above"), [("0001", []), ("00010002", ["0001"]), ("00010002000Z", ["0001", "00010002"]), ("", [])]
)
def test_the_units_above_a_path(path, above):
    assert rules.ancestor_paths(path) == above
    assert rules.depth_of(path) == (len(above) + 1 if path else 0)


@pytest.mark.parametrize(
    ("path", "inside", "outside"),
    [
        ("0001", ["0001", "00010001", "0001ZZZZ0001"], ["0000ZZZZ", "0002", "00020001", "000"]),
        ("000Z", ["000Z", "000Z0001"], ["0010", "000Y", "000YZZZZ"]),
        ("0009", ["00090001"], ["000A", "000A0001"]),
    ],
)
def test_the_range_of_a_path_holds_it_and_all_below_and_nothing_else(path, inside, outside):
    low, high = rules.path_range(path)
    assert [one for one in inside if not low <= one < high] == []
    assert [one for one in outside if low <= one < high] == []
    assert [rules.contains(path, one) for one in (*inside, *outside)] == [True] * len(inside) + [False] * len(outside)


def test_nobodys_subtree_is_not_everybodys():
    with pytest.raises(ValueError):
        rules.path_range("")


@pytest.mark.parametrize("number", [0, -1, 36**4])
def test_there_is_no_such_child(number):
    with pytest.raises(ValueError):
        rules.segment(number)


def test_segments_sort_as_their_numbers_do():
    numbers = [1, 9, 10, 35, 36, 37, 1295, 1296, 46_655, 46_656, 1_679_615]
    assert sorted(map(rules.segment, numbers)) == [rules.segment(number) for number in numbers]


# What may stand where


@pytest.mark.parametrize("level", rules.LEVELS)
def test_a_federation_never_stands_beside_its_own_level(level):
    assert not rules.may_stand_under(level=level, kind="federation", parent_level=level)


@pytest.mark.parametrize("kind", sorted(rules.BESIDE))
def test_inner_units_may_stand_beside_and_never_above(kind):
    assert rules.may_stand_under(level="city", kind=kind, parent_level="city")
    assert not rules.may_stand_under(level="city", kind=kind, parent_level="county")


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({}, []),
        ({"name": " "}, [Fault("name", "name_missing")]),
        ({"name": "工" * 120}, []),
        ({"name": "工" * 121}, [Fault("name", "name_long")]),
        ({"kind": "club"}, [Fault("kind", "kind_unknown")]),
        ({"level": "planet", "name": ""}, [Fault("name", "name_missing"), Fault("level", "level_unknown")]),
        ({"parent_level": "township"}, [Fault("parent", "parent_level")]),
        ({"division_code": "12345"}, [Fault("division_code", "division_unknown")]),
        ({"division_code": "990102"}, []),
        ({"credit_code": "8"}, [Fault("credit_code", "credit_code_wrong")]),
    ],
)
def test_everything_wrong_with_a_unit_is_named(given, faults):
    usual = {"name": "临江区总工会", "level": "county", "kind": "federation", "parent_level": "city"}
    assert rules.check_unit(**{"division_code": "", "credit_code": "", **usual, **given}) == faults


@pytest.mark.parametrize(
    ("text", "day"),
    [("2025-03-05", True), ("2024-02-29", True), ("2025-02-29", False), ("20250305", False), ("2025-3-5", False), ("", False)],
)
def test_days_are_written_one_way(text, day):
    assert rules.is_day(text) is day


# Planning an import


COUNTY = known("D1", "00010001", last_child=2)


def test_new_units_take_the_numbers_after_the_last_child_and_children_follow_their_parents():
    plan = planned([row(2, "G1", "T1"), row(3, "T1", level="township", kind="federation"), row(4, "G2")], [COUNTY])
    assert {one.code: path for one, path in plan.new} == {"T1": "000100010003", "G2": "000100010004", "G1": "0001000100030001"}
    assert (plan.counters, plan.faults, plan.changed, plan.same) == ({"D1": 4, "T1": 1, "G1": 0, "G2": 0}, [], [], 0)
    codes = [one.code for one, _path in plan.new]
    assert codes.index("T1") < codes.index("G1")


def test_a_unit_that_is_there_already_is_the_same_or_changed():
    there = known("G1", "000100010001", "grassroots", "grassroots", "D1")
    same = planned([row(2, "G1")], [COUNTY, there])
    assert (same.new, same.changed, same.same, same.faults) == ([], [], 1, [])
    renamed = planned([row(2, "G1", name="新名工会")], [COUNTY, there])
    assert ([(one.name, old.path) for one, old in renamed.changed], renamed.same) == (
        [("新名工会", "000100010001")],
        0,
    )


@pytest.mark.parametrize(
    ("given", "column", "code"),
    [
        ({"level": "group", "kind": "grassroots"}, "level", "level_changed"),
        ({"parent": "D2"}, "parent_code", "moved"),
    ],
)
def test_an_import_neither_moves_a_unit_nor_changes_its_level(given, column, code):
    tree = [COUNTY, known("D2", "00010002"), known("G1", "000100010001", "grassroots", "grassroots", "D1")]
    plan = planned([row(2, "G1", **given)], tree)
    assert [(fault.row, fault.column, fault.code) for fault in plan.faults] == [(2, column, code)]


def test_a_line_below_a_faulty_line_is_not_a_fault_of_its_own():
    plan = planned([row(2, "T1", level="planet"), row(3, "G1", "T1")], [COUNTY])
    assert [(fault.row, fault.code) for fault in plan.faults] == [(2, "level_unknown")]


def test_units_that_stand_under_one_another_in_a_circle_are_all_named():
    plan = planned([row(2, "A", "B"), row(3, "B", "A"), row(4, "C")], [COUNTY])
    assert [(fault.row, fault.column, fault.code) for fault in plan.faults] == [
        (2, "parent_code", "parent_circle"),
        (3, "parent_code", "parent_circle"),
    ]


def test_one_credit_code_is_one_units():
    taken = {"8142": "G9"}
    plan = planned([row(2, "G1", credit_code="8142")], [COUNTY], taken=taken)
    assert [(fault.column, fault.code) for fault in plan.faults] == [
        ("credit_code", "credit_code_twice"),
        ("credit_code", "credit_code_wrong"),
    ]
    own = planned([row(2, "G9", credit_code="8142")], [COUNTY], taken=taken)
    assert [fault.code for fault in own.faults] == ["credit_code_wrong"]


def test_the_tree_is_sixteen_levels_deep_and_no_deeper():
    deepest = known("D1", "0001" * 15, "group", "team")
    rows = [row(2, "X", level="group", kind="team"), row(3, "Y", "X", level="group", kind="team")]
    plan = planned(rows, [deepest])
    assert [(one.code, rules.depth_of(path)) for one, path in plan.new] == [("X", 16)]
    assert [(fault.row, fault.code) for fault in plan.faults] == [(3, "too_deep")]
