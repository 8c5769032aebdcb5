"""Where a table begins, which column is which, what is no row."""

import pytest

from unionhall.kernel.exchange.registry import Column
from unionhall.kernel.exchange.rules import headings
from unionhall.lib.text import Text

NAME = Column("name", Text("姓名", "Name"), required=True, aliases=("名字",))
ID = Column("id_number", Text("身份证号", "ID number"), "id_number", aliases=("证件号码", "公民身份号码"))
PHONE = Column("phone", Text("手机号", "Phone"), "phone", aliases=("联系电话", "电话"))
UNIT = Column("unit", Text("单位", "Unit"), "unit", aliases=("所属工会",))
COLUMNS = (NAME, ID, PHONE, UNIT)


def numbered(*lines, start=1):
    return [(start + place, list(line)) for place, line in enumerate(lines)]


def test_headings_in_the_first_line():
    assert headings.find(numbered(["姓名", "手机号"], ["张三", "1"]), COLUMNS) == headings.Head(["姓名", "手机号"], 1)


def test_title_rows_above_are_passed_over():
    lines = numbered(
        ["2025年城关区会员花名册"],
        ["填报单位：红旗厂", "", "2025-03-05"],
        ["序号", "姓名 *", "身份证号（必填）"],
        ["1", "张三", "9"],
    )
    found = headings.find(lines, COLUMNS)
    assert found == headings.Head(["序号", "姓名 *", "身份证号（必填）"], 3)
    assert headings.assign(found.headings, COLUMNS, {}) == {1: "name", 2: "id_number"}


def test_a_heading_over_two_lines_is_put_together():
    lines = numbered(["姓名", "联系方式", "", "单位"], ["", "手机号", "邮箱", ""], ["张三", "1", "a@b", "厂"])
    found = headings.find(lines, COLUMNS, merged=[(1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 2, 3)])
    assert found == headings.Head(["姓名", "手机号", "邮箱", "单位"], 2)


def test_a_merged_heading_without_the_ranges_is_put_together_as_well():
    lines = numbered(["姓名", "联系方式", "", "单位"], ["", "手机号", "邮箱", ""], ["张三", "1", "a@b", "厂"])
    found = headings.find(lines, COLUMNS)
    assert found is not None
    assert headings.assign(found.headings, COLUMNS, {}) == {0: "name", 1: "phone", 3: "unit"}


def test_unknown_headings_are_still_headings():
    lines = numbered(["某某花名册"], ["甲", "乙", "丙"], ["张三", "李四", "20250305"])
    assert headings.find(lines, COLUMNS) == headings.Head(["甲", "乙", "丙"], 2)


def test_a_sheet_without_headings_has_none():
    assert headings.find([], COLUMNS) is None
    assert headings.find(numbered(["990000199001010013", "10012345678"]), COLUMNS) is None


@pytest.mark.parametrize(
    ("heading", "code"),
    [("姓 名", "name"), ("*姓名", "name"), ("名字", "name"), ("公民身份号码", "id_number"), ("证件号码：", "id_number"),
     ("联系电话（本人）", "phone"), ("NAME", "name"), ("职工姓名", "name"), ("所属工会名称", "unit"), ("ｐｈｏｎｅ", "phone")],
)  # fmt: skip
def test_a_heading_is_guessed(heading, code):
    assert headings.assign([heading], COLUMNS, {}) == {0: code}


def test_what_was_remembered_comes_first_and_left_out_stays_out():
    remembered = {headings.plain("工人"): "name", headings.plain("电话"): ""}
    assert headings.assign(["姓名", "工人", "电话"], COLUMNS, remembered) == {1: "name"}


def test_a_column_is_given_once_and_exact_words_win():
    assert headings.assign(["联系电话备用", "手机号", "电话"], COLUMNS, {}) == {1: "phone"}
    assert headings.assign(["手机号", "手机号"], COLUMNS, {}) == {0: "phone"}


def test_nothing_fits():
    assert headings.assign(["", "甲", "乙"], COLUMNS, {}) == {}
    assert headings.assign(["姓名"], COLUMNS, {"姓名": "gone"}) == {0: "name"}


@pytest.mark.parametrize(
    ("cells", "why"),
    [(["合计", "", "12"], "total"), (["", "合 计", "12"], "total"), (["总计", "3"], "total"), (["Total", "3"], "total"),
     (["制表人：张三", "审核：李四"], "foot"), (["备注：以上为实名"], "foot"),
     (["示例：张三", "9"], "example"), (["（示例）张三"], "example"),
     (["张三", "9"], ""), (["计合", "9"], ""), (["备注", "一", "二", "三"], ""), (["totally", "x"], "")],
)  # fmt: skip
def test_what_is_no_row(cells, why):
    assert headings.aside(cells) == why


def test_our_own_column_is_known_again():
    assert headings.is_marks("错误说明")
    assert headings.is_marks("What is wrong")
    assert not headings.is_marks("说明")
