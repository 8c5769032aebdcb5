"""The layout of GB/T 9704-2012, read back from the file."""

import io
from datetime import date

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as DocxParagraph

from unionhall.lib import official_document
from unionhall.lib.official_document import Letter, Paragraph, Run, Table, mark_of, write

LETTER = Letter(
    title="关于二〇二五年工会工作情况的报告",
    issuer="示范市总工会",
    number="示工发〔2025〕12号",
    to="省总工会",
    paragraphs=[
        Paragraph(["基本情况"], level=1),
        Paragraph(["走访慰问困难职工", Run("1.5万余", "https://hall.example.cn/figures/1/"), "人次。"]),
        Paragraph(["建会入会"], level=2),
        Paragraph(["新就业群体"], level=3),
        Paragraph(["货车司机"], level=4),
        Paragraph(["帮扶救助"], level=2),
        Paragraph([Run("手写的一句。", marked=True)]),
        Paragraph(["下步打算"], level=1),
        Table("各县（区）情况", ["单位", "数量"], [["城关区", Run("12", "https://hall.example.cn/figures/2/")], ["东山县", "0"]]),
    ],
    attachments=["指标口径", "数据来源"],
    day=date(2025, 3, 5),
    appendix=[
        Paragraph(["数据来源"], level=1),
        Table("", ["序号", "指标"], [["1", Run("发现问题", "https://hall.example.cn/figures/3/")]], widths=(13, 143), fine=True),
    ],
)


@pytest.fixture(scope="module")
def document():
    return docx.Document(io.BytesIO(write(LETTER)))


def fonts(run):
    return run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.size


def test_the_paper_and_its_type_area(document):
    section = document.sections[0]
    assert (round(section.page_width.mm, 1), round(section.page_height.mm, 1)) == (210.0, 297.0)
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(one.mm) for one in margins] == [37, 35, 28, 26]
    assert round((section.page_width - section.left_margin - section.right_margin) / Mm(1)) == 156
    assert round((section.page_height - section.top_margin - section.bottom_margin) / Mm(1)) == 225


def test_the_grid_holds_22_lines_of_28_characters(document):
    grid = document.sections[0]._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), int(225 / 25.4 * 72 / (int(grid.get(qn("w:linePitch"))) / 20))) == ("lines", 22)
    normal = document.styles["Normal"]
    assert (normal.font.size, normal.paragraph_format.line_spacing) == (Pt(16), Pt(28.95))
    assert not normal.paragraph_format.widow_control
    closer = int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert int(156 / 25.4 * 72 / (16 + closer)) == 28


def test_fonts_are_named_by_the_part_they_play(document):
    by_text = {paragraph.text: paragraph.runs for paragraph in document.paragraphs if paragraph.text}
    assert fonts(by_text["关于二〇二五年工会工作情况的报告"][0]) == ("方正小标宋简体", Pt(22))
    assert fonts(by_text["一、基本情况"][0]) == ("黑体", Pt(16))
    assert fonts(by_text["（一）建会入会"][1]) == ("楷体_GB2312", Pt(16))
    assert fonts(by_text["1.新就业群体"][0]) == ("仿宋_GB2312", Pt(16))
    assert fonts(by_text["省总工会："][0]) == ("仿宋_GB2312", Pt(16))
    sign = next(paragraph for paragraph in document.paragraphs if paragraph.text == "示范市总工会")
    assert str(sign.runs[0].font.color.rgb) == "E00000"


def test_a_table_in_fine_print_has_its_widths_and_41_lines_to_a_page(document):
    plain, fine = document.tables
    assert [round(column.width.mm) for column in fine.columns] == [13, 143]
    assert [[round(cell.width.mm) for cell in row.cells] for row in fine.rows] == [[13, 143], [13, 143]]
    assert (fine.autofit, plain.autofit) == (False, True)
    seen = []
    for table in (plain, fine):
        line = table.rows[1].cells[0].paragraphs[0]
        assert line._p.pPr.find(qn("w:snapToGrid")).get(qn("w:val")) == "0"  # else each line is as high as one of 22
        seen.append((line.runs[0].font.size, line.paragraph_format.line_spacing))
    assert seen == [(Pt(12), Pt(20)), (Pt(10.5), Pt(15))]
    rule = 0.5  # the line between two rows
    assert int(225 / 25.4 * 72 / (15 + rule)) == 41


def test_the_line_behind_fine_print_opens_no_page_of_its_own(document):
    plain, fine = (docx_line(table) for table in document.tables)
    assert (fine.paragraph_format.line_spacing_rule, fine.paragraph_format.line_spacing) == (WD_LINE_SPACING.EXACTLY, Pt(1))
    assert plain.paragraph_format.line_spacing is None


