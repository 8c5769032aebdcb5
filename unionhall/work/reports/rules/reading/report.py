"""One report, read: its figures in their order, each with what the text says about it."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from unionhall.work.reports.rules.reading import cleaning, finding, units, vocabulary, windows
from unionhall.work.reports.rules.reading.finding import Number

LONGEST_PARAGRAPH, LONGEST_SENTENCE, LONGEST_CLAUSE = 2_000, 600, 200
DURATIONS = ("year", "month", "day", "week", "hour", "minute", "class_hour")
_SENTENCE_END = re.compile("[。;!?\n]")
_CLAUSE_END = re.compile(r"(?<!\d),|,(?!\d{3})|[。;:!?\n]")  # not the comma inside 4,215
_JOINED = re.compile("[和及与]")
_MEMBER_END = re.compile(r"、(?![^、,。;\d]{1,10}的)|\d|[和及与](?=\d)")
_HEADING = re.compile(
    r"^[  ]*(?:[((]?[一二三四五六七八九十]{1,3}[)、)]|[一二三四五六七八九十]{1,2}是|\d{1,2}[、.])?(?P<words>[^。\n]{2,60})(?:。|$)",
    re.MULTILINE,
)
_TITLE = re.compile(
    r"^[  ]*(?:(?P<first>[一二三四五六七八九十]{1,3}、)|(?P<second>[((][一二三四五六七八九十]{1,3}[))])|\d{1,2}[、.])?"
    r"(?P<words>[^。,;!?\n]{2,40})$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One figure of a report. `start` and `end` are positions in the text as given; `at` is where it stands in the cleaned one."""

    start: int
    end: int
    at: int
    printed: str
    value: Decimal
    unit: str
    per: str
    qualifier: str
    step: Decimal
    kind: str
    passed: bool
    measure: str
    window: windows.Span | None
    subset: tuple[str, ...]
    part: bool
    near: str  # its own member of the clause: from the number or enumeration mark before it to the next mark
    led: str  # that member up to it
    before: str  # the clause up to it
    clause: str
    sentence: str
    lead: str  # the sentence before its own, where that goes on with it
    heading: str
    section: str  # the titles that stand above it
    paragraph: str

    @property
    def full_unit(self) -> str:
        """The unit with what it is said for each of: CNY/person."""
        return f"{self.unit}/{self.per}" if self.per else self.unit


@dataclass(frozen=True, slots=True)
class Reading:
    """A cleaned text with its figures."""

    cleaned: cleaning.Cleaned
    mentions: tuple[Mention, ...]
    known_on: date


def read(given: str, *, until: date) -> Reading:
    """Find every figure of a report. `until` is the day up to which it speaks where its page names none."""
    cleaned = cleaning.clean(given)
    known_on = cleaned.published or until
    text = cleaned.text
    lines = Parts(text, re.compile("\n"), LONGEST_PARAGRAPH)
    sentences = Parts(text, _SENTENCE_END, LONGEST_SENTENCE)
    clauses = Parts(text, _CLAUSE_END, LONGEST_CLAUSE)
    spans = windows.spans(text, known_on)
    plans = _plan_lines(text)
    sections = _sections(text)
    found: list[Mention] = []
    for number in finding.numbers(text):
        line, sentence, clause = (parts.around(number.digits_at) for parts in (lines, sentences, clauses))
        span = windows.window_of(spans, sentence, line[0], number.start)
        unit = _unit(text, number, found, sentence[0])
        per = units.per(text, number) if number.kind == "count" else ""
        said = clauses.text(clause)
        own = _member(text, number, clause, found)
        start, end = cleaned.given(number.start, number.end)
        found.append(
            Mention(
                start=start,
                end=end,
                at=number.start,
                printed=given[start:end],
                value=number.value,
                unit=unit,
                per=per,
                qualifier=number.qualifier,
                step=number.step,
                kind=_kind(
                    text, number, unit, per, clause, _is_plan(plans, number.start) or _goes_on(text, number, found, sentence[0])
                ),
                passed=number.passed,
                measure=number.measure,
                window=span,
                subset=_subset(said),
                part=vocabulary.any_of("sums", "parts").search(text, clause[0], number.start) is not None,
                near=text[own[0] : own[1]],
                led=text[own[0] : number.start],
                before=text[clause[0] : number.start],
                clause=said,
                sentence=sentences.text(sentence),
                lead=_lead(sentences, sentence, line[0]),
                heading=_heading(text, line[0]),
                section=sections[max(0, bisect_left(sections, (line[0], "")) - 1)][1],
                paragraph=lines.text(line),
            )
        )
    return Reading(cleaned, tuple(found), known_on)


def _lead(sentences: "Parts", sentence: tuple[int, int], line: int) -> str:
    """The sentence before one that goes on with it: 其中女职工12人。"""
    goes_on = vocabulary.any_of("sums", "goes_on").match(sentences.text(sentence))
    return sentences.text(sentences.around(sentence[0] - 1)) if goes_on and sentence[0] > line else ""


