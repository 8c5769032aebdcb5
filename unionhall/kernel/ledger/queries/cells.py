"""Counting: from indicators, scopes and windows to numbers, in a fixed number of statements.

A value is roll-up plus tail. Whole months of kept nodes come from the roll-ups, corrected in the same statement for the
entries between the roll-ups' watermark and the mark; broken months at the edges and small nodes come from the entries.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from unionhall.kernel.ledger import rules
from unionhall.kernel.ledger.facts import Indicator, Mark, Scope, Unit, Window
from unionhall.kernel.ledger.queries import places
from unionhall.kernel.organizations.queries import path_on

FAR = 500_000  # a mark that lies further behind the roll-ups is counted from the entries alone
TRIES = 8
EVER = 2**62

OPEN = f"""
WITH RECURSIVE {places.MOVES},
w AS MATERIALIZED (SELECT COALESCE(max(settled), 0) AS settled, COALESCE(max(built), 0) AS built, min(earliest) AS earliest,
                          max(latest) AS latest FROM ledger_watermark),
tail AS (SELECT id, lag(id, 1, (SELECT settled FROM w)) OVER (ORDER BY id) AS before FROM ledger_entry
          WHERE id > (SELECT settled FROM w) AND id <= {EVER})
SELECT w.settled, w.built, w.earliest, w.latest,
       (SELECT array_agg(n.path || CASE WHEN n.below THEN '+' ELSE '' END) FROM ledger_node n
         WHERE n.kept AND ((n.path, n.below) IN (SELECT * FROM unnest(%(paths)s::text[], %(belows)s::bool[]))
                           OR NOT n.below AND n.path IN (SELECT was FROM moves))),
       t.*, d.*, (SELECT jsonb_agg(jsonb_build_array(day, was, now)) FROM moves),
       (SELECT jsonb_agg(jsonb_build_array(f.code, m.filters, m.id))
          FROM ledger_measure m JOIN ledger_factnumber f ON f.id = m.fact_id WHERE m.built AND f.code = ANY(%(once)s)),
       CASE WHEN %(narrowed)s THEN (SELECT jsonb_agg(jsonb_build_array(id, values)) FROM ledger_dimensionset) END
  FROM w CROSS JOIN (SELECT max(id), array_agg(before + 1 ORDER BY id) FILTER (WHERE id > before + 1),
                            array_agg(id - 1 ORDER BY id) FILTER (WHERE id > before + 1) FROM tail) AS t
 CROSS JOIN (SELECT min(day), max(day) FROM ledger_entry WHERE id > (SELECT built FROM w) AND id <= %(upto)s) AS d
"""
OPENED = "settled built earliest latest kept high firsts lasts first_day last_day moves measures sets"
MARK = f"""
WITH w AS MATERIALIZED (SELECT COALESCE(max(settled), 0) AS settled FROM ledger_watermark)
SELECT COALESCE(max(id), (SELECT settled FROM w)), array_agg(before + 1 ORDER BY id) FILTER (WHERE id > before + 1),
       array_agg(id - 1 ORDER BY id) FILTER (WHERE id > before + 1)
  FROM (SELECT id, lag(id, 1, (SELECT settled FROM w)) OVER (ORDER BY id) AS before FROM ledger_entry
         WHERE id > (SELECT settled FROM w) AND id <= {EVER}) AS tail
"""


class Moved(Exception):
    """The roll-ups advanced between two statements: ask again."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A scope and a window, for flows or (`stock`) for balances at the window's end."""

    scope: Scope
    window: Window
    stock: bool


@dataclass(frozen=True, slots=True)
class Books:
    """The state of the books as one call sees them, with the rolled-up measures and the dimension sets if it needs them."""

    known: Mark
    built: int
    earliest: date
    latest: date
    kept: frozenset[str]
    measures: Mapping[tuple[str, str], int] = field(default_factory=dict)
    sets: Sequence[tuple[int, Mapping[str, str]]] = ()

    def keeps(self, part: places.Part) -> bool:
        """Whether a place has roll-ups that are of use for the mark."""
        return f"{part.path}{'+' if part.below else ''}" in self.kept

    def condition(self, entry: str = "e") -> str:
        """ "Known at the mark" in SQL; a mark holds whole numbers only."""
        holes = [f"NOT {entry}.id BETWEEN {int(first)} AND {int(last)}" for first, last in self.known.absent]
        return " AND ".join([f"{entry}.id <= {int(self.known.high)}", *holes])

    def tail(self) -> str:
        """The entries that roll-ups lack (way 1) or have too much (way -1) for the mark, as a statement."""
        missing = f"SELECT e.*, 1 AS way FROM ledger_entry e WHERE e.id > {int(self.built)} AND {self.condition()}"
        above = [(self.known.high + 1, self.built)] if self.known.high < self.built else []
        surplus = [*above, *((first, min(last, self.built)) for first, last in self.known.absent if first <= self.built)]
        ranges = " OR ".join(f"e.id BETWEEN {int(first)} AND {int(last)}" for first, last in surplus)
        return f"{missing} UNION ALL SELECT e.*, -1 FROM ledger_entry e WHERE {ranges}" if ranges else missing


