from datetime import UTC, datetime, timedelta

import pytest

from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Role
from unionhall.kernel.flows import queries
from unionhall.kernel.flows.actions import bulk, moves, tasks, watches
from unionhall.kernel.flows.models import Step, Task
from unionhall.kernel.flows.tests.sample import Sample
from unionhall.kernel.notices import queries as notices
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, statement
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused

THURSDAY = datetime(2025, 3, 6, 2, 0, tzinfo=UTC)


def told(person):
    return [notice.kind for notice in notices.inbox(person)]


def test_a_task_is_given_to_a_person_who_may_do_it(start, cast, wednesday):
    record = start("handling")
    task = queries.open_tasks(record).get()
    step = tasks.assign(task, to=cast.township_clerk, by=cast.county_clerk)
    task.refresh_from_db()
    assert (task.assigned_to, step.move, step.version) == (cast.township_clerk, "assign", None)
    with pytest.raises(Refused) as no:
        tasks.assign(task, to=cast.neighbour, by=cast.county_clerk)
    assert no.value.field == "to"
    with pytest.raises((Denied, NotVisible)):
        tasks.assign(task, to=cast.township_clerk, by=cast.neighbour)
    tasks.assign(task, to=None, by=cast.township_clerk)
    task.refresh_from_db()
    assert task.assigned_to is None


def test_a_done_task_is_not_given_to_anybody(start, cast, wednesday):
    record = start("handling")
    task = queries.open_tasks(record).get()
    moves.move(record, "finish", by=cast.township_clerk)
    with pytest.raises(Conflict):
        tasks.assign(task, to=cast.township_clerk, by=cast.county_clerk)


def test_the_unit_that_a_record_goes_to_is_told_and_the_notice_leaves_when_it_is_done(start, cast, wednesday):
    record = start("handling")
    assert told(cast.township_clerk) == ["flows.task"]
    notice = notices.inbox(cast.township_clerk).get()
    assert notice.body == "WT-2025-990004-0001《A leaking roof》已转到您处，请于2025-03-12前办理。"
    moves.move(record, "finish", by=cast.township_clerk)
    assert told(cast.township_clerk) == []


def test_who_follows_a_record_is_told_of_its_moves_but_not_of_the_own(start, cast, wednesday):
    record = start("handling")
    watches.watch(record, by=cast.city_clerk)
    watches.watch(record, by=cast.township_clerk)
    assert queries.watched(record, cast.city_clerk) and not queries.watched(record, cast.leader)
    moves.move(record, "finish", by=cast.township_clerk)
    assert told(cast.city_clerk) == ["flows.moved"]
    assert told(cast.township_clerk) == []


def test_a_chase_reaches_the_owner_of_the_task(start, cast, wednesday):
    record = start("handling")
    step = tasks.chase(record, by=cast.county_clerk, reason="the roof still leaks")
    task = queries.open_tasks(record).get()
    assert (step.move, task.chases, task.chased_at) == ("chase", 1, wednesday)
    assert told(cast.township_clerk) == ["flows.chased", "flows.task"]
    assert told(cast.chair) == []


def test_a_chase_waits_for_its_turn(start, cast, wednesday):
    record = start("handling")
    tasks.chase(record, by=cast.county_clerk)
    with pytest.raises(Conflict) as no:
        tasks.chase(record, by=cast.county_clerk)
    assert str(no.value) == "2025-03-05已催办，2025-03-06起可再次催办。"
    with clock.fixed(THURSDAY):
        tasks.chase(record, by=cast.county_clerk)
    assert queries.open_tasks(record).get().chases == 2


def test_only_who_supervises_the_owner_chases_and_only_what_is_owed(start, cast, wednesday):
    record = start("check")
    with pytest.raises((Denied, NotVisible)):
        tasks.chase(record, by=cast.township_clerk)
    moves.move(record, "close", by=cast.county_clerk)
    with pytest.raises(Conflict) as no:
        tasks.chase(record, by=cast.county_clerk)
    assert no.value.code == "nothing_owed"


def test_all_open_tasks_pass_to_another_person_in_one_act(start, cast, wednesday):
    records = [start("handling", title=str(n)) for n in range(3)]
    for record in records:
        tasks.assign(queries.open_tasks(record).get(), to=cast.township_clerk, by=cast.county_clerk)
    moves.move(records[0], "finish", by=cast.township_clerk)  # done: stays hers
    outcome = bulk.hand_over(
        giver=cast.township_clerk, taker=cast.county_clerk, at=cast.township, by=cast.county_clerk, reason="retired"
    )
    assert [line.id for line in outcome.done] == [records[1].pk, records[2].pk]
    assert (outcome.skipped, outcome.failed, outcome.total) == ([], [], 2)
    assert Task.objects.filter(assigned_to=cast.county_clerk, done_at=None, move="finish").count() == 2
    assert Step.objects.filter(move="hand_over", reason="retired").count() == 2


