"""Tables that leave the house: .xlsx with a sheet that says what the file is, or .csv."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext as _
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.exchange import queries, registry
from unionhall.kernel.exchange.actions import fill_template
from unionhall.kernel.exchange.registry import Column, Table
from unionhall.kernel.exchange.rules import cells
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, money
from unionhall.lib.dates import SHANGHAI
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

Format = Literal["xlsx", "csv"]
LEGIBLE = 200  # characters that stand side by side on a printed page and can still be read
YES, NO = Text("是", "yes"), Text("否", "no")


@dataclass(frozen=True, slots=True)
class Exported:
    """A file for a person: its name, its bytes, and how many rows stand in it."""

    name: str
    content: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class Wish:
    """How a table is wanted: all columns or those of the view, an own template, or unmasked for a reason."""

    form: Format = "xlsx"
    every_column: bool = False
    template: int | None = None
    reason: str = ""  # given, the personal data are not masked


def export_table(
    *, code: str, by: Person, at: Organization, filters: Mapping[str, str], form: Format = "xlsx", wish: Wish | None = None
) -> Exported:
    """Hand out a registered table as the person sees it, with the filters in force written into it.

    Raises Denied when the person lacks the table's permission at the unit (or that for plain data), NotVisible for a template
    of another unit, KeyError for an unknown table.
    """
    wish = wish or Wish(form=form)
    table = registry.table(code)
    access_actions.require(by, table.permission, at=at)
    plain = bool(wish.reason.strip())
    if plain:
        if table.plain is None:
            raise Refused(_("This table holds no personal data that could be shown in the clear."), field="reason")
        access_actions.require(by, table.plain_permission, at=at)
        with transaction.atomic():  # on record before anything is read
            audit.record(by, "exchange.exported_plain", f"table:{code}", at=at, reason=wish.reason, filters=dict(filters))
    rows = table.plain(by, filters, wish.reason) if plain and table.plain is not None else table.rows(by, filters)
    shown = tuple(column for column in table.columns if wish.every_column or not column.extra)
    told = _About(table, by, at, filters, plain)
    if wish.template is not None:
        content, count = _own(told, wish.template, rows)
    elif wish.form == "csv":
        content, count = _csv(shown, rows)
    else:
        content, count = _xlsx(told, shown, rows)
    ending = "csv" if wish.form == "csv" and wish.template is None else "xlsx"
    with transaction.atomic():
        audit.record(by, "exchange.exported", f"table:{code}", at=at, rows=count, filters=dict(filters), form=ending, plain=plain)
    stamp = clock.now().astimezone(SHANGHAI).strftime("%Y%m%d-%H%M")
    return Exported(name=f"{table.name}-{stamp}.{ending}", content=content, rows=count)


@dataclass(frozen=True, slots=True)
class _About:
    """What the second sheet, or the words of an own template, say about the file."""

    table: Table
    by: Person
    at: Organization
    filters: Mapping[str, str]
    plain: bool

    @property
    def moment(self) -> str:
        return clock.now().astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")

    @property
    def said(self) -> list[tuple[str, str]]:
        return queries.said(self.by, self.table, self.filters)

    @property
    def masking(self) -> str:
        return _("Personal data in the clear; handle with care") if self.plain else str(self.table.masking)


def _own(told: _About, template_id: int, rows: Iterable[Mapping[str, Any]]) -> tuple[bytes, int]:
    template = fill_template.template_for(told.table.code, told.at, template_id)
    shown = ({column.code: _shown(column, row.get(column.code)) for column in told.table.columns} for row in rows)
    filters = "；".join(f"{name}：{value}" for name, value in told.said)
    about = {"unit": told.at.name, "by": told.by.name, "at": told.moment, "filters": filters}
    given = list(shown)
    return fill_template.filled(bytes(template.content), told.table.columns, given, about | {"count": str(len(given))})


def _shown(column: Column, value: Any) -> str | int | float:
    """A value as it stands in a cell; no data is "--", which is not zero."""
    if value is None or value == "":
        return "--"
    if column.kind == "number":
        return int(value) if isinstance(value, int) else str(value)
    if column.kind == "money":
        return money.yuan(int(value))
    if column.kind == "sum":
        return int(value) / 100
    if isinstance(value, bool):
        return str(YES if value else NO)
    if column.kind == "choice":
        return next((str(choice.label) for choice in column.choices if choice.code == value), str(value))
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return cells.harmless(str(value))


def _csv(columns: Iterable[Column], rows: Iterable[Mapping[str, Any]]) -> tuple[bytes, int]:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    columns = tuple(columns)
    writer.writerow([str(column.label) for column in columns])
    count = 0
    for row in rows:
        shown = (_shown(column, row.get(column.code)) for column in columns)
        writer.writerow([f"{value:.2f}" if isinstance(value, float) else value for value in shown])
        count += 1
    return out.getvalue().encode("utf-8-sig"), count  # the mark lets Excel see that it is UTF-8


def _xlsx(told: _About, columns: tuple[Column, ...], rows: Iterable[Mapping[str, Any]]) -> tuple[bytes, int]:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(str(told.table.name)[:31])
        count = _fill(book, sheet, columns, rows)
        _explain(book, told, count)
    return out.getvalue(), count


def _fill(book: Workbook, sheet: Worksheet, columns: tuple[Column, ...], rows: Iterable[Mapping[str, Any]]) -> int:
    head = book.add_format({"bold": True, "bg_color": "#F5F6F7", "bottom": 1, "text_wrap": True, "valign": "vcenter"})
    text = book.add_format({"num_format": "@", "valign": "top"})
    number = book.add_format({"num_format": "0", "valign": "top"})
    formats = {"number": number, "sum": book.add_format({"num_format": "0.00", "valign": "top"})}
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width, formats.get(column.kind, text))
        sheet.write_string(0, index, str(column.label), head)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(-(-sum(column.width for column in columns) // LEGIBLE), 0)
    count = 0
    for count, row in enumerate(rows, start=1):
        for index, column in enumerate(columns):
            value = _shown(column, row.get(column.code))
            if isinstance(value, str):
                sheet.write_string(count, index, value, text)
            else:
                sheet.write_number(count, index, value, formats.get(column.kind, number))
    return count


def _explain(book: Workbook, told: _About, count: int) -> None:
    sheet = book.add_worksheet(_("About this file"))
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 60)
    lines = [
        (_("Name of the table"), str(told.table.name)),
        (_("Unit"), told.at.name),
        (_("Exported by"), told.by.name),
        (_("Exported at"), told.moment),
        (_("Rows"), str(count)),
        (_("Data as of"), told.moment),
        (_("Masking"), told.masking),
        *((_("Filter: %(name)s") % {"name": name}, value) for name, value in told.said),
    ]
    for index, (label, value) in enumerate(lines):
        sheet.write_string(index, 0, label)
        sheet.write_string(index, 1, value)
