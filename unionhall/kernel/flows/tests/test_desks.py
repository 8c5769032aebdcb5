"""A task of a unit where nobody may do it lies with the nearest unit above where somebody may."""

from datetime import date

import pytest

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.access import rules as access_rules
from unionhall.kernel.access.models import Grant, Role
from unionhall.kernel.flows import queries
from unionhall.kernel.flows.actions import desks, moves, sets, tasks
from unionhall.kernel.flows.models import Task
from unionhall.kernel.notices import queries as notices
from unionhall.lib import dates

SINCE = date(2015, 1, 1)


def titles(by):
    return [task.title for task in queries.worklist(by)]


def let(cast, key, role, at):
    return access.grant(cast.people[key], role=Role.objects.get(code=role), at=at, by=None, since=SINCE)


@pytest.fixture
def alone(start, cast, wednesday):
    """A record of a hospital's union, where nobody may route it."""
    return start(at=cast.hospital, title="the hospital's")


def test_it_stands_in_the_worklist_of_the_nearest_unit_above_with_somebody_who_may(alone, start, cast):
    assert titles(cast.county_clerk) == ["the hospital's"]
    assert queries.waiting(cast.county_clerk) == queries.counts(cast.county_clerk)["mine"] == 1
    assert titles(cast.city_clerk) == titles(cast.township_clerk) == []
    task = Task.objects.get(done_at=None)
    assert (task.organization, task.desk) == (cast.hospital, cast.county)
    start(at=cast.port, by=cast.stranger, title="the port's")  # its county has nobody, its city has
    assert titles(cast.stranger) == ["the port's"]


def test_where_somebody_may_it_stays_and_a_draft_stays_with_its_author(start, cast, wednesday):
    start("handling", title="the township's")
    start("draft", at=cast.hospital, title="a draft")
    assert list(Task.objects.filter(done_at=None).values_list("desk", flat=True)) == [None, None]
    assert titles(cast.county_clerk) == []
    assert titles(cast.township_clerk) == ["the township's"]


def test_who_comes_to_the_unit_finds_it_at_once_and_those_above_lose_it_by_the_clock(alone, cast):
    given = let(cast, "plain", "county_clerk", cast.hospital)
    assert titles(cast.plain) == titles(cast.county_clerk) == ["the hospital's"]
    assert desks.find_again() == 1
    assert (titles(cast.plain), titles(cast.county_clerk)) == (["the hospital's"], [])
    assert desks.find_again() == 0
    access.revoke(given, by=cast.security_admin, reason="调离")
    assert desks.find_again() == 1
    assert titles(cast.county_clerk) == ["the hospital's"]


def test_who_cannot_sign_in_and_who_may_only_look_counts_for_nobody(start, cast, wednesday):
    let(cast, "disabled", "county_clerk", cast.hospital)
    let(cast, "leader", "leader", cast.hospital)
    start(at=cast.hospital, title="nobody's")
    assert titles(cast.county_clerk) == ["nobody's"]


def test_a_grant_that_does_not_reach_below_takes_nothing_from_below(alone, cast):
    Grant.objects.filter(organization=cast.county).update(below=False)
    assert desks.find_again() == 1
    assert Task.objects.get(done_at=None).desk == cast.city
    assert titles(cast.city_clerk) == ["the hospital's"]


def test_what_is_put_back_to_the_unit_and_what_is_taken_back_lie_there_again(alone, cast):
    task = queries.worklist(cast.county_clerk).get()
    tasks.assign(task, to=cast.city_clerk, by=cast.county_clerk)
    assert (titles(cast.county_clerk), titles(cast.city_clerk)) == ([], ["the hospital's"])
    tasks.assign(task, to=None, by=cast.county_clerk)
    assert (titles(cast.county_clerk), titles(cast.city_clerk)) == (["the hospital's"], [])
    step = tasks.forward(task, to=cast.city_clerk, by=cast.county_clerk, note="x")
    assert titles(cast.county_clerk) == []
    tasks.take_forward_back(step, by=cast.county_clerk)
    assert titles(cast.county_clerk) == ["the hospital's"]


@pytest.mark.parametrize("in_sets", [False, True])
def test_what_is_routed_to_a_unit_without_anybody_is_told_to_those_who_find_it(start, cast, wednesday, in_sets):
    ones = [start(at=cast.city, by=cast.city_clerk, title=str(number)) for number in range(2)]
    if in_sets:
        assert not sets.move(ones, "route", by=cast.city_clerk, to={one.pk: cast.hospital for one in ones}).refused
    else:
        for one in ones:
            moves.move(one, "route", by=cast.city_clerk, to_organization=cast.hospital)
    assert titles(cast.county_clerk) == ["0", "1"]
    assert notices.inbox(cast.county_clerk).count() == 2
    tasks.chase(ones[0], by=cast.city_clerk)
    assert notices.inbox(cast.county_clerk).count() == 3


@pytest.mark.parametrize("more", [0, 9])
def test_desks_of_any_number_of_tasks_are_found_by_one_statement(alone, start, cast, more, django_assert_num_queries):
    for number in range(more):
        start(at=[cast.mine, cast.port, cast.factory][number % 3], by=cast.stranger if number % 3 == 1 else cast.city_clerk)
    waiting = list(Task.objects.filter(done_at=None))
    with django_assert_num_queries(1):
        desks.find(waiting)


@pytest.mark.parametrize("permission", ["flows.work", "grants.review", "one"])
def test_the_patterns_of_a_permission_are_those_that_hold_it(permission):
    known = ["*", "flows.*", "flows.work", "flows.w*", "grants.*", "grants.review", "one", "one.*", "flows", "grants.review.*"]
    held = {pattern for pattern in known if access_rules.holds([pattern], permission)}
    assert held == set(access_rules.patterns_of(permission)) & set(known)


def test_those_who_bear_a_permission_are_found_at_the_place_and_above(cast):
    found = access_queries.bearing([cast.township.path], "flows.work", dates.today())
    assert found >= {(unit.path, unit.pk, True) for unit in (cast.township, cast.county, cast.city)}
    assert {unit for _path, unit, _below in found} == {cast.township.pk, cast.county.pk, cast.city.pk}
