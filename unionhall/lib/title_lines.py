"""Where the title of an official document turns into its next line.

GB/T 9704-2012, clause 7.3.1: a title of several lines breaks where words are whole, stands symmetrical, and takes the shape of
a trapezoid or a rhombus: never of an hourglass, and better not of a block. A word is what rjieba cuts; what belongs together
beyond that (a number and its 年, the parts of a day, a bracket and its inside, the name of who issues) is said here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from unionhall.lib.later import Later

_cut = Later("rjieba.cut")  # its table is large: read when first needed
MOST_LINES = 4  # longer ones are filled line by line
OPENING, CLOSING = "《（〔“「(<[", "》）〕”」)>]，。、；：！？,.;:"
LEANING = frozenset({"的", "之", "等", "们", "者", "化", "性", "型", "类", "级", "版", "稿"})  # never begin a line
JOINING = frozenset({"和", "与", "及", "暨", "或", "并", "至", "以及"})
APART, FAIR, POOR, BAD = 0.0, 0.5, 2.0, 7.0  # borders: between phrases, after 关于, within a phrase, beside 和 or one character
LINE = 3.0  # what a line more costs: it is taken where fewer would break badly
LEAST_STEP, MOST_STEP = 2.0, 6.0  # by how many characters the lines of a trapezoid best differ
SHORTEST, ORPHAN = 4.0, 6.0
BLOCK, HOURGLASS = 3.0, 12.0


@dataclass(frozen=True, slots=True)
class _Border:
    """A place at which a line may end: how much of the text stands before it, and what it costs to break there."""

    at: int
    cost: float


def broken(title: str, *, wide: float, issuer: str = "") -> list[str]:
    """The lines of a title, at most `wide` characters each (a figure or a small Latin letter is half a one), as few as may be.

    `issuer` is a name that stays whole where it can. One that no word border lets fit comes back as it is, in one line.
    """
    whole = " ".join(title.split())
    if width(whole) <= wide:
        return [whole]
    borders = _borders(whole, issuer)
    fewest = int(-(-width(whole) // wide))
    ways = [
        way
        for count in range(fewest, min(fewest + 1, MOST_LINES) + 1)
        for way in combinations(borders, count - 1)
        if all(width(line) <= wide for line in _lines(whole, way))
    ]
    return _lines(whole, min(ways, key=lambda way: _cost(whole, way))) if ways else _filled(whole, borders, wide)


def width(text: str) -> float:
    """How wide a text is, in Chinese characters."""
    return sum(1.0 if ord(one) > 0x2000 else 0.75 if one.isupper() else 0.5 for one in text)


def _borders(title: str, issuer: str) -> list[_Border]:
    """The places between words, without those at which nobody would break."""
    found, at, depth = [], 0, 0
    for before, after in pairwise(_words(title)):
        at += len(before)
        depth += sum(one in OPENING for one in before) - sum(one in "》）〕”」)>]" for one in before)
        if _held(before, after) or (issuer and title.startswith(issuer) and at < len(issuer)):
            continue
        cost = APART if issuer and title.startswith(issuer) and at == len(issuer) else _border_cost(before, after)
        found.append(_Border(at, cost + (POOR if depth > 0 else 0.0)))
    return found


def _words(title: str) -> list[str]:
    """The words; a run of Latin letters and its blank are one, so that lines end behind the blank."""
    cut: list[str] = []
    for word in _cut(title):
        latin = bool(cut) and cut[-1][-1:].isascii() and cut[-1][-1:] != " " and word.isascii() and not word.isdigit()
        if latin:
            cut[-1] += word
        else:
            cut.append(word)
    return cut


def _held(before: str, after: str) -> bool:
    """Whether two words belong together whatever the shape."""
    return (
        before[-1] in OPENING
        or after[0] in CLOSING
        or after in LEANING
        or before == "第"
        or (before[-1].isdigit() and not after[0].isascii())
        or (before in {"年", "月"} and after[0].isdigit())
    )


def _border_cost(before: str, after: str) -> float:
    if after == "关于" or before[-1] in CLOSING or before.endswith(" "):
        return APART
    if before == "关于":
        return FAIR
    if before in {"年", "年度"}:
        return (FAIR + POOR) / 2
    single = min(len(before), len(after)) == 1 and before not in LEANING and after not in JOINING
    return BAD if before in JOINING or single else POOR


def _lines(title: str, way: Sequence[_Border]) -> list[str]:
    ends = [0, *(one.at for one in way), len(title)]
    return [title[start:end].strip() for start, end in pairwise(ends)]


def _cost(title: str, way: Sequence[_Border]) -> tuple[float, float]:
    """What a way of breaking costs: its borders and its shape; of two alike, the one whose lines differ less."""
    wide = [width(line) for line in _lines(title, way)]
    cost = sum(one.cost + LINE for one in way) + _shape(wide)
    cost += sum(ORPHAN for one in wide if one < SHORTEST)
    return cost, max(wide) - min(wide)


def _shape(wide: Sequence[float]) -> float:
    """Trapezoids cost nothing, nor does a rhombus; lines as long as each other something, an hourglass much."""
    steps = [after - before for before, after in pairwise(wide)]
    if any(first < 0 < second for first, second in combinations(steps, 2)):
        return HOURGLASS
    least = sum(BLOCK * (1 - abs(step) / LEAST_STEP) for step in steps if abs(step) < LEAST_STEP)
    return least + sum((abs(step) - MOST_STEP) / 4 for step in steps if abs(step) > MOST_STEP)


def _filled(title: str, borders: Sequence[_Border], wide: float) -> list[str]:
    """Line by line, each as long as the words allow; the whole title where a word is wider than a line."""
    way: list[_Border] = []
    start, last = 0, None
    for border in [*borders, _Border(len(title), APART)]:
        if last is not None and width(title[start : border.at].strip()) > wide:
            way.append(last)
            start = last.at
        last = border
    lines = _lines(title, way)
    return lines if all(width(line) <= wide for line in lines) else [title]
