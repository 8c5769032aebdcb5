"""Where a record stands, what it went through, and who owes what."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from unionhall.kernel.flows import registry
from unionhall.kernel.flows.flow import Move
from unionhall.kernel.flows.models import Handling, Record, Step, Task
from unionhall.kernel.organizations.models import Organization
from unionhall.lib.dates import SHANGHAI


def _of(record: Record) -> dict[str, Any]:
    return {"record_kind": registry.kind_of(record), "record_id": record.pk}


def timeline(record: Record) -> "QuerySet[Step]":
    """What happened to a record, the oldest first, with who did it."""
    return Step.objects.filter(**_of(record)).select_related("by", "organization").order_by("id")


def last_move(record: Record) -> int | None:
    """The latest step that changed the record itself, not only its clock's owner or its watchers."""
    return Step.objects.filter(**_of(record), version__isnull=False).order_by("-id").values_list("pk", flat=True).first()


def last_mover(record: Record) -> int | None:
    """Who made the record's last move between states."""
    moves = [move.code for move in registry.flow_of(record).moves]
    steps = Step.objects.filter(**_of(record), move__in=[*moves, "start"], undone_by__isnull=True)
    return steps.order_by("-id").values_list("by_id", flat=True).first()


def handlings(record: Record) -> "QuerySet[Handling]":
    """The units that handle a record now, the responsible one first."""
    return Handling.objects.filter(**_of(record), until__isnull=True).select_related("organization").order_by("-lead", "id")


def holder(record: Record) -> Organization:
    """The unit that is responsible for a record now: whom it was given to, else its owner."""
    lead = handlings(record).filter(lead=True).first()
    return lead.organization if lead else record.organization


def place_of(record: Record, move: Move) -> Organization:
    """The unit at which a move is made and its permission asked."""
    return record.organization if move.at == "owner" else holder(record)


def open_tasks(record: Record) -> "QuerySet[Task]":
    """What is owed for a record now."""
    return Task.objects.filter(**_of(record), done_at__isnull=True).order_by("-lead", "id")


def open_parts(record: Record) -> "QuerySet[Task]":
    """The joint units' parts that are not done."""
    return open_tasks(record).filter(lead=False)


def pause_reason(record: Record) -> str:
    """Why the clock was last stopped."""
    steps = Step.objects.filter(**_of(record), move="pause").order_by("-id")
    return steps.values_list("reason", flat=True).first() or ""


def local(moment: datetime) -> str:
    """A moment as people read it on a line of text."""
    return timezone.localtime(moment, SHANGHAI).strftime("%Y-%m-%d %H:%M")


def sentence(record: Record, step: Step) -> str:
    """A step in words: the act and, where the state changed, from what to what."""
    flow = registry.flow_of(record)
    known = {move.code: move.name for move in flow.moves}
    name = str(known.get(step.move) or registry.ACTS[step.move])
    if step.old == step.new or not step.old:
        return name
    states = {state.code: str(state.name) for state in flow.states}
    return f"{name}: {states.get(step.old, step.old)} → {states.get(step.new, step.new)}"
