"""Reads one sheet in a process of its own, under limits of time and memory: a hostile file kills this process and nothing else.

Started by `lib.sheets` by its path, without the rest of the house. The content comes on stdin and never touches a disk; out
go lines of JSON: first what was found, then [number, cells] of each row that is not empty, at last how many there were, and
where a text seems to break off.
"""

import codecs
import csv
import io
import json
import re
import resource
import signal
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

LONGEST_CELL = 5_001  # one more than may be kept, so that a longer one is told
EXACT = 10**15  # a whole number with more digits has lost some of them in a spreadsheet
HEAD = 30
PATIENCE = 20  # times as long by the clock as by the processor: whoever takes the rows takes them slowly
END = "\x02"  # a line of our own behind the text: if it becomes part of a cell, a quote before it was never closed
LAST_ROW = 1_048_576  # of any spreadsheet; a place below it is a damaged number, and going there takes for ever
Line = tuple[int, list[str]]


class Refusal(Exception):
    """The file cannot be read; the code says why."""


def main() -> None:
    """Read by the orders in the first argument."""
    orders = json.loads(sys.argv[1])
    megabytes, seconds = orders["megabytes"] << 20, orders["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (megabytes, megabytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(PATIENCE * seconds)  # a process without memory may sleep for ever, which takes no processor
    content = sys.stdin.buffer.read()
    try:
        ending: dict[str, Any] = {}
        told, lines = of_text(content, orders["encoding"], ending) if orders["text"] else of_book(content)
        _say(told)
        _say({"end": _pass_on(lines, orders["rows"], orders["columns"]), **ending})
    except Refusal as refusal:
        _say({"refused": str(refusal)})
    except MemoryError:
        _say({"refused": "too_much"})
    except Exception:  # noqa: BLE001 (whatever a damaged file does to a parser, it is damaged)
        _say({"refused": "broken"})


def _say(told: object) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=True, separators=(",", ":")) + "\n")


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


def of_book(content: bytes) -> tuple[dict[str, Any], Iterator[Line]]:
    """The first visible sheet of a workbook that holds anything."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    shown = [
        one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
    ]
    for name in shown:
        sheet = book.get_sheet_by_name(name)
        if sheet.end is not None:
            if sheet.end[0] >= LAST_ROW:
                raise Refusal("broken")
            left = sheet.start[1] if sheet.start else 0
            merged = [
                [top + 1, first - left, bottom + 1, last - left]
                for (top, first), (bottom, last) in sheet.merged_cell_ranges or []
                if top < HEAD and first >= left
            ]
            lines = ((number, [text_of(cell) for cell in line]) for number, line in enumerate(sheet.iter_rows(), start=1))
            return {"sheet": name, "others": len(shown) - 1, "merged": merged[:500]}, lines
    raise Refusal("empty")


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
