from datetime import date, timedelta

import pytest

from unionhall.kernel.flows import queries, registry
from unionhall.kernel.flows.actions import clocks, handlings, moves
from unionhall.kernel.flows.models import Step, Task
from unionhall.kernel.flows.tests import sample
from unionhall.kernel.flows.tests.conftest import WEDNESDAY
from unionhall.kernel.flows.tests.sample import Sample
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Denied, NotVisible


def place(record):
    row = Sample.objects.get(pk=record.pk)
    tasks = sorted(queries.open_tasks(row).values_list("move", "organization", "lead", "due_on", "assigned_to", "paused_at"))
    units = sorted(queries.handlings(row).values_list("organization", "lead"))
    return row.state, row.state_since, row.due_on, row.paused_at, tasks, units


@pytest.fixture
def route(record, cast):
    def routed(**options):
        return moves.move(record, "route", by=cast.county_clerk, to_organization=cast.township, **options)

    return routed


def test_everything_is_as_it_was(record, cast, route):
    before = place(record)
    step = route()
    assert place(record) != before
    back = moves.undo(step, by=cast.county_clerk, reason="wrong unit")
    assert place(record) == before
    step.refresh_from_db()
    assert (step.undone_by, back.move, back.old, back.new, back.reason) == (back, "undo", "handling", "found", "wrong unit")
    assert Sample.objects.get(pk=record.pk).version == 4


def test_joint_units_go_with_the_move_that_brought_them_and_after_it(record, cast, route):
    before = place(record)
    step = route(joint=[cast.hospital])
    record = Sample.objects.get(pk=record.pk)
    handlings.join(record, [cast.factory], by=cast.county_clerk)
    assert queries.handlings(record).count() == 3
    moves.undo(queries.last_move(record), by=cast.county_clerk)
    assert queries.last_move(record).move == "hand_in"
    assert place(record) == before
    assert Step.objects.get(pk=step.pk).undone_by is not None


def test_a_stopped_clock_stands_again(record, cast, route):
    clocks.pause(record, by=cast.county_clerk, reason="papers missing")
    before = place(record)
    step = route()
    assert record.paused_at is None
    moves.undo(step, by=cast.county_clerk)
    assert place(record) == before


@pytest.mark.parametrize(("after", "fits"), [(timedelta(minutes=2), True), (timedelta(minutes=2, seconds=1), False)])
def test_the_window_ends_to_the_second(record, cast, route, after, fits):
    step = route()
    with clock.fixed(WEDNESDAY + after):
        if fits:
            moves.undo(step, by=cast.county_clerk)
            return
        with pytest.raises(Conflict) as no:
            moves.undo(step, by=cast.county_clerk)
    assert (no.value.code, str(no.value)) == ("undo_late", "“Route”可在2分钟内撤回，现已超时。")


def test_the_window_may_come_from_a_policy(start, cast, wednesday):
    record = start("handling")
    step = moves.move(record, "finish", by=cast.township_clerk)
    with clock.fixed(WEDNESDAY + timedelta(minutes=10)):
        moves.undo(step, by=cast.township_clerk)
    assert Sample.objects.get(pk=record.pk).state == "handling"


def test_what_has_moved_on_stays(start, cast, wednesday):
    record = start("handling")
    step = queries.last_move(record)
    moves.move(record, "ask", by=cast.township_clerk)
    with pytest.raises(Conflict) as no:
        moves.undo(step, by=cast.county_clerk)
    assert no.value.code == "undo_moved_on"


def test_twice_is_a_conflict_and_changes_nothing(record, cast, route):
    step = route()
    moves.undo(step, by=cast.county_clerk)
    before = place(record)
    with pytest.raises(Conflict) as no:
        moves.undo(step, by=cast.county_clerk)
    assert no.value.code == "undo_done"
    assert place(record) == before


def test_a_move_without_a_window_cannot_be_taken_back(start, cast, wednesday):
    record = start("handling")
    step = moves.move(record, "ask", by=cast.township_clerk)
    with pytest.raises(Conflict) as no:
        moves.undo(step, by=cast.township_clerk)
    assert no.value.code == "undo_never"


@pytest.mark.parametrize(("who", "refusal"), [("leader", Denied), ("neighbour", NotVisible)])
def test_the_permission_of_the_move_is_needed(record, cast, route, who, refusal):
    step = route()
    before = place(record)
    with pytest.raises(refusal):
        moves.undo(step, by=cast.people[who])
    assert place(record) == before


def test_the_room_is_told_so_that_it_can_reverse(record, cast, route, monkeypatch):
    told = []
    known = registry.registered("flows.sample")
    monkeypatch.setitem(
        registry._by_label, "flows.sample", registry.Registered(known.flow, known.label, lambda **about: told.append(about))
    )
    step = route()
    moves.undo(step, by=cast.county_clerk)
    assert [(about["step"], about["record"].state, about["by"]) for about in told] == [(step, "found", cast.county_clerk)]


def test_the_tasks_of_both_ways_stay_readable(record, cast, route):
    step = route()
    moves.undo(step, by=cast.county_clerk)
    assert Task.objects.get(opened_by=step).done_by == cast.county_clerk
    assert queries.open_tasks(record).get().due_on == date(2025, 3, 7)


def test_a_flow_names_its_faults():
    with pytest.raises(ValueError, match="no move leads to lost"):
        sample.Flow("x", sample.text("x"), (sample.State("a", sample.text("a")), sample.State("lost", sample.text("l"))), ())
