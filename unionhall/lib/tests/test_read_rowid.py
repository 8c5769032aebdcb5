"""What may be a key, and what may not."""

import pytest

from unionhall.lib import rowid


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("0007", 7), (42, 42), (str(2**63 - 1), 2**63 - 1)])
def test_a_key_is_read(text: object, number: int):
    assert rowid.read(text) == number


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "+1", " 1", "1.0", "²", "１", "٣", "1_0", "NaN", str(2**63), "9" * 10_000, "1\x00", None]
)
def test_what_can_be_no_key_is_none(text: object):
    assert rowid.read(text) is None
