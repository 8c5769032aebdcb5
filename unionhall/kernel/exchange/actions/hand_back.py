"""Sheets that the house gives to whoever imports: the template to fill in, and their own file back with what is wrong."""

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.exchange import access, queries, registry
from unionhall.kernel.exchange.actions.export_table import Exported
from unionhall.kernel.exchange.models import Import, ImportFinding
from unionhall.kernel.exchange.registry import Column, ImportKind
from unionhall.kernel.exchange.rules import headings
from unionhall.kernel.people.models import Person
from unionhall.lib.text import Text

PREPARED = 1_000  # rows of the template that have drop-downs
MOST_UNITS = 2_000
MOST_COMMENTS = 2_000
YES_NO = (Text("是", "yes"), Text("否", "no"))
HOW: dict[str, Text] = {
    "text": Text("文字", "text"),
    "id_number": Text("证件号码，文本格式", "document number, as text"),
    "phone": Text("手机号，或带区号的固定电话", "mobile, or landline with its area code"),
    "date": Text("日期，如 2025-03-05、2025/3/5、2025年3月5日", "a day, such as 2025-03-05"),
    "day_month": Text("年月，如 2025-03 或 2025年3月", "a month, such as 2025-03"),
    "money": Text("金额，单位元，最多两位小数", "yuan, at most two decimals"),
    "whole": Text("0 或正整数", "a whole number from 0"),
    "choice": Text("从下拉框选择", "choose from the list"),
    "unit": Text("单位编码、全称或简称", "a unit's code, full or short name"),
    "yes_no": Text("是 或 否", "yes or no"),
}
BOOK = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def template(*, kind: str, by: Person) -> Exported:
    """The sheet to be filled in: headings, cells that stay text, drop-downs, an example that is passed over, instructions."""
    wanted = registry.import_kind(kind)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, BOOK) as book:
        sheet = book.add_worksheet(str(wanted.name)[:31])
        _instruct(book, wanted)
        lists = book.add_worksheet(_("Choices"))
        lists.hide()
        _headings(book, sheet, wanted)
        for place, column in enumerate(wanted.columns):
            _offer(sheet, lists, place, _offered(column, wanted, by))
        _example(book, sheet, wanted)
    name = _("Template for %(kind)s") % {"kind": wanted.name}
    return Exported(name=f"{name}.xlsx", content=out.getvalue(), rows=0)


def _headings(book: Workbook, sheet: Worksheet, kind: ImportKind) -> None:
    text = book.add_format({"num_format": "@"})
    head = book.add_format({"bold": True, "bg_color": "#F5F6F7", "bottom": 1, "num_format": "@", "text_wrap": True})
    must = book.add_format({"bold": True, "bg_color": "#F5F6F7", "bottom": 1, "font_color": "#B91C1C", "num_format": "@"})
    for place, column in enumerate(kind.columns):
        sheet.set_column(place, place, column.width, text)
        sheet.write_string(
            0, place, f"{column.label} *" if column.required else str(column.label), must if column.required else head
        )
        if column.note:
            sheet.write_comment(0, place, str(column.note))
    sheet.freeze_panes(1, 0)


def _offered(column: Column, kind: ImportKind, by: Person) -> list[str]:
    if column.kind == "choice":
        return [str(choice.label) for choice in column.choices]
    if column.kind == "yes_no":
        return [str(word) for word in YES_NO]
    if column.kind == "unit":
        names = list(access_queries.organizations_for(by, kind.permission).values_list("name", flat=True)[: MOST_UNITS + 1])
        return names if len(names) <= MOST_UNITS else []
    return []


def _offer(sheet: Worksheet, lists: Worksheet, place: int, words: list[str]) -> None:
    if not words:
        return
    letter = xlsxwriter.utility.xl_col_to_name(place)
    lists.write_column(0, place, words)
    source = f"='{lists.get_name()}'!${letter}$1:${letter}${len(words)}"
    sheet.data_validation(1, place, PREPARED, place, {"validate": "list", "source": source, "error_type": "warning"})


def _example(book: Workbook, sheet: Worksheet, kind: ImportKind) -> None:
    grey = book.add_format({"font_color": "#6B7280", "italic": True, "num_format": "@"})
    sign = Text("示例：", "Example: ")
    for place, column in enumerate(kind.columns):
        words = column.example or (str(column.choices[0].label) if column.choices else "")
        sheet.write_string(1, place, f"{sign}{words}" if place == 0 else words, grey)


