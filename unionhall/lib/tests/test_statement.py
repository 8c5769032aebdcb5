"""The places of a statement get their numbers once, in the order in which the database is told of them."""

import pytest
from django.contrib.contenttypes.models import ContentType

from unionhall.lib.statement import columns, numbered, record_of, records, rows


@pytest.mark.parametrize(
    ("written", "sent", "names"),
    [
        ("SELECT 1", b"SELECT 1", ()),
        ("SELECT %s", b"SELECT $1", ()),
        ("SELECT %s, %s, %s", b"SELECT $1, $2, $3", ()),
        ("SELECT %(a)s", b"SELECT $1", ("a",)),
        ("SELECT %(b)s, %(a)s", b"SELECT $1, $2", ("b", "a")),
        ("SELECT %(a)s, %(b)s, %(a)s", b"SELECT $1, $2, $1", ("a", "b")),
        ("a LIKE 'x%%'", b"a LIKE 'x%'", ()),
        ("a LIKE 'x%%' AND b = %s", b"a LIKE 'x%' AND b = $1", ()),
        ("a %% 2 = %(rest)s", b"a % 2 = $1", ("rest",)),
        ("a = '%%s'", b"a = '%s'", ()),
        ("a = '%%%s'", b"a = '%$1'", ()),
        ("a = '姓名' AND b = %s", "a = '姓名' AND b = $1".encode(), ()),
    ],
)
def test_places_are_numbered(written, sent, names):
    assert numbered(written) == (sent, names)


def test_a_name_of_many_places_is_told_once():
    sent, names = numbered(" ".join(["%(a)s"] * 60 + ["%(b)s"]))
    assert names == ("a", "b")
    assert (sent.count(b"$1"), sent.count(b"$2"), sent.count(b"$")) == (60, 1, 61)


def test_a_statement_is_read_once():
    assert numbered("SELECT %(once)s")[0] is numbered("SELECT %(once)s")[0]


def test_records_side_by_side_are_what_their_columns_say():
    assert columns(ContentType, "t") == "t.id, t.app_label, t.model"
    first, none, last = records([1, "a", "x", None, None, None, 2, "b", "y", "more"], ContentType, ContentType, ContentType)
    assert (first.pk, first.model, none, last.pk, last.app_label) == (1, "x", None, 2, "b")
    assert not first._state.adding


@pytest.mark.django_db
def test_what_is_left_where_it_is_is_read_when_it_is_asked_for(django_assert_num_queries):
    kept, left = ContentType.objects.create(app_label="a", model="x"), frozenset({"model"})
    assert columns(ContentType, "t", left) == "t.id, t.app_label"
    (found,) = records([kept.pk, "a"], ContentType, left=left)
    assert found.get_deferred_fields() == {"model"}
    with django_assert_num_queries(1):
        assert (found, found.app_label, found.model) == (kept, "a", "x")


def test_a_record_has_a_value_for_each_of_its_columns():
    with pytest.raises(ValueError, match="shorter"):
        record_of(ContentType, ["id", "app_label"], [1])


@pytest.mark.django_db
def test_all_rows_are_given():
    assert rows("SELECT n FROM generate_series(1, %s) AS n", [3]) == [(1,), (2,), (3,)]
    assert rows("SELECT n FROM generate_series(1, %(n)s) AS n", {"n": 0}) == []
