"""Whether a counted value prints the words that a report printed: the rules of qualifiers and precision.

A printed number carries a hedge (余, 多, 近, 约, 突破, 以上) and a step: 1.5万余 stands for more than 15,000 and less than
16,000, its step being 1,000. Everything is compared exactly, without floats.
"""

from decimal import Decimal
from fractions import Fraction

EXACT, MORE_THAN, NEARLY, APPROX, AT_LEAST = "exact", "more_than", "nearly", "approx", "at_least"
QUALIFIERS = (EXACT, MORE_THAN, NEARLY, APPROX, AT_LEAST)
THRESHOLD_WORDS = ("突破", "超")

Number = int | Decimal | Fraction


def step_of(value: Decimal, precision: Decimal | None) -> Fraction:
    """The step of a printed number: the stated precision, else one unit of its last printed digit (65.1 -> 0.1)."""
    if precision is not None:
        return Fraction(precision)
    exponent = value.as_tuple().exponent
    return Fraction(10) ** min(int(exponent), 0) if isinstance(exponent, int) else Fraction(1)


def prints_as(value: Decimal, qualifier: str, precision: Decimal | None, x: Number, *, printed: str = "") -> bool:
    """Whether the counted `x` would be printed as `value` with this qualifier and step.

    `printed` tells 突破 and 超 (a threshold was passed, and it is the last one passed) from 余 and 多 (part of the way to
    the next step). Raises ValueError for an unknown qualifier or a hedge that needs a step and has none.
    """
    target, counted, step = Fraction(value), Fraction(x), step_of(value, precision)
    if qualifier == EXACT:
        # A number with 万 or 亿 and no hedge was rounded for print; any other stands as it is.
        return abs(counted - target) <= step / 2 if precision is not None and precision > 1 else counted == target
    if qualifier == MORE_THAN:
        if precision is None:
            raise ValueError("more than a number needs the step up to which it holds")
        passed = any(word in printed for word in THRESHOLD_WORDS)
        return target < counted <= target + step if passed else target < counted < target + step
    if qualifier == NEARLY:
        if precision is None:
            raise ValueError("nearly a number needs the step from which it holds")
        return target - step <= counted < target
    if qualifier == APPROX:
        return abs(counted - target) <= step / 2
    if qualifier == AT_LEAST:
        return counted >= target
    raise ValueError(f"unknown qualifier {qualifier!r}")
