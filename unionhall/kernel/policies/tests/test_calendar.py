from datetime import date

import pytest
from django.db import connection

from unionhall.kernel.policies import actions, queries
from unionhall.kernel.policies.models import CalendarDay
from unionhall.lib.refusal import Denied, NotVisible, Refused


def test_the_seed_covers_2004_to_2026(calendar):
    assert [queries.has_calendar(year) for year in (2003, 2004, 2026, 2027)] == [False, True, True, False]
    assert queries.years_without_calendar(2025, 2028) == [2027, 2028]
    notes = {row.day: (row.working, row.note) for row in queries.calendar_days(2025)}
    assert notes[date(2025, 1, 26)] == (True, "春节调休上班")
    assert notes[date(2025, 10, 1)] == (False, "国庆节")


def test_a_year_without_arrangement_counts_weekends(calendar):
    assert queries.add_working_days(date(2027, 9, 30), 1) == date(2027, 10, 1)  # 国庆节 2027 is not published yet
    assert queries.working_days_between(date(2027, 1, 1), date(2027, 1, 8)) == 5


def test_an_edit_takes_effect_at_once(calendar, house):
    assert queries.add_working_days(date(2027, 9, 30), 1) == date(2027, 10, 1)
    actions.set_day(date(2027, 10, 1), by=house, working=False, note="国庆节")
    assert queries.add_working_days(date(2027, 9, 30), 1) == date(2027, 10, 4)
    actions.set_day(date(2027, 10, 2), by=house, working=True, note="国庆节调休上班")
    assert queries.add_working_days(date(2027, 9, 30), 1) == date(2027, 10, 2)
    actions.clear_day(date(2027, 10, 2), by=house)
    assert queries.add_working_days(date(2027, 9, 30), 1) == date(2027, 10, 4)


def test_an_unchanged_calendar_is_read_once(calendar, django_assert_num_queries):
    queries.working_calendar()
    with django_assert_num_queries(3):  # the stamp each time, the days never again
        for _ in range(3):
            queries.working_calendar()


def test_a_confirmed_year_warns_no_longer(calendar, house):
    actions.confirm_year(2027, by=house, source="国办发明电〔2026〕1号")
    assert queries.has_calendar(2027)


@pytest.mark.parametrize("who", ["city_clerk", "county_clerk", "stranger"])
def test_the_calendar_belongs_to_the_top(calendar, cast, who):
    before = CalendarDay.objects.count()
    with pytest.raises((Denied, NotVisible)):
        actions.set_day(date(2027, 10, 1), by=cast.people[who], working=False, note="国庆节")
    with pytest.raises((Denied, NotVisible)):
        actions.confirm_year(2027, by=cast.people[who], source="x")
    assert CalendarDay.objects.count() == before
    assert not queries.has_calendar(2027)


@pytest.mark.parametrize(("day", "note", "field"), [(date(1999, 1, 1), "x", "day"), (date(2027, 1, 1), " ", "note")])
def test_a_wrong_day_is_refused(calendar, house, day, note, field):
    with pytest.raises(Refused) as no:
        actions.set_day(day, by=house, working=False, note=note)
    assert no.value.field == field


def test_loading_again_keeps_what_staff_edited(calendar, house):
    actions.set_day(date(2025, 10, 8), by=house, working=True, note="提前上班")
    assert actions.load_calendar(by=house) == 0
    assert CalendarDay.objects.get(day=date(2025, 10, 8)).working


def test_a_calendar_that_was_never_filled_follows_the_published_arrangements(calendar, house):
    with connection.cursor() as cursor:
        for table in ("calendarstamp", "calendarday", "calendaryear"):
            cursor.execute(f"DELETE FROM policies_{table}")
    assert queries.add_working_days(date(2025, 9, 30), 1) == date(2025, 10, 9)
    actions.set_day(date(2025, 10, 9), by=house, working=False, note="台风停工")
    assert queries.add_working_days(date(2025, 9, 30), 1) == date(2025, 10, 10)
    assert queries.has_calendar(2025)
    assert CalendarDay.objects.count() > 700
