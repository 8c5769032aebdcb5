"""Official tables as .xlsx: which cells have names, and the same sheet with its named cells filled. The layout is not touched."""

import io
import zipfile
from collections.abc import Mapping
from decimal import Decimal

import openpyxl
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.exceptions import InvalidFileException

from unionhall.kernel.files import rules as files
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

MOST_BYTES = 4 << 20
MOST_CELLS = 300


def named_cells(content: bytes) -> dict[str, str]:
    """The named single cells of a workbook: name to "sheet!B3". Raises Refused for a file that is none or has none."""
    try:
        files.examine("table.xlsx", content, most_bytes=MOST_BYTES)
    except files.Unfit:
        raise unreadable() from None
    book = _opened(content)
    found: dict[str, str] = {}
    for sheet in book.worksheets:
        for name, defined in {**book.defined_names, **sheet.defined_names}.items():
            for title, area in defined.destinations:
                if title == sheet.title and ":" not in area:
                    found[name] = f"{title}!{area.replace('$', '')}"
    if not found:
        raise Refused(
            Text(
                "表里没有命名的单元格：请在 Excel 中给要填数的单元格命名。", "No cell has a name: name the cells to be filled in."
            ),
            field="file",
        )
    if len(found) > MOST_CELLS:
        raise Refused(Text("命名的单元格最多 300 个。", "At most 300 cells have names."), field="file")
    return dict(sorted(found.items()))


def in_order(cells: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The names of a table's cells as one reads the sheet: row by row, from the left."""

    def place(name: str) -> tuple[str, int, int]:
        title, _mark, cell = cells[name]["place"].rpartition("!")
        row, column = coordinate_to_tuple(cell)
        return title, row, column

    return sorted(cells, key=place)


def unreadable() -> Refused:
    """The refusal of a file that is no workbook."""
    return Refused(Text("请上传未加密、不含宏的 .xlsx 文件。", "Upload an .xlsx file without password and macros."), field="file")


def _opened(content: bytes) -> openpyxl.Workbook:
    try:
        return openpyxl.load_workbook(io.BytesIO(content))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError):
        raise unreadable() from None


def filled(content: bytes, values: Mapping[str, str]) -> bytes:
    """The workbook with numbers in its named cells: "sheet!B3" to a number as text."""
    book = _opened(content)
    for place, text in values.items():
        title, _mark, cell = place.rpartition("!")
        book[title][cell] = float(Decimal(text)) if "." in text else int(text)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
