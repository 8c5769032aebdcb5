import io
from datetime import date

import openpyxl
import pytest

from unionhall.lib import sheets


def book(*lines):
    out = io.BytesIO()
    made = openpyxl.Workbook()
    for line in lines:
        made.active.append(line)
    made.save(out)
    return out.getvalue()


def test_rows_of_a_sheet_come_by_their_header_as_text():
    content = book(
        ["编码", "名称", "日期", None],
        [990001, "城关区总工会", date(2025, 3, 5), None],
        [None, None, None],
        ["A1", " 东山县 ", "", ""],
    )
    assert sheets.rows(content, most=10) == [
        {"编码": "990001", "名称": "城关区总工会", "日期": "2025-03-05"},
        {"编码": "A1", "名称": "东山县", "日期": ""},
    ]


def test_rows_of_csv_text():
    assert sheets.rows(b"", text="code,name\n1, 甲 \n,\n2,乙\n", most=10) == [
        {"code": "1", "name": "甲"},
        {"code": "2", "name": "乙"},
    ]


def test_too_many_rows_and_no_header_are_told():
    with pytest.raises(sheets.Unreadable, match="rows"):
        sheets.rows(b"", text="code\n1\n2\n", most=1)
    with pytest.raises(sheets.Unreadable, match="header"):
        sheets.rows(b"", text="\n\n", most=1)
