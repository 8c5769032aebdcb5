"""Decisions about issues, in plain Python: no database, no clock, no kernel."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

GRADES = ("major", "serious", "general")
FLAGS = ("red", "yellow", "green")
PASTE_LIMIT = 200  # rows that a pasted block may hold; more are imported from a file
TITLE_LIMIT = 200

_SPACE = re.compile(r"\s+")
_DAY = re.compile(r"^(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?$")


class NotSecondPerson(Refused):
    """The person who would check has had a hand in the work."""

    code = "not_second_person"


class EvidenceMissing(Refused):
    """A step lacks the words or files that show what was done."""

    code = "evidence_missing"


class PartiesWrong(Refused):
    """A dispatch would leave an issue without one clear responsible unit."""

    code = "parties_wrong"


class RowsWrong(Refused):
    """A pasted block cannot be read; nothing of it was registered."""

    code = "rows_wrong"


def check_description(*, title: str, found_on: date, today: date, source: str, example: str) -> None:
    """A new issue says what it is and was found by today; a shortcoming carries an example (比如)."""
    if not title.strip():
        raise Refused(Text("请写明问题。", "Say what the issue is."), field="title")
    if len(title) > TITLE_LIMIT:
        raise Refused(
            Text(
                f"问题最多 {TITLE_LIMIT} 字，详情写在说明里。", f"At most {TITLE_LIMIT} characters; the rest goes into the details."
            ),
            field="title",
        )
    if found_on > today:
        raise Refused(Text("发现日期不能晚于今天。", "The day of finding cannot lie after today."), field="found_on")
    if source == "shortcoming" and not example.strip():
        raise Refused(Text("短板须举一个例子(比如……)。", "A shortcoming carries an example."), field="example")


def check_known(value: str, known: Collection[str], *, field: str) -> None:
    """A code comes from its list."""
    if value not in known:
        raise Refused(
            Text(f"没有“{value}”这一项，请从列表中选择。", f"“{value}” is not on the list; choose one that is."), field=field
        )


def check_parties(responsible: int, joint: Iterable[int]) -> None:
    """One unit is responsible; the others help, each named once."""
    named = list(joint)
    if responsible in named:
        raise PartiesWrong(Text("牵头单位不能同时是协办单位。", "The responsible unit cannot also be a joint one."), field="joint")
    if len(named) != len(set(named)):
        raise PartiesWrong(Text("同一协办单位只写一次。", "Name each joint unit once."), field="joint")


def check_second_person(checker: int, hands: Collection[int]) -> None:
    """Who accepted, handled, reported progress on or submitted an issue does not check it."""
    if checker in hands:
        raise NotSecondPerson(
            Text("办理人不能核查自己办的问题，请由另一人核查。", "Who handled an issue does not check it; another person does.")
        )


def check_solution(solution: str, evidence: int) -> None:
    """An issue goes to the check with words on what was done and at least one piece of evidence."""
    if not solution.strip():
        raise EvidenceMissing(Text("请写明整改结果。", "Say what was done."), field="solution")
    if evidence < 1:
        raise EvidenceMissing(
            Text("请先填写办理进展或上传佐证材料，再提交核查。", "Report progress or attach evidence before submitting."),
            field="solution",
        )


def check_reason(reason: str, *, field: str = "reason") -> None:
    """Refusals, returns, withdrawals and flags say why."""
    if not reason.strip():
        raise Refused(Text("请写明理由。", "Give the reason."), field=field)


def check_flag(colour: str, reason: str) -> None:
    """Flags have one of three colours; a red one says why."""
    check_known(colour, FLAGS, field="colour")
    if colour == "red":
        check_reason(reason)


def check_days(since: date, until: date | None) -> None:
    """A period ends after it starts."""
    if until is not None and until <= since:
        raise Refused(Text("截止日期须晚于起始日期。", "The last day lies after the first."), field="until")


def recurs(*, closed_on: date, found_on: date, within_days: int) -> bool:
    """Whether an issue found on a day counts as the return of one written off earlier."""
    return closed_on <= found_on <= closed_on + timedelta(days=within_days)


# Routing ---------------------------------------------------------------------------------------------------------


class RouteRow(NamedTuple):
    """One line of the routing table; an empty kind or grade stands for any."""

    id: int
    area_path: str
    kind: str
    grade: str
    target: int


def best_route(rows: Iterable[RouteRow], *, area_path: str, kind: str, grade: str) -> RouteRow | None:
    """The line that fits an issue best: nearest area first, then the named kind, then the named grade.

    An area covers itself and everything below it. A line for any kind and any grade is the area's default desk.
    """
    fitting = [row for row in rows if area_path.startswith(row.area_path) and row.kind in {"", kind} and row.grade in {"", grade}]
    return max(fitting, key=lambda row: (len(row.area_path), row.kind != "", row.grade != "", row.id), default=None)


# Likeness --------------------------------------------------------------------------------------------------------


def grams(text: str) -> list[str]:
    """The single characters and pairs of a title, folded: what it is found by. Works for Chinese without word breaks."""
    plain = folded(text)
    return sorted({*plain, *(plain[i : i + 2] for i in range(len(plain) - 1))} - {""})


def folded(text: str) -> str:
    """A text without spaces, punctuation, width and case."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    return wide if wide.isalnum() else "".join(filter(str.isalnum, wide))


