from datetime import UTC, date, datetime

import pytest

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.flows import jobs, queries
from unionhall.kernel.flows.actions import clocks, escalation, moves
from unionhall.kernel.flows.models import Step, Task
from unionhall.kernel.notices import queries as notices
from unionhall.kernel.people import queries as people
from unionhall.kernel.policies import actions as policies
from unionhall.lib import clock


def on(day, hour=10):
    return clock.fixed(datetime(2025, 3, day, hour - 8, 30, tzinfo=UTC))


@pytest.fixture
def late(start, cast, wednesday):
    """Due on Wednesday 12 March at the township."""
    return start("handling")


def raised(record):
    return queries.open_tasks(record).get().raised


def test_each_level_is_told_after_its_number_of_working_days(late, cast):
    for day, levels in [(12, 0), (13, 1), (14, 1), (17, 2), (20, 2), (21, 3), (31, 3)]:
        with on(day):
            escalation.escalate()
        assert raised(late) == levels, day
    steps = Step.objects.filter(record_id=late.pk, move="escalate").order_by("id")
    assert [step.details["to_name"] for step in steps] == ["城关区总工会", "示范市总工会", "示范省总工会"]
    assert {step.by for step in steps} == {people.house()}


def test_one_run_raises_a_task_by_one_level(late):
    with on(31):
        assert [escalation.escalate() for _ in range(4)] == [1, 1, 1, 0]


def test_at_the_top_there_is_nobody_above(start, cast, wednesday):
    record = start("found", at=cast.province, by=people.house())
    with on(31):
        assert escalation.escalate() == 0
    assert raised(record) == 0


def test_what_is_paused_done_or_a_draft_stays(start, cast, wednesday):
    paused, done, draft = start("found"), start("check"), start("draft")
    clocks.pause(paused, by=cast.county_clerk, reason="x")
    moves.move(done, "close", by=cast.county_clerk)
    Task.objects.filter(record_id=draft.pk).update(due_on=date(2025, 3, 6))
    with on(31):
        assert escalation.escalate() == 0


def test_the_unit_above_is_told_once_with_the_count(start, cast, wednesday):
    records = [start("handling") for _ in range(3)]
    with on(13):
        assert escalation.escalate() == 3
    notice = notices.inbox(cast.county_clerk).get(kind="flows.escalated")
    assert notice.subject == "下级单位有3项工作超期"
    assert not notices.inbox(cast.city_clerk).filter(kind="flows.escalated").exists()
    verbs = [row.verb for row in audit.trail("flows.sample", str(records[0].pk))]
    assert verbs.count("sample.escalate") == 1


def test_a_region_sets_its_own_steps(start, cast, late):
    policies.set_value("flows.escalate_days", [2], by=people.house(), organization=cast.county, since=date(2025, 1, 1), source="x")
    other = start("handling", at=cast.neighbour_county, by=cast.neighbour, to=cast.neighbour_township)
    for day, here, there in [(13, 0, 1), (14, 1, 1), (31, 1, 2)]:
        with on(day):
            escalation.escalate()
        assert (raised(late), raised(other)) == (here, there), day


def test_an_extended_task_starts_anew(late, cast):
    with on(13):
        escalation.escalate()
        clocks.extend(late, date(2025, 3, 20), by=cast.county_clerk, reason="agreed")
    assert raised(late) == 0
    with on(20):
        assert escalation.escalate() == 0
    with on(21):
        assert escalation.escalate() == 1


def test_batches_take_everything(start, cast, wednesday):
    for _ in range(7):
        start("handling")
    with on(13):
        assert escalation.escalate(batch=3) == 7
        assert escalation.escalate(batch=3) == 0


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_raise_each_task_once(start, cast, wednesday, at_once):
    for _ in range(12):
        start("handling")
    with on(13):
        results = at_once(6, lambda _number: escalation.escalate(batch=2))
    assert sum(results) == 12
    assert Step.objects.filter(move="escalate").count() == 12
    assert set(Task.objects.filter(done_at=None).values_list("raised", flat=True)) == {1}


def test_the_timetable_names_the_jobs():
    assert [(job.code, job.cron) for job in jobs.periodic] == [
        ("flows.escalate", "*/10 * * * *"),
        ("flows.desks", "5-59/10 * * * *"),
        ("flows.purge_keys", "23 3 * * *"),
    ]
