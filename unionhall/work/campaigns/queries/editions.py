"""Edition against edition: what a programme counted over the windows of its latest editions, for one unit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger.facts import Figure, Indicator, Scope, Unit, Window, standard
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib.text import Text
from unionhall.work.campaigns import facts

SHOWN = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one edition, and the page that opens the records behind it."""

    number: int
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """One figure over all editions shown, the earliest first, and how the latest differs from the one before."""

    name: Text
    counts: Text
    unit: Unit
    cells: tuple[Cell, ...]
    change: int | None

    @property
    def money(self) -> bool:
        """Whether the figure is in fen."""
        return self.unit is Unit.CNY


@dataclass(frozen=True, slots=True)
class Compared:
    """The editions, the earliest first, and a line for each figure that any of them moved."""

    editions: tuple[Edition, ...]
    lines: tuple[Line, ...]


def compared(by: Person, programme: Programme, unit: Organization) -> Compared:
    """The latest editions of a programme that a unit works in, side by side. Raises NotVisible, Denied outside the scope."""
    access_actions.require(by, "campaigns.see", at=unit)
    editions = tuple(reversed(programmes.editions(by, programme, unit)[:SHOWN]))
    if not editions:
        return Compared((), ())
    scope, windows = Scope(unit), [Window(one.since, one.until) for one in editions]
    indicators = {own.code: own for fact in facts.FACTS for own in standard(fact)}
    narrow = {code: _of(own, programme.code) for code, own in indicators.items()}
    found = ledger.values(narrow.values(), [scope], windows)
    lines = []
    for code, own in indicators.items():
        figures = [found[narrow[code].code, scope, window] for window in windows]
        if any(figure.number for figure in figures):
            lines.append(_line(own, figures, windows, programme, unit))
    return Compared(editions, tuple(lines))


def _of(own: Indicator, programme: str) -> Indicator:
    return replace(own, code=f"{own.code}[programme={programme}]", filters={**own.filters, "programme": programme})


def _line(own: Indicator, figures: Sequence[Figure], windows: Sequence[Window], programme: Programme, unit: Organization) -> Line:
    numbers = [int(figure.number or 0) for figure in figures]
    asked = {"unit": unit.pk, "below": 1, "d.programme": programme.code}
    page = reverse("office:figure", args=[own.code])
    cells = tuple(
        Cell(number, f"{page}?{urlencode({**asked, 'since': window.start, 'until': window.end})}")
        for number, window in zip(numbers, windows, strict=True)
    )
    change = numbers[-1] - numbers[-2] if len(numbers) > 1 else None
    return Line(own.name, own.counts, figures[-1].unit or Unit.VISIT, cells, change)
