"""The places of a statement get their numbers once, in the order in which the database is told of them."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction

from unionhall.lib.statement import (
    Asked,
    columns,
    gathered,
    insert,
    later,
    new,
    numbered,
    one,
    ones,
    record_of,
    records,
    rows,
    waits,
)


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


@pytest.mark.django_db
def test_several_are_asked_by_one_and_each_gets_its_row(django_assert_num_queries):
    made = Asked("INSERT INTO django_content_type (app_label, model) VALUES (%(a)s, 'b %%') RETURNING id, model", {"a": "both"}, 2)
    with django_assert_num_queries(1):
        (key, model), (total, nothing), (known,) = ones(
            made,
            Asked("SELECT %(a)s::int + %(b)s::int AS total, NULL AS nothing", {"a": 1, "b": 2, "c": 3}, 2),
            Asked("WITH a AS (SELECT 5 AS known) SELECT known FROM a", {}, 1),
        )
    assert ContentType.objects.get(pk=key).app_label == "both"
    assert (model, total, nothing, known) == ("b %", 3, None, 5)


@pytest.mark.django_db
def test_a_new_record_is_the_one_that_its_model_makes():
    kind = ContentType.objects.get_for_model(Permission)
    for values in ({"pk": 5, "name": "a", "content_type": kind}, {"codename": "b", "content_type_id": 7}, {"content_type": None}):
        mine, own = new(Permission, **values), Permission(**values)
        assert type(mine) is Permission
        told = [{name: value for name, value in vars(one).items() if name != "_state"} for one in (mine, own)]
        assert told[0] == told[1]
        assert (mine._state.adding, mine._state.db) == (True, None)
        assert mine._state.fields_cache == own._state.fields_cache
    with pytest.raises(TypeError, match="ContentType has no 'other'"):
        new(ContentType, other=1)


KIND = "INSERT INTO django_content_type (app_label, model) VALUES (%s, %s)"
NAMED = "INSERT INTO django_content_type (app_label, model) VALUES (%(label)s, 'half %%')"
COUNT = "SELECT count(*) FROM django_content_type WHERE app_label LIKE 'gathered%%'"


def count(**how):
    return one(COUNT, [], **how)[0]


@pytest.mark.django_db
def test_what_is_gathered_is_written_by_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1) as asked, gathered():
        later(KIND, ["gathered", "a"])
        later(NAMED, {"label": "gathered_named", "more": 1})
        later(KIND, ["gathered", "b"])
    assert asked[0]["sql"].startswith("WITH part_0 AS (INSERT")
    assert count() == 3
    assert ContentType.objects.get(app_label="gathered_named").model == "half %"


@pytest.mark.django_db
def test_outside_of_a_block_it_is_written_at_once():
    later(KIND, ["gathered", "a"])
    assert count() == 1


@pytest.mark.django_db
def test_who_asks_sees_what_was_gathered_before_unless_it_is_asked_aside(django_assert_num_queries):
    with gathered():
        later(KIND, ["gathered", "a"])
        assert (count(aside=True), count()) == (0, 1)
        later(KIND, ["gathered", "b"])
        assert ContentType.objects.filter(app_label="gathered").count() == 2  # Django's own questions as well
        later(KIND, ["gathered", "c"])
        with django_assert_num_queries(1):
            assert count(aside=True) == 2  # also where somebody watches
    assert count() == 3


@pytest.mark.django_db
def test_a_block_inside_another_goes_with_it():
    with gathered():
        with gathered():
            later(KIND, ["gathered", "a"])
        assert (waits(KIND), waits(NAMED), count(aside=True)) == (True, False, 0)
    assert (waits(KIND), count()) == (False, 1)


@pytest.mark.django_db
def test_nothing_is_written_where_the_block_fails():
    with pytest.raises(LookupError), gathered():
        later(KIND, ["gathered", "a"])
        raise LookupError
    assert count() == 0


@pytest.mark.django_db
def test_what_a_savepoint_takes_back_is_not_written_afterwards():
    with gathered():
        later(KIND, ["gathered", "before"])
        with pytest.raises(LookupError), transaction.atomic():
            later(KIND, ["gathered", "inside"])
            raise LookupError
        later(KIND, ["gathered", "after"])
    assert sorted(ContentType.objects.filter(app_label="gathered").values_list("model", flat=True)) == ["after", "before"]


@pytest.mark.django_db
def test_one_part_that_is_forbidden_takes_all_of_them_along():
    with pytest.raises(IntegrityError), transaction.atomic(), gathered():
        later(KIND, ["gathered", "a"])
        later(KIND, ["gathered", "a"])
    assert count() == 0


@pytest.mark.django_db
def test_a_record_whose_key_was_drawn_goes_with_the_others(django_assert_num_queries):
    drawn, unread, read = (ContentType(app_label="gathered", model=name) for name in "abc")
    drawn.pk = 2_000_000
    with django_assert_num_queries(3), gathered():
        insert(drawn)
        insert(unread, unread=True)
        assert (unread.pk, drawn._state.adding) == (None, False)
        insert(read)  # asks for its key: what was gathered is written before
        assert (count(aside=True), read.pk > 0) == (3, True)


@pytest.mark.django_db
@pytest.mark.parametrize("value", [5, None])
def test_a_value_of_another_type_is_written_as_django_writes_it(value):
    """A whole number in a field of text: what knows better is asked."""
    insert(ContentType(app_label="gathered", model="" if value is None else value))
    assert ContentType.objects.get(app_label="gathered").model == ("" if value is None else "5")
