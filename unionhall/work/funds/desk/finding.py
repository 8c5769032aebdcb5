"""What this room's picker answers."""

from collections.abc import Iterator

from unionhall.kernel.access import queries as permissions
from unionhall.shell.requests import Request
from unionhall.shell.search import LIMIT, Hit
from unionhall.work.funds import access


def units(request: Request, text: str) -> Iterator[Hit]:
    """Units of the scope."""
    for unit in permissions.organizations_for(request.person, access.SEE, text)[:LIMIT]:
        yield Hit(unit.name, str(unit.pk), hint=unit.code or "")
