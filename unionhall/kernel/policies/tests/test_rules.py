from datetime import date, timedelta

import pytest
from chinese_calendar import is_workday
from hypothesis import given
from hypothesis import strategies as st

from unionhall.kernel.policies import rules
from unionhall.kernel.policies.registry import Policy, register_policies
from unionhall.kernel.policies.rules import WorkingDays
from unionhall.lib.text import Text

PUBLISHED = WorkingDays.of({day: working for day, working, _note in rules.published_days()})
SOME_DAY = st.dates(date(2004, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        ("working_day", 0),
        ("fen", 20_000_00),
        ("percent", 100),
        ("whole_list", [1, 3, 7]),
        ("text", "文件"),
        ("yes_no", False),
        ("table", {"a": 1}),
        ("fen_table", {"primary": 300_000}),
    ],
)
def test_values_that_fit_their_unit(unit, value):
    rules.check_value(value, unit=unit)


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        ("working_day", -1),
        ("working_day", 1.5),
        ("working_day", True),
        ("working_day", "5"),
        ("working_day", None),
        ("percent", 101),
        ("whole_list", []),
        ("whole_list", [1, "2"]),
        ("whole_list", 3),
        ("text", "  "),
        ("yes_no", 1),
        ("table", {}),
        ("fen_table", {"primary": "3000"}),
        ("fen_table", {"primary": -1}),
        ("mood", 1),
    ],
)
def test_values_that_do_not(unit, value):
    with pytest.raises(ValueError):
        rules.check_value(value, unit=unit)


def test_bounds():
    rules.check_value(3, unit="day", least=3, most=3)
    for value in (2, 4):
        with pytest.raises(ValueError):
            rules.check_value(value, unit="day", least=3, most=3)


def test_a_default_must_fit_and_a_code_belongs_to_one_declaration():
    with pytest.raises(ValueError):
        Policy("x.y", Text("", ""), "day", 0, Text("", ""), least=1).check(0)
    with pytest.raises(ValueError):
        register_policies([Policy("x.y", Text("", ""), "day", 0, Text("", ""), least=1)])


def test_make_up_days_count_and_holidays_do_not():
    assert PUBLISHED.is_working(date(2025, 1, 26))  # a Sunday, worked for the Spring Festival
    assert not PUBLISHED.is_working(date(2025, 1, 28))  # New Year's Eve, a Tuesday
    assert PUBLISHED.add(date(2025, 1, 24), 1) == date(2025, 1, 26)
    assert PUBLISHED.add(date(2025, 1, 27), 1) == date(2025, 2, 5)
    assert PUBLISHED.between(date(2025, 1, 24), date(2025, 2, 5)) == 3


def test_the_seed_says_what_the_published_arrangements_say():
    day = date(2004, 1, 1)
    while day <= date(2026, 12, 31):
        assert PUBLISHED.is_working(day) == is_workday(day), day
        day += timedelta(days=1)


def test_the_day_of_the_act_does_not_count():
    wednesday = date(2025, 3, 5)
    assert PUBLISHED.add(wednesday, 1) == date(2025, 3, 6)
    assert PUBLISHED.add(wednesday, 3) == date(2025, 3, 10)
    assert PUBLISHED.add(wednesday, 0) == wednesday
    assert PUBLISHED.add(date(2025, 3, 8), 0) == date(2025, 3, 10)  # a Saturday: the next working day
    assert PUBLISHED.add(date(2025, 3, 8), 1) == date(2025, 3, 10)
    assert PUBLISHED.add(date(2025, 3, 10), -1) == date(2025, 3, 7)


def test_outside_the_calendar_is_refused():
    for day, n in [(date(1999, 12, 31), 1), (date(2100, 12, 31), 1), (date(2000, 1, 3), -1)]:
        with pytest.raises(ValueError, match="calendar"):
            PUBLISHED.add(day, n)


@given(SOME_DAY, st.integers(1, 60))
def test_between_undoes_add(day, n):
    assert PUBLISHED.between(day, PUBLISHED.add(day, n)) == n


@given(SOME_DAY, st.integers(1, 60))
def test_add_steps_over_exactly_the_free_days(day, n):
    at, left = day, n
    while left:
        at += timedelta(days=1)
        left -= is_workday(at) if at.year <= 2026 else at.weekday() < 5
    assert PUBLISHED.add(day, n) == at


@given(SOME_DAY, SOME_DAY)
def test_between_is_antisymmetric(a, b):
    assert PUBLISHED.between(a, b) == -PUBLISHED.between(b, a)


@given(SOME_DAY, st.integers(1, 20), st.integers(0, 60))
def test_passed_is_the_bound_of_between(today, n, back):
    due = today - timedelta(days=back)
    assert (PUBLISHED.between(due, today) >= n) == (due < PUBLISHED.passed(today, n))
