"""Formulas without a result, cells that hold an error, and what is hidden in the sheet: each is said, nothing is lost."""

import io
import re
import zipfile

import openpyxl
import pytest
from django.utils.translation import override

from unionhall.kernel.exchange import queries
from unionhall.kernel.exchange.actions import bring, check
from unionhall.kernel.exchange.models import Import
from unionhall.kernel.exchange.rules import values
from unionhall.kernel.exchange.tests.conftest import book, counts
from unionhall.kernel.organizations.models import Employer
from unionhall.lib import sheet_reader
from unionhall.lib.refusal import Refused

pytestmark = pytest.mark.django_db
HEAD = ["企业名称", "职工人数", "成立日期"]
NO_RESULT = "这一格是公式，文件里没有存它的计算结果（由程序生成、没有用表格软件打开过的文件常是这样）。"
MEND = "请用 Excel 或 WPS 打开文件、保存后重新上传；或把这些格复制后“选择性粘贴为数值”；或在此直接填写。"


def said(one):
    return [(found.row, found.column, found.level, found.message) for found in queries.findings(one)]


def with_results(content, *, part="xl/worksheets/sheet1.xml", **results):
    """A workbook as a spreadsheet program would have saved it: with what its formulas come to."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            body = given.read(name).decode()
            for cell, (kind, value) in results.items() if name == part else ():
                body = re.sub(rf'(<c r="{cell}")(><f>[^<]*</f>)<v></v>', rf"\1{kind}\2<v>{value}</v>", body)
            made.writestr(name, body)
    return out.getvalue()


def test_what_the_reader_puts_there_is_what_the_rules_know():
    assert values.NO_RESULT == sheet_reader.NO_RESULT


def test_a_formula_without_a_result_is_said_where_it_is_needed_and_where_it_is_not(way):
    one = way.checked(HEAD, ["甲厂", "=1+1", "2025-03-05"], ["=A2&B2", 3, None], ["丙厂", 4, None])
    assert counts(one) == {"made": 1, "refused": 2}
    assert said(one) == [(2, "staff", "error", NO_RESULT), (3, "name", "error", NO_RESULT)]
    assert {found.mend for found in queries.findings(one)} == {MEND}
    one = check.mend(import_id=one.pk, by=way.by, cells={(2, "staff"): "2", (3, "name"): "乙厂"})
    way.run(one)
    assert sorted(Employer.objects.values_list("name", "staff")) == [("丙厂", 4), ("乙厂", 3), ("甲厂", 2)]


def test_without_the_marks_an_optional_cell_is_lost_in_silence(way, monkeypatch, tmp_path):
    """The twin: a reader that does not look into the sheet's XML."""
    whole, marked = bring.sheets.READER.read_text(), "marks = marks_of(content, place, most)"
    assert marked in whole
    (blind := tmp_path / "sheet_reader.py").write_text(whole.replace(marked, "marks = Marks()"))
    monkeypatch.setattr(bring.sheets, "READER", blind)
    one = way.done(HEAD, ["甲厂", "=1+1", "2025-03-05"], ["乙厂", "#REF!", None])
    assert (said(one), sorted(Employer.objects.values_list("name", "staff"))) == ([], [("乙厂", None), ("甲厂", None)])


def test_a_whole_column_is_said_once_for_each_cell(way):
    one = way.checked(HEAD, *([f"厂{row}", f"=LEN(A{row})", None] for row in range(2, 702)))
    assert counts(one) == {"refused": 700}
    assert said(one) == [(row, "staff", "error", NO_RESULT) for row in range(2, 702)]


def test_a_sheet_of_nothing_but_formulas_below_its_headings_has_rows(way):
    one = way.checked(HEAD, ["=S!A1", "=S!B1", "=S!C1"], ["=S!A2", "=S!B2", "=S!C2"])
    assert (one.total, counts(one)) == (2, {"refused": 2})
    assert said(one) == [(row, code, "error", NO_RESULT) for row in (2, 3) for code in ("name", "staff", "since")]


def test_a_result_that_is_carried_is_read(way):
    content = with_results(book(HEAD, ["=1", "=1+1", '=IF(1,"","")']), A2=(' t="str"', "甲厂"), B2=("", "2"), C2=(' t="str"', ""))
    one = way.done(content=content)
    assert (counts(one), list(Employer.objects.values_list("name", "staff"))) == ({"made": 1}, [("甲厂", 2)])


def test_a_nought_is_no_result_in_a_book_that_asks_to_be_calculated(way):
    """Libraries write 0 for every formula, and ask for a calculation; a spreadsheet program that saved a 0 does not ask."""
    content = with_results(book(HEAD, ["甲厂", "=1+1", None]), B2=("", "0"))
    assert said(way.checked(content=content)) == [(2, "staff", "error", NO_RESULT)]
    for place, (written, saved) in enumerate(((b' fullCalcOnLoad="1"', b""), (b'calcId="124519"', b'calcId="191029"'))):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w") as made:
            for name in given.namelist():
                assert name != "xl/workbook.xml" or written in given.read(name)
                made.writestr(name, given.read(name).replace(written, saved))
        one = way.done(content=out.getvalue())
        assert (said(one), counts(one)) == ([], {("made", "same")[place]: 1})
        assert list(Employer.objects.values_list("name", "staff")) == [("甲厂", 0)]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("#N/A", "公式没有找到对应的值"),
        ("#REF!", "公式引用的单元格或工作表已不存在"),
        ("#DIV/0!", "公式的除数是 0"),
        ("#NAME?", "公式里有不认识的名称或函数"),
    ],
)
def test_a_cell_that_holds_an_error_says_which(way, code, why):
    one = way.checked(HEAD, ["甲厂", code, None], [code, 3, None])
    told = f"单元格是公式错误值：{why}。"
    assert said(one) == [(2, "staff", "error", told), (3, "name", "error", told)]


