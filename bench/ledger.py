"""The books at ten million entries: posting, bulk posting, 150 figures of any unit and year. Run: python bench/ledger.py [entries]

150 facts over two years in a tree of a province, 14 cities, 140 counties and 14,000 unions; two million persons. The limit
beside our figure is the same question asked of the entries by one scan, and every answer is compared with it to the fen.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import harness

harness.setup(own="bench_ledger")

from django.db import connection, transaction  # noqa: E402

from unionhall.kernel.ledger import actions as ledger  # noqa: E402
from unionhall.kernel.ledger import queries, registry  # noqa: E402
from unionhall.kernel.ledger.actions import bulk, rollups  # noqa: E402
from unionhall.kernel.ledger.facts import Fact, Scope, Unit, Window, standard  # noqa: E402
from unionhall.kernel.organizations.models import Organization, PathSpan  # noqa: E402
from unionhall.kernel.organizations.rules import path_range, segment  # noqa: E402
from unionhall.lib.text import Text  # noqa: E402

CITIES, COUNTIES, UNIONS, FACTS, PERSONS = 14, 10, 100, 150, 2_000_000
YEAR = Window.year(2025)
FILL = """
INSERT INTO ledger_entry (organization_id, posted_at, subject, quantity, amount, dimensions_id, source_id, day, month, occurrence,
                          fact_id, source_kind_id, generation, manual, org_path)
SELECT o.id, now(), 1 + abs(hashint8extended(i, 1)) %% {persons}, 1,
       CASE WHEN f.money THEN abs(hashint8extended(i, 2)) %% 1000000 ELSE 0 END, sets.d[1 + (i %% 4)::int], i, day.day,
       date_part('year', day.day)::int * 12 + date_part('month', day.day)::int - 1, 0, f.id,
       (SELECT id FROM ledger_sourcekind WHERE label = 'bench.act'), 0, false, o.path
  FROM generate_series(%(low)s::bigint, %(high)s::bigint) AS i
  CROSS JOIN LATERAL (SELECT DATE '2024-01-01' + ((i - 1) * 731 / %(total)s::bigint)::int AS day) AS day
  JOIN bench_unit o ON o.number = abs(hashint8extended(i, 3)) %% {units}
  JOIN bench_fact f ON f.number = abs(hashint8extended(i, 4)) %% {facts}
  CROSS JOIN LATERAL (SELECT array_agg(id ORDER BY id) AS d FROM ledger_dimensionset WHERE values ? 'grade') AS sets
"""
SCAN = """
SELECT f.code, sum(e.quantity)::bigint, sum(e.amount)::bigint {distinct}
  FROM ledger_entry e JOIN ledger_factnumber f ON f.id = e.fact_id
 WHERE e.day BETWEEN '2025-01-01' AND '2025-12-31' AND e.org_path >= %s AND e.org_path < %s GROUP BY 1
