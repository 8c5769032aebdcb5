"""The same formulas on PostgreSQL, DuckDB and Spark at ten million entries, every answer compared: python bench/scale.py [entries].

The books are filled as in ledger.py: a province, 14 cities, 140 counties, 14,000 unions, two years; 140 flows in persons and
money, 10 stocks. Then a county moves to another city, and some acts are taken back. Every standard formula of every fact is
asked (sum, count, distinct, amount, balance, filtered ones; rates and changes by their two ends) at every level of the tree,
for two years, broken months and since ever, as known now and before the acts were taken back. The house answers from its
roll-ups; each engine answers by the one Ibis expression, PostgreSQL over its own tables, DuckDB and Spark over the exported
Parquet. Needs the extra `scale` (ends with 3 without it); Spark needs Java 17 and is left out, which is said, where there is no
Java. Ends with 1 where an answer differs.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import harness

harness.need_extra("scale", "duckdb", "ibis", "pyspark")
harness.setup(own="bench_scale")

import ledger as books  # noqa: E402

from unionhall.kernel.ledger import actions as ledger  # noqa: E402
from unionhall.kernel.ledger import adapters, queries, registry  # noqa: E402
from unionhall.kernel.ledger.facts import Fact, Indicator, Mark, Scope, Unit, Window, standard  # noqa: E402
from unionhall.kernel.organizations import actions as organizations  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.lib import clock  # noqa: E402
from unionhall.lib.text import Text  # noqa: E402

STOCKS, TAKEN_BACK, ENGINES = 10, 1_000, ("PostgreSQL", "DuckDB", "Spark")
WINDOWS = (
    Window.year(2025),
    Window.year(2024),  # the earlier window of a change
    Window(date(2025, 2, 10), date(2025, 6, 3)),
    Window(None, date(2025, 9, 30)),
)
NAME = Text(zh="测", en="bench")
Case = tuple[Indicator, Scope, Window, Mark]


def facts() -> list[Fact]:
    """The facts of ledger.py, the last of them replaced by stocks."""
    stocks = [
        Fact(f"bench.s{n}", Unit.PERSON, NAME, NAME, subject="person", dimensions=("grade",), stock=True) for n in range(STOCKS)
    ]
    return [*books.facts()[:-STOCKS], *stocks]


def history(entries: int, declared: list[Fact], units: dict[str, Organization]) -> list[Mark]:
    """Fill the books, move a county, take acts back; returns the marks before and after that."""
    books.prepare(declared, units["grassroots"])
    books.fill(1, entries, entries)
    other = Organization.objects.filter(level="city").order_by("-path").first()
    Organization.objects.filter(pk=other.pk).update(last_child=books.COUNTIES)
    with clock.fixed(datetime(2025, 4, 30, 4, tzinfo=UTC)):
        organizations.move(units["county"], to=other, by=None, reason="bench")
    books.build(entries)
    before = queries.mark()
    ledger.reverse_many(f"bench.act:{n}" for n in range(7, entries, max(1, entries // TAKEN_BACK)))
    return [before, queries.mark()]


def asked(declared: list[Fact]) -> list[tuple[Indicator, ...]]:
    """For each fact its standard indicators, its occurrences, and one that is filtered."""
    found = []
    for fact in declared:
        formula = "balance" if fact.stock else "amount" if fact.unit is Unit.CNY else "sum"
        more = [Indicator(f"{fact.code}.grave", NAME, formula, fact, {"grade": ("major", "grave")})]
        if not fact.stock:
            more.append(Indicator(f"{fact.code}.count", NAME, "count", fact))
        found.append((*standard(fact), *more))
    return found


def places(units: dict[str, Organization]) -> list[Scope]:
    """Every level of the tree, a unit's own level, the county that moved, its new city, and two counties that did not."""
    county = units["county"]
    county.refresh_from_db()
    above = [units["province"], units["city"], Organization.objects.filter(level="city").order_by("-path").first(), county]
    counties = list(Organization.objects.filter(level="county").order_by("path")[:2])
    return list(dict.fromkeys([*map(Scope, above), Scope(units["grassroots"], below=False), *map(Scope, counties)]))


