"""What the room shows on somebody's desk, on a unit's, a person's and a programme's page."""

from typing import Any

from unionhall.shell.requests import Request
from unionhall.work.hardship.queries import panels as queries

ROOM = "hardship"


def desk(request: Request, subject: Any) -> dict[str, Any] | None:
    """The households of the chosen unit and what is due with them."""
    unit = request.unit
    if unit is None or not queries.seen_at(request.person, unit):
        return None
    return {"numbers": queries.standing(request.person, unit), "files": []}


def organization(request: Request, unit: Any) -> dict[str, Any] | None:
    """The households of a unit and everything below it."""
    if not queries.seen_at(request.person, unit):
        return None
    return {"numbers": queries.standing(request.person, unit), "files": []}


def person(request: Request, person: Any) -> dict[str, Any] | None:
    """The file in which somebody stands, as far as it is in sight."""
    files = queries.of_person(request.person, person)
    return {"numbers": [], "files": files} if files else None


def programme(request: Request, programme: Any) -> dict[str, Any] | None:
    """This year's figures of a programme that this room serves."""
    unit = request.unit
    if ROOM not in programme.rooms or unit is None or not queries.seen_at(request.person, unit):
        return None
    return {"numbers": queries.year(request.person, unit, programme), "files": []}
