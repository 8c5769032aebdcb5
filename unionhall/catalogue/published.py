"""The published figures as data, and what the ledger says about each in the replay that carries it."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

from unionhall.catalogue import printing
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Fact, Figure, Indicator, Scope, Window
from unionhall.kernel.ledger.facts import Unit as LedgerUnit
from unionhall.kernel.programmes.models import World
from unionhall.lib.text import Text

FOLDER = Path(__file__).parent / "figures"
COLUMNS = (
    "id", "measure", "kind", "unit", "value", "qualifier", "precision", "printed", "since", "until", "scope", "indicator",
)  # fmt: skip
KINDS = frozenset({"result", "listed", "derived"})
SCOPES = frozenset({"subtree", "own"})
REPRODUCED, DIFFERS, NOT_COUNTABLE = "reproduced", "differs", "not_countable"
_CALL = re.compile(r"(sum|count|distinct|amount|balance)\(([a-z_]+\.[a-z_]+)(?:; ([a-z_0-9=, |]+))?\)")


class FiguresRefused(ValueError):
    """A mistake in a file of figures, with its file and line."""


@dataclass(frozen=True, slots=True)
class Published:
    """One printed (or listed, or derived) number of a report: facts, no sentence."""

    id: str
    replay: str
    measure: str
    kind: str
    unit: str
    value: Decimal
    qualifier: str
    precision: Decimal | None
    printed: str
    since: date | None
    until: date
    scope: str
    indicator: str

    @property
    def words(self) -> str:
        """What the report printed; a number that was only listed or derived shows its value and unit."""
        return self.printed or f"{self.value} {self.unit}"


def figures(folder: Path = FOLDER) -> list[Published]:
    """All published figures in the order of their files. Raises FiguresRefused with file and line."""
    found: list[Published] = []
    seen: set[str] = set()
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise FiguresRefused(f"{path.name}:1: the columns are {', '.join(COLUMNS)}")
            for row in reader:
                one = _figure(row, path.stem, f"{path.name}:{reader.line_num}")
                if one.id in seen:
                    raise FiguresRefused(f"{path.name}:{reader.line_num}: {one.id} stands twice")
                seen.add(one.id)
                found.append(one)
    return found


def _figure(row: dict[str, Any], replay: str, place: str) -> Published:
    try:
        since, until = (date.fromisoformat(row[key]) if row[key] else None for key in ("since", "until"))
        value = Decimal(row["value"])
        precision = Decimal(row["precision"]) if row["precision"] else None
    except (ValueError, TypeError, InvalidOperation) as error:
        raise FiguresRefused(f"{place}: {error}") from error
    if until is None or (since is not None and until < since):
        raise FiguresRefused(f"{place}: the window needs a last day, not before the first")
    if row["kind"] not in KINDS or row["scope"] not in SCOPES or row["qualifier"] not in printing.QUALIFIERS:
        raise FiguresRefused(f"{place}: unknown kind, scope or qualifier")
    if not row["id"].startswith(f"{replay}-"):
        raise FiguresRefused(f"{place}: {row['id']} does not belong into this file")
    text = {key: row[key] for key in ("id", "measure", "kind", "unit", "qualifier", "printed", "scope", "indicator")}
    return Published(replay=replay, value=value, precision=precision, since=since, until=until, **text)


def indicator_of(expression: str) -> Indicator | None:
    """The indicator that a figure names, such as "sum(issues.listed; source=squat)" or "ratio(…, …)".

    None where the house does not count its fact yet. Raises ValueError for an expression that cannot be read.
    """
    if expression.startswith("ratio(") and expression.endswith(")"):
        ends = _CALL.findall(expression)
        whole = ", ".join(_written(*end) for end in ends)
        if len(ends) != 2 or expression != f"ratio({whole})":
            raise ValueError(f"cannot read {expression!r}")
        above, below = (_simple(*end) for end in ends)
        if above is None or below is None:
            return None
        return Indicator(expression, Text(expression, expression), "ratio", numerator=above, denominator=below)
    found = _CALL.fullmatch(expression)
    if not found:
        raise ValueError(f"cannot read {expression!r}")
    return _simple(*found.groups(default=""))


def _written(formula: str, fact: str, filters: str) -> str:
    return f"{formula}({fact}; {filters})" if filters else f"{formula}({fact})"


def _simple(formula: str, code: str, filters: str) -> Indicator | None:
    fact: Fact | None = registry.facts_by_code().get(code)
    if fact is None:
        return None
    kept: dict[str, str | tuple[str, ...]] = {}
    for part in filters.split(", ") if filters else []:
        name, _equals, values = part.partition("=")
        kept[name] = tuple(values.split("|")) if "|" in values else values
    name = _written(formula, code, filters)
    return Indicator(name, Text(name, name), formula, fact, kept)


def in_printed_unit(figure: Figure, unit: str) -> Fraction | None:
    """A counted value in the unit of the print: rates in percent where it prints percent, money in yuan."""
    if figure.number is None:
        return None
    number = Fraction(figure.number)
    if figure.unit is None:
        return number * 100 if unit == "percent" else number
    return number / 100 if figure.unit is LedgerUnit.CNY else number


def figures_status(wanted: Iterable[Published] | None = None) -> list[dict[str, Any]]:
    """For each published figure: reproduced, differs, or not countable yet; what was printed, and the counted value.

    A figure is countable when the house has its fact and its replay is loaded. `value` is None where it is not.
    """
    worlds = {world.name: world for world in World.objects.filter(kind=World.REPLAY).select_related("root")}
    return [_status(one, worlds.get(one.replay)) for one in (figures() if wanted is None else wanted)]


def _status(one: Published, world: World | None) -> dict[str, Any]:
    indicator = indicator_of(one.indicator) if one.indicator else None
    if indicator is None or world is None:
        return {"id": one.id, "state": NOT_COUNTABLE, "printed": one.words, "value": None}
    scope = Scope(world.root, below=one.scope == "subtree")
    counted = in_printed_unit(ledger.value(indicator, scope, Window(one.since, one.until)), one.unit)
    if counted is None:
        return {"id": one.id, "state": DIFFERS, "printed": one.words, "value": None}
    same = printing.prints_as(one.value, one.qualifier, one.precision, counted, printed=one.printed)
    return {"id": one.id, "state": REPRODUCED if same else DIFFERS, "printed": one.words, "value": _json(counted)}


def _json(counted: Fraction) -> int | float:
    return int(counted) if counted.denominator == 1 else round(float(counted), 4)