def _instruct(book: Workbook, kind: ImportKind) -> None:
    sheet = book.add_worksheet(_("Instructions"))
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    head = book.add_format({"bold": True, "bg_color": "#F5F6F7", "bottom": 1})
    for place, (word, width) in enumerate([(_("Column"), 22), (_("Needed"), 10), (_("How to write it"), 48), (_("Example"), 28)]):
        sheet.set_column(place, place, width, wrap)
        sheet.write_string(0, place, word, head)
    for line, column in enumerate(kind.columns, start=1):
        how = [str(HOW[column.kind]), *([str(column.note)] if column.note else [])]
        if column.choices:
            how.append("、".join(str(choice.label) for choice in column.choices[:20]))
        cells = (str(column.label), _("needed") if column.required else _("may be empty"), "\n".join(how), column.example)
        for place, cell in enumerate(cells):
            sheet.write_string(line, place, cell, wrap)
    general = (
        _("Do not change the headings; other columns are passed over, and their order does not matter."),
        _("The line that begins with “Example” is passed over; you may leave it in place."),
        _("All cells are text, so that ID numbers keep their digits; do not change the format."),
        _("At most %(rows)s rows in one file.") % {"rows": f"{kind.most:,}"},
        *(str(note) for note in kind.notes),
    )
    for line, sentence in enumerate(general, start=len(kind.columns) + 2):
        sheet.merge_range(line, 0, line, 3, f"{line - len(kind.columns) - 1}. {sentence}", wrap)


def own_file(*, import_id: int, by: Person, wrong_only: bool) -> Exported:
    """The person's own rows with a first column saying what is wrong, wrong cells yellow; may be mended and brought again.

    Raises NotVisible, Refused once the rows are swept.
    """
    one = access.import_for(by, import_id)
    said: dict[int, list[ImportFinding]] = {}
    for finding in queries.findings(one):
        said.setdefault(finding.row, []).append(finding)
    lines = (line for line in queries.all_lines(one) if not wrong_only or line[0] in said)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {**BOOK, "constant_memory": not wrong_only}) as book:
        count = _fill(book, one, lines, said)
    word = _("rows with errors") if wrong_only else _("checked")
    stem = one.file_name.rpartition(".")[0] or one.file_name
    return Exported(name=f"{stem}-{word}.xlsx", content=out.getvalue(), rows=count)


def _fill(book: Workbook, one: Import, lines: Iterable[tuple[int, list[str]]], said: dict[int, list[ImportFinding]]) -> int:
    sheet = book.add_worksheet()
    plain = book.add_format({"num_format": "@"})
    head = book.add_format({"bold": True, "bg_color": "#F5F6F7", "bottom": 1, "num_format": "@"})
    marked = book.add_format({"num_format": "@", "bg_color": "#FFF3B0"})
    kept = [place for place, heading in enumerate(one.headings) if not headings.is_marks(heading)]
    titles = [headings.ERRORS_EN if (get_language() or "").startswith("en") else headings.ERRORS]
    sheet.set_column(0, 0, 48, plain)
    sheet.set_column(1, len(kept), 18, plain)
    for place, title in enumerate(titles + [one.headings[place] for place in kept]):
        sheet.write_string(0, place, title, head)
    sheet.freeze_panes(1, 0)
    places = {code: int(place) for place, code in one.mapping.items()}
    comments = count = 0
    for count, (number, cells) in enumerate(lines, start=1):
        found = said.get(number, [])
        wrong = {places.get(finding.column, -1): finding for finding in found}
        sheet.write_string(count, 0, "；".join(sentence(finding) for finding in found), plain)
        for at, place in enumerate(kept, start=1):
            text = cells[place] if place < len(cells) else ""
            sheet.write_string(count, at, text, marked if place in wrong else plain)
            if place in wrong and comments < MOST_COMMENTS:
                sheet.write_comment(count, at, sentence(wrong[place]))
                comments += 1
    return count


def sentence(finding: Any) -> str:
    """What is wrong and how to mend it, as one sentence."""
    return f"{finding.message}{finding.mend}"
