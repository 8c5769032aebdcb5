"""One move on many records of a kind at once: asked and checked one by one as a single move is, written in sets."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import prefetch_related_objects

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.access.rules.lending import Hand, Ties
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit.actions import deputies
from unionhall.kernel.flows import registry
from unionhall.kernel.flows.actions import clocks, desks, moves, steps, tasks
from unionhall.kernel.flows.flow import Flow, Move
from unionhall.kernel.flows.models import Handling, Record, Step, Task, Watch
from unionhall.kernel.flows.queries import signatures
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.refusal import Refused

END_TASKS = """
UPDATE flows_task t SET done_at = %(now)s, done_by_id = %(by)s, closed_by_id = s.step
  FROM unnest(%(records)s::bigint[], %(steps)s::bigint[], %(units)s::bigint[]) AS s(record, step, unit)
 WHERE t.record_kind = %(kind)s AND t.record_id = s.record AND t.done_at IS NULL AND {which}
"""
END_HANDLINGS = """
UPDATE flows_handling h SET until = %(now)s, ended_by_id = s.step
  FROM unnest(%(records)s::bigint[], %(steps)s::bigint[], %(units)s::bigint[]) AS s(record, step, unit)
 WHERE h.record_kind = %(kind)s AND h.record_id = s.record AND h.until IS NULL AND {which}
"""
KEEP_DATES = """
UPDATE flows_task t SET due_on = s.due, paused_at = NULL, pause_reason = ''
  FROM unnest(%(records)s::bigint[], %(days)s::date[]) AS s(record, due)
 WHERE t.record_kind = %(kind)s AND t.record_id = s.record AND t.done_at IS NULL
"""
NOTHING: Mapping[str, object] = {}


@dataclass(slots=True)
class Moved:
    """What became of the records, by key: the steps that were made, and what was refused."""

    steps: dict[int, Step] = field(default_factory=dict)
    refused: dict[int, Refused] = field(default_factory=dict)


@dataclass(slots=True)
class _Known:
    """What decides about the records, read once for all of them."""

    holders: dict[int, Organization]
    leads: dict[int, Task]
    parts: dict[int, int]
    movers: dict[int, Hand]
    ties: Ties
    unsigned: dict[int, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Going:
    """One record that may move: where the move is made, where it stood, who will hold it, for whom the person moves it."""

    record: Record
    place: Organization
    before: dict[str, object]
    holder: Organization
    behalf: int | None


@transaction.atomic
def move(
    records: Sequence[Record],
    move_code: str,
    *,
    by: Person,
    reason: str = "",
    to: Mapping[int, Organization] | None = None,
    assigned_to: Person | None = None,
    due_on: date | None = None,
    details: Mapping[int, Mapping[str, object]] | None = None,
    prepare: Callable[[Sequence[Any]], None] = lambda records: None,
) -> Moved:
    """Make one move on records of one kind that the caller has locked and read under the lock; see `moves.move`.

    `to` and `details` are by key. A refused record leaves no trace; the others go on. `prepare` writes what a room changes
    with the move, on those that nothing refuses any more. Records whose clock stands are moved one by one.
    """
    done, routes, told = Moved(), to or {}, details or {}
    if not records:
        return done
    flow = registry.flow_of(records[0])
    wanted = flow.move(move_code)
    running = [record for record in records if record.paused_at is None]
    known = _read(flow, wanted, running, by)
    due = _Due(flow, wanted, due_on)
    going = []
    with access_queries.remembering():  # what the person may do is read once, not once a record
        for record in running:
            holder = known.holders.get(record.pk, record.organization)
            place = record.organization if wanted.at == "owner" else holder
            try:
                _ask(flow, wanted, record, place, known, by=by, reason=reason, routed=record.pk in routes)
            except Refused as no:
                done.refused[record.pk] = no
                continue
            before = steps.place(record)
            holder = routes.get(record.pk, holder)
            record.state, record.state_since, record.version = wanted.target, clock.now(), record.version + 1
            record.due_on = due.of(record, holder)
            going.append(_Going(record, place, before, holder, access_queries.acting_for(by)))
    if going:
        prepare([one.record for one in going])
    for behalf in sorted({one.behalf for one in going}, key=lambda key: key or 0):
        some = [one for one in going if one.behalf == behalf]
        deputies.stand_in(by.pk, behalf)
        done.steps |= _write(flow, wanted, some, known, by=by, reason=reason, routes=routes, assigned_to=assigned_to, told=told)
    for record in records:
        if record.paused_at is not None:
            given = {"to_organization": routes.get(record.pk), "details": told.get(record.pk)}
            _alone(done, record, move_code, prepare, by=by, reason=reason, assigned_to=assigned_to, due_on=due_on, **given)
    return done


def _alone(done: Moved, record: Record, move_code: str, prepare: Callable[[Sequence[Any]], None], **given: Any) -> None:
    try:
        with transaction.atomic():
            prepare([record])
            done.steps[record.pk] = moves.move(record, move_code, **given)
    except Refused as no:
        done.refused[record.pk] = no


class _Due:
    """The dates that a move gives: one for all, or each unit's by its own policy, asked once."""

    def __init__(self, flow: Flow, wanted: Move, fixed: date | None) -> None:
        self.policy, self.fixed = moves.due_policy(flow, wanted), fixed
        self.days: dict[int, date] = {}

    def of(self, record: Record, at: Organization) -> date | None:
        """The date of one record that a unit will hold."""
        if self.fixed or not self.policy:
            return self.fixed or record.due_on
        if at.pk not in self.days:
            self.days[at.pk] = clocks.due_by(self.policy, at)
        return self.days[at.pk]


