"""Nouns, rows of tables, rates and targets as reports of many unions have them: what each number counts."""

from decimal import Decimal

import pytest

from unionhall.work.reports.tests.test_read_reports import only, read


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("计划新建工会20家,发展会员300人。", ["target", "target"]),
        ("力争新建工会20家以上,发展会员300人。", ["target", "target"]),
        ("计划新建工会20家,已建18家。", ["target", "count"]),
        ("计划新建工会20家。发展会员300人。", ["target", "count"]),
        ("确保救助20户,发放救助金3万元。", ["target", "count"]),
        ("今年将联合举办600场宣讲。", ["target"]),
        ("110场招聘会将在全市各地举办。", ["target"]),
        ("110场招聘会在全市各地举办。", ["count"]),
    ],
)
def test_a_target_goes_on_in_its_sentence(text, kinds):
    assert [one.kind for one in read(text)] == kinds


@pytest.mark.parametrize(
    ("text", "qualifier"), [("单笔最高补助2.8万元", "exact"), ("最高补助2.8万元", "at_most"), ("每人最高2.8万元", "at_most")]
)
def test_the_highest_single_payment_is_no_limit(text, qualifier):
    assert only(text).qualifier == qualifier


def test_a_row_of_a_table_is_no_menu():
    found = read("项目 户数 标准 金额 备注\n生活救助 47户 3000元/户 141000元 春节\n首页 新闻 图片 2024年 专题")
    assert [(one.value, one.full_unit) for one in found] == [
        (Decimal(47), "household"),
        (Decimal(3_000), "CNY/household"),
        (Decimal(141_000), "CNY"),
    ]


def test_an_amount_for_each_belongs_to_the_number_behind_it():
    found = read("助学金从每人400元到如今每人3000元,每人每年不超过3000元。")
    assert [one.full_unit for one in found] == ["CNY/person", "CNY/person", "CNY/person/year"]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("开展包括车工、焊工等5大工种的竞赛", 5, "kind"),
        ("图书分为六大类", 6, "kind"),
        ("共享空间44个", 44, "facility"),
        ("1个行业协会", 1, "org"),
        ("向四省市总工会拨款", 4, "org"),
        ("成立2个行业性工会联合会", 2, "org"),
        ("7家医疗机构", 7, "org"),
        ("爱心药房174个", 174, "facility"),
        ("五一劳动奖状6个及工人先锋号", 6, "award"),
        ("收到合理化建议4200项", 4200, "piece"),
        ("明确22条详细任务", 22, "task"),
        ("划分为10个区域", 10, "place"),
        ("开设12个舞蹈班", 12, "class"),
        ("举办8个篮球赛", 8, "event"),
        ("3个帮扶行动", 3, "project"),
        ("32对选手报名", 32, "pair"),
        ("20对女职工和孩子们", 20, "pair"),
        ("每张面值40元", 40, "CNY/piece"),
        ("开通两趟返乡专列", 2, "event"),
        ("三位农民工求助", 3, "person"),
        ("接送52万农民工返乡", 520_000, "person"),
        ("举办100期职工疗休养", 100, "class"),
        ("11个地区参赛", 11, "org"),
        ("4个城市参赛", 4, "city"),
        ("人均使用效率提升15%", 15, "percent"),
        ("近1500职工参加", 1500, "person"),
        ("近2000职工参加", 2000, "person"),
        ("分三组走访", 3, "team"),
        ("分成8个组", 8, "team"),
        ("接听来电338通", 338, "case"),
        ("设有11个活动(服务)场所", 11, "facility"),
        ("9个集体获得表扬", 9, "recipient"),
        ("大楼共4层,", 4, "floor"),
        ("走访干部开展1次演出", 1, "event"),
        ("每月检查一次,达12次", 12, "event"),
        ("每月开展一次检查达12次", 12, "event"),
    ],
)
def test_kinds_spaces_and_bodies(text, value, unit):
    found = only(text)
    assert (found.value, found.full_unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "text",
    [
        "开展全覆盖走访活动",
        "组建三大队伍",
        "5大行动",
        "评选出前三名。",
        "一对一服务",
        "三对三比赛",
        "考取二本以上院校",
        "三位一体",
        "2024职工文化节",
        "12351职工热线",
    ],
)
def test_how_something_is_done_is_no_figure(text):
    assert read(text) == []
