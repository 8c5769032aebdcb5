"""Random histories of a small federation, and an oracle that counts them from its own notes.

The oracle knows nothing of the books: it keeps a list of what happened, where every unit stood on which day, and counts
by going through the list.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import queries
from unionhall.kernel.ledger.actions import rollups
from unionhall.kernel.ledger.actions.bulk import Row
from unionhall.kernel.ledger.facts import Indicator, Scope, Window
from unionhall.kernel.ledger.models import Entry
from unionhall.kernel.ledger.tests import world
from unionhall.kernel.ledger.tests.world import FOUND, HELD, MEMBERS, PAID, VISITED
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.lib import clock
from unionhall.lib.dates import start_of
from unionhall.lib.text import Text

START = date(2023, 11, 20)
NAME = Text(zh="测", en="test")
MAJOR_VISITS = Indicator("trial.major_visits", NAME, "distinct", VISITED, {"grade": ("major", "grave")}, counts=NAME)
INDICATORS = (
    Indicator("h.found", NAME, "sum", FOUND),
    Indicator("h.found_major", NAME, "count", FOUND, {"grade": "major"}),
    Indicator("h.visited", NAME, "sum", VISITED),
    Indicator("h.persons", NAME, "distinct", VISITED),
    MAJOR_VISITS,
    Indicator("h.minor_persons", NAME, "distinct", VISITED, {"grade": "minor"}),
    Indicator("h.paid", NAME, "amount", PAID),
    Indicator("h.members", NAME, "balance", MEMBERS),
    Indicator("h.events", NAME, "distinct", HELD),
)


@dataclass(frozen=True)
class Note:
    """What the oracle remembers of one entry."""

    fact: str
    unit: int
    path: str
    day: date
    subject: int
    quantity: int
    amount: int
    grade: str


@dataclass
class History:
    """A world, the oracle's notes about it, and the marks taken on the way with what held at them."""

    units: dict
    today: date = START
    notes: list = field(default_factory=list)
    taken_back: dict = field(default_factory=dict)
    spans: dict = field(default_factory=dict)
    heirs: dict = field(default_factory=dict)
    marks: list = field(default_factory=list)
    keep_from: int = 3
    first_step: int = 11
    sources: int = 0

    def __post_init__(self):
        self.spans = {unit.pk: [(date.min, unit.path)] for unit in self.units.values()}

    def unit(self, choice):
        open_units = [unit for unit in self.units.values() if unit.pk not in self.heirs]
        return open_units[choice % len(open_units)]

    def path_on(self, unit_id, day):
        return next(path for since, path in reversed(self.spans[unit_id]) if since <= day)

    def stands(self, unit_id, day):
        """Where a unit, or whoever took it over by then, stands on a day."""
        while unit_id in self.heirs and self.heirs[unit_id][1] <= day:
            unit_id = self.heirs[unit_id][0]
        return self.path_on(unit_id, day)

    # what can happen

    def post(self, kind, choice, back, subject, size):
        unit, day = self.unit(choice), self.today - timedelta(days=back)
        fact = (FOUND, VISITED, PAID, MEMBERS, HELD)[kind]
        grade = ("", "minor", "major", "grave")[(subject + size) % 4]
        said = {"grade": grade} if grade and "grade" in fact.dimensions else {}
        quantity = (size - 4 or 1) if fact is MEMBERS else size
        note = Note(
            fact.code,
            unit.pk,
            self.path_on(unit.pk, day),
            day,
            subject,
            quantity,
            100 * size + 1 if fact is PAID else 0,
            said.get("grade", ""),
        )
        self.sources += 1
        given = {
            "source": f"trial.source:{self.sources}",
            "subject": f"x:{subject}" if fact.subject else "",
            "quantity": quantity,
            "amount": note.amount,
            "dimensions": said,
        }
        if size % 3:
            ledger.post(fact, at=unit, day=day, **given)
        else:
            ledger.post_many(fact, [Row(at=unit, day=day, **given)])
        self.notes.append((self.sources, note))

    def take_back(self, choice):
        live = [source for source, _note in self.notes if source not in self.taken_back]
        if live:
            source = live[choice % len(live)]
            assert ledger.reverse(f"trial.source:{source}") == 1
            self.taken_back[source] = True

    def wait(self, days):
        self.today += timedelta(days=days)

    def move(self, choice, to):
        unit, above = self.unit(choice), self.unit(to)
        below = above.path.startswith(unit.path)
        late = unit.path_since is not None and unit.path_since > self.today
        if below or unit.parent_id == above.pk or unit.level == "province" or above.level not in ("province", "city") or late:
            return
        if unit.level == "city" and above.level != "province":
            return
        if any(other.path_since and other.path_since > self.today for other in self._reload(unit.path)):
            return
        organizations.move(unit, to=above, by=None, reason="trial")
        self._note_moves()

    def merge(self, choice, into):
        unit, heir = self.unit(choice), self.unit(into)
        if unit.pk == heir.pk or unit.level != "county" or heir.level != "county":
            return
        organizations.merge(unit, into=heir, by=None, reason="trial")
        self._note_moves()
        self.heirs[unit.pk] = (heir.pk, self.units[unit.name].until)

    def build(self, share):
        last = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        rollups.build(last - share * last // 8 if share else last, keep_from=self.keep_from, step=11, first_step=self.first_step)

    def take_mark(self):
        day = self.today
        self.marks.append((queries.mark(), day, self.count(day), dict(self.heirs)))

    def _reload(self, path):
        self.units = {unit.name: unit for unit in Organization.objects.order_by("id")}
        return [unit for unit in self.units.values() if unit.path.startswith(path)]

    def _note_moves(self):
        for unit in self._reload(""):
            if self.spans[unit.pk][-1][1] != unit.path:
                self.spans[unit.pk].append((unit.path_since, unit.path))

    # how it is checked

    def scopes(self):
        return [Scope(unit, below) for unit in self._reload("") for below in (True, False)]

    def windows(self, day):
        first = day.replace(day=1)
        return [
            Window.year(2023),
            Window.year(2024),
            Window(date(2023, 12, 1), date(2024, 2, 29)),
            Window(None, day),
            Window(date(2023, 12, 7), date(2024, 3, 9)),
            Window(first, day),
            Window(day - timedelta(days=40), day),
        ]

    def count(self, day):
        """Every indicator, scope and window, counted from the notes."""
        live = [note for source, note in self.notes if source not in self.taken_back]
        return {
            (one.code, scope.organization.pk, scope.below, window): self._one(one, scope, window, live)
            for one in INDICATORS
            for scope in self.scopes()
            for window in self.windows(day)
        }

    def _one(self, one, scope, window, live):
        seen = [
            note for note in live if note.fact == one.facts[0].code and note.day <= window.end and one.keeps({"grade": note.grade})
        ]
        ever = [path for _since, path in self.spans[scope.organization.pk]]
        if one.formula == "balance":
            here = self.path_on(scope.organization.pk, window.end)
            stood = [(note, self.stands(note.unit, window.end)) for note in seen]
            return sum(note.quantity for note, path in stood if (path.startswith(here) if scope.below else path == here))
        if window.start:
            seen = [note for note in seen if note.day >= window.start]
        seen = [note for note in seen if any(note.path.startswith(p) if scope.below else note.path == p for p in ever)]
        return {
            "sum": sum(note.quantity for note in seen),
            "count": len(seen),
            "amount": sum(note.amount for note in seen),
            "distinct": len({note.subject for note in seen}),
        }[one.formula]

    def differences(self):
        """Where the books disagree with the oracle, now and at every mark taken on the way."""
        found = self._compare(queries.values(INDICATORS, self.scopes(), self.windows(self.today)), self.count(self.today))
        for mark, day, was, _heirs in self.marks:
            flows = [one for one in INDICATORS if one.formula != "balance"]
            found += self._compare(queries.values(flows, self.scopes(), self.windows(day), as_of=mark), was)
        return found

    def _compare(self, figures, expected):
        return [
            (
                code,
                scope.organization.name,
                scope.below,
                window,
                figure.number,
                expected[code, scope.organization.pk, scope.below, window],
            )
            for (code, scope, window), figure in figures.items()
            if figure.number != expected[code, scope.organization.pk, scope.below, window]
        ]


def play(steps):
    """Let a history happen and return it."""
    history = History(world.tree())
    for name, *given in steps:
        with clock.fixed(start_of(history.today) + timedelta(hours=9)):
            getattr(history, name)(*given)
    history.today = replace(history).today
    return history
