"""One click from the desk or a programme's home to a written report; a draft that stands is opened, not written twice."""

from datetime import date, timedelta

import pytest

from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries
from unionhall.lib import dates
from unionhall.work.reports.models import Report

pytestmark = pytest.mark.django_db
CODE = "issue_list_closure"


@pytest.fixture
def desk(cast, books):
    programmes.load_catalogue()
    return cast.client("city_clerk")


def test_the_yearly_report_from_the_desk(desk, cast):
    assert 'action="/reports/new/year/"' in desk.get("/").content.decode()
    answer = desk.post("/reports/new/year/")
    made = Report.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/reports/{made.pk}/")
    assert (made.kind, made.organization, made.since) == ("year", cast.city, date(dates.today().year, 1, 1))
    assert desk.post("/reports/new/year/")["Location"] == f"/reports/{made.pk}/"
    assert Report.objects.count() == 1


def test_the_closing_report_from_a_programme(desk, cast):
    assert f'action="/reports/new/closing/{CODE}/"' in desk.get(f"/programmes/{CODE}/").content.decode()
    assert desk.post(f"/reports/new/closing/{CODE}/").status_code == 303
    made = Report.objects.get()
    assert (made.kind, made.programme.code) == ("closing", CODE)
    assert desk.post("/reports/new/closing/no_such_programme/").status_code == 404


def test_the_edition_gives_the_closing_report_its_time(desk, cast):
    today = dates.today()
    since, until = today - timedelta(days=90), today + timedelta(days=90)
    programmes.open_edition(
        by=cast.city_clerk, programme=queries.programme(CODE), organization=cast.city, since=since, until=until, name="三个月"
    )
    desk.post(f"/reports/new/closing/{CODE}/")
    made = Report.objects.get()
    assert (made.since, made.until) == (since, today)  # what lies ahead is not reported


def test_who_does_not_write_sees_no_button_and_is_refused(cast, desk):
    leader = cast.client("leader")
    assert "/reports/new/year/" not in leader.get("/").content.decode()
    assert leader.post("/reports/new/year/").status_code == 403
    assert not Report.objects.exists()
