"""The plain decisions: keys of sources, subjects and dimensions, and windows cut into months."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionhall.kernel.ledger import rules

EARLIEST, LATEST = date(2023, 2, 10), date(2025, 11, 20)
DAYS = st.dates(date(2022, 6, 1), date(2026, 6, 30))


def days_of(cut):
    """Every day that a cut stands for."""
    found = [first + timedelta(days=n) for first, last in cut.edges for n in range((last - first).days + 1)]
    for month in range(cut.first, cut.last + 1):
        first, last = rules.first_day(month), rules.last_day(month)
        found += [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return found


@given(st.none() | DAYS, DAYS)
def test_a_cut_window_holds_each_posted_day_exactly_once(start, end):
    if start and end < start:
        start, end = end, start
    cut = rules.cut(start, end, EARLIEST, LATEST)
    posted = [EARLIEST + timedelta(days=n) for n in range((LATEST - EARLIEST).days + 1)]
    wanted = [day for day in posted if (start is None or start <= day) and day <= end]
    held = [] if cut is None else [day for day in days_of(cut) if EARLIEST <= day <= LATEST]
    assert sorted(held) == wanted


@given(st.none() | DAYS, DAYS)
def test_periods_are_the_whole_months_written_shorter(start, end):
    if start and end < start:
        start, end = end, start
    cut = rules.cut(start, end, EARLIEST, LATEST)
    if cut is None:
        return
    months = []
    for low, high in cut.periods():
        for period in range(low, high + 1):
            months += [-period * 12 + n for n in range(12)] if period < 0 else [period]
    assert sorted(months) == list(range(cut.first, cut.last + 1))
    assert len(cut.periods()) <= 3


def test_a_calendar_year_is_one_period():
    assert rules.cut(date(2024, 1, 1), date(2024, 12, 31), EARLIEST, LATEST).periods() == [(-2024, -2024)]


def test_a_window_up_to_the_last_posted_day_has_no_broken_month():
    cut = rules.cut(date(2025, 1, 1), LATEST, EARLIEST, LATEST)
    assert (cut.edges, rules.first_day(cut.last)) == ((), date(2025, 11, 1))


def test_a_window_inside_one_month_is_an_edge():
    cut = rules.cut(date(2024, 3, 5), date(2024, 3, 9), EARLIEST, LATEST)
    assert not cut.has_months and cut.edges == ((date(2024, 3, 5), date(2024, 3, 9)),)
    assert cut.periods() == []


@pytest.mark.parametrize(("start", "end"), [(None, date(2023, 2, 9)), (date(2025, 11, 21), date(2026, 1, 1))])
def test_a_window_outside_the_books_is_nothing(start, end):
    assert rules.cut(start, end, EARLIEST, LATEST) is None


@given(st.dates(date(1949, 10, 1), date(2100, 12, 31)))
def test_months_count_through(day):
    month = rules.month_of(day)
    assert rules.first_day(month) <= day <= rules.last_day(month)
    assert rules.first_day(month).day == 1 and (rules.last_day(month) + timedelta(days=1)).day == 1


def test_a_source_is_a_saved_record_or_kind_and_number():
    record = SimpleNamespace(pk=7, _meta=SimpleNamespace(label_lower="issues.issue"))
    assert rules.source_key(record) == ("issues.issue", 7)
    assert rules.source_key("issues.issue:7") == ("issues.issue", 7)


@pytest.mark.parametrize("source", ["issues.issue", "17", ":17", "issues.issue:", "issues.issue:x", SimpleNamespace(pk=None)])
def test_anything_else_is_no_source(source):
    with pytest.raises(ValueError, match="source"):
        rules.source_key(source)


def test_subjects_keep_their_number_or_get_one_from_their_text():
    assert [rules.subject_key(subject) for subject in (7, "person:7", SimpleNamespace(pk=7), "")] == [7, 7, 7, None]
    texts = ["红旗机械厂", "红旗机械二厂", "household-a", "person:12345678901234"[:13]]
    numbers = [rules.subject_key(text) for text in texts[:3]]
    assert all(number < 0 for number in numbers) and len(set(numbers)) == 3
    assert numbers == [rules.subject_key(text) for text in texts[:3]]


@pytest.mark.parametrize("secret", ["420602199001011234", "id:42060219900101123X", "6222 0200 0000 0000 123"])
def test_identity_and_bank_numbers_are_refused_as_subjects(secret):
    with pytest.raises(ValueError, match="identity"):
        rules.subject_key(secret)


def test_dimension_sets_are_numbered_by_content():
    number, text = rules.dimension_key({"source": "检查", "grade": "major"})
    assert text == '{"grade":"major","source":"检查"}'
    assert rules.dimension_key({"grade": "major", "source": "检查"})[0] == number > 0
    assert rules.dimension_key({"grade": "minor", "source": "检查"})[0] != number
    assert rules.dimension_key({}) == (0, "{}")


@given(st.dictionaries(st.text(max_size=6), st.text(max_size=6), max_size=4))
def test_dimension_numbers_fit_their_column(values):
    assert 0 <= rules.dimension_key(values)[0] < 2**63


@given(st.text(max_size=12))
def test_subject_numbers_fit_their_column(text):
    number = rules.subject_key(text)
    assert number is None or -(2**63) <= number < 2**63
