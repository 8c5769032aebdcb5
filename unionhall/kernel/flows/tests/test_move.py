from datetime import date, timedelta

import pytest
from django.db import connection

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.flows import queries
from unionhall.kernel.flows.actions import moves
from unionhall.kernel.flows.models import Step, Task
from unionhall.kernel.flows.tests.conftest import WEDNESDAY
from unionhall.kernel.flows.tests.sample import Sample
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused


def test_a_move_changes_the_state_and_leaves_old_new_why_when_and_who(record, cast):
    step = moves.move(record, "route", by=cast.county_clerk, reason="theirs", to_organization=cast.township)
    stored = Sample.objects.get(pk=record.pk)
    assert (stored.state, stored.version, stored.state_since) == ("handling", 3, WEDNESDAY)
    assert (step.move, step.old, step.new, step.reason, step.at, step.by) == (
        "route",
        "found",
        "handling",
        "theirs",
        WEDNESDAY,
        cast.county_clerk,
    )
    assert [each.move for each in queries.timeline(record)] == ["start", "hand_in", "route"]


def test_the_due_date_comes_from_the_policy_in_working_days(record, cast):
    assert record.due_on == date(2025, 3, 7)  # 2 working days after Wednesday
    moves.move(record, "route", by=cast.county_clerk, to_organization=cast.township)
    assert record.due_on == date(2025, 3, 12)  # 5 working days, over a weekend
    assert Sample.objects.get(pk=record.pk).due_on == date(2025, 3, 12)


def test_a_move_without_a_policy_keeps_the_date(start, cast, wednesday):
    record = start("handling")
    moves.move(record, "ask", by=cast.township_clerk)
    assert record.due_on == date(2025, 3, 12)


def test_the_task_passes_from_unit_to_unit(record, cast):
    moves.move(record, "route", by=cast.county_clerk, to_organization=cast.township)
    task = queries.open_tasks(record).get()
    assert (task.organization, task.move, task.permission, task.due_on, task.sent_by) == (
        cast.township,
        "finish",
        "flows.work",
        date(2025, 3, 12),
        cast.county_clerk,
    )
    former = Task.objects.get(record_id=record.pk, move="route")
    assert (former.done_by, former.done_at) == (cast.county_clerk, WEDNESDAY)
    moves.move(record, "finish", by=cast.township_clerk)
    assert queries.open_tasks(record).get().organization == cast.county  # the check is made by the owner


def test_a_closed_record_owes_nothing_and_nobody_handles_it(start, cast, wednesday):
    record = start("check")
    moves.move(record, "close", by=cast.county_clerk)
    assert (record.state, queries.open_tasks(record).count(), queries.handlings(record).count()) == ("closed", 0, 0)


@pytest.mark.parametrize(("who", "refusal"), [("township_clerk", Denied), ("stranger", NotVisible), ("neighbour", NotVisible)])
def test_who_may_not_move_changes_nothing(start, cast, wednesday, who, refusal):
    record = start("found", at=cast.county)
    steps = Step.objects.count()
    actor = cast.people[who] if who != "township_clerk" else cast.leader
    with pytest.raises(refusal):
        moves.move(record, "route", by=actor, to_organization=cast.township)
    stored = Sample.objects.get(pk=record.pk)
    assert (stored.state, stored.version, Step.objects.count()) == ("found", 2, steps)


def test_the_permission_is_asked_at_the_unit_that_handles(start, cast, wednesday):
    record = start("handling")
    with pytest.raises(NotVisible):
        moves.move(record, "finish", by=cast.chair)
    moves.move(record, "finish", by=cast.township_clerk)
    assert record.state == "check"


def test_a_move_that_does_not_start_here_is_a_conflict(record, cast):
    with pytest.raises(Conflict) as no:
        moves.move(record, "finish", by=cast.county_clerk)
    assert (no.value.code, str(no.value)) == ("state", "不能“Finish”：该事项现为“Found”。")


def test_a_missing_reason_or_unit_is_refused_at_its_field(start, cast, wednesday):
    record = start("check")
    with pytest.raises(Refused) as no:
        moves.move(record, "send_back", by=cast.county_clerk, reason="  ")
    assert no.value.field == "reason"
    other = start("found")
    with pytest.raises(Refused) as no:
        moves.move(other, "route", by=cast.county_clerk)
    assert no.value.field == "to_organization"


