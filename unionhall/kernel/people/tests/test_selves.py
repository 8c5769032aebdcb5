"""Who is one human is looked up by keys, also where the connection planned it while hardly anybody was registered."""

import pytest
from django.db import connection

from unionhall.kernel.people import actions, queries
from unionhall.kernel.people.models import Person
from unionhall.lib import clock

pytestmark = pytest.mark.django_db
MANY = 2_000


def rows_read():
    """How many rows of the registry this transaction has read so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'people_person'")
        return int(cursor.fetchone()[0])


def read_after_growing(cast):
    """What one question reads of a registry that has grown since the question was planned."""
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
    assert queries.selves([cast.worker.pk]) == {cast.worker.pk}
    new = (
        Person(kind="person", name=f"职工{number}", home=cast.factory, org_path=cast.factory.path, registered_at=clock.now(),
               id_blind=number.to_bytes(32), phone_blind=(MANY + number).to_bytes(32))
        for number in range(1, MANY)
    )  # fmt: skip
    last = Person.objects.bulk_create(new)[-1]
    before = rows_read()
    assert queries.selves([last.pk]) == {last.pk}
    return rows_read() - before


def test_one_humans_files_are_found_without_reading_the_others(cast):
    assert read_after_growing(cast) <= 10


def test_sabotage_a_plan_for_few_reads_everybody(cast):
    """The twin: planned as an empty registry was, by reading all of it. That plan stays while the registry grows."""
    ways = ("indexscan", "indexonlyscan", "bitmapscan")
    with connection.cursor() as cursor:
        cursor.execute("ALTER FUNCTION people_selves(bigint[]) RESET ALL")
        cursor.execute("ALTER FUNCTION people_selves(bigint[]) SET plan_cache_mode = force_generic_plan")
        for way in ways:
            cursor.execute(f"SET LOCAL enable_{way} = off")
    assert read_after_growing(cast) > MANY


def test_merged_files_are_one_human(cast):
    first, second = (actions.register(by=None, name=name, home=cast.factory) for name in ("甲", "乙"))
    Person.objects.filter(pk=second.pk).update(merged_into=first)
    assert queries.selves([first.pk]) == queries.selves([second.pk]) == {first.pk, second.pk}
