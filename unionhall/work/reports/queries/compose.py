"""From a template to a report: which paragraphs stand in it, what each figure came to, and where it opens."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Mark, Window, standard
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme, Target
from unionhall.kernel.programmes.rules.editions import COMPARISONS
from unionhall.kernel.programmes.rules.rooms import ROOMS
from unionhall.lib import dates, official_document
from unionhall.work.reports.queries import engine
from unionhall.work.reports.queries.engine import Answer, Ask
from unionhall.work.reports.rules import markup, wording
from unionhall.work.reports.rules.markup import Block, Clause, Line, Part, Table, Token

MOST_FACTS = 12
UNKNOWN = "--"
EACH_ONCE = "（去重）"
COMMAS, ENDS = "，、；", tuple("。；")
FIRST_COLUMN = {"county": "单位", "programme": "项目", "room": "工作"}


@dataclass(frozen=True, slots=True)
class Frame:
    """What a report is about: whose it is, which days, perhaps one programme."""

    unit: Organization
    window: Window
    programme: Programme | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: in the report itself, or in the repetition for one county, programme or room."""

    unit: Organization
    inside: Organization | None = None
    programme: str = ""
    programme_name: str = ""
    room: str = ""

    @property
    def key(self) -> str:
        """The part of a paragraph's name that tells repetitions apart."""
        own = f"unit{self.unit.pk}" if self.inside else ""
        return own or (f"programme-{self.programme}" if self.programme and self.programme_name else "") or self.room

    @property
    def always(self) -> bool:
        """Whether it stands even where nothing is counted: the units below do; departments, programmes and rooms do not."""
        return self.inside is not None and self.unit.kind != "department"


@dataclass(slots=True)
class Composed:
    """A report as it stands: paragraphs and tables in order, the figures they name, and the mark of the books."""

    paragraphs: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    mark: str = ""
    left_over: list[dict[str, Any]] = field(default_factory=list)

    def content(self, title: str) -> dict[str, Any]:
        """What is kept, and frozen on issue."""
        return {
            "title": title, "paragraphs": self.paragraphs, "figures": self.figures, "mark": self.mark, "left_over": self.left_over,
        }  # fmt: skip


def compose(body: str, frame: Frame, *, hands: dict[str, Any] | None = None, as_of: Mark | None = None) -> Composed:
    """Count and write a report. `hands` are the paragraphs changed by hand; raises Unreadable for a template with a mistake."""
    known = as_of or ledger.mark()
    parts = markup.read(body)
    whole = Place(frame.unit, programme=frame.programme.code if frame.programme else "")
    writer = _Writer(frame, known, hands or {})
    laid = list(writer.laid_out(parts, whole))
    writer.count(laid)
    writer.write(laid)
    return writer.done()


def unknown(body: str) -> list[tuple[str, int]]:
    """The indicators that a template names and the house does not have, with their lines."""
    found = []
    for code, line in dict.fromkeys(markup.codes(markup.read(body))):
        try:
            ledger_registry.indicator(code)
        except KeyError:
            if not engine.is_defined(code):
                found.append((code, line))
    return found


Laid = tuple[Line | Table, Place, tuple[str, ...], str]
"""A line, where it stands, the indicators that must have been counted for it to be kept, and the name of the paragraph."""


