"""One act on many issues: each asked, checked and refused by itself, and every one accounted for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.flows.actions import bulk, numbers
from unionhall.kernel.flows.actions.bulk import Outcome
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions.bulk import Row
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.issues import access, facts, registry, rules
from unionhall.work.issues.actions import dispatch, handle, lists, register
from unionhall.work.issues.actions.register import NewIssue
from unionhall.work.issues.models import Issue, IssueList, Listing
from unionhall.work.issues.queries import kinds, routing

Ids = Iterable[int] | QuerySet[Any]


def _standing(target: str) -> Callable[[Issue], str]:
    """What to say of an issue that already stands where an act would bring it."""

    def skip(issue: Issue) -> str:
        return str(Text(f"已是“{issue.stands.name.zh}”", f"already “{issue.stands.name.en}”")) if issue.state == target else ""

    return skip


def _among(by: Person) -> QuerySet[Issue]:
    return access.visible_to(by).select_related("organization", "area", "programme")


def _each(ids: Ids, by: Person, act: Callable[[Issue], object], *, target: str) -> Outcome:
    return bulk.each(ids, act, among=_among(by), skip=_standing(target))


def dispatch_many(
    ids: Ids,
    *,
    by: Person,
    to: Organization | None = None,
    grade: str = "general",
    requirement: str = "",
    units: Mapping[int, int] | None = None,
) -> Outcome:
    """Dispatch many issues: to one unit, to a unit each (`units`), or each to the unit that the routing table suggests.

    `grade` is given to those that have none. Each is asked and checked by itself; a chunk is written in sets.
    """
    wanted = list(ids.values_list("pk", flat=True)) if isinstance(ids, QuerySet) else list(ids)
    seen = list(access.visible_to(by).filter(pk__in=wanted).select_related("area")) if to is None else []
    for issue in seen:
        issue.grade = issue.grade or grade
    targets = dict(units or routing.suggest_many(seen))
    known = Organization.objects.in_bulk({*targets.values()})

    def act(issues: Sequence[Issue]) -> Mapping[int, Refused]:
        routes = {issue.pk: to or known[targets[issue.pk]] for issue in issues}
        return dispatch.dispatch_set(issues, to=routes, by=by, grade=grade, requirement=requirement)

    return bulk.in_sets(wanted, act, among=_among(by), skip=_standing("dispatched"))


def accept_many(ids: Ids, *, by: Person) -> Outcome:
    """Accept many issues."""
    return _each(ids, by, lambda issue: handle.accept(issue_id=issue.pk, by=by), target="handling")


def submit_many(ids: Ids, *, by: Person, solution: str, progress: str = "") -> Outcome:
    """Submit many issues with the same words; `progress` is reported first where it is given."""

    def act(issue: Issue) -> None:
        if progress:
            handle.report_progress(issue_id=issue.pk, text=progress, by=by)
        handle.submit(issue_id=issue.pk, solution=solution, by=by)

    return _each(ids, by, act, target="submitted")


def pass_many(ids: Ids, *, by: Person) -> Outcome:
    """Pass the check of many issues."""
    return _each(ids, by, lambda issue: handle.pass_check(issue_id=issue.pk, by=by), target="checked")


def write_off_many(ids: Ids, *, by: Person) -> Outcome:
    """Write many issues off."""
    return _each(ids, by, lambda issue: handle.write_off(issue_id=issue.pk, by=by), target="written_off")


def chase_many(ids: Ids, *, by: Person) -> Outcome:
    """Chase many issues (一键催办)."""
    return bulk.each(ids, lambda issue: dispatch.chase(issue_id=issue.pk, by=by), among=access.visible_to(by))


def supervise_many(ids: Ids, *, by: Person) -> Outcome:
    """Put many issues under supervision."""
    return bulk.each(ids, lambda issue: dispatch.supervise(issue_id=issue.pk, by=by), among=access.visible_to(by))


@transaction.atomic
def register_many(
    *, organization: Organization, rows: Sequence[NewIssue], by: Person, onto: IssueList | None = None
) -> list[Issue]:
    """Take many issues into the ledger of a unit at once, in sets: for imports and replays. All rows or none.

    The same rules as for one; the returns of earlier issues are registered one by one.
    """
    access_actions.require(by, "issues.report", at=organization)
    known = set(kinds.names(organization))
    issues = [register.drafted(organization=organization, new=row, by=by, onto=onto) for row in rows]
    for row, issue in zip(rows, issues, strict=True):
        register.check(issue, organization, known)
        if row.recurrence_of is not None:
            raise Refused(Text("复发问题请逐项登记。", "Returns are registered one by one."), field="recurrence_of")
    served = {issue.programme.pk: issue.programme for issue in issues if issue.programme is not None}
    fields = {pk: programmes.custom_fields(programme, organization) for pk, programme in served.items()}
    for issue in issues:
        issue.custom = register.own_values(issue, fields)
    for issue, reference in zip(issues, numbers.numbers(register.PREFIX, organization, len(issues)), strict=True):
        issue.reference = reference
    made = bulk.start_many(issues, by=by)
    for fact in (facts.IDENTIFIED, facts.OPEN):
        ledger.post_many(fact, (_entry(issue, issue.found_on, issue.dimensions()) for issue in made))
    ledger.post_many(facts.GRADED, (_entry(issue, issue.graded_on, issue.handling()) for issue in made if issue.graded_on))
    if onto is not None:
        _list_many(made, rows, onto, by)
    return made


def _entry(issue: Issue, day: date, dimensions: Mapping[str, str]) -> Row:
    return Row(at=issue.organization, day=day, source=issue, subject=issue.pk, dimensions=dimensions)


def _list_many(made: Sequence[Issue], rows: Sequence[NewIssue], onto: IssueList, by: Person) -> None:
    lists.check_open(onto)
    Listing.objects.bulk_create(
        [
            Listing(issue=issue, list=onto, number=row.number, listed_on=issue.found_on, listed_by=by)
            for issue, row in zip(made, rows, strict=True)
        ],
        batch_size=1000,
    )
    for place, (fact, _subject) in enumerate(lists.counted(0, "", onto)):
        ledger.post_many(
            fact,
            (
                Row(
                    at=onto.organization,
                    day=issue.found_on,
                    source=issue,
                    occurrence=onto.pk,
                    subject=lists.counted(issue.pk, issue.kind, onto)[place][1],
                    dimensions=issue.dimensions(onto.source),
                )
                for issue in made
            ),
        )


@transaction.atomic
def register_rows(*, organization: Organization, block: str, onto: IssueList, by: Person) -> list[Issue]:
    """Register a pasted block on a list: all rows or none. Raises RowsWrong naming row, column and value."""
    rows = rules.pasted_rows(block)
    known = kinds.names(organization)
    grades = {name.zh: code for code, name in registry.GRADES.items()} | {name.en: code for code, name in registry.GRADES.items()}
    made = []
    for row in rows:
        kind = kinds.code_of(row.kind, known) if row.kind else "other"
        grade = grades.get(row.grade, row.grade)
        new = NewIssue(title=row.title, kind=kind, grade=grade, found_on=row.found_on, details=row.details)
        try:
            made.append(register.register(organization=organization, new=new, onto=onto, by=by))
        except Refused as refusal:
            words = str(refusal)
            said = Text(f"第 {row.number} 行“{row.title[:20]}”：{words}", f"Row {row.number} “{row.title[:20]}”: {words}")
            raise rules.RowsWrong(said, field="rows") from refusal
    return made
