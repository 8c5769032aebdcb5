"""The mark of narrowed rows and the refusal of a page to show rows without it."""

import pytest
from django.core.paginator import Paginator

from unionhall.kernel.access.models import Grant
from unionhall.lib import scope


def test_a_guarded_queryset_without_the_mark_is_named():
    with pytest.raises(scope.Unscoped) as refused:
        scope.assert_marked({"page": {"grants": Grant.objects.all()}})
    assert "context.page.grants" in str(refused.value)


def test_a_marked_one_passes():
    scope.assert_marked({"grants": scope.mark(Grant.objects.all()).filter(pk=1).order_by("pk")[:5], "n": 3, "words": ["a"]})


def test_pages_lists_and_rows_are_looked_into(db):
    row = Grant()
    assert scope.unmarked({"rows": [row]}) == ["context.rows[0]"]
    assert scope.unmarked({"page": Paginator(Grant.objects.order_by("pk"), 5).page(1)}) == ["context.page.object_list"]
    assert scope.unmarked({"row": scope.mark(row)}) == []


def test_rows_of_a_marked_queryset_carry_it(db, cast):
    assert all(scope.is_marked(row) for row in scope.mark(Grant.objects.all()))
    assert all(scope.is_marked(row) for row in scope.mark(Grant.objects.all()).iterator())
    assert not any(scope.is_marked(row) for row in Grant.objects.all())
    assert scope.is_marked(scope.mark(Grant.objects.all()).first())
