"""Asking outside registers: by a line where there is one, by file where there is none; the answers kept with their signature.

Document numbers leave the house for a question alone: each is revealed to whoever asks, for that reason, and so on record.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.exchange.registry import Finding, Row, Unfit, Written
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, NotVisible, Refused, filled
from unionhall.lib.text import Text
from unionhall.work.hardship import access, adapters, facts, registry
from unionhall.work.hardship.actions import procedure as way
from unionhall.work.hardship.models.files import Inquiry
from unionhall.work.hardship.queries import questions
from unionhall.work.hardship.rules import household as rules


@dataclass(frozen=True, slots=True)
class Answered:
    """One line of a file of answers: our number of the question, the verdict, the words, the register's signature."""

    number: int
    answer: str
    words: str
    signature: str


@transaction.atomic
def ask(*, household_id: int, sources: Sequence[str], by: Person) -> list[Inquiry]:
    """Ask registers about a household; a question that is open already is the same one, to be sent again.

    Without the signed consent of somebody of the household nothing is asked.
    """
    household = access.for_change(by, household_id, to="hardship.check")
    if not household.consents.exists():
        raise Refused(Text("没有签署授权书，不能查询核对。", "Nothing is asked without a signed authorisation."), field="sources")
    if not sources:
        raise Refused(Text("请选择核对部门。", "Choose a register."), field="sources")
    made = []
    for source in sources:
        rules.check_known(source, registry.SOURCES, field="sources")
        if (waiting := household.inquiries.filter(source=source, answered_at=None).first()) is not None:
            made.append(waiting)
            continue
        way_of = "line" if adapters.line_for(source) is not None else "file"
        told = {"source": source, "asked_by": by, "asked_at": clock.now(), "way": way_of, "kept_by": household.organization}
        made.append(Inquiry.objects.create(household=household, **told))
    audit.record(by, "hardship.asked", household, at=household.organization, sources=list(sources))
    return made


def fetch(inquiries: Iterable[Inquiry], *, by: Person) -> list[Inquiry]:
    """Send what goes by a line and take the answers; a line that is down leaves the question open, to be asked again."""
    taken = []
    for inquiry in inquiries:
        line = adapters.line_for(inquiry.source)
        if line is None or inquiry.answered_at is not None:
            continue
        try:
            told = line.ask(number=inquiry.pk, source=inquiry.source, persons=persons_of(inquiry, by=by, via="line"))
        except adapters.LineDown:
            continue
        taken.append(take(Answered(inquiry.pk, told.answer, told.words, told.signature), by=by, household_id=inquiry.household_id))
    return taken


def persons_of(inquiry: Inquiry, *, by: Person, via: str, reason: str = "") -> list[tuple[str, str]]:
    """Name and document number of everybody of the household that is asked about; each reading is on record with the question.

    A number that the house does not have, or that lies beyond the asker's right, stays empty.
    """
    why = f"{registry.SOURCES[inquiry.source].zh} №{inquiry.pk} {reason}".strip()
    members = inquiry.household.members.filter(until=None).select_related("person")
    return [(member.person.name, _number(member.person, by=by, via=via, reason=why)) for member in members]


def _number(person: Person, *, by: Person, via: str, reason: str) -> str:
    try:
        return people.reveal(by=by, person=person, field="id_number", reason=reason, via=via)
    except NotVisible:
        return ""


def exported_plain(by: Person, filters: Mapping[str, str], reason: str) -> Iterator[dict[str, Any]]:
    """The open questions as a register needs them: with the document numbers, each put on record as it is read."""
    for one in questions.waiting(by, filters):
        yield questions.line(one, persons_of(one, by=by, via="export", reason=reason))


