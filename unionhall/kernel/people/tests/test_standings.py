"""Standings: what persons and units are, from a day to a day."""

from datetime import date

import pytest

from unionhall.kernel.audit import queries as trail
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries, registry
from unionhall.kernel.people.queries import words
from unionhall.kernel.people.rules import Erased
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text

MEMBER, MODEL_HOME = "people.tried_member", "people.tried_home"
registry.register_standings({MEMBER: Text(zh="会员", en="member"), MODEL_HOME: Text(zh="模范职工之家", en="model home")})
MARCH, JUNE, SEPTEMBER = date(2025, 3, 1), date(2025, 6, 1), date(2025, 9, 1)


def member(cast, since=MARCH, until=None):
    return people.set_standing(by=cast.chair, subject=cast.worker, kind=MEMBER, organization=cast.factory, since=since, until=until)


def test_it_holds_from_its_first_day_until_the_day_before_its_end(cast):
    standing = member(cast, until=JUNE)
    held = {day: queries.standing_on(day, MEMBER).exists() for day in (date(2025, 2, 28), MARCH, date(2025, 5, 31), JUNE)}
    assert held == {date(2025, 2, 28): False, MARCH: True, date(2025, 5, 31): True, JUNE: False}
    assert [standing.holds_on(day) for day in held] == list(held.values())


def test_who_set_it_is_on_record(cast):
    standing = member(cast)
    row = trail.trail("people.standing", standing.pk).get()
    assert (row.verb, row.actor, row.organization) == ("people.standing_set", cast.chair.pk, cast.factory.pk)
    assert row.details == {"kind": MEMBER, "person": cast.worker.pk, "since": "2025-03-01", "until": None}


def test_a_unit_can_be_something_too(cast):
    people.set_standing(by=cast.county_clerk, subject=cast.factory, kind=MODEL_HOME, organization=cast.county, since=MARCH)
    assert queries.standings_of(cast.factory, MARCH).get().kind == MODEL_HOME
    assert not queries.standings_of(cast.county).exists()


def test_the_scope_narrows(cast):
    member(cast)
    assert queries.standing_on(MARCH, MEMBER, cast.county).count() == 1
    assert queries.standing_on(MARCH, MEMBER, cast.neighbour_county).count() == 0


@pytest.mark.parametrize(
    ("since", "until"), [(MARCH, None), (date(2025, 5, 31), None), (date(2025, 1, 1), date(2025, 3, 2)), (date(2024, 1, 1), None)]
)
def test_days_that_are_on_record_already_are_refused(cast, since, until):
    member(cast, until=JUNE)
    with pytest.raises(Conflict, match="已有此身份"):
        member(cast, since, until)


def test_before_and_after_are_free(cast):
    member(cast, until=JUNE)
    member(cast, date(2024, 1, 1), MARCH)
    member(cast, JUNE)
    assert [standing.since for standing in queries.standings_of(cast.worker)] == [JUNE, MARCH, date(2024, 1, 1)]


def test_it_ends_once(cast):
    standing = member(cast)
    people.end_standing(by=cast.chair, standing=standing, day=SEPTEMBER, reason="离职")
    assert not queries.standings_of(cast.worker, SEPTEMBER).exists()
    assert queries.standings_of(cast.worker, JUNE).exists()
    with pytest.raises(Conflict, match="已终止"):
        people.end_standing(by=cast.chair, standing=standing, day=SEPTEMBER)
    assert words.reason(trail.trail("people.standing", standing.pk).last()) == "离职"


def test_an_end_before_the_beginning_is_refused(cast):
    with pytest.raises(Refused, match="晚于"):
        member(cast, MARCH, MARCH)
    with pytest.raises(Refused, match="晚于"):
        people.end_standing(by=cast.chair, standing=member(cast), day=MARCH)


def test_an_unknown_kind_is_a_mistake_of_ours(cast):
    with pytest.raises(LookupError, match="register_standings"):
        people.set_standing(by=None, subject=cast.worker, kind="people.unheard", organization=cast.factory, since=MARCH)


def test_the_erased_become_nothing_new(cast):
    people.erase(by=None, person=cast.worker, reason="本人申请")
    with pytest.raises(Erased):
        member(cast)


def test_the_source_is_kept(cast):
    standing = people.set_standing(
        by=None, subject=cast.worker, kind=MEMBER, organization=cast.factory, since=MARCH, source=cast.county
    )
    assert (standing.source_kind, standing.source_id) == ("organizations.organization", str(cast.county.pk))