def likeness(one: str, other: str) -> float:
    """How much two titles share, from 0 to 1: common character pairs over all pairs."""
    return alike(pairs(one), pairs(other))


def alike(left: set[str], right: set[str]) -> float:
    """The same of the character pairs of two titles."""
    return len(left & right) / len(left | right) if left or right else 0.0


def pairs(text: str) -> set[str]:
    """The character pairs of a title, folded; a title of one character is its own."""
    plain = folded(text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)} or {plain} - {""}


# Quarters and notices --------------------------------------------------------------------------------------------


class Quarter(NamedTuple):
    """A quarter of a year, 1 to 4."""

    year: int
    number: int

    @property
    def start(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        return self.following.start - timedelta(days=1)

    @property
    def following(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day falls."""
    return Quarter(day.year, (day.month + 2) // 3)


def in_a_row(noticed: Iterable[Quarter], *, needed: int) -> list[Quarter]:
    """The quarters that complete `needed` notices in a row; a clean quarter starts the count again (S0: 连续2次)."""
    completed, run, last = [], 0, None
    for quarter in sorted(set(noticed)):
        run = run + 1 if last is not None and last.following == quarter else 1
        if run >= needed:
            completed.append(quarter)
            run = 0
        last = quarter
    return completed


# Pasted rows -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One row of a block pasted from a spreadsheet, as typed."""

    number: int
    title: str
    kind: str = ""
    grade: str = ""
    found_on: date | None = None
    details: str = ""


def pasted_rows(block: str) -> list[PastedRow]:
    """Read a block: a row a line, columns by tab: issue, kind, grade, day found, details. Raises RowsWrong with the row."""
    lines = [(number, line) for number, line in enumerate(block.splitlines(), start=1) if line.strip()]
    if not lines:
        raise RowsWrong(Text("没有可识别的行。", "There is no row to read."), field="rows")
    if len(lines) > PASTE_LIMIT:
        raise RowsWrong(
            Text(
                f"一次最多粘贴 {PASTE_LIMIT} 行，现有 {len(lines)} 行。",
                f"At most {PASTE_LIMIT} rows at once; there are {len(lines)}.",
            ),
            field="rows",
        )
    return [_pasted(number, [cell.strip() for cell in line.split("\t")]) for number, line in lines]


def _pasted(number: int, cells: Sequence[str]) -> PastedRow:
    title, kind, grade, day, details = [*cells, "", "", "", "", ""][:5]
    if not title:
        raise RowsWrong(Text(f"第 {number} 行第 1 列“问题”为空。", f"Row {number}, column 1, the issue is empty."), field="rows")
    return PastedRow(number, title, kind, grade, typed_day(day, number) if day else None, details)


def typed_day(text: str, row: int) -> date:
    """A day as people type it: 2025-3-5, 2025/3/5, 2025.3.5, 2025年3月5日. Raises RowsWrong with row and value."""
    found = _DAY.match(_SPACE.sub("", unicodedata.normalize("NFKC", text)))
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        found = None
    raise RowsWrong(
        Text(f"第 {row} 行“发现日期”{text} 不是日期，请写成 2025-03-05。", f"Row {row}: {text} is not a day; write 2025-03-05."),
        field="rows",
    )


def check_new_kind(code: str, name: str, *, taken: bool) -> None:
    """An own kind has a plain code of its own and a name."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", code):
        raise Refused(
            Text(
                "代码用小写字母、数字和下划线，以字母开头。",
                "The code is lower-case letters, digits and underscores, starting with a letter.",
            ),
            field="code",
        )
    if taken:
        raise Refused(Text(f"代码“{code}”已被使用。", f"The code “{code}” is taken."), field="code")
    if not name.strip():
        raise Refused(Text("请填写名称。", "Fill in the name."), field="name")


def check_list(*, name: str, source: str, team: str) -> None:
    """A list has a name; one of a research team names the team."""
    if not name.strip():
        raise Refused(Text("请填写清单名称。", "Name the list."), field="name")
    if team and source not in {"research", "squat"}:
        raise Refused(Text("只有调研、蹲点清单填写调研组。", "Only lists of research or squat work name a team."), field="team")


def check_decision(*, decider: Collection[int], concerned: int | None, accept: bool, severity: str, reason: str) -> None:
    """A proposal is decided by a person whom it does not concern, with a reason; accepted, it names the severity. `decider`: every
    file (by key) of whoever decides and of the one acted for."""
    if concerned in decider:
        raise Refused(Text("不能决定与本人有关的建议。", "Nobody decides about himself."))
    check_reason(reason)
    if accept and not severity:
        raise Refused(Text("请按情节轻重选择处理方式。", "Choose the measure by severity."), field="severity")
