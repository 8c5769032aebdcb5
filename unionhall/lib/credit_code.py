"""Unified social credit codes (GB 32100-2015): 18 characters of 31, the last a check."""

import re
import unicodedata
from dataclasses import dataclass

from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
UNION = "8"  # registration department 8: trade unions; class 1 grassroots unions, 9 others
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_SHAPE = re.compile(f"[1-9ANY][1-9]\\d{{6}}[{ALPHABET}]{{10}}", re.ASCII)


class BadCode(Refused):
    """A code that no register can have given."""

    code = "bad_credit_code"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(Text(zh=zh, en=en), field="credit_code")


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A checked code: registering department, class within it, division (GB/T 2260) and the organization's own nine."""

    text: str
    department: str
    kind: str
    division: str
    body: str

    @property
    def is_union(self) -> bool:
        """Whether a trade-union body registered it."""
        return self.department == UNION

    @property
    def is_grassroots_union(self) -> bool:
        """Whether it is a grassroots union: 81…"""
        return self.text.startswith("81")


def checksum(body: str) -> str:
    """The eighteenth character for seventeen."""
    total = sum(_VALUE[character] * weight for character, weight in zip(body[:17], WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def normalise(text: str) -> str:
    """Half-width, upper case, without blanks and hyphens."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def check(text: str) -> CreditCode:
    """Take a code apart. Raises BadCode for a wrong shape or check character."""
    plain = normalise(text)
    if not _SHAPE.fullmatch(plain):
        raise BadCode(
            "统一社会信用代码应为18位，不含字母I、O、S、V、Z。",
            "A unified social credit code has 18 characters and none of I, O, S, V, Z.",
        )
    if checksum(plain) != plain[17]:
        raise BadCode("统一社会信用代码的校验位不对，请逐位核对。", "The check character of the credit code does not fit.")
    return CreditCode(plain, plain[0], plain[1], plain[2:8], plain[8:17])
