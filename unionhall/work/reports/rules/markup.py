"""Report templates as text: prose with figures in it.

# 基本情况                                 a heading (#, ##, ###, ####: 一、（一）1.（1）)
{unit}共发现问题{issues.identified}。        a paragraph; {…} is a word or a figure with its classifier
{issues.identified|change}                  against the same days of the year before; also: prev, total, own, exact, step=1000
{issues.identified|change|last}             against the period before; alone, last is its figure
[走访{campaigns.visit_made}，]               a clause that is left out where nothing in it was counted
@each county … @end                         repeated for every unit directly below
@each programme … @end                      repeated for every programme that has figures
@each room … @end                           repeated for every room of the house that has figures
@when issues.identified … @end              left out where the house does not count it, or counted nothing
@table county 各县情况: issues.identified, issues.resolved
{facts}                                     everything counted: 列入清单12项、解决问题9项
{targets}                                   the targets of a programme's editions, each beside what is reached
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

WORDS = frozenset({"unit", "short", "year", "since", "until", "period", "programme", "room", "today", "number"})
CALCULATED = frozenset({"facts", "targets"})
OPTIONS = frozenset({"change", "prev", "last", "total", "own", "exact", "bare", "below"})
REPEATED = frozenset({"county", "programme", "room"})
MOST_LINES, LONGEST_LINE = 2_000, 5_000
FIGURE = re.compile(r"\{([^{}\n]*)\}")
CLAUSE = re.compile(r"\[([^\[\]\n]*\{[^\[\]\n]*)\]")
STEP = re.compile(r"step=([1-9]\d{0,11})")
FLOOR = re.compile(r"floor=(\d{1,9})@([a-z]{2,12})")
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_\-]+)+(@\d{1,6})?")


class Unreadable(Refused):
    """A template that cannot be read; says in which line and why."""

    code = "template_unreadable"

    def __init__(self, line: int, zh: str, en: str) -> None:
        self.line = line
        super().__init__(Text(f"第 {line} 行：{zh}", f"Line {line}: {en}"), field="body")


@dataclass(frozen=True, slots=True)
class Token:
    """A figure (`code` has a point) or a word of the house inside a paragraph."""

    code: str
    options: tuple[str, ...] = ()
    step: int | None = None
    floor: tuple[int, str] | None = None

    @property
    def is_figure(self) -> bool:
        """Whether it is counted; otherwise it is a word such as the unit's name."""
        return "." in self.code


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence that stands only where something in it was counted."""

    parts: tuple[str | Token, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or heading: its text parted into words, tokens and clauses, and where it stands in the template."""

    source: str
    level: int
    parts: tuple[str | Token | Clause, ...]
    number: int

    @property
    def tokens(self) -> list[Token]:
        """Its figures and words of the house, those in clauses too."""
        return tokens_in(self.parts)


def tokens_in(parts: Iterable[str | Token | Clause]) -> list[Token]:
    """The tokens among parts of a line, in order."""
    return [one for part in parts for one in (part.parts if isinstance(part, Clause) else (part,)) if isinstance(one, Token)]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a line for each repetition and a column for each figure."""

    repeated: str
    title: str
    tokens: tuple[Token, ...]
    number: int
    source: str


@dataclass(slots=True)
class Block:
    """Lines that are repeated (`each`) or kept only when something was counted (`when`)."""

    kind: str
    argument: str
    number: int
    inside: list["Line | Table | Block"] = field(default_factory=list)


Part = Line | Table | Block


def read(text: str) -> list[Part]:
    """A template's parts. Raises Unreadable with the line."""
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > MOST_LINES:
        raise Unreadable(MOST_LINES, f"模板最多 {MOST_LINES} 行。", f"a template has at most {MOST_LINES} lines.")
    whole = Block("", "", 0)
    open_blocks = [whole]
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if len(line) > LONGEST_LINE:
            raise Unreadable(number, f"一行最多 {LONGEST_LINE} 字。", f"a line has at most {LONGEST_LINE} characters.")
        if line:
            _take(line, number, open_blocks)
    if len(open_blocks) > 1:
        block = open_blocks[-1]
        raise Unreadable(block.number, f"@{block.kind} 没有对应的 @end。", f"@{block.kind} has no @end.")
    return whole.inside