def cases(declared: list[Fact], units: dict[str, Organization], marks: list[Mark]) -> list[Case]:
    """Everything that is compared: distinct subjects at the larger units alone, since they cost the house a scan after a move."""
    before, now = marks
    found: list[Case] = []
    for some in asked(declared):
        for one in some:
            whole = one.formula == "distinct"
            for scope in places(units)[: 4 if whole else None]:
                found += [(one, scope, window, now) for window in WINDOWS[: 2 if whole else None]]
        found.append((some[0], Scope(units["province"]), WINDOWS[0], before))
    return found


def house(wanted: list[Case]) -> list[Any]:
    """What the house answers, from its roll-ups."""
    counted: dict[tuple[str, Scope, Window, Mark], Any] = {}
    shelves: dict[tuple[Window, Mark, bool], tuple[dict[str, Indicator], dict[Scope, None]]] = {}
    for one, scope, window, mark in wanted:
        shelf = shelves.setdefault((window, mark, one.formula == "distinct"), ({}, {}))
        shelf[0][one.code], shelf[1][scope] = one, None
    for (window, mark, _distinct), (which, where) in shelves.items():
        figures = queries.values(which.values(), where, [window], as_of=mark)
        counted |= {(*key, mark): figure.number for key, figure in figures.items()}
    return [counted[one.code, *rest] for one, *rest in wanted]


def asked_of(wanted: list[Case]) -> Iterator[adapters.Question]:
    """The same as plain questions; what two facts share is looked up once."""
    cuts: dict[tuple[object, ...], adapters.Question] = {}
    for one, scope, window, mark in wanted:
        key = (one.formula, str(one.allowed), one.facts[0].unit is Unit.CNY, scope, window, mark)
        if key not in cuts:
            cuts[key] = adapters.question(one, scope, window, mark)
        yield replace(cuts[key], facts=tuple(fact.code for fact in one.facts))


@contextmanager
def engine(name: str, folder: Path) -> Iterator[Any]:
    """The table of entries on an engine."""
    if name == "PostgreSQL":
        with adapters.in_postgres() as entries:
            yield entries
    elif name == "DuckDB":
        yield adapters.in_duckdb(folder)
    else:
        from pyspark.sql import SparkSession  # noqa: PLC0415 (Spark is started when its turn has come)

        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.memory", "3g")
        session = builder.config("spark.sql.shuffle.partitions", "8").getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        try:
            yield adapters.in_spark(session, folder)
        finally:
            session.stop()


def main(entries: int) -> None:
    """Fill, export, ask all four, compare."""
    declared = facts()
    registry.register_facts(declared)
    units = books.plant()
    marks = history(entries, declared, units)
    wanted = cases(declared, units, marks)
    questions = list(asked_of(wanted))
    kinds = len({one[0].formula for one in wanted})
    table = harness.Table("scale", f"{entries:,} entries, {len(declared)} facts, {len(wanted):,} answers of {kinds} formulas")
    start = time.perf_counter()
    exact = house(wanted)
    table.add("the house, from roll-ups", f"{time.perf_counter() - start:.1f} s", limit=f"{len(set(exact)):,} different")
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        start = time.perf_counter()
        rows = adapters.export(folder)["entries"]
        took, size = time.perf_counter() - start, sum(path.stat().st_size for path in folder.iterdir())
        table.add(f"export of {rows:,} entries as Parquet", f"{took:.1f} s", limit=f"{size / 2**20:,.0f} MB")
        wrong = 0
        engines = [name for name in ENGINES if name != "Spark" or shutil.which("java") or os.environ.get("JAVA_HOME")]
        if len(engines) < len(ENGINES):
            print("scale.py: Spark NOT MEASURED, no Java was found: install Java 17 from the system's packages")
        for name in engines:
            with engine(name, folder) as lying:
                start = time.perf_counter()
                found = adapters.answers(lying, questions)
                took = time.perf_counter() - start
            differ = [(*case[:3], a, b) for case, a, b in zip(wanted, exact, found, strict=True) if a != b]
            wrong += len(differ)
            table.add(f"{name}, every answer", f"{took:.1f} s", limit=f"{len(differ)} differ", goal="0", met=not differ)
            for one, scope, window, a, b in differ[:5]:
                print(f"    {one.code} {scope.organization.path} {window}: {a} in the house, {b} on {name}")
    print(f"{len(wanted) * len(engines):,} answers compared, {wrong} differ")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 10_000_000)
