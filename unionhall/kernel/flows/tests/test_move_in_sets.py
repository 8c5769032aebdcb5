"""A set of records is moved exactly as each would be alone, in as many statements as one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.flows.actions import bulk, clocks, handlings, moves, numbers, sets, watches
from unionhall.kernel.flows.models import Handling, Step, Task
from unionhall.kernel.flows.tests.sample import FLOW, Sample
from unionhall.kernel.notices.models import Notice
from unionhall.lib import copying
from unionhall.lib.refusal import Refused

STEPS = {"opened_by_id", "closed_by_id", "given_by_id", "ended_by_id", "undone_by_id"}  # keys of steps, told by place
OWN = {"id", "pk", "record_id", "reference", "sort_on"}  # what two records differ by


def rows(model, record, **where):
    """A record's rows of a table, without their own keys; steps are named by their place on the timeline."""
    places = {
        pk: place for place, pk in enumerate(Step.objects.filter(record_id=record.pk).order_by("id").values_list("pk", flat=True))
    }
    found = model.objects.filter(**(where or {"record_id": record.pk})).order_by("id").values()
    told = []
    for row in found:
        kept = {name: value for name, value in row.items() if name not in OWN}
        told.append({name: places.get(value, value) if name in STEPS else value for name, value in kept.items()})
    return told


def everything(record):
    fresh = Sample.objects.get(pk=record.pk)
    stood = {name: getattr(fresh, name) for name in ("state", "state_since", "due_on", "paused_at", "version", "org_path")}
    heard = [{**row, "context": {**row["context"], "reference": ""}} for row in rows(Notice, record)]
    written = audit.trail("flows.sample", record.pk)
    acts = [(row.verb, row.actor, row.org_path, row.reason, {**row.details, "step": 0}) for row in written]
    return stood, rows(Step, record), rows(Task, record), rows(Handling, record), heard, acts


def plain(start, cast):
    return start()


def watched(start, cast):
    record = start()
    watches.watch(record, by=cast.leader)
    return record


def routed_before(start, cast):
    return start("handling", to=cast.county)


def joined(start, cast):
    record = start("handling")
    handlings.join(record, [cast.factory, cast.county], by=cast.county_clerk)
    return record


def paused(start, cast):
    record = start("handling")
    clocks.pause(record, by=cast.county_clerk, reason="材料未到")
    return record


@pytest.mark.parametrize("world", [plain, watched, routed_before, joined, paused])
def test_a_route_leaves_the_same_behind(start, cast, wednesday, world):
    one, other = world(start, cast), world(start, cast)
    moves.move(one, "route", by=cast.county_clerk, to_organization=cast.factory, reason="按分工", details={"why": 7})
    assert everything(one) != everything(other)
    done = sets.move(
        [other], "route", by=cast.county_clerk, to={other.pk: cast.factory}, reason="按分工", details={other.pk: {"why": 7}}
    )
    assert list(done.steps) == [other.pk]
    assert everything(one) == everything(other)


MOVES = [
    ("check", "close", "county_clerk"),
    ("draft", "hand_in", "county_clerk"),
    ("handling", "finish", "township_clerk"),
    ("check", "send_back", "county_clerk"),
]


@pytest.mark.parametrize(("state", "move", "who"), MOVES)
def test_any_move_leaves_the_same_behind(start, cast, wednesday, state, move, who):
    one, other = start(state), start(state)
    moves.move(one, move, by=getattr(cast, who), reason="理由")
    sets.move([other], move, by=getattr(cast, who), reason="理由")
    assert everything(one) == everything(other)


def test_a_set_can_be_taken_back_one_by_one(start, cast, wednesday):
    record = start("found")
    before = everything(record)[0]
    step = sets.move([record], "route", by=cast.county_clerk, to={record.pk: cast.township}).steps[record.pk]
    moves.undo(step, by=cast.county_clerk)
    assert everything(record)[0] == before | {"version": before["version"] + 2}
    assert [task.move for task in Task.objects.filter(record_id=record.pk, done_at=None)] == ["route"]


def test_each_is_refused_as_it_would_be_alone(start, cast, wednesday):
    wrong = {
        "state": (start("found"), cast.county_clerk, "close"),
        "second_person": (start("check", to=cast.county), cast.county_clerk, "close"),
        "denied": (start("handling"), cast.leader, "finish"),
        "reason": (start("check"), cast.county_clerk, "send_back"),
        "parts": (joined(start, cast), cast.township_clerk, "finish"),
    }
    for record, by, move in wrong.values():
        with pytest.raises(Refused) as alone:
            moves.move(record, move, by=by)
        record.refresh_from_db()
        before = everything(record)
        together = sets.move([record], move, by=by)
        assert (str(together.refused[record.pk]), together.steps) == (str(alone.value), {})
        assert everything(record) == before


def statements(start, cast, count):
    records = [start("found") for _ in range(count)]
    with CaptureQueriesContext(connection) as caught:
        outcome = bulk.move_many(FLOW, [one.pk for one in records], "route", by=cast.county_clerk, to_organization=cast.township)
    assert len(outcome.done) == count
    return len(caught)


def test_ten_more_records_cost_no_more_statements(start, cast, wednesday):
    statements(start, cast, 1)
    assert statements(start, cast, 15) == statements(start, cast, 5)


def started(cast, count):
    """So many records started at once."""
    title = 'A\tleak\\ing "roof"\n漏水'
    given = [
        Sample(organization=cast.county, reference=reference, title=title)
        for reference in numbers.numbers("WT", cast.county, count)
    ]
    return bulk.start_many(given, by=cast.county_clerk, state="found")


def test_many_copied_in_leave_the_same_behind_as_one_inserted(cast, table, wednesday):
    [alone], many = started(cast, 1), started(cast, copying.FEW + 1)
    one = everything(alone)
    assert one[1] and one[2]
    for record in (many[0], many[-1]):
        assert everything(record) == one
        assert Sample.objects.get(pk=record.pk).title == alone.title
    tasks = Task.objects.filter(record_id__in=[record.pk for record in (alone, *many)])
    assert len({(task.sort_on, task.due_on) for task in tasks}) == 1
    many[0].title = "changed"
    many[0].save()  # saved already, so this is an UPDATE
    assert Sample.objects.count() == 2 + copying.FEW
