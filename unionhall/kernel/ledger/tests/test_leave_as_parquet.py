"""The books leave as Parquet, and every formula answers the same on PostgreSQL, DuckDB and Spark (the extra `scale`)."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import queries, registry
from unionhall.kernel.ledger.facts import Indicator, Scope, Window
from unionhall.kernel.ledger.tests import world
from unionhall.kernel.ledger.tests.world import FOUND, MEMBERS, PAID, VISITED
from unionhall.kernel.organizations import actions as organizations
from unionhall.lib import clock
from unionhall.lib.text import Text

pytest.importorskip("ibis", reason="the extra `scale` is not installed: make test-scale")
pytest.importorskip("duckdb", reason="the extra `scale` is not installed: make test-scale")
adapters = pytest.importorskip("unionhall.kernel.ledger.adapters")
# Ibis calls functions of DuckDB that DuckDB would rather have called by their new names
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.filterwarnings("ignore::DeprecationWarning")]
MAJOR = Indicator("trial.major", Text("重大", "major"), "sum", FOUND, {"grade": ("major", "minor")})
SEVERE = Indicator("trial.severe", Text("重", "severe"), "distinct", VISITED, {"grade": "major"})
WINDOWS = (Window.year(2025), Window(date(2025, 2, 10), date(2025, 6, 3)), Window(None, date(2025, 9, 30)))


@pytest.fixture
def books(tree_free, declared):
    """A history with corrections, money, a stock, dimensions and a unit that moves."""
    chance = random.Random(7)
    from_tree = world.tree()
    counties = [from_tree[name] for name in "abcd"]
    for n in range(160):
        at, day = chance.choice(counties), date(2025, 1, 1) + timedelta(days=chance.randrange(300))
        grade = {"grade": chance.choice(("major", "minor", "other"))}
        ledger.post(FOUND, at=at, day=day, source=f"trial.issue:{n}", quantity=chance.randrange(1, 4), dimensions=grade)
        ledger.post(VISITED, at=at, day=day, source=f"trial.visit:{n}", subject=str(chance.randrange(40)), dimensions=grade)
        ledger.post(PAID, at=at, day=day, source=f"trial.paid:{n}", subject=str(n % 30), amount=chance.randrange(1, 10**7))
        ledger.post(MEMBERS, at=at, day=day, source=f"trial.member:{n}", quantity=chance.choice((1, 1, -1)))
    for n in range(0, 160, 9):
        ledger.reverse(f"trial.issue:{n}")
        ledger.reverse(f"trial.visit:{n}")
    with clock.fixed(datetime(2025, 4, 30, 4, tzinfo=UTC)):
        organizations.move(from_tree["c"], to=from_tree["A"], by=None, reason="区划调整")
    return from_tree


def wanted(tree):
    codes = ("trial.found", "trial.visited", "trial.visited.distinct", "trial.paid", "trial.paid.distinct", "trial.members")
    known = [registry.indicator(code) for code in codes] + [MAJOR, SEVERE]
    count = Indicator("trial.count", Text("次", "times"), "count", FOUND)
    for unit in ("P", "A", "B", "a", "c"):
        for window in WINDOWS:
            for one in [*known, count]:
                yield one, Scope(tree[unit]), window


def compare(entries, tree):
    mark = queries.mark()
    asked = list(wanted(tree))
    exact = [queries.value(*one, as_of=mark).number for one in asked]
    found = adapters.answers(entries, [adapters.question(*one, mark) for one in asked])
    assert [
        (one[0].code, one[1].organization.name, one[2], a, b) for one, a, b in zip(asked, exact, found, strict=True) if a != b
    ] == []
    assert len(set(exact)) > 20


def test_the_same_answers_on_duckdb_from_parquet(books, tmp_path):
    written = adapters.export(tmp_path)
    assert written["entries"] == 160 * 4 + 18 * 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dimensions.parquet", "entries.parquet", "standings.parquet"]
    compare(adapters.in_duckdb(tmp_path), books)


def test_the_same_answers_on_postgresql(books):
    with adapters.in_postgres() as entries:
        compare(entries, books)


def test_earlier_marks_answer_the_same_too(books, tmp_path):
    then = queries.mark()
    before = queries.value(registry.indicator("trial.found"), Scope(books["P"]), Window.year(2025), as_of=then).number
    ledger.post(FOUND, at=books["a"], day=date(2025, 3, 3), source="trial.issue:9999", dimensions={"grade": "major"})
    adapters.export(tmp_path)
    asked = adapters.question(registry.indicator("trial.found"), Scope(books["P"]), Window.year(2025), then)
    assert adapters.answers(adapters.in_duckdb(tmp_path), [asked]) == [before]


def test_a_rate_is_asked_by_its_ends(books):
    one = registry.indicator("trial.found")
    rate = Indicator("trial.r", Text("率", "rate"), "ratio", numerator=one, denominator=one)
    with pytest.raises(ValueError, match="two questions"):
        adapters.question(rate, Scope(books["P"]), Window.year(2025), queries.mark())


def test_the_same_answers_on_spark(books, tmp_path):
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed: make test-scale")
    adapters.export(tmp_path)
    session = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        compare(adapters.in_spark(session, tmp_path), books)
    finally:
        session.stop()
