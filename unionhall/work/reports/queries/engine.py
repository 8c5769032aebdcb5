"""Answering many questions of one report at one mark, in a number of statements that does not grow with the report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Figure, Indicator, Mark, Scope, Unit, Window
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.lib.text import Text
from unionhall.work.reports import registry
from unionhall.work.reports.queries import indicators
from unionhall.work.reports.rules import wording
from unionhall.work.reports.rules.markup import Token

ADDITIVE = frozenset({"sum", "count", "amount", "balance"})
PLACES = Text("个单位", "units")
UNITS = {text.zh: text for text in (*(unit.text for unit in Unit), PLACES)}


@dataclass(frozen=True, slots=True)
class Ask:
    """A figure of a report: which token, for which unit and period, and perhaps for one programme alone."""

    token: Token
    unit: Organization
    window: Window
    inside: Organization | None = None
    programme: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a figure came to: its exact value, its words, and what stands behind it."""

    code: str  # as the template names it; one that staff defined with its version
    indicator: Indicator
    scope: Scope
    window: Window
    kind: str  # plain | change | floor
    number: int | Fraction | None
    printed: str
    manual: int = 0
    unit: Text = field(default_factory=lambda: Text("", ""))
    above: int | None = None
    below: int | None = None
    before: int | Fraction | None = None
    earlier: Window | None = None  # of a change: the window that is compared
    short: tuple[tuple[int, int], ...] = ()  # of a floor: the units that stay below, with their counts

    @property
    def apart(self) -> str:
        """What was reported as totals, in words."""
        unit = self.indicator.unit
        return wording.apart(self.manual, self.unit.zh, money=unit is not None and unit.name == "CNY")


@dataclass(frozen=True, slots=True)
class _Plan:
    ask: Ask
    code: str
    indicator: Indicator
    scope: Scope
    window: Window
    kind: str
    floor: tuple[int, str] | None = None
    earlier: Window | None = None


def answers(asks: Iterable[Ask], as_of: Mark) -> dict[Ask, Answer]:
    """The answer to every question that the house can count, as of a mark; an unknown indicator has none."""
    known: dict[str, Indicator | None] = {}
    floors: dict[tuple[int, str], list[Organization]] = {}
    plans = [plan for ask in dict.fromkeys(asks) if (plan := _planned(ask, known)) is not None]
    wanted: dict[Window, tuple[dict[str, Indicator], dict[Scope, None]]] = {}
    for plan in plans:
        for indicator, scope, window in _needed(plan, floors):
            shelf = wanted.setdefault(window, ({}, {}))
            shelf[0][indicator.code] = indicator
            shelf[1][scope] = None
    counted: dict[tuple[str, Scope, Window], Figure] = {}
    for window, (which, where) in wanted.items():
        counted |= ledger.values(which.values(), where, [window], as_of=as_of)
    return {plan.ask: _answer(plan, counted, floors) for plan in plans}


def _planned(ask: Ask, known: dict[str, Indicator | None]) -> _Plan | None:
    token, floor, kind = ask.token, ask.token.floor, "plain"
    code, named, own_level, back = token.code, token.code, False, year_before
    if code.startswith(indicators.OWN) and (defined := indicators.definition(code)) is not None:
        named, own_level = str(defined), defined.own_level
        if defined.formula in registry.ON_ANOTHER:
            code, kind = defined.above, "floor" if defined.formula == "floor" else "change"
            back = period_before if defined.formula == "growth" else year_before
            floor = (defined.floor or 1, defined.floor_level) if kind == "floor" else None
    base = _known(code, known)
    if base is None:
        return None
    if ask.programme and (base := indicators.narrowed(base, ask.programme)) is None:
        return None
    kind = "floor" if floor else "change" if "change" in token.options else kind
    window = ask.window
    if "prev" in token.options:
        window = year_before(window)
    if "last" in token.options and kind == "change":
        back = period_before
    elif "last" in token.options:
        window = period_before(window)
    if "total" in token.options:
        window = Window(None, window.end)
    scope = Scope(ask.unit, below=not ("own" in token.options or own_level), inside=ask.inside)
    return _Plan(ask, named, base, scope, window, kind, floor, back(window) if kind == "change" else None)


