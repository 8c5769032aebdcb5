"""One act on many issues: each asked, checked and refused by itself, and every one accounted for."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from unionhall.kernel.flows.actions import bulk
from unionhall.kernel.flows.actions.bulk import Outcome
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.issues import access, registry, rules
from unionhall.work.issues.actions import dispatch, handle, register
from unionhall.work.issues.actions.register import NewIssue
from unionhall.work.issues.models import Issue, IssueList
from unionhall.work.issues.queries import kinds, routing

Ids = Iterable[int] | QuerySet[Any]


def _each(ids: Ids, by: Person, act: Callable[[Issue], object], *, target: str) -> Outcome:
    def skip(issue: Issue) -> str:
        return str(Text(f"已是“{issue.stands.name.zh}”", f"already “{issue.stands.name.en}”")) if issue.state == target else ""

    return bulk.each(ids, act, among=access.visible_to(by).select_related("organization", "area", "programme"), skip=skip)


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

    `grade` is given to those that have none.
    """
    wanted = list(ids.values_list("pk", flat=True)) if isinstance(ids, QuerySet) else list(ids)
    seen = list(access.visible_to(by).filter(pk__in=wanted).select_related("area"))
    for issue in seen:
        issue.grade = issue.grade or grade
    targets = {} if to is not None else dict(units or routing.suggest_many(seen))
    known = Organization.objects.in_bulk({*targets.values()})

    def act(issue: Issue) -> object:
        unit = to or known[targets[issue.pk]]
        return dispatch.dispatch(issue_id=issue.pk, to=unit, by=by, grade=issue.grade or grade, requirement=requirement)

    return _each(wanted, by, act, target="dispatched")


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
            said = Text(f"第 {row.number} 行“{row.title[:20]}”:{words}", f"Row {row.number} “{row.title[:20]}”: {words}")
            raise rules.RowsWrong(said, field="rows") from refusal
    return made
