"""What the room shows on a programme's home."""

from typing import Any

from unionhall.kernel.access import queries as permissions
from unionhall.shell.requests import Request
from unionhall.work.funds import registry
from unionhall.work.funds.queries import browse


def programme(request: Request, programme: Any) -> dict[str, Any] | None:
    """The newest movements of a programme that this room serves."""
    unit = request.unit
    if browse.ROOM not in programme.rooms or unit is None or not permissions.may(request.person, "funds.see", at=unit):
        return None
    return {
        "programme": programme,
        "rows": [(one, registry.STAGES[one.stage]) for one in browse.latest(request.person, programme, unit)],
        "all": browse.address(programme=programme.code, unit=unit.pk),
        "may_book": permissions.may(request.person, "funds.book", at=unit),
    }
