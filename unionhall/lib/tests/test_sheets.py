"""Sheets read apart: rows as text with their numbers, whatever the encoding; hostile ones end in a word, never in us."""

import io
import re
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
    assert told == {"sheet": "Sheet", "others": [], "merged": []}


def test_merged_cells_are_told():
    assert read(book(["姓名", "联系方式", ""], ["", "电话", "邮箱"], merge="B1:C1"))[0]["merged"] == [[1, 1, 1, 2]]


def test_a_hidden_sheet_is_not_read():
    assert read(book(["藏"], hidden=True)) == (
        {"sheet": "第二", "others": [], "merged": [], "unseen": ["Sheet"]},
        [(1, ["看得见"])],
    )


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


WHOLE = "姓名,证件号码,联系电话\n张三,1,10011110001\n李四,2,10011110002\n"


def cut_of(text, *, encoding="utf-8", lost=0, **more):
    """What the reader says of a text of which the last bytes are lost: the word and its figures, or where it seems to break off."""
    content = text.encode(encoding)
    try:
        return read(content[: len(content) - lost], text=True, **more)[0].get("cut")
    except sheets.Unreadable as told:
        return str(told), told.figures


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        WHOLE.rstrip("\n"),  # only the last line end is missing
        WHOLE.replace("\n", "\r\n"),
        WHOLE.replace("\n", "\r\n")[:-1],
        WHOLE + "王五,3\n",  # short, and whole
        WHOLE.replace(",10011110001", "") + "王五,3",  # ragged lines elsewhere
        "花名册\n" + WHOLE.rstrip("\n"),  # a title has fewer cells than what follows
        "姓名\n张三\n李",
        '姓名,备注\n张三,"一行\n又一行"\n李四,"他说""好"""',
        '姓名,备注\n张三,5"管\n李四,',
        "姓名,备注\n",
        "",
    ],
)
def test_a_whole_text_is_whole(text):
    assert cut_of(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (WHOLE[:-13], [3, 2, 3]),
        (WHOLE[:-15], [3, 1, 3]),
        ("花名册\n\n" + WHOLE[:-13], [5, 2, 3]),
        ('姓名,备注,电话\n张三,"一行\n又一行",1\n李四,', [3, 2, 3]),  # rows are counted as a spreadsheet does
    ],
)
def test_a_short_last_line_without_an_end_seems_cut(text, said):
    assert cut_of(text) == said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_half_a_character_is_a_cut_in_whatever_encoding(encoding):
    assert cut_of(WHOLE + "王五,3,张", encoding=encoding, lost=1) == ("cut_character", {"row": 4, "rows": 4})


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_half_a_rare_character_is_a_cut(lost):
    assert cut_of(WHOLE + "王五,3,𠮷", encoding="gb18030", lost=lost) == ("cut_character", {"row": 4, "rows": 4})
    assert cut_of(WHOLE + "王五,3,𠮷", lost=lost) == ("cut_character", {"row": 4, "rows": 4})


def test_a_text_in_gbk_that_ends_like_half_a_character_of_utf8_is_whole():
    assert "岬".encode("gbk")[0] >> 4 == 0xE
    assert read("name\n岬".encode("gbk"), text=True) == ({"encoding": "gbk", "delimiter": ","}, [(1, ["name"]), (2, ["岬"])])


@pytest.mark.parametrize(
    ("text", "row", "rows"),
    [
        (WHOLE + '"王五', 4, 4),
        (WHOLE + '王五,3,"一行\n又一行\n', 4, 4),
        ('姓名,备注\n"张三,1\n李四,2\n', 2, 2),  # all that follows would have been one cell
        (WHOLE + '"' + "王五,3\n" * 300_000, 4, 3),  # beyond the size of any cell
    ],
    ids=["at the end", "over lines", "all the rest", "too long"],
)
def test_a_quote_that_is_never_closed_is_told_with_its_row(text, row, rows):
    assert cut_of(text) == ("cut_quote", {"row": row, "rows": rows})


def test_without_a_line_behind_the_text_an_open_quote_swallows_the_rest_in_silence(monkeypatch):
    """The sabotage twin, in this process: what finds the open quote is the line of our own."""
    ending = {}
    lines = list(sheet_reader.lines_of('姓名,备注\n"张三,1\n李四,2\n', ",", False, ending))
    assert (len(lines), ending) == (2, {"cut": [2, "quote", 1, 2]})
    monkeypatch.setattr(sheet_reader, "chain", lambda lines, _end: lines)
    ending.clear()
    lines = list(sheet_reader.lines_of('姓名,备注\n"张三,1\n李四,2\n', ",", False, ending))
    assert (lines[1], ending) == ((2, ["张三,1\n李四,2"]), {})


