"""The text of .docx, .pdf and .html; what is damaged, locked or a bomb is refused with a word."""

import io
import zipfile

import docx
import pytest
from pypdf import PdfWriter

from unionhall.lib import document_reader, documents


def _docx(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "走访", "286户"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _pdf(*, password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_paragraphs_and_cells_of_a_docx():
    text = documents.plain_text(_docx("工作总结", "新建站点58座，服务26万人次。"), "docx", most=1_000)
    assert text.split("\n") == ["工作总结", "新建站点58座，服务26万人次。", "走访", "286户"]


def test_a_page_without_its_menu_scripts_and_notes():
    head = "<html><head><title>x</title></head><body><nav>首页</nav>"
    page = head + "<p>新建<ruby>站<rt>zhàn</rt></ruby>点\n58座，</p><div>服务26万人次</div><script>1</script>"
    assert documents.plain_text(page.encode(), "html", most=1_000) == "新建站点58座，\n服务26万人次"


def test_lines_that_the_page_broke_are_joined():
    broken = "截至今年十月底，全市新建基层工会286家，发展会员1.37万名，其中新就业\n形态劳动者4126名。\n（二）下一步\n一、目标"
    assert document_reader.joined(broken).split("\n") == [
        "截至今年十月底，全市新建基层工会286家，发展会员1.37万名，其中新就业形态劳动者4126名。",
        "（二）下一步",
        "一、目标",
    ]


def test_a_line_that_ends_in_a_radical_printed_for_its_character_goes_on():
    broken = "春节期间全市各级工会向困难职工家庭发放生活救助金,共走访47\u2f3e\n,每\u2f3e3000元,共计141000元。"
    assert document_reader.joined(broken) == broken.replace("\n", "")


@pytest.mark.parametrize(
    ("content", "kind", "why"),
    [
        (b"%PDF-1.7 nothing follows", "pdf", "broken"),
        (_pdf(), "pdf", "no_text"),
        (_pdf(password="geheim"), "pdf", "encrypted"),
        (b"PK\x03\x04 nothing follows", "docx", "broken"),
        ("字".encode() * 50, "html", "too_long"),
    ],
)
def test_what_cannot_be_read_is_refused(content, kind, why):
    with pytest.raises(documents.Unreadable, match=f"^{why}$"):
        documents.plain_text(content, kind, most=40)


def test_a_document_that_wants_too_much_kills_only_its_reader(monkeypatch):
    """A million paragraphs in a few kilobytes: the reader runs out of its own memory, the house goes on."""
    out = io.BytesIO()
    monkeypatch.setattr(documents, "MOST_MEGABYTES", 110)
    head = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", head + b"<w:p/>" * 1_000_000 + b"</w:body></w:document>")
    with pytest.raises(documents.Unreadable, match=r"^too_much$"):
        documents.plain_text(out.getvalue(), "docx", most=1_000)
    assert documents.plain_text(_docx("好"), "docx", most=1_000).startswith("好")
