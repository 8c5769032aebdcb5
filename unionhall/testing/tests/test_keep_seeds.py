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


SPOILS = [
    "DELETE FROM policies_calendarday",
    "UPDATE policies_calendarday SET note = 'altered' WHERE day = (SELECT min(day) FROM policies_calendarday)",
    "INSERT INTO ledger_factnumber (code) VALUES ('trial.spoilt')",
    "SELECT 1",
]


@pytest.mark.parametrize("spoil", SPOILS)
def test_seeds_outlive_an_emptying(spoil):
    """Each turn finds the house as it was, whatever the turn before deleted, altered or added."""
    assert seeded()["policies_calendarday"] >= 365
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM policies_calendarday WHERE note = 'altered'), (SELECT count(*) FROM ledger_factnumber)"
        )
        assert cursor.fetchone() == (0, 0)
        cursor.execute(spoil)
