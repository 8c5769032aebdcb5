"""A connection that was just in use is not asked whether it lives; one that rested and was ended meanwhile is never handed out."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection
from django.db.backends.postgresql import base as postgresql
from psycopg_pool import ConnectionPool

from unionhall.config.database import base


@pytest.fixture
def other(db):
    """A connection from a pool of its own, in which it is the only one."""
    known = connection.settings_dict
    pool = {**known["OPTIONS"]["pool"], "max_size": 1}
    made = base.DatabaseWrapper({**known, "OPTIONS": {**known["OPTIONS"], "pool": pool}}, "other")
    yield made
    made.close()
    made.close_pool()


def pid(of):
    with of.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def end(backend):
    """Let the server end a connection, as at its restart."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
        assert cursor.fetchone() == (True,)


@pytest.fixture
def asked(monkeypatch):
    """The connections that the server was asked about."""
    seen, ask = [], ConnectionPool.check_connection
    monkeypatch.setattr(ConnectionPool, "check_connection", staticmethod(lambda one: (seen.append(one), ask(one))))
    return seen


def test_one_that_was_just_used_is_not_asked(other, asked):
    before = pid(other)
    asked.clear()
    other.close()
    assert pid(other) == before
    assert asked == []


def test_one_that_rested_is_asked(other, asked, monkeypatch):
    before = pid(other)
    asked.clear()
    monkeypatch.setattr(base, "MOMENT", 0.0)
    other.close()
    assert pid(other) == before
    assert len(asked) == 1


def test_one_that_the_server_ended_while_it_rested_is_replaced(other, monkeypatch):
    gone = pid(other)
    other.close()
    end(gone)
    monkeypatch.setattr(base, "MOMENT", 0.0)
    assert pid(other) != gone


def test_sabotage_whoever_does_not_look_meets_the_dead_one(other, monkeypatch):
    gone = pid(other)
    other.close()
    end(gone)
    monkeypatch.setattr(base, "MOMENT", 0.0)
    monkeypatch.setattr(base, "lives", lambda _found: True)
    with pytest.raises(OperationalError):
        pid(other)


MOMENTS = [
    "2026-11-21 23:59:59.999999+08", "1912-01-01 00:00:00.000001+00", "0001-01-01 00:00:00+00", "9999-12-31 23:59:59+00",
    "1970-01-01 00:00:00+00", "2000-02-29 12:00:00.5-11:30",
]  # fmt: skip


@pytest.mark.parametrize("told", MOMENTS)
def test_a_moment_is_what_django_would_read(other, told):
    djangos = postgresql.DatabaseWrapper({**other.settings_dict}, "third")
    try:
        found = [read(one, told) for one in (other, djangos)]
    finally:
        djangos.close()
        djangos.close_pool()
    assert found[0] == found[1]
    assert [one.tzinfo for one in found] == [UTC, UTC]


def test_moments_are_read_by_the_driver_in_every_kind_of_cursor(other):
    with other.cursor() as cursor:
        loader = cursor.connection.adapters.get_loader(1184, base.Format.TEXT)
    assert type(loader(1184, None)) is base._OWN
    with other.chunked_cursor() as cursor:
        cursor.execute("SELECT '2026-11-21 23:59+08'::timestamptz")
        assert cursor.fetchone() == (datetime(2026, 11, 21, 15, 59, tzinfo=UTC),)


def test_a_connection_in_another_time_zone_is_left_to_django(other):
    away = base.DatabaseWrapper({**other.settings_dict, "TIME_ZONE": "Asia/Shanghai"}, "away")
    try:
        assert read(away, MOMENTS[0]).isoformat() == "2026-11-21T23:59:59.999999+08:00"
    finally:
        away.close()
        away.close_pool()


def read(connection, told):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [told])
        return cursor.fetchone()[0]
