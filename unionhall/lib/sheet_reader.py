"""Reads one sheet in a process of its own, under limits of time and memory: a hostile file kills this process and nothing else.

Started by `lib.sheets` by its path, without the rest of the house. The content comes on stdin and never touches a disk; out
go lines of JSON: first what was found, then [number, cells] of each row that is not empty, at last how many there were, and
where a text seems to break off.

What the library does not say of a workbook is read from the sheet's own XML (`marks_of`): formulas whose result the file does
not carry, cells that hold an error, and which rows and columns are hidden.
"""

import codecs
import csv
import io
import re
import resource
import signal
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

import orjson
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

LONGEST_CELL = 5_001  # one more than may be kept, so that a longer one is told
EXACT = 10**15  # a whole number with more digits has lost some of them in a spreadsheet
HEAD = 30
PATIENCE = 20  # times as long by the clock as by the processor: whoever takes the rows takes them slowly
END = "\x02"  # a line of our own behind the text: if it becomes part of a cell, a quote before it was never closed
LAST_ROW = 1_048_576  # of any spreadsheet; a place below it is a damaged number, and going there takes for ever
NO_RESULT = "#FORMULA!"  # stands for a formula that nobody has calculated, in the manner of #N/A, which it is not
SOME_ERROR = "#VALUE!"
BLOCK = 1 << 20
SECTION = 8 * BLOCK  # no cell is as long
Line = tuple[int, list[str]]
WIDEST = 200  # places of hidden columns beyond are of no use
_ERROR = re.compile(rb"#[A-Z0-9/_]{1,20}[!?A]?")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,10})"')
_ROW = re.compile(rb'\br="(\d{1,10})"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|is|f)[\s>]")
_ENDS = re.compile(rb'\b(?:min|max)="(\d{1,6})"')


class Refusal(Exception):
    """The file cannot be read; the code says why."""


def main() -> None:
    """Read by the orders in the first argument."""
    orders = orjson.loads(sys.argv[1])
    megabytes, seconds = orders["megabytes"] << 20, orders["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (megabytes, megabytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(PATIENCE * seconds)  # a process without memory may sleep for ever, which takes no processor
    content = sys.stdin.buffer.read()
    try:
        ending: dict[str, Any] = {}
        told, lines = of_text(content, orders["encoding"], ending) if orders["text"] else of_book(content, orders["rows"])
        _say(told)
        _say({"end": _pass_on(lines, orders["rows"], orders["columns"]), **ending})
    except Refusal as refusal:
        _say({"refused": str(refusal)})
    except MemoryError:
        _say({"refused": "too_much"})
    except Exception:  # noqa: BLE001 (whatever a damaged file does to a parser, it is damaged)
        _say({"refused": "broken" if _room() else "too_much"})


def _room() -> bool:
    """Whether memory is left: parsers that run out of it call the file damaged."""
    try:
        bytearray(BLOCK)
    except MemoryError:
        return False
    return True


def _say(told: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))


def _pass_on(lines: Iterator[Line], most_rows: int, most_columns: int) -> int:
    count = 0
    for number, cells in lines:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > most_columns:
            raise Refusal("columns")
        count += 1
        if count > most_rows:
            raise Refusal("rows")
        _say([number, cells])
    return count


def of_book(content: bytes, most: int = LAST_ROW) -> tuple[dict[str, Any], Iterator[Line]]:
    """The first visible sheet of a workbook that holds anything; `most` rows may."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    known = [(place, one) for place, one in enumerate(book.sheets_metadata) if one.typ == SheetTypeEnum.WorkSheet]
    shown = [(place, one.name) for place, one in known if one.visible == SheetVisibleEnum.Visible]
    unseen = [(place, one.name) for place, one in known if one.visible != SheetVisibleEnum.Visible]
    for place, name in shown:
        sheet = book.get_sheet_by_name(name)
        if sheet.end is not None and sheet.end[0] >= LAST_ROW:
            raise Refusal("broken")
        marks = marks_of(content, place, most)
        if sheet.end is None and not marks.cells:
            continue
        left = min(chain([sheet.start[1]] if sheet.start else [], map(min, marks.cells.values())))
        merged = [
            [top + 1, first - left, bottom + 1, last - left]
            for (top, first), (bottom, last) in sheet.merged_cell_ranges or []
            if top < HEAD and first >= left
        ]
        others = _filled(content, [each for each in shown if each[0] != place])
        told: dict[str, Any] = {"sheet": name, "others": others, "merged": merged[:500]}
        if names := _filled(content, unseen):
            told["unseen"] = names
        if marks.rows:
            told["hidden"] = marks.rows
        if places := [place - left for place in marks.columns if place >= left]:
            told["hidden_places"] = places
        return told, _lines_of(sheet, marks.cells, left)
    raise Refusal("hidden" if _filled(content, unseen) else "empty")


def _filled(content: bytes, sheets: list[tuple[int, str]]) -> list[str]:
    """The names of those sheets that hold anything in their first block."""
    if not sheets:
        return []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book, names = archive.read("xl/workbook.xml"), set(archive.namelist())
        parts = [(_part_of(archive, book, place), name) for place, name in sheets]
        return [name for part, name in parts if part in names and _FILLED.search(archive.open(part).read(BLOCK))]


def _lines_of(sheet: CalamineSheet, marked: dict[int, dict[int, str]], left: int) -> Iterator[Line]:
    """The rows of a sheet from its place `left` on, with what is marked in the places of cells that the library leaves empty."""
    lines = enumerate(sheet.iter_rows(), start=1)
    if not marked:
        yield from ((number, _texts_of(line)) for number, line in lines)
        return
    before = [""] * ((sheet.start[1] if sheet.start else left) - left)
    number = 0
    for number, line in lines:
        yield number, _put(before + _texts_of(line), marked.get(number, {}), left)
    for below in sorted(row for row in marked if row > number):
        yield below, _put([], marked[below], left)


def _put(cells: list[str], marked: dict[int, str], left: int) -> list[str]:
    for place, text in marked.items():
        cells.extend([""] * (place - left + 1 - len(cells)))
        cells[place - left] = text
    return cells


@dataclass(frozen=True, slots=True)
class Marks:
    """What a sheet's XML says beyond its values: marked cells by row (from 1) and place (from 0), hidden rows as [first, last],
    and the places of hidden columns.
    """

    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    rows: list[list[int]] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)


def marks_of(content: bytes, place: int, most: int) -> Marks:
    """The marks of the sheet that stands at a place of the workbook; a sheet that cannot be found has none.

    Raises Refusal where more than `most` rows are marked, or one below the last that a sheet can have. A cell that does not say
    where it stands is not marked. Most sheets have nothing to mark, so each block of the XML is first asked whether it may.
    """
    marks = Marks()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = archive.read("xl/workbook.xml")
        part = _part_of(archive, book, place)
        if part not in archive.namelist():
            return marks
        with archive.open(part) as stream:
            _mark(marks, iter(lambda: stream.read(BLOCK), b""), most, unsure=_uncalculated(book))
    return marks


def _uncalculated(book: bytes) -> bool:
    """Whether a book is as libraries leave it that write formulas: to be calculated when it is opened, every result 0 until then.

    A spreadsheet program that saves it puts its own number of its calculation there.
    """
    said = re.search(rb"<(?:\w+:)?calcPr\s[^<>]*>", book)
    return said is not None and b'calcId="124519"' in said[0] and b'fullCalcOnLoad="1"' in said[0]


def _part_of(archive: zipfile.ZipFile, book: bytes, place: int) -> str:
    """Where in the archive the XML of a sheet lies; "" where nothing says so."""
    sheets = re.findall(rb"<(?:\w+:)?sheet\s[^<>]*>", book)
    known = re.search(rb'\w+:id="([^"]+)"', sheets[place]) if place < len(sheets) else None
    links = "xl/_rels/workbook.xml.rels"
    if known is None or links not in archive.namelist():
        return ""
    for link in re.findall(rb"<(?:\w+:)?Relationship\s[^<>]*>", archive.read(links)):
        if b'Id="' + known[1] + b'"' in link and (target := re.search(rb'Target="([^"]+)"', link)):
            path = target[1].decode(errors="replace")
            return path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    return ""


class _Looks:
    """What is looked for in the XML of a sheet whose names begin with a prefix, or with none."""

    def __init__(self, own: bytes) -> None:
        self.formula_begins, self.cell_begins, self.row_begins = b"<" + own + b"f", b"<" + own + b"c ", b"<" + own + b"row "
        formula, value = rb"<~f(?:\s[^<>]*)?(?:/>|>[^<]*</~f>)\s*", rb"(<~v)(?:\s[^<>]*)?(?:/>|>([^<]*))"
        self.formula = self._compiled(rb"<~c\s([^<>]*)>\s*" + formula + rb"(?:" + value + rb")?", own)
        self.error = self._compiled(rb"<~c\s([^<>]*\bt=\"e\"[^<>]*)>\s*(?:" + formula + rb")?" + value, own)
        self.row = self._compiled(rb"<~row\s([^<>]*)>", own)
        self.column = self._compiled(rb"<~col\s([^<>]*)>", own)

    @staticmethod
    def _compiled(pattern: bytes, own: bytes) -> re.Pattern[bytes]:
        return re.compile(pattern.replace(b"~", own))

    def whole(self, rest: bytes) -> int:
        """Where the last cell or row of a section begins, of which the rest may still come."""
        cut = max(rest.rfind(self.cell_begins), rest.rfind(self.row_begins), 0)
        return cut if cut or len(rest) < SECTION else len(rest)


def _mark(marks: Marks, blocks: Iterator[bytes], most: int, *, unsure: bool) -> None:
    """Go through the XML of a sheet by sections of whole cells; `unsure`: a result of 0 may be none."""
    rest = next(blocks, b"")
    head = re.search(rb"<(\w+:)?worksheet[\s>]", rest)
    looks = _Looks((head[1] or b"") if head else b"")
    for block in chain(blocks, [b""]):
        cut = looks.whole(rest) if block else len(rest)
        section, rest = rest[:cut], rest[cut:] + block
        if looks.formula_begins in section:
            for found in looks.formula.finditer(section):
                if not _carried(found, unsure=unsure):
                    _mark_cell(marks, found[1], NO_RESULT, most)
        if b't="e"' in section:
            for found in looks.error.finditer(section):
                if found[3]:
                    _mark_cell(marks, found[1], found[3].decode() if _ERROR.fullmatch(found[3]) else SOME_ERROR, most)
        if b'hidden="' in section:
            _mark_hidden(marks, looks, section, most)


def _carried(found: re.Match[bytes], *, unsure: bool) -> bool:
    """Whether a formula's result is in the file. An empty text is one; 0 is none in a book that nobody has calculated."""
    if found[2] and b't="str"' in found[1]:
        return True
    return bool(found[3]) and not (unsure and found[3] == b"0")


def _mark_cell(marks: Marks, attributes: bytes, text: str, most: int) -> None:
    where = _PLACE.search(attributes)
    if where is None:
        return
    row, place = int(where[2]), 0
    for letter in where[1]:
        place = place * 26 + letter - 64
    if row > LAST_ROW:
        raise Refusal("broken")
    marks.cells.setdefault(row, {})[place - 1] = text
    if len(marks.cells) > most:
        raise Refusal("rows")


def _mark_hidden(marks: Marks, looks: _Looks, section: bytes, most: int) -> None:
    for found in looks.row.finditer(section):
        if _HIDDEN.search(found[1]) and (number := _ROW.search(found[1])):
            row = int(number[1])
            if marks.rows and marks.rows[-1][1] == row - 1:
                marks.rows[-1][1] = row
            else:
                marks.rows.append([row, row])
            if len(marks.rows) > most:
                raise Refusal("rows")
    for found in looks.column.finditer(section):
        if _HIDDEN.search(found[1]) and (ends := _ENDS.findall(found[1])) and len(ends) == 2:
            first, last = sorted(int(end) for end in ends)
            marks.columns.extend(range(first - 1, min(last, WIDEST)))


def _texts_of(line: Iterable[object]) -> list[str]:
    """The cells of a line as text; most are text already, and need no call of their own."""
    return [cell.strip()[:LONGEST_CELL] if cell.__class__ is str else text_of(cell) for cell in line]


def text_of(cell: object) -> str:
    """A cell as text. A number of more than fifteen digits keeps the look that says so, since its last ones are lost."""
    if isinstance(cell, str):
        return cell.strip()[:LONGEST_CELL]
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if abs(cell) >= EXACT:
            return f"{cell:.14E}"
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell) if isinstance(cell, (int, timedelta)) else ""


