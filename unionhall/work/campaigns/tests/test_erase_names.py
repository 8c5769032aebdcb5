"""Whoever is erased: the name that stands beside the person in teams, visits and lists goes; who came is still counted."""

import pytest

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import registry
from unionhall.testing.planted import hits
from unionhall.work.campaigns.actions import attendance
from unionhall.work.campaigns.models import Attendance, Stop
from unionhall.work.campaigns.rules import Stopped
from unionhall.work.campaigns.tests.conftest import assert_books_agree, figure

pytestmark = pytest.mark.django_db
NAME = "埋甲姓名"
COUNTED = ("campaigns.attended", "campaigns.attended.distinct", "campaigns.visit_made.distinct")


@pytest.fixture
def known(cast, desk):
    """Somebody who was visited and came to a session."""
    person = people.register(by=None, name=NAME, home=cast.factory, phone="10077770001")
    desk.visit(Stopped(recipient="hardship", person_id=person.pk, name=NAME))
    session = desk.published()
    attendance.check_in(session_id=session.pk, person=person, by=cast.county_clerk)
    return person


def test_the_name_is_nowhere_left_and_the_counts_stay(cast, known):
    before = [figure(code, cast.city) for code in COUNTED]
    assert {table for table, _column, _word in hits(NAME)} >= {"campaigns_attendance", "campaigns_stop", "people_person"}
    people.erase(by=cast.city_clerk, person=known, reason="本人申请")
    assert (hits(NAME), audit.verify().ok) == (set(), True)
    assert [Attendance.objects.get().name, Stop.objects.get().name] == ["—", "—"]
    assert [figure(code, cast.city) for code in COUNTED] == before
    assert_books_agree()


def test_without_forgetting_the_name_stays(cast, known, monkeypatch):
    """The sabotage twin."""
    monkeypatch.setattr(registry, "words", list)
    people.erase(by=cast.city_clerk, person=known, reason="本人申请")
    assert {table for table, _column, _word in hits(NAME)} >= {"campaigns_attendance", "campaigns_stop"}
