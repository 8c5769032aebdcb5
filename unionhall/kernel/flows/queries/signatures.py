"""Signatures (加签): who was asked before a record goes on, what they said, and who may be asked."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as access
from unionhall.kernel.access import rules as access_rules
from unionhall.kernel.access.rules import lending
from unionhall.kernel.access.rules.lending import Hand
from unionhall.kernel.flows import queries, registry
from unionhall.kernel.flows.flow import Flow, Move
from unionhall.kernel.flows.models import Record, Step, Task
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, absent
from unionhall.lib.scope import mark

SIGN = "sign"  # the move of such a task: no move of the table waits for it, an opinion does


@dataclass(frozen=True, slots=True)
class Signature:
    """One person who was asked to sign a record, and the answer: "agree", "disagree", "" while it is awaited."""

    task: Task
    asked: Step
    answer: str
    answered: Step | None

    @property
    def name(self) -> str:
        """Whose signature it is."""
        return self.task.assigned_to.name if self.task.assigned_to is not None else ""


def holds_up(flow: Flow, wanted: Move, record: Record) -> bool:
    """Whether a move waits for signatures at all: where none can be asked for, nothing is read."""
    return not wanted.anytime and bool(flow.state(record.state).signers)


def awaited(record: Record) -> list[str]:
    """The names of those who have been asked to sign and have not answered."""
    open_now = queries.open_tasks(record).filter(signing=True).order_by("id")
    return list(open_now.values_list("assigned_to__name", flat=True))


def was_asked(kind: str) -> Exists:
    """Whether anybody was ever asked to sign, read with the records of a kind as `signatures_asked`: a no spares a query."""
    return Exists(Task.objects.filter(record_kind=kind, record_id=OuterRef("pk"), signing=True))


def on_record(record: Record) -> list[Signature]:
    """All signatures asked for on a record and not called back, the oldest first; for those who see the record."""
    if not getattr(record, "signatures_asked", True):
        return []
    these = Task.objects.filter(record_kind=registry.kind_of(record), record_id=record.pk, signing=True)
    found = these.select_related("assigned_to", "opened_by__by", "opened_by__behalf", "closed_by__by", "closed_by__behalf")
    answers = {"sign_agree": "agree", "sign_disagree": "disagree"}
    return [
        Signature(mark(task), task.opened_by, answers.get(task.closed_by.move, "") if task.closed_by else "", task.closed_by)
        for task in found.order_by("id")
        if task.closed_by is None or task.closed_by.move in answers
    ]


def task_to_sign_for(by: Person, kind: str, record: int) -> tuple[Task, Record]:
    """The open task from which a person may ask for a signature, with its record. Raises NotVisible."""
    task = queries.task_to_forward(by, kind, record)
    found = registry.registered(kind).model._base_manager.filter(pk=record).first()
    if not isinstance(found, Record) or not found.stands.signers:
        raise absent()
    return task, found


def asked_of(by: Person, kind: str, record: int) -> Task:
    """What a person is asked to sign on a record, themselves or as the deputy of whoever was asked.

    Raises Conflict where they were asked and it is over, NotVisible for anybody else.
    """
    if not registry.is_kind(kind):
        raise absent()
    found: QuerySet[Task] = Task.objects.filter(record_kind=kind, record_id=record, done_at=None, signing=True)
    for task in found.filter(_concerns(by)).select_related("organization", "assigned_to").order_by("id"):
        if task.assigned_to_id == by.pk or lent(by, task) is not None:
            return mark(task)
    if Task.objects.filter(record_kind=kind, record_id=record, signing=True, assigned_to=by).exists():
        raise Conflict(_("Your opinion is not asked for any more: it was given, or called back."), code="done")
    raise absent()


def _concerns(by: Person) -> Q:
    return Q(assigned_to__in={by.pk, *(held.lender for held in access.holdings(by) if held.lender is not None)})


def lent(by: Person, task: Task) -> int | None:
    """The key of the person asked, where a running delegation lets `by` answer for that one at the task's unit."""
    for held in access.holdings(by):
        reaches = held.low <= task.org_path < held.high and access_rules.holds(held.permissions, task.permission)
        if held.lender is not None and held.lender == task.assigned_to_id and reaches:
            return held.lender
    return None


def open_one(by: Person, kind: str, record: int, task: int) -> Task:
    """A signature that a person may call back: who asked for it, or who may do the record's task now. Raises NotVisible."""
    if not registry.is_kind(kind):
        raise absent()
    these: dict[str, Any] = {"record_kind": kind, "record_id": record, "signing": True, "done_at": None}
    found = Task.objects.filter(pk=task, **these).select_related("organization", "assigned_to").first()
    if found is None or not may_call_back(by, found):
        raise absent()
    return mark(found)


def may_call_back(by: Person, task: Task) -> bool:
    """Whether a person may call a signature back: who asked for it, or who may do the record's task now."""
    if task.sent_by_id == by.pk:
        return True
    lead = owed(task)
    return access.may(by, lead.permission, at=lead.organization)


def owed(task: Task) -> Task:
    """The record's own open task, which waits for a signature."""
    these = Task.objects.filter(record_kind=task.record_kind, record_id=task.record_id, done_at=None, lead=True)
    return these.select_related("organization").get()


def may_sign(task: Task, record: Record, *, besides: Person) -> list[Person]:
    """Who could be asked to sign: those with the right at the task's unit or above it.

    Not the asker, nor who counts as the asker by a delegation, nor who would have something of it, nor who is asked already.
    """
    above = organizations.ancestors(task.organization).values_list("pk", flat=True)
    here = access.bearers({task.organization_id, *above}, dates.today())
    able = {person for _unit, person, patterns in here if access_rules.holds(patterns, record.stands.signers)}
    able -= {besides.pk, *queries.open_tasks(record).filter(signing=True).values_list("assigned_to", flat=True)}
    able -= own_of(record, able)
    hand, ties = access.hand_of(besides), access.ties_of(besides)
    able = {person for person in able if lending.meeting(hand, [Hand(person)], ties) is None}
    return list(queries.at_work(able).select_related("home").order_by("name_pinyin", "pk"))


def own_of(record: Record, persons: Collection[int]) -> set[int]:
    """Those of some persons (by key) whose own case a record is, as its room says of every file of the same human."""
    own = registry.registered(record).own
    if own is None or not persons:
        return set()
    files = files_of(persons)
    concerned = set(own(record, set[int]().union(*files.values())))
    return {person for person, ones in files.items() if not concerned.isdisjoint(ones)}


def files_of(persons: Collection[int]) -> dict[int, set[int]]:
    """By person (by key), every file of the same human: as `access.queries.own_files`, for those who do nothing yet."""
    found: dict[int, set[int]] = {key: set() for key in persons}
    with connection.cursor() as cursor:
        cursor.execute("SELECT f, one FROM unnest(%s::bigint[]) f, LATERAL people_selves(ARRAY[f]) one", [sorted(found)])
        for key, one in cursor:
            found[key].add(one)
    return found
