"""Counting: from indicators, scopes and windows to numbers, in a fixed number of statements.

A value is roll-up plus tail. Whole months of kept nodes come from the roll-ups, corrected in the same statement for the
entries between the roll-ups' watermark and the mark; broken months at the edges and small nodes come from the entries.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from unionhall.kernel.ledger import rules
from unionhall.kernel.ledger.facts import Indicator, Mark, Scope, Unit, Window
from unionhall.kernel.ledger.queries import places

FAR = 500_000  # a mark that lies further behind the roll-ups is counted from the entries alone
TRIES = 8
EVER = 2**62

STATE = """
SELECT COALESCE(w.settled, 0), COALESCE(w.built, 0), w.earliest, w.latest,
       (SELECT array_agg(n.path || CASE WHEN n.below THEN '+' ELSE '' END) FROM ledger_node n
         WHERE n.kept AND (n.path, n.below) IN (SELECT * FROM unnest(%(paths)s::text[], %(belows)s::bool[])))
  FROM (SELECT 1) AS one LEFT JOIN ledger_watermark w ON true
"""
TAIL = """
SELECT max(e.id), array_agg(e.before + 1 ORDER BY e.id) FILTER (WHERE e.id > e.before + 1),
       array_agg(e.id - 1 ORDER BY e.id) FILTER (WHERE e.id > e.before + 1),
       (SELECT min(day) FROM ledger_entry WHERE id > {built} AND id <= {upto}),
       (SELECT max(day) FROM ledger_entry WHERE id > {built} AND id <= {upto})
  FROM (SELECT id, lag(id, 1, {settled}) OVER (ORDER BY id) AS before FROM ledger_entry WHERE id > {settled}) AS e
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
    """The state of the books as one call sees them."""

    known: Mark
    built: int
    earliest: date
    latest: date
    kept: frozenset[str]

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


def open_books(slots: Sequence[Slot], as_of: Mark | None) -> tuple[Books | None, dict[Slot, list[places.Part]]]:
    """Where the slots lie and what is known; None for books without entries."""
    parts = locate(slots)
    wanted = sorted({(part.path, part.below) for found in parts.values() for part in found})
    with connection.cursor() as cursor:
        cursor.execute(STATE, {"paths": [path for path, _below in wanted], "belows": [below for _path, below in wanted]})
        settled, built, earliest, latest, kept = cursor.fetchone()
        cursor.execute(TAIL.format(settled=int(settled), built=int(built), upto=int(as_of.high) if as_of else EVER))
        high, firsts, lasts, first_day, last_day = cursor.fetchone()
    known = as_of or Mark(int(high or settled), tuple(zip(firsts or (), lasts or (), strict=True)))
    first, last = [day for day in (earliest, first_day) if day], [day for day in (latest, last_day) if day]
    if not first:
        return None, parts
    near = built - known.high <= FAR
    return Books(known, int(built), min(first), max(last), frozenset(kept or ()) if near else frozenset()), parts


def mark() -> Mark:
    """What is known now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE((SELECT settled FROM ledger_watermark), 0)")
        settled = int(cursor.fetchone()[0])
        cursor.execute(TAIL.format(settled=settled, built=0, upto=0))
        high, firsts, lasts, _first, _last = cursor.fetchone()
    return Mark(int(high or settled), tuple(zip(firsts or (), lasts or (), strict=True)))


def locate(slots: Iterable[Slot]) -> dict[Slot, list[places.Part]]:
    """The places of every slot."""
    chosen = list(slots)
    flows = places.of_flows({slot.scope for slot in chosen if not slot.stock})
    days = {slot.window.end for slot in chosen if slot.stock}
    stocks = {day: places.of_stocks({slot.scope for slot in chosen if slot.stock and slot.window.end == day}, day) for day in days}
    return {slot: stocks[slot.window.end][slot.scope] if slot.stock else flows[slot.scope] for slot in chosen}


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
