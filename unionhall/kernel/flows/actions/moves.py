"""Starting a record, moving it, and taking a move back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.access.actions import apart
from unionhall.kernel.access.rules.lending import Hand, Ties
from unionhall.kernel.flows import queries, registry, rules
from unionhall.kernel.flows.actions import clocks, handlings, steps, tasks
from unionhall.kernel.flows.flow import Flow, Move
from unionhall.kernel.flows.models import Record, Step
from unionhall.kernel.flows.queries import signatures
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Kind, Person
from unionhall.kernel.policies import queries as policies
from unionhall.lib import clock, dates, statement
from unionhall.lib.refusal import Conflict, Refused

R = TypeVar("R", bound=Record)
UNDO_FAULTS = {
    "done": gettext_lazy("“%(move)s” has already been taken back."),
    "never": gettext_lazy("“%(move)s” cannot be taken back."),
    "late": gettext_lazy("“%(move)s” could be taken back within %(minutes)s minutes; that time is over."),
    "moved_on": gettext_lazy("“%(move)s” cannot be taken back: the record has moved on since."),
}


@transaction.atomic(savepoint=False)
def start(
    record: R,
    *,
    by: Person,
    due_on: date | None = None,
    assigned_to: Person | None = None,
    details: Mapping[str, object] | None = None,
    step: int | None = None,
) -> R:
    """Save a new record in the first state of its flow and put its task on a worklist.

    The room has already asked whether the person may create it. Draft states belong to their author. Within the act of a room it
    has no savepoint of its own: what fails here takes that act back as a whole. A room that drew the record's key beforehand
    (`numbers.place`) names the one of its first `step` too, and all of it goes with what is gathered.
    """
    flow = registry.flow_of(record)
    now = clock.now()
    record.state, record.state_since, record.version = flow.initial.code, now, 1
    record.created_by, record.created_at = by, now
    record.org_path = record.organization.path
    policy = flow.initial.due_policy
    record.due_on = due_on or (clocks.due_by(policy, record.organization) if policy else None)
    statement.insert(record)
    first = steps.write_step(record, "start", by=by, at=record.organization, old="", version=1, details=details, key=step)
    tasks.open_for(record, step=first, assigned_to=assigned_to, fresh=True)
    return record


@transaction.atomic
def move(
    record: R,
    move_code: str,
    *,
    by: Person,
    reason: str = "",
    to_organization: Organization | None = None,
    joint: Iterable[Organization] = (),
    assigned_to: Person | None = None,
    due_on: date | None = None,
    details: Mapping[str, object] | None = None,
    version: int | None = None,
    held: bool = False,
    also: Sequence[str] = (),
) -> Step:
    """Make a declared move and pass the task on.

    `version` is the one that the person's screen showed (else the instance's own): if somebody moved the record in
    between, a Conflict names who did what. `to_organization` makes a unit responsible, `joint` are units that handle the
    record with it; a move taken back takes them back. The instance is brought up to date. `held` says that the caller has
    just read the record under its lock, `also` names columns of the room that it has filled in for this move.
    Raises Denied, Conflict or Refused; nothing is written then.
    """
    flow = registry.flow_of(record)
    wanted = flow.move(move_code)
    steps.lock(record, seen=version, held=held)
    place = queries.place_of(record, wanted)
    access.require(by, wanted.permission, at=place)
    check(
        flow,
        wanted,
        record,
        by=by,
        reason=reason,
        routed=to_organization is not None,
        parts_open=queries.open_parts(record).count() if wanted.whole else 0,
        last_mover=queries.last_mover(record) if wanted.second_person else None,
        unsigned=signatures.awaited(record) if signatures.holds_up(flow, wanted, record) else (),
    )
    before = steps.place(record)
    if record.paused_at is not None:
        clocks.restart(record)
    record.state, record.state_since, record.version = wanted.target, clock.now(), record.version + 1
    record.due_on = due_on or _due(flow, wanted, record, at=to_organization)
    steps.save_place(record, also)
    facts = {**(details or {}), "before": before}
    if to_organization is not None:
        facts |= {"to": to_organization.pk, "to_name": to_organization.name}
    step = steps.write_step(
        record, move_code, by=by, at=place, old=str(before["state"]), reason=reason, version=record.version, details=facts
    )
    previous = tasks.close_for(record, step=step)
    if to_organization is not None:
        handlings.make_responsible(record, to_organization, step=step)
    closed = record.state in flow.closed
    if closed:
        handlings.end_all(record, step=step)
    task = tasks.open_for(record, step=step, assigned_to=assigned_to, after=previous)
    handlings.add_joint(record, joint, step=step)
    if not closed:
        tasks.keep_dates(record)
    tasks.tell_of_move(record, step, task=task, routed=to_organization is not None)
    return step


@transaction.atomic
def undo(step: Step, *, by: Person, reason: str = "") -> Step:
    """Take a move back within its window, as long as nothing has happened to the record since.

    State, date, tasks and handling units are as they were; the room's `undone` reverses what it had posted.
    """
    registered = registry.registered(step.record_kind)
    wanted = registered.flow.move(step.move)
    record = registered.model._base_manager.select_for_update(of=("self",)).get(pk=step.record_id)
    assert isinstance(record, Record)
    step.refresh_from_db()
    access.require(by, wanted.permission, at=step.organization)
    window = undo_window(wanted, step.organization)
    fault = rules.undo_fault(
        now=clock.now(),
        made_at=step.at,
        window=window,
        is_last=not queries.changed_since(record, step),
        undone=step.undone_by_id is not None,
    )
    if fault is not None:
        words = {"move": str(wanted.name), "minutes": int(window.total_seconds() // 60) if window else 0}
        raise Conflict(UNDO_FAULTS[fault] % words, code=f"undo_{fault}")
    before = step.details["before"]
    old = record.state
    record.state, record.version = str(before["state"]), record.version + 1
    record.state_since = datetime.fromisoformat(before["state_since"])
    record.due_on = date.fromisoformat(before["due_on"]) if before["due_on"] else None
    record.paused_at = datetime.fromisoformat(before["paused_at"]) if before["paused_at"] else None
    steps.save_place(record)
    back = steps.write_step(
        record, "undo", by=by, at=step.organization, old=old, reason=reason, version=record.version, details={"step": step.pk}
    )
    Step.objects.filter(pk=step.pk).update(undone_by=back)
    handlings.take_back(record, step, by=back)
    tasks.take_back(record, step, by=back)
    if registered.undone is not None:
        registered.undone(record=record, step=step, by=by)
    return back


def check(
    flow: Flow,
    wanted: Move,
    record: Record,
    *,
    by: Person,
    reason: str,
    routed: bool,
    parts_open: int,
    last_mover: Hand | None,
    ties: Ties | None = None,
    unsigned: Sequence[str] = (),
) -> None:
    """Refuse a move that the table does not allow now; `ties` as for `apart.check`. Raises Conflict or Refused.

    `unsigned` are the names of those who were asked for a signature and have not answered.
    """
    fault = rules.move_fault(
        state=record.state,
        sources=wanted.source,
        reason=reason,
        needs_reason=wanted.reason,
        routed=routed,
        needs_route=wanted.routes,
        parts_open=parts_open,
        unsigned=bool(unsigned),
    )
    words = {"move": str(wanted.name), "state": str(flow.state(record.state).name)}
    if fault == "state":
        raise Conflict(_("“%(move)s” is not possible: the record is now “%(state)s”.") % words, code="state")
    if fault == "signature":
        told = {"move": wanted.name, "names": _(", ").join(unsigned)}
        raise Conflict(
            _("“%(move)s” waits: %(names)s was asked to sign and has not answered. Wait, or call it back.") % told, code="signature"
        )
    if fault == "reason":
        raise Refused(_("Say why: “%(move)s” needs a reason.") % words, field="reason", code="reason")
    if fault == "route":
        raise Refused(_("Choose the unit that the record goes to."), field="to_organization", code="route")
    if fault == "parts":
        raise Refused(_("Joint units have not finished their part yet."), code="parts")
    if wanted.impartial:
        check_not_own(record, by)
    if wanted.second_person and last_mover is not None:
        if last_mover.person == by.pk:
            raise Refused(_("“%(move)s” needs a second person: you made the step before it.") % words, code="second_person")
        apart.check(by, [last_mover], ties)


def check_not_own(record: Record, by: Person) -> None:
    """Refuse what somebody decides about the own case, by whichever file of the same human, or for a lender; the house has none."""
    own = registry.registered(record).own
    if own is not None and by.kind != Kind.HOUSE and own(record, access_queries.own_files(by)):
        raise Refused(_("This is your own case: a colleague handles it."), code="own_case")


def _due(flow: Flow, wanted: Move, record: Record, *, at: Organization | None) -> date | None:
    policy = due_policy(flow, wanted)
    return clocks.due_by(policy, at or queries.holder(record)) if policy else record.due_on


def due_policy(flow: Flow, wanted: Move) -> str | None:
    """The policy that gives a move's target its date; None where the record keeps the one that it has."""
    return wanted.due_policy or flow.state(wanted.target).due_policy


def undo_window(wanted: Move, at: Organization) -> timedelta | None:
    """How long a move can be taken back at a unit; None means never."""
    if isinstance(wanted.undo, str):
        return timedelta(minutes=policies.value(wanted.undo, at=at, on=dates.today()).whole)
    return wanted.undo
