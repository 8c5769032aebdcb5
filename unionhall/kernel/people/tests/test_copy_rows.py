"""Rows by COPY and arrays as literals arrive as they were given."""

import json
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from unionhall.kernel.people import queries
from unionhall.kernel.people.models import Contact, Merger, Person, Standing
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


ALIKE = {  # columns are written as a whole: all of one kind, all the same, or mixed
    "text": [["a", "b\tc"], ["\\", "\\"], ["a", "a"], [None, None], ["", None], [Contact.Way.PHONE, Contact.Way.PHONE]],
    "bigint": [[1, 2], [7, 7], [0, None]],
    "boolean": [[True, True], [True, False], [None, True]],
    "date": [[date(1949, 10, 1)] * 2, [date(1949, 10, 1), date(1949, 10, 2)]],
    "text[]": [[["a"], ["a"]], [[], ["a"]], [["\\", '"'], ["a", ""]]],
    "bigint[]": [[[1], [1]], [[], [1, 2]]],
    "bytea": [[b"\x00", b"\x00"], [b"", b"\\"]],
}


@pytest.mark.parametrize(("kind", "given"), [(kind, given) for kind, columns in ALIKE.items() for given in columns])
def test_a_column_arrives_whole_whatever_its_cells_have_in_common(kind, given):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE given (place int, cell {kind}, beside text) ON COMMIT DROP")
        copying.copy("given", ("place", "cell", "beside"), [(place, cell, f"{place}\n") for place, cell in enumerate(given)])
        cursor.execute("SELECT cell, beside FROM given ORDER BY place")
        back = cursor.fetchall()
    assert [bytes(cell) if isinstance(cell, memoryview) else cell for cell, _beside in back] == given
    assert [beside for _cell, beside in back] == ["0\n", "1\n"]


def test_rows_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="zip"), transaction.atomic():
        copying.copy("people_contact", ("id", "person_id"), [(1, 2), (1,)])


def test_a_cast_is_what_the_model_makes_of_the_same_words():
    house, now = queries.house(), datetime(2026, 2, 3, tzinfo=UTC)
    told = {"person": house, "kind": "member", "since": date(2026, 2, 3)}
    mould = copying.Mould(Standing(kind="other", source_kind="a.b", source_id="7"))
    one, other = mould.cast(**told), Standing(**told, source_kind="a.b", source_id="7")
    assert {name: value for name, value in vars(one).items() if name != "_state"} == {
        name: value for name, value in vars(other).items() if name != "_state"
    }
    assert (one.person is house, one._state.adding, one._state.db) == (True, True, None)
    person = copying.Mould(Person(name="甲", registered_at=now, name_keys=["jia"]))
    first, second = person.cast(), person.cast(name="乙")
    first.name_keys.append("x")
    assert (first.name, second.name, second.name_keys) == ("甲", "乙", ["jia"])
    with pytest.raises(AttributeError, match="nme"):
        person.cast(nme="丙")


def test_json_that_rows_share_is_told_with_each():
    values = {"moved": [1, "会"]}
    tell = copying._teller(Merger._meta.get_field("moved"))
    assert [tell(values), tell(values), tell({}), tell(None)] == ['{"moved": [1, "会"]}'] * 2 + ["{}", None]


def test_the_name_of_a_sequence_is_looked_up_once_not_once_a_key():
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (VERBOSE) " + copying.RESERVE, ["people_contact", 1_000])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "InitPlan" in plan and plan.index("InitPlan") < plan.index("pg_get_serial_sequence")


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
