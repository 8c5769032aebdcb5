"""What the room shows on a programme's home."""

from typing import Any

from unionhall.kernel.access import queries as permissions
from unionhall.shell.requests import Request
from unionhall.work.grants import registry
from unionhall.work.grants.queries import browse


def programme(request: Request, programme: Any) -> dict[str, Any] | None:
    """The newest applications of a programme that this room pays for."""
    unit = request.unit
    if programme.code not in registry.TERMS or unit is None or not permissions.may(request.person, "grants.see", at=unit):
        return None
    return {
        "programme": programme,
        "rows": browse.latest(request.person, programme, unit),
        "may_apply": permissions.may(request.person, "grants.apply", at=unit),
    }