def test_a_stale_screen_is_told_who_did_what(record, cast):
    stale = Sample.objects.get(pk=record.pk)
    with clock.fixed(WEDNESDAY + timedelta(minutes=32)):
        moves.move(record, "route", by=cast.city_clerk, to_organization=cast.township)
    with pytest.raises(Conflict) as no:
        moves.move(stale, "route", by=cast.county_clerk, to_organization=cast.hospital)
    assert no.value.code == "stale"
    assert str(no.value) == "周文静已于2025-03-05 10:32变更该事项（Route: Found → Handling），请刷新后重试。"
    assert queries.holder(record) == cast.township


def test_the_version_of_the_form_counts_not_that_of_the_fetched_row(record, cast):
    shown = record.version
    moves.move(record, "route", by=cast.county_clerk, to_organization=cast.township)
    fresh = Sample.objects.get(pk=record.pk)
    with pytest.raises(Conflict) as no:
        moves.move(fresh, "route", by=cast.county_clerk, to_organization=cast.hospital, version=shown)
    assert no.value.code == "stale"


def test_a_record_that_the_caller_holds_is_not_read_again_and_still_compared(record, cast, django_assert_num_queries):
    with django_assert_num_queries(0):
        moves.steps.lock(record, seen=record.version, held=True)
    with pytest.raises(Conflict) as no:
        moves.move(record, "route", by=cast.county_clerk, to_organization=cast.hospital, version=record.version - 1, held=True)
    assert no.value.code == "stale"


def test_a_column_of_the_room_is_saved_with_the_move_and_only_if_it_is_named(record, cast):
    record.title, record.reference = "saved", "not saved"
    moves.move(record, "route", by=cast.county_clerk, to_organization=cast.township, also=["title"])
    kept = Sample.objects.get(pk=record.pk)
    assert [kept.title, kept.version, kept.reference == "not saved"] == ["saved", record.version, False]


def test_sabotage_without_the_version_check_the_stale_submit_would_win(record, cast, monkeypatch):
    stale = Sample.objects.get(pk=record.pk)
    moves.move(record, "route", by=cast.city_clerk, to_organization=cast.township)
    real = moves.steps.lock
    monkeypatch.setattr(
        moves.steps, "lock", lambda row, seen=None, held=False: real(row, seen=Sample.objects.get(pk=row.pk).version)
    )
    moves.move(stale, "route", by=cast.county_clerk, to_organization=cast.hospital)
    assert queries.holder(record) == cast.hospital


def test_four_eyes(start, cast, wednesday):
    record = start("handling")
    moves.move(record, "finish", by=cast.county_clerk)
    with pytest.raises(Refused) as no:
        moves.move(record, "close", by=cast.county_clerk)
    assert no.value.code == "second_person"
    moves.move(record, "close", by=cast.city_clerk)
    assert record.state == "closed"


def test_every_move_is_audited_with_its_verb(record, cast):
    moves.move(record, "route", by=cast.county_clerk, reason="theirs", to_organization=cast.township)
    rows = list(audit.trail("flows.sample", str(record.pk)))
    assert sorted(row.verb for row in rows) == ["sample.hand_in", "sample.route", "sample.start"]


def test_a_task_stays_with_its_person_while_it_stays_in_the_unit(start, cast, wednesday):
    record = start("found")
    moves.move(record, "route", by=cast.county_clerk, to_organization=cast.township, assigned_to=cast.township_clerk)
    moves.move(record, "ask", by=cast.county_clerk)
    assert queries.open_tasks(record).get().assigned_to == cast.township_clerk


def test_a_draft_is_its_authors(start, cast, wednesday):
    record = start("draft")
    task = queries.open_tasks(record).get()
    assert (task.draft, task.assigned_to) == (True, cast.county_clerk)
    moves.move(record, "hand_in", by=cast.county_clerk)
    task = queries.open_tasks(record).get()
    assert (task.draft, task.assigned_to) == (False, None)


def test_a_move_costs_a_fixed_number_of_statements(start, cast, wednesday, django_assert_max_num_queries):
    record = start("found")
    with django_assert_max_num_queries(34):
        moves.move(record, "route", by=cast.county_clerk, to_organization=cast.township)
    assert connection.in_atomic_block
