"""What the list counts and finds: every issue of a scope once, whichever side it is seen from."""

import pytest
from django.db import connection
from django.urls import reverse

from unionhall.shell import paging
from unionhall.work.issues import access
from unionhall.work.issues.actions import dispatch, handle
from unionhall.work.issues.flow import OPEN_STATES
from unionhall.work.issues.models import Issue
from unionhall.work.issues.queries import browse
from unionhall.work.issues.queries.browse import Filters


@pytest.fixture
def seen(desk, cast):
    """What the township sees: an issue of its own list, one of the county's that it handles, one that a unit below helps with."""
    own = desk.issue("本级问题", at=cast.township, by=cast.township_clerk)
    handled = desk.handling(desk.issue("承办问题"))
    dispatch.ask_to_join(issue_id=handled.pk, unit=cast.factory, by=cast.county_clerk)  # seen from two sides, counted once
    helped = desk.issue("协办问题", at=cast.city, by=cast.city_clerk)
    dispatch.dispatch(issue_id=helped.pk, to=cast.county, by=cast.city_clerk, grade="general")
    handle.accept(issue_id=helped.pk, by=cast.county_clerk)
    dispatch.ask_to_join(issue_id=helped.pk, unit=cast.factory, by=cast.city_clerk)
    desk.issue("与己无关")
    return {own.pk, handled.pk, helped.pk}


def test_the_parts_of_a_scope_share_no_row_and_leave_none_out(seen, desk, cast):
    for by in (cast.township_clerk, cast.county_clerk, cast.city_clerk):
        parts = [set(part.values_list("pk", flat=True)) for part in access.visible_parts(by)]
        whole = set(access.visible_to(by).values_list("pk", flat=True))
        assert set().union(*parts) == whole
        assert sum(len(part) for part in parts) == len(whole)
    assert set(access.visible_to(cast.township_clerk).values_list("pk", flat=True)) == seen


def test_the_tabs_count_what_the_list_shows(seen, cast):
    assert browse.by_state(cast.township_clerk, Filters()) == {"found": 1, "handling": 2}
    assert browse.by_state(cast.county_clerk, Filters()) == {"found": 2, "handling": 2}
    for filters in (Filters(), Filters(state="found"), Filters(state="open"), Filters(unit=cast.township, side="handling")):
        counts = browse.by_state(cast.county_clerk, filters)
        total = paging.total_of(counts, filters.state, opened=OPEN_STATES)
        assert (total.number, total.exact) == (browse.issues(cast.county_clerk, filters).count(), True)


@pytest.mark.parametrize("narrowed", [Filters(text="承办"), Filters(light="late"), Filters(kind="rights"), Filters(list_id=1)])
def test_a_tab_says_a_number_only_where_it_opens_as_many(narrowed):
    kept = ("state", "unit", "own", "side")
    assert not paging.tabbed(narrowed, *kept)
    assert paging.tabbed(Filters(state="found", own=True, side="handling"), *kept)
    assert not paging.tabbed(Filters(state="found", own=True), "state", "unit")


def test_a_narrowed_list_has_tabs_without_numbers(seen, cast):
    desk = cast.client("township_clerk")
    whole, narrowed = (
        [tab.count for tab in desk.get(reverse("issues:desk-list"), asked).context["tabs"]] for asked in ({}, {"q": "承办"})
    )
    assert (sum(whole[1:]), set(narrowed)) == (whole[0], {None})


@pytest.mark.parametrize(("typed", "found"), [("承办", 1), ("问题", 3), ("书屋", 0)])
def test_titles_are_found_by_any_part(seen, cast, typed, found):
    assert browse.issues(cast.township_clerk, Filters(text=typed)).count() == found


def test_a_reference_is_found_by_its_beginning_in_either_case(seen, cast):
    one = Issue.objects.get(title="承办问题")
    assert list(browse.issues(cast.county_clerk, Filters(text=f" {one.reference.lower()}"))) == [one]


def test_the_late_ones_are_read_from_the_index_of_due_days(cast):
    """On a large table the planner takes it; here scanning and sorting are forbidden so that the small one shows the same."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plan = browse.issues(cast.county_clerk, Filters(light="late")).order_by("due_on", "pk").explain()
    assert "issue_due" in plan


@pytest.mark.parametrize(("among", "walked"), [(browse.FEW, False), (browse.FEW + 1, True)])
def test_few_are_gathered_and_sorted_many_are_walked_from_the_newest(seen, cast, among, walked):
    """Either way the newest stand first; only of many is the key's own index the way."""
    listed = browse.ordered(browse.issues(cast.township_clerk, Filters()), ["-id", "pk"], among=among)
    assert list(listed.values_list("pk", flat=True)) == sorted(seen, reverse=True)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
    assert ("Index Scan Backward using issues_issue_pkey" in listed[:1].explain()) is walked


def test_another_order_is_left_alone(seen, cast):
    found = browse.issues(cast.township_clerk, Filters())
    assert browse.ordered(found, ["due_on", "pk"], among=3).query.order_by == ("due_on", "pk")
