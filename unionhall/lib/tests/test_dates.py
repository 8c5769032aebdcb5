from datetime import UTC, date, datetime, timedelta

import pytest

from unionhall.lib import clock, dates


def test_the_day_turns_at_midnight_in_shanghai():
    assert dates.day_of(datetime(2025, 3, 5, 15, 59, tzinfo=UTC)) == date(2025, 3, 5)
    assert dates.day_of(datetime(2025, 3, 5, 16, 0, tzinfo=UTC)) == date(2025, 3, 6)


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        dates.day_of(datetime(2025, 3, 5))  # noqa: DTZ001


def test_today_follows_the_clock():
    with clock.fixed(datetime(2022, 6, 27, 1, 0, tzinfo=UTC)):
        assert dates.today() == date(2022, 6, 27)


def test_chinese_day_has_no_leading_zeros():
    assert dates.chinese(date(2025, 3, 5)) == "2025年3月5日"


def test_start_of_day_is_in_shanghai():
    assert dates.start_of(date(2025, 3, 5)) == datetime(2025, 3, 4, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (0, "今天", "today"),
        (1, "1 天前", "yesterday"),
        (30, "30 天前", "30 days ago"),
        (31, "1 个月前", "a month ago"),
        (400, "13 个月前", "13 months ago"),
        (731, "2 年前", "2 years ago"),
    ],
)
def test_how_long_ago_is_said_in_the_unit_that_people_use(days, zh, en):
    told = dates.ago(dates.today() - timedelta(days=days))
    assert (told.zh, told.en) == (zh, en)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2026, 3, 15), 12, date(2027, 3, 15)),
        (date(2026, 3, 15), -12, date(2025, 3, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 5, 31), 1, date(2026, 6, 30)),
    ],
)
def test_months_later(day, months, later):
    assert dates.months_later(day, months) == later
