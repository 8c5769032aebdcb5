"""Sending issues to the units that handle them, and changing that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows import queries as flow_queries
from unionhall.kernel.flows.actions import clocks, handlings, moves, sets, tasks
from unionhall.kernel.flows.models import Step
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions.bulk import Row
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.issues import access, facts, registry, rules
from unionhall.work.issues.actions import register
from unionhall.work.issues.models import Issue


@transaction.atomic
def dispatch(
    *,
    issue_id: int,
    to: Organization,
    by: Person,
    grade: str = "",
    deadline: date | None = None,
    requirement: str = "",
    joint_units: Sequence[Organization] = (),
    responsible: Person | None = None,
    version: int | None = None,
) -> Step:
    """Send an issue to the one unit that answers for it, with its deadline; other units may be asked to help."""
    issue = access.for_change(by, issue_id, to="issues.dispatch")
    rules.check_parties(to.pk, [unit.pk for unit in joint_units])
    check_target(to, issue=issue, by=by)
    register.set_grade(issue, grade or issue.grade, by=by)
    issue.deadline = deadline or deadline_for(issue, at=to)
    if issue.deadline < dates.today():
        raise Refused(Text("办理期限不能早于今天。", "The deadline cannot lie before today."), field="deadline")
    issue.requirement, issue.responsible = requirement.strip(), responsible
    step = _send(issue, to, "dispatch", by=by, version=version)
    if joint_units:
        handlings.join(issue, joint_units, by=by)
    return step


@dataclass(slots=True)
class Order:
    """One issue on its way in a dispatch of many: where to, and what is written when it goes."""

    issue: Issue
    to: Organization
    grade: str
    deadline: date
    newly_graded: bool


@transaction.atomic
def dispatch_set(
    issues: Sequence[Issue], *, to: Mapping[int, Organization], by: Person, grade: str, requirement: str = ""
) -> dict[int, Refused]:
    """Send issues that the caller has locked and may see, each to its unit (by key): what `dispatch` does, written in sets.

    `grade` is given to those that have none. Returns what was refused, by key; that leaves no trace.
    """
    refused: dict[int, Refused] = {}
    orders = []
    for issue in issues:
        try:
            orders.append(_ordered(issue, to[issue.pk], by=by, grade=issue.grade or grade))
        except Refused as no:
            refused[issue.pk] = no
    told = {
        one.issue.pk: {"before_handler": one.issue.handler_id, "to": one.to.pk, "deadline": one.deadline.isoformat()}
        for one in orders
    }
    by_id = {one.issue.pk: one for one in orders}

    def prepare(going: Sequence[Issue]) -> None:
        _save_orders([by_id[issue.pk] for issue in going], by=by, requirement=requirement.strip())

    routes = {one.issue.pk: one.to for one in orders}
    moved = sets.move([one.issue for one in orders], "dispatch", by=by, to=routes, details=told, prepare=prepare)
    gone = [one for one in orders if one.issue.pk in moved.steps]
    ledger.post_many(facts.GRADED, [register.grade_entry(one.issue) for one in gone if one.newly_graded])
    rows = [(one, {**_one(one.issue, moved.steps[one.issue.pk]), "day": dates.today()}) for one in gone]
    ledger.post_many(facts.DISPATCHED, [Row(at=one.issue.organization, **row) for one, row in rows])
    ledger.post_many(facts.RECEIVED, [Row(at=one.to, **row) for one, row in rows])
    return refused | moved.refused


def _ordered(issue: Issue, to: Organization, *, by: Person, grade: str) -> Order:
    """What `dispatch` asks of one issue before it writes."""
    access_actions.require(by, "issues.dispatch", at=issue.organization)
    check_target(to, issue=issue, by=by)
    rules.check_known(grade, registry.GRADES, field="grade")
    return Order(issue, to, grade, deadline_by(grade, at=to), newly_graded=not issue.grade)


def _save_orders(orders: Sequence[Order], *, by: Person, requirement: str) -> None:
    """Write what a dispatch changes, in one statement for the issues that go the same way."""
    same: dict[tuple[Any, ...], list[Issue]] = {}
    for one in orders:
        issue = one.issue
        graded_on = issue.graded_on if issue.grade else dates.today()
        issue.handler, issue.handler_path, issue.deadline = one.to, one.to.path, one.deadline
        issue.grade, issue.graded_on = one.grade, graded_on
        same.setdefault((one.to.pk, one.deadline, one.grade, graded_on), []).append(issue)
    for (_to, deadline, grade, graded_on), issues in same.items():
        Issue.objects.filter(pk__in=[issue.pk for issue in issues]).update(
            handler=issues[0].handler, handler_path=issues[0].handler_path, dispatched_by=by, dispatched_at=clock.now(),
            accepted_by=None, deadline=deadline, requirement=requirement, responsible=None, grade=grade, graded_on=graded_on,
        )  # fmt: skip


def deadline_for(issue: Issue, *, at: Organization) -> date:
    """The last day that the policy of the issue's grade gives a unit."""
    return deadline_by(issue.grade, at=at)


