"""What makes a person's data fit to be kept, in plain Python."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from unionhall.lib import idnumber, phone, pinyin
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text

SEXES = ("", "male", "female")
WRONG_SEX = Text(zh="性别与证件号码不符。", en="The sex does not fit the document number.")
WRONG_BIRTH = Text(zh="出生日期与证件号码不符。", en="The date of birth does not fit the document number.")


class Contradiction(Refused):
    """Two things that were said about a person cannot both be true."""

    code = "contradiction"


class AlreadyRegistered(Conflict):
    """Somebody with this identity number is known already; `person` is the id, for doors that may show it."""

    code = "already_registered"

    def __init__(self, person: int | None = None) -> None:
        super().__init__(
            Text(
                zh="该证件号码已登记，请先查找已有人员，不要重复登记。",
                en="This document number is already registered: look for the person instead of registering again.",
            ),
            field="id_number",
        )
        self.person = person


class Erased(Refused):
    """The person's data were erased; nothing can be changed or shown any more."""

    code = "erased"

    def __init__(self) -> None:
        super().__init__(Text(zh="该人员的个人信息已依法删除。", en="This person's data have been erased as the law requires."))


ALIKE = {  # why somebody may be known already, the strongest reason first
    "name_phone": Text("姓名和手机号相同", "same name and phone"),
    "name_phone_other_number": Text(
        "姓名和手机号相同，但证件号码不同，号码可能录错或填成了他人的",
        "same name and phone with another document number, which may be mistyped or somebody else's",
    ),
    "name_home_birth_year": Text("姓名、单位和出生年份相同", "same name, unit and year of birth"),
}
LIKELY = Text("可能与已登记的人员是同一人：{why}。", "This may be somebody who is registered already: {why}.")


ID_TAIL, PHONE_TAIL = Text("证件 ****{tail}", "ID ****{tail}"), Text("手机 ****{tail}", "phone ****{tail}")

NAMED = Text("{name}（{hint}）", "{name} ({hint})")


def told_apart(person: Any) -> str:
    """What tells namesakes apart without a reveal: the home unit and the last four of the document, else of the phone."""
    said = [str(person.home.label)] if person.home else []
    if person.id_last4:
        said.append(str(ID_TAIL).format(tail=person.id_last4))
    elif person.phone_last4:
        said.append(str(PHONE_TAIL).format(tail=person.phone_last4))
    return " · ".join(said)


def told_by_name(people: Sequence[Any], otherwise: Callable[[Any], str] = lambda person: str(person.name)) -> list[tuple[int, str]]:
    """Keys and words of people to choose from in a plain list: of namesakes also what tells them apart."""
    borne = Counter(person.name for person in people)
    return [(one.pk, apart(one.name, told_apart(one)) if borne[one.name] > 1 else otherwise(one)) for one in people]


def apart(name: str, hint: str) -> str:
    """A name with what tells its bearer apart, as the pickers write it."""
    return str(NAMED).format(name=name, hint=hint) if hint else name


def alike(*, same_id: bool, other_id: bool, same_phone: bool, same_year: bool) -> tuple[str, ...]:
    """Why somebody of the same name may be meant; nothing where nobody need be asked.

    Another document number speaks against it, but not against name and phone together: a number mistyped twice, or that of the
    spouse, passes every check.
    """
    told = {
        "id_number": same_id,
        "name_phone": same_phone and not other_id,
        "name_phone_other_number": same_phone and other_id,
        "name_home_birth_year": same_year and not other_id,
    }
    return tuple(reason for reason, holds in told.items() if holds)


PHONE_TAKEN = Text("这个手机号已登记在其他人名下。", "This phone is registered for somebody else.")
ASK_PHONE = Text(
    "请核对：确由本人使用（如家人共用）的再选“导入”，否则请更正或清空手机号。",
    "Ask: take the row if they do use this phone (a family may share one), else correct the phone or leave it empty.",
)


def phone_shared(rows: Sequence[int]) -> Text:
    """That somebody else in these rows of a sheet has the same phone."""
    listed = "、".join(map(str, rows))
    return Text(
        f"与本表第 {listed} 行不是同一人，手机号却相同。", f"Somebody else in row {listed} of this sheet has the same phone."
    )


def likely(reasons: Iterable[str]) -> Text:
    """The sentence that asks about somebody who may be known already; `reasons` are those of all candidates."""
    why = next(words for code, words in ALIKE.items() if code in set(reasons))
    return Text(LIKELY.zh.format(why=why.zh), LIKELY.en.format(why=why.en))


NOTHING: Mapping[str, str] = MappingProxyType({})


class NewPerson(NamedTuple):
    """What is known of somebody who is to be registered at a home unit; its repr says nothing, as it may end up in a log."""

    name: str
    home: Any
    sex: str = ""
    birth: date | None = None
    id_number: str = ""
    phone: str = ""
    sealed: Mapping[str, str] = NOTHING

    def __repr__(self) -> str:
        return "<NewPerson>"


class Checked(NamedTuple):
    """The same, cleaned and complete."""

    name: str
    sex: str
    birth: date | None
    id_number: str
    phone: str
    sealed: dict[str, str]

    def __repr__(self) -> str:
        return "<Checked>"


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many persons' keys were wrapped anew, and how many of them were sealed anew as well."""

    wrapped: int
    resealed: int


def check_new(new: NewPerson) -> Checked:
    """Clean what was given. Raises Refused with the field that is wrong, never repeating a number."""
    if getattr(new.home, "until", None) is not None:
        closed = Text(zh="所选工会已撤销或合并，请选择现有工会。", en="The chosen unit is closed: choose one that exists.")
        raise Refused(closed, field="home")
    return check(name=new.name, sex=new.sex, birth=new.birth, id_number=new.id_number, mobile=new.phone, sealed=new.sealed)


def check(*, name: str, sex: str, birth: date | None, id_number: str, mobile: str, sealed: Mapping[str, str]) -> Checked:
    """The rule for new and for corrected data: sex and birth follow from an identity number and must not contradict it."""
    if sex not in SEXES:
        raise Refused(Text(zh="性别只能是男或女。", en="Sex is male or female."), field="sex")
    known = idnumber.check(id_number) if id_number.strip() else None
    if known is not None:
        if known.sex and sex and sex != known.sex:
            raise Contradiction(WRONG_SEX, field="sex")
        if known.birth and birth and birth != known.birth:
            raise Contradiction(WRONG_BIRTH, field="birth")
    return Checked(
        name=pinyin.normalise(name),
        sex=known.sex or sex if known else sex,
        birth=known.birth or birth if known else birth,
        id_number=known.text if known else "",
        phone=phone.normalise(mobile) if mobile.strip() else "",
        sealed={code: value.strip() for code, value in sealed.items() if value.strip()},
    )


def check_dates(since: date, until: date | None) -> None:
    """A standing lasts at least a day."""
    if until is not None and until <= since:
        raise Refused(Text(zh="终止日期应晚于起始日期。", en="The end must be later than the beginning."), field="until")


def overlaps(spans: list[tuple[date, date | None]], since: date, until: date | None) -> bool:
    """Whether a span of days (end excluded) meets one of the others."""
    return any((until is None or first < until) and (last is None or since < last) for first, last in spans)


def overtaken() -> Conflict:
    """Somebody else registers the same person at the same moment."""
    return Conflict(
        Text(
            zh="其他人正在登记其中的人员，请稍后重试。",
            en="Somebody else is registering one of these persons right now. Try again.",
        )
    )
