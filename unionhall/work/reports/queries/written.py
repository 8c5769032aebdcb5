"""Written reports read again: as reported then, as known now, and what made the difference."""

import hashlib
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import orjson
from django.db.models import QuerySet

from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Mark, Unit, Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.lib.refusal import absent
from unionhall.work.reports import access
from unionhall.work.reports.models import Report
from unionhall.work.reports.queries import engine
from unionhall.work.reports.queries.compose import Frame
from unionhall.work.reports.queries.engine import Answer, Ask
from unionhall.work.reports.rules.markup import Token

MOST_ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure as it was reported then beside what is known now."""

    number: int
    figure: dict[str, Any]
    then: int | Fraction | None
    now: Answer | None

    @property
    def differs(self) -> bool:
        """Whether the books know something else by now, or other totals were reported apart from them."""
        return self.now is not None and (self.now.number != self.then or self.apart_differs)

    @property
    def apart_differs(self) -> bool:
        """Whether other totals are reported now than then."""
        return self.now is not None and self.now.manual != (self.figure["manual"] or 0)

    @property
    def difference(self) -> int | Fraction | None:
        """How much more is known now; None where one of the two is a rate of nothing."""
        if self.now is None or self.now.number is None or self.then is None:
            return None
        return self.now.number - self.then


def reports(by: Person, *, kind: str = "", state: str = "", q: str = "") -> QuerySet[Report]:
    """The reports that a person may read, the latest period first."""
    found = access.visible_to(by).defer("content", "body", "hands")
    if kind:
        found = found.filter(kind=kind)
    if state:
        found = found.filter(state=state)
    return found.filter(title__icontains=q) if q else found


def frame(report: Report) -> Frame:
    """What a report is about."""
    return Frame(report.organization, Window(report.since, report.until), report.programme, report.number)


def digest(report: Report) -> str:
    """The hash of what an issued report says, counted from its text, figures, mark, number and day alone."""
    whole = {
        "unit": report.organization_id,
        "number": report.number,
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "day": report.issued_on.isoformat() if report.issued_on else "",
        "content": report.content,
        "mark": report.mark,
    }
    return hashlib.sha256(orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)).hexdigest()


def is_whole(report: Report) -> bool:
    """Whether an issued report still says what was issued."""
    return not report.issued or digest(report) == report.digest


def figure(report: Report, number: int) -> dict[str, Any]:
    """One figure of a report; raises NotVisible."""
    if not 0 <= number < len(report.figures):
        raise absent()
    return report.figures[number]


def beside(report: Report, numbers: list[int] | None = None, *, at: Mark | None = None) -> list[Beside]:
    """Every figure (or some) as reported then and as known now, in a fixed number of statements."""
    chosen = [(place, report.figures[place]) for place in (numbers if numbers is not None else range(len(report.figures)))]
    units = Organization.objects.in_bulk({id for _place, one in chosen for id in (one["unit"], one["inside"]) if id})
    asks = {place: ask_of(one, units) for place, one in chosen}
    counted = engine.answers(asks.values(), at or ledger.mark())
    return [Beside(place, one, number_of(one["number"]), counted.get(asks[place])) for place, one in chosen]


def ask_of(one: dict[str, Any], units: dict[int, Organization]) -> Ask:
    """The question that a kept figure answered."""
    least, _at, level = one["floor"].partition("@")
    said = {"prev", "total"} if "change" in one["options"] else {"prev", "total", "last"}  # its window says it already
    options = tuple(option for option in one["options"] if option not in said)
    options = (*options, *(("own",) if not one["below"] and "own" not in options else ()))
    token = Token(one["code"], options, one["step"], (int(least), level) if least else None)
    start = date.fromisoformat(one["since"]) if one["since"] else None
    window = Window(start, date.fromisoformat(one["until"]))
    return Ask(token, units[one["unit"]], window, units.get(one["inside"]), one["programme"])


def is_rate(one: dict[str, Any]) -> bool:
    """Whether a kept figure is a part of one: a ratio, or a change against an earlier window."""
    return one["kind"] == "change" or one["under"] is not None


def in_money(one: dict[str, Any]) -> bool:
    """Whether the two ends of a kept figure are amounts of money, in fen."""
    try:
        return ledger_registry.indicator(one["indicator"].partition("[")[0]).unit is Unit.CNY
    except KeyError:
        return False


def called(one: dict[str, Any]) -> str:
    """The name of a kept figure; of a change with the days it is compared with, of a floor with the floor."""
    if one["kind"] == "change" and one.get("earlier"):
        return f"{one['name']}（比{one['earlier'][0]}～{one['earlier'][1]}）"
    if one["kind"] == "floor":
        return (
            f"{one['name']}（不足{one['floor'].partition('@')[0]}的单位）" if one["floor"] else f"{one['name']}（未达下限的单位）"
        )
    return str(one["name"])


def number_of(text: str | None) -> int | Fraction | None:
    """A kept number: whole numbers stay whole, rates exact."""
    if text is None:
        return None
    return Fraction(text) if "/" in text else int(text)


def causes(report: Report, found: Beside) -> list[Any]:
    """The entries that became known after a report and make the difference, the latest first."""
    if found.now is None:
        return []
    then, one = Mark.parse(report.mark), found.now.indicator
    ends = [end for end in (one.numerator, one.denominator) if end is not None] or [one]
    rows: list[Any] = []
    for end in ends:
        for manual in (False, True) if found.apart_differs else (False,):
            learned = ledger.learned_since(end, found.now.scope, found.now.window, then, manual=manual)
            rows += learned.select_related("fact", "source_kind")[:MOST_ENTRIES]
    return sorted(rows, key=lambda row: -row.pk)[:MOST_ENTRIES]


def short_units(kept: dict[str, Any]) -> list[tuple[str, int]]:
    """The units that stayed below a floor when the report was written, by name."""
    names = (
        dict(Organization.objects.filter(pk__in=[id for id, _n in kept["short"]]).values_list("pk", "name"))
        if kept["short"]
        else {}
    )
    return [(names.get(id, ""), number) for id, number in kept["short"]]


def standing_draft(by: Person, unit: Organization, kind: str, since: date, programme: Programme | None = None) -> Report | None:
    """The newest draft from a ready template for a unit and a time that begins on a day."""
    drafts = access.visible_to(by).filter(organization=unit, ready=kind, programme=programme, state=Report.DRAFT, since=since)
    return drafts.order_by("-id").first()
