"""How the house writes a number: rounding and hedge are chosen from the exact value, never typed by anybody.

The words obey the print rules by which published figures are compared (`catalogue.printing`): 余 and 多 say that part of the way
to the next step is passed, 近 that the next step is nearly reached, 约 that the value lies within half a step on either side;
a number without any of them is exact.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from unionhall.catalogue import printing
from unionhall.lib.text import Text

WAN, YI = 10_000, 100_000_000
NOTHING, INCOMPARABLE = "--", "无可比数"
CLOSE, NEAR = Fraction(1, 50), Fraction(1, 5)
SMALL = 1_000  # smaller numbers are always printed whole


@dataclass(frozen=True, slots=True)
class Printed:
    """A number in words: the text with its classifier, and what it stands for: value, qualifier and step."""

    text: str
    value: Decimal
    qualifier: str
    step: Decimal


def step_for(number: int) -> int:
    """The step by which a number is rounded when nobody names one: whole below 10,000, then three leading digits at most."""
    if abs(number) < WAN:
        return 1
    return int(10 ** max(3, len(str(abs(number))) - 3))


def written(number: int | Fraction | None, unit: str, *, step: int | None = None, money: bool = False) -> Printed:
    """A counted number in words, with `unit` after it. `step` 1 prints it whole; money is given in fen."""
    if number is None:
        return Printed(NOTHING, Decimal(0), printing.EXACT, Decimal(1))
    if isinstance(number, Fraction):
        return percent(number)
    if money and (number % 100 or step == 1):
        return _cents(number, unit, step)
    whole = number // 100 if money else number
    if whole < 0:
        found = written(-whole, unit, step=step)
        return Printed(
            f"-{found.text}", -found.value, found.qualifier if found.qualifier == printing.EXACT else "approx", found.step
        )
    return _hedged(whole, step or step_for(whole), unit)


def apart(manual: int, unit: str, *, money: bool) -> str:
    """What was reported as totals, exactly: it stands beside a counted number, never inside it."""
    return written(manual, unit, step=1, money=money).text if manual else ""


def _cents(fen: int, unit: str, step: int | None) -> Printed:
    """Money with a remainder of fen: below 10,000 yuan to the fen, above by its step, always hedged by what is cut off."""
    yuan = abs(fen) // 100
    if step == 1 or yuan < WAN or fen < 0:
        value = Decimal(fen) / 100
        return Printed(f"{value.normalize():f}{unit}", value, printing.EXACT, Decimal("0.01"))
    size = step or step_for(yuan)
    return _hedged_between(Fraction(fen, 100), size, unit)


def _hedged(number: int, step: int, unit: str) -> Printed:
    if step == 1 and number >= WAN:
        return Printed(f"{number}{unit}", Decimal(number), printing.EXACT, Decimal(1))
    if number % step == 0:
        return Printed(scaled(number) + unit, Decimal(number), printing.EXACT, Decimal(1))
    return _hedged_between(Fraction(number), step, unit)


def _hedged_between(number: Fraction, step: int, unit: str) -> Printed:
    """A number that lies between two steps."""
    low = int(number // step) * step
    passed, left = (number - low) / step, (low + step - number) / step
    if low and min(passed, left) <= CLOSE:
        value = low if passed <= left else low + step
        return Printed(f"约{scaled(value)}{unit}", Decimal(value), printing.APPROX, Decimal(step))
    if left <= NEAR:
        return Printed(f"近{scaled(low + step)}{unit}", Decimal(low + step), printing.NEARLY, Decimal(step))
    if not low:
        return Printed(f"不足{scaled(step)}{unit}", Decimal(step), printing.NEARLY, Decimal(step))
    return Printed(f"{scaled(low)}{more_of(low)}{unit}", Decimal(low), printing.MORE_THAN, Decimal(step))


def more_of(low: int) -> str:
    """余 after round numbers and decimals (800余, 1.5万余), 多 after a number whose last written digit is no zero (5115万多)."""
    text = scaled(low)
    digits = text.rstrip("万亿")
    return "多" if "." not in digits and not digits.endswith("0") and len(digits) > 1 else "余"


def scaled(number: int) -> str:
    """A whole number with 万 or 亿 where it loses nothing: 15000 -> 1.5万, 246000000 -> 2.46亿, 9482 -> 9482."""
    for size, name in ((YI, "亿"), (WAN, "万")):
        if number >= size and number % (size // 10_000) == 0:
            text = f"{Decimal(number) / size:f}"
            short = text.rstrip("0").rstrip(".") if "." in text else text
            if len(short.replace(".", "")) <= 6:
                return f"{short}{name}"
    return str(number)


def percent(rate: Fraction) -> Printed:
    """A rate with at most one place; the exact ends stand in the trace."""
    tenths = rate * 1000
    if tenths.denominator == 1:
        value = Decimal(int(tenths)) / 10
        return Printed(f"{value.normalize():f}%", value, printing.EXACT, Decimal("0.1"))
    value = Decimal(round(tenths)) / 10
    if (rate < 1 and value == 100) or (rate > 0 and value == 0):  # never round to "all" or to "none"
        value = Decimal("99.9") if rate < 1 and value == 100 else Decimal("0.1")
        nearly = value == Decimal("0.1")
        return Printed(
            f"不足{value}%" if nearly else f"{value}%以上", value, printing.NEARLY if nearly else printing.AT_LEAST, value
        )
    return Printed(f"{value.normalize():f}%", value, printing.APPROX, Decimal("0.1"))


def change_text(now: int | Fraction | None, before: int | Fraction | None) -> Text | None:
    """The change against an earlier window beside a number on screen, in both languages; None where there was nothing before."""
    grown, words = change(now, before)
    if grown is None:
        return None
    rate = f"{percent(abs(grown)).value.normalize():f}%"
    said = f"{'up' if grown > 0 else 'down'} {rate} on the year before" if grown else "as the year before"
    return Text(f"同比{words}", said)


def change(now: int | Fraction | None, before: int | Fraction | None) -> tuple[Fraction | None, str]:
    """The change against an earlier window and its words: 增长12.5%, 下降3%, 持平; 无可比数 where there was nothing before."""
    if now is None or not before:
        return None, INCOMPARABLE
    grown = Fraction(now) / Fraction(before) - 1
    if grown == 0:
        return grown, "持平"
    words = percent(abs(grown)).text
    return grown, f"增长{words}" if grown > 0 else f"下降{words}"


def spoken(name: str) -> str:
    """A programme's name as prose says it: without its aside, and what it names side by side joined by a mark."""
    return re.sub(r" */ *", "、", re.sub(r" *[((（][^()（）]*[))）] *$", "", name)) or name
