"""duplicates: who may be meant already."""

from datetime import date

import pytest

from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries, rules
from unionhall.kernel.people.actions import merging
from unionhall.lib.text import Text

ID, OTHER_ID = "11010519491231002X", "110105198001010016"


@pytest.fixture
def wang(cast):
    return people.register(by=None, name="王五", home=cast.factory, id_number=ID, phone="13800138000")


def told(**given):
    return [(one.person.pk, one.certain, one.reasons) for one in queries.duplicates(**given)]


def test_the_number_makes_it_certain_whatever_the_name(cast, wang):
    assert told(name="王伍", id_number=ID.lower()) == [(wang.pk, True, ("id_number",))]


def test_name_and_phone_make_it_likely(cast, wang):
    assert told(name="王 五", mobile="138 0013 8000") == [(wang.pk, False, ("name_phone",))]
    assert told(name="王六", mobile="13800138000") == []


def test_name_home_and_year_of_birth_make_it_likely(cast, wang):
    assert told(name="王五", home=cast.factory, birth=date(1949, 1, 1)) == [(wang.pk, False, ("name_home_birth_year",))]
    assert told(name="王五", home=cast.mine, birth=date(1949, 1, 1)) == []
    assert told(name="王五", home=cast.factory, birth=date(1950, 1, 1)) == []


def test_two_different_numbers_speak_against_it(cast, wang):
    assert told(name="王五", home=cast.factory, birth=date(1949, 1, 1), id_number=OTHER_ID) == []
    assert told(name="王六", mobile="13800138000", id_number=OTHER_ID) == []


def test_another_number_under_one_name_and_phone_is_asked_about(cast, wang):
    """A number mistyped twice or that of the spouse passes every check."""
    (other,) = queries.duplicates(name="王五", mobile="13800138000", id_number=OTHER_ID, home=cast.factory, birth=date(1949, 1, 1))
    assert (other.person, other.certain, other.reasons) == (wang, False, ("name_phone_other_number",))
    assert rules.likely(other.reasons) == Text(
        "可能与已登记的人员是同一人：姓名和手机号相同，但证件号码不同，号码可能录错或填成了他人的。",
        "This may be somebody who is registered already: same name and phone with another document number,"
        " which may be mistyped or somebody else's.",
    )


def test_the_strongest_reason_is_said(cast):
    assert rules.likely({"name_home_birth_year", "name_phone"}).en.endswith(": same name and phone.")


def test_certain_ones_come_first_and_oneself_is_left_out(cast, wang):
    double = people.register(by=None, name="王五", home=cast.mine, phone="13800138000")
    assert told(name="王五", mobile="13800138000", id_number=ID) == [
        (wang.pk, True, ("id_number", "name_phone")),
        (double.pk, False, ("name_phone",)),
    ]
    assert told(name="王五", mobile="13800138000", id_number=ID, besides=wang) == [(double.pk, False, ("name_phone",))]


def test_the_erased_are_no_candidates(cast, wang):
    people.erase(by=None, person=wang, reason="本人申请")
    assert told(name="王五", id_number=ID, mobile="13800138000") == []


def test_who_bears_a_number_is_known_in_one_statement(cast, wang, django_assert_num_queries):
    double = people.register(by=None, name="王五", home=cast.mine, id_number=OTHER_ID)
    merging.merge(kept=wang, gone=double, by=None, fields=(), reason="同一人")
    with django_assert_num_queries(1):
        found = queries.known_by_number([ID, OTHER_ID, "110101199003070011", ""])
    assert found == dict.fromkeys([ID, OTHER_ID], queries.Known(wang.pk, "王五", cast.factory.path))
    people.erase(by=None, person=wang, reason="本人申请")
    assert queries.known_by_number([ID, OTHER_ID]) == {}


def test_many_are_asked_about_as_one_is(cast, wang, django_assert_num_queries):
    people.register(by=None, name="王五", home=cast.mine, phone="13800138000")
    asked = [
        {"name": "王五", "id_number": ID, "mobile": "13800138000"},
        {"name": "王五", "mobile": "13800138000", "id_number": OTHER_ID},
        {"name": "王五", "home": cast.factory, "birth": date(1949, 1, 1)},
        {"name": "王五", "home": cast.factory, "birth": date(1950, 1, 1)},
        {"name": "王六", "id_number": ID},
        {"name": "王五"},
    ]
    alone = [queries.duplicates(**one) for one in asked]
    with django_assert_num_queries(2):
        assert queries.duplicates_of_many([queries.Probe(**one) for one in asked]) == alone
    assert [len(each) for each in alone] == [2, 2, 1, 0, 1, 0]
