"""Official documents as .docx in the layout of GB/T 9704-2012 (clauses 5 to 7).

A4 with margins of 37, 26, 35 and 28 mm (top, right, bottom, left), so a type area of 156 x 225 mm; 22 lines of 28 characters;
body 仿宋 of size 3 (16 pt), title 小标宋 of size 2 (22 pt) broken where words are whole (`title_lines`), headings 一、黑体
（一）楷体 1. and （1）仿宋, page number — 1 — in 宋体 of size 4 (14 pt). Fonts are named, not embedded: the reader's own
machine has them.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as DocxParagraph

from unionhall.lib import dates, hanzi_numbers, title_lines

BODY, TITLE, HEAD1, HEAD2, PAGE = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
LATIN = "Times New Roman"
PAPER = (Mm(210), Mm(297))
TOP, RIGHT, BOTTOM, LEFT = Mm(37), Mm(26), Mm(35), Mm(28)
FOOTER = Mm(22)  # the page number stands 7 mm under the type area
SIZE_3, SIZE_2, SIZE_4, SIGN = Pt(16), Pt(22), Pt(14), Pt(38)
SMALL, SMALL_LINE, FINE, FINE_LINE = Pt(12), Pt(20), Pt(10.5), Pt(15)  # of tables: size small 4, and size 5
LINE = Pt(28.95)  # 22 of them fill 225 mm
LINES, CHARACTERS = 22, 28
TITLE_CHARACTERS, SIGN_CHARACTERS = 20, 11  # of a line of size 2, and of the red sign
TIGHTER = -5  # twentieths of a point: 16 pt drawn every 15.75 pt, so that 28 characters fill 156 mm
RED = RGBColor(0xE0, 0x00, 0x00)
FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
LEVEL_FONTS = {1: HEAD1, 2: HEAD2, 3: BODY, 4: BODY}
FORBIDDEN = {code: None for code in range(32) if chr(code) not in "\t\n"} | {0xFFFE: None, 0xFFFF: None}


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text, perhaps a link; `marked` ones are underlined so that a reader sees what was changed by hand."""

    text: str
    url: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; level 0 is running text, 1 to 4 are headings that the writer numbers 一、（一）1.（1）."""

    runs: Sequence[Run | str]
    level: int = 0

    @property
    def text(self) -> str:
        """Its words alone."""
        return "".join(run if isinstance(run, str) else run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title above it; the first row is the head and repeats on every page.

    Its columns are alike unless `widths` gives them in millimetres; `fine` print has 41 lines on a page.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Run | str]]
    widths: Sequence[int] = ()
    fine: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """An official document. With a `number` it bears the red head of `issuer`; `day` is the date under the text."""

    title: str
    issuer: str
    number: str = ""
    to: str = ""
    paragraphs: Sequence[Paragraph | Table] = ()
    tables: Sequence[Table] = ()
    attachments: Sequence[str] = ()
    day: date | None = None
    appendix: Sequence[Paragraph | Table] = field(default=())


def write(letter: Letter) -> bytes:
    """The document as .docx; the same letter gives the same bytes."""
    document = docx.Document()
    _lay_out(document, letter)
    if letter.number:
        _draw_head(document, letter)
    _draw_title(document, letter)
    if letter.to:
        _paragraph(document, [f"{letter.to}："], indent=0)
    _fill(document, letter.paragraphs)
    for table in letter.tables:
        _draw_table(document, table)
    _list_attachments(document, letter.attachments)
    _sign(document, letter)
    if letter.appendix:
        _begin_page(document)
        _fill(document, letter.appendix)
    kept = io.BytesIO()
    document.save(kept)
    return _settled(kept.getvalue())


def mark_of(counts: list[int], level: int) -> str:
    """The number of the next heading of a level; `counts` holds how many of each level stand so far and is moved on."""
    counts[level - 1] += 1
    counts[level:] = [0] * (len(counts) - level)
    number = counts[level - 1]
    hanzi = hanzi_numbers.written(number)
    return {1: f"{hanzi}、", 2: f"（{hanzi}）", 3: f"{number}.", 4: f"（{number}）"}[level]


def _lay_out(document: Document, letter: Letter) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = PAPER
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = TOP, RIGHT, BOTTOM, LEFT
    section.footer_distance = FOOTER
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(LINE.pt * 20)))
    normal = document.styles["Normal"]
    normal.font.size = SIZE_3
    _name_font(normal.element.get_or_add_rPr(), BODY)
    _tighten(normal.element.get_or_add_rPr())
    form = normal.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.space_before = form.space_after = Pt(0)
    form.widow_control = False
    document.settings.odd_and_even_pages_header_footer = True
    _number_pages(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _number_pages(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)
    moment = datetime.combine(letter.day or date(2000, 1, 1), datetime.min.time())
    core = document.core_properties
    core.title, core.author, core.comments = _clean(letter.title)[:250], _clean(letter.issuer)[:250], ""
    core.created = core.modified = moment


def _name_font(properties: Any, name: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for place in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(place), LATIN)
    fonts.set(qn("w:eastAsia"), name)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def _tighten(properties: Any) -> None:
    """Set characters closer instead of on a grid of cells: Word presses a character into its cell, LibreOffice gives it two."""
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(TIGHTER))
    properties.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:lang")


def _number_pages(footer: Any, side: WD_ALIGN_PARAGRAPH) -> None:
    footer.is_linked_to_previous = False
    line = footer.paragraphs[0]
    line.alignment = side
    _indent(line, **{"rightChars" if side is WD_ALIGN_PARAGRAPH.RIGHT else "leftChars": 100})
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    _written(line, "— ", PAGE, SIZE_4)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = _written(line, "", PAGE, SIZE_4)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
    _written(line, " —", PAGE, SIZE_4)


def _draw_head(document: Document, letter: Letter) -> None:
    """The red sign of who issues, the number under it, and the red line (clauses 7.2.4 to 7.2.7)."""
    sign = document.add_paragraph()
    sign.alignment = WD_ALIGN_PARAGRAPH.CENTER
    sign.paragraph_format.line_spacing_rule, sign.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE.pt * 2)
    lines = title_lines.broken(_clean(letter.issuer), wide=SIGN_CHARACTERS)
    _written(sign, "\n".join(lines), TITLE, SIGN).font.color.rgb = RED
    document.add_paragraph()
    number = document.add_paragraph()
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _written(number, letter.number, BODY, SIZE_3)
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", str(RED))):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    number._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc", "w:rPr")
    document.add_paragraph()


def _draw_title(document: Document, letter: Letter) -> None:
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.keep_with_next = True
    lines = title_lines.broken(_clean(letter.title), wide=TITLE_CHARACTERS, issuer=letter.issuer)
    _written(line, "\n".join(lines), TITLE, SIZE_2)
    document.add_paragraph()


def _fill(document: Document, parts: Sequence[Paragraph | Table]) -> None:
    counts = [0, 0, 0, 0]
    for part in parts:
        if isinstance(part, Table):
            _draw_table(document, part)
            continue
        if not part.level:
            _paragraph(document, part.runs)
            continue
        heading = _paragraph(document, [mark_of(counts, part.level), *part.runs], font=LEVEL_FONTS[part.level])
        heading.paragraph_format.keep_with_next = True
        levels = OxmlElement("w:outlineLvl")
        levels.set(qn("w:val"), str(part.level - 1))
        heading._p.get_or_add_pPr().append(levels)


def _paragraph(document: Document, runs: Sequence[Run | str], *, font: str = BODY, indent: int = 2) -> DocxParagraph:
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if indent:
        _indent(line, firstLineChars=indent * 100)
    for run in runs:
        _draw_run(line, run, font, SIZE_3)
    return line


def _draw_run(line: DocxParagraph, given: Run | str, font: str, size: Any) -> None:
    run = given if isinstance(given, Run) else Run(given)
    written = _written(line, run.text, font, size)
    if run.marked:
        written.font.underline = True
    if not run.url:
        return
    key = line.part.relate_to(run.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), key)
    line._p.remove(written._r)
    link.append(written._r)
    line._p.append(link)


def _written(line: DocxParagraph, text: str, font: str, size: Any) -> Any:
    run = line.add_run(_clean(text))
    run.font.size = size
    _name_font(run._r.get_or_add_rPr(), font)
    return run


def _clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return text.translate(FORBIDDEN).encode("utf-8", "ignore").decode("utf-8")


def _indent(line: DocxParagraph, **characters: int) -> None:
    """Indents in hundredths of a character, with the same in points for readers that know no characters."""
    indent = line._p.get_or_add_pPr().get_or_add_ind()
    for name, amount in characters.items():
        indent.set(qn(f"w:{name}"), str(amount))
        indent.set(qn(f"w:{name.removesuffix('Chars')}"), str(round(amount / 100 * SIZE_3.pt * 20)))


def _draw_table(document: Document, table: Table) -> None:
    if table.title:
        title = document.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.keep_with_next = True
        _written(title, "\n".join(title_lines.broken(_clean(table.title), wide=CHARACTERS)), HEAD1, SIZE_3)
    drawn = document.add_table(rows=0, cols=len(table.head))
    drawn.style = "Table Grid"
    drawn.autofit = not table.widths
    for column, wide in zip(drawn.columns, table.widths, strict=False):
        column.width = Mm(wide)
    size, high = (FINE, FINE_LINE) if table.fine else (SMALL, SMALL_LINE)
    for place, cells in enumerate([table.head, *table.rows]):
        row = drawn.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if place == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, given, wide in zip_longest(row.cells, cells, table.widths):
            if wide:
                cell.width = Mm(wide)
            line = cell.paragraphs[0]
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER if place == 0 else WD_ALIGN_PARAGRAPH.LEFT
            line.paragraph_format.line_spacing_rule, line.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, high
            _leave_grid(line)
            _draw_run(line, given, HEAD1 if place == 0 else BODY, size)
    after = document.add_paragraph()
    if table.fine:  # it ends a document: the line that a table needs behind it must not open a page of its own
        after.paragraph_format.line_spacing_rule, after.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)
        _leave_grid(after)


def _leave_grid(line: DocxParagraph) -> None:
    """Let a line be as high as it says: the grid of 22 lines is for the text."""
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    properties = line._p.get_or_add_pPr()
    spacing = properties.find(qn("w:spacing"))
    spacing.addprevious(snap)  # the order of the schema


def _list_attachments(document: Document, names: Sequence[str]) -> None:
    """附件：… one line under the text (clause 7.3.4); several are numbered."""
    if not names:
        return
    document.add_paragraph()
    for place, name in enumerate(names, start=1):
        number = f"{place}." if len(names) > 1 else ""
        _paragraph(document, [f"附件：{number}{name}" if place == 1 else f"　　　{number}{name}"])


def _sign(document: Document, letter: Letter) -> None:
    """Who issues, and the day, four characters from the right (clause 7.3.5.2)."""
    if letter.day is None:
        return
    for _line in range(2):
        document.paragraphs[-1].paragraph_format.keep_with_next = True  # never alone on a page (clause 7.3.5.4)
        document.add_paragraph()
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    day = dates.chinese(letter.day)
    wide = len(letter.issuer) * 2 - len(day) - day.count("年") - day.count("月") - day.count("日")
    for text, right in ((letter.issuer, max(100, 400 - wide * 25)), (day, max(400, 100 + wide * 25))):
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _indent(line, rightChars=right)
        _written(line, text, BODY, SIZE_3)


def _begin_page(document: Document) -> None:
    document.add_paragraph().paragraph_format.page_break_before = True


def _settled(content: bytes) -> bytes:
    """The same archive without the moment at which it was written."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            entry = zipfile.ZipInfo(name, FIRST_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, before.read(name))
    return kept.getvalue()
