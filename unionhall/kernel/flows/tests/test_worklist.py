from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.access.models import Role
from unionhall.kernel.flows import queries, registry
from unionhall.kernel.flows.actions import clocks, moves, tasks, watches
from unionhall.kernel.flows.models import Task
from unionhall.kernel.flows.queries import Filters
from unionhall.kernel.flows.tests.sample import FLOW, Sample
from unionhall.kernel.people import queries as people
from unionhall.kernel.policies import actions as policies
from unionhall.lib import clock, scope


def titles(by, **filters):
    return [task.title for task in queries.worklist(by, Filters(**filters))]


@pytest.fixture
def desk(start, cast, wednesday):
    """One record in each place, named after it."""
    start("draft", title="a draft")
    start("found", title="to route")
    start("handling", title="at the township")
    start("check", title="to check")
    start("found", at=cast.neighbour_county, by=cast.neighbour, title="the neighbours'")


def test_my_tasks_are_those_of_the_units_on_which_my_own_grants_stand(desk, cast):
    assert titles(cast.county_clerk) == ["to route", "to check"]
    assert titles(cast.township_clerk) == ["at the township"]
    assert titles(cast.neighbour) == ["the neighbours'"]
    for nobody in ("city_clerk", "stranger", "chair", "leader", "plain"):
        assert titles(cast.people[nobody]) == [], nobody


@pytest.mark.parametrize(("day", "shown"), [(7, []), (8, ["to route"])])  # due on Friday the 7th
def test_what_the_clock_does_by_itself_is_on_no_list_until_its_day_is_over(start, cast, wednesday, monkeypatch, day, shown):
    record = start("found", title="to route")
    ours = tuple(replace(move, by_clock=move.code == "route") for move in FLOW.moves)
    monkeypatch.setitem(registry._by_code, "sample", replace(registry._by_code["sample"], flow=replace(FLOW, moves=ours)))
    with clock.fixed(datetime(2025, 3, day, 2, 0, tzinfo=UTC)):
        assert titles(cast.county_clerk) == shown
        assert titles(cast.city_clerk, tab="scope") == shown
        assert (queries.waiting(cast.county_clerk), queries.counts(cast.county_clerk)["mine"]) == (len(shown), len(shown))
    task = queries.open_tasks(record).get()
    assert (task.move, task.due_on) == ("route", date(2025, 3, 7)), "the record still says what it waits for"


def test_a_task_given_to_a_colleague_is_no_longer_mine(desk, cast):
    colleague = cast.plain
    access.open_account(colleague, username="plain", by=None)
    access.grant(colleague, role=Role.objects.get(code="county_clerk"), at=cast.county, by=None, since=date(2015, 1, 1))
    task = queries.worklist(cast.county_clerk).get(title="to route")
    tasks.assign(task, to=colleague, by=cast.county_clerk)
    assert titles(cast.county_clerk) == ["to check"]
    assert titles(colleague) == ["to route", "to check"]


def test_every_tab_has_its_rows_and_its_count(desk, cast):
    record = Sample.objects.get(title="at the township")
    watches.watch(record, by=cast.city_clerk)
    watches.watch(record, by=cast.city_clerk)
    assert titles(cast.county_clerk, tab="drafts") == ["a draft"]
    assert titles(cast.county_clerk, tab="sent") == ["to route", "at the township"]
    assert titles(cast.city_clerk, tab="watched") == ["at the township"]
    assert titles(cast.township_clerk, tab="done") == ["to check"]
    assert sorted(titles(cast.city_clerk, tab="scope")) == ["at the township", "the neighbours'", "to check", "to route"]
    assert queries.counts(cast.county_clerk) == {"mine": 2, "sent": 2, "watched": 0, "drafts": 1, "done": 5, "scope": 3}
    assert queries.counts(cast.city_clerk) == {"mine": 0, "sent": 0, "watched": 1, "drafts": 0, "done": 0, "scope": 4}
    watches.unwatch(record, by=cast.city_clerk)
    assert titles(cast.city_clerk, tab="watched") == []


def test_the_most_urgent_stands_first_and_what_is_paused_last(start, cast, wednesday):
    for title, due in [("third", date(2025, 3, 20)), ("paused", date(2025, 3, 6)), ("first", date(2025, 3, 6)), ("none", None)]:
        record = start("found", title=title)
        Task.objects.filter(record_id=record.pk, done_at=None).update(due_on=due)
        if title == "paused":
            clocks.pause(record, by=cast.county_clerk, reason="x")
    assert titles(cast.county_clerk) == ["first", "third", "paused", "none"]