def deadline_by(grade: str, *, at: Organization) -> date:
    """The last day that the policy of a grade gives a unit."""
    days = policies.value(f"issues.handle_days_{grade}", at=at, on=dates.today()).whole
    return policies.add_working_days(dates.today(), days)


def check_target(to: Organization, *, issue: Issue, by: Person) -> None:
    """Issues go to open units within the dispatcher's sight or above the listing unit."""
    if not to.is_open:
        gone = Text(f"{to.name}已撤并，请选择现有单位。", f"{to.name} is closed; choose a unit that is open.")
        raise Refused(gone, field="to")
    if not (access_queries.may(by, "issues.see", at=to) or issue.org_path.startswith(to.path)):
        raise Refused(Text("该单位不在您的派单范围。", "This unit is outside the reach of your dispatches."), field="to")


def _send(issue: Issue, to: Organization, move: str, *, by: Person, reason: str = "", version: int | None = None) -> Step:
    before = issue.handler_id
    issue.handler, issue.handler_path = to, to.path
    issue.dispatched_by, issue.dispatched_at = by, clock.now()
    issue.accepted_by = None
    issue.save(
        update_fields=[
            "handler", "handler_path", "dispatched_by", "dispatched_at", "accepted_by", "deadline", "requirement", "responsible",
        ]
    )  # fmt: skip
    details = {"before_handler": before, "to": to.pk, "deadline": issue.deadline and issue.deadline.isoformat()}
    step = moves.move(issue, move, by=by, reason=reason, to_organization=to, details=details, version=version)
    for fact, at in ((facts.DISPATCHED, issue.organization), (facts.RECEIVED, to)):
        ledger.post(fact, at=at, day=dates.today(), **_one(issue, step))
    return step


def _one(issue: Issue, step: Step) -> dict[str, Any]:
    return {"source": issue, "occurrence": step.version, "subject": str(issue.pk), "dimensions": issue.handling()}


@transaction.atomic
def recall(*, issue_id: int, by: Person) -> Issue:
    """Take a dispatch back within the minutes that the policy gives, as if it had not been sent."""
    issue = access.for_change(by, issue_id, to="issues.dispatch")
    step = flow_queries.last_move(issue)  # units that joined with the dispatch are taken back with it
    if step is None or step.move != "dispatch":
        raise Conflict(Text("没有可撤回的派单。", "There is no dispatch to take back."))
    moves.undo(step, by=by)
    issue.refresh_from_db()
    return issue


