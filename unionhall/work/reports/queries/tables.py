"""The reporting desk: what is due where, and what the cells of a table come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, Value, When

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger.facts import Figure, Indicator, Mark, Scope, Unit, Window
from unionhall.kernel.notices import queries as notices
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.work.reports import access
from unionhall.work.reports.models import Exemption, Filing, OfficialTable
from unionhall.work.reports.queries import engine, indicators, sheets
from unionhall.work.reports.rules import periods, route

MISSING, OURS, UNFINISHED = "missing", "ours", ["open", "returned"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One named cell of a filled table."""

    name: str
    code: str
    label: str
    value: str
    counted: str
    before: str
    reason: str
    by: str
    apart: str = ""
    unit: str = ""

    @property
    def by_hand(self) -> bool:
        """Whether somebody wrote another number than was counted."""
        return self.value != self.counted


def count(
    table: OfficialTable, unit: Organization, window: Window, *, as_of: Mark | None = None
) -> tuple[dict[str, tuple[str, str]], Mark]:
    """What every tied cell comes to for a unit and a period, as text with its exact value and what was reported apart; the mark."""
    codes = {name: cell["code"] for name, cell in table.cells.items() if cell["code"]}
    known = {}
    for code in set(codes.values()):
        try:
            known[code] = indicators.known(code)
        except KeyError:
            continue
    mark, scope = as_of or ledger.mark(), Scope(unit)
    counted = ledger.values(known.values(), [scope], [window], as_of=mark) if known else {}
    figures = {name: counted[known[code].code, scope, window] for name, code in codes.items() if code in known}
    return {name: (exact(figure), figure.apart) for name, figure in figures.items()}, mark


def exact(figure: Figure) -> str:
    """A figure as a cell holds it: whole numbers, money in yuan, rates in percent with two places; nothing is empty."""
    if figure.number is None:
        return ""
    if isinstance(figure.number, Fraction):
        return f"{float(figure.number * 100):.2f}"
    if figure.unit is Unit.CNY:
        return f"{Decimal(figure.number) / 100:.2f}"
    return str(figure.number)


def number_of(text: str, one: Indicator) -> int | Fraction:
    """A cell's text as the books would hold it: yuan as fen, percent as a part of one. Raises ValueError where it counts wholes."""
    number = Fraction(text)
    if one.formula == "ratio":
        return number / 100
    number *= 100 if one.unit is Unit.CNY else 1
    if number.denominator != 1:
        raise ValueError(text)
    return int(number)


def written(filing: Filing) -> dict[str, int | Fraction]:
    """What stands by hand in the tied cells of a filing, by indicator."""
    by_hand = {name: cell["value"] for name, cell in filing.cells.items() if cell.get("by") and cell.get("value")}
    found = {}
    for name, text in by_hand.items():
        code = filing.table.cells.get(name, {}).get("code", "")
        try:
            found[code] = number_of(text, indicators.known(code))
        except (KeyError, ValueError):
            continue  # a cell without an indicator, or with one that has gone or counts otherwise since
    return found


def cells(filing: Filing, table: OfficialTable) -> list[Cell]:
    """The cells of a filing in the order of the sheet, with last year's number beside, as known when it was counted."""
    mark = Mark.parse(filing.mark) if filing.mark else None
    before, _mark = count(table, filing.organization, engine.year_before(Window(filing.since, filing.until)), as_of=mark)
    found = []
    for name in sheets.in_order(table.cells):
        tied = table.cells[name]
        kept = filing.cells.get(name, {})
        one = indicator_of(tied["code"])
        found.append(
            Cell(
                name,
                tied["code"],
                str(one.name) if one else name,
                kept.get("value", ""),
                kept.get("counted", ""),
                before.get(name, ("", ""))[0],
                kept.get("reason", ""),
                kept.get("by", ""),
                kept.get("apart", ""),
                str(one.unit.text) if one and one.unit else "%" if one else "",
            )
        )
    return found


def indicator_of(code: str) -> Indicator | None:
    """The indicator that a cell names; None for a cell that names none, or one that there is not."""
    try:
        return indicators.known(code) if code else None
    except KeyError:
        return None


def units_asked(table: OfficialTable) -> list[Organization]:
    """The open units that fill a table in."""
    return list(organizations.subtree(table.organization).filter(level=table.level))


