"""Chinese numerals."""

from decimal import Decimal

import pytest

from unionhall.lib import hanzi_numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3,000", "3000"),
        ("1.5万", "15000"),
        ("1.5 万", "15000"),
        ("２千万", "20000000"),
        ("3亿", "300000000"),
        ("三百二十", "320"),
        ("两千", "2000"),
        ("一百零五", "105"),
        ("十", "10"),
        ("十二", "12"),
        ("二〇二五", "2025"),
        ("三", "3"),
        ("0", "0"),
        ("12.34", "12.34"),
        ("一百一", "110"),
        ("三千二", "3200"),
        ("三万五", "35000"),
        ("二亿七", "270000000"),
        ("十二亿五", "1250000000"),
        ("二亿零七", "200000007"),
        ("一点二", "1.2"),
    ],
)
def test_numbers_are_read(text, value):
    assert hanzi_numbers.parse(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "万", "点", "三人", "1..5", "1,00万", "-3", "1e5", "abc", "百贰十四", "一亿两", "十十", "一万万", "二亿七七"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError):
        hanzi_numbers.parse(text)


@pytest.mark.parametrize(
    ("number", "text"), [(0, "零"), (10, "十"), (12, "十二"), (105, "一百零五"), (110, "一百一十"), (10000, "一万"), (-3, "负三")]
)
def test_numbers_are_written(number, text):
    assert hanzi_numbers.written(number) == text


@pytest.mark.parametrize("number", [1, 9, 10, 19, 20, 101, 999, 1000, 1001, 10010, 99999, 100000, 123456789])
def test_written_numbers_are_read_back(number):
    assert hanzi_numbers.parse(hanzi_numbers.written(number)) == number


def test_years_are_written_digit_by_digit():
    assert hanzi_numbers.year(2025) == "二〇二五"
