"""What must hold between indicators, looked at before a report is issued and before a table is handed in or accepted.

Each finding leads to the records on both sides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
from unionhall.work.reports.models import Filing, Report, Rule
from unionhall.work.reports.queries import engine, tables

JUMP = "reports.jump_percent"
ABOVE = Text("比率超过 100%：期内的分子不全在期内的分母里。", "A rate above 100 %: part of it began before the period.")
HAND_ABOVE = Text(
    "手填的比率超过 100%；两边是取数得到的分子、分母。", "The rate by hand is above 100 %; these are its ends as counted."
)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a finding: what it is, what it came to or was written `by_hand`, and what the page of its records needs."""

    name: str
    value: str
    code: str
    unit: int
    below: bool
    since: str
    until: str
    as_of: str
    by_hand: bool = False


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


def of_filing(filing: Filing) -> list[Finding]:
    """What the rules find in a filled table: in the numbers written by hand where there are any, else in what was counted."""
    codes = dict.fromkeys(cell["code"] for cell in filing.table.cells.values() if cell["code"])
    mark = Mark.parse(filing.mark) if filing.mark else None
    window = Window(filing.since, filing.until)
    return look(filing.organization, window, codes, as_of=mark, written=tables.written(filing))


def look(
    unit: Organization,
    window: Window,
    codes: Iterable[str],
    *,
    as_of: Mark | None = None,
    written: Mapping[str, int | Fraction] | None = None,
) -> list[Finding]:
    """What the rules find for a unit and a period, in the named indicators and in the rules' own.

    `written` numbers stand in the place of what was counted, except where the parts of a whole are added up.
    """
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
    book = _Book(unit, window, before, mark, counted, known, parts[1:], written or {})
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
    written: Mapping[str, int | Fraction] = field(default_factory=dict)

    def whole(self, code: str, window: Window | None = None) -> Figure:
        return self.counted[self.known[code].code, Scope(self.unit), window or self.window]

    def figure(self, code: str) -> Figure:
        """What the period came to: as written by hand, else as counted."""
        counted = self.whole(code)
        return replace(counted, number=self.written[code]) if code in self.written else counted

    def side(self, code: str, figure: Figure, window: Window | None = None) -> Side:
        days, name = window or self.window, self.known[code].name
        start = days.start.isoformat() if days.start else ""
        unit_word = Text(figure.unit.zh, f" {figure.unit.en}") if figure.unit else ""
        by_hand = code in self.written and figure.number == self.written[code] and days == self.window
        asked = (code, self.unit.pk, True, start, days.end.isoformat(), str(self.mark))
        return Side(str(name), f"{figure}{unit_word}", *asked, by_hand=by_hand)

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
        now, then = self.figure(code), self.whole(code, self.before)
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
            said = HAND_ABOVE if code in self.written else ABOVE
            sides = self.side(above.code, figure.numerator), self.side(below.code, figure.denominator)
            found.append(Finding(registry.RULES["part"], said, *sides))
        return found


def _sums(book: _Book, wanted: list[Indicator]) -> list[Finding]:
    """Whole figures that the units below, with the own level, do not add up to."""
    found = []
    for one in wanted:
        if not book.parts or one.formula not in engine.ADDITIVE:
            continue
        whole = book.whole(one.code)
        added = sum(int(book.counted[one.code, part, book.window].number or 0) for part in book.parts)
        manual = sum(book.counted[one.code, part, book.window].manual for part in book.parts)
        if added != whole.number or manual != whole.manual:
            sum_ = Figure(added, whole.unit, book.mark, manual=manual)
            said = Text("下级各单位与本级之和不等于汇总数。", "The units below and the own level do not add up to the whole.")
            found.append(Finding(registry.RULES["adds_up"], said, book.side(one.code, sum_), book.side(one.code, whole)))
    return found
