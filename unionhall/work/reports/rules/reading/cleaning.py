"""A report without what is not the report: page furniture, pinyin notes, full-width and traditional forms.

Nothing is lost track of: every character that stays knows where it stood in the text as given.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from unionhall.work.reports.rules.reading import vocabulary

_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2E80, 0x2FE0)}
_PLAIN = {
    **_FULL_WIDTH,
    **_RADICALS,
    0x3000: " ",
    0xA0: " ",
    0xFEFF: " ",
    0x200B: " ",
    0x2F: "/",
    ord("．"): ".",
    ord("％"): "%",
    ord("﹪"): "%",
}
_NOTE = re.compile(r"(?<=[一-鿿])\(([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ]{1,7})\)")
_ENDLESS = re.compile(r"\d{19,}|[〇零一二三四五六七八九十百千万亿两]{25,}")  # no number of a report has so many digits
_GAP = re.compile(r"(?<=[一-鿿]) (?=\d)|(?<=[\d%]) (?=[一-鿿])")
_TONED = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ]")
_SENTENCE_SIGNS = re.compile("[。;!?]|,.*,")
_COUNTED = re.compile(
    r"\d[余多]?(?![年月日号时])[一-鿿%]|\d *[×✕=]|[×✕=] *\d|^[×✕=]$"
)  # a figure: the line is a row of a table or a computation
FEWEST_NOTES = 3


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned text; `origin[i]` is where its i-th character stood in the text as given."""

    text: str
    origin: tuple[int, ...]
    published: date | None = None

    def given(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the cleaned text stood in the text as given."""
        return self.origin[start], self.origin[end - 1] + 1


def clean(given: str) -> Cleaned:
    """Fold, drop notes and furniture; the page's own date of publication is kept aside."""
    folded = _ENDLESS.sub(lambda run: " " * len(run.group()), given.translate(_PLAIN).translate(vocabulary.folding()))
    kept = _without_gaps(folded, _without_notes(folded))
    published = _published(folded)
    text, origin = _without_furniture(folded, kept)
    return Cleaned(text, tuple(origin), published)


def _without_notes(text: str) -> list[tuple[int, int]]:
    """The stretches that stay once pinyin notes are gone; a page with fewer than three toned notes has none."""
    notes = list(_NOTE.finditer(text))
    if sum(bool(_TONED.search(note.group(1))) for note in notes) < FEWEST_NOTES:
        return [(0, len(text))]
    stays, last = [], 0
    for note in notes:
        stays.append((last, note.start()))
        last = note.end()
    return [*stays, (last, len(text))]


def _without_gaps(text: str, kept: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without the single blanks that typesetters put between digits and characters: 286 家."""
    stays = []
    for start, end in kept:
        last = start
        for gap in _GAP.finditer(text, start, end):
            stays.append((last, gap.start()))
            last = gap.end()
        stays.append((last, end))
    return stays


def _without_furniture(text: str, kept: list[tuple[int, int]]) -> tuple[str, list[int]]:
    places = [place for start, end in kept for place in range(start, end)]
    plain = "".join(text[place] for place in places)
    drop = re.compile(vocabulary.at("furniture", "dateline"))
    out: list[int] = []
    position = 0
    for line in plain.splitlines(keepends=True):
        span = range(position, position + len(line))
        position += len(line)
        if is_furniture(line):
            out.extend(places[index] for index in span if plain[index] == "\n")
            continue
        gone = {index for found in drop.finditer(line) for index in range(span.start + found.start(), span.start + found.end())}
        out.extend(places[index] for index in span if index not in gone)
    return "".join(text[place] for place in out), out


def is_furniture(line: str) -> bool:
    """Whether a line belongs to the page around the report: marks of navigation and imprint, or a bare menu."""
    bare = line.strip()
    if not bare:
        return False
    if _SENTENCE_SIGNS.search(bare) and (len(bare) > vocabulary.at("furniture", "longest") or "。" in bare):
        return False
    if vocabulary.any_of("furniture", "marks").search(bare):
        return True
    parts = bare.split()
    if len(parts) < vocabulary.at("furniture", "menu_words") or any(len(part) > 8 for part in parts):
        return False
    return not any(_COUNTED.search(part) for part in parts)


def _published(text: str) -> date | None:
    """The day on which the page says it was published, not when it was archived."""
    archived = vocabulary.at("furniture", "archived")
    lines = [line for line in text.splitlines() if is_furniture(line) and not line.strip().startswith(archived)]
    for pattern in ("published", "dated"):
        shape: Callable[[str], re.Match[str] | None] = re.compile(vocabulary.at("furniture", pattern)).search
        for line in lines:
            if found := shape(line):
                return day(*(int(part) for part in found.groups()))
    return None


def day(year: int, month: int, number: int) -> date | None:
    """A calendar day, or None where there is no such day."""
    try:
        return date(year, month, number)
    except ValueError:
        return None
