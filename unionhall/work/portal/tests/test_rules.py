"""The decisions of the front room."""

import pytest

from unionhall.lib.refusal import Refused
from unionhall.work.portal import rules


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("", "职工求助"),
        ("  \n ", "职工求助"),
        ("工资没发", "工资没发"),
        ("工资\n没发", "工资 没发"),
        ("工" * 40, "工" * 40),
        ("工" * 41, "工" * 39 + "…"),
    ],
)
def test_the_first_words_become_the_headline(text, title):
    assert rules.title_of(text, "职工求助") == title


@pytest.mark.parametrize(
    ("channel", "text", "recordings", "field"),
    [
        ("write", "工资没发", 0, None),
        ("write", "  ", 0, "text"),
        ("write", "工" * 2001, 0, "text"),
        ("speak", "", 1, None),
        ("speak", "说明", 0, "recording"),
        ("call", "", 0, None),
    ],
)
def test_a_request_says_something(channel, text, recordings, field):
    if field is None:
        rules.check_help(channel=channel, text=text, recordings=recordings)
    else:
        with pytest.raises(Refused) as refusal:
            rules.check_help(channel=channel, text=text, recordings=recordings)
        assert refusal.value.field == field


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("工资没发", ""),
        ("我不想活了", "despair"),
        ("车间着火了", "danger"),
        ("车间着火，我不想活了", "despair"),
        ("有人触电昏迷", "danger"),
        ("防火检查什么时候来", ""),
    ],
)
def test_words_of_danger_are_heard(text, found):
    assert rules.danger(text) == found


@pytest.mark.parametrize(("level", "low"), [(1, False), (2, False), (3, False), (4, True), (5, True)])
def test_which_ratings_are_low(level, low):
    rules.check_rating(level, [])
    assert rules.is_low(level) is low


@pytest.mark.parametrize(("level", "reasons", "field"), [(0, [], "level"), (6, [], "level"), (4, ["weather"], "reasons")])
def test_a_rating_outside_the_lists_is_refused(level, reasons, field):
    with pytest.raises(Refused) as refusal:
        rules.check_rating(level, reasons)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("field", "note", "proposed", "wrong"),
    [
        ("name", "应为杨工", "", None),
        ("name", "", "", "note"),
        ("phone", "", "10000000015", None),
        ("phone", "换了", "", "proposed"),
        ("id_number", "", " ", "proposed"),
        ("salary", "x", "x", "field"),
    ],
)
def test_a_correction_says_what_is_right(field, note, proposed, wrong):
    if wrong is None:
        rules.check_correction(field, note, proposed)
    else:
        with pytest.raises(Refused) as refusal:
            rules.check_correction(field, note, proposed)
        assert refusal.value.field == wrong


def test_who_declines_says_why():
    rules.check_answer(True, "")
    rules.check_answer(False, "证件上就是这样")
    with pytest.raises(Refused):
        rules.check_answer(False, " ")
