"""The second fence: as the application's database role, what is sealed shows only within the person's scope."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import DatabaseError, connection, transaction

from unionhall.config import grants
from unionhall.kernel.access import actions as access
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Sealed
from unionhall.lib.refusal import NotVisible
from unionhall.testing.cast import Cast, id_number

Role = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def role(cast: Cast, as_application: Role) -> Role:
    grants.apply()
    return as_application


def owners() -> set[int]:
    return set(Sealed.objects.values_list("person_id", flat=True))


def test_without_a_scope_nothing_sealed_shows(cast: Cast, role: Role):
    assert len(owners()) == len(cast.people)
    with role():
        assert owners() == set()


@pytest.mark.parametrize("key", ["city_clerk", "county_clerk", "neighbour", "stranger", "moved_away", "auditor"])
def test_a_scope_shows_what_lies_in_it_and_no_more(cast: Cast, role: Role, key: str):
    may = {"city_clerk": "city", "county_clerk": "county", "neighbour": "neighbour_county", "stranger": "other_city"}
    top = cast.units[may[key]].path if key in may else None
    expected = {person.pk for person in cast.people.values() if top and person.org_path.startswith(top)}
    with role(), access.sealed_scope(cast.people[key], "people.reveal"):
        assert owners() == expected


def test_the_scope_ends_with_its_block(cast: Cast, role: Role):
    with role():
        with access.sealed_scope(cast.city_clerk, "people.reveal"):
            assert owners() != set()
        assert owners() == set()


def test_without_the_policy_everything_would_show(cast: Cast, role: Role):
    """The control experiment: switched off, the fence lets all through."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE people_sealed DISABLE ROW LEVEL SECURITY")
    with role():
        assert len(owners()) == len(cast.people)


def test_revealing_follows_the_grants(cast: Cast, role: Role):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE unionhall_app")  # until the test's transaction ends: revealing opens its own
    assert people.reveal(by=cast.county_clerk, person=cast.chair, field="id_number", reason="核对身份") == id_number(6)
    for key in ("neighbour", "stranger", "auditor"):
        with pytest.raises(NotVisible):
            people.reveal(by=cast.people[key], person=cast.chair, field="id_number", reason="好奇")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_row SET reason = 'x'",
        "DELETE FROM audit_row",
        "TRUNCATE audit_row CASCADE",
        "ALTER TABLE access_grant ADD COLUMN x int",
        "DROP TABLE access_grant CASCADE",
        "ALTER TABLE people_sealed DISABLE ROW LEVEL SECURITY",
        "CREATE ROLE intruder",
    ],
)
def test_the_application_cannot_change_books_or_tables(cast: Cast, role: Role, statement: str):
    with role(), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_application_can_do_its_work(cast: Cast, role: Role):
    with role():
        account, password = access.open_account(cast.plain, username="plain", by=cast.security_admin)
        assert account.check_password(password)
