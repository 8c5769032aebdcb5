"""Registering issues: one problem is one issue, however often it is listed, and a return is charged to the first closure."""

from datetime import timedelta

import pytest

from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.work.issues import rules
from unionhall.work.issues.actions import bulk, lists, register
from unionhall.work.issues.actions.register import NewIssue
from unionhall.work.issues.models import Issue
from unionhall.work.issues.queries import browse
from unionhall.work.issues.tests.conftest import assert_books_agree, figure, fresh


def test_a_new_issue_is_answered_for_by_its_own_unit(desk, cast):
    issue = desk.issue(onto=desk.list())
    assert [issue.state, issue.handler_id, issue.area_id, issue.source] == ["found", cast.county.pk, cast.county.pk, "research"]
    assert issue.reference.startswith(f"WT-{dates.today().year}-990004-")
    assert issue.due_on is not None
    assert [figure("issues.open", cast.county), figure("issues.listed", cast.county)] == [1, 1]


def test_references_run_without_gaps(desk):
    numbers = [int(desk.issue(f"问题 {n}").reference.rsplit("-", 1)[1]) for n in range(3)]
    assert numbers == [1, 2, 3]


def test_a_refused_registration_takes_no_number(desk):
    with pytest.raises(Refused):
        desk.issue(kind="no_such_kind")
    assert desk.issue().reference.endswith("-0001")


def test_one_problem_on_two_lists_is_one_issue_with_two_sources(desk, cast):
    issue = desk.issue(onto=desk.list())
    squat = desk.list("蹲点清单", "squat")
    lists.add_source(issue_id=issue.pk, list_id=squat.pk, number="7", by=cast.county_clerk)
    assert Issue.objects.count() == 1
    assert [figure(f"issues.listed{what}", cast.county) for what in ("", ".distinct", ".research", ".squat")] == [2, 1, 1, 1]
    assert figure("issues.identified", cast.county) == 1
    with pytest.raises(Conflict):
        lists.add_source(issue_id=issue.pk, list_id=squat.pk, by=cast.county_clerk)
    assert_books_agree()


def test_merging_keeps_both_sources_and_counts_one(desk, cast):
    first = desk.issue("书屋图书陈旧", onto=desk.list())
    double = desk.issue("职工书屋图书太旧", onto=desk.list("蹲点清单", "squat"))
    into = register.merge(issue_id=double.pk, into_id=first.pk, by=cast.county_clerk)
    assert into.listings.count() == 2
    assert [fresh(double).state, fresh(double).merged_into_id] == ["withdrawn", first.pk]
    assert [figure(f"issues.{code}", cast.county) for code in ("identified", "open", "listed", "listed.distinct")] == [1, 1, 2, 1]
    assert_books_agree()


def test_a_new_kind_moves_what_was_counted(desk, cast):
    issue = desk.issue(onto=desk.list(), grade="major")
    register.correct(issue_id=issue.pk, by=cast.county_clerk, title="加班费", details="", example="", kind="rights")
    assert figure("issues.identified.kind.poor_sites", cast.county) == 0
    assert figure("issues.identified.kind.rights", cast.county) == 1
    assert figure("issues.kinds", cast.county) == 1
    assert_books_agree()


def returned(desk, cast, after):
    earlier = desk.written_off()
    with clock.fixed(clock.now() + timedelta(days=after)):
        new = NewIssue(title=earlier.title, kind=earlier.kind, recurrence_of=earlier.pk)
        return earlier, register.register(organization=cast.county, new=new, by=cast.county_clerk)


@pytest.mark.parametrize("after", [0, 180])
def test_a_return_within_its_days_is_charged_to_who_closed_it(desk, cast, after):
    earlier, again = returned(desk, cast, after)
    assert again.recurrence_of_id == earlier.pk
    with clock.fixed(clock.now() + timedelta(days=after)):
        assert figure("issues.recurred", cast.township) == 1
        assert figure("issues.recurrence_rate", cast.county, below=True) == 1


def test_after_its_days_it_is_a_new_issue(desk, cast):
    with pytest.raises(Refused) as refusal:
        returned(desk, cast, 181)
    assert refusal.value.field == "recurrence_of"
    assert Issue.objects.count() == 1


def test_similar_issues_are_shown_the_likest_first(desk, cast):
    old = desk.written_off(desk.issue("拖欠农民工工资", "rights"))
    desk.issue("书屋图书陈旧", "poor_sites")
    near = desk.issue("企业拖欠职工工资", "rights")
    found = browse.similar(cast.county_clerk, "拖欠农民工工资问题", kind="", at=cast.county)
    assert [(like.pk, like.closed) for like in found] == [(old.pk, True), (near.pk, False)]


@pytest.mark.parametrize(("who", "refusal"), [("neighbour", NotVisible), ("stranger", NotVisible), ("leader", Denied)])
def test_who_may_not_report_does_not(cast, who, refusal):
    with pytest.raises(refusal):
        register.register(organization=cast.county, new=NewIssue(title="问题", kind="rights"), by=cast.people[who])
    assert Issue.objects.count() == 0


def test_a_pasted_block_is_registered_whole(desk, cast):
    onto = desk.list()
    block = "议事规则不规范\t议事规则不规范\t一般\t2026-01-05\n缺人手\tfew_hands"
    made = bulk.register_rows(organization=cast.county, block=block, onto=onto, by=cast.county_clerk)
    assert [(one.kind, one.grade) for one in made] == [("loose_procedure", "general"), ("few_hands", "")]
    assert figure("issues.listed", cast.county) == 2


def test_a_block_with_one_bad_row_registers_nothing(desk, cast):
    with pytest.raises(rules.RowsWrong) as refusal:
        bulk.register_rows(
            organization=cast.county, block="好的一行\trights\n坏的一行\t没有的类别", onto=desk.list(), by=cast.county_clerk
        )
    assert "第 2 行" in str(refusal.value)
    assert "没有的类别" in str(refusal.value)
    assert Issue.objects.count() == 0
    assert figure("issues.identified", cast.county) == 0


def test_a_withdrawn_issue_leaves_the_stock(desk, cast):
    issue = desk.issue()
    register.withdraw(issue_id=issue.pk, reason="重复登记", by=cast.county_clerk)
    assert [figure(f"issues.{code}", cast.county) for code in ("identified", "withdrawn", "open")] == [1, 1, 0]
    assert_books_agree()
