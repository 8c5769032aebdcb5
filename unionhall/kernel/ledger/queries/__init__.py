"""Every question to the books. All answers of one call are as of one mark, and the entries behind a figure are found
with the same conditions by which it was counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from django.db import connection
from django.db.models import Q, QuerySet

from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Fact, Figure, Indicator, Mark, Scope, Window
from unionhall.kernel.ledger.models import DimensionSet, Entry
from unionhall.kernel.ledger.queries import cells, distinct, places, sums

mark = cells.mark
Counted = dict[tuple[str, Scope, Window], tuple[int, int]]
"""Indicator code, scope and window to (counted from acts, reported as totals)."""


def value(indicator: Indicator, scope: Scope, window: Window, as_of: Mark | None = None) -> Figure:
    """One figure."""
    return values([indicator], [scope], [window], as_of=as_of)[indicator.code, scope, window]


def values(
    indicators: Iterable[Indicator], scopes: Iterable[Scope], windows: Iterable[Window], *, as_of: Mark | None = None
) -> dict[tuple[str, Scope, Window], Figure]:
    """Every indicator for every scope and window, in a number of statements that does not depend on how many they are."""
    wanted, where, when = list(indicators), list(scopes), list(windows)
    plain = {one.code: one for one in [*wanted, *_ends(wanted)] if one.formula != "ratio"}
    known, counted = cells.steadily(lambda: _count(list(plain.values()), where, when, as_of))
    return {
        (indicator.code, scope, window): _figure(indicator, (scope, window), counted, known)
        for indicator in wanted
        for scope in where
        for window in when
    }


def _count(indicators: list[Indicator], scopes: list[Scope], windows: list[Window], as_of: Mark | None) -> tuple[Mark, Counted]:
    flows = [one for one in indicators if one.formula != "balance"]
    balances = [one for one in indicators if one.formula == "balance"]
    slots = [cells.Slot(s, w, stock) for stock, some in ((False, flows), (True, balances)) if some for s in scopes for w in windows]
    once = [one for one in flows if one.formula == "distinct"]
    books, parts = cells.open_books(slots, as_of, once)
    if books is None:
        return as_of or Mark(0), {}
    found = sums.count(indicators, slots, parts, books)
    if once:
        where = [slot for slot in slots if not slot.stock]
        subjects = distinct.count(once, where, parts, books)
        found |= {(one.code, slot): (subjects.get((one.code, slot), 0), found[one.code, slot][1]) for one in once for slot in where}
    return books.known, {(code, slot.scope, slot.window): both for (code, slot), both in found.items()}


def _ends(indicators: Iterable[Indicator]) -> list[Indicator]:
    return [end for one in indicators for end in (one.numerator, one.denominator) if end is not None]


def _figure(indicator: Indicator, at: tuple[Scope, Window], counted: Counted, known: Mark) -> Figure:
    if indicator.numerator is not None and indicator.denominator is not None:
        above = _figure(indicator.numerator, at, counted, known)
        below = _figure(indicator.denominator, at, counted, known)
        rate = Fraction(int(above.number or 0), int(below.number)) if below.number else None
        return Figure(rate, None, known, numerator=above, denominator=below)
    number, manual = counted.get((indicator.code, *at), (0, 0))
    return Figure(number, indicator.unit, known, manual=manual)


def entries_behind(
    indicator: Indicator, scope: Scope, window: Window, as_of: Mark | None = None, *, manual: bool = False
) -> QuerySet[Entry]:
    """The entries that a figure was counted from, latest day first; with `manual`, those of its manual part.

    Taken at the figure's mark they add up to the figure: their quantities, amounts or distinct subjects. Entries that were
    taken back are shown with their counter entries.
    """
    found = Entry.objects.filter(fact__code__in=[fact.code for fact in indicator.facts], manual=manual, day__lte=window.end)
    if window.start is not None and indicator.formula != "balance":
        found = found.filter(day__gte=window.start)
    found = found.filter(places.condition(scope, None if indicator.formula != "balance" else window.end))
    if as_of is not None:
        found = found.filter(known_at(as_of))
    if indicator.filters:
        sets = DimensionSet.objects.all()
        kept = [one.id for one in sets if indicator.keeps(one.values)]
        found = found.filter(dimensions__in=[*kept, *([0] if indicator.keeps({}) else [])])
    return found.order_by("-day", "-id")


def known_at(mark: Mark) -> Q:
    """The condition "known at the mark" on entries."""
    known = Q(id__lte=mark.high)
    for first, last in mark.absent:
        known &= ~Q(id__range=(first, last))
    return known


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the books and a room's own records disagree about a fact, an organization, a day and a value that it is counted by."""

    fact: Fact
    organization_id: int
    day: date
    value: str
    posted: tuple[int, int]
    recounted: tuple[int, int]


