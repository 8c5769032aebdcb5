"""Sums of quantities, occurrences and amounts."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from unionhall.kernel.ledger.facts import Indicator
from unionhall.kernel.ledger.queries import places
from unionhall.kernel.ledger.queries.cells import Books, Moved, Slot, columns, planned, read

SIGNED = "CASE WHEN e.reversal_of IS NULL THEN 1 ELSE -1 END"
NAMED = """
SELECT a.slot, f.code, {values}, a.manual, a.occurrences::bigint, a.quantity::bigint, a.amount::bigint
  FROM ({sums}) AS a JOIN ledger_factnumber f ON f.id = a.fact_id {dimensions}
"""
FACTS = "(SELECT id FROM ledger_factnumber WHERE code = ANY(%(facts)s)) AS f"
ENTRIES = """
SELECT q.slot, e.fact_id, {set} AS dimensions_id, e.manual, sum(q.sign * {signed}) AS occurrences,
       sum(q.sign * e.quantity) AS quantity, sum(q.sign * e.amount) AS amount
  FROM unnest(%(slot)s::int[], %(low)s::text[], %(high)s::text[], %(sign)s::int[], %(month)s::int[], %(start)s::date[],
              %(stop)s::date[]) AS q(slot, low, high, sign, month, start, stop)
 CROSS JOIN {facts}
  JOIN ledger_entry e ON e.fact_id = f.id AND e.month = q.month AND e.org_path >= q.low AND e.org_path < q.high
   AND e.day BETWEEN q.start AND q.stop
 WHERE {known}
 GROUP BY 1, 2, 3, 4
"""
ROLLED = """
SELECT slot, fact_id, dimensions_id, manual, sum(occurrences) AS occurrences, sum(quantity) AS quantity, sum(amount) AS amount
  FROM (
    SELECT r.slot, s.fact_id, {set_of_sum} AS dimensions_id, s.manual, r.sign * s.occurrences AS occurrences,
           r.sign * s.quantity AS quantity, r.sign * s.amount AS amount
      FROM unnest(%(slot)s::int[], %(path)s::text[], %(below)s::bool[], %(sign)s::int[], %(first)s::int[], %(last)s::int[])
           AS r(slot, path, below, sign, first, last)
     CROSS JOIN {facts}
      JOIN ledger_periodsum s ON s.path = r.path AND s.below = r.below AND s.fact_id = f.id AND s.period BETWEEN r.first AND r.last
    UNION ALL
    SELECT t.slot, e.fact_id, {set}, e.manual, t.sign * e.way * {signed}, t.sign * e.way * e.quantity, t.sign * e.way * e.amount
      FROM ({tail}) AS e JOIN {facts} ON f.id = e.fact_id
      JOIN unnest(%(t_slot)s::int[], %(t_low)s::text[], %(t_high)s::text[], %(t_sign)s::int[], %(t_first)s::int[],
                  %(t_last)s::int[]) AS t(slot, low, high, sign, first, last)
        ON e.org_path >= t.low AND e.org_path < t.high AND e.month BETWEEN t.first AND t.last) AS both_parts
 GROUP BY 1, 2, 3, 4
"""
WITNESS = """
UNION ALL SELECT -1, '', NULL, false, COALESCE((SELECT built FROM ledger_watermark), 0), 0, 0
"""
Row = tuple[int, str, Mapping[str, str] | None, bool, int, int, int]


def count(
    indicators: Sequence[Indicator], slots: Sequence[Slot], parts: Mapping[Slot, list[places.Part]], books: Books
) -> dict[tuple[str, Slot], tuple[int, int]]:
    """Counted and reported sums of each indicator for each slot; raises Moved where the roll-ups advanced meanwhile."""
    plan = planned(slots, parts, books)
    facts = sorted({fact.code for one in indicators for fact in one.facts})
    split = any(one.filters for one in indicators)
    rows = _from_entries(plan.pieces, facts, books, split) + _from_rollups(plan, facts, books, split)
    cells: dict[tuple[int, str], list[tuple[Any, ...]]] = defaultdict(list)
    for slot, code, *rest in rows:
        cells[slot, code].append(tuple(rest))
    return {
        (one.code, slot): _added(one, [cells[at, fact.code] for fact in one.facts])
        for at, slot in enumerate(slots)
        for one in indicators
    }


def _added(indicator: Indicator, cells: list[list[tuple[Any, ...]]]) -> tuple[int, int]:
    totals = [0, 0]
    for rows in cells:
        for values, manual, occurrences, quantity, amount in rows:
            if not indicator.filters or indicator.keeps(values or {}):
                totals[manual] += read(indicator, occurrences, quantity, amount)
    return totals[0], totals[1]


def _named(sums: str, split: bool) -> str:
    joined = "LEFT JOIN ledger_dimensionset d ON d.id = a.dimensions_id" if split else ""
    return NAMED.format(sums=sums, values="d.values" if split else "NULL::jsonb", dimensions=joined)


def _from_entries(pieces: list[tuple[Any, ...]], facts: list[str], books: Books, split: bool) -> list[Row]:
    if not pieces:
        return []
    own = "e.dimensions_id" if split else "0::bigint"
    sums = ENTRIES.format(set=own, signed=SIGNED, facts=FACTS, known=books.condition())
    given = columns(("slot", "low", "high", "sign", "month", "start", "stop"), pieces)
    with connection.cursor() as cursor:
        cursor.execute(_named(sums, split), given | {"facts": facts})
        return _opened(cursor.fetchall())


def _opened(rows: Sequence[tuple[Any, ...]]) -> list[Row]:
    """The rows with their dimension values read, each combination once."""
    texts = {row[2] for row in rows if row[2]}
    values = {text: json.loads(text) for text in texts}
    return [(slot, code, values.get(text), *rest) for slot, code, text, *rest in rows]


def _from_rollups(plan: Any, facts: list[str], books: Books, split: bool) -> list[Row]:
    if not plan.periods:
        return []
    sums = ROLLED.format(
        set="e.dimensions_id" if split else "0::bigint",
        set_of_sum="s.dimensions_id" if split else "0::bigint",
        signed=SIGNED,
        facts=FACTS,
        tail=books.tail(),
    )
    given = columns(("slot", "path", "below", "sign", "first", "last"), plan.periods)
    given |= columns(("t_slot", "t_low", "t_high", "t_sign", "t_first", "t_last"), plan.months)
    with connection.cursor() as cursor:
        cursor.execute(_named(sums, split) + WITNESS, given | {"facts": facts})
        found = cursor.fetchall()
    if next(row[4] for row in found if row[0] == -1) != books.built:
        raise Moved
    return _opened([row for row in found if row[0] >= 0])
