"""Whoever is erased: the circumstances of an application, and what was said about it, go; amounts stay and are still counted."""

import pytest

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import registry
from unionhall.testing.planted import Planter, hits
from unionhall.work.grants.actions import applications
from unionhall.work.grants.tests.conftest import assert_books_agree, figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(office, cast):
    """An application with its circumstances, sent back with a reason; and the words."""
    plant = Planter()
    one = office.submit(office.person(plant("姓名")), reason=plant("住院"))
    applications.send_back(application_id=one.pk, by=cast.county_clerk, words=plant("退回"))
    return one, plant.words


def test_no_word_is_left_and_the_books_agree(asked, cast):
    one, said = asked
    before = figure("grants.applied", cast.city)
    assert {word for _table, _column, word in hits(*said)} == {*said}
    people.erase(by=cast.city_clerk, person=one.person, reason="本人申请")
    assert (hits(*said), audit.verify().ok) == (set(), True)
    assert figure("grants.applied", cast.city) == before
    assert_books_agree()


def test_without_forgetting_the_words_stay(asked, cast, monkeypatch):
    """The sabotage twin."""
    one, said = asked
    monkeypatch.setattr(registry, "words", list)
    people.erase(by=cast.city_clerk, person=one.person, reason="本人申请")
    assert ("grants_application", "reason") in {(table, column) for table, column, _word in hits(*said)}
