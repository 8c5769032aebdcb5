"""Dispatch: one unit answers, its time follows from the grade, and what was sent can be taken back for a while."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.policies import queries as policies
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.work.issues import access
from unionhall.work.issues.actions import bulk, dispatch, handle, routing
from unionhall.work.issues.models import Issue
from unionhall.work.issues.queries import routing as routes
from unionhall.work.issues.tests.conftest import assert_books_agree, figure, fresh


@pytest.mark.parametrize(("grade", "days"), [("major", 60), ("serious", 20), ("general", 10)])
def test_the_deadline_follows_from_the_grade(desk, cast, grade, days):
    issue = desk.issue()
    dispatch.dispatch(issue_id=issue.pk, to=cast.township, grade=grade, by=cast.county_clerk)
    assert fresh(issue).deadline == policies.add_working_days(dates.today(), days)


def test_the_unit_sees_it_from_now_on(desk, cast):
    issue = desk.issue()
    assert not access.visible_to(cast.township_clerk).filter(pk=issue.pk).exists()
    desk.dispatched(issue)
    assert access.visible_to(cast.township_clerk).filter(pk=issue.pk).exists()
    assert not access.visible_to(cast.neighbour).filter(pk=issue.pk).exists()


def test_joint_units_help_and_are_not_responsible(desk, cast):
    issue = desk.dispatched(joint_units=[cast.hospital, cast.factory])
    assert [(one.organization_id, one.lead) for one in flows.handlings(issue)] == [
        (cast.township.pk, True),
        (cast.hospital.pk, False),
        (cast.factory.pk, False),
    ]
    assert access.visible_to(cast.chair).filter(pk=issue.pk).exists()
    with pytest.raises(Refused):
        dispatch.dispatch(
            issue_id=desk.issue().pk, to=cast.township, joint_units=[cast.township], grade="general", by=cast.county_clerk
        )


def test_it_is_submitted_only_when_the_joint_parts_are_done(desk, cast):
    issue = desk.handling(joint_units=[cast.factory])
    handle.report_progress(issue_id=issue.pk, text="已办", by=cast.township_clerk)
    with pytest.raises(Refused):
        handle.submit(issue_id=issue.pk, solution="已办", by=cast.township_clerk)
    dispatch.part_done(issue_id=issue.pk, reason="已配合核实", by=cast.chair)
    handle.submit(issue_id=issue.pk, solution="已办", by=cast.township_clerk)
    assert fresh(issue).state == "submitted"


def test_taken_back_within_two_minutes_it_was_never_sent(desk, cast):
    issue = desk.dispatched()
    with clock.fixed(clock.now() + timedelta(seconds=119)):
        dispatch.recall(issue_id=issue.pk, by=cast.county_clerk)
    back = fresh(issue)
    assert [back.state, back.handler_id, back.deadline] == ["found", cast.county.pk, None]
    assert [figure("issues.dispatched", cast.county), figure("issues.received", cast.township)] == [0, 0]
    assert not access.visible_to(cast.township_clerk).filter(pk=issue.pk).exists()
    assert_books_agree()


def test_after_two_minutes_it_stays_sent(desk, cast):
    issue = desk.dispatched()
    with clock.fixed(clock.now() + timedelta(seconds=121)), pytest.raises(Refused):
        dispatch.recall(issue_id=issue.pk, by=cast.county_clerk)
    assert fresh(issue).state == "dispatched"


def test_refused_it_is_back_with_the_dispatcher(desk, cast):
    issue = desk.dispatched()
    with pytest.raises(Refused):
        dispatch.refuse(issue_id=issue.pk, reason=" ", by=cast.township_clerk)
    dispatch.refuse(issue_id=issue.pk, reason="非管辖", by=cast.township_clerk)
    back = fresh(issue)
    assert [back.state, back.handler_id] == ["returned", cast.county.pk]
    assert flows.open_tasks(back).get().organization_id == cast.county.pk
    assert figure("issues.refused", cast.township) == 1
    assert figure("issues.refusal_rate", cast.county) == 1
    assert_books_agree()


def test_a_second_dispatch_counts_again(desk, cast):
    issue = desk.dispatched()
    dispatch.refuse(issue_id=issue.pk, reason="非管辖", by=cast.township_clerk)
    desk.dispatched(issue, to=cast.factory)
    assert [figure("issues.dispatched", cast.county), figure("issues.dispatched.distinct", cast.county)] == [2, 1]
    assert_books_agree()


def test_reassigned_it_is_with_the_other_unit(desk, cast):
    issue = desk.handling()
    dispatch.reassign(issue_id=issue.pk, to=cast.factory, reason="属企业内部", by=cast.county_clerk)
    assert [fresh(issue).state, fresh(issue).handler_id] == ["dispatched", cast.factory.pk]
    assert_books_agree()


@pytest.mark.parametrize("unit", ["mine", "port"])
def test_it_is_not_sent_where_the_dispatcher_does_not_reach(desk, cast, unit):
    issue = desk.issue()
    with pytest.raises(Refused) as refusal:
        dispatch.dispatch(issue_id=issue.pk, to=cast.units[unit], grade="general", by=cast.county_clerk)
    assert refusal.value.field == "to"
    assert fresh(issue).state == "found"


def test_a_neighbour_cannot_dispatch_it(desk, cast):
    with pytest.raises(NotVisible):
        dispatch.dispatch(issue_id=desk.issue().pk, to=cast.mine, grade="general", by=cast.neighbour)


def test_a_stale_screen_is_told_who_was_faster(desk, cast):
    issue = desk.issue()
    seen = issue.version
    desk.dispatched(issue)
    with pytest.raises(Conflict) as refusal:
        dispatch.dispatch(issue_id=issue.pk, to=cast.factory, grade="general", by=cast.county_clerk, version=seen)
    assert cast.county_clerk.name in str(refusal.value)
    assert fresh(issue).handler_id == cast.township.pk


def test_the_suggestion_follows_the_table_and_never_fails(desk, cast):
    issue = desk.issue(kind="rights", area=cast.factory)
    assert routes.suggest(issue).unit == cast.factory
    routing.set_route(area=cast.county, kind="", grade="", target=cast.county, by=cast.county_clerk)
    assert routes.suggest(issue).unit == cast.county
    routing.set_route(area=cast.county, kind="rights", grade="", target=cast.township, by=cast.county_clerk)
    assert routes.suggest(issue).unit == cast.township
    routing.set_route(area=cast.county, kind="rights", grade="major", target=cast.hospital, by=cast.county_clerk)
    assert [routes.suggest(issue, grade=grade).unit for grade in ("general", "major")] == [cast.township, cast.hospital]


def test_the_coverage_names_empty_cells_and_the_default_desk(desk, cast):
    before = routes.coverage(cast.county)
    assert before.empty == len(before.cells)
    assert routes.uncovered_areas(cast.county) == [cast.county, cast.township, cast.hospital]
    desk.issue(kind="rights", grade="major")
    routing.set_route(area=cast.county, kind="rights", grade="major", target=cast.township, by=cast.county_clerk)
    routing.set_route(area=cast.county, kind="", grade="", target=cast.county, by=cast.county_clerk)
    after = routes.coverage(cast.county)
    assert [after.empty, after.desks] == [0, len(after.cells) - 1]
    cell = next(one for one in after.cells if (one.kind, one.grade) == ("rights", "major"))
    assert [cell.state, cell.target, cell.waiting] == ["line", cast.township.name, 1]
    assert routes.uncovered_areas(cast.county) == []


def test_a_line_ends_and_the_past_keeps_it(cast):
    line = routing.set_route(
        area=cast.county, kind="", grade="", target=cast.county, since=dates.today() - timedelta(days=9), by=cast.county_clerk
    )
    routing.set_route(area=cast.county, kind="", grade="", target=cast.township, by=cast.county_clerk)
    line.refresh_from_db()
    assert line.until == dates.today()
    assert routes.in_force(dates.today() - timedelta(days=1)).get().target == cast.county
    assert routes.in_force(dates.today()).get().target == cast.township


def test_twenty_at_once_are_accounted_for(desk, cast):
    routing.set_route(area=cast.county, kind="", grade="", target=cast.township, by=cast.county_clerk)
    ids = [desk.issue(f"问题 {n}").pk for n in range(18)]
    gone = desk.written_off(desk.issue("已销号"))
    sent = desk.dispatched(desk.issue("已派单"))
    outcome = bulk.dispatch_many([*ids, gone.pk, sent.pk, 10**9], by=cast.county_clerk)
    assert [len(outcome.done), len(outcome.skipped), len(outcome.failed)] == [18, 1, 2]
    assert outcome.total == 21
    assert figure("issues.received", cast.township) == 20
    assert_books_agree()


def left_behind(issue):
    """What a dispatch wrote on an issue, and what the books say of it."""
    names = ("state", "due_on", "version", "handler_id", "handler_path", "grade", "graded_on", "deadline", "requirement")
    columns = Issue.objects.filter(pk=issue.pk).values(*names, "dispatched_by_id", "accepted_by_id", "responsible_id").get()
    posted = ("fact__code", "organization_id", "org_path", "day", "quantity", "dimensions", "occurrence", "generation")
    told = []
    for code in ("issues.graded", "issues.dispatched", "issues.received"):
        behind = ledger.entries_behind(registry.indicator(code), Scope(issue.organization), Window.year(dates.today().year))
        told += behind.filter(source_id=issue.pk).values_list(*posted)
    return columns, told


def test_many_are_dispatched_as_one_is(desk, cast):
    one, other = desk.issue("单独派单"), desk.issue("批量派单")
    dispatch.dispatch(issue_id=one.pk, to=cast.township, by=cast.county_clerk, grade="major", requirement="限期")
    outcome = bulk.dispatch_many([other.pk], by=cast.county_clerk, to=cast.township, grade="major", requirement=" 限期 ")
    assert len(outcome.done) == 1
    assert left_behind(one) == left_behind(other)
    dispatch.recall(issue_id=other.pk, by=cast.county_clerk)
    assert Issue.objects.get(pk=other.pk).state == "found"
    assert_books_agree()


def test_ten_more_issues_cost_no_more_statements(desk, cast):
    counted = []
    for count in (1, 5, 15):
        ids = [desk.issue(f"问题 {count}-{n}").pk for n in range(count)]
        with CaptureQueriesContext(connection) as caught:
            assert len(bulk.dispatch_many(ids, by=cast.county_clerk, to=cast.township).done) == count
        counted.append(len(caught))
    assert counted[1] == counted[2]
