"""Two subjects found to be one: counted once from now on, as before at earlier marks, and taken back."""

from datetime import date

import pytest

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import queries, registry
from unionhall.kernel.ledger.actions import rollups, subjects
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.ledger.models import Entry
from unionhall.kernel.ledger.tests.world import HELD, PAID, VISITED

YEAR = Window.year(2025)
COUNTS = ("trial.visited", "trial.visited.distinct")


def visits(tree):
    """Person 7 visited twice and person 8 once in county a, person 8 once in county b; other kinds of subject bear number 8 too."""
    for source, (place, person) in enumerate((("a", 7), ("a", 7), ("a", 8), ("b", 8)), start=1):
        ledger.post(VISITED, at=tree[place], day=date(2025, source, 5), source=f"trial.visit:{source}", subject=f"person:{person}")
    ledger.post(PAID, at=tree["a"], day=date(2025, 3, 5), source="trial.grant:1", subject="household:8", amount=100)
    ledger.post(HELD, at=tree["a"], day=date(2025, 3, 5), source="trial.event:8", subject="event:8")


def counted(tree, *places, **more):
    return [[queries.value(registry.indicator(code), Scope(tree[name]), YEAR, **more).number for code in COUNTS] for name in places]


@pytest.mark.parametrize("built", [False, True])
def test_distinct_counts_fall_together_sums_stay_and_earlier_marks_print_again(tree, built):
    visits(tree)
    if built:  # half of it rolled up, with every node kept, half in the tail
        rollups.build(Entry.objects.order_by("pk")[2].pk, keep_from=1)
    before = queries.mark()
    moved = subjects.change("person", 8, 7)
    assert len(moved) == 2
    assert counted(tree, "P", "a", "b") == [[4, 1], [3, 1], [1, 1]]
    assert counted(tree, "P", "a", "b", as_of=before) == [[4, 2], [3, 2], [1, 1]]
    assert set(Entry.objects.exclude(fact__code="trial.visited").values_list("subject", flat=True)) == {8}
    if built:
        rollups.build(Entry.objects.latest("pk").pk, keep_from=1)
        assert counted(tree, "P", "a", "b") == [[4, 1], [3, 1], [1, 1]]
    assert subjects.change("person", 8, 7) == []
    subjects.change("person", 7, 8, only=moved)
    assert counted(tree, "P", "a", "b") == [[4, 2], [3, 2], [1, 1]]


def test_what_a_source_takes_back_later_is_the_entry_that_stands(tree):
    visits(tree)
    moved = subjects.change("person", 8, 7)
    assert ledger.reverse("trial.visit:3") == 1
    assert counted(tree, "a") == [[2, 1]]
    assert len(subjects.change("person", 7, 8, only=moved)) == 1  # the one that was taken back stays so
    assert counted(tree, "P", "a") == [[3, 2], [2, 1]]


def test_a_retry_of_the_act_finds_its_entry_under_the_new_number(tree):
    visits(tree)
    subjects.change("person", 8, 7)
    again = {"at": tree["a"], "day": date(2025, 3, 5), "source": "trial.visit:3"}
    ledger.post(VISITED, subject="person:7", **again)
    with pytest.raises(ledger.AlreadyPosted):
        ledger.post(VISITED, subject="person:8", **again)
    assert counted(tree, "P") == [[4, 1]]
