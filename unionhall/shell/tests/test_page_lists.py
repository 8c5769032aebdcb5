"""Pages of a list, safe sorting, and totals that stay cheap."""

from dataclasses import dataclass

import pytest
from django.contrib.contenttypes.models import ContentType

from unionhall.shell import paging


def page(rf, query, rows, **options):
    return paging.page_of(rf.get(f"/?{query}"), rows, **options)


@pytest.mark.parametrize(
    ("query", "number", "size", "first", "last"),
    [
        ("", 1, 20, 1, 20),
        ("page=3", 3, 20, 41, 60),
        ("page=99", 16, 20, 301, 310),
        ("page=0", 1, 20, 1, 20),
        ("page=-1", 1, 20, 1, 20),
        ("page=x", 1, 20, 1, 20),
        ("page=٣", 1, 20, 1, 20),
        ("page=999999999999", 1, 20, 1, 20),
        ("size=100&page=4", 4, 100, 301, 310),
        ("size=1000000000", 1, 20, 1, 20),
    ],
)
def test_the_page_asked_for_or_the_nearest(rf, query, number, size, first, last):
    got = page(rf, query, list(range(1, 311)))
    assert (got.number, got.size, got.first, got.last, got.total) == (number, size, first, last, 310)
    assert list(got.rows) == list(range(first, last + 1))


def test_a_total_that_the_door_has_counted_is_not_counted_again(django_assert_num_queries, rf, db):
    rows = ContentType.objects.order_by("pk")
    with django_assert_num_queries(0):
        got = page(rf, "page=2", rows, total=paging.Total(45))
    assert (got.number, got.pages, got.total, got.exact) == (2, 3, 45, True)


def test_an_empty_list_has_one_page_and_no_row(rf):
    got = page(rf, "", [])
    assert (got.pages, got.first, got.last, got.near) == (1, 0, 0, [1])


@pytest.mark.parametrize(
    ("number", "near"),
    [(1, [1, 2, 3, None, 16]), (8, [1, None, 6, 7, 8, 9, 10, None, 16]), (16, [1, None, 14, 15, 16])],
)
def test_numbers_near_the_page(rf, number, near):
    assert page(rf, f"page={number}", list(range(310))).near == near


@pytest.mark.django_db
def test_a_queryset_takes_two_queries_and_stays_a_queryset(rf, django_assert_num_queries):
    kinds = ContentType.objects.order_by("pk")
    with django_assert_num_queries(2):
        got = page(rf, "size=20", kinds)
        assert len(got.rows) == 20
    assert got.total == ContentType.objects.count()
    assert got.rows.query.is_sliced


@pytest.mark.django_db
def test_a_long_list_is_counted_only_to_the_limit(rf, monkeypatch):
    monkeypatch.setattr(paging, "COUNT_LIMIT", 5)
    kinds = ContentType.objects.order_by("pk")
    got = page(rf, "", kinds)
    assert (got.total, got.exact) == (5, False)
    got = page(rf, "count=exact", kinds)
    assert (got.total, got.exact) == (ContentType.objects.count(), True)


@pytest.mark.django_db
def test_every_page_by_its_keys_is_that_of_the_list_and_the_last_ones_are_sought_from_the_end(rf):
    kinds = ContentType.objects.order_by("-model", "pk")
    whole, read = list(kinds), []
    last = -(-len(whole) // 20)
    for number in range(1, last + 1):
        got = page(rf, f"page={number}", kinds, keys_first=True)
        read += list(got.rows)
        offset = int(str(got.rows.query).partition(" OFFSET ")[2].partition(")")[0] or 0)
        assert offset <= len(whole) / 2
    assert read == whole


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", ["due_on", "pk"]),
        ("sort=due", ["due_on", "pk"]),
        ("sort=-due", ["-due_on", "pk"]),
        ("sort=place", ["region", "-level", "pk"]),
        ("sort=-place", ["-region", "level", "pk"]),
        ("sort=password", ["due_on", "pk"]),
        ("sort=", ["due_on", "pk"]),
    ],
)
def test_only_named_orders(rf, query, order):
    allowed = {"due": "due_on", "place": ("region", "-level")}
    assert paging.order_of(rf.get(f"/?{query}"), allowed, "due") == order


@pytest.mark.django_db
def test_the_pager_prints_total_numbers_and_jump(clerk):
    text = clerk.get("/gallery/?tab=mine&page=8").content.decode()
    assert "共 310 条" in text
    assert "141–160" in text
    assert 'aria-current="page" href="?tab=mine&amp;page=8"' in text
    assert '<a rel="next" href="?tab=mine&amp;page=9">' in text
    assert '<input type="hidden" name="tab" value="mine">' in text


@pytest.mark.django_db
def test_the_pager_keeps_every_filter_whatever_it_is_called(clerk):
    """A parameter of the name `items` once stood for the method of the same name, and the page broke."""
    text = clerk.get("/gallery/?items=x&kind=a&kind=b&page=8").content.decode()
    for name, value in (("items", "x"), ("kind", "a"), ("kind", "b")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in text
    assert 'type="hidden" name="page"' not in text


@pytest.mark.parametrize(
    ("state", "number"), [("", 9), ("open", 3), ("found", 2), ("found,closed", 8), ("found,found", 2), ("nowhere", 0)]
)
def test_a_list_by_its_tabs(state, number):
    counts = {"found": 2, "handling": 1, "closed": 6}
    assert paging.total_of(counts, state, opened=["found", "handling", "waiting"]) == paging.Total(number)


@dataclass(frozen=True)
class Asked:
    state: str = ""
    unit: int | None = None
    text: str = ""


@pytest.mark.parametrize(
    ("filters", "alone"),
    [
        (Asked(), True),
        (Asked(state="found"), True),
        (Asked("found", 5), True),
        (Asked(text="a"), False),
        (Asked("", 5, "a"), False),
    ],
)
def test_tabs_have_numbers_where_they_open_as_many(filters, alone):
    assert paging.tabbed(filters, "state", "unit") is alone


@pytest.mark.django_db
def test_one_row_of_a_list_is_shown_alone(rf):
    rows = ContentType.objects.order_by("pk")
    first = rows[0].pk
    alone = page(rf, f"one={first}", rows, one="pk")
    assert (alone.total, alone.alone, [row.pk for row in alone.rows]) == (1, True, [first])
    whole = page(rf, "one=x", rows, one="pk")
    assert (whole.total, whole.alone) == (rows.count(), False)
    assert page(rf, f"one={first}", rows).total == rows.count()