def of_text(content: bytes, encoding: str, ending: dict[str, Any]) -> tuple[dict[str, Any], Iterator[Line]]:
    """Comma-, tab- or semicolon-separated text in whatever encoding it is; once all is read `ending` says where it breaks off."""
    text, found, half = decode(content, encoding)
    csv.field_size_limit(1 << 20)
    delimiter = delimiter_of(text)
    return {"encoding": found, "delimiter": delimiter}, lines_of(text, delimiter, half, ending)


def lines_of(text: str, delimiter: str, half: bool, ending: dict[str, Any]) -> Iterator[Line]:
    """The lines of a text. `ending` gets "cut": [line, why, its cells, those of the others] where the rest seems to be missing.

    Certain after half a character and after a quote that nothing closes; likely ("short") where the last line has no end and fewer
    cells than any other of the table, which begins with its first line of most cells (titles above it have fewer).
    """
    reader = csv.reader(chain(io.StringIO(text, newline=""), [END]), delimiter=delimiter)
    number = last = width = widest = narrowest = 0
    why = "character" if half else ""
    while True:
        try:
            line = next(reader)
        except StopIteration:
            break
        except csv.Error:  # a cell beyond all size: behind a quote that nothing closes lies the rest of the file
            number, last, why = number + 1, number + 1, why or "quote"
            break
        if line == [END]:
            continue
        number += 1
        if line and line[-1].endswith(END):
            line[-1], why = line[-1][:-1], why or "quote"
        if line:
            if last:
                widest, narrowest = (width, width) if width > widest else (widest, min(narrowest, width))
            last, width = number, len(line)
        yield number, [cell.strip()[:LONGEST_CELL] for cell in line]
    if not why and not text.endswith(("\n", "\r")) and 0 < width < narrowest:
        why = "short"
    if why:
        ending["cut"] = [last, why, width, narrowest]


