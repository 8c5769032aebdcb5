"""GB 11643 numbers and the other documents."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from unionhall.lib import idnumber
from unionhall.lib.idnumber import BadNumber


def number(region="110101", birth="19900307", sequence="803"):
    body = f"{region}{birth}{sequence}"
    return body + idnumber.checksum(body)


def test_a_resident_number_tells_birth_sex_and_region():
    known = idnumber.check("11010519491231002X")  # the example of GB 11643-1999
    assert (known.kind, known.birth, known.sex, known.region) == ("resident", date(1949, 12, 31), "female", "110105")
    assert known.last4 == "002X"


@pytest.mark.parametrize(
    "typed", ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５19491231002Ｘ", "110105-19491231-002X"]
)
def test_it_is_read_as_people_type_it(typed):
    assert idnumber.check(typed).text == "11010519491231002X"


def test_fifteen_digits_become_eighteen():
    upgraded = idnumber.check("440524800101001").text
    assert upgraded[:17] == "44052419800101001"
    assert upgraded[17] == ric.calc_check_digit("44052419800101001")


@given(st.integers(0, 10**17 - 1))
def test_the_check_character_follows_iso_7064(value):
    body = f"{value:017d}"
    weighted = sum(2 ** (17 - place) * int(digit) for place, digit in enumerate(body))
    assert idnumber.checksum(body) == "0123456789X"[(12 - weighted % 11) % 11]


def test_every_wrong_single_character_and_every_swap_of_neighbours_is_found():
    right = "11010519491231002X"
    for place in range(17):
        for digit in "0123456789":
            wrong = right[:place] + digit + right[place + 1 :]
            assert idnumber.valid_many([wrong]) == [digit == right[place]]
        swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
        assert idnumber.valid_many([swapped]) == [swapped == right]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("110105194912310021", "校验位"),
        ("1101051949123100", "位数"),
        (number(birth="19900230"), "出生日期不存在"),
        (number(birth="20990101"), "不合常理"),
        (number(birth="18000101"), "不合常理"),
        (number(region="160101"), "省级"),
        ("", "位数"),
        ("abc", "位数"),
        ("１2345٣", "位数"),
    ],
)
def test_a_wrong_number_is_refused_with_its_fault_and_never_repeated(typed, words):
    with pytest.raises(BadNumber, match=words) as caught:
        idnumber.check(typed)
    assert caught.value.field == "id_number"
    assert not typed or typed not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "kind", "birth", "sex"),
    [
        (number(region="810000"), "hkmt_resident", date(1990, 3, 7), "male"),
        (number(region="830000", sequence="802"), "hkmt_resident", date(1990, 3, 7), "female"),
        (number(region="911156"), "foreign_permanent", date(1990, 3, 7), "male"),
        (number(region="990000"), "invented", date(1990, 3, 7), "male"),
        ("USA110000900307", "foreign_permanent", None, ""),
        ("H12345678", "hk_macao_permit", None, ""),
        ("M1234567801", "hk_macao_permit", None, ""),
        ("12345678", "taiwan_permit", None, ""),
        ("1234567890B", "taiwan_permit", None, ""),
        ("E12345678", "passport", None, ""),
        ("EA1234567", "passport", None, ""),
        ("C01X00T47", "passport", None, ""),
        ("M123A4567", "passport", None, ""),
        ("751234567", "passport", None, ""),
    ],
)
def test_other_documents_are_recognised(typed, kind, birth, sex):
    known = idnumber.check(typed)
    assert (known.kind, known.birth, known.sex) == (kind, birth, sex)
    assert kind in idnumber.KINDS


@pytest.mark.parametrize("typed", ["751234567", "12345678", " 7512 34567", "护照12345678", "台胞证751234567"])
def test_bare_digits_are_never_guessed_to_be_a_document(typed):
    """Nine digits cut off from an identity number look like a passport; who types them says what they are."""
    with pytest.raises(BadNumber, match="位数字，看不出是哪种证件") as caught:
        idnumber.check_typed(typed)
    assert idnumber.normalise(typed) not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("护照751234567", "passport", "751234567"),
        ("护照号码：7512 34567", "passport", "751234567"),
        ("Passport 751234567", "passport", "751234567"),
        ("台胞证12345678", "taiwan_permit", "12345678"),
        ("护照E12345678", "passport", "E12345678"),
        ("11010519491231002x", "resident", "11010519491231002X"),
    ],
)
def test_the_name_of_the_document_is_taken_along_and_off(typed, kind, text):
    known = idnumber.check_typed(typed)
    assert (known.kind, known.text, idnumber.normalise(typed)) == (kind, text, text)
    assert idnumber.check(known.text).kind == kind  # what is stored is read again without its name


def test_a_number_never_shows_in_a_repr():
    assert repr(idnumber.check("11010519491231002X")) == "<IdNumber resident>"


def test_a_column_is_checked_at_once():
    assert idnumber.valid_many(["11010519491231002X", "110105194912310020", "", "x"]) == [True, False, False, False]
