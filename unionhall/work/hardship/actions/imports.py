"""Household files from a sheet: one line a household, members in one cell, looked at whole and written in sets."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from unionhall.kernel.exchange.registry import Finding, Row, Unfit, Written
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.rules import NewPerson
from unionhall.lib import dates, idnumber
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.hardship import access, registry
from unionhall.work.hardship.actions import intake, leave
from unionhall.work.hardship.actions.books import Book
from unionhall.work.hardship.actions.intake import NotOnFile, Taken
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.queries import lines, membership, sheets
from unionhall.work.hardship.rules import household as rules
from unionhall.work.hardship.rules import means
from unionhall.work.hardship.rules.means import Lines

BY_NAME = {str(word): code for code, name in registry.RELATIONS.items() for word in (code, name.zh, name.en)}


def members_of(cell: str) -> list[tuple[str, str, str]]:
    """The members of a cell: "李秀英/配偶/证件号码；赵小宝/子女/证件号码". Raises Refused naming the one that cannot be read."""
    found = []
    for part in filter(None, (piece.strip() for piece in cell.replace(";", "；").split("；"))):
        words = [word.strip() for word in part.replace("／", "/").split("/")]
        if len(words) != 3 or words[1] not in BY_NAME or BY_NAME[words[1]] == "self":
            raise Refused(
                Text(
                    f"家庭成员“{words[0]}”须写成 姓名/关系/证件号码，多人以；分隔。",
                    f"The member “{words[0]}” is written as name/relation/ID number, several parted by a semicolon.",
                ),
                field="members",
            )
        found.append((words[0], BY_NAME[words[1]], idnumber.check_typed(words[2]).text))
    return found


def check(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with each line, seen together: people in two lines, incomes that give no file, units without a line."""
    found: list[Finding] = []
    seen: dict[str, int] = {}
    rule_of: dict[int, Lines | Refused] = {}
    named: list[tuple[Row, list[str]]] = []
    for row in rows:
        try:
            named.append((row, [row.values["id_number"], *(number for _n, _r, number in members_of(row.values["members"]))]))
        except Refused as refusal:
            named.append((row, [row.values["id_number"]]))
            found.append(Finding(row.number, "members", refusal))
    numbers = {number for _row, people in named for number in people}
    held, own = membership.held(numbers, by=by), membership.own_numbers(by, numbers)
    for row, people in named:
        for place, number in enumerate(people):
            column = "members" if place else "id_number"
            if against := rules.own_case() if number in own else held.get(number):
                found.append(Finding(row.number, column, against))
            if number in seen:
                said = Text(f"与第 {seen[number]} 行为同一人，一人只能在一户。", f"The same person as in row {seen[number]}.")
                found.append(Finding(row.number, column, said, _keep_one()))
            seen.setdefault(number, row.number)
        found += _tested(row, at, rule_of)
    return found


def _keep_one() -> Text:
    return Text("请保留其中一户", "Keep one of the two households")


def _rule(unit: Organization) -> Lines | Refused:
    """The rule of a unit today, or why there is none; asked once for each unit of a sheet."""
    try:
        return lines.lines(unit, dates.today())
    except Refused as refusal:
        return refusal


def _tested(row: Row, at: Organization, rule_of: dict[int, Lines | Refused]) -> list[Finding]:
    unit = row.values["unit"] or at
    size = row.values["size"] or 1
    shown = Household(size=size, worker=row.values["worker"], months=row.values["months"] or 0)
    try:
        one = sheets.measured(shown, _book(row).content(), excluded=False)
        means.check_measure(one)
        if unit.pk not in rule_of:
            rule_of[unit.pk] = _rule(unit)
        rule = rule_of[unit.pk]
        if isinstance(rule, Refused):
            return [Finding(row.number, "wage", rule)]
        verdict = means.judge(one, rule)
    except Refused as refusal:
        return [Finding(row.number, "wage", refusal)]
    if verdict.kind == "none":
        return [Finding(row.number, "wage", Text("按现行标准核算不符合建档条件。", "Not eligible by the rule of today."))]
    return []


def _book(row: Row) -> Book:
    amounts = {kind: int(row.values[kind] or 0) for kind in ("wage", "other", "medical", "education")}
    illness = row.values["illness"]
    return Book(
        incomes={"wage": amounts["wage"], "other": amounts["other"]},
        spending={"medical": amounts["medical"], "education": amounts["education"]},
        illnesses={"self": illness} if illness else {},
    )


def write(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any], source: str) -> list[Written]:
    """Take the households of one slice up; a line that became impossible meanwhile stays out alone."""
    written: list[Written] = []
    by_unit: dict[int, tuple[Organization, list[Row]]] = {}
    for row in rows:
        unit = row.values["unit"] or at
        by_unit.setdefault(unit.pk, (unit, []))[1].append(row)
    for unit, mine in by_unit.values():
        try:
            made = intake.take_many(organization=unit, rows=[_taken(row, unit) for row in mine], by=by)
        except NotOnFile as refusal:
            raise Unfit(Finding(mine[refusal.place].number, "id_number", refusal)) from refusal
        written += [Written(row.number, f"{access.KIND}:{household.pk}", "made") for row, household in zip(mine, made, strict=True)]
    return written


def _taken(row: Row, unit: Organization) -> Taken:
    named = members_of(row.values["members"])
    head = NewPerson(name=row.values["name"], home=unit, id_number=row.values["id_number"], phone=row.values["phone"])
    others = [(relation, NewPerson(name=name, home=unit, id_number=number)) for name, relation, number in named]
    filed: date | None = row.values["filed_on"]
    return Taken(
        people=[("self", head), *others],
        cause=row.values["cause"],
        worker=row.values["worker"],
        level=row.values["level"] or "county",
        book=_book(row),
        filed_on=filed or dates.today(),
        size=max(row.values["size"] or 1, 1 + len(others)),
        months=row.values["months"] or 0,
        employer=row.values["employer"],
    )


def undo(written: Sequence[Written], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """Take imported files back: withdrawn as errors, so that the stock and the standings follow; worked on, they stay."""
    stays: list[Finding] = []
    for line in written:
        key = int(line.record.rpartition(":")[2])
        try:
            household = access.for_change(by, key)
        except Refused as refusal:  # one's own household's
            stays.append(Finding(line.row, "", refusal))
            continue
        touched = household.version > 1 or household.pairings.exists() or household.helps.exists()
        if touched or household.state != "on_file":
            stays.append(Finding(line.row, "", Text("导入后已办理业务，保留。", "Worked on since; it stays.")))
            continue
        try:
            leave.withdraw(household_id=key, reason="error", words="撤销导入", by=by)
        except Refused as refusal:
            stays.append(Finding(line.row, "", refusal))
    return stays
