"""Registering an issue, correcting and grading it, and taking it off again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import moves, numbers
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions.bulk import Row
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import CustomField, Edition, Programme
from unionhall.kernel.programmes.rules import fields as field_rules
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused, absent
from unionhall.lib.text import Text
from unionhall.work.issues import access, facts, registry, rules
from unionhall.work.issues.actions import lists
from unionhall.work.issues.models import Issue, IssueList, Measure
from unionhall.work.issues.queries import kinds

PREFIX = "WT"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIssue:
    """What somebody says about an issue when registering it."""

    title: str
    kind: str
    found_on: date | None = None
    source: str = ""
    grade: str = ""
    details: str = ""
    example: str = ""
    number: str = ""
    area: Organization | None = None
    concerns: Person | None = None
    recurrence_of: int | None = None
    programme: Programme | None = None
    edition: Edition | None = None
    custom: dict[str, object] = field(default_factory=dict)


@transaction.atomic
def register(*, organization: Organization, new: NewIssue, by: Person, onto: IssueList | None = None) -> Issue:
    """Take an issue into the ledger of a unit, on a list where one is named; its clock starts."""
    access_actions.require(by, "issues.report", at=organization)
    issue = drafted(organization=organization, new=new, by=by, onto=onto)
    check(issue, organization)
    issue.custom = own_values(issue)
    earlier = _earlier(issue, new.recurrence_of, by=by)
    issue.recurrence_of = earlier
    issue.reference = numbers.number(PREFIX, organization)
    moves.start(issue, by=by)
    _count(issue)
    if onto is not None:
        lists.put_on(issue, onto, by=by, number=new.number, listed_on=issue.found_on)
    if earlier is not None:
        _charge(issue, earlier, by=by)
    return issue


def drafted(*, organization: Organization, new: NewIssue, by: Person, onto: IssueList | None) -> Issue:
    """An unsaved issue from what was said; what is left open follows from the list."""
    area = new.area or (onto.target if onto is not None and onto.target else organization)
    title = new.title.strip()
    return Issue(
        organization=organization,
        org_path=organization.path,
        title=title,
        grams=rules.grams(title),
        details=new.details.strip(),
        example=new.example.strip(),
        source=new.source or (onto.source if onto is not None else "other"),
        kind=new.kind,
        grade=new.grade,
        graded_on=dates.today() if new.grade else None,
        found_on=new.found_on or dates.today(),
        concerns=new.concerns,
        area=area,
        handler=organization,
        handler_path=organization.path,
        programme=new.programme or (onto.programme if onto is not None else None),
        edition=new.edition or (onto.edition if onto is not None else None),
        custom=new.custom,
        created_by=by,
    )


def check(issue: Issue, organization: Organization, known: set[str] | None = None) -> None:
    """What the rules say about an issue that is not saved yet."""
    rules.check_description(
        title=issue.title, found_on=issue.found_on, today=dates.today(), source=issue.source, example=issue.example
    )
    rules.check_known(issue.kind, known if known is not None else kinds.names(organization), field="kind")
    rules.check_known(issue.source, registry.SOURCES, field="source")
    if issue.grade:
        rules.check_known(issue.grade, registry.GRADES, field="grade")


def own_values(issue: Issue, known: Mapping[int, Sequence[CustomField]] | None = None) -> dict[str, Any]:
    """The values of the programme's own fields, typed and checked; `known` spares reading the fields for each of many."""
    if issue.programme is None:
        if issue.custom:
            raise Refused(Text("未选工作项目，不能填写项目字段。", "Own fields belong to a programme."), field="programme")
        return {}
    if known is None:
        return programmes.custom_values(issue.programme, issue.organization, issue.custom)
    return field_rules.check_values([one.definition() for one in known[issue.programme.pk]], issue.custom)