def test_a_handover_names_what_the_other_may_not_do(start, cast, wednesday):
    record = start("found")
    tasks.assign(queries.open_tasks(record).get(), to=cast.county_clerk, by=cast.city_clerk)
    outcome = bulk.hand_over(giver=cast.county_clerk, taker=cast.leader, at=cast.county, by=cast.city_clerk, reason="leave")
    assert [(line.reference, line.reason) for line in outcome.failed] == [("WT-2025-990004-0001", "陈国栋没有办理该事项的权限。")]
    assert queries.open_tasks(record).get().assigned_to == cast.county_clerk


@pytest.mark.parametrize(("who", "taker", "reason"), [("leader", "county_clerk", "x"), ("city_clerk", "township_clerk", "x")])
def test_a_handover_needs_the_right_and_another_person(cast, who, taker, reason):
    with pytest.raises(Refused):
        bulk.hand_over(giver=cast.township_clerk, taker=cast.people[taker], at=cast.county, by=cast.people[who], reason=reason)


@pytest.fixture
def mate(cast, wednesday):
    """A second clerk of the township."""
    found = people.register(by=None, name="同事丙", home=cast.township)
    access.open_account(found, username="mate", by=None)
    access.grant(found, role=Role.objects.get(code="township_clerk"), at=cast.township, by=None)
    return found


def test_a_task_is_forwarded_with_a_note_and_taken_back(start, cast, mate, wednesday):
    record = start("handling")
    task = queries.task_to_forward(cast.township_clerk, "flows.sample", record.pk)
    assert [person.name for person in queries.may_take(task, besides=cast.township_clerk)] == ["同事丙"]
    assert {person.name for person in queries.may_take(task, besides=cast.county_clerk)} >= {"同事丙", "郑小梅"}
    step = tasks.forward(task, to=mate, by=cast.township_clerk, note="请您接着办")
    task.refresh_from_db()
    assert (task.assigned_to, task.sent_by, step.reason) == (mate, cast.township_clerk, "请您接着办")
    assert queries.sentence(record, step) == "转办 → 同事丙"
    assert (told(mate), told(cast.township_clerk)) == (["flows.task"], [])
    assert [row.pk for row in queries.worklist(mate)] == [task.pk]
    assert list(queries.worklist(cast.township_clerk)) == []
    with pytest.raises(Conflict):
        tasks.take_forward_back(step, by=mate)
    back = tasks.take_forward_back(step, by=cast.township_clerk)
    task.refresh_from_db()
    assert (task.assigned_to, back.move, told(mate)) == (None, "undo", [])
    with pytest.raises(Conflict):
        tasks.take_forward_back(step, by=cast.township_clerk)


def test_a_forwarding_is_not_taken_back_late_nor_after_the_colleague_passed_it_on(start, cast, mate, wednesday):
    record = start("handling")
    first = tasks.forward(queries.open_tasks(record).get(), to=mate, by=cast.township_clerk, note="请办")
    with clock.fixed(wednesday + timedelta(seconds=121)), pytest.raises(Conflict):
        tasks.take_forward_back(first, by=cast.township_clerk)
    tasks.forward(queries.open_tasks(record).get(), to=cast.township_clerk, by=mate, note="不归我管")
    with pytest.raises(Conflict):
        tasks.take_forward_back(first, by=cast.township_clerk)


@pytest.mark.parametrize(
    ("to", "by", "note", "field"),
    [
        ("leader", "township_clerk", "请办", "to"),
        ("neighbour", "township_clerk", "请办", "to"),
        ("township_clerk", "township_clerk", "请办", "to"),
        ("county_clerk", "township_clerk", " ", "note"),
    ],
)
def test_a_task_goes_only_to_another_who_may_do_it_and_with_a_note(start, cast, wednesday, to, by, note, field):
    record = start("handling")
    with pytest.raises(Refused) as no:
        tasks.forward(queries.open_tasks(record).get(), to=cast.people[to], by=cast.people[by], note=note)
    assert no.value.field == field


