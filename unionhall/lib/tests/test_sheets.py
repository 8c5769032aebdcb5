"""Sheets read apart: rows as text with their numbers, whatever the encoding; hostile ones end in a word, never in us."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from unionhall.lib import sheet_reader, sheets


def book(*lines, merge="", hidden=False):
    out = io.BytesIO()
    made = openpyxl.Workbook()
    for line in lines:
        made.active.append(line)
    if merge:
        made.active.merge_cells(merge)
    made.create_sheet("第二")
    if hidden:
        made["第二"].append(["看得见"])
        made.active.sheet_state = "hidden"
    made.save(out)
    return out.getvalue()


def read(content, *, text=False, most=100, encoding=""):
    with sheets.reading(content, text=text, most=most, encoding=encoding) as reading:
        return reading.told, list(reading.rows)


def code_of(content, **more):
    with pytest.raises(sheets.Unreadable) as told:
        read(content, **more)
    return str(told.value)


def test_cells_become_text_and_empty_rows_are_passed_over():
    told, rows = read(
        book(
            ["编码", " 名称 ", None],
            [],
            [990001, date(2025, 3, 5), datetime(2025, 3, 5, 8, 30), None],  # noqa: DTZ001 - a cell has no zone
            [True, 0.1 + 0.2, 4.30104199001011e17, 12.50],
        )
    )
    assert rows == [
        (1, ["编码", "名称"]),
        (3, ["990001", "2025-03-05", "2025-03-05 08:30:00"]),
        (4, ["TRUE", "0.3", "4.30104199001011E+17", "12.5"]),
    ]
    assert told == {"sheet": "Sheet", "others": 1, "merged": []}


def test_merged_cells_are_told():
    assert read(book(["姓名", "联系方式", ""], ["", "电话", "邮箱"], merge="B1:C1"))[0]["merged"] == [[1, 1, 1, 2]]


def test_a_hidden_sheet_is_not_read():
    assert read(book(["藏"], hidden=True)) == ({"sheet": "第二", "others": 0, "merged": []}, [(1, ["看得见"])])


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gbk", "gbk"), ("utf-16", "utf-16")],
)
def test_encodings_are_found(encoding, found):
    told, rows = read("姓名,电话\n张三,1\n".encode(encoding), text=True)
    assert (told["encoding"], rows) == (found, [(1, ["姓名", "电话"]), (2, ["张三", "1"])])


def test_a_character_that_only_gb18030_has():
    told, rows = read("姓名\n𠮷野\n".encode("gb18030"), text=True)
    assert (told["encoding"], rows[1]) == ("gb18030", (2, ["𠮷野"]))


def test_an_encoding_may_be_named():
    assert read("姓名\n".encode("gb18030"), text=True, encoding="gb18030")[0]["encoding"] == "gb18030"
    assert code_of("姓名\n".encode("gb18030"), text=True, encoding="utf-8") == "encoding"
    assert code_of(b"a\xff\xff\xff\n", text=True) == "encoding"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters_are_found(delimiter):
    line = delimiter.join(["姓名", '"a,b;c"', "3"])
    assert read(f"{line}\n".encode(), text=True) == (
        {"encoding": "utf-8", "delimiter": delimiter},
        [(1, ["姓名", "a,b;c", "3"])],
    )


def test_too_many_rows_or_columns_are_told():
    assert code_of(b"a\n1\n2\n", text=True, most=2) == "rows"
    assert code_of((",".join("x" * (sheets.MOST_COLUMNS + 1))).encode(), text=True) == "columns"


def test_what_is_no_workbook_is_broken():
    assert code_of(b"PK\x03\x04 broken") == "broken"
    assert code_of(b"") == "broken"
    assert code_of(book()) == "empty"


def test_a_reader_that_is_killed_is_told(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_MEGABYTES", 1)
    assert code_of(book(["a"])) == "too_much"


def test_time_is_limited(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_SECONDS", 1)
    monkeypatch.setattr(sheets, "MOST_COLUMNS", 10**6)
    assert code_of(b"\n".join([b"a,b,c,d,e,f,g,h" * 40] * 60_000), text=True, most=10**9) == "too_much"


def test_a_cell_is_cut_one_beyond_what_may_be_kept():
    assert len(read(("长" * 9_000).encode(), text=True)[1][0][1][0]) == sheet_reader.LONGEST_CELL


def placed(row):
    """A workbook whose one cell says that it stands in this row."""
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    whole, out = io.BytesIO(), io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            body = given.read(name)
            if name.endswith("sheet1.xml"):
                body = body.replace(b'<row r="1"', f'<row r="{row}"'.encode()).replace(b'r="A1"', f'r="A{row}"'.encode())
            made.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize("row", [sheet_reader.LAST_ROW + 1, 99_999_999_999])
def test_a_row_below_the_last_that_a_sheet_can_have_is_damage(row):
    """Going there takes longer than the reader may live."""
    with pytest.raises(sheet_reader.Refusal, match=r"^broken$"):
        sheet_reader.of_book(placed(row))


def test_the_last_row_of_a_sheet_is_none_too_many():
    assert sheet_reader.of_book(placed(sheet_reader.LAST_ROW))[0]["merged"] == []
