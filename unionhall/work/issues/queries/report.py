"""The closing report of a programme: prose whose every figure is counted from the ledger and opens its records."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger.facts import Fact, Figure, Indicator, Scope, Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.kernel.programmes.models import Programme
from unionhall.lib.text import Text
from unionhall.work.issues import facts
from unionhall.work.issues.queries import kinds

KINDS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of prose: plain words, or a figure with the address of its records."""

    text: str
    url: str = ""
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A page of prose: its title, its paragraphs, and the books' mark it was counted at."""

    title: Text
    unit: Organization
    paragraphs: list[list[Part]]
    mark: str


def programmes_of() -> QuerySet[Programme]:
    """The programmes that this room runs, in the order of the catalogue."""
    return programme_queries.programmes(room="issues")


def closing(by: Person, unit: Organization, window: Window, *, programme: Programme | None = None, own: bool = False) -> Report:
    """Count and write the report of a unit and a window; in the language of the screen."""
    counted = _Counted(by, Scope(unit, below=not own), window, programme.code if programme else "")
    name = programme.name if programme else Text("问题整改", "Issues put right")
    title = Text(f"{unit.name}{name.zh}销号报告", f"{name.en}: closing report of {unit.name}")
    return Report(title, unit, [counted.found(), counted.handled(), counted.closed(), counted.kinds()], str(counted.mark))


class _Counted:
    """The figures of one report, taken in one reading of the books."""

    def __init__(self, by: Person, scope: Scope, window: Window, programme: str) -> None:
        self.by, self.scope, self.window, self.programme = by, scope, window, programme
        wanted = [
            self._of("found", facts.IDENTIFIED),
            self._of("listed", facts.LISTED),
            self._of("received", facts.RECEIVED),
            self._of("accepted", facts.ACCEPTED),
            self._of("refused", facts.REFUSED),
            self._of("resolved", facts.RESOLVED),
            self._of("written_off", facts.WRITTEN_OFF),
            self._of("late", facts.LATE),
            self._of("recurred", facts.RECURRED),
            self._of("open", facts.OPEN, "balance"),
        ]
        self.names = kinds.everything()
        wanted += [self._of(f"kind:{code}", facts.IDENTIFIED, kind=code) for code in self.names]
        self.indicators = {one.code: one for one in wanted}
        rate = Indicator(
            "rate", Text("解决率", "rate"), "ratio", numerator=self.indicators["resolved"], denominator=self.indicators["found"]
        )
        values = ledger.values([*wanted, rate], [scope], [window])
        self.values = {code: figure for (code, _scope, _window), figure in values.items()}
        self.mark = self.values["rate"].mark
        self.facts = {one.code: one.facts[0].code for one in wanted} | {"rate": "issues.resolution_rate"}
        numbers = {code: int(self.values[f"kind:{code}"].number or 0) for code in self.names}
        self.present = {code: number for code, number in numbers.items() if number}

    def _of(self, code: str, fact: Fact, formula: str = "sum", **kept: str) -> Indicator:
        filters = {**kept, "programme": self.programme} if self.programme else kept
        return Indicator(code, fact.name, formula, fact, filters)

    def figure(self, code: str) -> Part:
        figure: Figure = self.values[code]
        return Part(str(figure), self._records(code), code)

    def _records(self, code: str) -> str:
        """Where a figure's records are opened, as known at the report's mark; for those who may not, the list they stand on."""
        fact, kept = self.facts[code], {}
        if self.programme:
            kept["d.programme"] = self.programme
        if code.startswith("kind:"):
            kept["d.kind"] = code.removeprefix("kind:")
        here = self.scope.organization
        if permissions.may(self.by, "ledger.see", at=here):
            window = {"since": self.window.start, "until": self.window.end}
            asked = {"unit": here.pk, "below": int(self.scope.below), **window, "as_of": self.mark, **kept}
            return f"{reverse('office:figure', args=[fact])}?{urlencode(asked)}"
        listed = {"unit": here.pk, "own": "" if self.scope.below else "on", "programme": self.programme}
        return f"{reverse('issues:desk-list')}?{urlencode({name: value for name, value in listed.items() if value})}"

    def rate(self) -> Part:
        number = self.values["rate"].number
        return Part("--" if number is None else f"{float(number) * 100:.1f}%", self._records("rate"), "rate")

    def _line(self, zh: list[str | Part], en: list[str | Part]) -> list[Part]:
        chosen = en if str(Text("zh", "en")) == "en" else zh
        return [part if isinstance(part, Part) else Part(part) for part in chosen]

    def found(self) -> list[Part]:
        start, end = self.window.start, self.window.end
        found, listed = self.figure("found"), self.figure("listed")
        kinds_ = Part(str(len(self.present)), found.url, "kinds")
        return self._line(
            [f"{start}至{end}，共发现问题", found, "项；列入清单", listed, "项，涉及", kinds_, "类问题。"],
            [f"From {start} to {end}, ", found, " issues were found; ", listed, " were put on lists, of ", kinds_, " kinds."],
        )

    def handled(self) -> list[Part]:
        received, accepted, refused = self.figure("received"), self.figure("accepted"), self.figure("refused")
        return self._line(
            ["按照分级分类原则派单", received, "项次，承办单位签收", accepted, "项次，说明理由退回", refused, "项次。"],
            [
                "By grade and kind, ",
                received,
                " dispatches reached the units; ",
                accepted,
                " were accepted and ",
                refused,
                " sent back with a reason.",
            ],
        )

    def closed(self) -> list[Part]:
        resolved, rate, off = self.figure("resolved"), self.rate(), self.figure("written_off")
        late, recurred, still = self.figure("late"), self.figure("recurred"), self.figure("open")
        return self._line(
            [
                "经第二人核查解决", resolved, "项，解决率", rate, "；销号", off, "项，其中超期", late,
                "项；复发", recurred, "项。截至期末未销号", still, "项。",
            ],
            [
                "A second person found ", resolved, " resolved, a rate of ", rate, "; ", off, " were written off, ", late,
                " of them late; ", recurred, " came back. At the end ", still, " stand open.",
            ],
        )  # fmt: skip

    def kinds(self) -> list[Part]:
        numbers = self.present
        largest = sorted(numbers, key=lambda code: (-numbers[code], code))
        if not largest:
            return self._line(["本期没有登记问题。"], ["No issue was registered in this period."])
        zh: list[str | Part] = ["数量较多的种类："]
        en: list[str | Part] = ["The largest kinds: "]
        for place, code in enumerate(largest[:KINDS_NAMED]):
            part = Part(str(numbers[code]), self._records(f"kind:{code}"), f"kind:{code}")
            zh += ["、" if place else "", str(self.names[code]), part, "项"]
            en += [", " if place else "", f"{self.names[code]} ", part]
        return self._line([*zh, "。"], [*en, "."])