def _take(line: str, number: int, open_blocks: list[Block]) -> None:
    if not line.startswith("@"):
        open_blocks[-1].inside.append(line_of(line, number))
        return
    word, _blank, rest = line[1:].partition(" ")
    if word == "end":
        if len(open_blocks) == 1:
            raise Unreadable(number, "@end 之前没有 @each 或 @when。", "@end without @each or @when.")
        open_blocks.pop()
    elif word == "each" and rest.strip() in REPEATED:
        if any(block.kind == "each" for block in open_blocks):
            raise Unreadable(number, "@each 不能套在另一个 @each 里。", "@each cannot stand inside another @each.")
        open_blocks[-1].inside.append(block := Block("each", rest.strip(), number))
        open_blocks.append(block)
    elif word == "when" and CODE.fullmatch(rest.strip()):
        open_blocks[-1].inside.append(block := Block("when", rest.strip(), number))
        open_blocks.append(block)
    elif word == "table":
        open_blocks[-1].inside.append(_table(line, rest, number))
    else:
        raise Unreadable(
            number,
            "@ 行只能是 @each county、@each programme、@each room、@when 指标、@table、@end。",
            "an @ line is @each county, @each programme, @each room, @when an indicator, @table or @end.",
        )


def _table(line: str, rest: str, number: int) -> Table:
    head, colon, codes = rest.replace("：", ":").rpartition(":")
    repeated, _blank, title = head.strip().partition(" ")
    if not colon or repeated not in REPEATED or not codes.strip():
        raise Unreadable(
            number, "表格写作 @table county 标题: 指标, 指标。", "a table is written @table county title: indicator, indicator."
        )
    tokens = tuple(token_of(one.strip().strip("{}"), number) for one in codes.replace("，", ",").split(",") if one.strip())
    if any(not token.is_figure for token in tokens):
        raise Unreadable(number, "表格的列只能是指标。", "the columns of a table are indicators.")
    return Table(repeated, title.strip(), tokens, number, line)


def line_of(text: str, number: int = 1) -> Line:
    """One line of a template. Raises Unreadable."""
    level = min(len(text) - len(text.lstrip("#")), 5)
    if level > 4:
        raise Unreadable(number, "标题最多四级。", "headings have four levels.")
    plain = text[level:].strip() if level else text
    parts: list[str | Token | Clause] = []
    place = 0
    for found in CLAUSE.finditer(plain):
        parts += [*_parted(plain[place : found.start()], number), Clause(tuple(_parted(found.group(1), number)))]
        place = found.end()
    parts += _parted(plain[place:], number)
    return Line(text, level, tuple(parts), number)


def _parted(plain: str, number: int) -> Iterator[str | Token]:
    """Words and tokens of a stretch of text."""
    place = 0
    for found in (*FIGURE.finditer(plain), None):
        words = plain[place : found.start()] if found else plain[place:]
        if "{" in words or "}" in words:
            raise Unreadable(number, "大括号没有成对。", "a brace is not closed.")
        if words:
            yield words
        if found:
            yield token_of(found.group(1), number)
            place = found.end()


def token_of(text: str, number: int = 1) -> Token:
    """What stands between two braces. Raises Unreadable."""
    code, *options = [part.strip() for part in text.replace("｜", "|").split("|")]
    if code not in WORDS | CALCULATED and not CODE.fullmatch(code):
        raise Unreadable(
            number, f"“{{{text[:60]}}}”不是指标，也不是可用的词。", f"“{{{text[:60]}}}” is neither an indicator nor a word."
        )
    step, floor, plain = None, None, []
    for option in options:
        if found := STEP.fullmatch(option):
            step = int(found.group(1))
        elif found := FLOOR.fullmatch(option):
            floor = (int(found.group(1)), found.group(2))
        elif option in OPTIONS:
            plain.append(option)
        else:
            raise Unreadable(number, f"“{option[:60]}”不是可用的选项。", f"“{option[:60]}” is no option.")
    return Token(code, tuple(plain), 1 if "exact" in plain else step, floor)


def lines(parts: list[Part]) -> Iterator[Line | Table]:
    """Every line and table, in order, those inside blocks too."""
    for part in parts:
        if isinstance(part, Block):
            yield from lines(part.inside)
        else:
            yield part


def codes(parts: list[Part]) -> list[tuple[str, int]]:
    """Every indicator that must exist, with the line that names it; what stands inside @when may be unknown to the house."""
    found: list[tuple[str, int]] = []
    for part in parts:
        if isinstance(part, Block):
            found += [] if part.kind == "when" else codes(part.inside)
        elif isinstance(part, Table):
            found += [(token.code, part.number) for token in part.tokens]
        else:
            found += [(token.code, part.number) for token in part.tokens if token.is_figure]
    return found


def key_of(source: str, seen: dict[str, int], repetition: str = "") -> str:
    """The name by which a paragraph is found again when the report is generated anew: its own words and whose it is."""
    words = hashlib.sha256(source.strip().encode()).hexdigest()[:12]
    name = f"{words}@{repetition}" if repetition else words
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name}~{seen[name]}"
