"""At whose desk a task lies: its own unit's or, where nobody there may do it, that of the nearest unit above where somebody may."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial

from django.db import transaction

from unionhall.kernel.access import queries as access
from unionhall.kernel.flows.models import Task
from unionhall.kernel.organizations import rules as tree
from unionhall.lib import dates, recall

DESK = "flows.desk"


def find(tasks: Sequence[Task]) -> None:
    """Set `desk` on tasks that are about to be saved; a draft, a signature and what a person has lie with that person."""
    waiting: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        task.desk_id = None
        if task.assigned_to_id is None and not task.draft:
            waiting[task.permission].append(task)
    for permission, some in waiting.items():
        paths = {task.org_path for task in some}
        places = recall.supposed((DESK, permission, frozenset(paths)), partial(_places, permission, paths))
        for task in some:
            task.desk_id = places[task.org_path]


def hold(permission: str, path: str) -> dict[str, int | None]:
    """Whose desk it is for a unit, to be taken up by `suppose` a moment later; who comes and goes meanwhile, `find_again` sees."""
    return _places(permission, {path})


def suppose(permission: str, held: dict[str, int | None]) -> None:
    """Let the rest of this request go by a desk that was found before."""
    recall.suppose((DESK, permission, frozenset(held)), held)


@transaction.atomic
def find_again() -> int:
    """Put every open task at the desk where it lies today, since people come, go and are disabled; returns how many moved.

    Who comes to a unit finds its tasks at once; those above lose them, or are given them, when this runs.
    """
    waiting = Task.objects.filter(done_at=None, assigned_to=None, draft=False, signing=False)
    groups: dict[str, list[tuple[int, str, int | None]]] = defaultdict(list)
    columns = ("permission", "organization_id", "org_path", "desk_id")
    for permission, unit, path, desk in waiting.order_by().values_list(*columns).distinct():
        groups[permission].append((unit, path, desk))
    moved = 0
    for permission, held in groups.items():
        places = _places(permission, {path for _unit, path, _desk in held})
        changed: dict[int | None, set[int]] = defaultdict(set)
        for unit, path, desk in held:
            if places[path] != desk:
                changed[places[path]].add(unit)
        for desk, units in changed.items():
            moved += waiting.filter(permission=permission, organization__in=units).update(desk=desk)
    return moved


def _places(permission: str, paths: Iterable[str]) -> dict[str, int | None]:
    """For the units at some places the key of the unit whose desk it is; None for a unit's own, and where nobody may at all."""
    able = access.bearing(paths, permission, dates.today())
    here, reaching = {path for path, _unit, _below in able}, {path: unit for path, unit, below in able if below}
    found: dict[str, int | None] = {}
    for path in paths:
        upward = (above for above in reversed(tree.ancestor_paths(path)) if above in reaching)
        above = next(upward, None) if path not in here else None
        found[path] = reaching[above] if above is not None else None
    return found
