from dataclasses import replace
from datetime import date

import pytest

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import queries, registry
from unionhall.kernel.ledger.actions import rollups
from unionhall.kernel.ledger.actions.bulk import Row
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.ledger.models import Entry, PeriodSum
from unionhall.kernel.ledger.tests.world import FOUND, PAID, VISITED

DAY = date(2025, 3, 5)


def rows(tree, numbers, **more):
    return [Row(tree["abcd"[n % 4]], DAY, f"trial.visit:{n}", f"person:{n % 3}", **more) for n in numbers]


def number(code, scope):
    return queries.value(registry.indicator(code), scope, Window.year(2025)).number


def test_rows_count_as_if_posted_one_by_one(tree):
    assert ledger.post_many(VISITED, rows(tree, range(10), dimensions={"grade": "major"}, quantity=2)) == 10
    one = ledger.post(
        VISITED, at=tree["b"], day=DAY, source="trial.visit:99", subject="person:1", quantity=2, dimensions={"grade": "major"}
    )
    many = Entry.objects.get(source_id=1)
    for name in (
        "organization_id",
        "subject",
        "quantity",
        "amount",
        "dimensions_id",
        "day",
        "month",
        "fact_id",
        "manual",
        "org_path",
        "occurrence",
        "generation",
        "source_kind_id",
        "reversal_of",
    ):
        assert getattr(many, name) == getattr(one, name), name
    assert number("trial.visited", Scope(tree["P"])) == 22
    assert number("trial.visited.distinct", Scope(tree["P"])) == 3


def test_a_retry_adds_only_what_is_missing(tree):
    assert ledger.post_many(VISITED, iter(rows(tree, range(5)))) == 5
    assert ledger.post_many(VISITED, iter(rows(tree, range(8)))) == 3
    assert Entry.objects.count() == 8


def test_what_was_taken_back_is_posted_anew(tree):
    ledger.post_many(VISITED, rows(tree, range(3)))
    ledger.reverse("trial.visit:1")
    assert ledger.post_many(VISITED, rows(tree, range(3))) == 1
    assert number("trial.visited", Scope(tree["P"])) == 3


def test_other_content_is_refused_and_nothing_is_posted(tree):
    ledger.post_many(VISITED, rows(tree, range(3)))
    with pytest.raises(ledger.AlreadyPosted):
        ledger.post_many(VISITED, rows(tree, range(2, 6), quantity=5))
    assert Entry.objects.count() == 3


def test_several_facts_go_in_together_and_again_without_doubling(tree):
    batch = [
        entry
        for n in range(3)
        for entry in (
            (FOUND, Row(tree["a"], DAY, f"trial.visit:{n}", dimensions={"grade": "major"})),
            (VISITED, Row(tree["a"], DAY, f"trial.visit:{n}", f"person:{n}", quantity=2)),
            (PAID, Row(tree["b"], DAY, f"trial.visit:{n}", f"household:{n}", amount=500 + n)),
        )
    ]
    assert ledger.post_together(batch[:6]) == 6
    assert ledger.post_together(iter(batch)) == 3
    told = Entry.objects.filter(source_id=2).order_by("id").values_list("fact__code", "organization_id", "quantity", "amount")
    assert list(told) == [
        ("trial.found", tree["a"].pk, 1, 0), ("trial.visited", tree["a"].pk, 2, 0), ("trial.paid", tree["b"].pk, 1, 502),
    ]  # fmt: skip
    with pytest.raises(ledger.AlreadyPosted):
        ledger.post_together([(FOUND, Row(tree["a"], DAY, "trial.visit:9")), (PAID, batch[2][1]._replace(amount=1))])
    assert Entry.objects.count() == 9


def test_a_fact_that_nobody_registered_is_refused(tree):
    with pytest.raises(ValueError, match="not registered"):
        ledger.post_together([(replace(FOUND, code="trial.unheard"), Row(tree["a"], DAY, "trial.visit:1"))])


def test_several_kinds_of_source_in_one_batch(tree):
    batch = [Row(tree["a"], DAY, f"trial.kind{n % 3}:{n}") for n in range(7000)]
    assert ledger.post_many(FOUND, batch) == 7000
    assert Entry.objects.filter(source_kind__label="trial.kind2").count() == 2333


@pytest.mark.parametrize(
    "wrong", [{"quantity": 0}, {"quantity": -1}, {"dimensions": {"colour": "red"}}, {"amount": 5}, {"subject": ""}]
)
def test_a_row_that_its_fact_does_not_declare_is_refused(tree, wrong):
    row = {"at": tree["a"], "day": DAY, "source": "trial.visit:1", "subject": "person:1"} | wrong
    with pytest.raises(ValueError, match=r"trial\.visited"):
        ledger.post_many(VISITED, [Row(**row)])
    with pytest.raises(ValueError, match=r"trial\.visited"):
        ledger.post(VISITED, **row)
    assert not Entry.objects.exists()


def test_money_is_exact_to_the_fen(tree):
    batch = [Row(tree["a"], DAY, f"trial.grant:{n}", f"household:{n}", amount=10**13 + n) for n in range(1000)]
    ledger.post_many(PAID, batch)
    assert number("trial.paid", Scope(tree["A"])) == 1000 * 10**13 + 499500


def test_a_subject_is_never_an_identity_number(tree):
    with pytest.raises(ValueError, match="identity"):
        ledger.post(VISITED, at=tree["a"], day=DAY, source="trial.visit:1", subject="420602199001011234")


def test_the_application_posts_in_bulk_and_builds(tree, as_application):
    with as_application():
        assert ledger.post_many(VISITED, rows(tree, range(4))) == 4
        assert ledger.post_many(VISITED, rows(tree, range(6))) == 2
        rollups.build(Entry.objects.latest("id").pk, keep_from=1)
        rollups.clear()
        rollups.build(Entry.objects.latest("id").pk, keep_from=1)
        assert number("trial.visited.distinct", Scope(tree["P"])) == 3
    assert PeriodSum.objects.filter(path=tree["P"].path).exists()
