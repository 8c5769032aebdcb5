"""Whose data are old: the days copied onto the memberships find the same people as the confirmations themselves."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from unionhall.kernel.people.actions import freshness
from unionhall.kernel.people.models import Confirmation
from unionhall.lib import clock, dates
from unionhall.work.membership import registry
from unionhall.work.membership.models import Membership
from unionhall.work.membership.queries import browse, yearly
from unionhall.work.membership.tests.conftest import fresh

pytestmark = pytest.mark.django_db
FIELDS = tuple(registry.CONFIRMED)
DAYS = (0, 1, 200, 364, 365, 366, 800)  # how long ago something was confirmed


def slowly(field: str, before: date) -> Q:
    """The question as it was asked before: of the confirmations, person by person."""
    since = Confirmation.objects.filter(person=OuterRef("person"), field=field, on__gt=before)
    return Q(~Exists(since), since__lte=before)


def keys(found) -> list[int]:
    return sorted(found.filter(until=None).values_list("pk", flat=True))


def assert_alike() -> None:
    """Every field, as of every day that matters."""
    for field in FIELDS:
        for days in (*DAYS, 400):
            before = dates.today() - timedelta(days=days)
            assert keys(Membership.objects.filter(yearly.stale(field, before))) == keys(
                Membership.objects.filter(slowly(field, before))
            ), (field, days)


@pytest.fixture
def many(desk):
    """Seven members who joined long ago; of each something else was confirmed on another day."""
    made = [desk.member(n) for n in range(1, 8)]
    for place, one in enumerate(made):
        Confirmation.objects.filter(person=one.person).delete()
        Membership.objects.filter(pk=one.pk).update(since=dates.today() - timedelta(days=(700, 365, 30)[place % 3]))
        with clock.fixed(clock.now() - timedelta(days=DAYS[place])):
            freshness.confirm([one.person_id], dict.fromkeys(FIELDS[: place % 5], "desk"), by=None)
    return made


def test_the_copy_finds_whom_the_confirmations_name(many):
    assert_alike()
    held = {one.pk: [getattr(one, f"{field}_on") for field in FIELDS] for one in Membership.objects.all()}
    today = dates.today()
    assert [held[one.pk].count(None) for one in many] == [4, 3, 2, 1, 0, 4, 3]
    assert held[many[4].pk] == [today - timedelta(days=365)] * 4


def test_confirming_again_and_forgetting_are_followed(many):
    freshness.confirm([one.person_id for one in many], {"phone": "code", "name": "desk"}, by=None)
    assert {one.phone_on for one in Membership.objects.all()} == {dates.today()}
    freshness.forget(many[0].person, ["phone"])
    assert [fresh(many[0]).phone_on, fresh(many[0]).name_on] == [None, dates.today()]
    freshness.forget(many[0].person, ["name"])
    assert fresh(many[0]).name_on is None
    assert_alike()


def test_the_list_shows_just_those(many, cast):
    before = dates.months_later(dates.today(), -12)
    for field in FIELDS:
        found = browse.members(cast.county_clerk, browse.Filters(unit=cast.county, stale=field))
        assert keys(found) == keys(Membership.objects.filter(slowly(field, before)))


def test_who_comes_alive_again_or_changes_person_takes_the_days_along(many):
    first, second = many[0], many[4]
    Membership.objects.filter(pk=second.pk).update(until=dates.today(), state="left")
    freshness.confirm([second.person_id], {"phone": "code"}, by=None)
    assert fresh(second).phone_on == dates.today() - timedelta(days=365)
    Membership.objects.filter(pk=second.pk).update(until=None, state="member")
    assert fresh(second).phone_on == dates.today()
    third = many[6].person
    Membership.objects.filter(pk=many[6].pk).update(until=dates.today(), state="left")
    Membership.objects.filter(pk=first.pk).update(person=third)
    assert fresh(first).name_on == dates.today() - timedelta(days=800)
    assert_alike()


def test_a_new_membership_begins_with_what_is_known(many):
    one = many[4]
    Membership.objects.filter(pk=one.pk).update(until=dates.today(), state="left")
    began = fresh(one)
    began.pk, began.number, began.state, began.until = None, "HY-AGAIN", "member", None
    began.name_on = began.phone_on = None
    began.save(force_insert=True)
    assert [fresh(began).name_on, fresh(began).phone_on] == [dates.today() - timedelta(days=365)] * 2
    assert_alike()


def test_without_the_copy_the_two_would_differ(many):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger fires
        freshness.confirm([many[0].person_id], {"phone": "code"}, by=None)
        with pytest.raises(AssertionError):
            assert_alike()
        transaction.set_rollback(True)


def test_the_planner_counts_each_field(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT stxname FROM pg_statistic_ext WHERE stxrelid = 'membership_membership'::regclass ORDER BY 1")
        assert [name for (name,) in cursor.fetchall()] == sorted(f"member_fresh_{field}" for field in FIELDS)
