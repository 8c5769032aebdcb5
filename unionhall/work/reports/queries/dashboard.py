"""The dashboard: a unit's figures, cut by the units below and by month, all at one mark; each leads to its records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Figure, Indicator, Mark, Scope, Window, standard
from unionhall.kernel.ledger.queries import places
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.text import Text
from unionhall.work.reports import access
from unionhall.work.reports.models import Subscription
from unionhall.work.reports.queries import engine
from unionhall.work.reports.rules import wording

MOST = 8
MONTHS = 12
FIRST = (
    "membership.members",
    "issues.identified",
    "issues.resolution_rate",
    "hardship.on_file",
    "campaigns.household_visited",
    "campaigns.audience",
    "grants.paid",
    "funds.spent",
)  # one or two figures of each room before the rest


@dataclass(frozen=True, slots=True)
class Number:
    """One figure with the change against the year before."""

    indicator: Indicator
    figure: Figure
    change: Text | None
    rising: int

    @property
    def hint(self) -> str:
        """What stands under the number: the change, and what was reported as totals apart from it."""
        apart = _("Reported totals apart") + f" {self.figure.apart}" if self.figure.apart else ""
        return " · ".join(str(part) for part in (self.change, apart) if part)


@dataclass(frozen=True, slots=True)
class Part:
    """One bar or point: whose it is or which month, its figure, and its scope and window."""

    label: str
    figure: Figure
    scope: Scope
    window: Window


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All of a page, as known at one mark."""

    unit: Organization
    window: Window
    numbers: list[Number]
    shown: Indicator | None
    by_unit: list[Part]
    by_month: list[Part]
    mark: Mark


def this_year() -> Window:
    """From the first of January to today."""
    today = dates.today()
    return Window(date(today.year, 1, 1), today)


def chosen(by: Person, unit: Organization) -> list[str]:
    """The indicators that a person has chosen for a unit; empty where none are."""
    found = Subscription.objects.filter(person=by, organization=unit).values_list("indicators", flat=True).first()
    return list(found or [])


def dashboard(unit: Organization, window: Window, codes: Sequence[str], show: str = "", as_of: Mark | None = None) -> Dashboard:
    """The figures of a unit, the chosen ones, else the first of everything that is counted; one of them by unit and by month."""
    found, mark = numbers(unit, window, codes, as_of)
    kept = [one.indicator for one in found]
    shown = _indicator(show) if show else next((one for one in kept if one.formula != "ratio"), kept[0] if kept else None)
    if shown is None:
        return Dashboard(unit, window, found, None, [], [], mark)
    return Dashboard(unit, window, found, shown, *_cut(shown, Scope(unit), window, mark), mark)


def numbers(unit: Organization, window: Window, codes: Sequence[str], as_of: Mark | None = None) -> tuple[list[Number], Mark]:
    """The figures of a unit alone, in one count, and the mark at which they are known."""
    wanted = [one for code in codes if (one := _indicator(code)) is not None] or _own()
    whole, before = Scope(unit), engine.year_before(window)
    counted = ledger.values(wanted, [whole], [window, before], as_of=as_of)
    mark = as_of or next((figure.mark for figure in counted.values()), None) or ledger.mark()
    present = [one for one in wanted if codes or counted[one.code, whole, window].number or counted[one.code, whole, window].manual]
    kept = present[: MOST if not codes else None] or wanted[:MOST]
    found = [
        _number(
            one, counted[one.code, whole, window], counted[one.code, whole, before] if _comparable(one, window, before) else None
        )
        for one in kept
    ]
    return found, mark


def _cut(one: Indicator, whole: Scope, window: Window, mark: Mark) -> tuple[list[Part], list[Part]]:
    """The figure by unit and by month; of sums in one count."""
    below = [*places.below(whole.organization), Scope(whole.organization, below=False)]
    months = _months(window)
    if engine.adds(one):
        counted = ledger.values([one], [whole, *below], [window, *months], as_of=mark)
    else:
        counted = ledger.values([one], below, [window], as_of=mark) | ledger.values([one], [whole], months, as_of=mark)
    by_unit = [Part(scope.organization.label, counted[one.code, scope, window], scope, window) for scope in below]
    by_month = [Part(f"{month.end:%Y-%m}", counted[one.code, whole, month], whole, month) for month in months]
    return [part for part in by_unit if part.figure.number or part.figure.manual or _stands(part.scope)], by_month


def _stands(scope: Scope) -> bool:
    """Whether a unit is shown even with nothing: those below are; departments and the own level are not."""
    return scope.below and scope.organization.kind != "department"


def _indicator(code: str) -> Indicator | None:
    try:
        return ledger_registry.indicator(code)
    except KeyError:
        return None


def _own() -> list[Indicator]:
    """The first figure of every fact: those that leaders ask for first, then room by room."""
    codes = dict.fromkeys([*FIRST, *(standard(fact)[-1 if fact.each_once_only else 0].code for fact in ledger_registry.facts())])
    return [one for code in codes if (one := _indicator(code)) is not None]


def _comparable(one: Indicator, window: Window, before: Window) -> bool:
    """Whether the year before stands beside the window: a stock's always, a flow's where the two share no day."""
    return one.formula == "balance" or (window.start is not None and before.end < window.start)


def _number(one: Indicator, now: Figure, before: Figure | None) -> Number:
    was = before.number if before is not None else None
    rising = (now.number > was) - (now.number < was) if now.number is not None and was else 0
    return Number(one, now, wording.change_text(now.number, was), rising)


def _months(window: Window) -> list[Window]:
    """The last twelve months of the window, whole months cut at its ends."""
    months: list[Window] = []
    day = window.end
    while len(months) < MONTHS and (window.start is None or day >= window.start):
        first = day.replace(day=1)
        months.append(Window(max(first, window.start) if window.start else first, day))
        day = date.fromordinal(first.toordinal() - 1)
    months.reverse()
    return months


def plain(figure: Figure) -> float | int:
    """A figure as a chart draws it: rates in percent, money in yuan."""
    if figure.number is None:
        return 0
    if isinstance(figure.number, Fraction):
        return round(float(figure.number * 100), 2)
    return figure.number / 100 if figure.unit is not None and figure.unit.name == "CNY" else figure.number


def above(by: Person, unit: Organization) -> list[Organization]:
    """The units above that the person may look at, the highest first: the way back up."""
    mine = permissions.organizations_for(by, access.SEE)
    return list(mine.filter(pk__in=organizations.ancestors(unit).values("pk")).order_by("depth"))
