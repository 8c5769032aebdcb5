"""Chinese numerals, read and written: 一百二十三, 1.5万, 二〇二五年."""

import re
import unicodedata
from decimal import Decimal

from unionhall.lib.later import Later

_number, _written = Later("cn2an.cn2an"), Later("cn2an.an2cn")
SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_YEAR_DIGITS = "〇一二三四五六七八九"
_ARABIC = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)([十百千]?[万亿]?|[十百千])")
_SHORT = re.compile("(.*[一二三四五六七八九十百千万])亿([一二三四五六七八九])")
_HANZI = re.compile("[零〇一二三四五六七八九十百千万亿两点壹贰叁肆伍陆柒捌玖拾佰仟萬億]+")


def parse(text: str) -> Decimal:
    """The value of a number in digits, Hanzi or a mixture: 3,000 / 1.5万 / 三百二十 / 两千. Raises ValueError for anything else."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    if match := _ARABIC.fullmatch(plain):
        value = Decimal(match.group(1).replace(",", ""))
        for scale in match.group(2):
            value *= SCALES[scale]
        return value
    if not _HANZI.fullmatch(plain):
        raise ValueError(text)
    if re.fullmatch("[零〇一二三四五六七八九]{2,}", plain):
        return Decimal("".join(str(_YEAR_DIGITS.index(digit.replace("零", "〇"))) for digit in plain))
    plain = plain.replace("〇", "零")
    if short := _SHORT.fullmatch(plain):  # 二亿七 is said as 一百一 is, and the library does not know it
        plain = f"{short.group(1)}亿{short.group(2)}千万"
    try:
        return Decimal(str(_number(plain, "smart")))
    except KeyError:  # how the library refuses some: 百贰十四
        raise ValueError(text) from None


def written(number: int) -> str:
    """A whole number in Hanzi as running text has it: 12 -> 十二, 105 -> 一百零五, -3 -> 负三."""
    text: str = _written(str(abs(number)), "low")
    text = text.removeprefix("一") if text.startswith("一十") else text
    return f"负{text}" if number < 0 else text


def year(number: int) -> str:
    """A year digit by digit: 2025 -> 二〇二五."""
    return "".join(_YEAR_DIGITS[int(digit)] for digit in str(number))