def _read(flow: Flow, wanted: Move, records: Sequence[Record], by: Person) -> _Known:
    if not records:
        return _Known({}, {}, {}, {}, Ties())
    these = {"record_kind": registry.kind_of(records[0]), "record_id__in": [record.pk for record in records]}
    lead = Handling.objects.filter(**these, until__isnull=True, lead=True).select_related("organization")
    ties = access_queries.ties_of(by) if wanted.second_person else Ties()
    known = _Known({one.record_id: one.organization for one in lead}, {}, {}, {}, ties)
    for task in Task.objects.filter(**these, done_at__isnull=True).select_related("assigned_to").order_by("-id"):
        if task.lead:
            known.leads[task.record_id] = task  # the first by its number stays
        elif task.signing:
            if task.assigned_to is not None:
                known.unsigned.setdefault(task.record_id, []).insert(0, task.assigned_to.name)
        else:
            known.parts[task.record_id] = known.parts.get(task.record_id, 0) + 1
    if wanted.second_person:
        codes = [*(one.code for one in flow.moves), "start"]
        made = Step.objects.filter(**these, move__in=codes, undone_by__isnull=True).order_by("record_id", "-id")
        last = made.distinct("record_id").values_list("record_id", "by_id", "behalf_id")
        known.movers = {record: Hand(person, behalf) for record, person, behalf in last}
    return known


def _ask(
    flow: Flow, wanted: Move, record: Record, place: Organization, known: _Known, *, by: Person, reason: str, routed: bool
) -> None:
    access.require(by, wanted.permission, at=place)
    parts, mover = known.parts.get(record.pk, 0) if wanted.whole else 0, known.movers.get(record.pk)
    asked = known.unsigned.get(record.pk, []) if signatures.holds_up(flow, wanted, record) else []
    given: dict[str, Any] = {"last_mover": mover, "ties": known.ties, "unsigned": asked}
    moves.check(flow, wanted, record, by=by, reason=reason, routed=routed, parts_open=parts, **given)


def _write(
    flow: Flow,
    wanted: Move,
    going: Sequence[_Going],
    known: _Known,
    *,
    by: Person,
    reason: str,
    routes: Mapping[int, Organization],
    assigned_to: Person | None,
    told: Mapping[int, Mapping[str, object]],
) -> dict[int, Step]:
    records = [one.record for one in going]
    _save_places(records)
    made = Step.objects.bulk_create([_step(one, wanted, by, reason, routes, told) for one in going])
    written = {step.record_id: step for step in made}
    audit.record_many(
        audit.Act(
            by,
            f"{flow.code}.{wanted.code}",
            one.record,
            at=one.record.organization,
            reason=reason.strip(),
            details={"old": one.before["state"], "new": one.record.state, "step": written[one.record.pk].pk},
        )
        for one in going
    )
    closed = wanted.target in flow.closed
    _end(END_TASKS, "true" if closed else "t.lead", written, by, {})
    if routed := [one for one in going if one.record.pk in routes]:
        sent = {one.record.pk: written[one.record.pk] for one in routed}
        _end(END_HANDLINGS, "(h.lead OR h.organization_id = s.unit)", sent, by, routes)
        _end(END_TASKS, "NOT t.lead AND t.organization_id = s.unit", sent, by, routes)
        Handling.objects.bulk_create([_handling(one, sent[one.record.pk]) for one in routed])
    if closed:
        _end(END_HANDLINGS, "true", written, by, {})
    opened = _open(flow, going, known, written, assigned_to)
    with connection.cursor() as cursor:
        kept = {"kind": made[0].record_kind, "records": [one.pk for one in records], "days": [one.due_on for one in records]}
        cursor.execute(KEEP_DATES, kept)
    _tell(going, opened, by=by, routes=routes)
    return written