def with_prefix(*lines):
    """A workbook whose XML names everything with a prefix, as some libraries write it, and whose relations are relative."""
    whole, out = io.BytesIO(book(*lines)), io.BytesIO()
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            body = given.read(name)
            if name.endswith("sheet1.xml"):
                body = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", body).replace(b" xmlns=", b" xmlns:x=")
            made.writestr(name, body.replace(b'"/xl/worksheets', b'"worksheets'))
    return out.getvalue()


@pytest.mark.parametrize("made", [book, with_prefix])
def test_formulas_without_results_and_errors_stand_in_their_places(made):
    _told, rows = read(made(["a", "b", "c"], [None, "=1", "x"], [], ["#N/A", 2, "=A1"], ["=A1"]))
    assert rows == [
        (1, ["a", "b", "c"]),
        (2, ["", "#FORMULA!", "x"]),
        (4, ["#N/A", "2", "#FORMULA!"]),
        (5, ["#FORMULA!"]),
    ]


def test_formulas_left_of_every_value_keep_the_places():
    assert read(book([None, "=1", None, "a"], [None, None, "x", "y"]))[1] == [(1, ["#FORMULA!", "", "a"]), (2, ["", "x", "y"])]


def test_formulas_of_a_long_sheet_are_found_across_its_blocks(monkeypatch):
    """The XML is looked through a block at a time, and a cell is cut wherever a block ends."""
    monkeypatch.setattr(sheet_reader, "BLOCK", 100)
    content = book(*([f"=A{row}&B{row}", row, "#REF!"] for row in range(1, 60)))
    rows = list(sheet_reader.of_book(content)[1])
    assert rows == [(row, ["#FORMULA!", str(row), "#REF!"]) for row in range(1, 60)]


def test_a_shared_formula_is_one_for_each_of_its_cells():
    content = book(["=1", "=2", "=3"])
    for given, cell in ((b"<f>1</f>", b'<f t="shared" ref="A1:C1" si="0">1</f>'), (b"<f>2</f>", b'<f t="shared" si="0"/>')):
        content = replaced(content, given, cell)
    assert read(replaced(content, b"<f>3</f><v></v>", b"<f>3</f><v>3</v>"))[1] == [(1, ["#FORMULA!", "#FORMULA!", "3"])]


def replaced(content, old, new):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            made.writestr(name, given.read(name).replace(old, new))
    return out.getvalue()


def test_formulas_in_more_rows_than_may_be_read_are_too_many():
    content = book(*(["=1"] for _row in range(12)))
    assert code_of(content, most=11) == "rows"
    assert len(read(content, most=12)[1]) == 12
    assert code_of(replaced(content, b'r="A12"', b'r="A1048577"')) == "broken"


def test_what_is_hidden_is_told():
    made = openpyxl.Workbook()
    for number in range(1, 8):
        made.active.append([number, None, "x"])
    for row in (2, 3, 6):
        made.active.row_dimensions[row].hidden = True
    for column in "BC":
        made.active.column_dimensions[column].hidden = True
    made.save(out := io.BytesIO())
    told = read(out.getvalue())[0]
    assert (told["hidden"], told["hidden_places"]) == ([[2, 3], [6, 6]], [1, 2])


def test_a_book_whose_sheets_are_all_hidden_is_not_called_empty():
    made = openpyxl.Workbook()
    made.active.append(["x"])
    made.active.sheet_state = "hidden"
    made.create_sheet("空")
    made.save(out := io.BytesIO())
    with pytest.raises(sheets.Unreadable) as no:
        read(out.getvalue())
    assert no.value.args == ("hidden",)


def test_other_sheets_that_hold_anything_are_told():
    """The empty ones that a spreadsheet program makes by itself are not; hidden ones are told apart."""
    made = openpyxl.Workbook()
    made.active.append(["甲"])
    for name, rows, state in (
        ("二", [["x"]], "visible"),
        ("三", [], "visible"),
        ("四", [["x"]], "hidden"),
        ("五", [[1]], "visible"),
        ("六", [["x"]], "veryHidden"),
        ("七", [], "hidden"),
    ):
        sheet = made.create_sheet(name)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    made.save(out := io.BytesIO())
    told, rows = read(out.getvalue())
    assert (told["sheet"], told["others"], rows) == ("Sheet", ["二", "五"], [(1, ["甲"])])
    assert told["unseen"] == ["四", "六"]