"""


def facts() -> list[Fact]:
    """Half of them money, half person-times; all with persons as subjects and a grade."""
    name = Text(zh="测", en="bench")
    return [
        Fact(f"bench.f{n:03}", Unit.CNY if n % 2 else Unit.PERSON_TIME, name, name, subject="person", dimensions=("grade",))
        for n in range(FACTS)
    ]


def plant() -> dict[str, Organization]:
    """The tree; returns one unit of each level."""
    units = [Organization(name="省", level="province", kind="federation", path=segment(1), depth=1)]
    for depth, (level, count) in enumerate((("city", CITIES), ("county", COUNTIES), ("grassroots", UNIONS)), 2):
        above = [unit for unit in units if unit.depth == depth - 1]
        units += [
            Organization(name=f"{level}{n}", level=level, kind="federation", path=unit.path + segment(n), depth=depth)
            for unit in above
            for n in range(1, count + 1)
        ]
    Organization.objects.bulk_create(units, batch_size=2000)
    PathSpan.objects.bulk_create([PathSpan(organization=unit, path=unit.path) for unit in units], batch_size=2000)
    return {level: next(unit for unit in units if unit.level == level) for level in ("province", "city", "county", "grassroots")}


def prepare(declared: list[Fact], some: Organization) -> None:
    """Give facts, kinds and dimension sets their numbers through ordinary postings, and tables for filling."""
    for place, fact in enumerate(declared):
        grade = {"grade": ("minor", "middling", "major", "grave")[place % 4]}
        ledger.post(fact, at=some, day=date(2024, 1, 1), source=f"bench.act:{10**12 + place}", subject="person:1", dimensions=grade)
    money = [fact.code for fact in declared if fact.unit is Unit.CNY]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bench_unit AS SELECT row_number() OVER (ORDER BY path) - 1 AS number, id, path"
            " FROM organizations_organization WHERE level = 'grassroots'"
        )
        cursor.execute(
            "CREATE TEMP TABLE bench_fact AS SELECT row_number() OVER (ORDER BY code) - 1 AS number, id, code = ANY(%s) AS money"
            " FROM ledger_factnumber WHERE code LIKE 'bench.%%'",
            [money],
        )
        cursor.execute("ANALYZE bench_unit, bench_fact")


def fill(low: int, high: int, total: int) -> None:
    """Entries low to high of `total`, in the order of their days, made by the server itself."""
    sql = FILL.format(persons=PERSONS, units=CITIES * COUNTIES * UNIONS, facts=FACTS)
    for start in range(low, high + 1, 500_000):
        with connection.cursor() as cursor:
            cursor.execute(sql, {"low": start, "high": min(start + 499_999, high), "total": total})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE ledger_entry")


def build(upto: int) -> None:
    """Roll up; asked again while other transactions of the server hold the watermark back."""
    while ledger.build_rollups() < upto:
        time.sleep(0.1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE ledger_periodsum, ledger_presence, ledger_trace, ledger_node")


def scan(unit: Organization, *, distinct: bool) -> dict[str, tuple[int, ...]]:
    """The same question asked of the entries."""
    more = ", count(DISTINCT e.subject)" if distinct else ""
    with connection.cursor() as cursor:
        cursor.execute(SCAN.format(distinct=more), path_range(unit.path))
        return {row[0]: row[1:] for row in cursor.fetchall()}


def check(declared: list[Fact], unit: Organization) -> None:
    """Every figure equals the scan."""
    truth = scan(unit, distinct=True)
    indicators = [one for fact in declared for one in standard(fact)]
    figures = queries.values(indicators, [Scope(unit)], [YEAR])
    for fact in declared:
        quantity, amount, persons = truth.get(fact.code, (0, 0, 0))
        counted = [figures[one.code, Scope(unit), YEAR].number for one in standard(fact)]
        assert counted == [amount if fact.unit is Unit.CNY else quantity, persons], (fact.code, unit.name, counted)


def figures(table: harness.Table, declared: list[Fact], units: dict[str, Organization], label: str) -> dict[str, float]:
    """150 figures of a unit of each level, sums and then with distinct persons."""
    took = {}
    own, both = [standard(fact)[0] for fact in declared], [one for fact in declared for one in standard(fact)]
    for level, unit in units.items():
        check(declared, unit)
        for what, indicators, goal in (("sums", own, 0.020), ("sums and distinct", both, 0.200)):
            ask = partial(queries.values, indicators, [Scope(unit)], [YEAR])
            ours = took[f"{level} {what}"] = harness.middle(ask, times=15)
            limit = harness.seconds(lambda unit=unit, what=what: scan(unit, distinct=what != "sums"))
            table.add(
                f"{label}: 150 facts, {level}, year: {what}",
                f"{ours * 1000:.1f} ms",
                limit=f"scan {limit * 1000:.0f} ms",
                ratio=limit / ours,
                goal=f"<= {goal * 1000:.0f} ms",
                met=ours <= goal,
            )
    return took


def posting(table: harness.Table, declared: list[Fact], unit: Organization) -> None:
    """One entry inside an act, beside the bare insert of the same columns into a table without indexes."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_bare (LIKE ledger_entry)")
    bare = (
        "INSERT INTO bench_bare (id, organization_id, posted_at, subject, quantity, amount, dimensions_id, source_id, day, month,"
        " occurrence, fact_id, source_kind_id, generation, manual, org_path) VALUES (1, 1, now(), %s, 1, 0, 0, %s, '2025-05-05',"
        " 24304, 0, 1, 1, 0, false, %s)"
    )
    count = iter(range(10**9, 2 * 10**9))

    def one() -> None:
        n = next(count)
        ledger.post(
            declared[0],
            at=unit,
            day=date(2025, 5, 5),
            source=f"bench.single:{n}",
            subject=f"person:{n}",
            dimensions={"grade": "major"},
        )

    def insert() -> None:
        n = next(count)
        with connection.cursor() as cursor:
            cursor.execute(bare, [n, n, unit.path])

    with transaction.atomic():
        one()
        times = [(harness.seconds(one), harness.seconds(insert)) for _ in range(2000)]
        transaction.set_rollback(True)
    ours, limit = statistics.median(a for a, _ in times), statistics.median(b for _, b in times)
    table.add(
        "posting inside an act, p50",
        f"{ours * 1000:.3f} ms",
        limit=f"insert {limit * 1000:.3f} ms",
        ratio=limit / ours,
        goal="<= 0.5 ms",
        met=ours <= 0.0005,
    )


