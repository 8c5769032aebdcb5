"""find: one box that understands names, sounds, initials, tails and whole numbers."""

import pytest
from django.db import connection

from unionhall.kernel.organizations.rules import path_range
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.rules import NewPerson

ID = "11010519491231002X"


@pytest.fixture
def known(cast):
    new = [
        NewPerson(name="单小明", home=cast.factory, phone="13800138000"),
        NewPerson(name="曾大伟", home=cast.factory, id_number=ID),
        NewPerson(name="大明", home=cast.mine, phone="13911118000"),
        NewPerson(name="阿卜杜拉·买买提", home=cast.port),
        NewPerson(name="𠅤㛃", home=cast.port),
        NewPerson(name="John Smith", home=cast.port, id_number="E12345678"),
        NewPerson(name="ئابدۇللا", home=cast.port),
    ]
    people.register_many(new, by=None)
    return cast


def names(text, within=None):
    return [person.name for person in queries.find(text, within)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("单小明", ["单小明"]),
        ("小明", ["单小明"]),
        ("明大", []),  # the characters are there, the order is not
        ("明", ["大明", "单小明", "卫明"]),
        ("大明", ["大明"]),
        ("买买提", ["阿卜杜拉·买买提"]),
        ("阿卜杜拉．买买提", ["阿卜杜拉·买买提"]),
        ("𠅤", ["𠅤㛃"]),
        ("ئابدۇللا", ["ئابدۇللا"]),
        ("sxm", ["单小明"]),
        ("dxm", ["单小明"]),
        ("shanxiaom", ["单小明"]),
        ("Shan Xiao Ming", ["单小明"]),
        ("dan xiao", ["单小明"]),
        ("zdw", ["曾大伟"]),
        ("cdw", ["曾大伟"]),
        ("zengd", ["曾大伟"]),
        ("js", ["John Smith"]),
        ("john", ["John Smith"]),
        (ID, ["曾大伟"]),
        ("110105 19491231 002x", ["曾大伟"]),
        ("E12345678", ["John Smith"]),
        ("13800138000", ["单小明"]),
        ("+86 138-0013-8000", ["单小明"]),
        ("11010519491231003X", []),
        ("13800138001", []),
        ("", []),
        ("   ", []),
        ("\u200b", []),
        ("%", []),
        ("_", []),
        ("12345", []),
        ("'; DROP TABLE people_person; --", []),
        ("王" * 500, []),
        ("a" * 5000, []),
    ],
)
def test_it_finds_what_is_meant_and_nothing_else(known, text, found):
    assert names(text) == found


def test_four_last_characters_are_looked_up_inside_a_scope_only(known):
    assert names("8000", known.city) == ["大明", "单小明"]
    assert names("8000", known.county) == ["单小明"]
    assert names("002x", known.factory) == ["曾大伟"]
    assert names("8000") == []


def test_a_scope_holds_for_every_kind_of_question(known):
    for text in ("小明", "sxm", "shan", "13800138000", "8000"):
        assert names(text, known.factory) == ["单小明"]
        assert names(text, known.port) == []
        assert names(text, [path_range(known.port.path), path_range(known.township.path)]) == ["单小明"]
        assert names(text, []) == []


def test_the_erased_and_the_house_are_not_found(known):
    queries.house()
    people.erase(by=None, person=Person.objects.get(name="单小明"), reason="本人申请")
    for text in ("小明", "sxm", "13800138000", "系统"):
        assert names(text) == []


def test_everybody_of_a_unit_comes_in_the_order_of_sounds(known):
    assert [person.name for person in queries.people(known.port)] == ["阿卜杜拉·买买提", "John Smith", "𠅤㛃", "ئابدۇللا"]


@pytest.mark.parametrize("text", ["建国", "wjg", "wangjian"])
def test_the_index_is_used(cast, text):
    people.register_many([NewPerson(name=f"{'赵钱孙李周'[n % 5]}{n % 97}明", home=cast.factory) for n in range(3000)], by=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_person")
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = queries.find(text, None).explain()
    assert "people_person_keys" in plan, plan
