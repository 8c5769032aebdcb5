"""What makes a person's data fit to be kept, without a database."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from unionhall.kernel.people import rules
from unionhall.kernel.people.models import Standing
from unionhall.kernel.people.rules import NewPerson
from unionhall.lib.refusal import Refused

ID = "11010519491231002X"  # the example of GB 11643: a woman, born on the last day of 1949
BIRTH = date(1949, 12, 31)


def check(**given):
    return rules.check(**{"name": "王五", "sex": "", "birth": None, "id_number": "", "mobile": "", "sealed": {}, **given})


def test_sex_and_birth_follow_from_the_number():
    found = check(id_number=ID.lower())
    assert (found.sex, found.birth, found.id_number) == ("female", BIRTH, ID)


def test_what_is_said_and_what_the_number_says_may_agree():
    found = check(id_number=ID, sex="female", birth=BIRTH)
    assert (found.sex, found.birth) == ("female", BIRTH)


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"sex": "male"}, "sex", "性别与证件号码不符。"),
        ({"birth": date(1949, 12, 30)}, "birth", "出生日期与证件号码不符。"),
        ({"sex": "none"}, "sex", "性别只能是男或女。"),
    ],
)
def test_what_contradicts_the_number_is_refused(given, field, said):
    with pytest.raises(Refused) as found:
        check(id_number=ID, **given)
    assert (found.value.field, found.value.message.zh) == (field, said)


@pytest.mark.parametrize("sex", rules.SEXES)
def test_without_a_number_what_is_said_stands(sex):
    found = check(sex=sex, birth=BIRTH, id_number="  ", mobile=" ")
    assert (found.sex, found.birth, found.id_number, found.phone) == (sex, BIRTH, "", "")


def test_a_document_that_tells_neither_sex_nor_birth_leaves_what_is_said():
    found = check(id_number="E12345678", sex="male", birth=BIRTH)
    assert (found.sex, found.birth, found.id_number) == ("male", BIRTH, "E12345678")


def test_sealed_values_are_trimmed_and_empty_ones_left_out():
    assert check(sealed={"address": " 云川市1号 ", "bank_account": "  "}).sealed == {"address": "云川市1号"}


def test_nothing_of_a_person_stands_in_a_repr():
    new = NewPerson("王五", None, id_number=ID, phone="13800138000")
    assert (repr(new), repr(check(id_number=ID))) == ("<NewPerson>", "<Checked>")


def test_a_closed_home_takes_nobody():
    with pytest.raises(Refused) as found:
        rules.check_new(NewPerson("王五", SimpleNamespace(until=date(2026, 1, 1))))
    assert found.value.field == "home"
    assert rules.check_new(NewPerson("王五", SimpleNamespace(until=None))).name == "王五"


# Times


@pytest.mark.parametrize("until", [None, date(2026, 3, 2)])
def test_a_standing_lasts_at_least_a_day(until):
    rules.check_dates(date(2026, 3, 1), until)


@pytest.mark.parametrize("until", [date(2026, 3, 1), date(2026, 2, 28)])
def test_a_standing_does_not_end_before_it_began(until):
    with pytest.raises(Refused) as found:
        rules.check_dates(date(2026, 3, 1), until)
    assert found.value.field == "until"


@pytest.mark.parametrize(
    ("first", "last", "meets"),
    [
        (1, 10, False),  # the last day of the one is the first of the other: they touch, they do not meet
        (1, 11, True),
        (19, 30, True),
        (20, 30, False),
        (12, 14, True),
        (1, None, True),
        (20, None, False),
        (19, None, True),
    ],
)
def test_spans_meet_or_only_touch(first, last, meets):
    day = {number: date(2026, 3, 1) + timedelta(days=number - 1) for number in range(1, 32)}
    assert rules.overlaps([(day[10], day[20])], day[first], last and day[last]) is meets


@pytest.mark.parametrize(
    ("since", "until", "meets"),
    [
        (date(2020, 1, 1), None, True),
        (date(2030, 1, 1), None, True),
        (date(2020, 1, 1), date(2026, 1, 1), False),
        (date(2020, 1, 1), date(2026, 1, 2), True),
    ],
)
def test_a_span_without_an_end_is_met_by_all_that_last_into_it(since, until, meets):
    assert rules.overlaps([(date(2026, 1, 1), None)], since, until) is meets


@pytest.mark.parametrize(
    ("day", "ended"),
    [
        (date(2026, 3, 1), date(2026, 3, 2)),
        (date(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 3, 9), date(2026, 3, 9)),
        (date(2026, 1, 1), date(2026, 3, 2)),
    ],
)
def test_a_standing_held_at_least_on_the_day_on_which_it_began(day, ended):
    one = Standing(since=date(2026, 3, 1))
    assert one.ended(day) == ended
    one.until = one.ended(day)
    assert (one.holds_on(date(2026, 3, 1)), one.holds_on(ended)) == (True, False)