class Parts:
    """The lines, sentences or clauses of a text: where each begins. A longer one than any that people write is cut."""

    def __init__(self, text: str, ends: re.Pattern[str], longest: int) -> None:
        self.whole = text
        self.starts = [0]
        for end in (*(found.end() for found in ends.finditer(text)), len(text)):
            self.starts.extend(range(self.starts[-1] + longest, end, longest))
            self.starts.append(end)
        self.texts: dict[int, str] = {}

    def around(self, position: int) -> tuple[int, int]:
        """From where to where the part goes that holds a position."""
        index = bisect_right(self.starts, position)
        return self.starts[index - 1], self.starts[index] if index < len(self.starts) else len(self.whole)

    def text(self, span: tuple[int, int]) -> str:
        """The words of a part, the same ones for all its figures."""
        if span[0] not in self.texts:
            self.texts[span[0]] = self.whole[span[0] : span[1]]
        return self.texts[span[0]]


def _member(text: str, number: Number, clause: tuple[int, int], before: list[Mention]) -> tuple[int, int]:
    """Where what belongs to one number of an enumeration: 派出2名处长、22名医护人员 has two members."""
    last = before[-1] if before and before[-1].at >= clause[0] else None
    start = max(clause[0], text.rfind("、", clause[0], number.start) + 1, last.at + len(last.printed) if last else 0)
    start = number.start if _JOINED.match(text, number.start - 1) else start
    stop = _MEMBER_END.search(text, number.end, clause[1])
    return start, stop.start() if stop else clause[1]


def _unit(text: str, number: Number, before: list[Mention], sentence: int) -> str:
    """Its own unit, else that of the number before it in the sentence with the same classifier: 发现问题173项, 已解决140项."""
    unit = units.unit_of(text, number)
    alone = vocabulary.any_of("families", "alone").match(text, number.end) is not None
    if alone and number.measure and not units.decided(text, number):
        same = [one for one in before[-4:] if one.at >= sentence and one.measure == number.measure]
        return same[-1].unit if same else units.noun_before(text, number) or unit
    return unit


def _kind(text: str, number: Number, unit: str, per: str, clause: tuple[int, int], planned: bool) -> str:
    if number.kind in ("rank", "duration"):
        return number.kind
    if unit in DURATIONS:
        worked = re.compile(vocabulary.at("kinds", "worked")).search(text, clause[0], number.start)
        return "count" if worked else "duration"
    if planned or vocabulary.any_of("kinds", "target").search(text, max(clause[0], number.start - 40), number.start):
        return "target"
    if re.compile(vocabulary.at("kinds", "target_after")).match(text[number.end : number.end + 40]):
        return "target"
    if per:
        return "rule"
    return "rate" if unit in units.RATES else "count"


def _goes_on(text: str, number: Number, before: list[Mention], sentence: int) -> bool:
    """Whether a target goes on in its sentence: 计划新建工会20家,发展会员300人."""
    last = before[-1] if before else None
    if last is None or last.at < sentence or last.kind != "target":
        return False
    planned = re.compile(vocabulary.at("kinds", "target_goes_on")).search(text, sentence, last.at)
    return bool(planned) and re.compile(vocabulary.at("kinds", "target_met")).search(text, last.at, number.start) is None


def _plan_lines(text: str) -> list[tuple[int, bool]]:
    """Where parts of the report begin that speak of what is to come, and where they end: at the next heading of that rank."""
    marks: list[tuple[int, bool]] = []
    for found in re.finditer(r"^[  ]*[一二三四五六七八九十]{1,3}、(?P<words>[^\n]{2,40})$", text, re.MULTILINE):
        marks.append((found.start(), vocabulary.any_of("kinds", "plan_headings").search(found.group("words")) is not None))
    return marks


def _is_plan(marks: list[tuple[int, bool]], position: int) -> bool:
    index = bisect_right(marks, (position, True))
    return bool(index) and marks[index - 1][1]


def _subset(clause: str) -> tuple[str, ...]:
    groups = vocabulary.at("subsets", "words")
    return tuple(name for name, words in groups.items() if any(word in clause for word in words))


def _titles(text: str) -> list[tuple[int, int, str]]:
    """The lines that are titles: where each stands, its rank (一、 before （一） before the others), its words."""
    return [
        (found.start(), 0 if found.group("first") else 1 if found.group("second") else 2, found.group("words"))
        for found in _TITLE.finditer(text)
    ]


def _sections(text: str) -> list[tuple[int, str]]:
    """From each title on: the titles that what follows stands under, the nearest of each rank."""
    found, above = [(-1, "")], dict[int, str]()
    for start, rank, words in _titles(text):
        above = {upper: said for upper, said in above.items() if upper < rank} | {rank: words}
        found.append((start, "\n".join(above[upper] for upper in sorted(above, reverse=True))))
    return found


def _heading(text: str, line: int) -> str:
    """What the paragraph says first: its own opening words, up to the first full stop."""
    found = _HEADING.match(text, line)
    return found.group("words") if found else ""