def decode(content: bytes, encoding: str = "") -> tuple[str, str, bool]:
    """Text, the name of its encoding, and whether its last character is only half there. Raises Refusal.

    The encoding is found by its mark, else it is UTF-8, else GBK or GB18030.
    """
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return _decoded(content, [name])
    return _decoded(content, [encoding] if encoding else ["utf-8", "gbk", "gb18030"])


def _decoded(content: bytes, names: list[str]) -> tuple[str, str, bool]:
    """The first encoding that fits. Half a character speaks for it only after whole ones: a lone "岬" in GBK is no cut UTF-8."""
    halves = []
    for name in names:
        try:
            decoder = codecs.getincrementaldecoder(name)()
            text = decoder.decode(content)
        except (UnicodeDecodeError, LookupError):
            continue
        half = bool(decoder.getstate()[0])
        if not half or not text.isascii():
            return text, name, half
        halves.append((text, name, half))
    if halves:
        return halves[-1]
    raise Refusal("encoding")


def delimiter_of(text: str) -> str:
    """What parts the cells: whatever of comma, tab, semicolon and bar is most frequent in the first lines outside quotes."""
    head = re.sub(r'"[^"]*"', "", "\n".join(text[:20_000].splitlines()[:HEAD]))
    return max(",\t;|", key=head.count)


if __name__ == "__main__":
    main()
