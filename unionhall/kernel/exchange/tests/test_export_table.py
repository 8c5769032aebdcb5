import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from unionhall.kernel.exchange import queries, registry
from unionhall.kernel.exchange.actions.export_table import export_table
from unionhall.kernel.exchange.registry import Column, Table
from unionhall.kernel.exchange.rules import cells
from unionhall.kernel.programmes import actions as programmes
from unionhall.lib import clock
from unionhall.lib.refusal import NotVisible
from unionhall.lib.text import Text

ROWS = [
    {
        "reference": "WT-2026-0001",
        "title": "=HYPERLINK(1)",
        "count": 3,
        "amount": 5600000,
        "on": date(2026, 3, 5),
        "id": "990101199001011239",
    },
    {"reference": "WT-2026-0002", "title": "-5", "count": 0, "amount": None, "on": None, "id": ""},
]


@pytest.fixture
def table(monkeypatch):
    made = Table(
        code="tests.issues",
        name=Text("问题清单", "Issues"),
        columns=(
            Column("reference", Text("编号", "Reference")),
            Column("title", Text("事项", "Title")),
            Column("count", Text("件数", "Count"), "number"),
            Column("amount", Text("金额（元）", "Amount (yuan)"), "money"),
            Column("on", Text("日期", "Day"), "date"),
            Column("id", Text("证件号", "ID number")),
        ),
        rows=lambda by, filters: ROWS,
        permission="organizations.see",
    )
    monkeypatch.setitem(registry._tables, made.code, made)
    return made


def exported(cast, form="xlsx", **filters):
    with clock.fixed(datetime(2026, 11, 20, 0, 5, tzinfo=UTC)):
        return export_table(code="tests.issues", by=cast.city_clerk, at=cast.city, filters=filters, form=form)


@pytest.mark.django_db
def test_the_sheet_holds_the_rows_and_nothing_runs(cast, table):
    file = exported(cast, unit="城关区")
    assert (file.name, file.rows) == ("问题清单-20261120-0805.xlsx", 2)
    book = load_workbook(io.BytesIO(file.content))
    first = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert first == [
        ["编号", "事项", "件数", "金额（元）", "日期", "证件号"],
        ["WT-2026-0001", "'=HYPERLINK(1)", 3, "56,000.00", "2026-03-05", "990101199001011239"],
        ["WT-2026-0002", "-5", 0, "--", "--", "--"],
    ]
    assert book.worksheets[0]["F2"].data_type == "s"


@pytest.mark.django_db
def test_the_second_sheet_says_what_the_file_is(cast, table):
    file = exported(cast, unit="城关区", empty="")
    about = load_workbook(io.BytesIO(file.content)).worksheets[1]
    lines = {row[0].value: row[1].value for row in about.iter_rows()}
    assert about.title == "导出说明"
    assert lines == {
        "表名": "问题清单",
        "单位": cast.city.name,
        "导出人": cast.city_clerk.name,
        "导出时间": "2026-11-20 08:05",
        "行数": "2",
        "数据截至": "2026-11-20 08:05",
        "脱敏": "姓名、证件号、手机号均已脱敏",
        "筛选：单位": "城关区",
    }


@pytest.mark.django_db
def test_filters_are_said_in_words_and_name_no_unit_out_of_sight(cast, table):
    told = replace(table, values={"state": {"member": Text("在会", "Member")}})
    programmes.load_catalogue()
    given = {"state": "member", "level": "county", "own": "on", "programme": "warmth_sending", "unit": f"{cast.county.pk}"}
    assert queries.said(cast.city_clerk, told, given | {"q": "张", "tag": "", "x": "1"}) == [
        ("状态", "在会"),
        ("层级", "县（市、区）"),
        ("仅本单位", "是"),
        ("工作项目", "送温暖 (两节送温暖等主题活动)"),
        ("单位", cast.county.name),
        ("搜索", "张"),
        ("x", "1"),
    ]
    hidden = f"{cast.other_city.pk}"
    assert queries.said(cast.city_clerk, told, {"unit": hidden}) == [("单位", hidden)]


@pytest.mark.django_db
def test_csv_opens_in_excel_as_utf8(cast, table):
    file = exported(cast, form="csv")
    assert file.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[1][:2] == ["WT-2026-0001", "'=HYPERLINK(1)"]


@pytest.mark.django_db
def test_a_stranger_takes_nothing_along(cast, table):
    with pytest.raises(NotVisible):
        export_table(code="tests.issues", by=cast.stranger, at=cast.city, filters={})


@pytest.mark.parametrize("start", cells.FORMULA_STARTS)
def test_every_start_of_a_formula_is_closed(start):
    assert cells.harmless(start + "cmd|' /C calc'!A0") == "'" + start + "cmd|' /C calc'!A0"


@pytest.mark.parametrize("plain", ["-5", "+86", "-0.5", "张三", "1+1", ""])
def test_plain_text_and_numbers_stay_as_they_are(plain):
    assert cells.harmless(plain) == plain


@pytest.mark.parametrize("sly", ["-1+cmd", "+-5", "-", "-²"])
def test_what_only_looks_like_a_number_is_closed(sly):
    assert cells.harmless(sly) == "'" + sly


@pytest.mark.django_db
def test_a_table_prints_on_the_width_of_a_page(cast, table):
    sheet = load_workbook(io.BytesIO(exported(cast).content)).worksheets[0]
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.page_setup.fitToWidth is None  # one page: what the format itself says