def docx_line(table):
    """The paragraph that stands behind a table."""
    return DocxParagraph(table._tbl.getnext(), table._parent)


def test_the_signature_never_stands_alone_on_a_page(document):
    lines = document.paragraphs
    (issuer,) = [
        place for place, line in enumerate(lines) if line.text == "示范市总工会" and line.alignment == WD_ALIGN_PARAGRAPH.RIGHT
    ]
    before = lines[issuer - 3 : issuer]
    assert [line.text for line in before] == ["　　　2.数据来源", "", ""]
    assert [line.paragraph_format.keep_with_next for line in before] == [True, True, True]


def test_headings_are_numbered_by_the_house(document):
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    wanted = ["一、基本情况", "（一）建会入会", "1.新就业群体", "（1）货车司机", "（二）帮扶救助", "二、下步打算"]
    assert [text for text in texts if text in wanted] == wanted
    assert texts[-1] == "一、数据来源"
    counts = [0, 0, 0, 0]
    assert [mark_of(counts, level) for level in (1, 2, 2, 1, 2, 3, 3, 4)] == [
        "一、",
        "（一）",
        "（二）",
        "二、",
        "（一）",
        "1.",
        "2.",
        "（1）",
    ]
    assert mark_of([10, 0, 0, 0], 1) == "十一、"


def test_a_figure_is_a_link_and_a_hand_edit_is_underlined(document):
    links = {
        "".join(text.text for text in link.iter(qn("w:t"))): document.part.rels[link.get(qn("r:id"))].target_ref
        for link in document.element.iter(qn("w:hyperlink"))
    }
    assert links == {text: f"https://hall.example.cn/figures/{n}/" for n, text in enumerate(("1.5万余", "12", "发现问题"), start=1)}
    marked = next(paragraph for paragraph in document.paragraphs if paragraph.text == "手写的一句。")
    assert marked.runs[0].font.underline


def test_the_page_number_stands_between_dashes_outside_left_and_right(document):
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        line = footer.paragraphs[0]
        assert line.text == "— PAGE —" or line.text == "—  —"
        assert [node.text for node in line._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert line._p.pPr.jc.get(qn("w:val")) == side
        assert fonts(line.runs[0]) == ("宋体", Pt(14))


def test_the_date_has_no_leading_zeros_and_follows_the_issuer(document):
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    place = texts.index("2025年3月5日")
    assert texts[place - 1] == "示范市总工会"
    assert texts[place - 3 : place - 1] == ["附件：1.指标口径", "　　　2.数据来源"]


def test_a_table_keeps_its_cells_and_repeats_its_head(document):
    table, _sources = document.tables
    assert [cell.text for cell in table.rows[0].cells] == ["单位", "数量"]
    assert [node.tag for node in table.rows[0]._tr.trPr] == [qn("w:cantSplit"), qn("w:tblHeader")]
    assert table.rows[2].cells[1].text == "0"


def test_without_a_number_there_is_no_red_head():
    plain = docx.Document(io.BytesIO(write(Letter("总结", "示范市总工会"))))
    assert [paragraph.text for paragraph in plain.paragraphs if paragraph.text] == ["总结"]


def test_the_same_letter_gives_the_same_bytes():
    assert write(LETTER) == write(LETTER)


@pytest.mark.parametrize("text", ["a\x00b\x1fc", "\ud800x", "奡㛃𠅤", "阿依·古丽", "=cmd|'x'"])
def test_any_text_can_be_written(text):
    again = docx.Document(io.BytesIO(write(Letter(text, text, paragraphs=[Paragraph([text])]))))
    assert again.paragraphs[-1].text == official_document._clean(text)


def test_a_long_title_and_sign_break_between_words():
    issuer = "示范市高新技术产业开发区总工会"
    title = f"{issuer}关于给予困难职工家庭生活救助的决定"
    lines = docx.Document(io.BytesIO(write(Letter(title, issuer, number="示工发〔2025〕12号"))))
    sign, heading = (next(line for line in lines.paragraphs if line.text.startswith(text)) for text in ("示范市高新", issuer))
    assert (sign.text, fonts(sign.runs[0])[1]) == ("示范市高新技术产业\n开发区总工会", Pt(38))
    assert (heading.text, fonts(heading.runs[0])) == (f"{issuer}\n关于给予困难职工家庭生活救助的决定", ("方正小标宋简体", Pt(22)))
    assert [node.tag for node in heading.runs[0]._r.iter(qn("w:br"))] == [qn("w:br")]
    assert lines.core_properties.title == title
