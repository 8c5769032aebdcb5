"""One act on many records: each asked, checked and refused by itself, and every one accounted for."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows import queries, registry
from unionhall.kernel.flows.actions import clocks, sets, tasks
from unionhall.kernel.flows.flow import Flow, Move
from unionhall.kernel.flows.models import Record, Step, Task
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, copying, recall
from unionhall.lib.refusal import Refused

R = TypeVar("R", bound=Record)
CHUNK = 100  # records locked and written together


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one record."""

    id: int
    reference: str
    reason: str = ""


@dataclass(slots=True)
class Outcome:
    """True counts: done, skipped (nothing to do: already there), failed (refused, with the sentence a person reads)."""

    done: list[Line] = field(default_factory=list)
    skipped: list[Line] = field(default_factory=list)
    failed: list[Line] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many were asked for."""
        return len(self.done) + len(self.skipped) + len(self.failed)


def each(
    ids: "Iterable[int] | QuerySet[Any]",
    act: Callable[[Any], object],
    *,
    among: "QuerySet[Any]",
    excluded: Iterable[int] = (),
    skip: Callable[[Any], str] = lambda record: "",
) -> Outcome:
    """Do one act to each of many records, chosen one by one (ids) or by a query less some that were ticked off.

    `among` is what the person may see; others are answered as not found. `skip` gives a sentence for records that need
    nothing. A refused record leaves no trace; the others go on. Records are locked in the order of their keys, a
    hundred at a time, and every chunk is committed by itself unless the caller holds a transaction.
    """
    wanted = set(ids.values_list("pk", flat=True) if isinstance(ids, QuerySet) else ids) - set(excluded)
    outcome = Outcome()
    for chunk in _chunks(sorted(wanted)):
        with transaction.atomic():
            locked = {row.pk: row for row in among.filter(pk__in=chunk).select_for_update(of=("self",)).order_by("pk")}
            for pk in chunk:
                _one(outcome, pk, locked.get(pk), act, skip)
    return outcome


def _one(outcome: Outcome, pk: int, record: Any, act: Callable[[Any], object], skip: Callable[[Any], str]) -> None:
    if _needs_nothing(outcome, pk, record, skip):
        return
    try:
        with transaction.atomic():
            act(record)
    except Refused as no:
        outcome.failed.append(Line(pk, str(getattr(record, "reference", pk)), str(no)))
    else:
        outcome.done.append(Line(pk, str(getattr(record, "reference", pk))))


def _needs_nothing(outcome: Outcome, pk: int, record: Any, skip: Callable[[Any], str]) -> bool:
    """Whether a record is out of sight or already where it should be; accounted for then."""
    if record is None:
        outcome.failed.append(Line(pk, "", _("Not found.")))
    elif needless := skip(record):
        outcome.skipped.append(Line(pk, str(getattr(record, "reference", pk)), needless))
    else:
        return False
    return True


def in_sets(
    ids: "Iterable[int] | QuerySet[Any]",
    act: Callable[[Sequence[Any]], Mapping[int, Refused]],
    *,
    among: "QuerySet[Any]",
    excluded: Iterable[int] = (),
    skip: Callable[[Any], str] = lambda record: "",
) -> Outcome:
    """As `each`, for an act that takes all records of a chunk at once and gives back what it refused, by key.

    The act sees to it that a refused record leaves no trace. Grants and policies are read once for each chunk.
    """
    wanted = set(ids.values_list("pk", flat=True) if isinstance(ids, QuerySet) else ids) - set(excluded)
    outcome = Outcome()
    for chunk in _chunks(sorted(wanted)):
        with transaction.atomic(), access_queries.remembering(), recall.recalling():
            locked = {row.pk: row for row in among.filter(pk__in=chunk).select_for_update(of=("self",)).order_by("pk")}
            ready = [locked[pk] for pk in chunk if not _needs_nothing(outcome, pk, locked.get(pk), skip)]
            refused = act(ready) if ready else {}
            for record in ready:
                line = Line(record.pk, str(getattr(record, "reference", record.pk)), str(refused.get(record.pk, "")))
                (outcome.failed if record.pk in refused else outcome.done).append(line)
    outcome.failed.sort(key=lambda line: line.id)
    return outcome


@transaction.atomic
def start_many(records: Sequence[R], *, by: Person, state: str = "") -> list[R]:
    """Save many new records of one kind in the first state of their flow, with their steps, tasks and audit rows, in sets.

    The room has already asked whether the person may create them. Draft states are not for imports; records that have gone
    their way elsewhere (files brought from another system) are taken up in the `state` that they have there.
    """
    if not records:
        return []
    flow, now = registry.flow_of(records[0]), clock.now()
    begins = flow.state(state) if state else flow.initial
    awaited, due = flow.awaited(begins.code), _first_due(records, begins.due_policy)
    for record in records:
        record.state, record.state_since, record.version = begins.code, now, 1
        record.created_by, record.created_at = by, now
        record.org_path, record.due_on = record.organization.path, due.get(record.organization_id)
    made, kind, behalf = list(copying.insert(records)), registry.kind_of(records[0]), access_queries.acting_for(by)
    keys = [one.pk for one in made]
    begun = copying.fill(
        Step,
        ("record_kind", "record_id", "move", "new", "by_id", "behalf_id", "at", "organization_id", "org_path", "version"),
        (
            (kind, key, "start", begins.code, by.pk, behalf, now, one.organization_id, one.org_path, 1)
            for key, one in zip(keys, made, strict=True)
        ),
    )
    if awaited is not None:
        owed = (_owed(kind, key, one, step, awaited) for key, one, step in zip(keys, made, begun, strict=True))
        copying.fill(Task, OWED, owed)
    verb = f"{flow.code}.start"
    audit.record_all(
        audit.Act(by, verb, f"{kind}:{key}", one.organization, details={"new": begins.code, "step": step})
        for key, one, step in zip(keys, made, begun, strict=True)
    )
    return made


def _first_due(records: Sequence[R], policy: str | None) -> dict[int, date]:
    owners = {record.organization_id: record.organization for record in records}
    return {pk: clocks.due_by(policy, owner) for pk, owner in owners.items()} if policy else {}


OWED = (
    "record_kind", "record_id", "reference", "title", "organization_id", "org_path", "move", "permission", "due_on",
    "programme_code", "sent_by_id", "opened_at", "opened_by_id",
)  # fmt: skip


def _owed(kind: str, key: int, record: Record, step: int, awaited: Move) -> tuple[Any, ...]:
    """The first task of a record, as `OWED` names it."""
    programme = record.programme
    return (
        kind, key, record.reference, record.headline[:200], record.organization_id, record.org_path, awaited.code,
        awaited.permission, record.due_on, programme.code if programme else "", record.created_by_id, record.created_at, step,
    )  # fmt: skip


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def move_many(
    flow: Flow | str,
    ids: "Iterable[int] | QuerySet[Any]",
    move_code: str,
    *,
    by: Person,
    among: "QuerySet[Any] | None" = None,
    excluded: Iterable[int] = (),
    reason: str = "",
    to_organization: Organization | None = None,
    assigned_to: Person | None = None,
    due_on: date | None = None,
) -> Outcome:
    """Make one move on many records; the same permission and rules for each as for one."""
    registered = registry.registered(flow)
    wanted = registered.flow.move(move_code)

    def skip(record: Record) -> str:
        if record.state in wanted.source or record.state != wanted.target:
            return ""
        return _("Already “%(state)s”.") % {"state": record.stands.name}

    def act(records: Sequence[Any]) -> Mapping[int, Refused]:
        to = {record.pk: to_organization for record in records} if to_organization is not None else None
        return sets.move(records, move_code, by=by, reason=reason, to=to, assigned_to=assigned_to, due_on=due_on).refused

    seen = registered.model._base_manager.all() if among is None else among
    seen = seen.select_related("organization", "programme", "created_by")
    return in_sets(ids, act, among=seen, excluded=excluded, skip=skip)


def chase_many(
    flow: Flow | str, ids: "Iterable[int] | QuerySet[Any]", *, by: Person, among: "QuerySet[Any] | None" = None
) -> Outcome:
    """Chase many records in one act (一键催办)."""
    registered = registry.registered(flow)
    among = registered.model._base_manager.all() if among is None else among
    return each(ids, lambda record: tasks.chase(record, by=by), among=among)


@transaction.atomic
def hand_over(*, giver: Person, taker: Person, at: Organization, by: Person, reason: str) -> Outcome:
    """Pass every open task that a person has in a unit's subtree to another, in one act: leave, transfer, retirement.

    Tasks that the taker has no right to do stay where they are and are named with the reason.
    """
    queries.require_supervision(by, at)
    if giver == taker:
        raise Refused(_("Choose another person to take over."), field="taker", code="same")
    tasks.check_at_work(taker, field="taker")
    if not reason.strip():
        raise Refused(_("Say why the work is handed over."), field="reason", code="reason")
    outcome = Outcome()
    passing: list[Task] = []
    allowed: dict[tuple[str, str], bool] = {}
    for task in queries.tasks_of(giver, at).select_for_update(of=("self",)).order_by("pk"):
        place = (task.permission, task.org_path)
        if place not in allowed:
            allowed[place] = access_queries.may(taker, task.permission, at=task.org_path)
        if task.signing:
            asked = _("A signature is asked of one person: it is called back, and another person asked.")
            outcome.failed.append(Line(task.record_id, task.reference, asked))
        elif allowed[place]:
            passing.append(task)
            outcome.done.append(Line(task.record_id, task.reference))
        else:
            words = {"name": taker}
            outcome.failed.append(
                Line(task.record_id, task.reference, _("%(name)s does not have the right to do this task.") % words)
            )
    Task.objects.filter(pk__in=[task.pk for task in passing]).update(assigned_to=taker)
    made = Step.objects.bulk_create([_handed(task, taker=taker, by=by, reason=reason) for task in passing], batch_size=1000)
    audit.record_many(
        audit.Act(
            by,
            f"{registry.flow_of(step.record_kind).code}.hand_over",
            f"{step.record_kind}:{step.record_id}",
            at=step.organization,
            reason=reason,
            details={"giver": giver.pk, "taker": taker.pk, "step": step.pk},
        )
        for step in made
    )
    return outcome


def _handed(task: Task, *, taker: Person, by: Person, reason: str) -> Step:
    return Step(
        record_kind=task.record_kind,
        record_id=task.record_id,
        move="hand_over",
        by=by,
        behalf_id=access_queries.acting_for(by),
        at=clock.now(),
        organization=task.organization,
        org_path=task.org_path,
        reason=reason.strip(),
        details={"from": task.assigned_to_id, "to": taker.pk},
    )
