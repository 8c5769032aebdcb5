"""The tasks that steps open and close, and who they are with."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.flows import queries, registry, rules
from unionhall.kernel.flows.actions import desks, steps
from unionhall.kernel.flows.models import Record, Step, Task, Watch
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, statement
from unionhall.lib.refusal import Conflict, Refused

FORWARD_UNDO = timedelta(minutes=2)
OPENED, MOVED, CHASED, ASKED, ANSWERED = "flows.task", "flows.moved", "flows.chased", "flows.sign", "flows.signed"
OVER = (OPENED, CHASED, ASKED, ANSWERED)  # what is no longer true once a record moves on


def open_for(
    record: Record, *, step: Step, assigned_to: Person | None = None, after: Task | None = None, fresh: bool = False
) -> Task | None:
    """Put what the record's state waits for on the worklist of the unit that owes it; None where nothing is owed.

    A `fresh` record was given to nobody yet, so its own unit owes it. A draft is its author's. A task that stays in the unit
    stays with the person who had it, unless another is named.
    """
    flow = registry.flow_of(record)
    awaited = flow.awaited(record.state)
    if awaited is None:
        return None
    place = record.organization if fresh else queries.place_of(record, awaited)
    draft = flow.state(record.state).kind == "draft"
    person = goes_to(record, place, assigned_to=assigned_to, after=after, draft=draft)
    return write(record, place, move=awaited.code, step=step, assigned_to=person, draft=draft)


def goes_to(record: Record, place: Organization, *, assigned_to: Person | None, after: Task | None, draft: bool) -> Person | None:
    """The person who will have a new task, if any."""
    if assigned_to is not None:
        return assigned_to
    if draft:
        return record.created_by
    stays = after is not None and after.organization_id == place.pk and not after.draft
    return after.assigned_to if stays and after is not None else None


def write(
    record: Record,
    place: Organization,
    *,
    move: str,
    step: Step,
    assigned_to: Person | None = None,
    draft: bool = False,
    lead: bool = True,
) -> Task:
    """Add one task row; where it is gathered with others (`statement.gathered`), it has no key here."""
    task = made(record, place, move=move, step=step, assigned_to=assigned_to, draft=draft, lead=lead)
    desks.find([task])
    statement.insert(task, unread=True)
    return task


def made(
    record: Record,
    place: Organization,
    *,
    move: str,
    step: Step,
    assigned_to: Person | None = None,
    draft: bool = False,
    lead: bool = True,
) -> Task:
    """A task row, not yet saved."""
    return statement.new(
        Task,
        record_kind=registry.kind_of(record),
        record_id=record.pk,
        reference=record.reference,
        title=record.headline[:200],
        organization=place,
        org_path=place.path,
        assigned_to=assigned_to,
        move=move,
        permission=registry.flow_of(record).move(move).permission,
        draft=draft,
        lead=lead,
        due_on=record.due_on,
        paused_at=record.paused_at,
        pause_reason=queries.pause_reason(record) if record.paused_at else "",
        programme_code=record.programme.code if record.programme else "",
        sent_by=step.by,
        opened_at=clock.now(),
        opened_by=step,
    )


def close_for(record: Record, *, step: Step) -> Task | None:
    """Close the open lead task (all tasks once the record is closed) and return it where another may follow."""
    flow, open_now = registry.flow_of(record), queries.open_tasks(record)
    lead = open_now.filter(lead=True).select_related("assigned_to").first() if flow.awaited(record.state) else None
    if record.state not in flow.closed:
        open_now = open_now.filter(lead=True)
    open_now.update(done_at=clock.now(), done_by=step.by, closed_by=step)
    return lead


def take_back(record: Record, step: Step, *, by: Step) -> None:
    """As it was before a step: what it opened is closed, what it closed is open again, the clock stands as it stood."""
    queries.open_tasks(record).filter(opened_by__gte=step.pk).update(done_at=clock.now(), done_by=by.by, closed_by=by)
    Task.objects.filter(closed_by=step).update(done_at=None, done_by=None, closed_by=None)
    keep_dates(record)


def keep_dates(record: Record) -> None:
    """Joint parts run by the record's own clock."""
    reason = queries.pause_reason(record) if record.paused_at else ""
    queries.open_tasks(record).update(due_on=record.due_on, paused_at=record.paused_at, pause_reason=reason)


