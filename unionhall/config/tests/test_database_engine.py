"""A connection that was just in use is not asked whether it lives; one that rested and was ended meanwhile is never handed out."""

import pytest
from django.db import OperationalError, connection
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