def reconcile(facts: Sequence[Fact] | None = None) -> list[Difference]:
    """Count the registered facts again from the rooms' records; an empty list is the proof that the books are right."""
    chosen = {fact.code for fact in facts} if facts is not None else None
    found: list[Difference] = []
    for code, (recount, by) in sorted(registry.recounts().items()):
        if chosen is not None and code not in chosen:
            continue
        should: dict[tuple[int, date, str], tuple[int, int]] = {}
        for row in recount():
            key = (row[0], row[1], row[4] if len(row) == 5 else "")
            before = should.get(key, (0, 0))
            should[key] = (before[0] + row[2], before[1] + row[3])
        posted = _posted(code, by)
        for key in sorted(should.keys() | posted.keys()):
            here, there = posted.get(key, (0, 0)), should.get(key, (0, 0))
            if here != there:
                found.append(Difference(registry.fact(code), *key, posted=here, recounted=there))
    return found


def _posted(code: str, by: str) -> dict[tuple[int, date, str], tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.organization_id, e.day, coalesce(d.values->>%s, '') AS value, sum(e.quantity)::bigint, sum(e.amount)::bigint"
            " FROM ledger_entry e LEFT JOIN ledger_dimensionset d ON d.id = e.dimensions_id"
            " WHERE e.fact_id = (SELECT id FROM ledger_factnumber WHERE code = %s) AND NOT e.manual GROUP BY 1, 2, 3",
            [by, code],
        )
        return {(row[0], row[1], row[2]): (row[3], row[4]) for row in cursor.fetchall()}


def by_child(indicator: Indicator, scope: Scope, window: Window, as_of: Mark | None = None) -> list[tuple[Scope, Figure]]:
    """The figure cut by the units that stand or stood directly below, then the unit's own level.

    Sums add up to the whole also after moves: each unit counts for the time it stood there.
    """
    return with_children(indicator, scope, window, as_of)[1]


def with_children(
    indicator: Indicator, scope: Scope, window: Window, as_of: Mark | None = None
) -> tuple[Figure, list[tuple[Scope, Figure]]]:
    """The figure and its cut by child, as of one mark and in as many statements as the figure alone and one for the children."""
    cut = [*places.below(scope.organization), Scope(scope.organization, below=False)]
    counted = values([indicator], [scope, *cut], [window], as_of=as_of)
    return counted[indicator.code, scope, window], [(one, counted[indicator.code, one, window]) for one in cut]


def by_month(indicator: Indicator, scope: Scope, year: int, as_of: Mark | None = None) -> list[tuple[Window, Figure]]:
    """The figure of each month of a year."""
    firsts = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    windows = [Window(first, date.fromordinal(after.toordinal() - 1)) for first, after in pairwise(firsts)]
    counted = values([indicator], [scope], windows, as_of=as_of)
    return [(window, counted[indicator.code, scope, window]) for window in windows]


def by_dimension(
    one: Indicator, dimension: str, scope: Scope, window: Window, as_of: Mark | None = None
) -> list[tuple[str, Figure]]:
    """The figure cut by the values of a dimension that its entries have; "" are those without."""
    return by_dimensions(one, [dimension], scope, window, as_of)[dimension]


def by_dimensions(
    one: Indicator, dimensions: Sequence[str], scope: Scope, window: Window, as_of: Mark | None = None
) -> dict[str, list[tuple[str, Figure]]]:
    """The figure cut by each of several dimensions, in as many statements as by one."""
    known = as_of or mark()
    sets = list(entries_behind(one, scope, window, known).order_by().values_list("dimensions", flat=True).distinct())
    stored = dict(DimensionSet.objects.filter(id__in=sets).values_list("id", "values"))
    cuts = {
        (dimension, name): Indicator(
            f"{one.code}?{dimension}={name}", one.name, one.formula, one.fact, {**one.filters, dimension: name}
        )
        for dimension in dimensions
        for name in sorted({str(stored.get(number, {}).get(dimension, "")) for number in sets})
    }
    counted = values(cuts.values(), [scope], [window], as_of=known)
    found: dict[str, list[tuple[str, Figure]]] = {dimension: [] for dimension in dimensions}
    for (dimension, name), cut in cuts.items():
        found[dimension].append((name, counted[cut.code, scope, window]))
    return found


def dimension_values(name: str) -> list[str]:
    """The values of a dimension that any entry has ever had, sorted; "" is left out. One statement."""
    found = DimensionSet.objects.filter(values__has_key=name).values_list(f"values__{name}", flat=True).distinct()
    return sorted(value for value in found if value)


def learned_since(
    indicator: Indicator, scope: Scope, window: Window, then: Mark, now: Mark | None = None, *, manual: bool = False
) -> QuerySet[Entry]:
    """The entries behind a figure, or behind its manual part, that became known after a mark: what makes it differ from then."""
    return entries_behind(indicator, scope, window, now, manual=manual).exclude(known_at(then))