def _save_places(records: Sequence[Record]) -> None:
    """All stand in one state since one moment; they differ by their dates and versions."""
    ordered = sorted(records, key=lambda one: (str(one.due_on), one.version))
    for (due, version), group in groupby(ordered, key=lambda one: (one.due_on, one.version)):
        some = list(group)
        type(some[0])._base_manager.filter(pk__in=[one.pk for one in some]).update(
            state=some[0].state, state_since=some[0].state_since, due_on=due, paused_at=None, version=version
        )


def _step(
    one: _Going,
    wanted: Move,
    by: Person,
    reason: str,
    routes: Mapping[int, Organization],
    told: Mapping[int, Mapping[str, object]],
) -> Step:
    facts = {**told.get(one.record.pk, NOTHING), "before": one.before}
    if to := routes.get(one.record.pk):
        facts |= {"to": to.pk, "to_name": to.name}
    return Step(
        record_kind=registry.kind_of(one.record),
        record_id=one.record.pk,
        move=wanted.code,
        old=str(one.before["state"]),
        new=one.record.state,
        by=by,
        behalf_id=one.behalf,
        at=clock.now(),
        organization=one.place,
        org_path=one.place.path,
        reason=reason.strip(),
        details=facts,
        version=one.record.version,
    )


def _end(sql: str, which: str, written: Mapping[int, Step], by: Person, units: Mapping[int, Organization]) -> None:
    given: dict[str, Any] = {
        "now": clock.now(),
        "by": by.pk,
        "kind": next(iter(written.values())).record_kind,
        "records": list(written),
        "steps": [step.pk for step in written.values()],
        "units": [units[pk].pk if pk in units else None for pk in written],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.format(which=which), given)


def _handling(one: _Going, step: Step) -> Handling:
    return Handling(
        record_kind=step.record_kind,
        record_id=one.record.pk,
        organization=one.holder,
        org_path=one.holder.path,
        lead=True,
        since=clock.now(),
        given_by=step,
    )


def _open(
    flow: Flow, going: Sequence[_Going], known: _Known, written: Mapping[int, Step], assigned_to: Person | None
) -> dict[int, Task]:
    awaited = flow.awaited(going[0].record.state)
    if awaited is None:
        return {}
    draft = flow.state(going[0].record.state).kind == "draft"
    opened = []
    for one in going:
        place = one.record.organization if awaited.at == "owner" else one.holder
        person = tasks.goes_to(one.record, place, assigned_to=assigned_to, after=known.leads.get(one.record.pk), draft=draft)
        step = written[one.record.pk]
        opened.append(tasks.made(one.record, place, move=awaited.code, step=step, assigned_to=person, draft=draft))
    desks.find(opened)
    return {task.record_id: task for task in Task.objects.bulk_create(opened)}


def _tell(going: Sequence[_Going], opened: Mapping[int, Task], *, by: Person, routes: Mapping[int, Organization]) -> None:
    records = {one.record.pk: one.record for one in going}
    notices.clear_each(list(records.values()), tasks.OVER)
    new = [
        (records[pk], task)
        for pk, task in opened.items()
        if pk in routes or (task.assigned_to is not None and task.assigned_to != by)
    ]
    prefetch_related_objects([task for _record, task in new if task.desk_id], "desk")
    notices.tell_each([tasks.telling(record, task) for record, task in new], tasks.OPENED)
    watches = Watch.objects.filter(record_kind=registry.kind_of(going[0].record), record_id__in=list(records))
    followers: Iterable[Watch] = watches.exclude(person=by).select_related("person").order_by("record_id", "id")
    following = [(watch.person, records[watch.record_id]) for watch in followers]
    notices.tell_each([tasks.news(record, person) for person, record in following], tasks.MOVED)
