"""The words in which the house counts: units, facts, indicators, scopes, windows, marks and figures.

Counting rules (they keep apart what reports tend to mix): persons are distinct people, person-times are occurrences;
a stock is a balance at a day, a flow is a sum in a window; a ratio has two named ends and is never averaged.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from unionhall.lib import dates, money
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

if TYPE_CHECKING:
    from unionhall.kernel.organizations.models import Organization

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
NOTHING = "--"
SILENT = Text(zh="", en="")


class Unit(Enum):
    """What is counted, with the classifier that Chinese prints after the number."""

    ISSUE = ("项", "issues")
    ISSUE_TIME = ("项次", "times, by issue")
    KIND = ("类", "kinds")
    ITEM = ("条", "items")
    CASE = ("件", "cases")
    ISSUE_NUMBER = ("期", "numbers of a bulletin")
    PIECE = ("篇", "pieces")
    PIECE_TIME = ("篇次", "pieces by outlet")
    PERSON = ("人", "persons")
    PERSON_TIME = ("人次", "person-times")
    HOUSEHOLD = ("户", "households")
    HOUSEHOLD_TIME = ("户次", "household-times")
    ORG = ("家", "organizations")
    ORG_TIME = ("家次", "organization-times")
    VISIT = ("次", "times")
    EVENT = ("场", "events")
    PLACE = ("个", "places")
    COPY = ("册", "copies")
    MINUTE = ("分钟", "minutes")
    PAYMENT = ("笔", "payments")
    CNY = ("元", "yuan")

    @property
    def zh(self) -> str:
        """The Chinese classifier: 项, 人次, 户 …"""
        return self.value[0]

    @property
    def en(self) -> str:
        """The English noun."""
        return self.value[1]

    @property
    def text(self) -> Text:
        """Both, following the language of the page."""
        return Text(zh=self.zh, en=self.en)


ONCE_EACH = {
    Unit.ISSUE_TIME: Unit.ISSUE,
    Unit.PERSON_TIME: Unit.PERSON,
    Unit.HOUSEHOLD_TIME: Unit.HOUSEHOLD,
    Unit.ORG_TIME: Unit.ORG,
    Unit.PIECE_TIME: Unit.PIECE,
}
SUBJECTS = {
    "person": Unit.PERSON,
    "household": Unit.HOUSEHOLD,
    "organization": Unit.ORG,
    "employer": Unit.ORG,
    "event": Unit.EVENT,
    "team": Unit.PLACE,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A countable outcome. Status is part of its name: applied, approved and paid are three facts.

    `counts` is the sentence that says exactly what counts as one. `subject` names whom distinct counting counts once
    ("person", "household", "event" …); a fact with a subject is never posted without one. `stock` facts are posted
    with + and - and are read as a balance at a day. Facts in CNY keep fen in the entry's amount.
    """

    code: str
    unit: Unit
    name: Text
    counts: Text
    subject: str | None = None
    dimensions: tuple[str, ...] = ()
    stock: bool = False

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise ValueError(f"a fact is named room.what_happened, not {self.code!r}")
        if len(set(self.dimensions)) < len(self.dimensions):
            raise ValueError(f"{self.code} names a dimension twice")

    @property
    def once_each(self) -> Unit:
        """The unit of its distinct subjects: 人 for a fact in 人次."""
        return ONCE_EACH.get(self.unit) or SUBJECTS.get(self.subject or "", self.unit)

    @property
    def each_once_only(self) -> bool:
        """Whether its distinct subjects alone are a figure: the sum of a fact in kinds says how often kinds were named."""
        return self.unit is Unit.KIND and self.subject is not None and not self.stock


FORMULAS = ("sum", "count", "distinct", "amount", "balance", "ratio")
Filters = Mapping[str, "str | tuple[str, ...]"]


