"""Distinct subjects: each person, household or employer once in the window, however often it occurred.

A kept node answers from Presence: the sum of the subjects whose occurrence before lies outside the window. The months of all
windows bound what is read of it once more by themselves, so that a table of months does not grow with the years beside it.
Subjects that occur in broken months or behind the watermark are looked up one by one and counted where the roll-ups miss them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection

from unionhall.kernel.ledger import rules
from unionhall.kernel.ledger.facts import Indicator
from unionhall.kernel.ledger.queries import places
from unionhall.kernel.ledger.queries.cells import Books, Moved, Slot, columns, planned

PIECES = """
unnest(%(p_slot)s::int[], %(p_low)s::text[], %(p_high)s::text[], %(p_sign)s::int[], %(p_month)s::int[], %(p_start)s::date[],
       %(p_stop)s::date[]) AS q(slot, low, high, sign, month, start, stop)
"""
MEASURES = """
(SELECT x.number, f.id AS fact_id, x.kept, x.measure FROM
 unnest(%(number)s::int[], %(code)s::text[], %(kept)s::text[], %(measure)s::int[]) AS x(number, code, kept, measure)
 JOIN ledger_factnumber f ON f.code = x.code) AS m
"""
PIECE_ENTRIES = f"""
FROM {PIECES} CROSS JOIN {MEASURES}
JOIN ledger_entry e ON e.fact_id = m.fact_id AND e.month = q.month AND e.org_path >= q.low AND e.org_path < q.high
 AND e.day BETWEEN q.start AND q.stop AND (m.kept IS NULL OR e.dimensions_id = ANY(m.kept::bigint[]))
WHERE e.subject IS NOT NULL AND NOT e.manual AND {{known}}
"""
RAW = f"""
SELECT slot, number, count(*) FROM (
    SELECT q.slot, m.number, e.subject {PIECE_ENTRIES} GROUP BY 1, 2, 3 HAVING sum(e.quantity) > 0) AS present
 GROUP BY 1, 2
"""
ROLLED = f"""
WITH r AS MATERIALIZED (
    SELECT * FROM unnest(%(slot)s::int[], %(path)s::text[], %(below)s::bool[], %(low)s::text[], %(high)s::text[], %(first)s::int[],
                         %(last)s::int[]) AS r(slot, path, below, low, high, first, last)),
extra AS (
    SELECT slot, number, fact_id, kept, subject, sum(quantity) AS quantity FROM (
        SELECT r.slot, m.number, m.fact_id, m.kept, e.subject, e.way * e.quantity AS quantity
          FROM ({{tail}}) AS e JOIN {MEASURES} ON m.fact_id = e.fact_id
           AND (m.kept IS NULL OR e.dimensions_id = ANY(m.kept::bigint[]))
          JOIN r ON e.org_path >= r.low AND e.org_path < r.high AND e.month BETWEEN r.first AND r.last
         WHERE e.subject IS NOT NULL AND NOT e.manual
        UNION ALL
        SELECT q.slot, m.number, m.fact_id, m.kept, e.subject, e.quantity {PIECE_ENTRIES}) AS found
     GROUP BY 1, 2, 3, 4, 5)
SELECT slot, number, sum(subjects)::bigint FROM (
    SELECT r.slot, m.number, p.subjects
      FROM r CROSS JOIN {MEASURES}
      JOIN ledger_presence p ON p.path = r.path AND p.below = r.below AND p.measure_id = m.measure
       AND p.month BETWEEN r.first AND r.last AND p.previous < r.first
       AND p.month BETWEEN (SELECT min(first) FROM r) AND (SELECT max(last) FROM r)
    UNION ALL
    SELECT x.slot, x.number, (COALESCE(b.quantity, 0) + x.quantity > 0)::int - (COALESCE(b.quantity, 0) > 0)::int
      FROM extra x JOIN r ON r.slot = x.slot
      LEFT JOIN LATERAL (
        SELECT sum(t.quantity) AS quantity FROM ledger_trace t
         WHERE t.fact_id = x.fact_id AND t.subject = x.subject AND t.month BETWEEN r.first AND r.last
           AND t.org_path >= r.low AND t.org_path < r.high AND (x.kept IS NULL OR t.dimensions_id = ANY(x.kept::bigint[]))
      ) AS b ON true) AS counted
 GROUP BY 1, 2
UNION ALL SELECT -1, -1, COALESCE((SELECT built FROM ledger_watermark), 0)
"""


def count(
    indicators: Sequence[Indicator], slots: Sequence[Slot], parts: Mapping[Slot, list[places.Part]], books: Books
) -> dict[tuple[str, Slot], int]:
    """Distinct subjects of each indicator for each slot; raises Moved where the roll-ups advanced meanwhile."""
    measures = books.measures
    kept = _kept_sets(indicators, books)
    rolled = [one for one in indicators if (one.facts[0].code, rules.dimension_text(one.allowed)) in measures]
    quick = {slot for slot in slots if len(parts[slot]) == 1 and books.keeps(parts[slot][0])}
    found: dict[tuple[str, Slot], int] = {}
    for chosen, where in ((rolled, True), (rolled, False), ([one for one in indicators if one not in rolled], None)):
        group = [slot for slot in slots if where is None or (slot in quick) is where]
        if chosen and group:
            found |= _counted(chosen, group, parts, books, kept, measures if where else None)
    return found


def _counted(
    indicators: Sequence[Indicator],
    slots: Sequence[Slot],
    parts: Mapping[Slot, list[places.Part]],
    books: Books,
    kept: Mapping[str, str],
    measures: Mapping[tuple[str, str], int] | None,
) -> dict[tuple[str, Slot], int]:
    """Count by Presence (with measures) or from the entries alone."""
    reduced = books if measures is not None else replace(books, kept=frozenset())
    plan = planned(slots, parts, reduced)
    numbers = measures or {}
    given = columns(
        ("number", "code", "kept", "measure"),
        [
            (at, one.facts[0].code, kept.get(one.code), numbers.get((one.facts[0].code, rules.dimension_text(one.allowed)), 0))
            for at, one in enumerate(indicators)
        ],
    )
    given |= columns(("p_slot", "p_low", "p_high", "p_sign", "p_month", "p_start", "p_stop"), plan.pieces)
    if measures is None:
        rows = _run(RAW.format(known=books.condition()), given) if plan.pieces else []
    else:
        whole = {row[0]: row for row in plan.months}
        where = [(at, part.path, part.below, *part.range) for at, slot in enumerate(slots) for part in parts[slot]]
        ranges = [(*place, *whole[place[0]][4:]) if place[0] in whole else (*place, 1, 0) for place in where]
        given |= columns(("slot", "path", "below", "low", "high", "first", "last"), ranges)
        rows = _run(ROLLED.format(known=books.condition(), tail=books.tail()), given)
        if next(row[2] for row in rows if row[0] == -1) != books.built:
            raise Moved
    return {(indicators[at].code, slots[slot]): int(subjects) for slot, at, subjects in rows if slot >= 0}


def _run(sql: str, given: Mapping[str, Any]) -> list[tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


def _kept_sets(indicators: Sequence[Indicator], books: Books) -> dict[str, str]:
    """For each indicator with filters the dimension sets that it keeps, written as an array."""
    narrowed = [one for one in indicators if one.filters]
    stored = {0: {}, **dict(books.sets)}
    return {one.code: "{" + ",".join(str(id) for id, values in stored.items() if one.keeps(values)) + "}" for one in narrowed}