def tell_of_move(record: Record, step: Step, *, task: Task | None, routed: bool) -> None:
    """Tell whom the task goes to if it changes hands, and those who follow the record; drop what is no longer true."""
    notices.clear(record, OVER)
    if task is not None and (routed or (task.assigned_to is not None and task.assigned_to != step.by)):
        notices.tell_each([telling(record, task)], OPENED)
    watchers = (
        Watch.objects.filter(record_kind=step.record_kind, record_id=record.pk).exclude(person=step.by).select_related("person")
    )
    if told := [news(record, watch.person) for watch in watchers]:
        notices.tell_each(told, MOVED)


def telling(record: Record, task: Task) -> notices.Telling:
    """The notice of a new task: to the person who has it, else to those who may do it at its unit or desk."""
    due = task.due_on.isoformat() if task.due_on else "—"
    words = {"reference": record.reference, "title": record.headline, "due": due}
    return notices.Telling(owes(task), record, words, task.permission)


def owes(task: Task) -> Person | Organization:
    """Who is told of a task: the person who has it, else the unit in whose worklist it stands."""
    return task.assigned_to or task.desk or task.organization


def news(record: Record, person: Person) -> notices.Telling:
    """The notice of a move to somebody who follows the record."""
    words = {"reference": record.reference, "title": record.headline, "state": str(record.stands.name)}
    return notices.Telling(person, record, words)


def tell_unit(record: Record, unit: Organization, *, step: Step) -> None:
    """Tell a unit that it handles a record from now on."""
    due = record.due_on.isoformat() if record.due_on else "—"
    awaited = registry.flow_of(record).awaited(record.state)
    audience = awaited.permission if awaited else None
    notices.tell(unit, OPENED, record=record, audience=audience, reference=record.reference, title=record.headline, due=due)


@transaction.atomic
def assign(task: Task, *, to: Person | None, by: Person, reason: str = "") -> Step:
    """Give an open task to a person of the unit, take it oneself, or put it back to the unit (None).

    Both must hold the task's permission there, and the person must be able to sign in. Raises Denied, Refused.
    """
    task, record = _to_pass_on(task)
    access.require(by, task.permission, at=task.organization)
    if to is not None:
        _check_able(task, to)
    _give(task, to)
    step = steps.write_step(record, "assign", by=by, at=task.organization, reason=reason, details={"to": to and to.pk})
    if to is not None and to != by:
        due = task.due_on.isoformat() if task.due_on else "—"
        notices.tell(to, OPENED, record=record, reference=task.reference, title=task.title, due=due)
    return step


@transaction.atomic
def forward(task: Task, *, to: Person, by: Person, note: str) -> Step:
    """Pass an open task on to a colleague who may do it, with a note (转办); the record stays where it is.

    Whoever may do the task may pass it on. The colleague is told; it can be taken back for `FORWARD_UNDO`. Raises Refused.
    """
    task, record = _to_pass_on(task)
    access.require(by, task.permission, at=task.organization)
    if not note.strip():
        raise Refused(_("Say in a note what your colleague should know."), field="note", code="reason")
    if to == by or to.pk == task.assigned_to_id:
        raise Refused(_("Choose a colleague who does not have this task already."), field="to", code="same")
    _check_able(task, to)
    told = {"task": task.pk, "from": task.assigned_to_id, "to": to.pk, "person": to.name}
    task.assigned_to, task.sent_by = to, by
    task.save(update_fields=["assigned_to", "sent_by"])
    step = steps.write_step(record, "forward", by=by, at=task.organization, reason=note, details=told)
    notices.clear(record, [OPENED])
    notices.tell_each([telling(record, task)], OPENED)
    return step


