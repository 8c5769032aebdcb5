"""Registering in sets does exactly what registering one by one does."""

import pytest

from unionhall.kernel.audit.actions import verify
from unionhall.kernel.flows import queries as flows
from unionhall.lib.refusal import Denied, Refused
from unionhall.work.issues.actions import bulk
from unionhall.work.issues.actions.register import NewIssue
from unionhall.work.issues.models import Issue
from unionhall.work.issues.tests.conftest import assert_books_agree, figure

ROWS = [NewIssue(title=f"问题 {n}", kind="rights" if n % 2 else "conduct", grade="general" if n < 3 else "") for n in range(7)]


def test_a_set_counts_as_its_rows(desk, cast):
    onto = desk.list(team="第一调研组")
    made = bulk.register_many(organization=cast.county, rows=ROWS, onto=onto, by=cast.county_clerk)
    codes = ("identified", "open", "graded", "listed", "team_targeted", "kinds", "teams")
    assert {code: figure(f"issues.{code}", cast.county) for code in codes} == {
        "identified": 7, "open": 7, "graded": 3, "listed": 7, "team_targeted": 7, "kinds": 2, "teams": 1,
    }  # fmt: skip
    assert [issue.reference[-4:] for issue in made] == [f"{n:04d}" for n in range(1, 8)]
    assert_books_agree()
    assert verify().ok


def test_an_issue_of_a_set_stands_like_a_single_one(desk, cast):
    single = desk.issue("单项", "rights")
    many = bulk.register_many(organization=cast.county, rows=ROWS[:1], by=cast.county_clerk)[0]
    shape = [
        (
            one.state,
            one.due_on,
            one.version,
            one.handler_id,
            [(step.move, step.old, step.new, step.version) for step in flows.timeline(one)],
            [(task.move, task.organization_id, task.due_on, task.permission) for task in flows.open_tasks(one)],
        )
        for one in (single, many)
    ]
    assert shape[0] == shape[1]
    desk.written_off(many)
    assert_books_agree()


def test_one_bad_row_stops_all(cast):
    with pytest.raises(Refused):
        bulk.register_many(organization=cast.county, rows=[*ROWS, NewIssue(title="坏", kind="?")], by=cast.county_clerk)
    assert Issue.objects.count() == 0


def test_who_may_not_report_imports_nothing(cast):
    with pytest.raises(Denied):
        bulk.register_many(organization=cast.county, rows=ROWS, by=cast.leader)
