"""Sheets as people send them: rows of text out of .xlsx and .csv, by their header."""

import csv
import io
from datetime import date, datetime

from python_calamine import CalamineWorkbook

MOST_COLUMNS = 200


class Unreadable(ValueError):
    """A file that holds no table; the message names what is missing."""


def rows(content: bytes, *, text: str | None = None, most: int) -> list[dict[str, str]]:
    """The rows below the header as mappings from heading to text; empty rows are left out.

    `text` is the decoded content of a .csv; without it the content is read as .xlsx. Raises Unreadable for a file without a
    header, and for more than `most` rows.
    """
    table = _of_csv(text) if text is not None else _of_xlsx(content)
    head = next((line for line in table if any(line)), None)
    if head is None:
        raise Unreadable("header")
    start = table.index(head) + 1
    found = [dict(zip(head, line, strict=False)) for line in table[start:] if any(line)]
    if len(found) > most:
        raise Unreadable("rows")
    return [{key: value for key, value in row.items() if key} for row in found]


def _of_csv(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line[:MOST_COLUMNS]] for line in csv.reader(io.StringIO(text))]


def _of_xlsx(content: bytes) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [[_text(cell) for cell in line[:MOST_COLUMNS]] for line in sheet.iter_rows()]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
