"""What is late goes up the tree: in sets, not one by one."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Length

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows import registry
from unionhall.kernel.flows.models import Task
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.policies import queries as policies
from unionhall.lib import clock, dates

BATCH = 5000
ESCALATED = "flows.escalated"
POLICY = "flows.escalate_days"


@dataclass(slots=True)
class _Place:
    pk: int
    path: str


@dataclass(frozen=True, slots=True)
class _Late:
    id: int
    record_kind: str
    record_id: int
    reference: str
    organization_id: int
    org_path: str


def escalate(batch: int = BATCH) -> int:
    """Raise every late task by one level, as far as its unit's policy says; returns how many were raised.

    A task goes to the unit above once the first number of working days has passed since its due date, to the next above
    after the second, and so on. Paused tasks and drafts stay. Safe to run twice and side by side.
    """
    today = dates.today()
    table = policies.Table.load(POLICY, on=today)
    deepest = max(len(_steps(value)) for value in [table.default, *table.rows.values()])
    raised = 0
    for level in reversed(range(deepest)):
        while count := _raise(table, level, today, batch):
            raised += count
            if count < batch:
                break
    return raised


def _steps(value: policies.Value) -> list[int]:
    assert isinstance(value.value, list)
    return value.value


@transaction.atomic
def _raise(table: policies.Table, level: int, today: date, batch: int) -> int:
    """Raise one batch of tasks that have been raised `level` times so far."""
    calendar = policies.working_calendar()

    def bound(value: policies.Value) -> date:
        days = _steps(value)
        return calendar.passed(today, days[level]) if level < len(days) else date.min

    late = Task.objects.filter(
        done_at__isnull=True,
        paused_at__isnull=True,
        draft=False,
        signing=False,
        raised=level,
        due_on__lt=today,
        record_kind__in=[each.label for each in registry.flows()],
    )
    late = late.alias(depth=Length("org_path")).filter(depth__gte=tree.STEP * (level + 2), due_on__lt=table.day_case(bound))
    columns = ("id", "record_kind", "record_id", "reference", "organization_id", "org_path")
    rows = late.select_for_update(skip_locked=True, of=("self",)).order_by("due_on", "id").values_list(*columns)[:batch]
    found = [_Late(*row) for row in rows]
    if found:
        _write(found, level)
    return len(found)


def _write(found: list[_Late], level: int) -> None:
    ids = [task.id for task in found]
    house = people.house()
    above = {task.org_path: task.org_path[: len(task.org_path) - tree.STEP * (level + 1)] for task in found}
    with connection.cursor() as cursor:
        cursor.execute(STEPS, [house.pk, clock.now(), level + 1, tree.STEP * (level + 1), ids])
    Task.objects.filter(pk__in=ids).update(raised=F("raised") + 1)
    parents = {unit.path: unit for unit in Organization.objects.filter(path__in=set(above.values()))}
    owed: dict[str, list[_Late]] = defaultdict(list)
    for task in found:
        owed[above[task.org_path]].append(task)
    told: dict[Organization, dict[str, Any]] = {
        parents[path]: {"count": len(tasks), "reference": tasks[0].reference} for path, tasks in owed.items() if path in parents
    }
    notices.tell_units(told, ESCALATED)
    verbs = {each.label: f"{each.flow.code}.escalate" for each in registry.flows()}
    audit.record_many(
        audit.Act(
            house,
            verbs[task.record_kind],
            f"{task.record_kind}:{task.record_id}",
            at=_Place(task.organization_id, task.org_path),
            details={"level": level + 1, "to": parents[above[task.org_path]].pk if above[task.org_path] in parents else None},
        )
        for task in found
    )


# One statement for the timeline of a whole batch: each task's step names the unit that it now also lies before.
STEPS = """
INSERT INTO flows_step (record_kind, record_id, move, old, new, by_id, at, organization_id, org_path, reason, details, version)
SELECT t.record_kind, t.record_id, 'escalate', '', '', %s, %s, t.organization_id, t.org_path, '',
       jsonb_build_object('level', %s::int, 'to', above.id, 'to_name', above.name, 'task', t.id), NULL
  FROM flows_task t
  LEFT JOIN organizations_organization above ON above.path = left(t.org_path, -%s::int)
 WHERE t.id = ANY(%s)
 ORDER BY t.id
"""