class _Writer:
    """Writes one report."""

    def __init__(self, frame: Frame, known: Mark, hands: dict[str, Any]) -> None:
        self.frame, self.known, self.hands = frame, known, dict(hands)
        self.answers: dict[Ask, Answer] = {}
        self.composed = Composed(mark=str(known))
        self.seen: dict[str, int] = {}
        self.used: set[str] = set()
        self._children: list[Organization] | None = None
        self._programmes: list[Place] | None = None
        self._targets: dict[str, list[Target]] | None = None

    def laid_out(self, parts: list[Part], place: Place, when: tuple[str, ...] = ()) -> Iterator[Laid]:
        """Every line with its place, blocks unrolled."""
        for part in parts:
            if not isinstance(part, Block):
                yield part, place, when, markup.key_of(part.source, self.seen, place.key)
            elif part.kind == "when":
                yield from self.laid_out(part.inside, place, (*when, part.argument))
            else:
                for one in self.places(part.argument, place):
                    yield from self.laid_out(part.inside, one, when)

    def places(self, repeated: str, place: Place) -> list[Place]:
        """The repetitions of a block or the lines of a table."""
        if repeated == "county":
            if self._children is None:
                self._children = list(organizations.children(self.frame.unit))
            return [replace(place, unit=child, inside=self.frame.unit) for child in self._children]
        if repeated == "room":
            rooms = sorted({fact.code.partition(".")[0] for fact in ledger_registry.facts()})
            return [replace(place, room=room) for room in rooms if room in ROOMS]
        if self._programmes is None:
            present, names = [*ledger.dimension_values("programme"), *self.targets], programmes.names()
            known = [one for one in dict.fromkeys(present) if one in names]
            self._programmes = [Place(place.unit, programme=one, programme_name=wording.spoken(str(names[one]))) for one in known]
        return self._programmes

    @property
    def targets(self) -> dict[str, list[Target]]:
        """What the unit's editions are to reach in the period, by programme."""
        if self._targets is None:
            self._targets = {}
            for one in programmes.targets_in(self.frame.unit, self.frame.window.start, self.frame.window.end):
                self._targets.setdefault(one.edition.programme.code, []).append(one)
        return self._targets

    def count(self, laid: list[Laid]) -> None:
        """Ask everything at once."""
        asks: list[Ask] = []
        for line, place, when, key in laid:
            asks += [self.ask(Token(code), place) for code in when]
            for own in self.places(line.repeated, place) if isinstance(line, Table) else [place]:
                for token in [
                    *self.tokens(line),
                    *self.tokens(self.current(line, key)),
                ]:  # what it would read is shown beside a hand
                    asks += [self.ask(one, own) for one in self.spread(token, own)]
                if own.key and not own.always:  # a repetition without any figure is left out
                    asks += [self.ask(one, own) for one in self.spread(Token("facts"), own)]
        self.answers = engine.answers(asks, self.known)

    def current(self, line: Line | Table, key: str) -> Line | Table:
        """The line as it counts: what was written by hand in its stead, where there is something."""
        if isinstance(line, Table):
            return line
        hand = self.hands.get(key)
        return markup.line_of(hand["source"], line.number) if hand and hand["source"].strip() else line

    @staticmethod
    def tokens(line: Line | Table) -> list[Token]:
        if isinstance(line, Table):
            return list(line.tokens)
        return [one for one in line.tokens if one.is_figure or one.code in markup.CALCULATED]

    def spread(self, token: Token, place: Place) -> list[Token]:
        """{facts} stands for the standard figure of every fact at its place, {targets} for what the targets there ask for."""
        if token.code == "targets":
            return [Token(one.indicator) for one in self.targets.get(place.programme, ())]
        if token.code != "facts":
            return [token]
        facts = [fact for fact in ledger_registry.facts() if not place.room or fact.code.startswith(f"{place.room}.")]
        return [Token(standard(fact)[-1].code if fact.each_once_only else fact.code) for fact in facts]

    def ask(self, token: Token, place: Place) -> Ask:
        return Ask(token, place.unit, self.frame.window, place.inside, place.programme)

    def answer(self, token: Token, place: Place) -> Answer | None:
        return self.answers.get(self.ask(token, place))

    def counted(self, place: Place) -> list[tuple[Token, Answer]]:
        """What {facts} prints: figures that are not nothing, the largest rooms' order kept."""
        found = [(token, self.answer(token, place)) for token in self.spread(Token("facts"), place)]
        return [(token, answer) for token, answer in found if answer is not None and (answer.number or answer.manual)]

    def kept(self, line: Line | Table, place: Place, when: tuple[str, ...]) -> bool:
        """Whether a line stands in the report at all; one that is clauses and words alone needs a clause that stands."""
        if not all(self.says(Token(code), place) for code in when):
            return False
        if isinstance(line, Line) and any(isinstance(part, Clause) for part in line.parts):
            bare = not any(isinstance(part, Token) and (part.is_figure or part.code in markup.CALCULATED) for part in line.parts)
            if bare and not any(isinstance(part, Clause) and self.stands(part, place) for part in line.parts):
                return False
        aims = isinstance(line, Line) and place.programme in self.targets and (line.level or Token("targets") in line.parts)
        return not place.key or place.always or bool(self.counted(place)) or bool(aims)

    def says(self, token: Token, place: Place) -> bool:
        """Whether a figure came to something."""
        answer = self.answer(token, place)
        return answer is not None and bool(answer.number or answer.manual)

    def stands(self, clause: Clause, place: Place) -> bool:
        """Whether something in a clause was counted."""
        return any(self.says(one, place) for one in markup.tokens_in([clause]) if one.is_figure)

    def write(self, laid: list[Laid]) -> None:
        """The paragraphs in order."""
        for line, place, when, key in laid:
            if key not in self.hands and not self.kept(line, place, when):
                continue  # what somebody wrote by hand stands, whatever was counted
            if isinstance(line, Table):
                self.composed.paragraphs.append({"key": "", "level": 0, "hand": False, "table": self.table(line, place)})
                continue
            hand = self.hands.get(key)
            if hand is not None:
                self.used.add(key)
            current = markup.line_of(hand["source"], line.number) if hand and hand["source"].strip() else line
            generated = "".join(run["t"] for run in self.runs(line, place, keep=False)) if hand else ""
            runs = self.runs(current, place) if not (hand and not hand["source"].strip()) else []
            self.composed.paragraphs.append(
                {
                    "key": key, "level": line.level, "source": current.source, "runs": runs,
                    "hand": hand is not None, "generated": generated, "gone": bool(hand) and not runs,
                }
            )  # fmt: skip

    def done(self) -> Composed:
        """The report, with the hand edits whose paragraph the template no longer has."""
        kept = _without_bare_headings(self.composed.paragraphs)
        counts = [0, 0, 0, 0]
        for one in kept:
            if one["level"] and not one.get("gone"):
                one["mark"] = official_document.mark_of(counts, one["level"])
        self.composed.paragraphs = kept
        self.composed.left_over = [{"key": key, **hand} for key, hand in sorted(self.hands.items()) if key not in self.used]
        return self.composed

    def runs(self, line: Line, place: Place, *, keep: bool = True) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for part in line.parts:
            if not isinstance(part, Clause):
                found += self.run(part, place, keep)
            elif self.stands(part, place):
                found += [run for one in part.parts for run in self.run(one, place, keep)]
        return _tidied(found)

    def run(self, part: str | Token, place: Place, keep: bool) -> list[dict[str, Any]]:
        """What a part of a line reads."""
        if isinstance(part, str):
            return [{"t": part}]
        if part.code == "facts":
            return self.facts(place, keep)
        if part.code == "targets":
            return self.aims(place, keep)
        return [self.figure(part, place, keep) if part.is_figure else {"t": self.word(part.code, place)}]

    def aims(self, place: Place, keep: bool) -> list[dict[str, Any]]:
        """{targets}: 解决率不低于85%（目前58.8%）、…; the target in words, what is reached as a figure."""
        found: list[dict[str, Any]] = []
        for one in self.targets.get(place.programme, ()):
            answer = self.answer(Token(one.indicator), place)
            if answer is None:
                continue
            unit = "%" if answer.indicator.formula == "ratio" else answer.unit.zh
            least = f"{'各单位' if one.per_unit else ''}{COMPARISONS[one.comparison].zh}{one.value.normalize():f}{unit}"
            found.append({"t": f"{'、' if found else ''}{answer.indicator.name.zh}{least}（目前"})
            found += [self.figure(Token(one.indicator), place, keep), {"t": "）"}]
        return found or [{"t": "（请填写）"}]

    def facts(self, place: Place, keep: bool) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        counted = self.counted(place)
        for number, (token, answer) in enumerate(counted[:MOST_FACTS]):
            found += [
                {"t": ("、" if number else "") + answer.indicator.name.zh.removesuffix(EACH_ONCE)},
                self.figure(token, place, keep),
            ]
        return found or [{"t": "无"}]

    def figure(self, token: Token, place: Place, keep: bool = True) -> dict[str, Any]:
        """A figure in the text; it is kept in the report's list, with everything that is needed to ask it again."""
        answer = self.answer(token, place)
        if answer is None:
            return {"t": UNKNOWN}
        shown = f"{answer.printed}（另报送{answer.apart}）" if answer.manual else answer.printed
        if not keep:
            return {"t": shown}
        self.composed.figures.append(remembered(token, place, answer, shown))
        return {"t": shown, "f": len(self.composed.figures) - 1}

    def table(self, table: Table, place: Place) -> dict[str, Any]:
        """A table with a line for each repetition."""
        rows = []
        names: list[str] = []
        for own in self.places(table.repeated, place):
            answers = [self.answer(token, own) for token in table.tokens]
            names = names or [
                answer.indicator.name.zh if answer else token.code for token, answer in zip(table.tokens, answers, strict=True)
            ]
            if not own.always and not any(answer and (answer.number or answer.manual) for answer in answers):
                continue
            label = own.unit.label if own.inside else own.programme_name or str(ROOMS.get(own.room, own.room))
            rows.append([{"t": label}, *(self.figure(token, own) for token in table.tokens)])
        return {
            "title": table.title,
            "head": [{"county": "单位", "programme": "项目"}.get(table.repeated, "工作"), *names],
            "rows": rows,
        }

    def word(self, code: str, place: Place) -> str:
        """A word of the house in the text."""
        start, end = self.frame.window.start, self.frame.window.end
        return {
            "unit": place.unit.name,
            "short": place.unit.label,
            "year": str(end.year),
            "since": dates.chinese(start) if start else "",
            "until": dates.chinese(end),
            "period": f"{dates.chinese(start)}至{dates.chinese(end)}" if start else f"截至{dates.chinese(end)}",
            "programme": place.programme_name or (wording.spoken(self.frame.programme.name_zh) if self.frame.programme else ""),
            "room": ROOMS[place.room].zh if place.room in ROOMS else "",
            "today": dates.chinese(dates.today()),
            "number": self.frame.number,
        }[code]


