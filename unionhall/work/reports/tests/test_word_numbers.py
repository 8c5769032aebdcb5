"""The house chooses 余, 多, 近, 约, 万 and 亿, and whatever it prints is true of the exact value."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from unionhall.catalogue import printing
from unionhall.lib.text import Text
from unionhall.work.reports.rules.wording import change, change_text, more_of, percent, scaled, spoken, written


@pytest.mark.parametrize(
    ("number", "step", "said"),
    [
        (0, None, "0人"),
        (512, None, "512人"),
        (9482, None, "9482人"),
        (9999, None, "9999人"),
        (10000, None, "1万人"),
        (15000, None, "1.5万人"),
        (15400, None, "1.5万余人"),
        (15010, None, "约1.5万人"),
        (15990, None, "约1.6万人"),
        (15850, None, "近1.6万人"),
        (814, 100, "800余人"),
        (2950, 1000, "近3000人"),
        (274, 10, "270余人"),
        (51_153_000, 10_000, "5115万多人"),
        (12_750_100, 10_000, "约1275万人"),
        (1_208_730, 10, "120.873万人"),
        (246_000_000, None, "2.46亿人"),
        (246_300_000, None, "2.46亿余人"),
        (7, 100, "不足100人"),
        (97, 100, "近100人"),
        (15400, 1, "15400人"),
    ],
)
def test_the_words_of_a_number(number, step, said):
    assert written(number, "人", step=step).text == said


@given(some.integers(0, 10**12), some.sampled_from([None, 1, 10, 100, 1000, 10_000, 1_000_000]))
def test_whatever_is_printed_is_true_of_the_exact_value(number, step):
    found = written(number, "人", step=step)
    assert printing.prints_as(found.value, found.qualifier, found.step, number, printed=found.text)


@given(some.integers(0, 10**13), some.sampled_from([None, 1, 100, 10_000]))
def test_money_is_printed_as_truly(fen, step):
    found = written(fen, "元", step=step, money=True)
    assert printing.prints_as(found.value, found.qualifier, found.step, Fraction(fen, 100), printed=found.text)


@given(some.integers(0, 10**6), some.integers(1, 10**6))
def test_rates_never_claim_all_or_nothing_that_is_not(above, below):
    rate = Fraction(above, below)
    found = percent(rate)
    assert (found.text == "100%") == (rate == 1)
    assert (found.text == "0%") == (rate == 0)
    if "以上" not in found.text and "不足" not in found.text:
        assert printing.prints_as(found.value, found.qualifier, found.step, rate * 100)


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "0元"),
        (100, "1元"),
        (12345, "123.45元"),
        (1_234_500, "1.2万余元"),
        (190_000_000, "190万元"),
        (31_600_050, "约31.6万元"),
        (-500, "-5元"),
    ],
)
def test_money(fen, said):
    assert written(fen, "元", money=True).text == said


def test_a_rate_of_nothing_prints_two_dashes():
    assert written(None, "").text == "--"
    assert change(None, 3) == change(3, 0) == (None, "无可比数")


def test_growth_and_fall():
    assert change(112, 100) == (Fraction(3, 25), "增长12%")
    assert change(97, 100) == (Fraction(-3, 100), "下降3%")
    assert change(5, 5) == (Fraction(0), "持平")


@pytest.mark.parametrize(("low", "word"), [(800, "余"), (15000, "余"), (51_150_000, "多"), (270, "余"), (246_000_000, "余")])
def test_which_of_the_two_words(low, word):
    assert more_of(low) == word


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (10_001, "1.0001万"), (123_456_789, "123456789"), (100_000_000, "1亿")])
def test_scaling_loses_nothing(number, text):
    assert scaled(number) == text


@pytest.mark.parametrize(
    ("now", "before", "zh", "en"),
    [
        (58, 30, "同比增长93.3%", "up 93.3% on the year before"),
        (30, 58, "同比下降48.3%", "down 48.3% on the year before"),
        (5, 5, "同比持平", "as the year before"),
        (110, 100, "同比增长10%", "up 10% on the year before"),
    ],
)
def test_a_change_beside_a_number_on_screen(now, before, zh, en):
    assert change_text(now, before) == Text(zh, en)


@pytest.mark.parametrize(("now", "before"), [(5, 0), (5, None), (None, 5)])
def test_a_change_against_nothing_is_not_said(now, before):
    assert change_text(now, before) is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("送温暖 (两节送温暖等主题活动)", "送温暖"),
        ("六率（救助率、准确率）", "六率"),
        ("建档立卡 / 档案动态管理", "建档立卡、档案动态管理"),
        ("劳模和工匠(人才)创新室联盟", "劳模和工匠(人才)创新室联盟"),
        ("金秋助学", "金秋助学"),
        ("(待定)", "(待定)"),
    ],
)
def test_a_name_as_prose_says_it(name, said):
    assert spoken(name) == said