def _earlier(issue: Issue, earlier_id: int | None, *, by: Person) -> Issue | None:
    if earlier_id is None:
        return None
    earlier = access.visible_to(by).filter(pk=earlier_id).first()
    if earlier is None or earlier.written_off_on is None:
        raise Refused(
            Text("先前的问题不存在或尚未销号。", "The earlier issue is absent or not written off."), field="recurrence_of"
        )
    days = policies.value("issues.recurrence_days", at=issue.organization, on=issue.found_on).whole
    if not rules.recurs(closed_on=earlier.written_off_on, found_on=issue.found_on, within_days=days):
        raise Refused(
            Text(
                f"先前的问题销号已超过 {days} 日，请作为新问题登记。",
                f"The earlier issue was written off more than {days} days before; register a new one.",
            ),
            field="recurrence_of",
        )
    return earlier


def _count(issue: Issue) -> None:
    for fact in (facts.IDENTIFIED, facts.OPEN):
        ledger.post(
            fact, at=issue.organization, day=issue.found_on, source=issue, subject=str(issue.pk), dimensions=issue.dimensions()
        )
    if issue.grade:
        count_grade(issue)


def count_grade(issue: Issue) -> None:
    """Count that an issue has its grade."""
    row = grade_entry(issue)
    ledger.post(facts.GRADED, at=row.at, day=row.day, source=row.source, subject=row.subject, dimensions=row.dimensions)


def grade_entry(issue: Issue) -> Row:
    """The entry that says that an issue has its grade."""
    day = issue.graded_on or dates.today()
    return Row(at=issue.organization, day=day, source=issue, subject=str(issue.pk), dimensions=issue.handling())


def _charge(issue: Issue, earlier: Issue, *, by: Person) -> None:
    ledger.post(
        facts.RECURRED,
        at=earlier.handler,
        day=issue.found_on,
        source=issue,
        subject=str(earlier.pk),
        dimensions=earlier.handling(),
    )
    audit.record(by, "issues.recurred", issue, at=issue.organization, earlier=earlier.pk, charged_to=earlier.handler_id)


@transaction.atomic
def grade(*, issue_id: int, grade: str, by: Person, version: int | None = None) -> Issue:
    """Give an issue its grade; a second grade replaces the first in the books."""
    issue = access.for_change(by, issue_id, to="issues.dispatch")
    set_grade(issue, grade, by=by)
    moves.move(issue, "grade", by=by, version=version, details={"grade": grade})
    return issue


def set_grade(issue: Issue, grade: str, *, by: Person) -> None:
    """Write the grade and count it anew."""
    rules.check_known(grade, registry.GRADES, field="grade")
    if grade == issue.grade:
        return
    if issue.grade:
        ledger.reverse(issue, fact=facts.GRADED)
    issue.grade, issue.graded_on = grade, dates.today()
    issue.save(update_fields=["grade", "graded_on"])
    count_grade(issue)


@transaction.atomic
def correct(*, issue_id: int, by: Person, title: str, details: str, example: str, kind: str) -> Issue:
    """Mend the words or the kind of an issue; a new kind reverses what was counted under the old one."""
    issue = access.for_change(by, issue_id, to="issues.report")
    before = {"title": issue.title, "kind": issue.kind}
    old_kind = issue.kind
    issue.title, issue.details, issue.example, issue.kind = title.strip(), details.strip(), example.strip(), kind
    issue.grams = rules.grams(issue.title)
    check(issue, issue.organization)
    if kind != old_kind:
        if issue.state in {"written_off", "withdrawn"}:
            raise Refused(Text("已关闭的问题不能改类别。", "The kind of a closed issue stays."), field="kind")
        _recount(issue)
    issue.save(update_fields=["title", "grams", "details", "example", "kind"])
    audit.record(by, "issues.corrected", issue, at=issue.organization, before=before, kind=kind)
    return issue


def _recount(issue: Issue) -> None:
    for fact in (facts.IDENTIFIED, facts.OPEN):
        ledger.reverse(issue, fact=fact)
        ledger.post(
            fact, at=issue.organization, day=issue.found_on, source=issue, subject=str(issue.pk), dimensions=issue.dimensions()
        )
    if issue.grade:
        ledger.reverse(issue, fact=facts.GRADED)
        count_grade(issue)
    for listing in issue.listings.select_related("list__organization"):
        for fact, subject in lists.counted(issue.pk, issue.kind, listing.list):
            ledger.reverse(issue, fact=fact, occurrence=listing.list_id)
            ledger.post(
                fact,
                at=listing.list.organization,
                day=listing.listed_on,
                source=issue,
                occurrence=listing.list_id,
                subject=subject,
                dimensions=issue.dimensions(listing.list.source),
            )