def test_who_cannot_sign_in_is_neither_offered_a_task_nor_given_one(start, cast, wednesday):
    record = start("found")
    task = queries.open_tasks(record).get()
    assert cast.disabled not in queries.may_take(task, besides=cast.city_clerk)
    assert cast.county_clerk in queries.may_take(task, besides=cast.city_clerk)
    for act in (tasks.assign, tasks.forward):
        told = {"note": "请办"} if act is tasks.forward else {}
        with pytest.raises(Refused) as no:
            act(task, to=cast.disabled, by=cast.city_clerk, **told)
        assert (no.value.field, no.value.code, str(no.value)) == ("to", "away", "沈停不能登录系统，请选择其他同事。")
    task.refresh_from_db()
    assert task.assigned_to is None
    with pytest.raises(Refused, match="沈停不能登录系统"):
        bulk.hand_over(giver=cast.county_clerk, taker=cast.disabled, at=cast.county, by=cast.city_clerk, reason="休假")
    access.enable_account(cast.account("disabled"), by=cast.security_admin, reason="返岗")
    assert cast.disabled in queries.may_take(task, besides=cast.city_clerk)
    tasks.assign(task, to=cast.disabled, by=cast.city_clerk)
    task.refresh_from_db()
    assert task.assigned_to == cast.disabled


def test_sabotage_without_asking_who_is_at_work_a_task_would_wait_for_nobody(start, cast, wednesday, monkeypatch):
    record = start("found")
    task = queries.open_tasks(record).get()
    monkeypatch.setattr(queries, "at_work", lambda persons: Person.objects.filter(pk__in=persons))
    assert cast.disabled in queries.may_take(task, besides=cast.city_clerk)
    tasks.forward(task, to=cast.disabled, by=cast.city_clerk, note="请办")
    assert queries.open_tasks(record).get().assigned_to == cast.disabled


def test_sabotage_without_asking_who_is_at_work_a_handover_would_leave_the_work_with_nobody(start, cast, wednesday, monkeypatch):
    record = start("found")
    tasks.assign(queries.open_tasks(record).get(), to=cast.county_clerk, by=cast.city_clerk)
    monkeypatch.setattr(tasks, "check_at_work", lambda person, field: None)
    outcome = bulk.hand_over(giver=cast.county_clerk, taker=cast.disabled, at=cast.county, by=cast.city_clerk, reason="休假")
    assert [line.id for line in outcome.done] == [record.pk]
    assert queries.open_tasks(record).get().assigned_to == cast.disabled


def test_sabotage_without_asking_for_the_right_a_handover_would_give_work_that_one_may_not_do(start, cast, wednesday, monkeypatch):
    record = start("found")
    tasks.assign(queries.open_tasks(record).get(), to=cast.county_clerk, by=cast.city_clerk)
    monkeypatch.setattr(bulk.access_queries, "may", lambda by, permission, at=None: True)
    outcome = bulk.hand_over(giver=cast.county_clerk, taker=cast.leader, at=cast.county, by=cast.city_clerk, reason="leave")
    assert ([line.id for line in outcome.done], outcome.failed) == ([record.pk], [])
    assert queries.open_tasks(record).get().assigned_to == cast.leader


def test_sabotage_without_asking_who_supervises_anybody_would_hand_over(start, cast, wednesday, monkeypatch):
    record = start("found")
    tasks.assign(queries.open_tasks(record).get(), to=cast.county_clerk, by=cast.city_clerk)
    given = {"giver": cast.county_clerk, "taker": cast.city_clerk, "at": cast.county, "by": cast.leader, "reason": "leave"}
    with pytest.raises(Refused):
        bulk.hand_over(**given)
    assert queries.open_tasks(record).get().assigned_to == cast.county_clerk
    monkeypatch.setattr(queries, "require_supervision", lambda by, at: None)
    assert [line.id for line in bulk.hand_over(**given).done] == [record.pk]
    assert queries.open_tasks(record).get().assigned_to == cast.city_clerk


@pytest.mark.parametrize("who", ["leader", "chair", "neighbour"])
def test_who_may_not_do_a_task_does_not_forward_it(start, cast, wednesday, who):
    record = start("handling")
    with pytest.raises(NotVisible):
        queries.task_to_forward(cast.people[who], "flows.sample", record.pk)
    with pytest.raises((Denied, NotVisible)):
        tasks.forward(queries.open_tasks(record).get(), to=cast.township_clerk, by=cast.people[who], note="请办")


def test_nothing_is_told_of_what_is_rolled_back(start, cast, wednesday):
    record = start("found")
    before = told(cast.township_clerk)
    with pytest.raises(Refused):
        moves.move(record, "route", by=cast.county_clerk)
    assert told(cast.township_clerk) == before
    assert Sample.objects.get(pk=record.pk).state == "found"


def test_what_a_new_step_holds_is_made_for_each():
    mine, other = statement.new(Step), statement.new(Step)
    mine.details["a"] = 1
    assert (other.details, Step().details) == ({}, {})
    assert {**vars(other), "_state": None, "at": None} == {**vars(Step()), "_state": None, "at": None}
