"""What is asked of the library itself is answered as by the driver; a transaction begins, fails and ends as it would there."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DataError, InternalError, NotSupportedError, OperationalError

from unionhall.lib import prepared, statement

VALUES = [
    7,
    70_000,
    2**40,
    "甲",
    "",
    None,
    True,
    date(2026, 11, 22),
    datetime(2026, 11, 22, 8, tzinfo=UTC),
    ["a", "乙"],
    [1, 2**40],
]


@pytest.mark.django_db
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_as_the_driver_brings_it(value):
    kind = {str: "text", int: "bigint", bool: "boolean", date: "date", datetime: "timestamptz"}
    held = value[0] if isinstance(value, list) else value
    cast = kind.get(type(held), "text") + ("[]" if isinstance(value, list) else "")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{cast}", [value])
        by_driver = cursor.fetchone()
    assert statement.one(f"SELECT %s::{cast}", [value]) == by_driver == (value,)
    assert type(statement.one(f"SELECT %s::{cast}", [value])[0]) is type(by_driver[0])


@pytest.mark.django_db
def test_bytes_go_and_come():
    assert statement.one("SELECT %s::bytea", [b"\x00\xff"]) == (b"\x00\xff",)


@pytest.mark.django_db
def test_no_row_is_none_and_a_count_is_a_number():
    assert statement.one("SELECT 1 WHERE %s", [False]) is None
    assert statement.run("UPDATE django_content_type SET model = model WHERE app_label = %s", ["people"]) > 0
    assert statement.run("UPDATE django_content_type SET model = model WHERE app_label = %s", ["nobody"]) == 0


@pytest.mark.django_db(transaction=True)
def test_a_statement_is_known_after_a_rollback():
    asked = "SELECT %s::int + 41"
    with pytest.raises(IntegrityError), transaction.atomic():
        assert statement.one(asked, [1]) == (42,)
        statement.run("INSERT INTO django_content_type (app_label, model) VALUES (%s, %s), (%s, %s)", ["a", "b", "a", "b"])
    known = dict(connection.connection.__dict__[prepared._KNOWN])
    assert statement.one(asked, [2]) == (43,)
    assert connection.connection.__dict__[prepared._KNOWN] == known


@pytest.mark.django_db(transaction=True)
def test_a_transaction_begins_with_the_first_statement_and_ends_with_it():
    with transaction.atomic():
        first = statement.one("SELECT pg_current_xact_id()::text", [])
        assert statement.one("SELECT pg_current_xact_id()::text", []) == first
    assert statement.one("SELECT pg_current_xact_id()::text", []) != first


@pytest.mark.django_db(transaction=True)
def test_a_failed_transaction_takes_nothing_more_and_leaves_nothing():
    made = "INSERT INTO django_content_type (app_label, model) VALUES (%s, %s)"
    with pytest.raises(DataError), transaction.atomic():
        statement.run(made, ["left", "nothing"])
        with pytest.raises(DataError):
            statement.one("SELECT 1 / %s::int", [0])
        with pytest.raises(InternalError, match="aborted"), connection.wrap_database_errors:
            prepared.ask(connection.connection, b"SELECT 1", [])
        raise DataError
    assert statement.one("SELECT count(*) FROM django_content_type WHERE app_label = %s", ["left"]) == (0,)


@pytest.mark.django_db(transaction=True)
def test_what_a_commit_forbids_is_said_as_the_driver_says_it():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE late (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)")
    try:
        with pytest.raises(IntegrityError, match="late_pkey"), transaction.atomic():
            statement.run("INSERT INTO late VALUES (%s), (%s)", [1, 1])
        assert statement.one("SELECT count(*) FROM late", []) == (0,)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE late")


@pytest.mark.django_db
def test_a_connection_knows_so_many_statements_and_forgets_what_was_used_longest_ago(monkeypatch):
    monkeypatch.setattr(prepared, "MOST", len(connection.connection.__dict__.get(prepared._KNOWN, {})) + 2)
    for number in range(6):
        assert statement.one(f"SELECT {number}, %s", ["x"]) == (number, "x")
    assert statement.one("SELECT 0, %s", ["y"]) == (0, "y")
    assert len(connection.connection.__dict__[prepared._KNOWN]) == prepared.MOST
    names = {row[0] for row in statement.rows("SELECT name FROM pg_prepared_statements", []) if row[0].startswith("unionhall_")}
    assert names == {name.decode() for name in connection.connection.__dict__[prepared._KNOWN].values()}


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_gone_is_said_to_be_gone():
    with pytest.raises(OperationalError), transaction.atomic():
        statement.one("SELECT 1", [])
        connection.connection.pgconn.finish()
        statement.one("SELECT 1", [])
    connection.close()
    assert statement.one("SELECT 1", []) == (1,)


@pytest.mark.django_db(transaction=True)
def test_so_is_one_that_the_server_has_ended():
    with pytest.raises(OperationalError, match=r"terminat|closed"):
        statement.one("SELECT pg_terminate_backend(pg_backend_pid())", [])
    connection.close()
    assert statement.one("SELECT 1", []) == (1,)


@pytest.mark.django_db(transaction=True)
def test_a_column_that_was_altered_fails_once():
    asked = "SELECT word FROM altered WHERE %s"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE altered AS SELECT '甲'::varchar(5) AS word")
        try:
            assert statement.one(asked, [True]) == ("甲",)
            cursor.execute("ALTER TABLE altered ALTER word TYPE text")
            with pytest.raises(NotSupportedError, match="cached plan"):
                statement.one(asked, [True])
            assert statement.one(asked, [True]) == ("甲",)
        finally:
            cursor.execute("DROP TABLE altered")
