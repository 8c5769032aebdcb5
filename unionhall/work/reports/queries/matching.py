"""A read report held against the ledger: for each figure the indicator that it most likely is, and whether it holds.

Indicators are those that the rooms have registered; a figure that none of them counts is told the programme it belongs to.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache

from django.utils.translation import gettext as _

from unionhall.catalogue import published
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Figure, Indicator, Scope, Unit, Window
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.lib.text import Text
from unionhall.work.reports.models import Alias
from unionhall.work.reports.rules.reading import arithmetic, matching, verdicts, vocabulary
from unionhall.work.reports.rules.reading.report import Mention, Reading

MOST_OFFERED = 5
MOST_WINDOWS = 24
LEAST_PROGRAMME = 0.34
PROGRAMME = "programme"
UNASKED = ("target", "rule", "duration")


@dataclass(frozen=True, slots=True)
class Sense:
    """One way to understand a figure: an indicator, narrowed by what the text says, over a time."""

    indicator: Indicator
    window: Window
    filters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """One figure of a report and what the house says to it."""

    mention: Mention
    scope: Scope
    window: Window
    verdict: str = verdicts.NOT_COUNTED
    reason: str = ""
    senses: tuple[Sense, ...] = ()
    programme: Programme | None = None
    sense: Sense | None = None
    counted: Fraction | None = None
    learned: bool = False
    offered: tuple[str, ...] = ()

    @property
    def indicator(self) -> Indicator | None:
        """The proposed indicator."""
        return self.sense.indicator if self.sense else None

    @property
    def opened_by(self) -> str:
        """The registered indicator under which the figure opens: its own, or the one that it narrows."""
        return self.sense.indicator.code.partition("[")[0] if self.sense else ""

    @property
    def asked(self) -> dict[str, str]:
        """What the page of the figure is asked for: the unit, the time, and what narrows it."""
        if self.sense is None:
            return {}
        start, end = self.sense.window.start, self.sense.window.end
        found = {
            "unit": str(self.scope.organization.pk),
            "below": str(int(self.scope.below)),
            "since": str(start or ""),
            "until": str(end),
        }
        narrowed = self.sense.filters if "[" in self.sense.indicator.code else ()
        return found | {f"d.{name}": value for name, value in narrowed}

    @property
    def ledger(self) -> int | float | None:
        """The counted value as JSON has it: yuan, percent or a plain number."""
        return None if self.counted is None else arithmetic.plain(self.counted)


@dataclass(frozen=True, slots=True)
class Books:
    """What may be proposed for a unit: indicators, programmes, and what people have corrected."""

    unit: Organization
    window: Window
    known: dict[str, Indicator]
    indicators: matching.Index
    programmes: matching.Names
    rows: dict[str, Programme]
    aliases: Sequence[matching.Alias]
    dimensions: dict[str, matching.Values] = field(default_factory=dict)
    narrowed: dict[tuple[str, tuple[tuple[str, str], ...]], Indicator] = field(default_factory=dict)

    def values_of(self, dimension: str) -> matching.Values:
        """The values of a dimension by their Chinese names."""
        if dimension not in self.dimensions:
            words = registry.dimension(dimension).values()
            names = {code: word.zh if isinstance(word, Text) else str(word) for code, word in words.items()}
            self.dimensions[dimension] = matching.Values(names)
        return self.dimensions[dimension]

    def narrow(self, indicator: Indicator, filters: tuple[tuple[str, str], ...]) -> Indicator:
        """The indicator over those entries alone, the same one each time."""
        if (indicator.code, filters) not in self.narrowed:
            self.narrowed[indicator.code, filters] = _narrowed(indicator, dict(filters), self)
        return self.narrowed[indicator.code, filters]

    @classmethod
    def of(cls, unit: Organization, window: Window) -> "Books":
        """Everything at hand for checking texts of a unit."""
        rows = {row.code: row for row in programmes.programmes(unit)}
        named = [matching.Candidate(row.code, row.name_zh, row.what_zh) for row in rows.values()]
        known = {one.code: one for one in registry.indicators()}
        return cls(unit, window, known, _indicators(len(known)), matching.Names(named, LEAST_PROGRAMME), rows, aliases_of(unit))


def held(reading: Reading, *, unit: Organization, window: Window) -> list[Held]:
    """Every figure of a report against the ledger of a unit. `window` is the time of figures for which the text names none."""
    books = Books.of(unit, window)
    found = [_proposed(one, books) for one in reading.mentions]
    counted = _count(found)
    return [_judged(one, counted, books) for one in found]


@cache
def _indicators(_count: int) -> matching.Index:
    """The registered indicators that are not narrowed, as candidates; made anew when there are more."""
    found: list[matching.Candidate] = []
    for one in registry.indicators():
        ends = [one] if one.formula != "ratio" else [end for end in (one.numerator, one.denominator) if end is not None]
        whole = not any(end.filters for end in ends)
        again = one.formula == "distinct" and one.facts[0].unit in (one.unit, Unit.CNY)  # nobody counts whom an amount went to so
        if whole and not again:
            frames = vocabulary.at("names").get(one.code.removesuffix(".distinct"), ())
            units = ("",) if one.unit is None else (one.unit.zh,)
            if not frames or one.formula == "ratio":
                plain = matching.bare(one.name.zh)
                found.append(matching.Candidate(one.code, plain, one.counts.zh, units, frame=one.formula == "ratio"))
            found.extend(matching.Candidate(one.code, frame, one.counts.zh, units, frame=True) for frame in frames)
    return matching.Index(found)


def aliases_of(unit: Organization) -> list[matching.Alias]:
    """What people of the unit and of those above it have corrected; the nearest and newest first."""
    reach = [*tree.ancestor_paths(unit.path), unit.path]
    rows = Alias.objects.filter(org_path__in=reach).order_by("-organization__depth", "-id")
    return [matching.Alias(row.words, row.unit, row.code) for row in rows]


def _proposed(mention: Mention, books: Books) -> Held:
    """A figure with the senses that it may have, still uncounted."""
    scope = Scope(books.unit, below="own" not in mention.subset)
    found = Held(mention, scope, window_of(mention, books.window))
    if mention.kind == "rank":
        reason = _("A rank or record: it needs the figures of others, which the house does not keep.")
        return replace(found, verdict=verdicts.UNKNOWABLE, reason=reason)
    programme = next((books.rows[one.code] for one in books.programmes.proposals(mention)), None)
    found = replace(found, programme=programme)
    alias = matching.learned(mention, books.aliases)
    if alias is None and mention.kind in UNASKED:
        return replace(found, reason=_uncounted(mention, programme))
    proposals = books.indicators.proposals(mention, MOST_OFFERED, rooms=programme.rooms if programme else ())
    offered = tuple(one.code for one in proposals)
    code = alias.code if alias is not None else next(iter(offered), "")
    indicator = books.known.get(code) or _defined(code)
    found = replace(found, offered=offered, learned=alias is not None)
    if indicator is None:
        return replace(found, reason=_uncounted(mention, programme))
    return replace(found, senses=tuple(_senses(mention, indicator, programme, books)))


def _defined(code: str) -> Indicator | None:
    """An indicator that staff defined, where a correction names one."""
    try:
        return registry.indicator(code) if code else None
    except KeyError:
        return None


def _senses(mention: Mention, indicator: Indicator, programme: Programme | None, books: Books) -> Iterator[Sense]:
    """The ways to understand an indicator here, the likeliest first: narrowed by what the text names, then less and less."""
    said = tuple(_said(mention, indicator, programme, books))
    options = [said, tuple(pair for pair in said if pair[0] != PROGRAMME), tuple(pair for pair in said if pair[0] == PROGRAMME), ()]
    windows = [window_of(mention, books.window), books.window]
    if mention.window is not None and mention.window.since is None:
        windows.append(Window(None, windows[0].end))
    for filters in dict.fromkeys(options):
        for window in dict.fromkeys(windows):
            yield Sense(books.narrow(indicator, filters), window, filters)


def _said(mention: Mention, indicator: Indicator, programme: Programme | None, books: Books) -> Iterator[tuple[str, str]]:
    """The dimension values that the text names for an indicator, where it names just one of a dimension."""
    ends = [end for end in (indicator.numerator, indicator.denominator) if end is not None] or [indicator]
    open_dimensions = set.intersection(*(set(fact.dimensions) - set(end.filters) for end in ends for fact in end.facts))
    for name in sorted(open_dimensions):
        if name == PROGRAMME:
            if programme is not None:
                yield name, programme.code
            continue
        values = books.values_of(name).said(mention)
        if len(values) == 1:
            yield name, values[0]


def _narrowed(indicator: Indicator, filters: dict[str, str], books: Books) -> Indicator:
    """The indicator over those entries alone; a registered one that says the same stands for it."""
    if not filters:
        return indicator
    if indicator.formula == "ratio" and indicator.numerator is not None and indicator.denominator is not None:
        ends = (_narrowed(indicator.numerator, filters, books), _narrowed(indicator.denominator, filters, books))
        found = replace(indicator, code=_code(indicator, filters), numerator=ends[0], denominator=ends[1])
    else:
        found = replace(indicator, code=_code(indicator, filters), filters={**indicator.filters, **filters})
    return _asked(len(books.known)).get(_asks(found), found)


@cache
def _asked(_count: int) -> dict[object, Indicator]:
    """The registered indicators by what they ask."""
    return {_asks(one): one for one in reversed(registry.indicators())}


def _asks(indicator: Indicator | None) -> object:
    """What an indicator asks of the books, whatever it is called."""
    if indicator is None:
        return None
    allowed = tuple((name, tuple(values)) for name, values in indicator.allowed.items())
    return indicator.formula, indicator.facts, allowed, _asks(indicator.numerator), _asks(indicator.denominator)


def _code(indicator: Indicator, filters: dict[str, str]) -> str:
    return indicator.code + "".join(f"[{name}={value}]" for name, value in sorted(filters.items()))


def _uncounted(mention: Mention, programme: Programme | None) -> str:
    """Why the house does not count a figure, with the programme that it seems to belong to."""
    sentences = {
        "target": _("A target: it is compared with what was reached, and is no result itself."),
        "rule": _("A rule, an amount or a share for each: it is kept as a rule value, not counted."),
        "duration": _("A length of time: nothing to count."),
    }
    if mention.kind in sentences:
        return str(sentences[mention.kind])
    if programme is None:
        return str(_("No indicator of the house fits these words."))
    return str(_("Belongs to the programme “%(name)s”, of which the house counts no such figure yet.") % {"name": programme.name})


def window_of(mention: Mention, window: Window) -> Window:
    """The time of a figure: what the text says, else that of the report. 截至目前 ends the report's own time at that day."""
    said = mention.window
    if said is None:
        return window
    start, end = said.since, said.until
    if start is None:
        start, end = window.start, min(end, window.end)
    return Window(start, end) if start is None or start <= end else window


