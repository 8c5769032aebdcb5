"""T1: double clicks, retries and colleagues at the same moment; 32 real connections, one effect."""

import pytest
from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows import queries
from unionhall.kernel.flows.actions import bulk, clocks, handlings, moves, numbers, once
from unionhall.kernel.flows.models import Series, Step
from unionhall.kernel.flows.tests.sample import FLOW, Sample
from unionhall.lib.refusal import Conflict, Refused

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 32


def conflicts(results):
    return [result for result in results if isinstance(result, Conflict)]


def crashes(results):
    return [result for result in results if isinstance(result, Exception) and not isinstance(result, Refused)]


def test_thirty_two_dispatches_of_one_record_have_one_effect(start, cast, wednesday, at_once):
    record = start("found")
    shown = record.version
    units = [cast.township, cast.hospital]

    def route(number):
        row = Sample.objects.get(pk=record.pk)
        return moves.move(row, "route", by=cast.county_clerk, to_organization=units[number % 2], version=shown)

    results = at_once(MANY, route)
    assert crashes(results) == []
    assert (len(conflicts(results)), sum(isinstance(result, Step) for result in results)) == (31, 1)
    assert {no.code for no in conflicts(results)} == {"stale"}
    record = Sample.objects.get(pk=record.pk)
    assert (record.version, Step.objects.filter(record_id=record.pk, move="route").count()) == (shown + 1, 1)
    assert (queries.open_tasks(record).count(), queries.handlings(record).count()) == (1, 1)
    assert audit.verify().ok


def test_sabotage_without_lock_and_version_check_several_dispatches_get_through(start, cast, wednesday, monkeypatch, at_once):
    record = start("found")
    monkeypatch.setattr(moves.steps, "lock", lambda row, seen=None, held=False: None)
    rows = [Sample.objects.get(pk=record.pk) for _ in range(MANY)]

    def route(number):
        step = moves.move(rows[number], "route", by=cast.county_clerk, to_organization=cast.township)
        return step.pk

    results = at_once(MANY, route)
    passed = [result for result in results if isinstance(result, int)]
    assert len(passed) > 1 or crashes(results)  # either way the test above would be red


def test_the_same_key_thirty_two_times_is_one_act_and_one_answer(start, cast, wednesday, at_once):
    digest = once.digest_of({"title": "roof"})

    def click(_number):
        def act():
            record = Sample(organization=cast.county, reference=numbers.number("CLICK", cast.county), title="roof")
            return {"reference": moves.start(record, by=cast.county_clerk).reference}

        return once.once(cast.county_clerk, "form-1", digest, act)

    results = at_once(MANY, click)
    assert crashes(results) == []
    assert {result["reference"] for result in results} == {"CLICK-2025-990004-0001"}
    assert Sample.objects.filter(title="roof").count() == 1


def test_references_have_no_gaps_though_some_are_rolled_back(cast, table, wednesday, at_once):
    def take(number):
        with transaction.atomic():
            reference = numbers.number("WT", cast.county)
            if number % 4 == 0:
                raise Refused("rolled back")
            return reference

    results = at_once(MANY, take)
    given = sorted(result for result in results if isinstance(result, str))
    assert crashes(results) == []
    assert given == [f"WT-2025-990004-{number:04d}" for number in range(1, 25)]
    assert Series.objects.get(prefix="WT").last == 24


def test_undo_and_the_next_move_never_both_happen(start, cast, wednesday, at_once):
    records = [start("handling") for _ in range(8)]
    steps = [queries.last_move(record) for record in records]

    def act(number):
        record = records[number // 2]
        if number % 2:
            return moves.undo(steps[number // 2], by=cast.county_clerk)
        row = Sample.objects.get(pk=record.pk)
        return moves.move(row, "ask", by=cast.township_clerk, version=record.version)

    results = at_once(16, act)
    assert crashes(results) == []
    for number in range(8):
        pair = results[2 * number : 2 * number + 2]
        assert sum(isinstance(result, Step) for result in pair) == 1, pair


def test_bulk_moves_that_overlap_do_every_record_once_and_never_lock_each_other_out(start, cast, wednesday, at_once):
    ids = [start("draft").pk for _ in range(12)]

    def hand_in(number):
        return bulk.move_many(FLOW, ids if number % 2 else reversed(ids), "hand_in", by=cast.county_clerk)

    results = at_once(8, hand_in)
    assert crashes(results) == []
    assert sum(len(outcome.done) for outcome in results) == 12
    assert sum(len(outcome.skipped) for outcome in results) == 84
    assert Step.objects.filter(move="hand_in", record_id__in=ids).count() == 12
    assert audit.verify().ok


def test_units_that_become_responsible_at_once_leave_exactly_one(start, cast, wednesday, at_once):
    record = start("handling")
    units = [cast.hospital, cast.factory, cast.county, cast.port]

    def lead(number):
        row = Sample.objects.get(pk=record.pk)
        return handlings.change_lead(row, units[number % 4], by=cast.county_clerk, reason="x", version=record.version)

    results = at_once(16, lead)
    assert crashes(results) == []
    assert sum(isinstance(result, Step) for result in results) == 1
    assert queries.handlings(record).filter(lead=True).count() == 1


def test_pausing_at_once_stops_the_clock_once(start, cast, wednesday, at_once):
    record = start("found")

    def pause(_number):
        return clocks.pause(Sample.objects.get(pk=record.pk), by=cast.county_clerk, reason="x")

    results = at_once(16, pause)
    assert crashes(results) == []
    assert Step.objects.filter(record_id=record.pk, move="pause").count() == 1
