"""A unit's own workbook as the shape of an export: kept for the unit, and filled where its named cells or {{marks}} stand."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

import openpyxl
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.exchange import registry
from unionhall.kernel.exchange.actions import bring
from unionhall.kernel.exchange.models import SheetTemplate
from unionhall.kernel.exchange.registry import Column
from unionhall.kernel.exchange.rules import headings
from unionhall.kernel.files import rules as files
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.organizations.rules import ancestor_paths
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.refusal import NotVisible, Refused

MOST_BYTES = 2 * files.MEGABYTE
MOST_UNPACKED = 20 * files.MEGABYTE
MOST_CELLS = 50_000
MOST_ROWS = 20_000
MOST_NAMED = 5  # marks that a sentence lists
MARK = re.compile(r"\{\{\s*(.+?)\s*\}\}")
ABOUT = {"unit": "单位", "by": "制表人", "at": "日期", "count": "行数", "filters": "筛选条件"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column begins: sheet, line and place."""

    sheet: str
    row: int
    column: int


def templates_for(table: str, at: Organization) -> list[SheetTemplate]:
    """The templates that may be used at a unit: its own and those of the units above, the nearest first."""
    found = SheetTemplate.objects.filter(table=table, organization__path__in=[*ancestor_paths(at.path), at.path])
    return list(found.select_related("organization").defer("content").order_by("-organization__depth", "name"))


def template_for(table: str, at: Organization, template_id: int) -> SheetTemplate:
    """One of them with its content. Raises NotVisible."""
    if template_id not in {one.pk for one in templates_for(table, at)}:
        raise NotVisible("template")
    return SheetTemplate.objects.get(pk=template_id)


@transaction.atomic
def keep_template(*, table: str, upload: UploadedFile, by: Person, at: Organization) -> SheetTemplate:
    """Keep a unit's workbook for a table, in place of one of the same name. Raises Denied, BadFile, Refused without any mark."""
    wanted = registry.table(table)
    access_actions.require(by, wanted.permission, at=at)
    name = files.clean_name(upload.name or "file")
    content = upload.read(MOST_BYTES + 1)
    if files.extension_of(name) != "xlsx":
        raise bring.refusal("not_allowed", 0)
    try:
        files.examine(name, content, most_bytes=MOST_BYTES)
    except files.Unfit as unfit:
        raise bring.refusal(unfit.code, 0) from None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise bring.refusal("bomb", 0)
    book = _opened(content)
    if strange := _strange(book, wanted.columns):
        told = {"marks": "、".join(strange[:MOST_NAMED])}
        raise Refused(_("These marks name no column, or stand within other words: %(marks)s.") % told, field="file")
    if not _places(book, wanted.columns):
        raise Refused(
            _("No cell of this workbook is named, or marked like {{%(column)s}}, after a column of the table.")
            % {"column": wanted.columns[0].label},
            field="file",
        )
    kept, _made = SheetTemplate.objects.update_or_create(
        organization=at,
        table=table,
        name=name[:120],
        defaults={"content": content, "brought_by": by, "brought_at": clock.now()},
    )
    audit.record(by, "exchange.template_kept", kept, at=at, table=table, name=kept.name)
    return kept


@transaction.atomic
def drop_template(*, table: str, template_id: int, by: Person, at: Organization) -> None:
    """Take a template of the unit itself away. Raises NotVisible, Denied."""
    access_actions.require(by, registry.table(table).permission, at=at)
    found = SheetTemplate.objects.filter(pk=template_id, table=table, organization=at).first()
    if found is None:
        raise NotVisible("template")
    audit.record(by, "exchange.template_dropped", found, at=at, table=table, name=found.name)
    found.delete()


def _opened(content: bytes) -> Workbook:
    """The workbook. Raises BadFile for whatever openpyxl cannot read."""
    try:
        return openpyxl.load_workbook(io.BytesIO(content))
    except Exception:  # noqa: BLE001 (openpyxl raises anything for a damaged file)
        raise bring.refusal("broken", 0) from None


def _known(columns: Iterable[Column]) -> dict[str, str]:
    """What may be named: columns by their codes, words about the export by theirs after an @."""
    known = {name: column.code for column in columns for name in headings.names_of(column)}
    return known | {headings.plain(word): f"@{code}" for code, word in ABOUT.items()}


def _texts(book: Workbook) -> Iterator[tuple[Worksheet, Cell]]:
    """The cells of the sheets that hold a mark."""
    for sheet in book.worksheets:
        if sheet.max_row * sheet.max_column <= MOST_CELLS:
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                if isinstance(cell, Cell) and isinstance(cell.value, str) and MARK.search(cell.value):
                    yield sheet, cell


