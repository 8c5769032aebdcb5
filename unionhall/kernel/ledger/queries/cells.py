"""Counting: from indicators, scopes and windows to numbers, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from unionhall.kernel.ledger.facts import Indicator, Mark, Scope, Window
from unionhall.kernel.ledger.models import DimensionSet, FactNumber
from unionhall.kernel.ledger.queries import places

Counted = dict[tuple[str, Scope, Window], tuple[int, int]]
"""Indicator code, scope and window to (counted from acts, reported as totals)."""

RAW = """
SELECT q.slot, e.fact_id, {dimensions}, e.manual,
       sum(q.sign * CASE WHEN e.reversal_of IS NULL THEN 1 ELSE -1 END)::bigint,
       sum(q.sign * e.quantity)::bigint, sum(q.sign * e.amount)::bigint
  FROM unnest(%(slot)s::int[], %(low)s::text[], %(high)s::text[], %(sign)s::int[], %(month)s::int[], %(start)s::date[],
              %(stop)s::date[]) AS q(slot, low, high, sign, month, start, stop)
 CROSS JOIN unnest(%(facts)s::smallint[]) AS f(id)
  JOIN ledger_entry e ON e.fact_id = f.id AND e.month = q.month AND e.org_path >= q.low AND e.org_path < q.high
   AND e.day BETWEEN q.start AND q.stop
 WHERE {known}
 GROUP BY 1, 2, 3, 4
"""
DISTINCT = """
SELECT slot, measure, count(*) FROM (
    SELECT q.slot, m.number AS measure, e.subject
      FROM unnest(%(slot)s::int[], %(low)s::text[], %(high)s::text[], %(month)s::int[], %(start)s::date[],
                  %(stop)s::date[]) AS q(slot, low, high, month, start, stop)
     CROSS JOIN unnest(%(measure)s::int[], %(fact)s::smallint[], %(kept)s::text[]) AS m(number, fact_id, kept)
      JOIN ledger_entry e ON e.fact_id = m.fact_id AND e.month = q.month AND e.org_path >= q.low AND e.org_path < q.high
       AND e.day BETWEEN q.start AND q.stop AND (m.kept IS NULL OR e.dimensions_id = ANY(m.kept::bigint[]))
     WHERE e.subject IS NOT NULL AND NOT e.manual AND {known}
     GROUP BY 1, 2, 3 HAVING sum(e.quantity) > 0) AS present
 GROUP BY 1, 2
"""
FIRST_MONTH = """
SELECT min(first.month) FROM ledger_factnumber f,
       LATERAL (SELECT e.month FROM ledger_entry e WHERE e.fact_id = f.id ORDER BY e.month LIMIT 1) AS first
"""


@dataclass(frozen=True, slots=True)
class Slot:
    """A scope and a window, for flows or (`stock`) for balances at the window's end."""

    scope: Scope
    window: Window
    stock: bool


def known_sql(known: Mark) -> str:
    """The condition "known at the mark" on entries `e`; a mark holds whole numbers only."""
    conditions = [f"e.id <= {int(known.high)}"]
    conditions += [f"NOT e.id BETWEEN {int(first)} AND {int(last)}" for first, last in known.absent]
    return " AND ".join(conditions)


def month_of(day: date) -> int:
    """Months counted through: year * 12 + month - 1."""
    return day.year * 12 + day.month - 1


def count(indicators: Iterable[Indicator], scopes: Sequence[Scope], windows: Sequence[Window], known: Mark) -> Counted:
    """Count every indicator that is not a ratio for every scope and window, as known at the mark."""
    wanted = {one.code: one for one in indicators if one.formula != "ratio"}
    numbers = dict(FactNumber.objects.values_list("code", "id"))
    added = [one for one in wanted.values() if one.formula != "balance"]
    counted: Counted = {}
    for stock, chosen in ((False, added), (True, [one for one in wanted.values() if one.formula == "balance"])):
        slots = [Slot(scope, window, stock) for scope in scopes for window in windows]
        if chosen and slots:
            counted |= _sums(chosen, slots, numbers, known)
    if distinct := [one for one in added if one.formula == "distinct"]:
        counted |= _distinct(distinct, [Slot(s, w, False) for s in scopes for w in windows], numbers, known, counted)
    return counted


