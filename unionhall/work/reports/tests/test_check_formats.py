"""One report in every form in which it may be handed in: the same figures, at positions that cut out exactly what is printed."""

import io
from datetime import date
from decimal import Decimal

import docx
import pytest

from unionhall.work.reports.actions import check
from unionhall.work.reports.rules.reading import report

UNTIL = date(2025, 12, 31)
LINES = (
    "2025年,全市工会发现问题43项,解决31项,解决率72.1%。",
    "走访困难职工286户,发放慰问金1,260余万元,慰问职工近3万人次。",
)
FIGURES = [
    ("43项", Decimal(43), "issue", "exact"),
    ("31项", Decimal(31), "issue", "exact"),
    ("72.1%", Decimal("72.1"), "percent", "exact"),
    ("286户", Decimal(286), "household", "exact"),
    ("1,260余万元", Decimal(12_600_000), "CNY", "more_than"),
    ("近3万人次", Decimal(30_000), "person_time", "nearly"),
]
TEXT = "\n".join(LINES)


def figures(text):
    found = report.read(text, until=UNTIL).mentions
    assert [text[one.start : one.end] for one in found] == [one.printed for one in found]
    return [(one.printed, one.value, one.full_unit, one.qualifier) for one in found]


def word_file():
    """The report as a .docx, its second sentence in a table."""
    made = docx.Document()
    made.add_paragraph(LINES[0])
    made.add_table(rows=1, cols=1).cell(0, 0).text = LINES[1]
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def pdf_file():
    """The report as a .pdf with text, made by hand: glyph numbers are character codes, said so by a table of its font."""
    signs = sorted({ord(sign) for sign in TEXT if sign != "\n"})
    table = "\n".join(f"<{sign:04X}> <{sign:04X}>" for sign in signs)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def 1 begincodespacerange <0000> <FFFF>"
        f" endcodespacerange {len(signs)} beginbfchar\n{table}\nendbfchar endcmap end end"
    )
    shown = " 0 -20 Td ".join(f"<{line.encode('utf-16-be').hex()}> Tj" for line in LINES)
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        _stream(f"BT /F 12 Tf 50 700 Td {shown} ET"),
        "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        " /Supplement 0 >> /DW 1000 >>",
        _stream(cmap),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n".encode()
    index = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{index}{trailer}".encode()


def _stream(content):
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def page():
    """The report as a page of the web, between its furniture."""
    body = "".join(f"<p>{line}</p>" for line in LINES)
    return (
        "<html><head><title>总结 2024</title><style>p{margin:3px}</style><script>var n=99;</script></head><body>"
        "<ul><li>首页</li><li>工会概况</li></ul><p>发布时间：2026-01-08 浏览次数：2432</p>"
        f"{body}<p>版权所有 备案号：苏ICP备05012345号</p></body></html>"
    ).encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("总结.txt", TEXT.encode()),
        ("总结.txt", TEXT.encode("utf-8-sig")),
        ("总结.txt", TEXT.encode("gb18030")),
        ("总结.txt", TEXT.replace("\n", "\r\n").encode("utf-16")),
        ("总结.docx", word_file()),
        ("总结.pdf", pdf_file()),
        ("总结.html", page()),
    ],
    ids=["utf-8", "utf-8 with mark", "gb18030", "utf-16 with CRLF", "docx", "pdf", "html"],
)
def test_the_same_figures_from_every_file(name, content):
    given = check.read_file(name, content)
    assert figures(given.text) == FIGURES
    assert given.plain is (name == "总结.txt")


def test_pasted_text_is_read_the_same():
    assert figures(check.check_text(TEXT)) == FIGURES


def test_traditional_characters_are_read_and_printed_as_given():
    given = "2025年,全市工會發現問題43項,解決31項,解決率72.1%。\n走訪困難職工286戶,發放慰問金1,260餘萬元,慰問職工近3萬人次。"
    assert figures(given) == [
        ("43項", Decimal(43), "issue", "exact"),
        ("31項", Decimal(31), "issue", "exact"),
        *FIGURES[2:3],
        ("286戶", Decimal(286), "household", "exact"),
        ("1,260餘萬元", Decimal(12_600_000), "CNY", "more_than"),
        ("近3萬人次", Decimal(30_000), "person_time", "nearly"),
    ]


def test_pinyin_notes_and_page_furniture_are_left_out_and_places_stay():
    given = (
        "当前位置：首页 > 工作动态\n发布时间：2026-01-08 点击量：2432\n"
        "全(quán)市(shì)工(gōng)会发现问(wèn)题(tí)43项(xiàng),解(jiě)决(jué)31项,解决率72.1%。\n"
        "走访困难职工286户(hù),发放慰问金1,260余(yú)万元,慰问职工近3万人次(cì)。\n上一篇：2024年12项工作"
    )
    found = report.read(given, until=UNTIL).mentions
    assert [(one.value, one.full_unit, one.qualifier) for one in found] == [figure[1:] for figure in FIGURES]
    assert [given[one.start : one.end] for one in found] == ["43项", "31项", "72.1%", "286户", "1,260余(yú)万元", "近3万人次"]


@pytest.mark.parametrize("sign", ["，", ","])
def test_full_width_signs_and_digits_are_the_same(sign):
    given = f"全年发现问题４３项{sign}发放慰问金１，２６０余万元。"
    assert figures(given) == [("４３项", Decimal(43), "issue", "exact"), ("１，２６０余万元", *FIGURES[4][1:])]
