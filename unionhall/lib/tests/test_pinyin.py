"""Names: cleaned, read, found."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionhall.lib import pinyin
from unionhall.lib.pinyin import BadName
from unionhall.lib.refusal import Refused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("王建国", "王建国"),
        (" 王 建国　", "王建国"),
        ("张　三", "张三"),
        ("买买提．艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("买买提 • 艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"),
        ("J. R. Smith", "J. R. Smith"),
        ("John  Smith", "John Smith"),
        ("王\u200b建\u202e国\ufeff", "王建国"),
        ("王\x00建\x07国", "王建国"),
        ("王\ud800建国", "王建国"),
        ("葛\U000e0100明", "葛明"),
        ("Ame\u0301lie", "Amélie"),
        ("ئابدۇللا", "ئابدۇللا"),
        ("𠅤", "𠅤"),
        ("\U00031350明", "\U00031350明"),
        ("\ue000明", "\ue000明"),
        ("奡㛃", "奡㛃"),
    ],
)
def test_a_name_is_cleaned_and_nothing_real_is_lost(typed, kept):
    assert pinyin.normalise(typed) == kept


@pytest.mark.parametrize("typed", ["", "  ", "\u200b", "···", "-", "\x00"])
def test_nothing_is_no_name(typed):
    with pytest.raises(BadName, match="请填写姓名"):
        pinyin.normalise(typed)


def test_a_hundred_characters_are_a_name_and_more_are_not():
    assert pinyin.normalise("𠅤" * 100) == "𠅤" * 100
    with pytest.raises(BadName, match="100"):
        pinyin.normalise("明" * 101)


@given(st.text(max_size=120))
def test_cleaning_settles_and_never_breaks(text):
    try:
        once = pinyin.normalise(text)
    except Refused:
        return
    assert pinyin.normalise(once) == once
    assert once.encode()
    pinyin.readings(once), pinyin.initials(once), pinyin.search_keys(once)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("单雄信", "shanxiongxin"),
        ("曾国藩", "zengguofan"),
        ("仇英", "qiuying"),
        ("翟天临", "zhaitianlin"),
        ("解缙", "xiejin"),
        ("区大相", "oudaxiang"),
        ("查良镛", "zhaliangyong"),
        ("尉迟恭", "yuchigong"),
        ("万俟卨", "moqixie"),
        ("万里", "wanli"),
        ("长孙无忌", "zhangsunwuji"),
        ("欧阳修", "ouyangxiu"),
        ("王建国", "wangjianguo"),
        ("John Smith", "johnsmith"),
        ("买买提·艾力", "maimaitiaili"),
    ],
)
def test_the_likeliest_reading_comes_first(name, first):
    assert pinyin.readings(name)[0] == first


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("曾国藩", {"zgf", "cgf"}),
        ("单雄信", {"sxx", "dxx", "cxx"}),
        ("解缙", {"xj", "jj"}),
        ("John Smith", {"js"}),
        ("王五", {"ww"}),
    ],
)
def test_initials_know_every_reading(name, wanted):
    assert wanted <= set(pinyin.initials(name))


def test_a_polyphone_is_found_by_both_readings_and_every_beginning():
    keys = set(pinyin.search_keys("单小明"))
    assert {"s", "sx", "sxm", "d", "dx", "dxm", "dan", "danxiao", "danxiaoming"} <= keys
    assert "shanxiaoming" not in keys  # the likeliest reading is found by its own column


@pytest.mark.parametrize(
    ("name", "grams"),
    [
        ("王小明", ["王", "小", "明", "王小", "小明"]),
        ("明", ["明"]),
        ("买·买", ["买", "·", "买·", "·买"]),
        ("𠅤㛃", ["𠅤", "㛃", "𠅤㛃"]),
        ("John Smith", []),
        ("阿Q", ["阿", "阿Q"]),
        ("O'N", ["'", "O'", "'N"]),
    ],
)
def test_parts_of_a_name(name, grams):
    assert pinyin.grams(name) == grams


def test_long_names_stay_within_bounds():
    name = "阿卜杜热合曼" * 16
    assert len(pinyin.readings(name)) <= 16
    assert len(pinyin.initials(name)) <= 32
    assert len(pinyin.search_keys(name)) <= 100


def test_an_unknown_character_is_left_out_of_the_sound():
    assert pinyin.readings("\U0003134f明") == pinyin.readings("明")


def test_units_are_read_by_phrases():
    assert pinyin.of_phrase("重庆市总工会") == "chongqingshizonggonghui"


@pytest.mark.parametrize("most", [1, 2, 3, 5, 12, 100])
@pytest.mark.parametrize(
    "parts", [(), (("a",),), (("a", "b"), ("c",)), (("a", "b"), ("c", "d", "e"), ("f", "g")), (("a", "aa"), ("a", ""))]
)
def test_every_combination_is_made_with_the_surname_varying_fastest(parts, most):
    turned = itertools.islice(itertools.product(*parts[::-1]), most)
    assert pinyin._spread(parts, most) == list(dict.fromkeys("".join(reversed(one)) for one in turned))