def _tidied(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Runs without the comma that a clause left before the end of the sentence."""
    for before, after in pairwise(runs):
        if "f" not in before and after["t"][:1] in ENDS:
            before["t"] = before["t"].rstrip(COMMAS)
    return [run for run in runs if run["t"]]


def _without_bare_headings(paragraphs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Paragraphs without the headings under which nothing stands, unless somebody wrote them by hand."""
    kept: list[dict[str, Any]] = []
    below: int | None = None  # the level of what follows, None at the end; running text is deeper than any heading
    for one in reversed(paragraphs):
        level = one["level"] or 5
        bare = one["level"] and not one["hand"] and (below is None or below <= one["level"])
        if not bare:
            kept.append(one)
            below = below if one.get("gone") else level
    return kept[::-1]


def remembered(token: Token, place: Place, answer: Answer, shown: str) -> dict[str, Any]:
    """A figure as a report keeps it: plain values from which the question can be asked again, and what it came to."""
    floor = f"{token.floor[0]}@{token.floor[1]}" if token.floor else ""
    return {
        "code": answer.code,
        "name": answer.indicator.name.zh,
        "options": list(token.options),
        "step": token.step,
        "floor": floor,
        "unit": place.unit.pk,
        "inside": place.inside.pk if place.inside else None,
        "place": place.unit.label if place.inside else place.programme_name,
        "programme": place.programme,
        "below": answer.scope.below,
        "since": answer.window.start.isoformat() if answer.window.start else "",
        "until": answer.window.end.isoformat(),
        "kind": answer.kind,
        "indicator": answer.indicator.code,
        "number": None if answer.number is None else str(answer.number),
        "manual": answer.manual,
        "apart": answer.apart,
        "above": answer.above,
        "under": answer.below,
        "before": None if answer.before is None else str(answer.before),
        "earlier": [day.isoformat() if day else "" for day in (answer.earlier.start, answer.earlier.end)] if answer.earlier else [],
        "printed": shown,
        "classifier": answer.unit.zh,
        "short": [list(pair) for pair in answer.short[:200]],
    }
