"""One act on tasks of several rooms at once: each record asked, checked and refused by its own flow."""

from collections.abc import Callable, Iterable
from typing import Any

from unionhall.kernel.flows import registry
from unionhall.kernel.flows.actions import bulk, watches
from unionhall.kernel.flows.actions.bulk import Outcome
from unionhall.kernel.people.models import Person

Records = Iterable[tuple[str, int]]


def chase_many(records: Records, *, by: Person) -> Outcome:
    """Chase the records behind some tasks (一键催办), whatever rooms they belong to."""
    return _by_flow(records, lambda each, ids: bulk.chase_many(each.flow, ids, by=by))


def watch_many(records: Records, *, by: Person) -> Outcome:
    """Follow the records behind some tasks."""
    return _by_flow(records, lambda each, ids: _every(each, ids, lambda record: watches.watch(record, by=by)))


def unwatch_many(records: Records, *, by: Person) -> Outcome:
    """No longer follow the records behind some tasks."""
    return _by_flow(records, lambda each, ids: _every(each, ids, lambda record: watches.unwatch(record, by=by)))


def _every(each: registry.Registered, ids: list[int], act: Callable[[Any], None]) -> Outcome:
    return bulk.each(ids, act, among=each.model._base_manager.all())


def _by_flow(records: Records, act: Callable[[registry.Registered, list[int]], Outcome]) -> Outcome:
    wanted: dict[str, list[int]] = {}
    for kind, record in records:
        wanted.setdefault(kind, []).append(record)
    whole = Outcome()
    for each in registry.flows():
        if ids := wanted.get(each.model._meta.label_lower):
            part = act(each, ids)
            whole.done += part.done
            whole.skipped += part.skipped
            whole.failed += part.failed
    return whole
