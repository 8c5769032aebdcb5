"""correct and move_home: what is known changes, on record by field, never by value."""

from datetime import date

import pytest

from unionhall.kernel.audit import queries as trail
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries
from unionhall.kernel.people.models import Contact, DataKey, Person, Sealed
from unionhall.kernel.people.queries import words
from unionhall.kernel.people.rules import AlreadyRegistered, Contradiction, Erased
from unionhall.lib import clock
from unionhall.lib.refusal import NotVisible, Refused

ID, OTHER_ID = "11010519491231002X", "110105198001010016"


@pytest.fixture
def wang(cast):
    return people.register(by=None, name="王五", home=cast.factory, id_number=ID, phone="13800138000")


def test_a_new_name_is_found_and_the_old_is_not(cast, wang):
    people.correct(by=cast.county_clerk, person=wang, name="单五", reason="改名")
    assert [person.pk for person in queries.find("sw", cast.factory)] == [wang.pk]
    assert not queries.find("王五", cast.factory).exists()
    row = trail.trail("people.person", wang.pk).last()
    assert (row.verb, words.reason(row), row.details["fields"]) == ("people.corrected", "改名", ["name"])


def test_a_new_number_replaces_the_old_everywhere(cast, wang):
    people.correct(by=None, person=wang, id_number=OTHER_ID)
    with pytest.raises(Contradiction):
        people.correct(by=None, person=wang, birth=date(1980, 1, 2))
    wang.refresh_from_db()
    assert (wang.id_last4, wang.sex, wang.birth) == ("0016", "male", date(1980, 1, 1))
    assert queries.find(OTHER_ID, None).get() == wang
    assert not queries.find(ID, None).exists()
    assert people.reveal(by=None, person=wang, field="id_number", reason="核对") == OTHER_ID
    assert people.reveal(by=None, person=wang, field="phone", reason="核对") == "13800138000"


def test_an_empty_value_takes_it_away_and_none_leaves_it(cast, wang):
    people.correct(by=None, person=wang, phone="", sealed={"address": "示范市城关区人民路1号"})
    wang.refresh_from_db()
    assert (wang.phone_last4, wang.phone_blind) == ("", None)
    assert set(Sealed.objects.filter(person=wang).values_list("field", flat=True)) == {"id_number", "address"}
    assert list(Contact.objects.filter(person=wang).values_list("way", flat=True)) == ["post"]


def test_somebody_elses_number_is_refused_and_nothing_changes(cast, wang):
    people.register(by=None, name="李四", home=cast.mine, id_number=OTHER_ID)
    with pytest.raises(AlreadyRegistered):
        people.correct(by=None, person=wang, id_number=OTHER_ID)
    assert people.reveal(by=None, person=wang, field="id_number", reason="核对") == ID


def test_a_sex_against_the_number_is_refused_even_if_the_number_is_not_given_again(cast, wang):
    with pytest.raises(Contradiction, match="性别"):
        people.correct(by=None, person=wang, sex="male")


def test_the_erased_the_house_and_the_absent_are_refused(cast, wang):
    people.erase(by=None, person=wang, reason="本人申请")
    with pytest.raises(Erased):
        people.correct(by=None, person=wang, name="王六")
    for nobody in (queries.house(), Person(pk=10**9)):
        with pytest.raises(NotVisible):
            people.correct(by=None, person=nobody, name="王六")


def test_a_person_without_a_key_gets_one_with_the_first_secret(cast):
    bare = Person.objects.create(name="赵七", home=cast.factory, org_path=cast.factory.path, registered_at=clock.now())
    people.correct(by=None, person=bare, phone="13800138000")
    assert DataKey.objects.filter(person=bare).count() == 1
    assert people.reveal(by=None, person=bare, field="phone", reason="核对") == "13800138000"


def test_outside_the_scope_nothing_is_corrected(cast, wang, as_application):
    with as_application(), pytest.raises(NotVisible):
        people.correct(by=cast.stranger, person=wang, phone="13900139000")
    assert people.reveal(by=None, person=wang, field="phone", reason="核对") == "13800138000"


def test_another_home(cast, wang):
    people.move_home(by=cast.county_clerk, person=wang, home=cast.hospital, reason="调动")
    wang.refresh_from_db()
    assert (wang.home, wang.org_path) == (cast.hospital, cast.hospital.path)
    row = trail.trail("people.person", wang.pk).last()
    assert (row.verb, words.reason(row), row.details["old"], row.details["new"]) == (
        "people.moved",
        "调动",
        cast.factory.pk,
        cast.hospital.pk,
    )
    cast.mine.until = date(2020, 1, 1)
    with pytest.raises(Refused, match="撤销"):
        people.move_home(by=None, person=wang, home=cast.mine)
