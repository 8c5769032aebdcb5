"""What this room's picker answers."""

from collections.abc import Iterator

from unionhall.shell.requests import Request
from unionhall.shell.search import LIMIT, Hit
from unionhall.work.funds.queries import browse


def units(request: Request, text: str) -> Iterator[Hit]:
    """Units of the scope."""
    for unit in browse.units(request.person, text)[:LIMIT]:
        yield Hit(unit.name, str(unit.pk), hint=unit.code or "")
