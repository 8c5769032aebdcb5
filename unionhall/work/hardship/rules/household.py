"""Who belongs to a household, what bars it from a file, and how it leaves one. Plain Python."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text

CHILDREN = ("child", "grandchild")
MOST_MEMBERS = 20


class TwoFiles(Conflict):
    """A person would stand in two open files."""

    code = "two_files"


@dataclass(frozen=True, slots=True)
class Other:
    """The open file in which a person stands already; `known` is False where the asking person may not see it."""

    name: str
    reference: str
    relation: str
    known: bool


def in_two_files(other: Other, *, field: str = "head") -> TwoFiles:
    """The refusal for a person who stands in an open file; a pupil is named as one, and nothing of a foreign file is told."""
    pupil = other.relation in CHILDREN
    if not other.known:
        return TwoFiles(
            Text(
                f"{other.name}已在其他单位的困难职工档案中，一户一档、一人一档，请先与市、县总工会核实。",
                f"{other.name} stands in a file of another unit: one household, one file. Ask the county's or city's union.",
            ),
            field=field,
        )
    if pupil:
        return TwoFiles(
            Text(
                f"学生{other.name}已计入档案 {other.reference}，一名学生只能计入一户，请从其中一户移出后再办理。",
                f"The pupil {other.name} is counted in file {other.reference} already; a pupil belongs to one household only.",
            ),
            field=field,
        )
    return TwoFiles(
        Text(
            f"{other.name}已在档案 {other.reference} 中，一户一档，不能重复建档。",
            f"{other.name} stands in file {other.reference} already: one household, one file.",
        ),
        field=field,
    )


def in_old_file(name: str, reference: str) -> Conflict:
    """The refusal of a second number for a household that left the file: its old one is opened again."""
    number = f" {reference} " if reference else ""
    return Conflict(
        Text(
            f"{name}家庭原有档案{number}已退出，再次困难的，请在原档案上“恢复档案”，编号不变。",
            f"The household of {name} left its file{number.rstrip()}; that file is opened again under its number.",
        ),
        code="old_file",
    )


def check_known(value: str, known: Collection[str], *, field: str) -> None:
    """A code comes from its list."""
    if value not in known:
        raise Refused(
            Text(f"没有“{value}”这一项，请从列表中选择。", f"“{value}” is not on the list; choose one that is."), field=field
        )


def check_members(relations: Sequence[str], size: int) -> None:
    """One head, at least as many persons living together as there are members named, and no crowd."""
    if relations.count("self") != 1:
        raise Refused(Text("每户须有且只有一名户主。", "A household has exactly one head."), field="members")
    if len(relations) > MOST_MEMBERS:
        raise Refused(
            Text(f"家庭成员最多 {MOST_MEMBERS} 人。", f"A household has at most {MOST_MEMBERS} members."), field="members"
        )
    if size < len(relations):
        raise Refused(
            Text(
                f"共同生活人口填了 {size} 人，少于所列的 {len(relations)} 名成员。",
                f"{size} persons are said to live together, but {len(relations)} members are named.",
            ),
            field="size",
        )


def check_exclusions(found: Mapping[str, bool], proofs: Mapping[str, str]) -> None:
    """A ground that holds names its proof; the list is answered whole, not by one yes or no."""
    for code, holds in found.items():
        if holds and not proofs.get(code, "").strip():
            raise Refused(
                Text("存在不予建档情形的，请写明核实依据。", "A ground that holds names the proof."), field=f"proof_{code}"
            )


def check_complete(*, consents: int, adults: int, assessed: bool) -> None:
    """An application goes out whole: worked out, and with the signed authorisation of every adult."""
    if not assessed:
        raise Refused(Text("请先填写收入支出并完成核算。", "Fill in incomes and spending first."), field="wage")
    if consents < adults:
        raise Refused(
            Text(
                f"还缺 {adults - consents} 名成年家庭成员签署的经济状况核对授权书。",
                f"The signed authorisation of {adults - consents} more adults is missing.",
            ),
            field="consent",
        )


def check_second_person(approver: int, hands: Collection[int]) -> None:
    """Who took a file up, handed it in or visited the home does not approve it."""
    if approver in hands:
        raise Refused(
            Text(
                "登记、提交或入户调查本档案的人不能审批，请由另一人审批。",
                "Who took a file up, handed it in or visited the home does not approve it; another person does.",
            ),
            code="second_person",
        )


def check_not_own(household: Collection[int], hand: frozenset[int]) -> None:
    """Nobody handles the file of their own household, or of that of the one they act for: `hand` is every file of both humans; all
    by key. Raises Refused."""
    if not hand.isdisjoint(household):
        raise own_case()


def own_case(reference: str = "") -> Refused:
    """The refusal of a file of one's own household; of many, it is named."""
    zh, en = (f"档案 {reference}：", f"{reference}: ") if reference else ("", "")
    return Refused(
        Text(
            f"{zh}这是您本人或本户的档案，不能由您办理，请由同事办理；本人申请请在服务大厅提交。",
            f"{en}This is the file of your own household: a colleague handles it. Ask for yourself in the service hall.",
        ),
        code="own_case",
    )


def check_reason(code: str, known: Collection[str], words: str) -> None:
    """A file is left for a named reason, in words that can be checked."""
    check_known(code, known, field="reason")
    if not words.strip():
        raise Refused(Text("请写明依据。", "Say what this rests on."), field="words")


def check_day(day: date, *, today: date, field: str) -> None:
    """What has happened has happened by today."""
    if day > today:
        raise Refused(Text("日期不能晚于今天。", "The day cannot lie after today."), field=field)


def check_money(amount: int, *, field: str) -> None:
    """An amount of help is more than nothing."""
    if amount <= 0:
        raise Refused(Text("金额须大于零。", "The amount is more than zero."), field=field)


def adult(birth: date | None, on: date) -> bool:
    """Whether somebody is of age on a day; who has no known birth day counts as an adult."""
    if birth is None:
        return True
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day)) >= 18
