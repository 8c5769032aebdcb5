import pytest
from django.db import IntegrityError, connection, transaction

from unionhall.kernel.flows import queries
from unionhall.kernel.flows.actions import handlings, moves
from unionhall.kernel.flows.models import Handling, Task
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.people import queries as people
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused


@pytest.fixture
def joint(start, cast, wednesday):
    record = start("handling")
    handlings.join(record, [cast.hospital, cast.factory], by=cast.county_clerk, reason="three walls, three owners")
    return record


def units(record):
    return [(handling.organization.short_name, handling.lead) for handling in queries.handlings(record)]


def test_each_joint_unit_gets_its_own_task_and_one_stays_responsible(joint, cast):
    assert units(joint) == [("红旗街道", True), ("区医院", False), ("红旗机械", False)]
    assert sorted(queries.open_tasks(joint).values_list("organization", "lead")) == sorted(
        [(cast.township.pk, True), (cast.hospital.pk, False), (cast.factory.pk, False)]
    )


def test_joining_a_record_that_nobody_was_given_makes_its_owner_responsible(record, cast):
    handlings.join(record, [cast.hospital], by=cast.county_clerk)
    assert units(record) == [("城关区总", True), ("区医院", False)]


def test_the_responsible_unit_waits_for_every_part(joint, cast):
    with pytest.raises(Refused) as no:
        moves.move(joint, "finish", by=cast.township_clerk)
    assert no.value.code == "parts"
    parts = {task.organization_id: task for task in queries.open_parts(joint)}
    handlings.finish_part(parts[cast.factory.pk], by=cast.chair, reason="our wall is done")
    with pytest.raises(Refused):
        moves.move(joint, "finish", by=cast.township_clerk)
    handlings.finish_part(parts[cast.hospital.pk], by=cast.county_clerk, reason="theirs too")
    moves.move(joint, "finish", by=cast.township_clerk)
    assert joint.state == "check"


def test_a_part_is_finished_once_with_words_by_who_may(joint, cast):
    part = queries.open_parts(joint).get(organization=cast.factory)
    with pytest.raises((Denied, NotVisible)):
        handlings.finish_part(part, by=cast.neighbour_chair, reason="x")
    with pytest.raises(Refused):
        handlings.finish_part(part, by=cast.chair, reason="")
    step = handlings.finish_part(part, by=cast.chair, reason="done")
    assert (step.move, step.organization) == ("part", cast.factory)
    with pytest.raises(Conflict):
        handlings.finish_part(part, by=cast.chair, reason="again")
    lead = queries.open_tasks(joint).get(lead=True)
    with pytest.raises(Conflict):
        handlings.finish_part(lead, by=cast.township_clerk, reason="x")


def test_nobody_joins_twice(joint, cast):
    for again in ([cast.hospital], [cast.township], [cast.port, cast.port], []):
        with pytest.raises(Refused):
            handlings.join(joint, again, by=cast.county_clerk)
    assert len(units(joint)) == 3


def test_the_responsible_unit_changes_and_the_former_one_stays(joint, cast):
    handlings.change_lead(joint, cast.hospital, by=cast.county_clerk, reason="most of it is theirs")
    assert units(joint) == [("区医院", True), ("红旗机械", False), ("红旗街道", False)]
    assert queries.open_tasks(joint).get(lead=True).organization == cast.hospital
    assert not queries.open_parts(joint).filter(organization=cast.hospital).exists()
    with pytest.raises(Conflict):
        handlings.change_lead(joint, cast.hospital, by=cast.county_clerk, reason="x")


def test_a_joint_unit_leaves_and_the_responsible_one_cannot(joint, cast):
    handlings.leave(joint, cast.hospital, by=cast.county_clerk, reason="not theirs")
    assert units(joint) == [("红旗街道", True), ("红旗机械", False)]
    assert queries.open_parts(joint).count() == 1
    with pytest.raises(Refused) as no:
        handlings.leave(joint, cast.township, by=cast.county_clerk, reason="x")
    assert no.value.code == "lead"


@pytest.mark.parametrize("who", ["township_clerk", "leader", "neighbour"])
def test_only_who_supervises_the_owner_changes_the_units(joint, cast, who):
    before = units(joint)
    for act in (
        lambda: handlings.join(joint, [cast.port], by=cast.people[who]),
        lambda: handlings.change_lead(joint, cast.hospital, by=cast.people[who], reason="x"),
        lambda: handlings.leave(joint, cast.hospital, by=cast.people[who], reason="x"),
    ):
        with pytest.raises((Denied, NotVisible)):
            act()
    assert units(joint) == before


def test_the_database_refuses_a_second_responsible_unit(joint, cast):
    with pytest.raises(IntegrityError, match="flows_handling_one_lead"), transaction.atomic():
        queries.handlings(joint).filter(organization=cast.hospital).update(lead=True)


def test_the_database_refuses_a_commit_without_a_responsible_unit(joint, cast):
    with pytest.raises(IntegrityError, match="0 responsible"), transaction.atomic():
        queries.handlings(joint).filter(lead=True).update(lead=False)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_sabotage_without_the_trigger_nobody_would_be_responsible(joint, cast):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP TRIGGER flows_handling_exactly_one_lead ON flows_handling")
        queries.handlings(joint).filter(lead=True).update(lead=False)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert queries.handlings(joint).filter(lead=True).count() == 0


def test_a_merged_units_work_passes_to_its_successor(joint, cast):
    handlings.take_over(old=cast.factory, new=cast.port, by=None)
    assert units(joint) == [("红旗街道", True), ("区医院", False), ("邻江港务", False)]
    handlings.take_over(old=cast.township, new=cast.hospital, by=None)
    assert units(joint) == [("区医院", True), ("邻江港务", False)]
    assert sorted(queries.open_tasks(joint).values_list("organization", "lead")) == sorted(
        [(cast.hospital.pk, True), (cast.port.pk, False)]
    )
    handlings.take_over(old=cast.port, new=cast.hospital, by=None)
    assert units(joint) == [("区医院", True)]
    assert queries.open_tasks(joint).get().organization == cast.hospital


def test_a_merge_of_units_takes_their_work_along(joint, cast, start):
    own = start("found", at=cast.factory, by=cast.county_clerk)
    closed = start("check", at=cast.factory, by=cast.county_clerk)
    moves.move(closed, "close", by=cast.county_clerk)
    organizations.merge(cast.factory, into=cast.hospital, by=people.house(), reason="合并")
    assert Handling.objects.filter(organization=cast.factory, until=None).count() == 0
    assert Task.objects.filter(organization=cast.factory, done_at=None).count() == 0
    own.refresh_from_db()
    closed.refresh_from_db()
    assert (own.organization, own.org_path, closed.organization) == (cast.hospital, cast.hospital.path, cast.factory)
    assert queries.open_tasks(own).get().organization == cast.hospital
