"""The clock of a record: due dates in working days, and stopping it."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access
from unionhall.kernel.flows import queries, registry
from unionhall.kernel.flows.actions import steps
from unionhall.kernel.flows.models import Record, Step
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.policies import registry as policy_registry
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Refused


def due_by(policy: str, at: Organization) -> date:
    """The last day that a policy gives a unit from today on: in working days, or in plain days where its unit says so."""
    today = dates.today()
    days = policies.value(policy, at=at, on=today).whole
    if policy_registry.policy(policy).unit == "day":
        return today + timedelta(days=days)
    return policies.add_working_days(today, days)


@transaction.atomic
def pause(record: Record, *, by: Person, reason: str, version: int | None = None) -> Step:
    """Stop the clock, saying why; nobody is late while it stands. Asked at the unit that owns the record."""
    steps.lock(record, seen=version)
    flow = registry.flow_of(record)
    access.require(by, flow.supervise, at=record.organization)
    if record.state in flow.closed:
        raise Conflict(_("The record is closed; its clock has already ended."), code="state")
    if record.paused_at is not None:
        raise Conflict(_("The clock is already stopped."), code="paused")
    if not reason.strip():
        raise Refused(_("Say why the clock stops."), field="reason", code="reason")
    record.paused_at, record.version = clock.now(), record.version + 1
    steps.save_place(record)
    step = steps.write_step(record, "pause", by=by, at=record.organization, reason=reason, version=record.version)
    queries.open_tasks(record).update(paused_at=record.paused_at, pause_reason=step.reason)
    return step


@transaction.atomic
def resume(record: Record, *, by: Person, reason: str = "", version: int | None = None) -> Step:
    """Let the clock run again: due dates move by the working days that it stood still."""
    steps.lock(record, seen=version)
    access.require(by, registry.flow_of(record).supervise, at=record.organization)
    if record.paused_at is None:
        raise Conflict(_("The clock is running."), code="running")
    old = record.due_on
    restart(record)
    record.version += 1
    steps.save_place(record)
    moved = {"old_due": old and old.isoformat(), "new_due": record.due_on and record.due_on.isoformat()}
    return steps.write_step(record, "resume", by=by, at=record.organization, reason=reason, version=record.version, details=moved)


@transaction.atomic
def extend(record: Record, due_on: date, *, by: Person, reason: str, version: int | None = None) -> Step:
    """Give a record and everybody who works on it a later (or earlier) due date, saying why."""
    steps.lock(record, seen=version)
    flow = registry.flow_of(record)
    access.require(by, flow.supervise, at=record.organization)
    if record.state in flow.closed:
        raise Conflict(_("The record is closed; its clock has already ended."), code="state")
    if not reason.strip():
        raise Refused(_("Say why the date changes."), field="reason", code="reason")
    if due_on < dates.today():
        raise Refused(_("The new date has already passed."), field="due_on", code="past")
    moved = {"old_due": record.due_on and record.due_on.isoformat(), "new_due": due_on.isoformat()}
    record.due_on, record.version = due_on, record.version + 1
    steps.save_place(record)
    queries.open_tasks(record).update(due_on=due_on, raised=0)
    return steps.write_step(record, "extend", by=by, at=record.organization, reason=reason, version=record.version, details=moved)


def restart(record: Record) -> None:
    """Start the stopped clock of an instance and of its open tasks; the caller saves the record."""
    if record.paused_at is None:
        return
    stood = policies.working_days_between(dates.day_of(record.paused_at), dates.today())
    record.due_on, record.paused_at = _later(record.due_on, stood), None
    for task in queries.open_tasks(record):
        task.due_on, task.paused_at, task.pause_reason = _later(task.due_on, stood), None, ""
        task.save(update_fields=["due_on", "paused_at", "pause_reason"])


def _later(day: date | None, working_days: int) -> date | None:
    return policies.add_working_days(day, working_days) if day is not None and working_days > 0 else day
