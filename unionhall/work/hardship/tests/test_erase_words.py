"""Once the law lets a file go: nothing that was said in it is left, and its book does not open any more; the counts stay."""

import pytest

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import registry
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.testing.planted import Planter, hits
from unionhall.work.hardship.actions import procedure
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.tests.conftest import assert_books_agree, figure, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(cast, desk):
    """A file whose procedure left words, and the words."""
    plant = Planter()
    file = desk.applied(head=desk.person(name=plant("户主")), note=plant("备注"), employer=plant("单位"))
    seen = {"visited_on": dates.today(), "companion": "刘志远", "finding": plant("入户"), "agrees": True}
    procedure.visit(household_id=file.pk, by=cast.township_clerk, **seen)
    procedure.refuse(household_id=file.pk, by=cast.county_clerk, reason=plant("不予"))
    return fresh(file), plant.words


def test_nothing_said_in_the_file_is_left_when_it_may_go(cast, filed, monkeypatch):
    file, said = filed
    before = figure("hardship.applied", cast.city)
    assert {word for _table, _column, word in hits(*said)} == {*said}
    monkeypatch.setattr(registry, "_holds", [])  # the years for which the law has it kept are over
    people.erase(by=cast.city_clerk, person=file.head, reason="保存期满")
    assert (hits(*said), bytes(Household.objects.get().book), audit.verify().ok) == (set(), b"", True)
    assert figure("hardship.applied", cast.city) == before
    assert_books_agree()


def test_until_then_it_is_kept_with_every_word(cast, desk):
    plant = Planter()
    file = desk.filed(note=plant("备注"))
    with pytest.raises(Refused, match="困难职工档案"):
        people.erase(by=cast.city_clerk, person=file.head, reason="本人申请")
    assert hits(*plant.words) == {("hardship_household", "note", plant.words[0])}


def test_without_forgetting_the_words_stay(cast, filed, monkeypatch):
    """The sabotage twin."""
    file, said = filed
    monkeypatch.setattr(registry, "_holds", [])
    monkeypatch.setattr(registry, "words", list)
    people.erase(by=cast.city_clerk, person=file.head, reason="保存期满")
    assert ("hardship_visit", "finding") in {(table, column) for table, column, _word in hits(*said)}