def _count(found: Iterable[Held]) -> dict[tuple[str, Scope, Window], Figure]:
    """The ledger's figures, in one question and as of one mark; of a text with very many times, for the most frequent ones."""
    senses = [(one.scope, sense) for one in found for sense in one.senses]
    wanted = {sense.indicator.code: sense.indicator for _scope, sense in senses}
    windows = Counter(sense.window for _scope, sense in senses)
    scopes = dict.fromkeys(scope for scope, _sense in senses)
    return ledger.values(wanted.values(), scopes, [window for window, _uses in windows.most_common(MOST_WINDOWS)]) if wanted else {}


def _judged(one: Held, counted: dict[tuple[str, Scope, Window], Figure], books: Books) -> Held:
    """The verdict: a sense under which the figure holds, else what the likeliest sense counts."""
    answers = [
        (sense, published.in_printed_unit(counted[sense.indicator.code, one.scope, sense.window], one.mention.unit))
        for sense in one.senses
        if (sense.indicator.code, one.scope, sense.window) in counted
    ]
    if not answers:
        return one
    holding = next(((sense, value) for sense, value in answers if value is not None and _prints(one.mention, value)), None)
    sense, value = holding or answers[0]
    words = {
        "name": sense.indicator.name,
        "unit": one.scope.organization.name,
        "since": sense.window.start.isoformat() if sense.window.start else _("the beginning"),
        "until": sense.window.end.isoformat(),
    }
    if "[" in sense.indicator.code:
        words["name"] = f"{sense.indicator.name}（{_values(sense.filters, books)}）"
    one = replace(one, sense=sense, window=sense.window, counted=value)
    if value is None:
        reason = _("%(name)s, %(unit)s, %(since)s to %(until)s: nothing stands below the line of this rate.") % words
        return replace(one, reason=reason)
    words["value"] = f"{float(value):.2f}%" if one.mention.unit == "percent" else f"{arithmetic.plain(value):,}"
    apart = counted[sense.indicator.code, one.scope, sense.window].apart
    beside = _(" Totals of %(apart)s that units reported stand apart and are not in it.") % {"apart": apart} if apart else ""
    if holding:
        reason = _("%(name)s, %(unit)s, %(since)s to %(until)s: the ledger has %(value)s, which prints so.") % words
        return replace(one, verdict=verdicts.HOLDS, reason=reason + beside)
    reason = _("%(name)s, %(unit)s, %(since)s to %(until)s: the ledger has %(value)s.") % words
    return replace(one, verdict=verdicts.DIFFERS, reason=reason + beside)


