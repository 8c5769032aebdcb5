"""The work of the unit that handles an issue: accept, report, submit; and the check by a second person."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.access.actions import apart
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.files import actions as files
from unionhall.kernel.flows import queries as flow_queries
from unionhall.kernel.flows.actions import moves
from unionhall.kernel.flows.models import Step
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Denied
from unionhall.lib.text import Text
from unionhall.work.issues import access, facts, rules
from unionhall.work.issues.actions import register
from unionhall.work.issues.models import Issue, Progress


@transaction.atomic
def accept(*, issue_id: int, by: Person, version: int | None = None) -> Step:
    """Take an issue into hand; from now on its own deadline runs."""
    issue = access.for_change(by, issue_id)
    issue.accepted_by = by
    issue.save(update_fields=["accepted_by"])
    step = moves.move(issue, "accept", by=by, due_on=issue.deadline, version=version)
    ledger.post(
        facts.ACCEPTED,
        at=issue.handler,
        day=dates.today(),
        source=issue,
        occurrence=step.version or 0,
        subject=str(issue.pk),
        dimensions=issue.handling(),
    )
    return step


@transaction.atomic
def report_progress(*, issue_id: int, text: str, by: Person, uploads: Sequence[UploadedFile] = ()) -> Progress:
    """Say how the handling goes, with evidence; the responsible unit and the joint ones may."""
    issue = access.for_change(by, issue_id)
    units = [issue.handler, *(handling.organization for handling in flow_queries.handlings(issue).select_related("organization"))]
    if not any(access_queries.may(by, "issues.handle", at=unit) for unit in units):
        raise Denied(Text("只有承办和协办单位可以填写进展。", "Only the units that handle the issue report on it."))
    rules.check_reason(text, field="text")
    progress = Progress.objects.create(issue=issue, by=by, at=clock.now(), text=text.strip())
    for upload in uploads:
        files.attach(issue, upload, by=by, kind="evidence")
    audit.record(by, "issues.progress", issue, at=issue.handler, progress=progress.pk, files=len(uploads))
    return progress


@transaction.atomic
def submit(*, issue_id: int, solution: str, by: Person, uploads: Sequence[UploadedFile] = (), version: int | None = None) -> Step:
    """Say that the issue is put right and ask for the check, with evidence."""
    issue = access.for_change(by, issue_id)
    access_actions.require(by, "issues.handle", at=issue.handler)
    for upload in uploads:
        files.attach(issue, upload, by=by, kind="evidence")
    rules.check_solution(solution, issue.progress.count() + len(uploads))
    issue.solution, issue.submitted_by, issue.submitted_on = solution.strip(), by, dates.today()
    issue.checked_by = issue.checked_on = None
    issue.save(update_fields=["solution", "submitted_by", "submitted_on", "checked_by", "checked_on"])
    return moves.move(issue, "submit", by=by, version=version)


def everybody(issue: Issue) -> set[int]:
    """Everybody who had a hand in the work on an issue, read from its records."""
    own = {issue.accepted_by_id, issue.submitted_by_id}
    return {person for person in own if person is not None} | set(issue.progress.values_list("by_id", flat=True))


def hands(issue: Issue) -> set[int]:
    """Whom the check is closed to."""
    return everybody(issue)


@transaction.atomic
def pass_check(*, issue_id: int, by: Person, version: int | None = None, words: str = "") -> Step:
    """A second person finds the issue put right: it counts as resolved."""
    issue = access.for_change(by, issue_id)
    access_actions.require(by, "issues.check", at=issue.organization)
    worked = hands(issue)
    rules.check_second_person(by.pk, worked)
    apart.check(by, flow_queries.hands(issue, worked))
    issue.checked_by, issue.checked_on = by, dates.today()
    issue.save(update_fields=["checked_by", "checked_on"])
    step = moves.move(issue, "pass_check", by=by, reason=words, version=version)
    ledger.post(
        facts.RESOLVED, at=issue.organization, day=dates.today(), source=issue, subject=str(issue.pk), dimensions=issue.dimensions()
    )
    return step


@transaction.atomic
def send_back(*, issue_id: int, reason: str, by: Person, version: int | None = None) -> Step:
    """The check finds the issue not put right: it goes back into hand; what had counted as resolved is reversed."""
    issue = access.for_change(by, issue_id)
    was_resolved = issue.state == "checked"
    step = moves.move(issue, "send_back", by=by, reason=reason, due_on=issue.deadline, version=version)
    issue.checked_by = issue.checked_on = issue.submitted_on = None
    issue.save(update_fields=["checked_by", "checked_on", "submitted_on"])
    if was_resolved:
        ledger.reverse(issue, fact=facts.RESOLVED)
    return step


@transaction.atomic
def write_off(*, issue_id: int, by: Person, version: int | None = None) -> Step:
    """Write an issue off (销号): it leaves the open stock and is cleared on every list it stands on."""
    issue = access.for_change(by, issue_id)
    today = dates.today()
    issue.written_off_by, issue.written_off_on = by, today
    issue.save(update_fields=["written_off_by", "written_off_on"])
    step = moves.move(issue, "write_off", by=by, version=version)
    late = issue.deadline is not None and issue.submitted_on is not None and issue.submitted_on > issue.deadline
    for fact in [facts.WRITTEN_OFF, *([facts.LATE] if late else [])]:
        ledger.post(fact, at=issue.organization, day=today, source=issue, subject=str(issue.pk), dimensions=issue.dimensions())
    register.close_stock(issue, today)
    for listing in issue.listings.select_related("list__organization"):
        ledger.post(
            facts.CLEARED,
            at=listing.list.organization,
            day=today,
            source=issue,
            occurrence=listing.list_id,
            subject=str(issue.pk),
            dimensions=issue.dimensions(listing.list.source),
        )
    issue.listings.filter(cleared_on=None).update(cleared_on=today)
    return step
