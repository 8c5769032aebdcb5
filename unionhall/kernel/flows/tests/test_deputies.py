"""Steps, audit rows and worklists where a deputy acts."""

from datetime import date

import pytest

from unionhall.kernel.access import queries as access
from unionhall.kernel.access.actions import delegations
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.flows import queries
from unionhall.kernel.flows.actions import bulk, moves, tasks
from unionhall.kernel.flows.models import Step, Task
from unionhall.kernel.notices import queries as notices


@pytest.fixture
def deputy(cast, wednesday):
    """The chair of the factory acts for the clerk of the township, from Wednesday to Friday."""
    wanted = [given.pk for given in access.may_lend(cast.township_clerk)]
    days = {"since": date(2025, 3, 5), "until": date(2025, 3, 8)}
    delegations.lend(deputy=cast.chair, grants=wanted, reason="学习", by=cast.township_clerk, longest=9, **days)
    return cast.chair


def test_a_step_of_a_deputy_says_for_whom_on_the_timeline_and_in_the_trail(start, cast, deputy):
    record = start("handling")
    step = moves.move(record, "finish", by=deputy)
    assert (step.by, step.behalf_id, str(step.who)) == (cast.chair, cast.township_clerk.pk, "王建国代郑小梅")
    row = audit.trail("flows.sample", record.pk).order_by("-seq").first()
    assert (row.actor, row.circumstances["for"]) == (cast.chair.pk, cast.township_clerk.pk)
    assert [str(one.who) for one in queries.timeline(record)][-2:] == ["李建华", "王建国代郑小梅"]


def test_many_at_once_say_for_whom_each_by_the_right_that_let_it(start, cast, deputy):
    mine, theirs = start("handling", to=cast.factory), start("handling")
    outcome = bulk.move_many("sample", [mine.pk, theirs.pk], "finish", by=deputy)
    assert len(outcome.done) == 2
    made = Step.objects.filter(move="finish").order_by("record_id")
    assert [step.behalf_id for step in made] == [None, cast.township_clerk.pk]
    rows = [audit.trail("flows.sample", one.pk).order_by("-seq").first() for one in (mine, theirs)]
    assert [row.circumstances.get("for") for row in rows] == [None, cast.township_clerk.pk]


def test_the_lenders_tasks_are_the_deputys_as_far_as_the_lent_grants_reach(start, cast, deputy):
    unit, given, above = start("handling"), start("handling"), start("found")
    tasks.assign(queries.open_tasks(given).get(), to=cast.township_clerk, by=cast.county_clerk)
    Task.objects.filter(record_id=above.pk).update(assigned_to=cast.township_clerk)
    found = {task.record_id for task in queries.worklist(deputy)}
    assert found == {unit.pk, given.pk}
    assert queries.waiting(deputy) == 2


def test_a_deputy_is_told_what_the_unit_is_told(start, cast, deputy):
    start("handling")
    assert [notice.kind for notice in notices.inbox(deputy)] == ["flows.task"]