@transaction.atomic
def withdraw(*, issue_id: int, reason: str, by: Person, version: int | None = None) -> Issue:
    """Take back an issue that was registered by mistake or is none; it leaves the open stock and stays in the list."""
    issue = access.for_change(by, issue_id)
    moves.move(issue, "withdraw", by=by, reason=reason, version=version)
    ledger.post(
        facts.WITHDRAWN,
        at=issue.organization,
        day=dates.today(),
        source=issue,
        subject=str(issue.pk),
        dimensions=issue.dimensions(),
    )
    close_stock(issue, dates.today())
    return issue


def close_stock(issue: Issue, day: date) -> None:
    """Take an issue out of the open stock."""
    ledger.post(
        facts.OPEN,
        at=issue.organization,
        day=day,
        source=issue,
        subject=str(issue.pk),
        quantity=-1,
        dimensions=issue.dimensions(),
        occurrence=1,
    )


@transaction.atomic
def merge(*, issue_id: int, into_id: int, by: Person) -> Issue:
    """Find that two issues are one: the second keeps all sources, the first is withdrawn and no longer counts as found."""
    first_id, second_id = sorted((issue_id, into_id))
    if first_id == second_id:
        raise Refused(Text("不能与自身合并。", "An issue is not merged into itself."), field="into")
    locked = {found.pk: found for found in (access.for_change(by, first_id), access.for_change(by, second_id))}
    issue, into = locked[issue_id], locked[into_id]
    access_actions.require(by, "issues.report", at=into.organization)
    if into.state in {"written_off", "withdrawn"} or into.merged_into_id is not None:
        raise Conflict(Text("要并入的问题已关闭。", "The issue to merge into is closed."), field="into")
    issue.merged_into = into
    issue.save(update_fields=["merged_into"])
    moves.move(issue, "withdraw", by=by, reason=str(Text(f"并入 {into.reference}", f"merged into {into.reference}")))
    held = set(into.listings.values_list("list_id", flat=True))
    for listing in issue.listings.select_related("list__organization"):
        for fact, _subject in lists.counted(issue.pk, issue.kind, listing.list):
            ledger.reverse(issue, fact=fact, occurrence=listing.list_id)
        onto, number, day = listing.list, listing.number, listing.listed_on
        listing.delete()
        if onto.pk not in held:
            lists.put_on(into, onto, by=by, number=number, listed_on=day)
    ledger.reverse(issue, fact=facts.IDENTIFIED)
    ledger.reverse(issue, fact=facts.OPEN)
    audit.record(by, "issues.merged", issue, at=issue.organization, into=into.pk)
    return into


@transaction.atomic
def set_measure(*, issue_id: int, text: str, by: Person, due_on: date | None = None) -> Measure:
    """Set a corrective measure for an issue."""
    issue = access.for_change(by, issue_id)
    access_actions.require(by, "issues.handle", at=issue.handler)
    rules.check_reason(text, field="text")
    measure = Measure.objects.create(
        issue=issue, organization=issue.handler, text=text.strip(), due_on=due_on, set_by=by, set_on=dates.today()
    )
    ledger.post(
        facts.MEASURE_SET,
        at=issue.handler,
        day=dates.today(),
        source=issue,
        occurrence=measure.pk,
        subject=str(issue.pk),
        dimensions=issue.dimensions(),
    )
    audit.record(by, "issues.measure_set", issue, at=issue.handler, measure=measure.pk)
    return measure


@transaction.atomic
def finish_measure(*, issue_id: int, measure_id: int, by: Person) -> Measure:
    """Say that a measure is done."""
    issue = access.for_change(by, issue_id)
    access_actions.require(by, "issues.handle", at=issue.handler)
    measure = issue.measures.filter(pk=measure_id).first()
    if measure is None:
        raise absent()
    if measure.done_on is not None:
        raise Conflict(Text("这条措施已完成。", "This measure is done already."))
    measure.done_on = dates.today()
    measure.save(update_fields=["done_on"])
    audit.record(by, "issues.measure_done", issue, at=issue.handler, measure=measure.pk)
    return measure
