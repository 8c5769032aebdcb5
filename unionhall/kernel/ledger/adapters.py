"""The books outside the house: entries and standings as Parquet, and the same formulas on any engine that Ibis speaks.

Needs the extra `scale` (`pip install -e ".[scale]"`). One definition, several engines: `counted` is one Ibis expression
over a table of entries, whether it lies in PostgreSQL, in DuckDB, or on a Spark cluster; a test and `bench/scale.py` compare
the answers.
Nothing that names a person leaves: subjects are the books' opaque numbers, standings carry the row's number alone.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import ibis
from django.db import connection

from unionhall.kernel.ledger.facts import Indicator, Mark, Scope, Window
from unionhall.kernel.ledger.models import DimensionSet
from unionhall.kernel.ledger.queries import places

ENTRIES = """
SELECT e.id, f.code AS fact, e.organization_id, e.org_path, e.day, e.posted_at, e.subject, e.quantity, e.amount, e.dimensions_id,
       k.label AS source_kind, e.source_id, e.reversal_of, e.manual
  FROM ledger_entry e JOIN ledger_factnumber f ON f.id = e.fact_id JOIN ledger_sourcekind k ON k.id = e.source_kind_id
"""
DIMENSIONS = "SELECT d.id, v.key AS name, v.value FROM ledger_dimensionset d, jsonb_each_text(d.values) v"
STANDINGS = """
SELECT s.id, s.kind, s.person_id, s.unit_id, s.organization_id, s.org_path, s.since, s.until FROM people_standing s
"""
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "entries": (
        ENTRIES,
        {
            "id": "BIGINT", "fact": "VARCHAR", "organization_id": "BIGINT", "org_path": "VARCHAR", "day": "DATE",
            "posted_at": "TIMESTAMPTZ", "subject": "BIGINT", "quantity": "BIGINT", "amount": "BIGINT", "dimensions_id": "BIGINT",
            "source_kind": "VARCHAR", "source_id": "BIGINT", "reversal_of": "BIGINT", "manual": "BOOLEAN",
        },
    ),
    "dimensions": (DIMENSIONS, {"id": "BIGINT", "name": "VARCHAR", "value": "VARCHAR"}),
    "standings": (
        STANDINGS,
        {
            "id": "BIGINT", "kind": "VARCHAR", "person_id": "BIGINT", "unit_id": "BIGINT", "organization_id": "BIGINT",
            "org_path": "VARCHAR", "since": "DATE", "until": "DATE",
        },
    ),
}  # fmt: skip
FAR_PAST = "0001-01-01"
AT_ONCE = 40  # questions cut differently that one expression answers: more make the engines' compilers slow


@dataclass(frozen=True, slots=True)
class Question:
    """An indicator of one formula (no rate) for a scope and a window, as of a mark, in values that any engine reads."""

    facts: tuple[str, ...]
    formula: str
    in_money: bool
    parts: tuple[tuple[str, str, int], ...]  # low <= path < high, counted with this sign
    start: str
    end: str
    high: int
    absent: tuple[tuple[int, int], ...]
    sets: tuple[int, ...] | None  # the dimension sets that are kept; None keeps all

    @property
    def cut(self) -> "Question":
        """The question of whatever fact: place, window, mark, filter and way of counting."""
        return replace(self, facts=())


def export(folder: Path) -> dict[str, int]:
    """Write entries, dimensions and standings as Parquet into a folder; returns how many rows each has."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    with tempfile.TemporaryDirectory(dir=folder) as rest, duckdb.connect() as engine:
        for name, (select, types) in TABLES.items():
            sheet, target = Path(rest) / f"{name}.csv", folder / f"{name}.parquet"
            _copy(select, sheet)
            columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
            source = f"read_csv('{sheet}', header = true, columns = {{{columns}}}, nullstr = '\\N', quote = '\"', escape = '\"')"
            engine.execute(f"COPY (SELECT * FROM {source}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
            found = engine.execute(f"SELECT count(*) FROM '{target}'").fetchone()
            written[name] = int(found[0]) if found else 0
            sheet.unlink()
    return written


def _copy(select: str, sheet: Path) -> None:
    leave = f"COPY ({select}) TO STDOUT (FORMAT csv, HEADER, NULL '\\N')"
    with connection.cursor() as cursor, sheet.open("wb") as file, connection.wrap_database_errors, cursor.copy(leave) as copy:
        for block in copy:
            file.write(bytes(block))


def question(indicator: Indicator, scope: Scope, window: Window, mark: Mark) -> Question:
    """An indicator's question in plain values; a rate is asked by its two ends."""
    if indicator.formula == "ratio":
        raise ValueError("a rate is two questions: ask its ends")
    stock = indicator.formula == "balance"
    found = _places(scope, window, stock=stock)
    kept: tuple[int, ...] | None = None
    if indicator.filters:
        sets = [one.id for one in DimensionSet.objects.all() if indicator.keeps(one.values)]
        kept = (*sets, *((0,) if indicator.keeps({}) else ()))
    unit = indicator.facts[0].unit
    return Question(
        facts=tuple(fact.code for fact in indicator.facts),
        formula=indicator.formula,
        in_money=indicator.formula == "amount" or (stock and unit.name == "CNY"),
        parts=tuple((*part.range, part.sign) for part in found),
        start=FAR_PAST if stock or window.start is None else window.start.isoformat(),
        end=window.end.isoformat(),
        high=mark.high,
        absent=mark.absent,
        sets=kept,
    )


def _places(scope: Scope, window: Window, *, stock: bool) -> list[places.Part]:
    if stock:
        return places.of_stocks([scope], window.end, places.elsewhere(window.end))[scope]
    return places.of_flows([scope])[scope]


def counted(entries: Any, facts: Sequence[str], cuts: Sequence[Question]) -> Any:
    """The one expression: an Ibis table over a table of entries, with a row for each fact and a column for each question.

    The questions count alike: distinct subjects, or whatever is added.
    """
    rows = entries.filter(
        entries.fact.isin(facts),
        ~entries.manual,
        entries.id <= max(cut.high for cut in cuts),
        entries.day >= ibis.date(min(cut.start for cut in cuts)),
        entries.day <= ibis.date(max(cut.end for cut in cuts)),
    )
    added = {f"cut{place}": _worth(rows, cut).sum() for place, cut in enumerate(cuts)}
    if cuts[0].formula != "distinct":
        return rows.group_by("fact").aggregate(**added)
    subjects = rows.group_by("fact", "subject").aggregate(**added)
    return subjects.group_by("fact").aggregate(**{name: (subjects[name] > 0).ifelse(1, 0).sum() for name in added})


def _worth(rows: Any, cut: Question) -> Any:
    """What a row counts for a question: nothing where it was not known, lies outside or is filtered away."""
    known = (rows.id <= cut.high) & (rows.day >= ibis.date(cut.start)) & (rows.day <= ibis.date(cut.end))
    for first, last in cut.absent:
        known = known & ~rows.id.between(first, last)
    if cut.sets is not None:
        known = known & rows.dimensions_id.isin(cut.sets or (-1,))
    sign = ibis.literal(0)
    for low, high, way in cut.parts:
        sign = sign + ((rows.org_path >= low) & (rows.org_path < high)).ifelse(way, 0)
    if cut.formula == "count":
        worth = rows.reversal_of.isnull().ifelse(1, -1)
    else:
        worth = rows.amount if cut.in_money else rows.quantity
    return known.ifelse(worth * sign, 0)


def answers(entries: Any, asked: Iterable[Question]) -> list[int]:
    """The answers on the engine on which the table of entries lies, many to one reading of it."""
    questions = [(one, one.cut) for one in asked]
    wanted: dict[bool, dict[Question, dict[str, None]]] = {False: {}, True: {}}
    for one, cut in questions:
        wanted[one.formula == "distinct"].setdefault(cut, {}).update(dict.fromkeys(one.facts))
    found: dict[tuple[str, Question], int] = {}
    for cuts in wanted.values():
        ordered = list(cuts)
        for some in (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)):
            facts = sorted({code for cut in some for code in cuts[cut]})
            rows = counted(entries, facts, some).to_pyarrow().to_pylist()
            found |= {(row["fact"], cut): int(row[f"cut{place}"]) for row in rows for place, cut in enumerate(some)}
    return [sum(found.get((code, cut), 0) for code in one.facts) for one, cut in questions]


@contextmanager
def in_postgres() -> Iterator[Any]:
    """The entries where they are kept, on a connection of their own."""
    given = connection.settings_dict
    engine = ibis.postgres.connect(
        host=given["HOST"], port=int(given["PORT"] or 5432), user=given["USER"], password=given["PASSWORD"], database=given["NAME"]
    )
    try:
        entry, fact = engine.table("ledger_entry"), engine.table("ledger_factnumber")
        kept = [name for name in TABLES["entries"][1] if name not in ("fact", "source_kind")]
        yield entry.join(fact, entry.fact_id == fact.id).select(*(entry[name] for name in kept), fact=fact.code)
    finally:
        engine.disconnect()


def in_duckdb(folder: Path) -> Any:
    """The exported entries on one machine."""
    return ibis.duckdb.connect().read_parquet(str(folder / "entries.parquet"))


def in_spark(session: Any, folder: Path) -> Any:
    """The exported entries on a Spark session."""
    return ibis.pyspark.connect(session).read_parquet(str(folder / "entries.parquet"))
