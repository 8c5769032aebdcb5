from datetime import date
from fractions import Fraction

import pytest

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import queries, registry
from unionhall.kernel.ledger.actions import rollups
from unionhall.kernel.ledger.facts import Indicator, Scope, Window
from unionhall.kernel.ledger.models import DimensionSet, Entry
from unionhall.kernel.ledger.tests.world import FOUND, MEMBERS, PAID, SOLVED, VISITED
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

DAY = date(2025, 3, 5)
YEAR = Window.year(2025)
NAME = Text(zh="率", en="rate")
ENDS = {code: Indicator(f"trial.{code}_items", NAME, "sum", fact) for code, fact in (("solved", SOLVED), ("found", FOUND))}
RATE = Indicator("trial.rate", NAME, "ratio", numerator=ENDS["solved"], denominator=ENDS["found"])


@pytest.fixture
def issues(tree):
    """Ten found, nine solved, over two counties, two months and two grades."""
    for n in range(10):
        at, day, grade = tree["ab"[n % 2]], date(2025, 3 + n % 2, 5 + n), {"grade": ("major", "minor")[n // 5]}
        ledger.post(FOUND, at=at, day=day, source=f"trial.issue:{n}", dimensions=grade)
        if n:
            ledger.post(SOLVED, at=at, day=day, source=f"trial.issue:{n}", dimensions=grade)
    return tree


def test_a_ratio_has_two_ends_and_is_not_averaged(issues):
    figures = queries.values([RATE], [Scope(issues[name]) for name in "Aab"], [YEAR])
    assert [figure.number for figure in figures.values()] == [Fraction(9, 10), Fraction(4, 5), Fraction(1)]
    assert [(figure.numerator.number, figure.denominator.number) for figure in figures.values()] == [(9, 10), (4, 5), (5, 5)]
    assert str(figures["trial.rate", Scope(issues["A"]), YEAR]) == "90%"


def test_a_rate_of_nothing_prints_two_dashes(issues):
    assert str(queries.value(RATE, Scope(issues["B"]), YEAR)) == "--"


def test_books_without_entries_count_zero(tree):
    figure = queries.value(registry.indicator("trial.found"), Scope(tree["P"]), YEAR)
    assert (figure.number, str(figure.mark)) == (0, "0")


def test_a_figure_is_cut_by_child_month_and_dimension_without_rest(issues):
    one = registry.indicator("trial.found")
    assert [(cut.organization.name, figure.number) for cut, figure in queries.by_child(one, Scope(issues["A"]), YEAR)] == [
        ("a", 5),
        ("b", 5),
        ("A", 0),
    ]
    assert [figure.number for _window, figure in queries.by_month(one, Scope(issues["P"]), 2025)] == [0, 0, 5, 5] + [0] * 8
    assert [(name, figure.number) for name, figure in queries.by_dimension(one, "grade", Scope(issues["P"]), YEAR)] == [
        ("major", 5),
        ("minor", 5),
    ]


def test_filters_keep_one_value_or_one_of_several(issues):
    grades = ["major", ("major", "minor"), "none"]
    narrowed = [Indicator(f"trial.n{n}", NAME, "count", FOUND, {"grade": wanted}) for n, wanted in enumerate(grades)]
    assert [figure.number for figure in queries.values(narrowed, [Scope(issues["P"])], [YEAR]).values()] == [5, 10, 0]


@pytest.mark.parametrize("built", [False, True])
def test_the_number_of_statements_does_not_grow_with_the_question(issues, django_assert_max_num_queries, built):
    if built:
        rollups.build(Entry.objects.latest("id").pk, keep_from=1)
    indicators = [registry.indicator(f"trial.{name}") for name in ("found", "solved", "visited", "paid", "visited.distinct")]
    with django_assert_max_num_queries(6):
        queries.values(indicators[:1] + indicators[-1:], [Scope(issues["P"])], [YEAR])
    with django_assert_max_num_queries(6):
        queries.values(indicators, [Scope(unit) for unit in issues.values()], [YEAR, Window(DAY, DAY)])


def test_reported_totals_stand_apart(tree):
    ledger.post(VISITED, at=tree["a"], day=DAY, source="trial.visit:1", subject="person:1")
    half = Window(date(2025, 1, 1), date(2025, 6, 30))
    entry = ledger.report_total(VISITED, at=tree["b"], window=half, quantity=800, evidence="2025年上半年报表（盖章）", by=None)
    assert entry.manual and entry.day == half.end
    for code, counted in (("trial.visited", 1), ("trial.visited.distinct", 1)):
        for _round in range(2):
            figure = queries.value(registry.indicator(code), Scope(tree["A"]), YEAR)
            assert (figure.number, figure.manual) == (counted, 800)
            rollups.build(entry.pk, keep_from=1)
    one = registry.indicator("trial.visited")
    assert [behind.quantity for behind in queries.entries_behind(one, Scope(tree["A"]), YEAR, manual=True)] == [800]
    assert queries.entries_behind(one, Scope(tree["A"]), YEAR).count() == 1


@pytest.mark.parametrize(
    ("fact", "wrong"), [(VISITED, {"evidence": " "}), (VISITED, {"quantity": -1}), (MEMBERS, {}), (PAID, {"amount": -5})]
)
def test_a_reported_total_needs_evidence_and_sense(tree, fact, wrong):
    with pytest.raises(Refused):
        ledger.report_total(fact, at=tree["a"], window=YEAR, by=None, **({"quantity": 5, "evidence": "报表"} | wrong))
    assert not Entry.objects.exists()


def test_reconcile_names_where_books_and_records_differ(issues, monkeypatch):
    monkeypatch.setattr(registry, "_recounts", {})
    records = [(issues["ab"[n % 2]].pk, date(2025, 3 + n % 2, 5 + n), 1, 0) for n in range(10)]
    registry.register_recount(FOUND, lambda: records)
    assert queries.reconcile() == []
    records[3] = (issues["b"].pk, records[3][1], 2, 0)
    del records[4]
    found = {(one.organization_id, one.day): (one.posted, one.recounted) for one in queries.reconcile()}
    assert found == {
        (issues["b"].pk, date(2025, 4, 8)): ((1, 0), (2, 0)),
        (issues["a"].pk, date(2025, 3, 9)): ((1, 0), (0, 0)),
    }


def test_reconcile_counts_by_a_dimension_where_one_is_named(issues, monkeypatch):
    monkeypatch.setattr(registry, "_recounts", {})
    rows = DimensionSet.objects.in_bulk()
    records = [
        (one.organization_id, one.day, one.quantity, 0, rows[one.dimensions_id].values["grade"])
        for one in Entry.objects.filter(fact__code=FOUND.code)
    ]
    registry.register_recount(FOUND, lambda: records, by="grade")
    assert queries.reconcile() == []
    unit, day, number, _amount, grade = records[0]
    other = "major" if grade != "major" else "general"
    records[0] = (unit, day, number, 0, other)
    told = {(one.organization_id, one.day, one.value): (one.posted, one.recounted) for one in queries.reconcile()}
    assert told == {(unit, day, grade): ((1, 0), (0, 0)), (unit, day, other): ((0, 0), (1, 0))}
    with pytest.raises(ValueError, match="has no dimension colour"):
        registry.register_recount(FOUND, lambda: records, by="colour")


def test_a_stock_taken_back_as_of_a_day_stands_until_then(tree):
    ledger.post(MEMBERS, at=tree["a"], day=date(2025, 1, 10), source="trial.member:1")
    assert ledger.reverse("trial.member:1", fact=MEMBERS, day=date(2025, 5, 1)) == 1
    members = registry.indicator("trial.members")
    days = [Window.until(day) for day in (date(2025, 1, 9), date(2025, 4, 30), date(2025, 5, 1))]
    assert [figure.number for figure in queries.values([members], [Scope(tree["P"])], days).values()] == [0, 1, 0]


def test_a_flow_is_not_taken_back_on_another_day(tree):
    with pytest.raises(ValueError, match="stock"):
        ledger.reverse("trial.issue:1", fact=FOUND, day=DAY)
