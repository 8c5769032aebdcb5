"""Telephone numbers as Chinese offices write them.

Mobiles begin with 13 to 19. Numbers that begin with 100 belong to nobody: invented people of demo worlds bear them.
"""

import re
import unicodedata

from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

_MOBILE = re.compile(r"(1[3-9]\d|100)\d{8}", re.ASCII)
_LANDLINE = re.compile(r"(0\d{2,3})?[2-9]\d{6,7}|400\d{7}|800\d{7}", re.ASCII)


class BadPhone(Refused):
    """Something that no telephone answers to; the sentence never repeats the number."""

    code = "bad_phone"

    def __init__(self) -> None:
        text = Text(
            zh="电话号码不对：手机号为11位，固定电话请带区号。",
            en="The phone number is wrong: mobiles have 11 digits, landlines need the area code.",
        )
        super().__init__(text, field="phone")


def normalise(text: str) -> str:
    """Digits only, without +86: "+86 138-0013-8000" -> "13800138000"; landlines with their area code. Raises BadPhone."""
    if _MOBILE.fullmatch(text):
        return text
    digits = re.sub(r"[\s\-()（）.]", "", unicodedata.normalize("NFKC", text))
    plain = re.sub(r"^(\+|00)86", "", digits)
    if not (_MOBILE.fullmatch(plain) or _LANDLINE.fullmatch(plain)):
        raise BadPhone
    return plain


def is_mobile(text: str) -> bool:
    """Whether a normalised number is a mobile."""
    return bool(_MOBILE.fullmatch(text))
