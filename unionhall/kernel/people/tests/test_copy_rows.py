"""Rows by COPY and arrays as literals arrive as they were given."""

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


def test_reserved_keys_are_used_once_and_copied_rows_keep_the_constraints():
    keys = copying.reserve("people_contact", 3)
    assert len(set(keys)) == 3
    house = queries.house()
    columns, row = ("id", "person_id", "way", "field", "preferred"), (keys[0], house.pk, "phone", "phone", False)
    copying.copy("people_contact", columns, [row])
    assert Contact.objects.get(pk=keys[0]).field == "phone"
    with pytest.raises(IntegrityError), transaction.atomic():
        copying.copy("people_contact", columns, [(keys[1], *row[1:])])
