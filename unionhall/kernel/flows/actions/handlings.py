"""Which units handle a record together, and which one of them is responsible."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access
from unionhall.kernel.flows import queries, registry
from unionhall.kernel.flows.actions import steps, tasks
from unionhall.kernel.flows.models import Handling, Record, Step, Task
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Refused


def make_responsible(record: Record, organization: Organization, *, step: Step, stay: bool = False) -> None:
    """Give the record to a unit; the one that was responsible lets go of it or stays as a joint unit; joint units stay."""
    open_now = queries.handlings(record)
    former = open_now.filter(lead=True).first()
    open_now.filter(lead=True).update(until=clock.now(), ended_by=step)
    open_now.filter(organization=organization).update(until=clock.now(), ended_by=step)
    part = queries.open_parts(record).filter(organization=organization)
    part.update(done_at=clock.now(), done_by=step.by, closed_by=step)
    add(record, organization, lead=True, step=step)
    if stay and former is not None and former.organization_id != organization.pk:
        add(record, former.organization, lead=False, step=step)


def add(record: Record, organization: Organization, *, lead: bool, step: Step) -> Handling:
    """Let a unit handle the record from now on."""
    return Handling.objects.create(
        record_kind=registry.kind_of(record),
        record_id=record.pk,
        organization=organization,
        org_path=organization.path,
        lead=lead,
        since=clock.now(),
        given_by=step,
    )


def end_all(record: Record, *, step: Step) -> None:
    """Nobody handles a closed record."""
    queries.handlings(record).update(until=clock.now(), ended_by=step)


def take_back(record: Record, step: Step, *, by: Step) -> None:
    """As it was before a step: what it gave, and units that joined after it, let go; what it ended goes on."""
    queries.handlings(record).filter(given_by__gte=step.pk).update(until=clock.now(), ended_by=by)
    Handling.objects.filter(ended_by=step).update(until=None, ended_by=None)


def add_joint(record: Record, units: Iterable[Organization], *, step: Step) -> None:
    """Let more units handle a record beside the responsible one; each gets a task of its own for its part."""
    units = list(units)
    awaited = registry.flow_of(record).awaited(record.state)
    if not units or awaited is None:
        return
    present = {handling.organization_id for handling in queries.handlings(record)}
    if not present:
        add(record, record.organization, lead=True, step=step)
        present = {record.organization_id}
    twice = [unit.label for unit in units if unit.pk in present]
    if twice or len({unit.pk for unit in units}) < len(units):
        words = {"units": "、".join(twice or sorted({unit.label for unit in units}))}
        raise Conflict(_("Already handling this record: %(units)s.") % words, field="organizations", code="joined")
    for unit in units:
        add(record, unit, lead=False, step=step)
        tasks.write(record, unit, move=awaited.code, step=step, lead=False)
        tasks.tell_unit(record, unit, step=step)


@transaction.atomic
def join(
    record: Record, organizations: Iterable[Organization], *, by: Person, reason: str = "", version: int | None = None
) -> Step:
    """Let more units handle a record together with the responsible one."""
    units = list(organizations)
    _open_for_supervision(record, by=by, version=version)
    if not units:
        raise Refused(_("Choose at least one unit."), field="organizations", code="units")
    record.version += 1
    steps.save_place(record)
    told = {"units": [unit.pk for unit in units], "names": [unit.label for unit in units]}
    step = steps.write_step(record, "join", by=by, at=record.organization, reason=reason, version=record.version, details=told)
    add_joint(record, units, step=step)
    return step


@transaction.atomic
def change_lead(
    record: Record, organization: Organization, *, by: Person, reason: str, stay: bool = True, version: int | None = None
) -> Step:
    """Make another unit responsible without moving the record; the former one stays as a joint unit unless it leaves."""
    awaited = _open_for_supervision(record, by=by, version=version)
    if queries.holder(record) == organization:
        raise Conflict(_("%(unit)s is already responsible.") % {"unit": organization.label}, code="lead")
    if not reason.strip():
        raise Refused(_("Say why the responsible unit changes."), field="reason", code="reason")
    record.version += 1
    steps.save_place(record)
    told = {"to": organization.pk, "to_name": organization.label}
    step = steps.write_step(record, "lead", by=by, at=record.organization, reason=reason, version=record.version, details=told)
    place_before = queries.place_of(record, registry.flow_of(record).move(awaited))
    former = queries.open_tasks(record).filter(lead=True, organization=place_before)
    at_holder = registry.flow_of(record).move(awaited).at == "holder"
    if at_holder:
        former.update(done_at=clock.now(), done_by=by, closed_by=step)
    make_responsible(record, organization, step=step, stay=stay)
    if at_holder:
        tasks.open_for(record, step=step)
    tasks.tell_unit(record, organization, step=step)
    return step


@transaction.atomic
def finish_part(task: Task, *, by: Person, reason: str) -> Step:
    """A joint unit has done its part and says what it did."""
    task, record = tasks.locked(task)
    access.require(by, task.permission, at=task.organization)
    if task.lead or task.signing:
        raise Conflict(_("The responsible unit finishes by moving the record on."), code="lead")
    if not reason.strip():
        raise Refused(_("Say what your unit did."), field="reason", code="reason")
    step = steps.write_step(record, "part", by=by, at=task.organization, reason=reason, details={"task": task.pk})
    Task.objects.filter(pk=task.pk).update(done_at=clock.now(), done_by=by, closed_by=step)
    return step


@transaction.atomic
def leave(record: Record, organization: Organization, *, by: Person, reason: str, version: int | None = None) -> Step:
    """Let a joint unit go. The responsible one cannot leave: name another first."""
    _open_for_supervision(record, by=by, version=version)
    handling = queries.handlings(record).filter(organization=organization).first()
    if handling is None:
        raise Conflict(_("%(unit)s does not handle this record.") % {"unit": organization.label}, code="absent")
    if handling.lead:
        raise Refused(_("One unit must stay responsible: name another first."), field="organization", code="lead")
    record.version += 1
    steps.save_place(record)
    step = steps.write_step(
        record, "leave", by=by, at=record.organization, reason=reason, version=record.version, details={"unit": organization.pk}
    )
    Handling.objects.filter(pk=handling.pk).update(until=clock.now(), ended_by=step)
    part = queries.open_parts(record).filter(organization=organization)
    part.update(done_at=clock.now(), done_by=by, closed_by=step)
    return step


def _open_for_supervision(record: Record, *, by: Person, version: int | None) -> str:
    """Lock, ask at the owner, and give the move that the record waits for."""
    steps.lock(record, seen=version)
    flow = registry.flow_of(record)
    access.require(by, flow.supervise, at=record.organization)
    awaited = flow.awaited(record.state)
    if awaited is None:
        raise Conflict(_("The record is closed."), code="state")
    return awaited.code


@transaction.atomic
def take_over(*, old: Organization, new: Organization, by: Person | None) -> None:
    """At a merge of units: what the old one owns, handles or owes passes to its successor, without doubling what it has.

    Closed records stay with the unit that closed them.
    """
    for registered in registry.flows():
        living = registered.model._base_manager.filter(organization=old).exclude(state__in=registered.flow.closed)
        living.update(organization=new, org_path=new.path)
    doubled = Handling.objects.filter(organization=new, until__isnull=True)
    for handling in Handling.objects.select_for_update().filter(organization=old, until__isnull=True):
        same = doubled.filter(record_kind=handling.record_kind, record_id=handling.record_id).first()
        if same is None:
            handling.organization, handling.org_path = new, new.path
            handling.save(update_fields=["organization", "org_path"])
            continue
        handling.delete()
        if handling.lead and not same.lead:
            Handling.objects.filter(pk=same.pk).update(lead=True)
    for task in Task.objects.select_for_update().filter(organization=old, done_at__isnull=True):
        owed_there = Task.objects.filter(
            record_kind=task.record_kind, record_id=task.record_id, organization=new, done_at__isnull=True, signing=False
        )
        same_task = None if task.signing else owed_there.first()  # a signature is asked of one person, wherever that one works
        if same_task is None or task.lead:
            Task.objects.filter(pk=task.pk).update(organization=new, org_path=new.path)
        if same_task is not None:
            surplus = same_task if task.lead else task
            Task.objects.filter(pk=surplus.pk).update(done_at=clock.now(), closed_by=surplus.opened_by)
