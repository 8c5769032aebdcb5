"""Who belongs to a household, how a file is left, which way it goes: decided in plain Python."""

from datetime import date

import pytest

from unionhall.lib.refusal import Conflict, Refused
from unionhall.work.hardship.rules import household, procedure
from unionhall.work.hardship.rules.household import Other


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (Other("赵大勇", "KN-2026-1", "self", True), "赵大勇已在档案 KN-2026-1 中，一户一档"),
        (Other("赵小宝", "KN-2026-1", "child", True), "学生赵小宝已计入档案 KN-2026-1，一名学生只能计入一户"),
        (Other("赵小宝", "KN-2026-1", "grandchild", True), "学生赵小宝"),
        (Other("赵小宝", "KN-2026-1", "child", False), "已在其他单位的困难职工档案中"),
    ],
)
def test_a_person_in_two_files_is_a_clear_sentence(other, said):
    refusal = household.in_two_files(other)
    assert said in str(refusal)
    assert ("KN-2026-1" in str(refusal)) is other.known


@pytest.mark.parametrize(
    ("relations", "size", "fits"),
    [
        (["self"], 1, True),
        (["self", "child"], 2, True),
        (["self", "child"], 5, True),  # grandparents who are not named count as persons
        (["self", "child"], 1, False),
        (["self", "self"], 2, False),
        (["child"], 1, False),
        (["self"] + ["child"] * 20, 21, False),
    ],
)
def test_a_household_has_one_head_and_room_for_its_members(relations, size, fits):
    if fits:
        household.check_members(relations, size)
    else:
        with pytest.raises(Refused):
            household.check_members(relations, size)


def test_a_ground_that_holds_names_its_proof():
    household.check_exclusions({"homes": False, "vehicle": True}, {"vehicle": "车管所记录"})
    with pytest.raises(Refused, match="请写明核实依据"):
        household.check_exclusions({"homes": True}, {"homes": " "})


@pytest.mark.parametrize(("consents", "adults", "assessed"), [(2, 2, True), (3, 2, True)])
def test_a_whole_application_goes_out(consents, adults, assessed):
    household.check_complete(consents=consents, adults=adults, assessed=assessed)


@pytest.mark.parametrize(
    ("birth", "on", "grown"),
    [
        (date(2008, 3, 2), date(2026, 3, 1), False),
        (date(2008, 3, 2), date(2026, 3, 2), True),
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (None, date(2026, 1, 1), True),
    ],
)
def test_eighteen_years_are_of_age(birth, on, grown):
    assert household.adult(birth, on) is grown


def test_reasons_come_from_their_list_with_words():
    household.check_reason("death", {"death"}, "死亡证明")
    for code, words in (("death", " "), ("tired", "x")):
        with pytest.raises(Refused):
            household.check_reason(code, {"death"}, words)


def test_the_hands_of_a_file_do_not_approve_it():
    household.check_second_person(3, {1, 2})
    with pytest.raises(Refused) as refusal:
        household.check_second_person(2, {1, 2})
    assert refusal.value.code == "second_person"


WALKED = procedure.read(procedure.STANDARD)


@pytest.mark.parametrize(
    ("state", "step"), [("applied", "visit"), ("visiting", "check"), ("checking", "notice"), ("noticed", "approve")]
)
def test_the_standard_procedure_step_by_step(state, step):
    assert WALKED.after(state) == step


@pytest.mark.parametrize(
    ("state", "differing", "held"),
    [
        ("applied", 1, False),
        ("visiting", 1, False),
        ("checking", 1, True),
        ("noticed", 2, True),
        ("approving", 1, True),
        ("checking", 0, False),
    ],
)
def test_a_register_that_differs_holds_the_file_from_the_cross_check_on(state, differing, held):
    if not held:
        assert procedure.check_done(state, visited=True, answered=True, differing=differing) is None
        return
    with pytest.raises(Refused, match=f"有 {differing} 项核对结果不一致"):
        procedure.check_done(state, visited=True, answered=True, differing=differing)


