"""What the room shows on a unit's and on a person's page."""

from typing import Any

from unionhall.kernel.access import queries as grants
from unionhall.shell.requests import Request
from unionhall.work.membership import access, registry
from unionhall.work.membership.queries import counts


def organization(request: Request, unit: Any) -> dict[str, Any] | None:
    """The four counts of a unit."""
    if not grants.may(request.person, "membership.see", at=unit):
        return None
    dissolvable = unit.level == "grassroots" and grants.may(request.person, "membership.move", at=unit)
    return {"four": counts.four([unit])[0], "unit": unit, "dissolvable": dissolvable}


def person(request: Request, person: Any) -> dict[str, Any] | None:
    """The memberships of a person, the present one first."""
    found = access.visible_to(request.person).filter(person=person).select_related("organization").order_by("-id")[:10]
    rows = [(one, registry.STATES[one.state]) for one in found]
    return {"rows": rows} if rows else None
