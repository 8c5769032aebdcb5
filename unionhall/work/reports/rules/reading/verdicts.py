"""What a report's figure is worth against what was counted, by the printing rules."""

from decimal import Decimal
from fractions import Fraction

from unionhall.catalogue import printing
from unionhall.work.reports.rules.reading.finding import AT_MOST

HOLDS, DIFFERS = "holds", "differs"
NOT_COUNTED, UNKNOWABLE = "not counted here", "cannot be known from own records"
RATES = ("percent", "permille")


def prints(value: Decimal, qualifier: str, step: Decimal, counted: Fraction, *, passed: bool, rate: bool) -> bool:
    """Whether a counted value would be printed as a report prints it: hedge and rounding respected.

    `passed` tells 突破 and 超 from 余 and 多; a rate may have been rounded to its last printed place.
    """
    if qualifier == AT_MOST:
        return counted <= Fraction(value)
    if rate and qualifier == printing.EXACT:
        return abs(counted - Fraction(value)) <= Fraction(step) / 2
    return printing.prints_as(value, qualifier, step, counted, printed=printing.THRESHOLD_WORDS[0] if passed else "")
