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
from unionhall.kernel.exchange import registry
from unionhall.kernel.exchange.registry import Column, Table
from unionhall.kernel.exchange.rules import cells
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, money
from unionhall.lib.dates import SHANGHAI

Format = Literal["xlsx", "csv"]


@dataclass(frozen=True, slots=True)
class Exported:
    """A file for a person: its name, its bytes, and how many rows stand in it."""

    name: str
    content: bytes
    rows: int


@transaction.atomic
def export_table(*, code: str, by: Person, at: Organization, filters: Mapping[str, str], form: Format = "xlsx") -> Exported:
    """Hand out a registered table as the person sees it, with the filters in force written into it.

    Raises Denied when the person lacks the table's permission at the unit, KeyError for an unknown table.
    """
    table = registry.table(code)
    access_actions.require(by, table.permission, at=at)
    rows = table.rows(by, filters)
    content, count = _csv(table, rows) if form == "csv" else _xlsx(table, rows, by, at, filters)
    audit.record(by, "exchange.exported", f"table:{code}", at=at, rows=count, filters=dict(filters), form=form)
    stamp = clock.now().astimezone(SHANGHAI).strftime("%Y%m%d-%H%M")
    return Exported(name=f"{table.name}-{stamp}.{form}", content=content, rows=count)


def _shown(column: Column, value: Any) -> str | int | float:
    """A value as it stands in a cell; no data is "--", which is not zero."""
    if value is None or value == "":
        return "--"
    if column.kind == "number":
        return int(value) if isinstance(value, int) else str(value)
    if column.kind == "money":
        return money.yuan(int(value))
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return cells.harmless(str(value))


def _csv(table: Table, rows: Iterable[Mapping[str, Any]]) -> tuple[bytes, int]:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([str(column.label) for column in table.columns])
    count = 0
    for row in rows:
        writer.writerow([_shown(column, row.get(column.code)) for column in table.columns])
        count += 1
    return out.getvalue().encode("utf-8-sig"), count  # the mark lets Excel see that it is UTF-8


def _xlsx(
    table: Table, rows: Iterable[Mapping[str, Any]], by: Person, at: Organization, filters: Mapping[str, str]
) -> tuple[bytes, int]:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(str(table.name)[:31])
        count = _fill(book, sheet, table, rows)
        _explain(book, table, by, at, filters, count)
    return out.getvalue(), count


def _fill(book: Workbook, sheet: Worksheet, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    head = book.add_format({"bold": True, "bg_color": "#F5F6F7", "bottom": 1, "text_wrap": True, "valign": "vcenter"})
    text = book.add_format({"num_format": "@", "valign": "top"})
    number = book.add_format({"num_format": "0", "valign": "top"})
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width, number if column.kind == "number" else text)
        sheet.write_string(0, index, str(column.label), head)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    count = 0
    for count, row in enumerate(rows, start=1):
        for index, column in enumerate(table.columns):
            value = _shown(column, row.get(column.code))
            if isinstance(value, str):
                sheet.write_string(count, index, value, text)
            else:
                sheet.write_number(count, index, value, number)
    return count


def _explain(book: Workbook, table: Table, by: Person, at: Organization, filters: Mapping[str, str], count: int) -> None:
    sheet = book.add_worksheet(_("About this file"))
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 60)
    lines = [
        (_("Table"), str(table.name)),
        (_("Unit"), at.name),
        (_("Exported by"), by.name),
        (_("Exported at"), clock.now().astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")),
        (_("Rows"), str(count)),
        (_("Masking"), str(table.masking)),
        *((_("Filter: %(name)s") % {"name": key}, value) for key, value in filters.items() if value),
    ]
    for index, (label, value) in enumerate(lines):
        sheet.write_string(index, 0, label)
        sheet.write_string(index, 1, value)