Edge = tuple[int, str, str, int, int, date, date]
"""Slot, low, high, sign, month, first day, last day: a place and a month that is counted from the entries."""


@dataclass(slots=True)
class Plan:
    """What is read from where: ranges of roll-up periods, the months they stand for, and pieces of the entries."""

    periods: list[tuple[int, str, bool, int, int, int]] = field(default_factory=list)
    months: list[tuple[int, str, str, int, int, int]] = field(default_factory=list)
    pieces: list[Edge] = field(default_factory=list)


def open_books(
    slots: Sequence[Slot], as_of: Mark | None, once: Sequence[Indicator] = ()
) -> tuple[Books | None, dict[Slot, list[places.Part]]]:
    """Where the slots lie and what is known, in one statement; None for books without entries.

    `once` are the indicators whose distinct subjects will be counted.
    """
    flows = places.of_flows({slot.scope for slot in slots if not slot.stock})
    days = {slot.window.end for slot in slots if slot.stock}
    bases = {slot: places.Part(path_on(slot.scope.organization, slot.window.end), slot.scope.below) for slot in slots if slot.stock}
    wanted = sorted({(part.path, part.below) for part in [*bases.values(), *(part for found in flows.values() for part in found)]})
    asked: dict[str, Any] = {
        "paths": [path for path, _below in wanted],
        "belows": [below for _path, below in wanted],
        "days": sorted(days),
        "upto": int(as_of.high) if as_of else EVER,
        "once": sorted({one.facts[0].code for one in once}),
        "narrowed": any(one.filters for one in once),
    }
    with connection.cursor() as cursor:
        cursor.execute(OPEN, asked)
        opened = dict(zip(OPENED.split(), cursor.fetchone(), strict=True))
    moves: dict[date, list[tuple[str, str]]] = {day: [] for day in days}
    for day, was, now in _listed(opened["moves"]):
        moves[date.fromisoformat(day)].append((was, now))
    stocks = {day: places.of_stocks({slot.scope for slot in bases if slot.window.end == day}, day, moves[day]) for day in days}
    parts = {slot: stocks[slot.window.end][slot.scope] if slot.stock else flows[slot.scope] for slot in slots}
    return _books(opened, as_of), parts


def _books(opened: Mapping[str, Any], as_of: Mark | None) -> Books | None:
    absent = tuple(zip(opened["firsts"] or (), opened["lasts"] or (), strict=True))
    known = as_of or Mark(int(opened["high"] or opened["settled"]), absent)
    first = [day for day in (opened["earliest"], opened["first_day"]) if day]
    last = [day for day in (opened["latest"], opened["last_day"]) if day]
    if not first:
        return None
    built = int(opened["built"])
    kept = frozenset(opened["kept"] or ()) if built - known.high <= FAR else frozenset()
    measures = {(code, rules.dimension_text(filters)): id for code, filters, id in _listed(opened["measures"])}
    sets = tuple((int(id), values) for id, values in _listed(opened["sets"]))
    return Books(known, built, min(first), max(last), kept, measures, sets)


def _listed(found: str | None) -> list[Any]:
    return json.loads(found) if found else []


def mark() -> Mark:
    """What is known now."""
    with connection.cursor() as cursor:
        cursor.execute(MARK)
        high, firsts, lasts = cursor.fetchone()
    return Mark(int(high), tuple(zip(firsts or (), lasts or (), strict=True)))


def planned(slots: Sequence[Slot], parts: Mapping[Slot, list[places.Part]], books: Books) -> Plan:
    """Cut every slot into what the roll-ups answer and what the entries must."""
    plan = Plan()
    for number, slot in enumerate(slots):
        cut = rules.cut(None if slot.stock else slot.window.start, slot.window.end, books.earliest, books.latest)
        if cut is None:
            continue
        for part in parts[slot]:
            edges = list(cut.edges)
            if cut.has_months and books.keeps(part):
                plan.periods += [(number, part.path, part.below, part.sign, *period) for period in cut.periods()]
                plan.months.append((number, *part.range, part.sign, cut.first, cut.last))
            else:
                edges += [(rules.first_day(month), rules.last_day(month)) for month in range(cut.first, cut.last + 1)]
            plan.pieces += [(number, *part.range, part.sign, rules.month_of(first), first, last) for first, last in edges]
    return plan


def columns(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Rows as one array for each column, as unnest() reads them."""
    turned = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return {name: list(column) for name, column in zip(names, turned, strict=True)}


def steadily(count: Callable[[], Any]) -> Any:
    """Repeat a count during which the roll-ups advanced; each try is exact or says that it is not."""
    for _try in range(TRIES - 1):
        try:
            return count()
        except Moved:
            continue
    return count()


def read(indicator: Indicator, occurrences: int, quantity: int, amount: int) -> int:
    """Which of the three sums the formula reads; reported totals of distinct subjects are their quantities."""
    if indicator.formula == "count":
        return occurrences
    in_money = indicator.formula == "amount" or (indicator.formula == "balance" and indicator.facts[0].unit is Unit.CNY)
    return amount if in_money else quantity
