"""The permission matrix over the addresses that the house has today."""

import pytest

from unionhall.kernel.access import actions, queries
from unionhall.kernel.access.models import Grant
from unionhall.testing import matrix


def test_every_address_declares_who_may_open_it():
    assert matrix.undeclared() == []


def test_every_address_with_a_permission_can_be_tried(world: matrix.World):
    """A room adds the missing ones in its tests/matrix.py."""
    assert matrix.unsampled(world) == []


GROUPS = {
    "clerks": ("city_clerk", "county_clerk", "neighbour", "stranger"),
    "below": ("township_clerk", "chair", "neighbour_chair", "leader"),
    "administrators": ("system_admin", "security_admin", "auditor"),
    "without": ("disabled", "moved_away", "worker"),
}


@pytest.mark.parametrize("group", GROUPS)
def test_the_matrix_holds(world: matrix.World, group: str):
    assert matrix.breaches(world, people=GROUPS[group]) == []


def test_everybody_is_in_a_group():
    assert sorted(who for group in GROUPS.values() for who in group) == sorted(matrix.TRIED_BY)


@pytest.mark.long
def test_the_whole_matrix_holds(world: matrix.World):
    assert matrix.breaches(world, whole=True) == []


def test_signed_in_pages_ask_for_a_sign_in(world: matrix.World):
    answers = {}
    for route in matrix.routes():
        if not getattr(route.view, "public", False) and not route.parameters and "GET" in route.methods:
            answers[route.name] = matrix.Client().get(matrix.reverse(route.name)).status_code
    assert {name: status for name, status in answers.items() if status not in {302, 401}} == {}


def test_a_revoked_grant_counts_at_the_next_request(world: matrix.World):
    """Everything that a clerk could open answers 403 in the same session once the grants are taken back."""
    client, opened = world.cast.client("county_clerk"), []
    for route in matrix.routes():
        if route.permission and not route.parameters and "GET" in route.methods:
            url = matrix.reverse(route.name)
            if client.get(url).status_code == 200:
                opened.append(url)
    for given in Grant.objects.filter(person=world.cast.county_clerk):
        actions.revoke(given, by=world.cast.security_admin, reason="调岗")
    assert {url: client.get(url).status_code for url in opened if client.get(url).status_code != 403} == {}


@pytest.mark.parametrize("mutant", ["visible", "may"])
def test_the_matrix_goes_red_without_the_scope(world: matrix.World, monkeypatch: pytest.MonkeyPatch, mutant: str):
    """The sabotage twin: take the scope filter away, or let everybody do everything, and the battery must see it."""
    if mutant == "visible":
        monkeypatch.setattr(queries, "visible", lambda queryset, *_args, **_options: queries.scope.mark(queryset))
    else:
        monkeypatch.setattr(queries, "may", lambda *_args, **_options: True)
    assert next(matrix.each_breach(world, people=["neighbour", "stranger"]), None) is not None
