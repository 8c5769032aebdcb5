import pytest
from django.db import IntegrityError, connection

from unionhall.lib import constraints
from unionhall.lib.refusal import Conflict


@pytest.fixture
def write(db):
    """A table that allows each number once, and none below nought."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE t (n int CONSTRAINT n_once UNIQUE CONSTRAINT n_positive CHECK (n >= 0)) ON COMMIT DROP")
        yield lambda number: cursor.execute("INSERT INTO t VALUES (%s)", [number])


def numbers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM t ORDER BY n")
        return [number for (number,) in cursor.fetchall()]


def test_what_the_named_constraint_forbids_is_said_and_what_stood_before_stands(write):
    for number in (1, 2):
        with constraints.said("n_once", Conflict("twice")):
            write(number)
    with pytest.raises(Conflict) as refused, constraints.said("n_once", lambda: Conflict("twice")):
        write(3)
        write(2)
    assert str(refused.value) == "twice"
    assert numbers() == [1, 2]


def test_what_another_constraint_forbids_stays_an_error(write):
    with pytest.raises(IntegrityError) as error, constraints.said("n_once", Conflict("twice")):
        write(-1)
    assert constraints.broken(error.value) == "n_positive"
    assert constraints.broken(IntegrityError("no cause")) == ""
    assert numbers() == []