def test_the_error_that_a_formula_came_to(way):
    content = with_results(book(HEAD, ["甲厂", "=1/0", None]), B2=(' t="e"', "#DIV/0!"))
    assert said(way.checked(content=content)) == [(2, "staff", "error", "单元格是公式错误值：公式的除数是 0。")]


def test_errors_in_a_text_are_known_by_their_look(way):
    """Also those of newer programs, and the marks of a column that was too narrow; what only begins with # is a text."""
    one = way.checked(content="企业名称,职工人数\n#1 厂,1\n#FIELD!,2\n####,3\n#,4\n".encode(), name="企业.csv")
    assert said(one) == [
        (3, "name", "error", "单元格是公式错误值：公式出错。"),
        (4, "name", "error", "这一格只有“#”号：列太窄，数字没有显示出来。"),
    ]


@pytest.mark.parametrize(
    "lines", [(["=S!A1", "=S!B1"], ["甲厂", 1]), (["=A9"] * 3, ["甲厂", 1, "2025-03-05"]), (["企业名称", "=A9"],)]
)
def test_headings_that_nobody_has_calculated_refuse_the_file(way, lines):
    with pytest.raises(bring.BadFile) as told:
        way.brought(*lines)
    assert (told.value.code, str(told.value)) == (
        "file_header_formulas",
        "表头是公式，文件里没有存它们的计算结果；请用 Excel 或 WPS 打开文件、保存后重新上传。未导入任何内容。",
    )
    assert not Import.objects.exists()


def filtered():
    made = openpyxl.Workbook()
    for line in (HEAD, ["甲厂", 1, None], ["乙厂", 2, None], ["丙厂", 3, None], ["丁厂", "x", None]):
        made.active.append(line)
    for row in (3, 4, 5, 9):
        made.active.row_dimensions[row].hidden = True
    made.active.column_dimensions["B"].hidden = True
    made.save(out := io.BytesIO())
    return out.getvalue()


def test_rows_that_are_hidden_or_filtered_out_are_asked_about(way):
    one = way.checked(content=filtered())
    assert (one.told["hidden"], one.told["hidden_columns"]) == ([[3, 5]], ["职工人数"])
    assert counts(one) == {"made": 1, "doubtful": 2, "refused": 1}
    asked = "本行在原表中是隐藏的，或被筛选掉了。"
    assert said(one)[:2] == [(3, "", "doubt", asked), (4, "", "doubt", asked)]
    one = check.mend(import_id=one.pk, by=way.by, cells={(5, "staff"): "4"})
    assert said(one) == [(row, "", "doubt", asked) for row in (3, 4, 5)]
    one = check.mend(import_id=one.pk, by=way.by, choices={3: True})
    one = check.choose_all(import_id=one.pk, by=way.by, take=False)
    way.run(one)
    assert sorted(Employer.objects.values_list("name", "staff")) == [("乙厂", 2), ("甲厂", 1)]


def test_all_of_it_is_said_in_english(way):
    with override("en"):
        one = way.checked(HEAD, ["甲厂", "=1+1", None], ["乙厂", "#N/A", None])
        assert [found.message for found in queries.findings(one)] == [
            "This cell is a formula whose result the file does not carry (as in files that a program made and nobody opened).",
            "The cell holds the error of a formula: the formula found no value.",
        ]
        (hidden, *_others) = queries.findings(way.checked(content=filtered()))
        assert hidden.message == "This row is hidden in the sheet, or filtered out."


def test_a_book_whose_sheets_are_hidden_is_told_what_to_do(way):
    made = openpyxl.Workbook()
    made.active.append(HEAD)
    made.active.sheet_state = "hidden"
    made.create_sheet("空表")
    made.save(out := io.BytesIO())
    with pytest.raises(Refused, match="请取消隐藏要导入的工作表，保存后重新上传") as caught:
        way.brought(content=out.getvalue())
    assert caught.value.code == "file_hidden"


def test_the_sheets_that_are_not_read_are_named_but_for_the_house_s_own(way):
    made = openpyxl.Workbook()
    made.active.append(HEAD)
    made.active.append(["甲厂", 1, None])
    for name in ("乙表", "填写说明", "Instructions", "空表", "暗表", "选项", "Choices"):
        sheet = made.create_sheet(name)
        sheet.sheet_state = "hidden" if name in {"暗表", "选项", "Choices"} else "visible"
        if name != "空表":
            sheet.append(["x"])
    made.save(out := io.BytesIO())
    told = way.checked(content=out.getvalue()).told
    assert (told["others"], told["unseen"]) == (["乙表"], ["暗表"])
