"""Reads one sheet in a process of its own, under limits of time and memory: a hostile file kills this process and nothing else.

Started by `lib.sheets` by its path, without the rest of the house. The content comes on stdin and never touches a disk; out
go lines of JSON: first what was found, then [number, cells] of each row that is not empty, at last how many there were.
"""

import codecs
import csv
import io
import json
import re
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

LONGEST_CELL = 5_001  # one more than may be kept, so that a longer one is told
EXACT = 10**15  # a whole number with more digits has lost some of them in a spreadsheet
HEAD = 30
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
    content = sys.stdin.buffer.read()
    try:
        told, lines = of_text(content, orders["encoding"]) if orders["text"] else of_book(content)
        _say(told)
        _say({"end": _pass_on(lines, orders["rows"], orders["columns"])})
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


def of_text(content: bytes, encoding: str = "") -> tuple[dict[str, Any], Iterator[Line]]:
    """Comma-, tab- or semicolon-separated text in whatever encoding it is."""
    text, found = decode(content, encoding)
    csv.field_size_limit(1 << 20)
    delimiter = delimiter_of(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    cut = ((number, [cell.strip()[:LONGEST_CELL] for cell in line]) for number, line in enumerate(lines, start=1))
    return {"encoding": found, "delimiter": delimiter}, cut


def decode(content: bytes, encoding: str = "") -> tuple[str, str]:
    """Text and the name of its encoding: by its mark, else UTF-8, else GBK or GB18030. Raises Refusal for neither."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return _decoded(content, [name])
    return _decoded(content, [encoding] if encoding else ["utf-8", "gbk", "gb18030"])


def _decoded(content: bytes, names: list[str]) -> tuple[str, str]:
    for name in names:
        try:
            return content.decode(name), name
        except (UnicodeDecodeError, LookupError):
            continue
    raise Refusal("encoding")


def delimiter_of(text: str) -> str:
    """What parts the cells: whatever of comma, tab, semicolon and bar is most frequent in the first lines outside quotes."""
    head = re.sub(r'"[^"]*"', "", "\n".join(text[:20_000].splitlines()[:HEAD]))
    return max(",\t;|", key=head.count)


if __name__ == "__main__":
    main()