@dataclass(frozen=True)
class Indicator:
    """A named formula over facts.

    sum: quantities; count: occurrences; distinct: subjects, each once; amount: fen; balance: stock at the window's last
    day; ratio: numerator over denominator. `filters` keep entries whose dimension equals a value or is one of several.
    """

    code: str
    name: Text
    formula: str
    fact: Fact | tuple[Fact, ...] = ()
    filters: Filters = field(default_factory=dict)
    numerator: "Indicator | None" = None
    denominator: "Indicator | None" = None
    counts: Text = SILENT

    def __post_init__(self) -> None:
        if self.formula not in FORMULAS:
            raise Refused(_("This formula is not known."), field="formula")
        if self.formula == "ratio":
            self._check_ends()
        else:
            self._check_facts()

    def _check_ends(self) -> None:
        if self.numerator is None or self.denominator is None or self.facts:
            raise Refused(_("A ratio needs two named ends."), field="numerator")
        if "ratio" in (self.numerator.formula, self.denominator.formula):
            raise Refused(_("Rates are never averaged or divided: name the two counts behind them."), field="numerator")

    def _check_facts(self) -> None:
        if not self.facts:
            raise Refused(_("Name the fact that is counted."), field="fact")
        if len({fact.unit for fact in self.facts}) > 1:
            raise Refused(_("Facts of different units cannot be added."), field="fact")
        if len({fact.stock for fact in self.facts}) > 1:
            raise Refused(_("A stock and a flow cannot be added."), field="fact")
        if self.formula == "distinct" and (len(self.facts) > 1 or self.facts[0].subject is None or self.facts[0].stock):
            raise Refused(_("Distinct counting needs one flow with a subject."), field="fact")
        if (self.formula == "balance") != self.facts[0].stock and self.formula not in ("count", "sum"):
            raise Refused(_("A balance is read from a stock, and a stock by its balance."), field="formula")
        if self.formula == "amount" and self.facts[0].unit is not Unit.CNY:
            raise Refused(_("Only facts in money have an amount."), field="formula")
        for fact in self.facts:
            if unknown := sorted(set(self.filters) - set(fact.dimensions)):
                raise Refused(_("This fact has no such dimension: %(names)s") % {"names": ", ".join(unknown)}, field="filters")

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts as a tuple, also where there is one."""
        return self.fact if isinstance(self.fact, tuple) else (self.fact,)

    @property
    def unit(self) -> Unit | None:
        """The unit of the figure; a ratio has none."""
        if self.formula == "ratio":
            return None
        if self.formula == "distinct":
            return self.facts[0].once_each
        unit = self.facts[0].unit
        return Unit.PAYMENT if unit is Unit.CNY and self.formula in ("sum", "count") else unit

    @property
    def allowed(self) -> dict[str, list[str]]:
        """The filters in one form: the values that each dimension may have."""
        return {name: sorted({one} if isinstance(one, str) else set(one)) for name, one in sorted(self.filters.items())}

    def keeps(self, dimensions: Mapping[str, str]) -> bool:
        """Whether an entry with these dimensions counts."""
        return all(dimensions.get(name, "") in values for name, values in self.allowed.items())


def standard(fact: Fact) -> tuple[Indicator, ...]:
    """The indicators that every fact has by itself: its own figure and, with a subject, the distinct one."""
    formula = "balance" if fact.stock else "amount" if fact.unit is Unit.CNY else "sum"
    own = Indicator(fact.code, fact.name, formula, fact, counts=fact.counts)
    if fact.subject is None or fact.stock:
        return (own,)
    name = Text(zh=f"{fact.name.zh}（去重）", en=f"{fact.name.en}, each once")
    return own, Indicator(f"{fact.code}.distinct", name, "distinct", fact, counts=fact.counts)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose acts count: a unit with everything below it (全市), or its own level alone (本级).

    With `inside`, only what happened while the unit stood there: so the parts of a whole add up after moves.
    """

    organization: "Organization"
    below: bool = True
    inside: "Organization | None" = None


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `start` to `end`, both included; without a start, everything up to the end (cumulative)."""

    start: date | None
    end: date

    def __post_init__(self) -> None:
        if self.start is not None and self.end < self.start:
            raise Refused(_("The period ends before it starts."), field="end")

    @classmethod
    def year(cls, year: int) -> "Window":
        """A calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def until(cls, day: date | None = None) -> "Window":
        """Everything up to a day, today by default: the window of balances and cumulative figures."""
        return cls(None, day or dates.today())


@dataclass(frozen=True, slots=True)
class Mark:
    """What was known at a moment: every entry up to `high` except the `absent` ranges (first, last).

    The absent numbers belong to transactions that were still under way. A mark is a plain value made of the entries' own
    numbers, so it stays true after a dump and restore, and prints as text ("1024" or "1024;1001-1003,1010").
    """

    high: int
    absent: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        holes = ",".join(str(first) if first == last else f"{first}-{last}" for first, last in self.absent)
        return f"{self.high};{holes}" if holes else str(self.high)

    @classmethod
    def parse(cls, text: str) -> "Mark":
        """A mark from its text; raises ValueError for anything else."""
        high, _semicolon, holes = text.partition(";")
        pairs = [hole.partition("-") for hole in holes.split(",")] if holes else []
        return cls(int(high), tuple((int(first), int(last or first)) for first, _dash, last in pairs))

    def covers(self, number: int) -> bool:
        """Whether the entry of this number was known."""
        return number <= self.high and not any(first <= number <= last for first, last in self.absent)


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator's exact value for a scope and a window, as known at a mark.

    `number` is what was counted from acts (fen for money; None is a rate of nothing). `manual` is what units that are not
    yet on the house reported as totals: it is never inside `number`.
    """

    number: int | Fraction | None
    unit: Unit | None
    mark: Mark
    manual: int = 0
    numerator: "Figure | None" = None
    denominator: "Figure | None" = None

    @property
    def apart(self) -> str:
        """What was reported as totals, as a page shows it; "" where nothing was."""
        return str(Figure(self.manual, self.unit, self.mark)) if self.manual else ""

    def __str__(self) -> str:
        """The exact value without classifier: yuan with two places for money, "--" for a rate of nothing."""
        if self.number is None:
            return NOTHING
        if isinstance(self.number, Fraction):
            return f"{float(self.number * 100):.2f}".rstrip("0").rstrip(".") + "%"  # the exact ends stand beside it
        return money.yuan(self.number) if self.unit is Unit.CNY else f"{self.number:,}"
