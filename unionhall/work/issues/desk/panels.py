"""What the room shows on somebody's desk, on a unit's page and on a programme's home."""

from typing import Any

from unionhall.shell.requests import Request
from unionhall.work.issues.flow import ISSUE
from unionhall.work.issues.queries import panels as queries

ROOM = "issues"


def desk(request: Request, subject: Any) -> dict[str, Any] | None:
    """This year's figures of the chosen unit; nothing for those who see no issues there."""
    unit = request.unit
    if unit is None or not queries.seen_at(request.person, unit):
        return None
    return {"unit": unit, "numbers": queries.year_figures(request.person, unit)}


def organization(request: Request, unit: Any) -> dict[str, Any] | None:
    """What is open, late and done in a unit and everything below it."""
    if not queries.seen_at(request.person, unit):
        return None
    return {"numbers": queries.standing(request.person, unit), "list": queries.list_address(unit=unit.pk)}


def programme(request: Request, programme: Any) -> dict[str, Any] | None:
    """The open issues of a programme that this room serves, the newest ones, and its open lists."""
    unit = request.unit
    if ROOM not in programme.rooms or unit is None or not queries.seen_at(request.person, unit):
        return None
    lights, latest = queries.programme_now(request.person, programme, unit)
    return {
        "programme": programme,
        "lights": lights,
        "latest": [(issue, ISSUE.state(issue.state).name) for issue in latest],
        "lists": list(queries.open_lists(request.person, programme, unit)),
        "all": queries.list_address(programme=programme.code, unit=unit.pk),
    }
