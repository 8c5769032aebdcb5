"""What must hold between indicators, looked at before a report is issued; each finding leads to the records on both sides."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Figure, Indicator, Mark, Scope, Window
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.policies import queries as policies
from unionhall.lib.text import Text
from unionhall.work.reports import registry
from unionhall.work.reports.models import Report, Rule
from unionhall.work.reports.queries import engine

JUMP = "reports.jump_percent"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a finding: what it is, what it came to, and what its page needs."""

    name: str
    value: str
    code: str
    unit: int
    below: bool
    since: str
    until: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that does not hold."""

    rule: Text
    said: Text
    left: Side
    right: Side


def findings(report: Report) -> list[Finding]:
    """What the rules find in the figures of a report, as of its mark."""
    codes = [one["indicator"] for one in report.figures if one["kind"] == "plain" and "[" not in one["indicator"]]
    window, mark = Window(report.since, report.until), Mark.parse(report.mark)
    return look(report.organization, window, dict.fromkeys(codes), as_of=mark)


def look(unit: Organization, window: Window, codes: Iterable[str], *, as_of: Mark | None = None) -> list[Finding]:
    """What the rules find for a unit and a period, in the named indicators and in the rules' own."""
    rules = list(Rule.objects.filter(retired_at=None, org_path__in=[*tree.ancestor_paths(unit.path), unit.path]))
    named = dict.fromkeys([*codes, *(code for rule in rules for code in (rule.left, rule.right) if code)])
    known = {code: one for code in named if (one := _indicator(code)) is not None}
    for code in list(known):
        if (once := _indicator(f"{code}.distinct")) is not None and f"{code}.distinct" in codes:
            known[once.code] = once
    if not known:
        return []
    before, parts = engine.year_before(window), _parts(unit)
    mark, counted = _counted(list(known.values()), parts, [window, before], as_of)
    percent = policies.value(JUMP, at=unit, on=window.end).whole
    book = _Book(unit, window, before, mark, counted, known, parts[1:])
    found = [finding for rule in rules for finding in book.by_rule(rule, percent)]
    jumped = {rule.left for rule in rules if rule.kind == "jump"}
    found += [one for code in codes if code in known and code not in jumped for one in book.jump(code, percent)]
    return [*found, *book.rates(codes), *_sums(book, [known[code] for code in codes if code in known])]


def _parts(unit: Organization) -> list[Scope]:
    """The whole unit; then, where it has units below, each of them and its own level."""
    children = list(organizations.children(unit, closed=True))
    own = [Scope(unit, below=False)] if children else []
    return [Scope(unit), *(Scope(child, inside=unit) for child in children), *own]


def _counted(
    wanted: list[Indicator], parts: list[Scope], windows: list[Window], as_of: Mark | None
) -> tuple[Mark, dict[tuple[str, Scope, Window], Figure]]:
    """Everything that the rules look at, at one mark: sums for all parts in one count, distinct subjects for the whole alone."""
    mark, counted = as_of, dict[tuple[str, Scope, Window], Figure]()
    for some, where in (
        ([one for one in wanted if engine.adds(one)], parts),
        ([one for one in wanted if not engine.adds(one)], parts[:1]),
    ):
        if some:
            counted |= ledger.values(some, where, windows, as_of=mark)
            mark = next(iter(counted.values())).mark
    return mark or Mark(0), counted


def _indicator(code: str) -> Indicator | None:
    try:
        return ledger_registry.indicator(code)
    except KeyError:
        return None


@dataclass(slots=True)
class _Book:
    unit: Organization
    window: Window
    before: Window
    mark: Mark
    counted: dict[tuple[str, Scope, Window], Figure]
    known: dict[str, Indicator]
    parts: list[Scope]

    def figure(self, code: str, window: Window | None = None) -> Figure:
        return self.counted[self.known[code].code, Scope(self.unit), window or self.window]

    def side(self, code: str, figure: Figure, window: Window | None = None, *, unit: Organization | None = None) -> Side:
        days, here = window or self.window, unit or self.unit
        name = self.known[code].name
        start = days.start.isoformat() if days.start else ""
        unit_word = Text(figure.unit.zh, f" {figure.unit.en}") if figure.unit else ""
        return Side(str(name), f"{figure}{unit_word}", code, here.pk, True, start, days.end.isoformat(), str(self.mark))

    def by_rule(self, rule: Rule, percent: int) -> list[Finding]:
        if rule.left not in self.known or (rule.right and rule.right not in self.known):
            return []
        if rule.kind == "jump":
            return self.jump(rule.left, rule.percent or percent)
        if rule.kind == "adds_up":
            return _sums(self, [self.known[rule.left]])
        left, right = self.figure(rule.left), self.figure(rule.right)
        small, large = (left.number or 0, right.number or 0) if rule.kind == "part" else (right.number or 0, left.number or 0)
        if small <= large:
            return []
        said = registry.RULES[rule.kind]
        return [
            Finding(said, Text(rule.why or said.zh, rule.why or said.en), self.side(rule.left, left), self.side(rule.right, right))
        ]

    def jump(self, code: str, percent: int) -> list[Finding]:
        now, then = self.figure(code), self.figure(code, self.before)
        if not then.number or now.number is None:
            return []
        grown = abs(Fraction(now.number) / Fraction(then.number) - 1) * 100
        if grown <= percent:
            return []
        said = Text(f"与上年同期相比变化{int(grown)}%，超过{percent}%。", f"Changed by {int(grown)} %, more than {percent} %.")
        return [Finding(registry.RULES["jump"], said, self.side(code, now), self.side(code, then, self.before))]

    def rates(self, codes: Iterable[str]) -> list[Finding]:
        """Rates above one: the part is larger than its whole."""
        found = []
        for code in codes:
            figure = self.figure(code) if code in self.known else None
            if figure is None or not isinstance(figure.number, Fraction) or figure.number <= 1:
                continue
            above, below = self.known[code].numerator, self.known[code].denominator
            if above is None or below is None or figure.numerator is None or figure.denominator is None:
                continue
            self.known |= {above.code: above, below.code: below}
            said = Text("比率超过 100%：期内的分子不全在期内的分母里。", "A rate above 100 %: part of it began before the period.")
            sides = self.side(above.code, figure.numerator), self.side(below.code, figure.denominator)
            found.append(Finding(registry.RULES["part"], said, *sides))
        return found


def _sums(book: _Book, wanted: list[Indicator]) -> list[Finding]:
    """Whole figures that the units below, with the own level, do not add up to."""
    found = []
    for one in wanted:
        if not book.parts or one.formula not in engine.ADDITIVE:
            continue
        whole = book.figure(one.code)
        added = sum(int(book.counted[one.code, part, book.window].number or 0) for part in book.parts)
        manual = sum(book.counted[one.code, part, book.window].manual for part in book.parts)
        if added != whole.number or manual != whole.manual:
            sum_ = Figure(added, whole.unit, book.mark, manual=manual)
            said = Text("下级各单位与本级之和不等于汇总数。", "The units below and the own level do not add up to the whole.")
            found.append(Finding(registry.RULES["adds_up"], said, book.side(one.code, sum_), book.side(one.code, whole)))
    return found
