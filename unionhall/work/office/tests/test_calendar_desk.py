"""The working calendar: seen by every cadre, kept by those who may, and followed by deadlines at once."""

from datetime import date

import pytest

from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Role
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.policies.models import CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 4)  # a Wednesday


@pytest.fixture(autouse=True)
def keeper(cast):
    """The calendar is one for the whole house: its keeper's right stands at the root."""
    access.grant(cast.system_admin, role=Role.objects.get(code="system_admin"), at=cast.province, by=None)


def test_an_administrator_of_a_part_of_the_house_changes_nothing(cast, get, post):
    cast.system_admin.grants.filter(organization=cast.province).update(until=date(2020, 1, 1), since=date(2020, 1, 1))
    answer = post("system_admin", "calendar-day", day=DAY.isoformat(), working="0", note="x")
    assert (answer.status_code, CalendarDay.objects.filter(day=DAY).count()) == (422, 0)
    assert post("system_admin", "calendar-load").status_code == 422
    assert 'name="day"' not in get("system_admin", "calendar").content.decode()


def test_a_year_has_twelve_months_in_whole_weeks(get):
    body = get("chair", "calendar", year=2026).content.decode()
    assert body.count('class="month"') == 12
    assert "国庆" in body


@pytest.mark.parametrize("year", ["abc", "1900", "999999", "-1", "²"])
def test_a_year_out_of_range_is_this_year(get, year):
    assert get("chair", "calendar", year=year).status_code == 200


def test_a_day_is_made_free_and_given_back_to_the_week(cast, get, post):
    post("system_admin", "calendar-day", day=DAY.isoformat(), working="0", note="地方纪念日")
    assert policies.working_calendar().is_working(DAY) is False
    assert "地方纪念日" in get("chair", "calendar", year=2026).content.decode()
    post("system_admin", "calendar-clear", day=DAY.isoformat())
    assert policies.working_calendar().is_working(DAY) is True


def test_a_weekend_becomes_a_make_up_day(post):
    saturday = date(2026, 11, 7)
    answer = post("system_admin", "calendar-day", day=saturday.isoformat(), working="1", note="调休上班")
    assert (answer.status_code, policies.working_calendar().is_working(saturday)) == (303, True)


@pytest.mark.parametrize("who", ["city_clerk", "chair", "leader", "auditor"])
def test_others_change_no_day(post, get, who):
    before = CalendarDay.objects.count()
    assert post(who, "calendar-day", day=DAY.isoformat(), working="0", note="x").status_code == 403
    assert post(who, "calendar-clear", day=DAY.isoformat()).status_code == 403
    assert post(who, "calendar-load").status_code == 403
    assert post(who, "calendar-confirm", 2030, source="x").status_code == 403
    assert CalendarDay.objects.count() == before
    assert 'name="day"' not in get(who, "calendar").content.decode()


IMPOSSIBLE = [("2026-02-30", "0"), ("", "0"), ("2026-11-04", "7")]


@pytest.mark.parametrize(("day", "working"), IMPOSSIBLE)
def test_a_day_that_cannot_be_is_refused(post, day, working):
    before = CalendarDay.objects.count()
    assert (post("system_admin", "calendar-day", day=day, working=working, note="x").status_code, CalendarDay.objects.count()) == (
        422,
        before,
    )


def test_a_year_is_confirmed_with_its_document(get, post):
    assert "2030" in get("system_admin", "calendar", year=2030).content.decode()
    assert post("system_admin", "calendar-confirm", 2030, source="").status_code == 422
    assert not CalendarYear.objects.filter(year=2030).exists()
    post("system_admin", "calendar-confirm", 2030, source="国务院办公厅关于2030年部分节假日安排的通知")
    assert CalendarYear.objects.get(year=2030).source.startswith("国务院办公厅")


def test_a_year_beyond_the_calendar_is_refused_in_words(post):
    assert post("system_admin", "calendar-confirm", 9999, source="x").status_code == 422


def test_the_published_arrangements_are_entered_once(post):
    CalendarDay.objects.all().delete()
    CalendarYear.objects.all().delete()
    post("system_admin", "calendar-load")
    entered = CalendarDay.objects.count()
    post("system_admin", "calendar-load")
    assert (entered > 100, CalendarDay.objects.count() == entered) == (True, True)
