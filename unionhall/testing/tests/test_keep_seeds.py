"""What the migrations seeded is still there after a transactional test emptied the database."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


def seeded() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'seeds'")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT (SELECT count(*) FROM "{table}"), (SELECT count(*) FROM seeds."{table}")')
            here, kept = cursor.fetchone()
            assert (table, here) == (table, kept)
            found[table] = here
    return found


@pytest.mark.parametrize("turn", [1, 2])
def test_seeds_outlive_an_emptying(turn):
    found = seeded()
    assert found["policies_calendarday"] >= 365
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM policies_calendarday")
