"""A read report held against the ledger: for each figure the indicator that it most likely is, and whether it holds.

Indicators are those that the rooms have registered; a figure that none of them counts is told the programme it belongs to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache

from django.utils.translation import gettext as _

from unionhall.catalogue import published
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Figure, Indicator, Scope, Window
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates
from unionhall.work.reports.models import Alias
from unionhall.work.reports.rules.reading import arithmetic, matching, verdicts
from unionhall.work.reports.rules.reading.report import Mention, Reading

MOST_OFFERED = 5
LEAST_PROGRAMME = 0.34


@dataclass(frozen=True, slots=True)
class Held:
    """One figure of a report and what the house says to it."""

    mention: Mention
    indicator: Indicator | None
    programme: Programme | None
    verdict: str
    reason: str
    scope: Scope
    window: Window
    counted: Fraction | None = None
    learned: bool = False
    offered: tuple[str, ...] = ()

    @property
    def ledger(self) -> int | float | None:
        """The counted value as JSON has it: yuan, percent or a plain number."""
        return None if self.counted is None else arithmetic.plain(self.counted)


def held(reading: Reading, *, unit: Organization, window: Window) -> list[Held]:
    """Every figure of a report against the ledger of a unit. `window` is the time of figures for which the text names none."""
    known = {one.code: one for one in registry.indicators()}
    index = matching.Index(_indicators(), aliases_of(unit))
    named = matching.Index(_programmes(unit))
    rows = {row.code: row for row in programmes.programmes(unit)}
    found = [_proposed(one, index, named, known, rows, unit, window) for one in reading.mentions]
    counted = _count(found)
    return [_judged(one, counted) for one in found]


@cache
def _indicators() -> tuple[matching.Candidate, ...]:
    """The registered indicators as candidates; they are registered once, at the start."""
    return tuple(
        matching.Candidate(one.code, one.name.zh, one.counts.zh, ("",) if one.unit is None else (one.unit.zh,))
        for one in registry.indicators()
    )


def _programmes(unit: Organization) -> list[matching.Candidate]:
    rows = programmes.programmes(unit).only("code", "name_zh", "what_zh")
    return [matching.Candidate(row.code, row.name_zh, row.what_zh) for row in rows]


def aliases_of(unit: Organization) -> list[matching.Alias]:
    """What people of the unit and of those above it have corrected; the nearest and newest first."""
    reach = [*tree.ancestor_paths(unit.path), unit.path]
    rows = Alias.objects.filter(org_path__in=reach).order_by("-organization__depth", "-id")
    return [matching.Alias(row.words, row.unit, row.code) for row in rows]


def _proposed(
    mention: Mention,
    index: matching.Index,
    named: matching.Index,
    known: dict[str, Indicator],
    rows: dict[str, Programme],
    unit: Organization,
    window: Window,
) -> Held:
    """A figure with the indicator proposed for it, still uncounted."""
    scope = Scope(unit, below="own" not in mention.subset)
    found = Held(mention, None, None, verdicts.NOT_COUNTED, "", scope, window_of(mention, window))
    if mention.kind == "rank":
        return replace(
            found,
            verdict=verdicts.UNKNOWABLE,
            reason=_("A rank or record: it needs the figures of others, which the house does not keep."),
        )
    proposals = index.proposals(mention)
    offered = tuple(one.code for one in proposals if one.code in known)
    best = proposals[0] if proposals else None
    indicator = known.get(best.code) if best else None
    programme = None
    if indicator is None:
        programme = next((rows[one.code] for one in named.proposals(mention, 1, least=LEAST_PROGRAMME) if one.code in rows), None)
    learned = best is not None and best.learned
    found = replace(found, programme=programme, offered=offered, learned=learned)
    if mention.kind in ("target", "rule", "duration") and not learned:
        return replace(found, reason=_uncounted(mention, programme))
    return replace(found, indicator=indicator, reason="" if indicator else _uncounted(mention, programme))


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
    """The ledger's figures, in as many questions as there are windows; all as of one mark."""
    shelves: dict[Window, list[Held]] = {}
    for one in found:
        if one.indicator is not None:
            shelves.setdefault(one.window, []).append(one)
    mark = ledger.mark()
    counted: dict[tuple[str, Scope, Window], Figure] = {}
    for window, some in shelves.items():
        wanted = {one.indicator.code: one.indicator for one in some if one.indicator is not None}
        counted |= ledger.values(wanted.values(), {one.scope for one in some}, [window], as_of=mark)
    return counted


def _judged(one: Held, counted: dict[tuple[str, Scope, Window], Figure]) -> Held:
    """The verdict on a figure whose indicator was proposed."""
    if one.indicator is None:
        return one
    figure = counted[one.indicator.code, one.scope, one.window]
    value = published.in_printed_unit(figure, one.mention.unit)
    words = {
        "name": one.indicator.name,
        "since": _day(one.window.start),
        "until": _day(one.window.end),
        "unit": one.scope.organization.name,
    }
    if value is None:
        return replace(
            one, verdict=verdicts.NOT_COUNTED, reason=_("%(name)s has nothing below the line from %(since)s to %(until)s.") % words
        )
    mention = one.mention
    holds = verdicts.prints(
        mention.value, mention.qualifier, mention.step, value, passed=mention.passed, rate=mention.unit in verdicts.RATES
    )
    words["value"] = f"{arithmetic.plain(value):,}"
    if holds:
        reason = _("%(name)s, %(unit)s, %(since)s to %(until)s: the ledger has %(value)s, which prints so.") % words
        return replace(one, verdict=verdicts.HOLDS, reason=reason, counted=value)
    reason = _("%(name)s, %(unit)s, %(since)s to %(until)s: the ledger has %(value)s.") % words
    return replace(one, verdict=verdicts.DIFFERS, reason=reason, counted=value)


def _day(day: date | None) -> str:
    return dates.chinese(day) if day is not None else str(_("the beginning"))


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