def adds(indicator: Indicator) -> bool:
    """Whether an indicator is a sum, or a rate of two: many cells of it cost little, unlike distinct subjects."""
    ends = [end for end in (indicator.numerator, indicator.denominator) if end is not None] or [indicator]
    return all(end.formula in ADDITIVE for end in ends)


def is_defined(code: str) -> bool:
    """Whether staff have defined an indicator of this code."""
    return indicators.definition(code) is not None


def _known(code: str, known: dict[str, Indicator | None]) -> Indicator | None:
    if code not in known:
        try:
            known[code] = ledger_registry.indicator(code)
        except KeyError:
            known[code] = None
    return known[code]


def _needed(plan: _Plan, floors: dict[tuple[int, str], list[Organization]]) -> list[tuple[Indicator, Scope, Window]]:
    if plan.kind == "floor" and plan.floor is not None:
        units = _units(plan, floors)
        return [(plan.indicator, Scope(unit), plan.window) for unit in units]
    needed = [(plan.indicator, plan.scope, plan.window)]
    if plan.earlier is not None:
        needed.append((plan.indicator, plan.scope, plan.earlier))
    return needed


def _units(plan: _Plan, floors: dict[tuple[int, str], list[Organization]]) -> list[Organization]:
    key = (plan.scope.organization.pk, plan.floor[1] if plan.floor else "")
    if key not in floors:
        found = organizations.subtree(plan.scope.organization)
        floors[key] = list(found.filter(level=key[1]) if key[1] else found)
    return floors[key]


def _answer(
    plan: _Plan, counted: Mapping[tuple[str, Scope, Window], Figure], floors: dict[tuple[int, str], list[Organization]]
) -> Answer:
    token, one = plan.ask.token, plan.indicator
    if plan.kind == "floor" and plan.floor is not None:
        least = plan.floor[0]
        counts = [(unit.pk, int(counted[one.code, Scope(unit), plan.window].number or 0)) for unit in _units(plan, floors)]
        short = tuple((id, number) for id, number in counts if number < least)
        words = f"{len(short)}{'' if 'bare' in token.options else PLACES.zh}"
        return Answer(plan.code, one, plan.scope, plan.window, "floor", len(short), words, unit=PLACES, short=short)
    figure = counted[one.code, plan.scope, plan.window]
    if plan.earlier is not None:
        before = counted[one.code, plan.scope, plan.earlier].number
        grown, words = wording.change(figure.number, before)
        above = _whole(figure.number)
        return Answer(
            plan.code, one, plan.scope, plan.window, "change", grown, words, before=before, above=above, earlier=plan.earlier
        )
    unit = figure.unit.text if figure.unit else Text("", "")
    shown = "" if "bare" in token.options else unit.zh
    printed = wording.written(figure.number, shown, step=token.step, money=figure.unit is Unit.CNY).text
    ends = [end.number if end else None for end in (figure.numerator, figure.denominator)]
    above, below = (int(end) if end is not None else None for end in ends)
    return Answer(plan.code, one, plan.scope, plan.window, "plain", figure.number, printed, figure.manual, unit, above, below)


def _whole(number: int | Fraction | None) -> int | None:
    return number if isinstance(number, int) else None


def unit_of(classifier: str) -> Text:
    """The unit of a Chinese classifier, as reports keep it, in both languages; a word that is none stays as it is."""
    return UNITS.get(classifier) or Text(classifier, classifier)


def year_before(window: Window) -> Window:
    """The same days of the year before; the 29th of February becomes the 28th, and a whole month stays whole."""
    return Window(_before(window.start) if window.start else None, _before(window.end))


def period_before(window: Window) -> Window:
    """The period before, as long: the months before whole months, otherwise as many days; of "since ever" the year before."""
    if window.start is None or window.start.year == date.min.year:
        return year_before(window)
    first, after = window.start, window.end + timedelta(days=1)
    last = first - timedelta(days=1)
    if first.day == after.day == 1:
        months = first.year * 12 + first.month - 1 - ((after.year - first.year) * 12 + after.month - first.month)
        return Window(date(months // 12, months % 12 + 1, 1), last)
    return Window(first - (after - first), last)


def _before(day: date) -> date:
    last_of_february = day.month == 2 and (day + timedelta(days=1)).month == 3
    year = max(day.year - 1, date.min.year)
    if last_of_february:
        return date(year, 3, 1) - timedelta(days=1)
    return day.replace(year=year)