def _strange(book: Workbook, columns: Iterable[Column]) -> list[str]:
    """Marks that would stay as they are: of no column, or of a column's cells within a sentence."""
    known, found = _known(columns), []
    for _sheet, cell in _texts(book):
        whole = MARK.fullmatch(str(cell.value)) is not None
        for mark in MARK.finditer(str(cell.value)):
            code = known.get(headings.plain(mark.group(1)), "")
            if not (code.startswith("@") or (code and whole)):
                found.append(mark.group())
    return found


def _places(book: Workbook, columns: Iterable[Column]) -> dict[str, Place]:
    """Where each column, or each word about the export, begins."""
    known = _known(columns)
    found: dict[str, Place] = {}
    for name, defined in book.defined_names.items():
        code = known.get(headings.plain(name))
        for sheet, reference in defined.destinations if code else ():
            cell = book[sheet][reference.replace("$", "").partition(":")[0]] if sheet in book.sheetnames else None
            if isinstance(cell, Cell):
                found.setdefault(str(code), Place(sheet, cell.row, cell.column))
    for sheet, cell in _texts(book):
        mark = MARK.fullmatch(str(cell.value))
        code = known.get(headings.plain(mark.group(1))) if mark else None
        if code:
            found.setdefault(code, Place(sheet.title, cell.row, cell.column))
    return found


def filled(
    content: bytes, columns: tuple[Column, ...], rows: Iterable[Mapping[str, Any]], about: Mapping[str, str]
) -> tuple[bytes, int]:
    """The workbook with the rows below the places of their columns; fonts, widths and formulas stay. Raises Refused for too many.

    `rows` hold what a cell shows. Lines below the list move down, and sums that begin at its first line grow with it.
    """
    book = _opened(content)
    places = _places(book, columns)
    _tell(book, about)
    listed = {code: place for code, place in places.items() if not code.startswith("@")}
    given = list(rows)
    if len(given) > MOST_ROWS:
        raise Refused(_("An own template takes at most %(most)s rows; narrow the list.") % {"most": f"{MOST_ROWS:,}"})
    for sheet in book.worksheets:
        tops = {place.row for place in listed.values() if place.sheet == sheet.title}
        for top in sorted(tops, reverse=True):
            _make_room(sheet, top, len(given) - 1)
    for code, place in listed.items():
        _pour(book[place.sheet], place, [row.get(code, "") for row in given])
    for code, place in places.items():
        if code.startswith("@"):
            _put(book[place.sheet].cell(place.row, place.column), about.get(code[1:], ""))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), len(given)


def _tell(book: Workbook, about: Mapping[str, str]) -> None:
    """Words about the export wherever they are marked, within a title or a line too."""
    words = {headings.plain(word): about.get(code, "") for code, word in ABOUT.items()}
    for _sheet, cell in _texts(book):
        told = MARK.sub(lambda mark: words.get(headings.plain(mark.group(1)), mark.group()), str(cell.value))
        if told != cell.value:
            _put(cell, told)


def _make_room(sheet: Worksheet, top: int, more: int) -> None:
    if more < 1 or sheet.max_row <= top:
        return
    low = [area for area in sheet.merged_cells.ranges if area.min_row > top]
    for area in low:
        sheet.unmerge_cells(area.coord)
    grow = re.compile(rf"(\$?([A-Z]{{1,3}})\$?{top}):(\$?\2\$?)(\d+)")
    for cell in (cell for row in sheet.iter_rows(min_row=top + 1) for cell in row):
        if isinstance(cell.value, str) and cell.value.startswith("="):
            cell.value = grow.sub(lambda found: f"{found.group(1)}:{found.group(3)}{int(found.group(4)) + more}", cell.value)
    last = get_column_letter(sheet.max_column)
    heights = {row: sheet.row_dimensions[row].height for row in range(top + 1, sheet.max_row + 1)}
    sheet.move_range(f"A{top + 1}:{last}{sheet.max_row}", rows=more)
    for row, height in heights.items():
        sheet.row_dimensions[row + more].height = height
    for area in low:
        area.shift(row_shift=more)
        sheet.merge_cells(area.coord)


def _pour(sheet: Worksheet, place: Place, cells: list[Any]) -> None:
    first = sheet.cell(place.row, place.column)
    _put(first, cells[0] if cells else "")
    for offset, value in enumerate(cells[1:], start=1):
        cell = sheet.cell(place.row + offset, place.column)
        _put(cell, value)
        if first.has_style and isinstance(cell, Cell):
            cell._style = copy(first._style)


def _put(cell: Cell | MergedCell, value: Any) -> None:
    """A value into a cell: texts never become formulas, whatever they begin with."""
    if isinstance(cell, MergedCell):
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        if value.isdigit():
            cell.number_format = "@"
