from datetime import UTC, date, datetime

import pytest

from unionhall.kernel.flows import queries
from unionhall.kernel.flows.actions import clocks, moves
from unionhall.kernel.flows.tests.sample import Sample
from unionhall.kernel.people import queries as people
from unionhall.kernel.policies import actions as policies
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused

MONDAY = datetime(2025, 3, 10, 2, 0, tzinfo=UTC)


def test_the_clock_stops_with_its_reason(record, cast):
    step = clocks.pause(record, by=cast.county_clerk, reason="待补正材料")
    task = queries.open_tasks(record).get()
    assert (step.move, step.reason, step.old, step.new) == ("pause", "待补正材料", "found", "found")
    assert (task.pause_reason, task.paused_at) == ("待补正材料", record.paused_at)
    assert queries.with_light(Sample.objects.all()).get().light == "paused"


def test_the_due_date_moves_by_the_working_days_that_it_stood_still(record, cast):
    clocks.pause(record, by=cast.county_clerk, reason="x")  # Wednesday, due on Friday
    with clock.fixed(MONDAY):
        clocks.resume(record, by=cast.county_clerk)
    assert record.due_on == date(2025, 3, 12)  # Thursday, Friday and Monday were lost
    assert queries.open_tasks(record).get().due_on == date(2025, 3, 12)
    assert queries.with_light(Sample.objects.all(), date(2025, 3, 10)).get().light == "soon"


def test_a_make_up_day_counts_as_lost(record, cast):
    policies.load_calendar(by=people.house())
    clocks.pause(record, by=cast.county_clerk, reason="x")
    with clock.fixed(datetime(2025, 4, 27, 2, 0, tzinfo=UTC)):  # a Sunday that was worked for Labour Day
        clocks.resume(record, by=cast.county_clerk)
    assert record.due_on == date(2025, 4, 29)


def test_resumed_on_the_same_day_nothing_moves(record, cast):
    clocks.pause(record, by=cast.county_clerk, reason="x")
    clocks.resume(record, by=cast.county_clerk)
    assert (record.due_on, record.paused_at) == (date(2025, 3, 7), None)


def test_a_move_starts_the_clock_again(start, cast, wednesday):
    record = start("handling")
    clocks.pause(record, by=cast.county_clerk, reason="x")
    with clock.fixed(MONDAY):
        moves.move(record, "ask", by=cast.township_clerk)
    assert (record.paused_at, record.due_on) == (None, date(2025, 3, 17))
    assert queries.open_tasks(record).get().paused_at is None


def test_the_handling_unit_does_not_stop_its_own_clock(start, cast, wednesday):
    record = start("handling")
    with pytest.raises((Denied, NotVisible)):
        clocks.pause(record, by=cast.township_clerk, reason="x")
    assert Sample.objects.get(pk=record.pk).paused_at is None


def test_wrong_moments_are_conflicts(record, cast, start):
    with pytest.raises(Conflict) as no:
        clocks.resume(record, by=cast.county_clerk)
    assert no.value.code == "running"
    with pytest.raises(Refused) as no:
        clocks.pause(record, by=cast.county_clerk, reason=" ")
    assert no.value.field == "reason"
    clocks.pause(record, by=cast.county_clerk, reason="x")
    with pytest.raises(Conflict) as no:
        clocks.pause(record, by=cast.county_clerk, reason="x")
    assert no.value.code == "paused"
    closed = start("check")
    moves.move(closed, "close", by=cast.county_clerk)
    with pytest.raises(Conflict) as no:
        clocks.pause(closed, by=cast.county_clerk, reason="x")
    assert no.value.code == "state"


def test_a_date_is_extended_with_a_reason(record, cast):
    step = clocks.extend(record, date(2025, 3, 20), by=cast.county_clerk, reason="holiday of the contractor")
    assert (record.due_on, queries.open_tasks(record).get().due_on) == (date(2025, 3, 20), date(2025, 3, 20))
    assert step.details == {"old_due": "2025-03-07", "new_due": "2025-03-20"}
    for day, reason, field in [(date(2025, 3, 4), "x", "due_on"), (date(2025, 3, 21), "", "reason")]:
        with pytest.raises(Refused) as no:
            clocks.extend(record, day, by=cast.county_clerk, reason=reason)
        assert no.value.field == field
