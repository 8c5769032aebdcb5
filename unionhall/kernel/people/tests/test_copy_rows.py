"""Rows by COPY and arrays as literals arrive as they were given."""

import json
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from unionhall.kernel.people import queries
from unionhall.kernel.people.models import Contact
from unionhall.lib import copying

pytestmark = pytest.mark.django_db


def read(kind, literal):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [literal])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("values", [[], ["a"], ["", "NULL", "a,b", '"', "\\", "{x}", "阿卜杜·热合曼 ", "a'b"]])
def test_texts(values):
    assert read("text", copying.texts(values)) == values


def test_numbers_and_octets():
    assert read("bigint", copying.numbers([1, -7, 2**62])) == [1, -7, 2**62]
    assert [bytes(each) for each in read("bytea", copying.octets([b"", b"\x00\\\"'", bytes(range(256))]))] == [
        b"",
        b"\x00\\\"'",
        bytes(range(256)),
    ]


CELLS = {
    "text": ["", "NULL", "\\N", "a\tb\nc\r\\d", "阿卜杜·热合曼 ", None, Contact.Way.PHONE],
    "bigint": [0, -7, 2**62, None],
    "boolean": [True, False, None],
    "bytea": [b"", b"\x00\\\t\n", bytes(range(256)), None],
    "date": [date(1949, 10, 1), None],
    "timestamptz": [datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC), None],
    "jsonb": [{}, {"a\tb": ["\\", "\n", 1, None]}],
    "text[]": [[], ["", "a\tb", "\\", '"', "a,b"]],
    "bigint[]": [[], [1, -2]],
}


@pytest.mark.parametrize("kind", CELLS)
def test_every_kind_of_cell_arrives_as_it_was_given(kind):
    given = CELLS[kind]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE given (place int, cell {kind}) ON COMMIT DROP")
        copying.copy("given", ("place", "cell"), enumerate(given))
        cursor.execute("SELECT cell FROM given ORDER BY place")
        back = [json.loads(cell) if kind == "jsonb" else cell for (cell,) in cursor.fetchall()]
    assert [bytes(cell) if isinstance(cell, memoryview) else cell for cell in back] == given


def test_more_rows_than_a_block_and_none_at_all():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE given (place int) ON COMMIT DROP")
        for count in (0, copying.BLOCK, copying.BLOCK + 1):
            copying.copy("given", ("place",), ((place,) for place in range(count)))
        cursor.execute("SELECT count(*) FROM given")
        assert cursor.fetchone()[0] == 2 * copying.BLOCK + 1


def test_cells_told_beforehand_stand_among_the_others():
    told = copying.told(("a\tb", None, 7))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE given (place int, one text, two text, three int, four text) ON COMMIT DROP")
        copying.copy("given", ("place", "one", "two", "three", "four"), [(1, told, "x"), (2, told, "\\")])
        cursor.execute("SELECT * FROM given ORDER BY place")
        assert cursor.fetchall() == [(1, "a\tb", None, 7, "x"), (2, "a\tb", None, 7, "\\")]


def test_rows_of_a_model_are_filled_as_instances_would_be():
    house = queries.house()
    one = Contact.objects.create(person=house, way="phone", field="phone")
    (key,) = copying.fill(Contact, ("person_id", "field", "way"), [(house.pk, "email", "email")])
    other = Contact.objects.get(pk=key)
    assert (other.person_id, other.way, other.field, other.preferred) == (house.pk, "email", "email", one.preferred)
    assert copying.fill(Contact, ("person_id",), []) == []


def test_what_copy_does_not_know_is_refused():
    with pytest.raises(TypeError, match="float"), transaction.atomic():
        copying.copy("people_contact", ("id",), [(1.5,)])


def test_reserved_keys_are_used_once_and_copied_rows_keep_the_constraints():
    keys = copying.reserve("people_contact", 3)
    assert len(set(keys)) == 3
    house = queries.house()
    columns, row = ("id", "person_id", "way", "field", "preferred"), (keys[0], house.pk, "phone", "phone", False)
    copying.copy("people_contact", columns, [row])
    assert Contact.objects.get(pk=keys[0]).field == "phone"
    with pytest.raises(IntegrityError), transaction.atomic():
        copying.copy("people_contact", columns, [(keys[1], *row[1:])])
