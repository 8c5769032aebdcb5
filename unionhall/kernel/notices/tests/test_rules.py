from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionhall.kernel.notices import rules
from unionhall.kernel.notices.registry import Kind
from unionhall.lib.dates import SHANGHAI
from unionhall.lib.text import Text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请回电13812345678", "请回电***"),
        ("138-1234-5678 或 138 1234 5678", "*** 或 ***"),
        ("１３８１２３４５６７８", "***"),
        ("11010519491231002X。", "***。"),
        ("110105 19491231 002X", "***"),
        ("卡号 6222 0212 3456 7890 123", "卡号 ***"),
        ("WT-2025-990004-0001", "WT-2025-990004-0001"),
        ("2025-03-05 14 人 56,000.00 元", "2025-03-05 14 人 56,000.00 元"),
    ],
)
def test_numbers_of_people_are_hidden_and_nothing_else(text, shown):
    assert rules.hide(text) == shown


@given(st.text(), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text())
def test_no_phone_gets_through_whatever_stands_around_it(before, phone, after):
    assert phone not in rules.hide(f"{before}{phone}{after}")


@pytest.mark.parametrize(
    ("hour", "minute", "wait"),
    [
        (20, 59, timedelta()),
        (21, 0, timedelta(hours=11)),
        (0, 0, timedelta(hours=8)),
        (7, 59, timedelta(minutes=1)),
        (8, 0, timedelta()),
    ],
)
def test_quiet_hours_over_midnight(hour, minute, wait):
    local = datetime(2025, 3, 5, hour, minute, tzinfo=SHANGHAI)
    assert rules.allowed_from(local, quiet_from=21, quiet_until=8) == local + wait


def test_quiet_hours_within_a_day_and_none():
    noon = datetime(2025, 3, 5, 12, 30, tzinfo=SHANGHAI)
    assert rules.allowed_from(noon, quiet_from=12, quiet_until=14) == datetime(2025, 3, 5, 14, tzinfo=SHANGHAI)
    assert rules.allowed_from(noon, quiet_from=8, quiet_until=8) == noon


@given(st.datetimes(timezones=st.just(SHANGHAI)).filter(lambda day: 1950 < day.year < 2100), st.integers(0, 23), st.integers(0, 23))
def test_the_first_allowed_moment_is_allowed_and_never_a_day_away(local, start, end):
    first = rules.allowed_from(local, quiet_from=start, quiet_until=end)
    assert local <= first <= local + timedelta(days=1)
    assert rules.allowed_from(first, quiet_from=start, quiet_until=end) == first


def test_waits_grow_and_end():
    waits = [rules.wait_after(attempts) for attempts in range(1, 8)]
    assert waits[:2] == [timedelta(minutes=1), timedelta(minutes=5)]
    assert waits[-1] is None
    assert all(a < b for a, b in pairwise(waits[:6]))


def test_a_template_names_only_its_fields():
    with pytest.raises(ValueError, match="unknown fields \\['phone'\\]"):
        Kind("x.y", Text("{title}", "{title}"), Text("{phone}", "{title}"), fields=("title",))
    with pytest.raises(ValueError, match="unknown channels"):
        Kind("x.y", Text("", ""), Text("", ""), channels=("pigeon",))
