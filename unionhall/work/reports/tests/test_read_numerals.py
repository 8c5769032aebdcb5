"""Numerals of every kind with what they count, with a classifier and without; and what only looks like one."""

from decimal import Decimal

import pytest

from unionhall.work.reports.tests.test_read_reports import only, read


@pytest.mark.parametrize("text", ["百人以上企业建会率", "近五千年来的文明", "过去百千年来", "千人以上的大型企业全部建会"])
def test_what_describes_is_no_figure(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("配备2—3名专职人员", [(2, "at_least", "person"), (3, "at_most", "person")]),
        ("收费低于市场价20%—30%", [(20, "at_least", "percent"), (30, "at_most", "percent")]),
        ("补助2万元至5万元", [(20_000, "at_least", "CNY"), (50_000, "at_most", "CNY")]),
        ("每场3-5万元", [(30_000, "at_least", "CNY"), (50_000, "at_most", "CNY")]),
        ("由10家到20家", [(10, "exact", "org"), (20, "exact", "org")]),
        ("9—12月慰问职工40人", [(40, "exact", "person")]),
        ("募集善款上百万元", [(1_000_000, "at_least", "CNY")]),
        ("撬动消费近亿元", [(100_000_000, "nearly", "CNY")]),
        ("线上百人参加", [(100, "approx", "person")]),
        ("满意度达九成八", [(98, "exact", "percent")]),
        ("时限压缩六成", [(60, "exact", "percent")]),
        ("近九成企业已建会", [(90, "nearly", "percent")]),
        ("顺利完成五成立法任务", []),
        ("提高4.5个百分点", [(Decimal("4.5"), "exact", "point")]),
        ("增长1.5倍", [(Decimal("1.5"), "exact", "times")]),
    ],
)
def test_ranges_tenths_and_round_numbers(text, found):
    assert [(one.value, one.qualifier, one.unit) for one in read(text)] == found


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("走进2个派出所宣讲", "org"),
        ("带领9个慰问组出发", "team"),
        ("心理疏导点增至19个", "facility"),
        ("创建10个“党员示范岗”", "post"),
        ("确定13个调研题目", "topic"),
        ("建成一批妈妈小屋,总数达到203个", "facility"),
        ("劳模工作室联盟6个", "team"),
        ("试点6个", "project"),
        ("发现问题173个", "issue"),
        ("购置棉被2,000床", "piece"),
        ("新增托育床位30张", "place"),
        ("受理诉求173件", "issue"),
        ("办理案件12件", "case"),
        ("开通热线2条", "channel"),
        ("制定措施204条", "measure"),
        ("推送信息49条", "piece"),
    ],
)
def test_the_head_of_the_noun_tells_what_a_classifier_counts(text, unit):
    assert only(text).unit == unit


def test_a_comma_inside_a_number_ends_no_clause():
    assert only("全年接听来电4,215个,一一答复").clause == "全年接听来电4,215个,"


@pytest.mark.parametrize(
    ("text", "printed", "value", "unit", "qualifier", "step"),
    [
        ("资助学生2万3千余人次。", "2万3千余人次", 23_000, "person_time", "more_than", 1_000),
        ("发放助学款1万4千元。", "1万4千元", 14_000, "CNY", "exact", 1_000),
        ("投入近3亿5000万元。", "近3亿5000万元", 350_000_000, "CNY", "nearly", 10_000),
        ("走访超过1万200户。", "超过1万200户", 10_200, "household", "more_than", 1),
        ("资助金额达2千余万元。", "2千余万元", 20_000_000, "CNY", "more_than", 10_000_000),
        ("覆盖职工6百多万人。", "6百多万人", 6_000_000, "person", "more_than", 1_000_000),
    ],
)
def test_numbers_of_two_scales(text, printed, value, unit, qualifier, step):
    one = only(text)
    assert (one.printed, one.value, one.unit, one.qualifier) == (printed, value, unit, qualifier)
    assert one.step == step


def test_a_lower_part_that_is_no_part_is_a_number_of_its_own():
    assert [one.value for one in read("投入3万元、5万元。")] == [30_000, 50_000]
    assert [one.value for one in read("慰问2万人9000户。")] == [20_000, 9_000]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("动员近3万职工投入抢险。", "person"),
        ("筹集助学金35万。", "CNY"),
        ("发放互助金8万,职工满意。", "CNY"),
        ("2万会员领到补助。", "person"),
    ],
)
def test_a_number_without_classifier_counts_people_that_follow_else_money(text, unit):
    assert only(text).unit == unit


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("在甲乙两地等5市巡回宣讲。", 5, "city"),
        ("覆盖14市州。", 14, "city"),
        ("活动走进9县。", 9, "org"),
        ("来自12省的代表参会。", 12, "org"),
    ],
)
def test_areas_without_a_classifier_of_their_own(text, value, unit):
    one = only(text)
    assert (one.value, one.unit) == (value, unit)


@pytest.mark.parametrize(
    "text", ["8市场监管所", "设置两人三足接力", "三人制篮球", "采取两种方式推进", "至今的5年中,各级工会", "这3年间,各级工会"]
)
def test_names_of_games_ways_and_spans_are_no_figures(text):
    assert read(text) == []


@pytest.mark.parametrize(("text", "values"), [("公益课程640节。", [640]), ("迎接2节日活动。", []), ("共12节课。", [12])])
def test_lessons_are_counted_and_holidays_are_not(text, values):
    assert [one.value for one in read(text)] == values


def test_what_will_be_spent_is_a_target():
    assert [one.kind for one in read("今年将投入300万元,将组织1200名职工疗休养。已投入20万元。")] == ["target", "target", "count"]