@pytest.mark.parametrize(("name", "reference"), [("赵大勇", "KN-2026-1-0001"), ("钱桂英", "")])
def test_a_household_that_left_is_told_of_its_old_number_where_that_is_in_sight(name, reference):
    refusal = household.in_old_file(name, reference)
    assert refusal.code == "old_file"
    assert f"{name}家庭原有档案{f' {reference} ' if reference else ''}已退出" in str(refusal)


@pytest.mark.parametrize(("today", "fits"), [(date(2026, 3, 9), False), (date(2026, 3, 10), True), (date(2026, 3, 11), True)])
def test_nothing_is_done_before_the_last_step(today, fits):
    if fits:
        assert procedure.check_clock(date(2026, 3, 10), today) is None
        return
    with pytest.raises(Conflict, match="早于该档案上次办理日期 2026-03-10"):
        procedure.check_clock(date(2026, 3, 10), today)


@pytest.mark.parametrize(("day", "fits"), [(date(2026, 6, 11), False), (date(2026, 6, 12), True), (date(2026, 9, 1), True)])
def test_a_look_back_is_made_when_its_months_are_over(day, fits):
    if fits:
        assert procedure.check_look_back(date(2026, 7, 12), day) is None
        return
    with pytest.raises(Refused, match="最早 2026-06-12"):
        procedure.check_look_back(date(2026, 7, 12), day)


def test_another_order_and_fewer_steps():
    yiwu = procedure.read({"steps": ["visit", "notice", "review", "check", "approve"], "levels": {"review": "township"}})
    assert [yiwu.after(state) for state in ("applied", "visiting", "noticed", "reviewing", "checking")] == [
        "visit",
        "notice",
        "review",
        "check",
        "approve",
    ]
    assert yiwu.levels == {"review": "township"}
    assert procedure.read({"steps": ["approve"]}).after("applied") == "approve"


@pytest.mark.parametrize(
    ("state", "passed", "step"),
    [
        ("visiting", {"applied"}, "check"),  # the visit was taken out: nothing after it was done yet
        ("reviewing", {"applied", "visiting", "checking"}, "notice"),
        ("reviewing", {"applied", "checking", "noticed"}, "approve"),
        ("applied", set(), "check"),
        ("checking", {"applied", "visiting"}, "notice"),  # a step that stands is followed by its own next
    ],
)
def test_a_file_whose_step_was_taken_out_goes_to_the_next_that_still_stands(state, passed, step):
    fewer = procedure.read({"steps": ["check", "notice", "approve"]})
    assert fewer.after(state, passed) == step


def test_after_the_last_step_nothing_follows():
    with pytest.raises(Conflict, match="审批是最后一步"):
        WALKED.after("approving")


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        {},
        {"steps": []},
        {"steps": "approve"},
        {"steps": ["visit"]},
        {"steps": ["approve", "visit"]},
        {"steps": ["visit", "visit", "approve"]},
        {"steps": ["pay", "approve"]},
        {"steps": ["approve"], "levels": {"approve": "moon"}},
    ],
)
def test_a_procedure_that_cannot_be_walked_is_refused(wrong):
    with pytest.raises(Refused, match="建档程序"):
        procedure.read(wrong)


@pytest.mark.parametrize(("today", "over"), [(date(2026, 3, 9), False), (date(2026, 3, 10), True)])
def test_a_notice_stands_for_its_last_day(today, over):
    if over:
        procedure.check_notice_over(date(2026, 3, 9), today)
    else:
        with pytest.raises(Conflict, match="公示到 2026-03-09"):
            procedure.check_notice_over(date(2026, 3, 9), today)


@pytest.mark.parametrize(("files", "percent", "count"), [(0, 30, 0), (1, 30, 1), (10, 30, 3), (11, 30, 4), (100, 100, 100)])
def test_a_spot_check_takes_its_share_rounded_up(files, percent, count):
    found = procedure.drawn(range(files), percent, "seed")
    assert len(found) == len(set(found)) == count
    assert found == sorted(found)


def test_the_same_seed_draws_the_same_and_another_draws_others():
    files = list(range(1000))
    assert procedure.drawn(files, 30, "a1b2") == procedure.drawn(files[::-1], 30, "a1b2")
    assert procedure.drawn(files, 30, "a1b2") != procedure.drawn(files, 30, "a1b3")
