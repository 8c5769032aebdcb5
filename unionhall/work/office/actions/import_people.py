"""People from a sheet: the same ID number is the same person; likely doubles are asked about; nobody is registered twice."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as access
from unionhall.kernel.exchange.registry import Finding, Row, Unfit, Written
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries, rules
from unionhall.kernel.people.models import Contact, DataKey, Person, Sealed
from unionhall.kernel.people.queries import Candidate, Probe, phones
from unionhall.kernel.people.rules import Checked, NewPerson
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

TWICE = Text("与本表第 {rows} 行为同一人。", "This is the same person as in row {rows} of this sheet.")
KEEP_ONE = Text("请保留一行，另一行选“不导入”。", "Keep one row and leave the other out.")
ELSEWHERE = Text("该人员已在其他单位登记。", "This person is registered in another unit already.")
TRANSFER = Text("如需转入，请联系其所在单位或上级工会办理。", "To take over the record, ask that unit or the federation above.")
OTHER_NAME = Text("该证件号码已登记在另一个姓名下。", "This ID number is registered under another name.")
COMPARE = Text("请核对证件号码和姓名。", "Compare the ID number and the name with the document.")
OTHER_PHONE = Text(
    "已登记，手机号不同，将更正为本表所填。", "Registered already with another phone, which will be corrected to the one here."
)
MAY_NOT = Text(
    "已登记，手机号不同，您没有更正人员信息的权限。", "Registered already with another phone; you may not correct people's data."
)
KNOWN = Text("已登记，内容相同。", "Registered already, nothing differs.")
DECIDE = Text("确认不是同一人再选“导入”。", "Take the row only if it is somebody else.")


class Verdict(NamedTuple):
    """What is to be done with a row: register ("made"), correct, leave as it is, or nothing because of an error."""

    fate: str
    finding: Finding | None = None
    person: Person | None = None
    known: Checked | None = None


def check(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """Doubles within the sheet and in the house, numbers that contradict one another, and phones that are somebody else's."""
    verdicts = _judge(rows, at, by)
    told = [verdict.finding for verdict in verdicts.values() if verdict.finding is not None]
    return _twice(rows) + told + _phones_of_others(verdicts)


def _twice(rows: Sequence[Row]) -> list[Finding]:
    by_number: dict[str, list[int]] = {}
    for row in rows:
        if row.values["id_number"]:
            by_number.setdefault(row.values["id_number"], []).append(row.number)
    found = []
    for numbers in by_number.values():
        for number in numbers if len(numbers) > 1 else ():
            others = "、".join(str(other) for other in numbers[:6] if other != number)
            message = Text(TWICE.zh.format(rows=others), TWICE.en.format(rows=others))
            found.append(Finding(number, "id_number", message, KEEP_ONE))
    return found


def _judge(rows: Sequence[Row], at: Organization, by: Person) -> dict[int, Verdict]:
    """The verdict on each row, by its number; the whole list with a handful of statements."""
    verdicts: dict[int, Verdict] = {}
    probes: dict[int, Probe] = {}
    cleaned: list[Checked] = []
    for row in rows:
        try:
            known = rules.check_new(_new(row, at))
        except Refused as refusal:
            column = {"home": "unit"}.get(refusal.field or "", refusal.field or "")
            verdicts[row.number] = Verdict("refused", Finding(row.number, column, refusal.message, COMPARE))
            continue
        cleaned.append(known)
        probes[row.number] = Probe(known.name, known.id_number, known.phone, row.values["unit"] or at, known.birth)
    ranges = access.ranges(by, "people.see")
    corrects = access.ranges(by, "people.correct")
    found = queries.duplicates_of_many(list(probes.values()))
    for (number, probe), known, candidates in zip(probes.items(), cleaned, found, strict=True):
        verdicts[number] = _verdict(number, probe, candidates, ranges, corrects)._replace(known=known)
    return verdicts


def _phones_of_others(verdicts: Mapping[int, Verdict]) -> list[Finding]:
    """Rows that would put somebody else's phone on file: asked about, not refused, and never whose it is."""
    said = {number: one.known for number, one in verdicts.items() if one.known is not None}
    told = phones.asked_about(said, [number for number, one in verdicts.items() if one.fate in {"made", "changed"}])
    return [Finding(number, "phone", message, rules.ASK_PHONE, level="doubt") for number, message in told]


def _new(row: Row, at: Organization) -> NewPerson:
    meant = row.values
    return NewPerson(
        name=meant["name"],
        home=meant["unit"] or at,
        sex=meant["sex"],
        birth=meant["birth"],
        id_number=meant["id_number"],
        phone=meant["phone"],
        sealed={"address": meant["address"]} if meant["address"] else {},
    )


