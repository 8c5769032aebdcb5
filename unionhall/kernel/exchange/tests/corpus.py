"""More than three hundred sheets as they should not be, made here byte by byte; the same each time."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator

import xlsxwriter

from unionhall.kernel.files.tests import corpus as files

SEED = 20_260_101
HEAD = ("姓名", "身份证号", "手机号", "性别", "出生日期", "所属单位", "住址")
ROW = ("张三", "990000199001010017", "10011110001", "男", "1990-01-01", "", "某街1号")
Case = tuple[str, str, bytes]


def good_book(rows: int = 3) -> bytes:
    """A sheet that could come in."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("人员")
        for line, cells in enumerate([HEAD, *[ROW] * rows]):
            sheet.write_row(line, 0, cells)
    return out.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The entries of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def cut(content: bytes) -> Iterator[Case]:
    """A workbook that broke off, at forty places."""
    for place in range(40):
        yield f"cut at {place}/40", "a.xlsx", content[: len(content) * place // 40]


def flipped(content: bytes, count: int = 80) -> Iterator[Case]:
    """A workbook with some bytes changed."""
    dice = random.Random(SEED)
    for number in range(count):
        changed = bytearray(content)
        for _time in range(1 + number % 5):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        yield f"flipped {number}", "a.xlsx", bytes(changed)


def without(content: bytes) -> Iterator[Case]:
    """A workbook that lacks one of its parts, or has one of them empty or filled with noise."""
    parts = parts_of(content)
    for name in parts:
        rest = {other: body for other, body in parts.items() if other != name}
        yield f"without {name}", "a.xlsx", files.archive(rest)
        yield f"empty {name}", "a.xlsx", files.archive(parts | {name: b""})
        yield f"noise in {name}", "a.xlsx", files.archive(parts | {name: files.noise(300)})


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
WORKBOOK = "xl/workbook.xml"


def sheet_of(rows: str) -> bytes:
    """The XML of a sheet with these rows."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet {space}><sheetData>{rows}</sheetData></worksheet>'.encode()


def text_cell(place: str, text: str) -> str:
    """A cell with its text inside."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


BAD_ROWS: dict[str, str] = {
    "a row far below": '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>',
    "a row at the last line": '<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
    "a column far right": '<row r="1"><c r="XFD1"><v>1</v></c></row>',
    "a column that is none": '<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>',
    "a corner far away": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
    "a negative place": '<row r="-1"><c r="A-1"><v>1</v></c></row>',
    "a place without a number": '<row r="1"><c r="A"><v>1</v></c></row>',
    "a place without a letter": '<row r="1"><c r="1"><v>1</v></c></row>',
    "no place": "<row><c><v>1</v></c></row>",
    "a string that is not there": '<row r="1"><c r="A1" t="s"><v>999999</v></c></row>',
    "a negative string": '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
    "a string by word": '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
    "a number that is none": '<row r="1"><c r="A1"><v>abc</v></c></row>',
    "not a number": '<row r="1"><c r="A1"><v>NaN</v></c></row>',
    "infinity": '<row r="1"><c r="A1"><v>1e400</v></c></row>',
    "a long number": f'<row r="1"><c r="A1"><v>{"9" * 50_000}</v></c></row>',
    "a style that is not there": '<row r="1"><c r="A1" s="99999"><v>45000</v></c></row>',
    "a type that is not there": '<row r="1"><c r="A1" t="zz"><v>1</v></c></row>',
    "an error": '<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>',
    "a boolean that is none": '<row r="1"><c r="A1" t="b"><v>7</v></c></row>',
    "a date that is none": '<row r="1"><c r="A1" t="d"><v>2025-99-99</v></c></row>',
    "a formula": '<row r="1"><c r="A1" t="str"><f>HYPERLINK("http://evil.example")</f><v>x</v></c></row>',
    "a formula of another book": '<row r="1"><c r="A1"><f>[1]Sheet1!A1</f><v>1</v></c></row>',
    "a cell never closed": '<row r="1"><c r="A1"><v>1',
    "rows within rows": '<row r="1"><row r="2"><c r="A1"><v>1</v></c></row></row>',
    "deep": "<a>" * 20_000,
    "one place twice": '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    "rows backwards": '<row r="9"><c r="A9"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
    "an entity that is not there": '<row r="1"><c r="A1" t="str"><v>&nope;</v></c></row>',
    "a control character": '<row r="1"><c r="A1" t="str"><v>\x01</v></c></row>',
    "a long text": f'<row r="1">{text_cell("A1", "长" * 200_000)}</row>',
    "no row": "",
}


def mangled(content: bytes) -> Iterator[Case]:
    """A workbook whose sheet says what no sheet may say; once bare, once below good headings."""
    parts = parts_of(content)
    head = "".join(text_cell(f"{chr(65 + place)}1", word) for place, word in enumerate(HEAD))
    for name, rows in BAD_ROWS.items():
        yield name, "a.xlsx", files.archive(parts | {SHEET: sheet_of(rows)})
        below = rows.replace('r="1"', 'r="2"').replace('r="A1"', 'r="A2"')
        yield f"{name}, below headings", "a.xlsx", files.archive(parts | {SHEET: sheet_of(f'<row r="1">{head}</row>{below}')})
    for name, change in CHANGES.items():
        yield name, "a.xlsx", files.archive(change(dict(parts)))


def _with(part: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda parts: parts | {part: parts[part].replace(old, new)}


CHANGES: dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]] = {
    "a foreign definition": lambda parts: parts | {SHEET: files.XXE},
    "a laugh": lambda parts: parts | {STRINGS: files.LAUGHS},
    "a foreign definition in UTF-16": lambda parts: parts | {SHEET: files.XXE.decode().encode("utf-16")},
    "an external link": lambda parts: parts | {"xl/externalLinks/externalLink1.xml": b"<x/>"},
    "macros": lambda parts: parts | {"xl/vbaProject.bin": files.noise(500)},
    "a control": lambda parts: parts | {"xl/activeX/activeX1.xml": b"<x/>"},
    "a program": lambda parts: parts | {"xl/embeddings/a.exe": b"MZ"},
    "a way out": lambda parts: parts | {"../../x": b"x"},
    "an absolute way out": lambda parts: parts | {"/etc/x": b"x"},
    "a workbook in a workbook": lambda parts: parts | {"xl/embeddings/b.xlsx": good_book()},
    "no sheet at all": _with(WORKBOOK, b"<sheets>", b"<nosheets>"),
    "a sheet that is hidden": _with(WORKBOOK, b"<sheet ", b'<sheet state="hidden" '),
    "a sheet that is very hidden": _with(WORKBOOK, b"<sheet ", b'<sheet state="veryHidden" '),
    "a sheet without a name": _with(WORKBOOK, 'name="人员"'.encode(), b'name=""'),
    "a sheet with a long name": _with(WORKBOOK, "人员".encode(), b"x" * 5_000),
    "a link to nowhere": _with("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/sheet9.xml"),
    "a link to outside": _with("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"../../../../etc/passwd"),
    "another root": lambda parts: parts | {SHEET: b"<html/>"},
    "strings without end": _with(STRINGS, b"</sst>", b""),
    "strings that claim much": _with(STRINGS, b"uniqueCount=", b'uniqueCount="4294967295" x='),
    "a dimension that lies": _with(SHEET, b"<dimension ref=", b'<dimension ref="A1:XFD1048576" x='),
    "UTF-16 inside": lambda parts: parts | {SHEET: parts[SHEET].decode().replace("UTF-8", "UTF-16").encode("utf-16")},
    "a mark before": lambda parts: parts | {SHEET: b"\xef\xbb\xbf" + parts[SHEET]},
    "only blanks": lambda parts: parts | {SHEET: b" " * 1000},
    "an old date system": _with(WORKBOOK, b"<workbookPr ", b'<workbookPr date1904="1" '),
}


def merged_everywhere() -> bytes:
    """A workbook that merges sixty thousand ranges."""
    cells = "".join(f'<mergeCell ref="A{n}:XFD{n}"/>' for n in range(1, 60_001))
    body = sheet_of("".join(f'<row r="{n}">{text_cell(f"A{n}", "姓名")}</row>' for n in range(1, 30)))
    return files.archive(
        parts_of(good_book()) | {SHEET: body.replace(b"</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>".encode())}
    )


def filled(columns: int, rows: int, text: str = "x") -> bytes:
    """A workbook of many equal cells: small when packed."""
    row = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for _column in range(columns))
    return files.archive(parts_of(good_book()) | {SHEET: sheet_of(f"<row>{row}</row>" * rows)})