@transaction.atomic
def take(told: Answered, *, by: Person, household_id: int) -> Inquiry:
    """Keep one answer: moment, verdict, signature; its words lie sealed. The same answer again changes nothing."""
    household = access.for_change(by, household_id, to="hardship.check")
    inquiry = household.inquiries.select_for_update().filter(pk=told.number).first()
    if inquiry is None:
        raise Refused(Text(f"没有编号为 {told.number} 的核对请求。", f"There is no question with the number {told.number}."))
    rules.check_known(told.answer, registry.ANSWERS, field="answer")
    if not told.signature.strip():
        raise Refused(
            Text("核对结果须有出具部门的签章或经办人。", "An answer carries the signature of who gave it."), field="signature"
        )
    if inquiry.answered_at is not None:
        if (inquiry.answer, inquiry.signature) == (told.answer, told.signature.strip()):
            return inquiry
        raise Conflict(Text("该核对请求已有不同的答复。", "This question has another answer already."))
    inquiry.answered_at, inquiry.answer, inquiry.signature = clock.now(), told.answer, told.signature.strip()[:200]
    inquiry.words = access.sealed(f"inquiry|{inquiry.pk}", {"words": told.words})
    inquiry.kept_by = household.organization
    inquiry.save(update_fields=["answered_at", "answer", "signature", "words", "kept_by"])
    household.answered = not household.inquiries.filter(answered_at=None).exists()
    household.save(update_fields=["answered"])
    way.post(facts.CHECKED, household, inquiry, answer=told.answer)
    audit.record(by, "hardship.answered", household, at=household.organization, inquiry=inquiry.pk, answer=told.answer)
    return inquiry


@transaction.atomic
def resolve(*, household_id: int, number: int, words: str, by: Person) -> Inquiry:
    """Say what was done about a register's answer that differs; until then the file does not go on."""
    household = access.for_change(by, household_id, to="hardship.check")
    inquiry = household.inquiries.select_for_update().filter(pk=number, answer="differs", resolved="").first()
    if inquiry is None:
        raise Conflict(Text("该项差异已处理。", "This difference has been dealt with already."))
    inquiry.resolved = filled(words, "words", "请写明差异如何处理。", "Say what was done about the difference.")[:200]
    inquiry.save(update_fields=["resolved"])
    audit.record(by, "hardship.difference_resolved", household, at=household.organization, inquiry=inquiry.pk)
    return inquiry


def check_sheet(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with each line of a sheet of answers: unknown numbers, a second answer, one number in two lines."""
    known = questions.by_number(by, [row.values["number"] for row in rows])
    own = access.own_of(by, {one.household_id for one in known.values()})
    found: list[Finding] = []
    seen: set[int] = set()
    for row in rows:
        number, one = row.values["number"], known.get(row.values["number"])
        if one is None:
            said = Text(f"没有编号为 {number} 的核对请求。", f"There is no question with the number {number}.")
            found.append(Finding(row.number, "number", said, Text("请核对编号，勿改动第一列", "Leave the first column as it was")))
        elif one.household_id in own:
            found.append(Finding(row.number, "number", rules.own_case(own[one.household_id])))
        elif number in seen:
            found.append(Finding(row.number, "number", Text("同一编号在表中出现两次。", "This number stands in the sheet twice.")))
        elif one.answered_at is not None:
            same = (one.answer, one.signature) == (row.values["answer"], row.values["signature"].strip())
            said = (
                Text("已有相同答复。", "Answered already.")
                if same
                else Text("该核对请求已有不同的答复。", "It has another answer.")
            )
            found.append(Finding(row.number, "answer", said, level="same" if same else "error"))
        else:
            found.append(Finding(row.number, "", Text("登记核对结果", "The answer is entered"), level="changed"))
        seen.add(number)
    return found


def write_sheet(
    rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any], source: str
) -> list[Written]:  # fmt: skip
    """Take the answers of one slice of a sheet; a line that became impossible meanwhile stays out alone."""
    known, written = questions.by_number(by, [row.values["number"] for row in rows]), []
    for row in rows:
        given, one = row.values, known[row.values["number"]]
        try:
            take(Answered(one.pk, given["answer"], given["words"], given["signature"]), by=by, household_id=one.household_id)
        except Refused as refusal:
            raise Unfit(Finding(row.number, "number", refusal)) from refusal
        written.append(Written(row.number, f"{access.KIND}:{one.household_id}", "changed"))
    return written


@transaction.atomic
def take_file(rows: Sequence[Answered], *, by: Person) -> int:
    """Take a file of answers: all rows or none. Raises Refused naming the row that does not fit."""
    places = dict(Inquiry.objects.filter(pk__in=[row.number for row in rows]).values_list("pk", "household_id"))
    for place, row in enumerate(rows, start=1):
        if row.number not in places:
            raise Refused(
                Text(
                    f"第 {place} 行：没有编号为 {row.number} 的核对请求。", f"Row {place}: no question has the number {row.number}."
                ),
                field="rows",
            )
        try:
            take(row, by=by, household_id=places[row.number])
        except Refused as refusal:
            raise Refused(Text(f"第 {place} 行：{refusal}", f"Row {place}: {refusal}"), field="rows") from refusal
    return len(rows)
