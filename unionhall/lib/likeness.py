"""Who may be the same person: what two files are compared by, in which grades, and how much each grade weighs.

The sum over the fields is the logarithm of how much likelier the two are one person than two (Fellegi and Sunter, 1969).
Files are compared by keyed tokens only: whoever holds the key of one search can say that two are equal, nobody can say
what they are. The shares of `same` were set from the errors of clerks that the bench seeds; how often strangers agree is counted
in the registry itself.
"""

import hashlib
import math
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from unionhall.lib.text import Text

Token = int | None
_SEPARATORS = re.compile(r"[\s·.\-'’]+")
_COMPANY = re.compile(r"(有限责任公司|股份有限公司|有限公司|公司|集团|厂|店|分)|[\s()（）·.\-]+")


@dataclass(frozen=True, slots=True, repr=False)
class File:
    """What is known of one person, as far as doubles are told by it; has no repr, so that it cannot end up in a log."""

    number: int
    name: str
    sound: str
    birth: date | None = None
    sex: str = ""
    id_tail: str = ""
    phone_tail: str = ""
    phone: bytes = b""
    employer: str = ""
    home: int | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of agreement: equal in a column of tokens, the share of true doubles that show it, and its words."""

    column: str
    same: float
    reason: Text | None = None
    common: bool = False  # equal values weigh by how common they are: a rare name tells more than a frequent one


@dataclass(frozen=True, slots=True)
class Field:
    """A field compared: grades from the strongest down; what is left over has the rest of the share. Absent on a side: silent."""

    code: str
    needs: str
    grades: tuple[Grade, ...]

    @property
    def rest(self) -> float:
        """The share of true doubles that agree in no grade."""
        return 1 - sum(grade.same for grade in self.grades)


NAME, SOUND = Text("姓名相同", "same name"), Text("姓名同音", "names that sound alike")
MODEL = (
    Field("name", "sound", (Grade("name", 0.80, NAME, common=True), Grade("sound", 0.195, SOUND, common=True))),
    Field(
        "birth",
        "birth",
        (
            Grade("birth", 0.93, Text("出生日期相同", "same date of birth")),
            Grade("birth_mix", 0.04, Text("出生日期数字颠倒", "digits of the date of birth swapped")),
        ),
    ),
    Field(
        "document",
        "id4",
        (
            Grade("id4", 0.06, Text("证件号后四位相同", "same last four of the document")),
            Grade("id3", 0.50, Text("证件号仅校验位不同", "documents that differ in the check character")),
            Grade("id3_mix", 0.20, Text("证件号数字颠倒", "digits of the document swapped")),
            # A number mistyped twice or that of husband or wife is as good as any, and takes birthday and sex along with it.
            Grade("called", 0.06, Text("仅证件号码不同", "only the document differs")),
        ),
    ),
    Field(
        "phone",
        "phone",
        (
            Grade("phone", 0.62, Text("手机号相同", "same phone")),
            Grade("phone4", 0.13, Text("手机号后四位相同", "same last four of the phone")),
            Grade("phone4_mix", 0.10, Text("手机号数字颠倒", "digits of the phone swapped")),
        ),
    ),
    Field(
        "work",
        "home",
        (
            Grade("employer", 0.52, Text("工作单位相同", "same employer"), common=True),
            Grade("home", 0.18, Text("所属工会相同", "same union"), common=True),
        ),
    ),
    Field("sex", "sex", (Grade("sex", 0.985),)),
)
COLUMNS = tuple(dict.fromkeys(["name", *(column for f in MODEL for column in (f.needs, *(g.column for g in f.grades)))]))
# Two files are looked at together when they agree in one of these; every kind of error leaves at least one of them whole.
BLOCKS = (
    ("sound", "birth"),
    ("sound", "birth_mix"),
    ("sound", "phone"),
    ("sound", "phone4"),
    ("sound", "phone4_mix"),
    ("sound", "id3"),
    ("sound", "id3_mix"),
    ("sound", "employer"),
    ("sound", "home"),
    ("phone", "birth"),
)
PRIOR = 1 / 25  # how many doubles a registry is expected to hold for each of its files
LIKELY = 0.95  # pairs below this probability are not shown


def new_key() -> bytes:
    """A key for one search, thrown away with it: tokens of two searches have nothing in common."""
    return secrets.token_bytes(32)


def tokens(file: File, key: bytes) -> list[Token]:
    """A file as keyed 63-bit tokens, in the order of COLUMNS; None where it says nothing."""
    born = f"{file.birth:%Y%m%d}" if file.birth else ""
    head = file.id_tail[:3]
    values: Mapping[str, str] = {
        "name": _SEPARATORS.sub("", file.name),
        "sound": file.sound,
        "birth": born,
        "birth_mix": _sorted(born),
        "id4": file.id_tail,
        "id3": head,
        "id3_mix": _sorted(head),
        "phone": file.phone.hex(),
        "phone4": file.phone_tail,
        "phone4_mix": _sorted(file.phone_tail),
        "employer": _COMPANY.sub("", file.employer),
        "home": "" if file.home is None else str(file.home),
        "sex": file.sex,
        "called": f"{_SEPARATORS.sub('', file.name)} {file.phone.hex()}" if file.phone else "",
    }
    return [_token(key, column, values[column]) for column in COLUMNS]


def _sorted(digits: str) -> str:
    return "".join(sorted(digits))


def _token(key: bytes, column: str, value: str) -> Token:
    if not value:
        return None
    digest = hashlib.blake2b(value.encode(), digest_size=8, key=key, person=column.encode()).digest()
    return int.from_bytes(digest, "big") >> 1


def agreements(first: Sequence[Token], second: Sequence[Token]) -> dict[str, int | None]:
    """For each field the place of the grade that two files agree in, -1 for none, None where a side is silent."""
    one, other = dict(zip(COLUMNS, first, strict=True)), dict(zip(COLUMNS, second, strict=True))
    found: dict[str, int | None] = {}
    for field in MODEL:
        if one[field.needs] is None or other[field.needs] is None:
            found[field.code] = None
            continue
        equal = (n for n, g in enumerate(field.grades) if one[g.column] is not None and one[g.column] == other[g.column])
        found[field.code] = next(equal, -1)
    return found


def reasons(agreed: Mapping[str, int | None]) -> list[Text]:
    """In words, what two files agree in."""
    found = []
    for field in MODEL:
        place = agreed[field.code]
        if place is not None and place >= 0 and (words := field.grades[place].reason) is not None:
            found.append(words)
    return found


def weight(same: float, strangers: float) -> float:
    """How much an agreement speaks for one person, in bits."""
    return math.log2(same / strangers)