def bombs() -> Iterator[Case]:
    """What grows when it is unpacked or read."""
    parts = parts_of(good_book())
    yield "a bomb by ratio", "a.xlsx", files.archive(parts | {SHEET: files.BOMB})
    yield "a bomb of strings", "a.xlsx", files.archive(parts | {STRINGS: b"<sst>" + b"<si><t>a</t></si>" * 3_000_000 + b"</sst>"})
    yield "a bomb by number", "a.xlsx", files.office(extra={f"xl/{n}": b"" for n in range(6_000)})
    yield "a bomb that claims little", "a.xlsx", files.lying(files.archive(parts), claimed=10)
    yield "a bomb that claims much", "a.xlsx", files.lying(files.archive(parts), claimed=1 << 31)
    yield "two hundred thousand rows", "a.xlsx", filled(3, 200_000)
    yield "three hundred columns", "a.xlsx", filled(300, 50)
    yield "two million cells", "a.xlsx", filled(190, 10_000)
    yield "merged everywhere", "a.xlsx", merged_everywhere()
    yield "a text too large", "a.csv", b"a,b\n" + b"1,2\n" * (6 << 20)
    yield "two hundred thousand lines", "a.csv", "姓名\n".encode() + b"x\n" * 200_000
    yield "a million columns", "a.csv", b"," * 1_000_000
    yield "a million quotes", "a.csv", b'"' * 1_000_001
    yield "a line that never ends", "a.csv", '姓名,住址\n张三,"'.encode() + b"x" * 3_000_000
    nested = good_book()
    for _level in range(5):
        nested = files.archive({"[Content_Types].xml": files.TYPES_PART, WORKBOOK: b"<x/>", "xl/media/deeper.zip": nested})
    yield "a box in a box", "a.xlsx", nested