def _prints(mention: Mention, value: Fraction) -> bool:
    rate = mention.unit in verdicts.RATES
    return verdicts.prints(mention.value, mention.qualifier, mention.step, value, passed=mention.passed, rate=rate)


def _values(filters: Iterable[tuple[str, str]], books: Books) -> str:
    """The words of dimension values."""
    said = []
    for name, value in filters:
        words = registry.dimension(name).values() if name != PROGRAMME else {code: row.name for code, row in books.rows.items()}
        said.append(str(words.get(value, value)))
    return "、".join(said)


def computed(reading: Reading) -> Sequence[tuple[arithmetic.Check, str]]:
    """Every computation inside the text with its sentence."""
    return [(one, _sentence(reading, one)) for one in arithmetic.checks(reading)]


def _sentence(reading: Reading, check: arithmetic.Check) -> str:
    said = [reading.mentions[index] for index in check.terms]
    words: dict[str, object] = {
        "printed": reading.mentions[check.result].printed,
        "expected": f"{arithmetic.plain(check.expected):,}",
    }
    if check.kind == arithmetic.SUM:
        words["terms"] = " + ".join(one.printed for one in said)
        shape = _("%(terms)s = %(expected)s; printed: %(printed)s.")
    elif check.kind == arithmetic.PRODUCT:
        words["terms"] = " × ".join(one.printed for one in said)
        shape = _("%(terms)s = %(expected)s; printed: %(printed)s.")
    elif check.kind == arithmetic.CHANGE:
        words["terms"] = " → ".join(one.printed for one in said)
        shape = _("%(terms)s is a change of %(expected)s%%; printed: %(printed)s.")
    else:
        part, *rest = sorted(said, key=lambda one: one.value)
        whole = rest[0].printed if rest else f"{part.value + check.extra:f}"
        words["terms"] = f"{part.printed} / {whole}"
        shape = _("%(terms)s is %(expected)s%%; printed: %(printed)s.")
    return str(shape % words)