def _inside(person: Person, ranges: list[tuple[str, str]]) -> bool:
    return any(low <= person.org_path < high for low, high in ranges)


def _verdict(
    number: int, probe: Probe, candidates: Sequence[Candidate], ranges: list[tuple[str, str]], corrects: list[tuple[str, str]]
) -> Verdict:
    certain = next((one for one in candidates if one.certain), None)
    if certain is None:
        if not candidates:
            return Verdict("made")
        message = rules.likely({reason for one in candidates for reason in one.reasons})
        return Verdict("made", Finding(number, "name", message, DECIDE, level="doubt"))
    person = certain.person
    if not _inside(person, ranges):
        return Verdict("refused", Finding(number, "id_number", ELSEWHERE, TRANSFER))
    if person.name != probe.name:
        return Verdict("refused", Finding(number, "name", OTHER_NAME, COMPARE))
    same_phone = not probe.mobile or (person.phone_last4 == probe.mobile[-4:] and "name_phone" in certain.reasons)
    if same_phone:
        return Verdict("same", Finding(number, "", KNOWN, level="same"), person)
    if not _inside(person, corrects):
        return Verdict("refused", Finding(number, "phone", MAY_NOT, COMPARE))
    return Verdict("changed", Finding(number, "phone", OTHER_PHONE, level="changed"), person)


def write(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any], source: str) -> list[Written]:
    """Register the new ones together and correct the phones of those who are known. Raises Unfit for a row that went stale."""
    verdicts = _judge(rows, at, by)
    for row in rows:
        verdict = verdicts[row.number]
        if verdict.fate == "refused":
            assert verdict.finding is not None
            raise Unfit(verdict.finding)
    fresh = [row for row in rows if verdicts[row.number].fate == "made"]
    cleaned = [verdicts[row.number].known for row in fresh]
    registered = people.register_many([_new(row, at) for row in fresh], by=by, known=cleaned)  # type: ignore[arg-type]
    for place, refusal in registered.refused:
        if isinstance(refusal, rules.AlreadyRegistered):
            raise refusal  # by somebody else since a moment ago: the slice is judged anew
        raise Unfit(Finding(fresh[place].number, refusal.field or "", refusal.message, COMPARE))
    made = {row.number: key for row, key in zip(fresh, registered.keys, strict=True)}
    return [_done(row, verdicts[row.number], made, by) for row in rows]


def _done(row: Row, verdict: Verdict, made: Mapping[int, int | None], by: Person) -> Written:
    if verdict.fate == "made":
        return Written(row.number, f"people.person:{made[row.number]}", "made")
    person = verdict.person
    assert person is not None
    if verdict.fate == "changed":
        people.correct(by=by, person=person, phone=row.values["phone"], reason=str(_("Corrected by an imported sheet")))
        return Written(row.number, f"people.person:{person.pk}", "changed")
    return Written(row.number, f"people.person:{person.pk}", "same")


STAYS = Text("此人已有其他业务记录，予以保留。", "This person has records in the house by now and stays.")
CORRECTED = Text("手机号的更正不自动撤回。", "The corrected phone is not taken back.")
ON_PAGE = Text("如需改回，请在人员页面更正。", "If need be, correct it on the person's page.")


def undo(written: Sequence[Written], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """Erase those who were registered and whom nothing refers to since; corrections stay, and are named."""
    ids = {int(one.record.partition(":")[2]): one.row for one in written if one.outcome == "made"}
    used = _used(set(ids))
    stays = [Finding(one.row, "phone", CORRECTED, ON_PAGE) for one in written if one.outcome == "changed"]
    for person in Person.objects.filter(pk__in=ids, erased_at=None).order_by("-pk"):
        if person.pk in used:
            stays.append(Finding(ids[person.pk], "", STAYS, ON_PAGE))
            continue
        try:
            with transaction.atomic():
                people.erase(by=None, person=person, reason=str(_("The import that brought this person was taken back")))
        except Refused as refusal:
            stays.append(Finding(ids[person.pk], "", refusal.message, ON_PAGE))
    return stays


def _used(ids: set[int]) -> set[int]:
    """Which of the persons anything in the house refers to, besides what is their own."""
    used: Counter[int] = Counter()
    for relation in Person._meta.related_objects:
        model = relation.related_model
        if model in {DataKey, Sealed, Contact} or not isinstance(model, type):
            continue
        column = relation.field.name
        used.update(model._base_manager.filter(**{f"{column}__in": ids}).values_list(column, flat=True))
    return set(used)