def test_pages_follow_the_last_row_shown(start, cast, wednesday):
    for number in range(7):
        start("found", title=str(number))
    shown, after = [], None
    while page := list(queries.worklist(cast.county_clerk, Filters(after=after))[:3]):
        shown += [task.title for task in page]
        after = (page[-1].sort_on, page[-1].pk)
    assert shown == [str(number) for number in range(7)]


def test_filters(desk, cast):
    assert titles(cast.county_clerk, text="route") == ["to route"]
    assert titles(cast.county_clerk, text="WT-2025-990004-0004") == ["to check"]
    assert titles(cast.city_clerk, tab="scope", within=cast.neighbour_county) == ["the neighbours'"]
    assert titles(cast.county_clerk, kind="flows.other") == []
    assert titles(cast.county_clerk, kind="flows.sample") == ["to route", "to check"]
    assert titles(cast.county_clerk, programme="x") == []
    assert titles(cast.county_clerk, raised=True) == []
    with pytest.raises(KeyError):
        queries.worklist(cast.county_clerk, Filters(tab="everything"))


LIGHTS = [
    (date(2025, 3, 4), "late"),
    (date(2025, 3, 5), "soon"),
    (date(2025, 3, 10), "soon"),  # three working days left on Wednesday
    (date(2025, 3, 11), "ok"),
    (None, ""),
]


def test_lights_are_the_same_in_lists_counts_and_records(start, cast, wednesday):
    for due, _light in LIGHTS:
        record = start("found", title=str(due))
        Task.objects.filter(record_id=record.pk, done_at=None).update(due_on=due)
        Sample.objects.filter(pk=record.pk).update(due_on=due)
    wanted = {str(due): light for due, light in LIGHTS}
    assert {task.title: task.light for task in queries.worklist(cast.county_clerk)} == wanted
    assert {record.title: record.light for record in queries.with_light(Sample.objects.all())} == wanted
    assert queries.lights(cast.county_clerk) == {"late": 1, "soon": 2, "ok": 1, "": 1}
    assert titles(cast.county_clerk, light="soon") == ["2025-03-05", "2025-03-10"]
    for light in ("late", "soon", "ok", "paused"):  # narrowed by conditions, it is what the annotation says
        narrowed = queries.with_light(Sample.objects.all(), only=light)
        assert {(one.title, one.light) for one in narrowed} == {pair for pair in wanted.items() if pair[1] == light}
    assert not queries.with_light(Sample.objects.all(), only="no-such").exists()
    assert [queries.working_days_left(due) for due, light in LIGHTS if due] == [-1, 0, 3, 4]


def test_a_region_sets_what_soon_means(start, cast, wednesday):
    policies.set_value(
        "flows.soon_days", 1, by=people.house(), organization=cast.neighbour_county, since=date(2025, 1, 1), source="x"
    )
    start("found", title="here")
    start("found", at=cast.neighbour_county, by=cast.neighbour, title="there")  # both due on Friday
    assert {task.title: task.light for task in queries.worklist(cast.city_clerk, Filters(tab="scope"))} == {
        "here": "soon",
        "there": "ok",
    }


def test_closed_records_have_no_light(start, cast, wednesday):
    record = start("check")
    moves.move(record, "close", by=cast.county_clerk)
    with clock.fixed(datetime(2026, 1, 5, tzinfo=UTC)):
        assert queries.with_light(Sample.objects.all()).get().light == ""


@pytest.mark.parametrize("more", [0, 12])
def test_a_page_of_the_worklist_takes_five_statements_at_any_size(desk, start, cast, wednesday, more, django_assert_num_queries):
    for number in range(more):
        start("found", title=str(number))
    queries.working_days_left(date(2025, 3, 7))  # the calendar has been read before, as in any running process
    with access_queries.remembering(), django_assert_num_queries(5):
        queries.counts(cast.county_clerk)
        page = list(queries.worklist(cast.county_clerk)[:50])
        [(task.organization.label, task.sent_by.name, task.assigned_to and task.assigned_to.name) for task in page]


def test_rows_carry_the_mark_of_scope(desk, cast):
    rows = queries.worklist(cast.county_clerk)
    assert scope.is_marked(rows) and all(scope.is_marked(task) for task in rows)
    assert not scope.is_marked(Task.objects.all())
    record = Sample.objects.get(title="to route")
    assert scope.is_marked(queries.timeline(record))


def test_the_page_offers_the_moves_that_the_person_may_make(start, cast, wednesday):
    record = start("handling")
    assert [move.code for move in queries.moves_for(record, cast.county_clerk)] == ["route", "ask", "finish"]
    assert [move.code for move in queries.moves_for(record, cast.township_clerk)] == ["ask", "finish"]
    assert queries.moves_for(record, cast.leader) == []