def bulk_posting(table: harness.Table, declared: list[Fact], rows: int = 200_000) -> None:
    """COPY through post_many, beside the COPY of the same bytes into such a table with its keys and checks, and into a bare one."""
    units = list(Organization.objects.filter(level="grassroots"))
    dice, start = harness.dice(), 10**10
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(365)]
    plain = Fact("bench.plain", Unit.ISSUE, Text("测", "bench"), Text("测", "bench"))
    registry.register_facts([plain])
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_copy (LIKE ledger_entry)")
        cursor.execute("ALTER TABLE bench_copy ALTER id DROP NOT NULL")
        cursor.execute("CREATE TABLE bench_keyed (LIKE ledger_entry INCLUDING ALL)")
    for what, fact in (("with person and grade", declared[0]), ("plain", plain)):
        took: list[tuple[float, float, float]] = []
        for _pair in range(harness.PAIRS):
            start += rows
            more = {"subject": "person:1", "dimensions": {"grade": "major"}} if fact is not plain else {}
            batch = [bulk.Row(dice.choice(units), dice.choice(days), f"bench.bulk:{start + n}", **more) for n in range(rows)]
            keyed, bare = packed(fact, "bench_keyed", batch), packed(fact, "bench_copy", batch)
            ours = harness.seconds(lambda batch=batch, fact=fact: ledger.post_many(fact, batch))
            took.append((ours, harness.seconds(keyed), harness.seconds(bare)))
        ours = rows / statistics.median(one for one, _keyed, _bare in took)
        for place, limit in ((1, "same keys"), (2, "no keys")):
            table.add(
                f"bulk posting, {what}",
                f"{ours:,.0f}/s",
                limit=f"{limit} {rows / statistics.median(one[place] for one in took):,.0f}/s",
                ratio=statistics.median(one[place] / one[0] for one in took),
                goal=">= 150,000/s",
                met=ours >= 150_000,
            )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_keyed")


def packed(fact: Fact, into: str, batch: list[bulk.Row]) -> Callable[[], None]:
    """An act that sends the rows, packed beforehand, to a table by COPY and does nothing else."""
    writer, given = bulk.Writer(into), [(fact, row) for row in batch]
    writer._learn(given[:1])
    blocks = [writer._block(given[at : at + bulk.CHUNK]) for at in range(0, len(given), bulk.CHUNK)]

    def send() -> None:
        with connection.cursor() as cursor, cursor.copy(writer.sql) as copy:
            copy.write(bulk.HEADER)
            for block in blocks:
                copy.write(block)
            copy.write(bulk.TRAILER)

    return send


def main(entries: int) -> None:
    """Fill a tenth, measure, fill the rest, measure again."""
    declared = facts()
    registry.register_facts(declared)
    units = plant()
    prepare(declared, units["grassroots"])
    table = harness.Table("ledger", f"{entries:,} entries, {FACTS} facts, 14,155 units, two years")
    fill(1, entries // 10, entries // 10)
    build(entries // 10)
    small = figures(table, declared, units, f"{entries // 10:,}")
    fill(entries // 10 + 1, entries, entries)
    while rollups.settle() < entries:
        time.sleep(0.1)
    rollups.clear()
    took = harness.seconds(partial(build, entries))
    table.add("roll-ups thrown away and built anew", f"{entries / took:,.0f}/s")
    large = figures(table, declared, units, f"{entries:,}")
    for what in ("province sums", "city sums", "county sums", "province sums and distinct"):
        table.add(
            f"ten times the entries: {what}",
            f"{large[what] / small[what]:.2f} x",
            goal="<= 1.20 x",
            met=large[what] <= 1.2 * small[what],
        )
    fill(entries + 1, entries + 20_000, entries + 20_000)
    figures(table, declared, {"province": units["province"]}, "tail of 20,000")
    took = harness.seconds(partial(build, entries + 20_000))
    table.add("roll-ups carried on by 20,000 entries", f"{20_000 / took:,.0f}/s")
    posting(table, declared, units["grassroots"])
    bulk_posting(table, declared)


if __name__ == "__main__":
    main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 10_000_000)
