"""Every row of the print rules, at its edges."""

from decimal import Decimal
from fractions import Fraction

import pytest

from unionhall.catalogue.printing import prints_as


@pytest.mark.parametrize(
    ("printed", "value", "qualifier", "precision", "holds", "fails"),
    [
        ("512条", "512", "exact", "1", [512], [511, 513]),
        ("9482人", "9482", "exact", "1", [9482], [9481, 9483]),
        ("90%", "90", "exact", "1", [90, Fraction(9, 10) * 100], [Fraction(901, 10)]),
        ("9.6万", "96000", "exact", "1000", [95500, 96000, 96500], [95499, 96501]),
        ("120.873万", "1208730", "exact", "10", [1208725, 1208735], [1208724, 1208736]),
        ("2.46亿", "246000000", "exact", "1000000", [245500000, 246500000], [245499999, 246500001]),
        ("1.5万余", "15000", "more_than", "1000", [15001, 15999], [15000, 16000]),
        ("270多", "270", "more_than", "10", [271, 279], [270, 280]),
        ("800余", "800", "more_than", "100", [801, 899], [800, 900]),
        ("5115万多", "51150000", "more_than", "10000", [51150001, 51159999], [51150000, 51160000]),
        ("突破300", "300", "more_than", "100", [301, 400], [300, 401]),
        ("超1.69亿", "169000000", "more_than", "1000000", [169000001, 170000000], [169000000, 170000001]),
        ("近3000", "3000", "nearly", "100", [2900, 2999], [2899, 3000]),
        ("约1275万", "12750000", "approx", "10000", [12745000, 12755000], [12744999, 12755001]),
        ("45%以上", "45", "at_least", "1", [45, 46, 100], [Fraction(449, 10)]),
        ("至少1名", "1", "at_least", "1", [1, 2], [0]),
        ("", "65.1", "approx", None, [Fraction(28, 43) * 100], [Fraction(27, 43) * 100, Fraction(6516, 100)]),
        ("", "80.9", "approx", None, [Fraction(140, 173) * 100], [Fraction(141, 173) * 100]),
        ("", "7125", "approx", None, [7125, Fraction(14250, 2)], [7126]),
        ("", "33", "exact", None, [33], [32, 34]),
    ],
)
def test_what_prints_the_same_words(printed, value, qualifier, precision, holds, fails):
    step = Decimal(precision) if precision else None
    assert [x for x in holds if not prints_as(Decimal(value), qualifier, step, x, printed=printed)] == []
    assert [x for x in fails if prints_as(Decimal(value), qualifier, step, x, printed=printed)] == []


@pytest.mark.parametrize("qualifier", ["more_than", "nearly"])
def test_a_hedge_without_a_step_is_an_error_not_a_guess(qualifier):
    with pytest.raises(ValueError, match="step"):
        prints_as(Decimal(300), qualifier, None, 301)


def test_an_unknown_qualifier_is_an_error():
    with pytest.raises(ValueError, match="roughly"):
        prints_as(Decimal(1), "roughly", None, 1)
