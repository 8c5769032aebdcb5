"""The tables of the desk that may leave the house, as lists show them."""

from collections.abc import Iterator, Mapping
from typing import Any

from unionhall.kernel.flows.queries import Filters
from unionhall.kernel.people.models import Person
from unionhall.lib.text import Text
from unionhall.work.office import access
from unionhall.work.office.queries import tasks, units

LIGHTS = {
    "late": Text("超期", "Overdue"),
    "soon": Text("临期", "Due soon"),
    "ok": Text("正常", "On time"),
    "paused": Text("暂停", "Paused"),
}


def unit_rows(by: Person, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The units as the list shows them."""
    wanted = units.Wanted(
        text=filters.get("q", ""),
        level=filters.get("level", ""),
        kind=filters.get("kind", ""),
        below=access.unit(by, int(filters["unit"])),
        own=bool(filters.get("own")),
        closed=bool(filters.get("closed")),
    )
    for unit in units.units(by, wanted).order_by("path").iterator(chunk_size=2000):
        yield {
            "name": unit.name,
            "short_name": unit.short_name,
            "level": unit.get_level_display(),
            "kind": unit.get_kind_display(),
            "code": unit.code,
            "credit_code": unit.credit_code,
            "division_code": unit.division_code,
            "above": unit.parent.name if unit.parent else "",
            "since": unit.since,
            "until": unit.until,
            "below": getattr(unit, "below", 0),  # annotated by the query of the list
        }


def worklist_rows(by: Person, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """A tab of the worklist as it is shown."""
    tab = filters.get("tab", "mine")
    chosen = Filters(
        tab=tab if tab in tasks.TABS else "mine",
        light=filters.get("light", ""),
        kind=filters.get("kind", ""),
        text=filters.get("q", ""),
        within=tasks.narrowed_to(by, filters.get("unit", "")),
        raised=bool(filters.get("raised")),
    )
    for line in tasks.lines(tasks.rows(by, chosen)):
        yield {
            "reference": line.task.reference,
            "title": line.task.title,
            "unit": line.task.organization.name,
            "sender": line.task.sent_by.name,
            "opened": line.task.opened_at,
            "due": line.task.due_on,
            "light": str(LIGHTS.get(line.task.light, "")),
            "left": line.left,
            "awaits": str(line.awaits),
        }