TABLE = "姓名,身份证号,手机号\n张三,990000199001010017,10011110001\n"
TEXTS: dict[str, bytes] = {
    "nothing": b"",
    "one blank": b" ",
    "only lines": b"\n" * 10_000,
    "only commas": b",,,\n" * 1000,
    "only a heading": "姓名\n".encode(),
    "no heading": b"990000199001010017,10011110001\n",
    "a quote never closed": '姓名,住址\n"张三,x\n李四,y\n'.encode(),
    "quotes inside": '姓名\n"张""三"\n李"四\n'.encode(),
    "returns only": "姓名,手机号\r张三,10011110001\r".encode(),
    "mixed ends": "姓名,手机号\r\n张三,1\n李四,2\r王五,3".encode(),
    "zeros": "姓名\n张\0三\n".encode(),
    "zeros only": b"\0" * 1000,
    "GBK": TABLE.encode("gbk"),
    "GB18030": TABLE.replace("张", "𠮷").encode("gb18030"),
    "UTF-8 with a mark": TABLE.encode("utf-8-sig"),
    "two marks": b"\xef\xbb\xbf" + TABLE.encode("utf-8-sig"),
    "UTF-16": TABLE.encode("utf-16"),
    "UTF-16 big": b"\xfe\xff" + TABLE.encode("utf-16-be"),
    "UTF-16 without a mark": TABLE.encode("utf-16-le"),
    "UTF-16 cut": TABLE.encode("utf-16")[:-1],
    "UTF-32": TABLE.encode("utf-32"),
    "Big5": "姓名,電話\n張三,1\n".encode("big5"),
    "Shift-JIS": "名前,電話\n山田,1\n".encode("shift-jis"),
    "Latin": "Straße,Größe\nä,ö\n".encode("latin-1"),
    "half UTF-8, half GBK": TABLE.encode() + TABLE.encode("gbk"),
    "half GBK, half UTF-8": TABLE.encode("gbk") + TABLE.encode(),
    "a lone surrogate": "姓名\n".encode() + b"\xed\xa0\x80\n",
    "over-long": "姓名\n".encode() + b"\xc0\xaf\n",
    "beyond": "姓名\n".encode() + b"\xf5\x80\x80\x80\n",
    "a letter cut in half": TABLE.encode()[:-2] + b"\xe5\xbc",
    "formulas": '姓名,住址\n=1+1,"=HYPERLINK(""http://evil.example"",""x"")"\n+1,@SUM(A1)\n-2+3,\t=cmd\n'.encode(),
    "exchange of programs": "姓名\n=cmd|' /C calc'!A0\n".encode(),
    "markup": "姓名\n<img src=x onerror=alert(1)>\n".encode(),
    "turned around": "姓名\n\u202egnp.exe\n".encode(),
    "of no width": "姓\u200b名\n\u200b\u200b\n\ufeff\n".encode(),
    "controls": "姓名\n\x1b[31m红\x07\n".encode(),
    "templates": "姓名\n{{ 7*7 }}{% debug %}%(x)s\n".encode(),
    "the same heading twice": "姓名,姓名,姓名\n张三,李四,王五\n".encode(),
    "a heading of ten thousand letters": ("姓" * 10_000 + ",姓名\n1,2\n").encode(),
    "a cell of a million letters": ("姓名\n" + "长" * 300_000 + "\n").encode(),
    "one line more than its headings": "姓名\n张三,1,2,3,4\n".encode(),
    "a tab for a comma": TABLE.replace(",", "\t").encode(),
    "semicolons": TABLE.replace(",", ";").encode(),
    "a page": b"<!doctype html><table><tr><td>x</td></tr></table>",
    "XML": b'<?xml version="1.0"?><a/>',
    "JSON": b'{"a": [1, 2, {"b": null}]}',
    "noise": files.noise(5_000),
    "hostile numbers": "姓名,出生日期\n张三,9999999999999999999999\n李四,-1\n王五,1e400\n赵六,0000-00-00\n".encode(),
    "EICAR": files.EICAR,
}  # fmt: skip
DRESSED: tuple[str, ...] = (
    "a.xlsx",
    "a.csv",
    "a.xls",
    "a.xlsm",
    "a.docx",
    "a",
    "a.xlsx.exe",
    "../a.xlsx",
    "a\x00.xlsx",
    "长" * 300 + ".xlsx",
)


def texts() -> Iterator[Case]:
    """Text in every dress, and workbooks under every name."""
    for name, content in TEXTS.items():
        yield name, "a.csv", content
    for name, content in list(TEXTS.items())[:12]:
        yield f"{name} as a workbook", "a.xlsx", content
    bodies = {"workbook": good_book(), "letter": files.office("docx"), "page": b"<html></html>", "document": files.PDF}
    bodies |= {
        "picture": files.picture(),
        "vector": b"<svg/>",
        "old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + files.noise(600),
    }
    for body, content in bodies.items():
        for dress in DRESSED:
            yield f"{body} called {dress[:12]!r}", dress, content


def cases() -> list[Case]:
    """Every one: what it is, its name, its bytes."""
    book = good_book()
    made = [*cut(book), *flipped(book), *without(book), *mangled(book), *bombs(), *texts()]
    return made + [(name, file, content) for name, file, content, _code in files.malformed()]