def taken_back(*, record: Issue, step: Step, by: Person) -> None:
    """What `flows` calls when a dispatch is taken back: the unit that had the issue has it again, the books are reversed."""
    if step.move not in {"dispatch", "reassign"}:
        return
    before = Organization.objects.get(pk=int(str(step.details["before_handler"])))
    record.handler, record.handler_path = before, before.path
    record.dispatched_by = record.dispatched_at = record.deadline = record.responsible = None
    record.requirement = ""
    record.save(
        update_fields=["handler", "handler_path", "dispatched_by", "dispatched_at", "deadline", "responsible", "requirement"]
    )
    for fact in (facts.DISPATCHED, facts.RECEIVED):
        ledger.reverse(record, fact=fact, occurrence=step.version)


@transaction.atomic
def reassign(*, issue_id: int, to: Organization, reason: str, by: Person, version: int | None = None) -> Step:
    """Pass an issue on to another unit (转办); the deadline stays."""
    issue = access.for_change(by, issue_id)
    check_target(to, issue=issue, by=by)
    if to.pk == issue.handler_id:
        raise Refused(Text("该问题已在这个单位。", "The issue is with this unit already."), field="to")
    return _send(issue, to, "reassign", by=by, reason=reason, version=version)


@transaction.atomic
def refuse(*, issue_id: int, reason: str, by: Person, version: int | None = None) -> Step:
    """Send an issue back to the dispatcher with the reason; until it is sent again its own list's unit answers for it."""
    issue = access.for_change(by, issue_id)
    refuser = issue.handler
    step = moves.move(issue, "refuse", by=by, reason=reason, to_organization=issue.organization, version=version)
    issue.handler, issue.handler_path, issue.deadline = issue.organization, issue.org_path, None
    issue.save(update_fields=["handler", "handler_path", "deadline"])
    ledger.post(facts.REFUSED, at=refuser, day=dates.today(), **_one(issue, step))
    return step


@transaction.atomic
def ask_to_join(*, issue_id: int, unit: Organization, by: Person) -> None:
    """Ask one more unit to help; the responsible one stays the same."""
    issue = access.for_change(by, issue_id, to="issues.supervise")
    rules.check_parties(issue.handler_id, [unit.pk])
    check_target(unit, issue=issue, by=by)
    handlings.join(issue, [unit], by=by)


@transaction.atomic
def part_done(*, issue_id: int, by: Person, reason: str) -> None:
    """A helping unit says what its part was and that it is done."""
    issue = access.for_change(by, issue_id)
    for part in flow_queries.open_parts(issue).select_related("organization"):
        if access_queries.may(by, part.permission, at=part.organization):
            handlings.finish_part(part, by=by, reason=reason)
            return
    raise Conflict(Text("贵单位没有未完成的协办任务。", "Your unit has no open part in this issue."))


@transaction.atomic
def pause(*, issue_id: int, reason: str, by: Person) -> Step:
    """Stop the clock of an issue, saying why."""
    return clocks.pause(access.for_change(by, issue_id), by=by, reason=reason)


@transaction.atomic
def resume(*, issue_id: int, by: Person) -> Step:
    """Let the clock run again."""
    return clocks.resume(access.for_change(by, issue_id), by=by)


@transaction.atomic
def chase(*, issue_id: int, by: Person) -> Issue:
    """Remind the unit that must act now (催办)."""
    issue = access.for_change(by, issue_id)
    tasks.chase(issue, by=by)
    issue.chased_at = clock.now()
    issue.save(update_fields=["chased_at"])
    return issue


@transaction.atomic
def supervise(*, issue_id: int, by: Person, on: bool = True) -> Issue:
    """Put an issue under supervision (督办) or take it off: supervised ones stand first and go into the monthly review."""
    issue = access.for_change(by, issue_id, to="issues.supervise")
    issue.supervised = on
    issue.save(update_fields=["supervised"])
    audit.record(by, "issues.supervised" if on else "issues.unsupervised", issue, at=issue.organization)
    if on:
        notices.tell(issue.handler, "issues.supervised", record=issue, reference=issue.reference, title=issue.title)
    return issue
