"""What the room shows on a programme's home."""

from typing import Any

from unionhall.shell.requests import Request
from unionhall.work.campaigns.queries import browse
from unionhall.work.campaigns.queries import panels as queries

ROOM = "campaigns"


def programme(request: Request, programme: Any) -> dict[str, Any] | None:
    """The newest visits of a programme that this room serves."""
    unit = request.unit
    if ROOM not in programme.rooms or unit is None or not queries.seen_at(request.person, unit):
        return None
    visits = list(queries.latest_visits(request.person, programme, unit))
    told = browse.told(visits)
    return {
        "programme": programme,
        "visits": [{**told.get(one.pk, {}), "visit": one} for one in visits],
        "all": queries.visits_address(programme=programme.code, unit=unit.pk),
        "may_register": queries.may_register(request.person, unit),
    }
