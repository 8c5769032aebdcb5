"""Which files are held to be one person: tokens that tell nothing, grades, and pairs found among seeded errors and strangers."""

from datetime import date

import pytest

from unionhall.lib import likeness
from unionhall.lib.likeness import File

KEY = b"k" * 32


def file(number=1, **more):
    given = {
        "name": "高远航", "sound": "gaoyuanhang", "birth": date(1990, 3, 15), "sex": "male", "id_tail": "1012",
        "phone_tail": "0001", "phone": b"p1", "employer": "示范机械有限公司", "home": 7,
    }  # fmt: skip
    return File(number, **{**given, **more})


def agreed(one, other):
    return likeness.agreements(likeness.tokens(one, KEY), likeness.tokens(other, KEY))


@pytest.mark.parametrize(
    ("more", "field", "grade"),
    [
        ({}, "name", 0),
        ({"name": "高远杭"}, "name", 1),
        ({"name": "高·远航"}, "name", 0),
        ({"name": "李明", "sound": "liming"}, "name", -1),
        ({"birth": date(1990, 5, 13)}, "birth", 1),
        ({"birth": None}, "birth", None),
        ({"birth": date(1980, 7, 7)}, "birth", -1),
        ({"id_tail": "101X"}, "document", 1),
        ({"id_tail": "110X"}, "document", 2),
        ({"id_tail": "9999"}, "document", 3),
        ({"id_tail": "9999", "phone": b"p2"}, "document", -1),
        ({"id_tail": "9999", "name": "高远杭"}, "document", -1),
        ({"id_tail": "9999", "name": "高·远航"}, "document", 3),
        ({"id_tail": ""}, "document", None),
        ({"phone": b"p2"}, "phone", 1),
        ({"phone": b"p2", "phone_tail": "0010"}, "phone", 2),
        ({"phone": b"p2", "phone_tail": "9999"}, "phone", -1),
        ({"employer": "示范机械股份有限公司"}, "work", 0),
        ({"employer": "别家"}, "work", 1),
        ({"employer": "", "home": 8}, "work", -1),
        ({"sex": "female"}, "sex", -1),
    ],
)
def test_each_field_agrees_in_its_grade(more, field, grade):
    assert agreed(file(), file(2, **more))[field] == grade


def test_tokens_say_nothing_without_their_key():
    one = likeness.tokens(file(), KEY)
    assert likeness.tokens(file(), KEY) == one
    assert not set(one) & set(likeness.tokens(file(), likeness.new_key()))
    assert all(token is None or 0 <= token < 2**63 for token in one)
    assert "高远航" not in repr(file())


def test_the_reasons_are_said_in_words():
    told = likeness.reasons(agreed(file(), file(2, name="高远杭", phone=b"p2")))
    assert [words.zh for words in told] == ["姓名同音", "出生日期相同", "证件号后四位相同", "手机号后四位相同", "工作单位相同"]


def test_another_number_under_one_name_and_phone_is_said():
    told = likeness.reasons(agreed(file(), file(2, id_tail="7772", birth=date(1992, 8, 9), employer="", home=8)))
    assert [words.zh for words in told] == ["姓名相同", "仅证件号码不同", "手机号相同"]


def test_the_shares_of_a_field_make_a_whole():
    assert [round(sum(grade.same for grade in field.grades) + field.rest, 9) for field in likeness.MODEL] == [1.0] * 6
    assert all(field.rest > 0 for field in likeness.MODEL)


def crowd():
    """Two thousand strangers, every one with a name, day and number of their own, at twenty unions."""
    return [
        file(
            n, name=f"名{n}", sound=f"ming{n % 400}", birth=date(1960 + n % 40, 1 + n % 12, 1 + n % 28),
            sex=("male", "female")[n % 2], id_tail=f"{n * 7 % 10_000:04d}", phone=f"p{n}".encode(),
            phone_tail=f"{n * 13 % 10_000:04d}", employer=f"单位{n % 20}", home=n % 20,
        )
        for n in range(2, 2002)
    ]  # fmt: skip


def test_errors_of_clerks_are_found_and_strangers_are_not():
    adapters = pytest.importorskip("unionhall.kernel.people.adapters", reason="the extra `scale` is not installed")
    errors = {
        9001: {"name": "高远杭", "id_tail": "", "birth": None},  # a homophone, no document
        9002: {"name": "高·远航", "id_tail": ""},  # an interpunct more
        9003: {"phone": b"x", "phone_tail": "0010", "id_tail": ""},  # swapped digits of the phone
        9004: {"id_tail": "1105"},  # swapped digits of the number, its check character fitting
        9005: {"employer": "别家公司", "home": 99, "id_tail": ""},  # changed employer
        9006: {
            "id_tail": "7772",
            "birth": date(1992, 8, 9),
            "sex": "female",
            "employer": "别家公司",
            "home": 99,
        },  # his wife's number
        9007: {"id_tail": "5512", "birth": date(1990, 9, 15)},  # a number mistyped twice that passes the check
    }
    strangers = {
        9101: {"name": "高明", "sound": "gaoming", "birth": date(1988, 1, 1), "sex": "female", "id_tail": "9999"},  # his wife
        9102: {"birth": date(1971, 6, 6), "id_tail": "4444", "phone": b"y", "phone_tail": "7777"},  # a namesake of the firm
    }  # fmt: skip
    files = [file(1), *crowd(), *(file(number, **more) for number, more in (errors | strangers).items())]
    found = {(one.first, one.second) for one in adapters.search(files)}
    assert {second for first, second in found if first == 1} == set(errors)
    assert not [pair for pair in found if set(pair) & set(strangers) or set(pair) & set(range(2, 2002))]
    assert {(one.first, one.second) for one in adapters.search(reversed(files))} == found
