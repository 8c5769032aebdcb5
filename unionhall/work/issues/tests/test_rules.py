"""The room's decisions, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionhall.lib.refusal import Refused
from unionhall.work.issues import rules
from unionhall.work.issues.rules import Quarter, RouteRow

TODAY = date(2025, 3, 5)


def describe(**changes):
    given = {"title": "议事规则不规范", "found_on": TODAY, "today": TODAY, "source": "squat", "example": ""} | changes
    return rules.check_description(**given)


def test_a_described_issue_is_taken():
    assert describe() is None
    assert describe(source="shortcoming", example="比如平台利用率不高") is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"found_on": date(2025, 3, 6)}, "found_on"),
        ({"source": "shortcoming"}, "example"),
    ],
)
def test_what_is_missing_is_named(changes, field):
    with pytest.raises(Refused) as refusal:
        describe(**changes)
    assert refusal.value.field == field


def test_one_unit_is_responsible_and_never_its_own_helper():
    rules.check_parties(1, [2, 3])
    with pytest.raises(rules.PartiesWrong):
        rules.check_parties(1, [2, 1])
    with pytest.raises(rules.PartiesWrong):
        rules.check_parties(1, [2, 2])


def test_nobody_checks_own_work():
    rules.check_second_person(9, {1, 2})
    with pytest.raises(rules.NotSecondPerson):
        rules.check_second_person(2, {1, 2})


@pytest.mark.parametrize(("solution", "evidence"), [("", 1), ("  ", 1), ("已整改", 0)])
def test_a_check_needs_words_and_evidence(solution, evidence):
    with pytest.raises(rules.EvidenceMissing):
        rules.check_solution(solution, evidence)


def test_a_check_with_both_passes():
    assert rules.check_solution("已整改", 1) is None


@pytest.mark.parametrize(
    ("found_on", "answer"),
    [(date(2025, 1, 1), True), (date(2025, 6, 30), True), (date(2025, 7, 1), False), (date(2024, 12, 31), False)],
)
def test_recurrence_runs_for_its_days(found_on, answer):
    assert rules.recurs(closed_on=date(2025, 1, 1), found_on=found_on, within_days=180) is answer


def test_red_flags_say_why():
    rules.check_flag("green", "")
    with pytest.raises(Refused):
        rules.check_flag("red", " ")
    with pytest.raises(Refused):
        rules.check_flag("blue", "why")


ROUTES = [
    RouteRow(1, "0001", "", "", 10),
    RouteRow(2, "0001", "rights", "", 11),
    RouteRow(3, "0001", "rights", "major", 12),
    RouteRow(4, "00010002", "", "", 20),
    RouteRow(5, "00010002", "", "major", 21),
]


@pytest.mark.parametrize(
    ("area", "kind", "grade", "target"),
    [
        ("0001", "conduct", "general", 10),
        ("00010001", "rights", "general", 11),
        ("00010001", "rights", "major", 12),
        ("000100020003", "rights", "general", 20),
        ("000100020003", "rights", "major", 21),
    ],
)
def test_the_nearest_area_then_kind_then_grade_wins(area, kind, grade, target):
    assert rules.best_route(ROUTES, area_path=area, kind=kind, grade=grade).target == target


def test_an_area_without_a_line_has_no_route():
    assert rules.best_route(ROUTES, area_path="0002", kind="rights", grade="major") is None


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_symmetric_and_bounded(one, other):
    assert 0.0 <= rules.likeness(one, other) == rules.likeness(other, one) <= 1.0


def test_likeness_sees_what_titles_share():
    assert rules.likeness("拖欠农民工工资", "拖欠农民工工资!") == 1.0
    assert rules.likeness("拖欠农民工工资", "拖欠工资") > 0.25
    assert rules.likeness("拖欠农民工工资", "书屋图书陈旧") == 0.0


def test_grams_find_chinese_without_word_breaks():
    assert rules.grams("欠薪 A") == ["a", "欠", "欠薪", "薪", "薪a"]
    assert rules.grams("") == []


@pytest.mark.parametrize(
    ("day", "quarter"),
    [(date(2025, 1, 1), Quarter(2025, 1)), (date(2025, 6, 30), Quarter(2025, 2)), (date(2025, 12, 31), Quarter(2025, 4))],
)
def test_days_fall_into_quarters(day, quarter):
    assert rules.quarter_of(day) == quarter
    assert quarter.start <= day <= quarter.end


def test_the_quarter_after_the_fourth_is_the_first():
    assert Quarter(2025, 4).following == Quarter(2026, 1)
    assert Quarter(2025, 4).end == date(2025, 12, 31)


Q1, Q2, Q3, Q4 = (Quarter(2025, number) for number in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("noticed", "completed"),
    [
        ([], []),
        ([Q1], []),
        ([Q1, Q2], [Q2]),
        ([Q1, Q3], []),
        ([Q1, Q2, Q3], [Q2]),
        ([Q1, Q2, Q3, Q4], [Q2, Q4]),
        ([Q4, Quarter(2026, 1)], [Quarter(2026, 1)]),
        ([Q2, Q1, Q1], [Q2]),
    ],
)
def test_two_in_a_row_and_a_clean_quarter_starts_again(noticed, completed):
    assert rules.in_a_row(noticed, needed=2) == completed


def test_pasted_rows_are_read_by_column():
    rows = rules.pasted_rows("议事规则不规范\tloose_procedure\t一般\t2025年3月5日\t会议无记录\n\n缺人手")
    assert [(row.number, row.title, row.kind, row.grade, row.found_on, row.details) for row in rows] == [
        (1, "议事规则不规范", "loose_procedure", "一般", date(2025, 3, 5), "会议无记录"),
        (3, "缺人手", "", "", None, ""),
    ]


@pytest.mark.parametrize("typed", ["2025-3-5", "2025/03/05", "2025.3.5", "2025年3月5日", "2025－3－5"])
def test_days_as_people_type_them(typed):
    assert rules.typed_day(typed, 1) == date(2025, 3, 5)


@pytest.mark.parametrize("block", ["", "\n \n", "\tkind", "问题\t\t\t2025-02-30", "问题\t\t\t昨天", "\n".join(["行"] * 201)])
def test_a_block_that_cannot_be_read_says_where(block):
    with pytest.raises(rules.RowsWrong) as refusal:
        rules.pasted_rows(block)
    assert refusal.value.field == "rows"