@transaction.atomic
def take_forward_back(step: Step, *, by: Person) -> Step:
    """Take one's own forwarding back within its time, as long as the colleague still has the task. Raises Conflict."""
    task, record = locked(Task.objects.get(pk=step.details["task"]))
    access.require(by, task.permission, at=task.organization)
    step.refresh_from_db()
    fault = rules.undo_fault(
        now=clock.now(),
        made_at=step.at,
        window=FORWARD_UNDO if by.pk == step.by_id else None,
        is_last=task.assigned_to_id == step.details["to"],
        undone=step.undone_by_id is not None,
    )
    if fault is not None:
        raise Conflict(_("This forwarding can no longer be taken back."), code=f"undo_{fault}")
    _give(task, Person.objects.filter(pk=step.details["from"]).first())
    back = steps.write_step(record, "undo", by=by, at=task.organization, details={"step": step.pk})
    Step.objects.filter(pk=step.pk).update(undone_by=back)
    notices.clear(record, [OPENED])
    return back


@transaction.atomic
def chase(record: Record, *, by: Person, reason: str = "") -> Step:
    """Press those who owe something for a record, at most once in so many working days. Asked at the unit that owns it."""
    steps.lock(record, seen=record.version)
    access.require(by, registry.flow_of(record).supervise, at=record.organization)
    owed = list(queries.open_tasks(record).select_related("organization", "assigned_to", "desk"))
    if not owed:
        raise Conflict(_("Nothing is owed for this record now."), code="nothing_owed")
    if (waits := queries.chased(record)) is not None:
        raise Conflict(waits, code="chased")
    queries.open_tasks(record).update(chased_at=clock.now(), chases=F("chases") + 1)
    for task in owed:
        due = task.due_on.isoformat() if task.due_on else "—"
        notices.tell(
            owes(task),
            CHASED,
            record=record,
            audience=task.permission,
            reference=task.reference,
            title=task.title,
            due=due,
            unit=record.organization.label,
        )
    return steps.write_step(
        record, "chase", by=by, at=record.organization, reason=reason, details={"tasks": [task.pk for task in owed]}
    )


def _give(task: Task, to: Person | None) -> None:
    task.assigned_to = to
    desks.find([task])
    task.save(update_fields=["assigned_to", "desk"])


def _check_able(task: Task, to: Person) -> None:
    """Raise Refused for a colleague who has no right to a task, or whose account is closed: it would lie there for ever."""
    if not access_queries.may(to, task.permission, at=task.organization):
        raise Refused(_("%(name)s does not have the right to do this task.") % {"name": to}, field="to", code="assignee")
    check_at_work(to, field="to")


def check_at_work(person: Person, *, field: str) -> None:
    """Raise Refused for a colleague who cannot sign in."""
    if not queries.at_work({person.pk}).exists():
        raise Refused(_("%(name)s cannot sign in: choose another colleague.") % {"name": person}, field=field, code="away")


def _to_pass_on(task: Task) -> tuple[Task, Record]:
    fresh, record = locked(task)
    if fresh.signing:
        raise Conflict(_("A signature is asked of one person: it is called back, and another person asked."), code="signing")
    return fresh, record


def locked(task: Task) -> tuple[Task, Record]:
    """Lock a task's record, then read the task again: the same order as every move."""
    record = registry.registered(task.record_kind).model._base_manager.select_for_update(of=("self",)).get(pk=task.record_id)
    assert isinstance(record, Record)
    fresh = Task.objects.select_related("organization", "assigned_to").get(pk=task.pk)
    if fresh.done_at is not None:
        raise Conflict(_("This task has already been done."), code="done")
    return fresh, record
