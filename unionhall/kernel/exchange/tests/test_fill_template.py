"""A unit's own workbook is kept, and filled: fonts, formulas and what stands below the list are kept."""

import io

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from unionhall.kernel.exchange.actions import fill_template
from unionhall.kernel.exchange.actions.export_table import Wish, export_table
from unionhall.kernel.exchange.models import SheetTemplate
from unionhall.kernel.exchange.tests.conftest import upload
from unionhall.kernel.exchange.tests.test_export_table import table  # noqa: F401
from unionhall.lib.refusal import Denied, NotVisible, Refused

pytestmark = pytest.mark.django_db


def workbook(*, named=True, marks=True):
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "报表"
    sheet["A1"] = "问题清单（上报格式）"
    sheet.merge_cells("A1:C1")
    sheet["A2"] = "{{单位}}" if marks else "单位"
    sheet["C2"] = "{{ 日期 }}" if marks else ""
    sheet["A3"], sheet["B3"], sheet["C3"] = "编号", "事项", "件数"
    sheet["A4"] = "{{编号}}" if marks else ""
    sheet["A4"].font = Font(bold=True)
    if named:
        made.defined_names["事项"] = DefinedName("事项", attr_text="'报表'!$B$4")
        made.defined_names["count"] = DefinedName("count", attr_text="'报表'!$C$4")
    sheet["A5"], sheet["C5"] = "合计", "=SUM(C4:C4)"
    sheet["A6"] = "制表人：　　审核人："
    sheet.merge_cells("A6:C6")
    sheet.row_dimensions[6].height = 33
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def kept(cast, content=None, name="上报.xlsx", by=None, at=None):
    file = upload(workbook() if content is None else content, name)
    return fill_template.keep_template(table="tests.issues", upload=file, by=by or cast.city_clerk, at=at or cast.city)


def exported(cast, template, at=None):
    return export_table(code="tests.issues", by=cast.city_clerk, at=at or cast.city, filters={}, wish=Wish(template=template.pk))


def test_rows_are_poured_where_names_and_marks_stand(cast, table):  # noqa: F811
    file = exported(cast, kept(cast))
    assert (file.rows, file.name.endswith(".xlsx")) == (2, True)
    sheet = openpyxl.load_workbook(io.BytesIO(file.content))["报表"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert cells[0][0] == cast.city.name
    assert cells[2:4] == [["WT-2026-0001", "'=HYPERLINK(1)", 3], ["WT-2026-0002", "-5", 0]]
    assert cells[4] == ["合计", None, "=SUM(C4:C5)"]
    assert sheet["A5"].font.bold
    assert sheet["B4"].data_type == "s"
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:C1", "A7:C7"}
    assert sheet.row_dimensions[7].height == 33


def test_words_about_the_export_are_filled_within_a_title_too(cast, table):  # noqa: F811
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book.active.unmerge_cells("A6:C6")
    book.active["A1"], book.active["B6"] = "{{单位}}问题清单（{{行数}} 件）", "制表：{{ 制表人 }}　{{筛选条件}}"
    out = io.BytesIO()
    book.save(out)
    wish = Wish(template=kept(cast, out.getvalue()).pk)
    file = export_table(code="tests.issues", by=cast.city_clerk, at=cast.city, filters={"unit": f"{cast.county.pk}"}, wish=wish)
    sheet = openpyxl.load_workbook(io.BytesIO(file.content))["报表"]
    assert sheet["A1"].value == f"{cast.city.name}问题清单（2 件）"
    assert sheet["B7"].value == f"制表：{cast.city_clerk.name}　单位：{cast.county.name}"


@pytest.mark.parametrize("mark", ["{{证件}}", "共 {{件数}} 件"])
def test_a_mark_that_would_stay_as_it_is_is_named_when_the_template_is_brought(cast, table, mark):  # noqa: F811
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book.active["D4"] = mark
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Refused, match=r"\{\{(证件|件数)\}\}"):
        kept(cast, out.getvalue())
    assert not SheetTemplate.objects.exists()


def test_an_empty_list_leaves_the_shape(cast, table, monkeypatch):  # noqa: F811
    content, count = fill_template.filled(workbook(), table.columns, [], {})
    sheet = openpyxl.load_workbook(io.BytesIO(content))["报表"]
    assert (count, sheet["A4"].value, sheet["C5"].value) == (0, None, "=SUM(C4:C4)")


def test_too_many_rows_are_refused(cast, table, monkeypatch):  # noqa: F811
    monkeypatch.setattr(fill_template, "MOST_ROWS", 1)
    with pytest.raises(Refused):
        exported(cast, kept(cast))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (workbook(named=False, marks=False), "a.xlsx"),
        (b"PK\x03\x04 broken", "a.xlsx"),
        (b"a,b\n", "a.csv"),
        (workbook()[:600], "a.xlsx"),
        (b"", "a.xlsx"),
    ],
)
def test_what_can_be_no_template_is_refused_and_nothing_is_kept(cast, table, content, name):  # noqa: F811
    with pytest.raises(Refused):
        kept(cast, content, name)
    assert not SheetTemplate.objects.exists()


def test_a_template_of_one_name_takes_the_place_of_the_older(cast, table):  # noqa: F811
    first, second = kept(cast), kept(cast)
    assert first.pk == second.pk
    assert SheetTemplate.objects.count() == 1


def test_templates_serve_their_unit_and_those_below(cast, table):  # noqa: F811
    of_city = kept(cast)
    of_county = kept(cast, by=cast.county_clerk, at=cast.county)
    assert fill_template.templates_for("tests.issues", cast.county) == [of_county, of_city]
    assert fill_template.templates_for("tests.issues", cast.city) == [of_city]
    assert fill_template.templates_for("tests.issues", cast.other_city) == []
    with pytest.raises(NotVisible):
        exported(cast, of_county)
    with pytest.raises(NotVisible):
        fill_template.drop_template(table="tests.issues", template_id=of_county.pk, by=cast.city_clerk, at=cast.city)
    fill_template.drop_template(table="tests.issues", template_id=of_city.pk, by=cast.city_clerk, at=cast.city)
    assert list(SheetTemplate.objects.all()) == [of_county]


def test_only_those_who_may_export_keep_templates(cast, table):  # noqa: F811
    with pytest.raises((Denied, NotVisible)):
        kept(cast, by=cast.neighbour, at=cast.city)
    with pytest.raises((Denied, NotVisible)):
        kept(cast, by=cast.worker, at=cast.factory)


def test_a_clear_table_without_personal_data_is_refused(cast, table):  # noqa: F811
    with pytest.raises(Refused):
        export_table(code="tests.issues", by=cast.city_clerk, at=cast.city, filters={}, wish=Wish(reason="核对"))