@dataclass(frozen=True, slots=True)
class Line:
    """A filing on the desk with its light, since when it is late, and the last day of a leave to be late."""

    filing: Filing
    light: str
    since: date | None
    leave: Exemption | None = None

    @property
    def leave_is_over(self) -> bool:
        """Whether the leave has ended."""
        return self.leave is not None and self.leave.until < dates.today()


def desk(by: Person, *, state: str = "", table: int | None = None) -> Any:
    """The filings that a person sees: first what lies with the own unit, then the latest period."""
    found, own = access.filings_for(by).prefetch_related("exemptions"), access.own_units(by)
    if table is not None:
        found = found.filter(table=table)
    if state == OURS:
        return found.filter(lies_with__in=own)
    if state == MISSING:
        return found.filter(state__in=UNFINISHED).order_by("until", "org_path")  # what has been owed longest stands first
    if state:
        return found.filter(state=state)
    ours_first = Case(When(lies_with__in=own, then=Value(0)), default=Value(1))
    return found.order_by(ours_first, "-until", "org_path") if own else found


def next_above(unit: Organization, table: OfficialTable) -> Organization:
    """The unit with which a table of `unit` lies next on its way up to the table's owner."""
    above = list(organizations.ancestors(unit))
    staffed = notices.audience(above, access.FILL)
    chosen = route.next_above([route.Above(one.pk, one.kind, one.pk in staffed) for one in above], table.organization_id)
    return next((one for one in above if one.pk == chosen), table.organization)


def lies_last(filing: Filing) -> bool:
    """Whether who decides about a filing now decides for good: its table's owner.

    The owner also decides in the stead of a unit in which nobody is left to do it, or under which the filer no longer stands.
    """
    unit = filing.lies_with
    if unit is None or unit.pk == filing.table.organization_id or not organizations.is_within(filing.organization, unit):
        return True
    return not notices.audience([unit], access.FILL)


def goes_on_to(filing: Filing) -> str:
    """The unit to which a filing goes once it is accepted where it lies; none from the table's owner."""
    unit = filing.lies_with
    return "" if unit is None or lies_last(filing) else next_above(unit, filing.table).name


def decides(by: Person, filing: Filing) -> bool:
    """Whether a filing waits for a person: of the unit with which it lies, or of the owner or above it where it lies last."""
    if filing.lies_with is None:
        return False
    if lies_last(filing):
        return permissions.may(by, access.FILL, filing.table.organization)
    return filing.lies_with.pk in access.own_units(by)


def standing(by: Person, known: Sequence[OfficialTable]) -> dict[int, dict[str, int]]:
    """How the latest period of each table stands with the units that a person sees: units by state; one statement."""
    latest = Filing.objects.filter(table=OuterRef("table")).order_by("-until").values("until")[:1]
    rows = access.filings_for(by).filter(table__in=[one.pk for one in known], until=Subquery(latest))
    found: dict[int, dict[str, int]] = {}
    for table, state, count in rows.order_by().values_list("table", "state").annotate(n=Count("pk")):
        found.setdefault(table, {})[state] = count
    return found


def missing(table: OfficialTable) -> QuerySet[Filing]:
    """The filings of a table's latest period that were not handed in."""
    latest = Filing.objects.filter(table=table).order_by("-until").values("until")[:1]
    return Filing.objects.filter(table=table, until=Subquery(latest), state__in=UNFINISHED)


def as_file(table: OfficialTable, kept: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The filled cells by their place in the workbook; empty ones are left as they are."""
    return {cell["place"]: kept[name]["value"] for name, cell in table.cells.items() if kept.get(name, {}).get("value")}


def line(filing: Filing) -> Line:
    """A filing with its light."""
    today, days, given = dates.today(), filing.table.days, leave(filing)
    colour = periods.light(filing.state, filing.until, days, today, given.until if given is not None else None)
    return Line(filing, colour, periods.locks_on(filing.until, days) if colour == "late" else None, given)


def leave(filing: Filing) -> Exemption | None:
    """The leave to be late that lasts longest."""
    return max(filing.exemptions.all(), key=lambda one: (one.until, one.pk), default=None)


def is_locked(filing: Filing) -> bool:
    """Whether it is too late to fill a table in, leave to be late included."""
    given = leave(filing)
    return periods.is_locked(filing.until, filing.table.days, dates.today(), given.until if given is not None else None)
