import pytest

from unionhall.kernel.flows import queries
from unionhall.kernel.flows.actions import bulk, moves
from unionhall.kernel.flows.models import Step
from unionhall.kernel.flows.tests.sample import FLOW, Sample


def summary(outcome):
    return {kind: [(line.id, line.reason) for line in getattr(outcome, kind)] for kind in ("done", "skipped", "failed")}


def test_every_record_is_accounted_for(start, cast, wednesday):
    ready, stale, moved, theirs = start(), start("check"), start("handling"), start(at=cast.other_county, by=cast.stranger)
    ids = [ready.pk, stale.pk, moved.pk, theirs.pk, 999_999]
    outcome = bulk.move_many(FLOW, ids, "finish", by=cast.township_clerk)
    assert summary(outcome) == {
        "done": [(moved.pk, "")],
        "skipped": [(stale.pk, "已是“To check”。")],
        "failed": [
            (ready.pk, "未找到。"),
            (theirs.pk, "未找到。"),
            (999_999, "未找到。"),
        ],
    }
    assert outcome.total == 5
    assert Sample.objects.get(pk=moved.pk).state == "check"


def test_a_refused_record_leaves_no_trace_and_the_others_go_on(start, cast, wednesday):
    records = [start("found") for _ in range(3)] + [start("check")]
    steps = Step.objects.filter(record_id=records[3].pk).count()
    outcome = bulk.move_many(FLOW, [record.pk for record in records], "route", by=cast.county_clerk, to_organization=cast.township)
    assert [line.id for line in outcome.done] == [record.pk for record in records[:3]]
    assert [line.reason for line in outcome.failed] == ["不能“Route”：该事项现为“To check”。"]
    assert Step.objects.filter(record_id=records[3].pk).count() == steps


def test_a_selection_by_query_leaves_out_what_was_ticked_off(start, cast, wednesday):
    records = [start("found", title=f"roof {n}") for n in range(12)]
    chosen = Sample.objects.filter(title__startswith="roof")
    outcome = bulk.move_many(
        "sample", chosen, "route", by=cast.county_clerk, excluded=[records[4].pk], to_organization=cast.township
    )
    assert len(outcome.done) == outcome.total == 11
    assert [record.title for record in Sample.objects.filter(state="found")] == ["roof 4"]


def test_what_the_person_does_not_see_is_not_found(start, cast, wednesday):
    record = start("found")
    outcome = bulk.move_many(
        FLOW, [record.pk], "route", by=cast.county_clerk, among=Sample.objects.none(), to_organization=cast.township
    )
    assert summary(outcome)["failed"] == [(record.pk, "未找到。")]
    assert outcome.failed[0].reference == ""


def test_more_than_a_chunk(start, cast, wednesday, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 4)
    records = [start("found") for _ in range(10)]
    outcome = bulk.move_many(FLOW, [record.pk for record in records], "route", by=cast.county_clerk, to_organization=cast.township)
    assert [line.id for line in outcome.done] == [record.pk for record in records]


def test_a_room_brings_its_own_act(start, cast, wednesday):
    records = [start("found") for _ in range(2)]
    seen = []

    def act(record):
        moves.move(record, "route", by=cast.county_clerk, to_organization=cast.township)
        seen.append(record.reference)

    outcome = bulk.each([record.pk for record in records], act, among=Sample.objects.all())
    assert seen == [line.reference for line in outcome.done] == [record.reference for record in records]


def test_many_are_chased_in_one_act(start, cast, wednesday):
    records = [start("handling") for _ in range(3)]
    first = bulk.chase_many(FLOW, Sample.objects.all(), by=cast.county_clerk)
    again = bulk.chase_many(FLOW, Sample.objects.all(), by=cast.county_clerk)
    assert (len(first.done), len(again.done), len(again.failed)) == (3, 0, 3)
    assert [queries.open_tasks(record).get().chases for record in records] == [1, 1, 1]


def test_nothing_chosen(cast, table):
    assert bulk.move_many(FLOW, [], "route", by=cast.county_clerk).total == 0
    with pytest.raises(KeyError):
        bulk.move_many(FLOW, [1], "fly", by=cast.county_clerk)
