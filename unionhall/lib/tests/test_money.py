import pytest

from unionhall.lib import money


def test_yuan_groups_thousands_and_keeps_two_places():
    assert [money.yuan(n) for n in (0, 5, 112300, -112345)] == ["0.00", "0.05", "1,123.00", "-1,123.45"]


@pytest.mark.parametrize(("typed", "fen"), [("１２３．４５", 12345), ("1,000", 100000), ("¥ 56,000元", 5600000), ("0.1", 10)])
def test_parse_accepts_what_people_type(typed, fen):
    assert money.parse(typed) == fen


@pytest.mark.parametrize("typed", ["-5", "1e9", "1.234", "", "NaN", "十元", "1.", "99999999999999"])
def test_parse_refuses_the_rest(typed):
    with pytest.raises(ValueError):
        money.parse(typed)


def test_capitals():
    assert money.capitals(1123000) == "壹万壹仟贰佰叁拾元整"
    assert money.capitals(14100000) == "壹拾肆万壹仟元整"
