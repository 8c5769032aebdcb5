from datetime import date

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import queries, registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.ledger.models import Entry
from unionhall.kernel.ledger.tests.world import FOUND, MEMBERS, PAID, VISITED

DAY = date(2025, 3, 5)
YEAR = Window.year(2025)


def number(code, scope, window=YEAR, **more):
    figure = queries.value(registry.indicator(code), scope, window, **more)
    return figure.number


def test_an_entry_counts_for_its_unit_and_those_above(tree):
    entry = ledger.post(FOUND, at=tree["a"], day=DAY, source="trial.issue:1", dimensions={"grade": "major"})
    assert Entry.objects.get(pk=entry.pk).org_path == tree["a"].path
    assert [number("trial.found", Scope(tree[name])) for name in ("a", "A", "P", "b", "B")] == [1, 1, 1, 0, 0]
    assert [number("trial.found", Scope(tree[name], below=False)) for name in ("a", "A", "P")] == [1, 0, 0]


def test_a_retry_counts_once_and_other_content_is_refused(tree):
    first = ledger.post(FOUND, at=tree["a"], day=DAY, source="trial.issue:1")
    assert ledger.post(FOUND, at=tree["a"], day=DAY, source="trial.issue:1").pk == first.pk
    with pytest.raises(ledger.AlreadyPosted):
        ledger.post(FOUND, at=tree["a"], day=date(2025, 3, 6), source="trial.issue:1")
    ledger.post(FOUND, at=tree["a"], day=DAY, source="trial.issue:1", occurrence=1)
    assert number("trial.found", Scope(tree["P"])) == 2


def test_many_sources_are_taken_back_at_once(tree):
    for n in range(1, 5):
        ledger.post(FOUND, at=tree["a"], day=DAY, source=f"trial.issue:{n}")
    ledger.post(PAID, at=tree["b"], day=DAY, source="trial.grant:1", subject="household:7", amount=300000)
    ledger.reverse("trial.issue:1")
    before = queries.mark()
    gone = ["trial.issue:1", "trial.issue:2", ("trial.issue", 3), "trial.grant:1", "trial.issue:99"]
    assert ledger.reverse_many(gone) == 3
    assert ledger.reverse_many(gone) == 0
    assert number("trial.found", Scope(tree["P"])) == 1
    assert number("trial.found", Scope(tree["P"]), as_of=before) == 3
    assert queries.reconcile() == []


def test_a_correction_reverses_and_posts_anew(tree):
    ledger.post(PAID, at=tree["a"], day=DAY, source="trial.grant:1", subject="household:7", amount=300000)
    before = queries.mark()
    assert ledger.reverse("trial.grant:1") == 1
    assert ledger.reverse("trial.grant:1") == 0
    ledger.post(PAID, at=tree["a"], day=DAY, source="trial.grant:1", subject="household:7", amount=250000)
    assert number("trial.paid", Scope(tree["P"])) == 250000
    assert number("trial.paid", Scope(tree["P"]), as_of=before) == 300000
    assert number("trial.paid.distinct", Scope(tree["P"])) == 1


def test_persons_are_not_person_times(tree):
    for source, person in enumerate((7, 7, 8)):
        ledger.post(VISITED, at=tree["ab"[source % 2]], day=DAY, source=f"trial.visit:{source}", subject=f"person:{person}")
    assert number("trial.visited", Scope(tree["P"])) == 3
    assert number("trial.visited.distinct", Scope(tree["P"])) == 2
    assert [number("trial.visited.distinct", Scope(tree[name])) for name in "ab"] == [2, 1]


def test_a_stock_is_a_balance_at_a_day(tree):
    ledger.post(MEMBERS, at=tree["a"], day=date(2024, 5, 1), source="trial.member:1", quantity=10)
    ledger.post(MEMBERS, at=tree["a"], day=date(2025, 5, 1), source="trial.member:2", quantity=-3)
    assert number("trial.members", Scope(tree["A"]), Window.until(date(2025, 4, 30))) == 10
    assert number("trial.members", Scope(tree["A"]), Window.until(date(2025, 5, 1))) == 7
    assert number("trial.members", Scope(tree["A"]), YEAR) == 7


@pytest.mark.parametrize("statement", ["UPDATE ledger_entry SET quantity = 2", "DELETE FROM ledger_entry", "TRUNCATE ledger_entry"])
def test_nobody_rewrites_the_books(tree, statement):
    ledger.post(FOUND, at=tree["a"], day=DAY, source="trial.issue:1")
    with pytest.raises((InternalError, ProgrammingError), match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.get().quantity == 1


def test_the_application_may_post_and_not_rewrite(tree, as_application):
    with as_application():
        ledger.post(FOUND, at=tree["a"], day=DAY, source="trial.issue:1")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM ledger_entry")


def test_a_posting_for_a_day_before_a_move_counts_where_the_unit_stood(tree):
    unit = tree["a"]
    span = unit.path_spans.get()
    span.until = date(2025, 6, 1)
    span.save()
    unit.path_spans.create(path=tree["B"].path + "0009", since=date(2025, 6, 1))
    unit.path, unit.path_since, unit.parent = tree["B"].path + "0009", date(2025, 6, 1), tree["B"]
    unit.save()
    ledger.post(FOUND, at=unit, day=DAY, source="trial.issue:1")
    ledger.post(FOUND, at=unit, day=date(2025, 6, 1), source="trial.issue:2")
    assert [number("trial.found", Scope(tree[name])) for name in ("A", "B", "P")] == [1, 1, 2]
    assert number("trial.found", Scope(unit)) == 2
