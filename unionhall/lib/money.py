"""Money in integer fen (1 yuan = 100 fen); nothing here is a float."""

import re
import unicodedata
from decimal import Decimal

from unionhall.lib.later import Later

_written = Later("cn2an.an2cn")
_AMOUNT = re.compile(r"\d{1,13}(\.\d{1,2})?")


def yuan(fen: int) -> str:
    """Fen as yuan for a table: 112300 -> "1,123.00"."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02d}"


def parse(text: str) -> int:
    """Yuan as people type them (full-width digits, commas, ¥) to fen.

    Raises ValueError for anything else: a sign, an exponent, three decimals, no digits.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").replace(",", "").strip()
    if not _AMOUNT.fullmatch(plain):
        raise ValueError(text)
    return int(Decimal(plain) * 100)


def capitals(fen: int) -> str:
    """Fen as the capital numerals that vouchers bear: 1123000 -> 壹万壹仟贰佰叁拾元整."""
    return str(_written(f"{Decimal(fen) / 100:.2f}", "rmb"))
