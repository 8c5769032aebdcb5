"""Sums of quantities, occurrences and amounts."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from unionhall.kernel.ledger.facts import Indicator
from unionhall.kernel.ledger.queries import places
from unionhall.kernel.ledger.queries.cells import Books, Moved, Plan, Slot, columns, planned, read

SIGNED = "CASE WHEN e.reversal_of IS NULL THEN 1 ELSE -1 END"
NAMED = """
SELECT a.slot, f.code, {values}, a.manual, a.occurrences::bigint, a.quantity::bigint, a.amount::bigint
  FROM ({sums}) AS a JOIN ledger_factnumber f ON f.id = a.fact_id {dimensions}
"""
FACTS = """
(SELECT n.id, x.stock FROM unnest(%(facts)s::text[], %(stocks)s::bool[]) AS x(code, stock)
   JOIN ledger_factnumber n ON n.code = x.code) AS f
"""
ENTRIES = """
SELECT q.slot, e.fact_id, {set} AS dimensions_id, e.manual, sum(q.sign * {signed}) AS occurrences,
       sum(q.sign * e.quantity) AS quantity, sum(q.sign * e.amount) AS amount
  FROM unnest(%(slot)s::int[], %(low)s::text[], %(high)s::text[], %(sign)s::int[], %(month)s::int[], %(start)s::date[],
              %(stop)s::date[], %(stock)s::bool[]) AS q(slot, low, high, sign, month, start, stop, stock)
  JOIN {facts} ON f.stock = q.stock
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
      FROM unnest(%(r_slot)s::int[], %(r_path)s::text[], %(r_below)s::bool[], %(r_sign)s::int[], %(r_first)s::int[],
                  %(r_last)s::int[], %(r_stock)s::bool[]) AS r(slot, path, below, sign, first, last, stock)
      JOIN {facts} ON f.stock = r.stock
      JOIN ledger_periodsum s ON s.path = r.path AND s.below = r.below AND s.fact_id = f.id AND s.period BETWEEN r.first AND r.last
    UNION ALL
    SELECT t.slot, e.fact_id, {set}, e.manual, t.sign * e.way * {signed}, t.sign * e.way * e.quantity, t.sign * e.way * e.amount
      FROM ({tail}) AS e JOIN {facts} ON f.id = e.fact_id
      JOIN unnest(%(t_slot)s::int[], %(t_low)s::text[], %(t_high)s::text[], %(t_sign)s::int[], %(t_first)s::int[],
                  %(t_last)s::int[], %(t_stock)s::bool[]) AS t(slot, low, high, sign, first, last, stock)
        ON f.stock = t.stock AND e.org_path >= t.low AND e.org_path < t.high AND e.month BETWEEN t.first AND t.last) AS both_parts
 GROUP BY 1, 2, 3, 4
"""
WITNESS = """
UNION ALL SELECT -1, '', NULL, false, COALESCE((SELECT built FROM ledger_watermark), 0), 0, 0
"""
Row = tuple[int, str, Mapping[str, str] | None, bool, int, int, int]


def count(
    indicators: Sequence[Indicator], slots: Sequence[Slot], parts: Mapping[Slot, list[places.Part]], books: Books
) -> dict[tuple[str, Slot], tuple[int, int]]:
    """Counted and reported sums of each indicator for each of its slots, flows and balances, in one statement.

    Raises Moved where the roll-ups advanced meanwhile.
    """
    plan = planned(slots, parts, books)
    cells: dict[tuple[int, str], list[tuple[Any, ...]]] = defaultdict(list)
    for slot, code, *rest in _rows(plan, indicators, slots, books):
        cells[slot, code].append(tuple(rest))
    return {
        (one.code, slot): _added(one, [cells[at, fact.code] for fact in one.facts])
        for at, slot in enumerate(slots)
        for one in indicators
        if (one.formula == "balance") is slot.stock
    }


def _added(indicator: Indicator, cells: list[list[tuple[Any, ...]]]) -> tuple[int, int]:
    totals = [0, 0]
    for rows in cells:
        for values, manual, occurrences, quantity, amount in rows:
            if not indicator.filters or indicator.keeps(values or {}):
                totals[manual] += read(indicator, occurrences, quantity, amount)
    return totals[0], totals[1]


def _rows(plan: Plan, indicators: Sequence[Indicator], slots: Sequence[Slot], books: Books) -> list[Row]:
    """The rows of the books by slot, fact and, where an indicator has filters, dimension set: each with its values read."""
    split = any(one.filters for one in indicators)
    facts = sorted({(fact.code, one.formula == "balance") for one in indicators for fact in one.facts})
    given: dict[str, Any] = {"facts": [code for code, _stock in facts], "stocks": [stock for _code, stock in facts]}
    statements = []
    if plan.pieces:
        statements.append(
            ENTRIES.format(set="e.dimensions_id" if split else "0::bigint", signed=SIGNED, facts=FACTS, known=books.condition())
        )
        given |= _columns(plan.pieces, ("slot", "low", "high", "sign", "month", "start", "stop", "stock"), slots)
    if plan.periods:
        one, other = ("e.dimensions_id", "s.dimensions_id") if split else ("0::bigint", "0::bigint")
        statements.append(ROLLED.format(set=one, set_of_sum=other, signed=SIGNED, facts=FACTS, tail=books.tail()))
        given |= _columns(plan.periods, ("r_slot", "r_path", "r_below", "r_sign", "r_first", "r_last", "r_stock"), slots)
        given |= _columns(plan.months, ("t_slot", "t_low", "t_high", "t_sign", "t_first", "t_last", "t_stock"), slots)
    if not statements:
        return []
    values, joined = ("d.values", "LEFT JOIN ledger_dimensionset d ON d.id = a.dimensions_id") if split else ("NULL::jsonb", "")
    named = [NAMED.format(sums=sums, values=values, dimensions=joined) for sums in statements]
    with connection.cursor() as cursor:
        cursor.execute("UNION ALL".join(named) + (WITNESS if plan.periods else ""), given)
        found = cursor.fetchall()
    if plan.periods and next(row[4] for row in found if row[0] == -1) != books.built:
        raise Moved
    read = {text: json.loads(text) for text in {row[2] for row in found if row[2]}}
    return [(slot, code, read.get(text), *rest) for slot, code, text, *rest in found if slot >= 0]


def _columns(rows: Sequence[tuple[Any, ...]], names: Sequence[str], slots: Sequence[Slot]) -> dict[str, list[Any]]:
    """The rows as arrays, with a last one that says which of them belong to balances."""
    return columns(names, [(*row, slots[row[0]].stock) for row in rows])
