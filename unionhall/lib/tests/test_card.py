"""The code of a member card: what it proves, and that nothing else passes."""

from datetime import UTC, datetime, timedelta

import pytest

from unionhall.lib import card

KEY = card.key_of(bytes(range(32)))
PUBLIC = card.public_text(KEY)
NOW = datetime(2026, 11, 20, 8, 30, 45, tzinfo=UTC)
CODE = card.write(KEY, bearer=b"12345678", now=NOW, serves=timedelta(hours=24))


def why(code, public=PUBLIC, now=NOW):
    with pytest.raises(card.BadCard) as refusal:
        card.read(code, public, now=now)
    return refusal.value.why


def test_a_code_serves_a_day_without_the_house():
    read = card.read(CODE, PUBLIC, now=NOW + timedelta(hours=23, minutes=59))
    assert [read.made, read.ends] == [NOW.replace(second=0), NOW.replace(second=0) + timedelta(hours=24)]
    assert read.bearer == b"12345678".hex()
    assert why(CODE, now=NOW + timedelta(hours=24)) == "over"


def test_the_same_key_and_moment_give_the_same_code():
    assert card.write(KEY, bearer=b"12345678", now=NOW, serves=timedelta(hours=24)) == CODE
    assert CODE.startswith("UH1.AQ")
    assert len(CODE) == 111


def test_it_is_read_with_blanks_and_line_breaks():
    assert card.read(f" {CODE[:40]}\n{CODE[40:]} ", PUBLIC, now=NOW).bearer == b"12345678".hex()


def test_every_flipped_character_of_the_payload_is_seen():
    head, payload, signature = CODE.split(".")
    for place, old in enumerate(payload):
        new = "A" if old != "A" else "B"
        assert why(f"{head}.{payload[:place]}{new}{payload[place + 1 :]}.{signature}") in {"signature", "form"}


def test_another_house_and_another_signature_prove_nothing():
    other = card.key_of(bytes(32))
    assert why(CODE, public=card.public_text(other)) == "signature"
    assert why(card.write(other, bearer=b"12345678", now=NOW, serves=timedelta(hours=24))) == "signature"


@pytest.mark.parametrize("code", ["", "UH1", "UH1..", "UH2." + CODE[4:], "UH1.AA.AA", "UH1.€.€", CODE + ".x", "x" * 400])
def test_what_is_no_code_is_said_so(code):
    assert why(code) == "form"


def test_a_clock_may_run_five_minutes_slow_and_no_more():
    assert card.read(CODE, PUBLIC, now=NOW - timedelta(minutes=5)).bearer
    assert why(CODE, now=NOW - timedelta(minutes=7)) == "early"


def test_a_public_key_that_is_none_is_refused():
    assert why(CODE, public="AA") == "form"
