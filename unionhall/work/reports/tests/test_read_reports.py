"""Numbers of a report are found with value, unit, hedge, step, kind, time and place; what is no figure is left alone."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionhall.work.reports.rules.reading import finding, report
from unionhall.work.reports.rules.reading.report import Mention
from unionhall.work.reports.tests import sentences

UNTIL = date(2023, 12, 31)


def read(text: str) -> list[Mention]:
    return list(report.read(text, until=UNTIL).mentions)


def only(text: str) -> Mention:
    (found,) = read(text)
    return found


def test_own_sentences_are_read_as_they_are_meant():
    tally, lines = sentences.tally(sentences.sentences())
    assert tally.meant >= 160
    assert tally.recall >= 0.98, lines
    assert tally.false_share <= 0.02, lines
    assert tally.described >= 0.97, lines


@pytest.mark.parametrize(("name", "meant", "described"), [("unseen", 184, 0.97), ("practice", 280, 0.97), ("blind", 225, 0.96)])
def test_passages_in_other_manners_are_read(name, meant, described):
    tally, _lines = sentences.tally(sentences.passages(name))
    assert tally.meant == meant
    assert tally.recall >= 0.98
    assert tally.false_share <= 0.02
    assert tally.described >= described


def test_the_measure_would_see_a_lost_word(monkeypatch):
    """The twin: where hedges are not read, the share of rightly described figures falls."""
    monkeypatch.setattr(finding, "_qualifier", lambda _before, _inside, _after: "exact")
    tally, _lines = sentences.tally(sentences.sentences())
    assert tally.described < 0.97


@pytest.mark.parametrize(
    ("text", "value", "qualifier", "step"),
    [
        ("慰问职工1.5万余人次", 15_000, "more_than", 1_000),
        ("提供岗位270多个", 270, "more_than", 10),
        ("救助800余人", 800, "more_than", 100),
        ("筹集5115万多元", 51_150_000, "more_than", 10_000),
        ("站点突破300个", 300, "more_than", 100),
        ("近3000人参加", 3_000, "nearly", 100),
        ("物资约1275万元", 12_750_000, "approx", 10_000),
        ("会员120.873万名", 1_208_730, "exact", 10),
        ("资金2.46亿元", 246_000_000, "exact", 1_000_000),
        ("资金3千亿元", 300_000_000_000, "exact", 100_000_000_000),
        ("满意率95%以上", 95, "at_least", 1),
        ("不少于6场活动", 6, "at_least", 1),
        ("至少开展2次活动", 2, "at_least", 1),
        ("不超过8人", 8, "at_most", 1),
        ("发放２，５００元补助", 2_500, "exact", 1),
    ],
)
def test_hedges_and_steps(text, value, qualifier, step):
    found = only(text)
    assert (found.value, found.qualifier, found.step) == (Decimal(value), qualifier, Decimal(step))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("走访困难职工323户", "household"),
        ("提供岗位198个", "position"),
        ("建成驿站58个", "facility"),
        ("发现问题12个", "issue"),
        ("成立4个调研组", "team"),
        ("覆盖9个县级工会", "org"),
        ("制定10项措施", "measure"),
        ("申报150万项目经费", "CNY"),
        ("每人发放500元", "CNY/person"),
        ("每季度召开1次会议", "event/quarter"),
        ("刊发信息23篇次", "piece_time"),
        ("提高2.5个百分点", "point"),
    ],
)
def test_units_follow_the_noun_beside_them(text, unit):
    assert only(text).full_unit == unit


@pytest.mark.parametrize(
    "text",
    [
        "2023年5月1日,市第八届劳模大会召开",
        "党的二十大和“十四五”规划",
        "总工发〔2022〕16号文件第十二条",
        "拨打12351职工热线,电话0990-6123456",
        "《关于做好2023年度100项工作的通知》",
        "(一)突出重点,一是抓组织,二是抓服务",
        "坚持“六有”标准和“三亮”要求,五个方面齐发力",
        "八届五次全委会议、第23次会议、首届大会、二代平台",
        "纪念建会70周年,打造五星级支部和5G直播",
        "一个班组、一名干部、一项工作",
    ],
)
def test_what_is_no_figure_is_left_alone(text):
    assert read(text) == []


def test_a_unit_is_carried_over_where_the_number_stands_alone():
    found, solved = read("目前共发现问题173项,当前已解决140项。")
    assert (found.unit, solved.unit) == ("issue", "issue")


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2022年走访40户", date(2022, 1, 1), date(2022, 12, 31)),
        ("上半年走访40户", date(2023, 1, 1), date(2023, 6, 30)),
        ("2023年一季度走访40户", date(2023, 1, 1), date(2023, 3, 31)),
        ("前三季度走访40户", date(2023, 1, 1), date(2023, 9, 30)),
        ("去年走访40户", date(2022, 1, 1), date(2022, 12, 31)),
        ("两节期间走访40户", date(2022, 12, 15), date(2023, 2, 28)),
        ("今年以来走访40户", date(2023, 1, 1), UNTIL),
        ("2022年11月至2023年2月走访40户", date(2022, 11, 1), date(2023, 2, 28)),
        ("6月上旬走访40户", date(2023, 6, 1), date(2023, 6, 10)),
        ("6月30日走访40户", date(2023, 6, 30), date(2023, 6, 30)),
        ("“十三五”期间走访40户", date(2016, 1, 1), date(2020, 12, 31)),
        ("2021-2022年走访40户", date(2021, 1, 1), date(2022, 12, 31)),
        ("截至目前,走访40户", None, UNTIL),
    ],
)
def test_times_come_from_the_words(text, since, until):
    window = only(text).window
    assert window is not None
    assert (window.since, window.until) == (since, until)


def test_a_figure_without_a_time_has_none():
    assert only("走访40户").window is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("走访40户", "count"),
        ("满意率98%", "rate"),
        ("确保建会率达到90%以上", "target"),
        ("每人每年补助1200元", "rule"),
        ("获奖数量居全省第一", "rank"),
        ("为期3天", "duration"),
        ("二、下一步工作打算\n新建站点20个", "target"),
    ],
)
def test_kinds(text, kind):
    assert read(text)[-1].kind == kind


def test_subsets_are_named():
    found = read("培训120人,其中女职工50人。")
    assert [one.subset for one in found] == [(), ("women",)]
    assert [one.part for one in found] == [False, True]


def test_a_whole_and_a_nothing_are_figures():
    assert [one.value for one in read("实现帮扶全覆盖,取得国家级奖项“零”的突破。")] == [Decimal(100), Decimal(0)]


def test_positions_are_those_of_the_text_as_given():
    text = "\ufeff發布時間:2023-07-06 點擊量:2432\n全市發現問題４３項,\r走訪 286 戶。"
    for one in read(text):
        assert text[one.start : one.end] == one.printed
    assert [one.printed for one in read(text)] == ["４３項", "286 戶"]


def test_a_report_of_five_thousand_characters_takes_no_time():
    text = "".join(sentence for sentence, _figures in sentences.sentences())
    text = (text * (5_000 // len(text) + 1))[:5_000]
    start = time.process_time()
    assert read(text)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "text",
    ["1" * 50_000, "一" * 50_000, "第" * 50_000, "1," * 25_000, "每人" * 25_000, "“" * 50_000, "《" * 50_000, "共1人," * 10_000],
)
def test_hostile_text_takes_no_time_either(text):
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 8


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789.,%万亿千百十余多近约人户元个次年月日第届《》“”一二三两,。\n ()（）abé項", max_size=60))
def test_anything_can_be_read(text):
    for one in report.read(text, until=UNTIL).mentions:
        assert text[one.start : one.end] == one.printed
        assert one.step > 0


PIECES = [
    "百分之",
    "近",
    "过去",
    "年来",
    "成以上",
    "排名全市第",
    "连续",
    "年",
    "元/人",
    "/月",
    "(次)",
    "内",
    "工作日",
    "个多月",
    "路",
    "上",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([*PIECES, *"零一二三五十百千万亿两点几0239", "2023", "5000", "人", ",", "。"]), max_size=14).map(
        "".join
    )
)
def test_any_numeral_in_any_phrase_can_be_read(text):
    for one in report.read(text, until=UNTIL).mentions:
        assert text[one.start : one.end] == one.printed


@pytest.mark.parametrize(
    ("text", "value", "unit", "qualifier"),
    [
        ("签订率达到百分之百", 100, "percent", "exact"),
        ("在15个工作日内办结", 15, "day", "at_most"),
        ("竞赛历时两个多月", 2, "month", "more_than"),
        ("为期3个多月", 3, "month", "more_than"),
        ("慰问环卫工人1200人(次)", 1200, "person_time", "exact"),
        ("按500元/人标准发放", 500, "CNY/person", "exact"),
        ("兵分5路赶赴一线", 5, "team", "exact"),
        ("开班培训5天内完成", 5, "day", "at_most"),
        ("已查改隐患86处", 86, "issue", "exact"),
        ("新增临时休息点86处", 86, "facility", "exact"),
        ("提出审计建议12条", 12, "piece", "exact"),
        ("到21个市州督导", 21, "city", "exact"),
        ("设28个比武项目", 28, "project", "exact"),
        ("建成母婴室近万家", 10_000, "facility", "nearly"),
        ("举办公益讲座8期", 8, "class", "exact"),
        ("制作微视频22个", 22, "piece", "exact"),
    ],
)
def test_units_and_limits_in_other_words(text, value, unit, qualifier):
    found = only(text)
    assert (found.value, found.full_unit, found.qualifier) == (Decimal(value), unit, qualifier)


@pytest.mark.parametrize(
    ("text", "place", "value", "unit", "qualifier"),
    [
        ("累计补助1909.69万元。", 0, 19_096_900, "CNY", "exact"),  # no September of 1909
        ("开通9条线路。", 0, 9, "piece", "exact"),
        ("80余名单身职工参加。", 0, 80, "person", "more_than"),
        ("30对男女青年牵手成功。", 0, 30, "pair", "exact"),
        ("连续工作五个多小时。", 0, 5, "hour", "more_than"),
        ("培训3个小时。", 0, 3, "hour", "exact"),
        ("共有48个困难职工家庭受益。", 0, 48, "household", "exact"),
        ("前往三个检疫关卡。", 0, 3, "facility", "exact"),
        ("组织五人志愿服务队伍。", 0, 5, "person", "exact"),
        ("建成驿站300个,其中209个被命名为示范点。", 1, 209, "facility", "exact"),
        ("单笔最高补助达2.4万元。", 0, 24_000, "CNY", "exact"),  # an extreme; 最高补助2.4万元 is a ceiling
        ("最高补助2.4万元。", 0, 24_000, "CNY", "at_most"),
    ],
)
def test_what_reports_of_other_unions_showed(text, place, value, unit, qualifier):
    found = read(text)[place]
    assert (found.value, found.unit, found.qualifier) == (Decimal(value), unit, qualifier)


@pytest.mark.parametrize("text", ["各条战线", "对单位进行检查", "四个方面", ",今年前8个月"])
def test_words_that_only_look_like_classifiers(text):
    assert read(f"共10家{text}")[1:] == []


def test_hours_worked_are_counted_and_hours_passed_are_not():
    assert [one.kind for one in read("服务时长超过8万小时。历时3小时。")] == ["count", "duration"]


def test_a_sentence_that_goes_on_knows_the_one_before_it():
    found = read("资助困难学生。其中女生12人。另有男生9人。")
    assert [one.lead for one in found] == ["资助困难学生。", ""]


def test_the_titles_above_a_line_are_those_of_its_rank_and_higher():
    text = "一、帮扶\n(一)助学\n资助3人。\n(二)送温暖\n慰问5人。\n二、组织\n发展会员7人。"
    assert [one.section for one in read(text)] == ["助学\n帮扶", "送温暖\n帮扶", "组织"]
