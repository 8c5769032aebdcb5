"""A figure and everything behind it: how it is cut, and the entries it was counted from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Figure, Indicator, Mark, Scope, Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib import dates, rowid
from unionhall.lib.refusal import NotVisible, Refused
from unionhall.lib.text import Text
from unionhall.work.office import access

SEE = "ledger.see"
PROGRAMME = Text("工作项目", "Programme")


@dataclass(frozen=True, slots=True)
class Question:
    """One figure as an address asks for it: which indicator, narrowed how, for whom, when, and as known when.

    A filter with an empty value keeps the entries that have no value of that dimension.
    """

    indicator: Indicator
    scope: Scope
    window: Window
    filters: tuple[tuple[str, str], ...] = ()
    as_of: Mark | None = None
    end: str = ""  # of a rate: only what stands "above" or "below" the line

    def parameters(self, **changes: object) -> dict[str, str]:
        """The address parameters that ask this question again, with changes; None takes one away."""
        asked: dict[str, object | None] = {
            "unit": self.scope.organization.pk,
            "below": int(self.scope.below),
            "since": self.window.start,
            "until": self.window.end,
            "as_of": self.as_of,
            "end": self.end or None,
            **{f"d.{name}": value for name, value in self.filters},
        }
        return {name: str(value) for name, value in {**asked, **changes}.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Cut:
    """One part of a figure: its label, its value, and the parameters that ask for it alone."""

    label: str
    figure: Figure
    parameters: dict[str, str]


def narrowed(indicator: Indicator, filters: Mapping[str, str]) -> Indicator:
    """The indicator over only those entries that have these dimension values; a ratio is narrowed at both ends.

    Raises Refused for a dimension that a fact does not have, and for one by which the indicator itself is narrowed: the
    answer would bear the indicator's name and count something else.
    """
    if not filters:
        return indicator
    if already := sorted(set(filters) & set(indicator.filters)):
        raise Refused(_("This figure is already narrowed by %(names)s.") % {"names": ", ".join(already)})
    code = indicator.code + "".join(f"[{name}={value}]" for name, value in sorted(filters.items()))
    if indicator.numerator is not None and indicator.denominator is not None:
        ends = narrowed(indicator.numerator, filters), narrowed(indicator.denominator, filters)
        return replace(indicator, code=code, numerator=ends[0], denominator=ends[1])
    return replace(indicator, code=code, filters={**indicator.filters, **filters})


def question(by: Person, code: str, asked: Mapping[str, str], *, unit: Organization) -> Question:
    """Read an address: `unit`, `below`, `since`, `until`, `as_of`, `d.<dimension>`, and for one end of a rate `end`.

    Raises NotVisible for an unknown indicator or a unit outside the person's scope, Refused for a wrong period or mark.
    """
    try:
        indicator = registry.indicator(code)
    except KeyError:
        raise NotVisible(_("There is no such figure.")) from None
    if (named := rowid.read(asked.get("unit", ""))) is not None:
        unit = access.unit(by, named)
    access_actions.require(by, SEE, unit)
    today = dates.today()
    start = _day(asked.get("since"), "since")
    end = _day(asked.get("until"), "until") or today
    if "since" not in asked and "until" not in asked:
        start = date(today.year, 1, 1)
    filters = tuple(sorted((name[2:], value) for name, value in asked.items() if name.startswith("d.")))
    scope, window = Scope(unit, below=asked.get("below", "1") != "0"), Window(start, end)
    found = Question(narrowed(indicator, dict(filters)), scope, window, filters, _mark(asked.get("as_of")))
    return end_of(found, asked["end"]) if asked.get("end") and indicator.formula == "ratio" else found


def end_of(asked: Question, end: str) -> Question:
    """The question about one end of a rate, "above" or "below". Raises NotVisible for any other."""
    found = {"above": asked.indicator.numerator, "below": asked.indicator.denominator}.get(end)
    if found is None:
        raise NotVisible(_("There is no such figure."))
    return replace(asked, indicator=found, end=end)


def _day(text: str | None, field: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_("Write the date as 2025-03-05."), field=field) from None


def _mark(text: str | None) -> Mark | None:
    if not text:
        return None
    try:
        return Mark.parse(text)
    except ValueError:
        raise Refused(_("This is no mark of the ledger."), field="as_of") from None


def figure(asked: Question) -> tuple[Question, Figure, list[Cut]]:
    """The exact value, cut by the units directly below and the unit's own level (not cut where only that level is asked for).

    With it comes the same question as of the mark of the answer: what a page lists and leads to then adds up to what it shows.
    """
    if not asked.scope.below:
        found = ledger.value(asked.indicator, asked.scope, asked.window, as_of=asked.as_of)
        return replace(asked, as_of=found.mark), found, []
    found, parts = ledger.with_children(asked.indicator, asked.scope, asked.window, as_of=asked.as_of)
    pinned = replace(asked, as_of=found.mark)
    return pinned, found, _units(pinned, parts)


def _units(asked: Question, parts: Iterable[tuple[Scope, Figure]]) -> list[Cut]:
    cuts = []
    for scope, part in parts:
        if part.number or part.manual:
            label = scope.organization.label if scope.below else _("%(unit)s, own level") % {"unit": scope.organization.label}
            cuts.append(Cut(label, part, asked.parameters(unit=scope.organization.pk, below=int(scope.below))))
    return cuts


class Words:
    """What dimensions and their values are called; every dimension is looked up once a page."""

    def __init__(self) -> None:
        self._values: dict[str, Mapping[str, object]] = {}

    def dimension(self, name: str) -> object:
        """A dimension in words."""
        return PROGRAMME if name == "programme" else registry.dimension(name).name

    def value(self, name: str, value: str) -> str:
        """A value of a dimension in words; those of programmes come from the catalogue."""
        if name not in self._values:
            self._values[name] = programmes.names() if name == "programme" else registry.dimension(name).values()
        return str(self._values[name].get(value, value)) if value else _("(none)")


def by_dimension(asked: Question, words: Words) -> dict[str, list[Cut]]:
    """The figure cut by each dimension that it is not yet narrowed to, the largest part first."""
    names = dimensions(asked.indicator)
    parts = ledger.by_dimensions(asked.indicator, names, asked.scope, asked.window, as_of=asked.as_of) if names else {}
    return {name: _parts(asked, name, parts[name], words) for name in names}


def _parts(asked: Question, name: str, found: list[tuple[str, Figure]], words: Words) -> list[Cut]:
    cuts = [Cut(words.value(name, value), part, asked.parameters(**{f"d.{name}": value})) for value, part in found]
    shown = [cut for cut in cuts if cut.figure.number or cut.figure.manual]
    if all(cut.parameters[f"d.{name}"] == "" for cut in shown):
        return []  # nothing is told by "not filled in" alone
    return sorted(shown, key=lambda cut: -(cut.figure.number or 0))


def dimensions(indicator: Indicator) -> tuple[str, ...]:
    """The dimensions by which a figure can still be cut."""
    if indicator.formula == "ratio":
        return ()
    shared = set.intersection(*(set(fact.dimensions) for fact in indicator.facts))
    return tuple(sorted(name for name in shared if name not in indicator.filters))


def entries(asked: Question, *, manual: bool = False) -> QuerySet:
    """The entries behind the figure, the latest day first; for a ratio ask its ends."""
    found = ledger.entries_behind(asked.indicator, asked.scope, asked.window, asked.as_of, manual=manual)
    return found.select_related("fact", "source_kind").prefetch_related("dimensions")  # joined, entries without any would be lost