def pieces(slots: Sequence[Slot]) -> list[tuple[int, str, str, int, int, date, date]]:
    """One row (slot, low, high, sign, month, first day, last day) for each place and month of each slot."""
    flows = places.of_flows({slot.scope for slot in slots if not slot.stock})
    stocks = {
        day: places.of_stocks({slot.scope for slot in slots if slot.stock and slot.window.end == day}, day)
        for day in {slot.window.end for slot in slots if slot.stock}
    }
    earliest = first_month() if any(slot.stock or slot.window.start is None for slot in slots) else None
    rows = []
    for number, slot in enumerate(slots):
        start = None if slot.stock else slot.window.start
        last = month_of(slot.window.end)
        first = month_of(start) if start else (earliest if earliest is not None else last + 1)
        for part in stocks[slot.window.end][slot.scope] if slot.stock else flows[slot.scope]:
            for month in range(first, last + 1):
                rows.append((number, *part.range, part.sign, month, start or date.min, slot.window.end))
    return rows


def first_month() -> int | None:
    """The month of the earliest entry."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_MONTH)
        return cursor.fetchone()[0]


def _sums(indicators: list[Indicator], slots: list[Slot], numbers: Mapping[str, int], known: Mark) -> Counted:
    facts = {numbers[fact.code] for one in indicators for fact in one.facts if fact.code in numbers}
    filtered = any(one.filters for one in indicators)
    sql = RAW.format(dimensions="e.dimensions_id" if filtered else "0::bigint", known=known_sql(known))
    cells: dict[int, dict[int, list[tuple[int, bool, int, int, int]]]] = defaultdict(lambda: defaultdict(list))
    sets = {0}
    for slot, fact, dimensions, manual, *sums in run(sql, pieces(slots), facts):
        cells[slot][fact].append((dimensions, manual, *sums))
        sets.add(dimensions)
    values = {0: {}} | dict(DimensionSet.objects.filter(id__in=sets - {0}).values_list("id", "values")) if filtered else {0: {}}
    counted: Counted = {}
    for number, slot in enumerate(slots):
        for one in indicators:
            total = [0, 0]
            for fact in one.facts:
                for dimensions, manual, occurrences, quantity, amount in cells[number][numbers.get(fact.code, 0)]:
                    if not one.filters or one.keeps(values[dimensions]):
                        total[manual] += read(one, occurrences, quantity, amount)
            counted[one.code, slot.scope, slot.window] = (total[0], total[1])
    return counted


def read(indicator: Indicator, occurrences: int, quantity: int, amount: int) -> int:
    """Which of the three sums the formula reads; reported totals of distinct subjects are their quantities."""
    if indicator.formula == "count":
        return occurrences
    in_money = indicator.formula == "amount" or (indicator.formula == "balance" and indicator.facts[0].unit.name == "CNY")
    return amount if in_money else quantity


def run(sql: str, rows: list[tuple[int, str, str, int, int, date, date]], facts: set[int]) -> list[tuple[int, ...]]:
    """Run a counting statement over the pieces."""
    if not rows or not facts:
        return []
    columns = dict(zip(("slot", "low", "high", "sign", "month", "start", "stop"), map(list, zip(*rows, strict=True)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(sql, columns | {"facts": sorted(facts)})
        return cursor.fetchall()


def _distinct(indicators: list[Indicator], slots: list[Slot], numbers: Mapping[str, int], known: Mark, sums: Counted) -> Counted:
    counted = {
        (one.code, slot.scope, slot.window): (0, sums[one.code, slot.scope, slot.window][1]) for one in indicators for slot in slots
    }
    chosen = [(place, one) for place, one in enumerate(indicators) if one.facts[0].code in numbers]
    rows = pieces(slots)
    if not chosen or not rows:
        return counted
    stored = dict(DimensionSet.objects.values_list("id", "values")) | {0: {}} if any(one.filters for one in indicators) else {}
    kept = [
        "{" + ",".join(str(id) for id, values in stored.items() if one.keeps(values)) + "}" if one.filters else None
        for _place, one in chosen
    ]
    columns = dict(zip(("slot", "low", "high", "sign", "month", "start", "stop"), map(list, zip(*rows, strict=True)), strict=True))
    measures = {"measure": [place for place, _one in chosen], "fact": [numbers[one.facts[0].code] for _place, one in chosen]}
    with connection.cursor() as cursor:
        cursor.execute(DISTINCT.format(known=known_sql(known)), columns | measures | {"kept": kept})
        for slot, place, subjects in cursor.fetchall():
            key = (indicators[place].code, slots[slot].scope, slots[slot].window)
            counted[key] = (subjects, counted[key][1])
    return counted
