"""Identity documents: GB 11643-1999 numbers, and the other documents that workers in China carry.

Resident identity cards (18 digits, 15 before 2013), residence permits of Hong Kong, Macao and Taiwan residents (18 digits,
regions 81, 82, 83), permanent residence cards of foreigners (18 digits beginning with 9 since 2023; before, three
letters and twelve digits), and travel permits and passports, which tell neither birth nor sex.
Region 99 belongs to nobody: invented people of demo worlds bear it.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import mul

from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

_PROVINCES = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
PROVINCES = frozenset(_PROVINCES.split())
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
_OFFSET = ord("0") * sum(WEIGHTS)  # digits are weighed as the bytes that they are written with
_EIGHTEEN = re.compile(r"\d{17}[\dX]", re.ASCII)
_FIFTEEN = re.compile(r"\d{15}", re.ASCII)
_OTHERS = (
    ("foreign_permanent", re.compile(r"[A-Z]{3}\d{12}")),
    ("hk_macao_permit", re.compile(r"[HM]\d{8}(\d{2})?")),
    ("taiwan_permit", re.compile(r"\d{8}|\d{10}[A-Z]")),
    # Nine digits, or seven to nine characters with at least one letter and four digits: as passports of most countries are
    ("passport", re.compile(r"\d{9}|(?=[A-Z\d]{7,9}$)(?=.*[A-Z])(?=(.*\d){4})[A-Z\d]+|[A-Z]{1,2}\d{7,8}")),
)
_NAMED = {"护照": "passport", "PASSPORT": "passport", "台胞证": "taiwan_permit", "台湾居民来往大陆通行证": "taiwan_permit"}
_NAME = re.compile(rf"\A({'|'.join(_NAMED)})(?:号码|号)?[:：]?")
_SEVERAL = re.compile(r"\d{8,9}", re.ASCII)  # a passport, a travel permit, or what is left of a longer number
KINDS = {
    "resident": Text(zh="居民身份证", en="resident identity card"),
    "hkmt_resident": Text(zh="港澳台居民居住证", en="residence permit of Hong Kong, Macao and Taiwan residents"),
    "foreign_permanent": Text(zh="外国人永久居留身份证", en="foreign permanent resident card"),
    "hk_macao_permit": Text(zh="港澳居民来往内地通行证", en="mainland travel permit for Hong Kong and Macao residents"),
    "taiwan_permit": Text(zh="台湾居民来往大陆通行证", en="mainland travel permit for Taiwan residents"),
    "invented": Text(zh="示例号码", en="invented number"),
    "passport": Text(zh="护照", en="passport"),
}


class BadNumber(Refused):
    """A number that no document can bear; the sentence never repeats the number."""

    code = "bad_id_number"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(Text(zh=zh, en=en), field="id_number")


@dataclass(frozen=True, slots=True, repr=False)
class IdNumber:
    """A checked number, normalised (upper case, 15 digits made 18), and what it tells; never shows itself in a repr."""

    text: str
    kind: str
    birth: date | None = None
    sex: str = ""
    region: str = ""

    def __repr__(self) -> str:
        return f"<IdNumber {self.kind}>"

    @property
    def last4(self) -> str:
        """The tail that lists may search by."""
        return self.text[-4:]


def checksum(body: str) -> str:
    """The eighteenth character for seventeen digits (ISO 7064 MOD 11-2)."""
    return CHECKS[(sum(map(mul, WEIGHTS, body.encode())) - _OFFSET) % 11]


def valid_many(numbers: Iterable[str]) -> list[bool]:
    """For a whole column at once: which are well-formed 18-character numbers with a right check character."""
    return [bool(_EIGHTEEN.fullmatch(number)) and checksum(number) == number[17] for number in numbers]


def upgrade(fifteen: str) -> str:
    """The eighteen characters of an old fifteen-digit number; all of its holders were born in the 1900s."""
    body = fifteen[:6] + "19" + fifteen[6:]
    return body + checksum(body)


def normalise(text: str) -> str:
    """As typed to as stored: half-width, upper case, without blanks, hyphens and the document's name; old numbers made longer."""
    plain = _NAME.sub("", _narrowed(text), count=1)
    return upgrade(plain) if _FIFTEEN.fullmatch(plain) else plain


def _narrowed(text: str) -> str:
    return re.sub(r"[\s\-\u200b-\u200f\ufeff]", "", unicodedata.normalize("NFKC", text)).upper()


def check_typed(text: str) -> IdNumber:
    """Recognise a number as somebody typed it: like `check`, but eight or nine bare digits are not guessed to be a document.

    They may be a passport, a permit of Taiwan residents or a number that was cut off; the word before them says which
    (护照751234567, 台胞证12345678). Raises BadNumber.
    """
    known = check(text)
    if not _SEVERAL.fullmatch(known.text):
        return known
    named = _NAME.match(_narrowed(text))
    if named is None or _NAMED[named.group(1)] != known.kind:
        raise BadNumber(
            f"只有{len(known.text)}位数字，看不出是哪种证件：如是身份证，请补全18位；如是护照或台胞证，请在号码前写明“护照”或“台胞证”。",
            f"{len(known.text)} digits alone do not tell which document this is: a resident identity number has 18; write"
            " “passport” or “台胞证” before the number of one.",
        )
    return known


def check(text: str) -> IdNumber:
    """Recognise a document number. Raises BadNumber with what is wrong: length, check character, birth date, region."""
    plain = text if _EIGHTEEN.fullmatch(text) else normalise(text)
    if _EIGHTEEN.fullmatch(plain):
        return _citizen(plain)
    for kind, pattern in _OTHERS:
        if pattern.fullmatch(plain):
            return IdNumber(plain, kind, region=plain[:3] if kind == "foreign_permanent" else "")
    raise BadNumber(
        "证件号码的位数或字符不对：居民身份证为18位，最后一位可以是X；护照、通行证请连同字母填写。",
        "The document number has the wrong length or characters: a resident identity number has 18, the last may be X;"
        " passports and travel permits are written with their letters.",
    )


def _citizen(plain: str) -> IdNumber:
    if checksum(plain) != plain[17]:
        raise BadNumber(
            "证件号码的校验位不对，请逐位核对。", "The check character of the number does not fit; compare it digit by digit."
        )
    try:
        birth = date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        raise BadNumber("证件号码中的出生日期不存在。", "The number contains a date of birth that does not exist.") from None
    if birth > dates.today() or birth.year < 1880:
        raise BadNumber("证件号码中的出生日期不合常理。", "The number contains a date of birth that cannot be.")
    if plain.startswith("99"):
        kind = "invented"
    elif plain[0] == "9":
        kind = "foreign_permanent"
    elif plain[:2] not in PROVINCES:
        raise BadNumber("证件号码的前两位不是任何省级地区的代码。", "The first two digits are not the code of any province.")
    else:
        kind = "hkmt_resident" if plain[0] == "8" else "resident"
    return IdNumber(plain, kind, birth, "male" if int(plain[16]) % 2 else "female", plain[:6])
