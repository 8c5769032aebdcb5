"""GB 32100 codes, against an independent implementation."""

import random

import pytest
from stdnum.cn import uscc

from unionhall.lib import credit_code
from unionhall.lib.credit_code import BadCode


def test_a_code_is_taken_apart():
    code = credit_code.check("91110000600037341l")
    assert (code.department, code.kind, code.division, code.body) == ("9", "1", "110000", "600037341")
    assert not code.is_union


def test_a_grassroots_union_begins_with_81():
    code = credit_code.check("81110000" + "MC1234567" + credit_code.checksum("81110000MC1234567"))
    assert code.is_union and code.is_grassroots_union
    assert not credit_code.check("12100000400000624D").is_union


def test_the_check_agrees_with_an_independent_one():
    source = random.Random(11)
    for _time in range(300):
        body = "81" + "".join(source.choices("0123456789", k=6)) + "".join(source.choices(credit_code.ALPHABET, k=9))
        assert credit_code.checksum(body) == uscc.calc_check_digit(body)


@pytest.mark.parametrize("typed", ["", "91110000600037341", "91110000600037341I", "0111000060003734" + "1L", "９１110000-6000"])
def test_a_wrong_shape_is_refused(typed):
    with pytest.raises(BadCode, match="18位"):
        credit_code.check(typed)


def test_a_wrong_check_is_refused():
    with pytest.raises(BadCode, match="校验位"):
        credit_code.check("911100006000373411")
