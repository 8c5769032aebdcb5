"""What this room's pickers answer."""

from collections.abc import Iterator

from unionhall.kernel.access import queries as permissions
from unionhall.shell.requests import Request
from unionhall.shell.search import LIMIT, Hit
from unionhall.work.reports import access
from unionhall.work.reports.queries import indicators


def figures(request: Request, text: str) -> Iterator[Hit]:
    """Indicators by name, pinyin initials or code."""
    for one in indicators.picked(request.person, text, most=LIMIT):
        yield Hit(str(one.name), one.code, hint=f"{one.room} · {one.counts}")


def units(request: Request, text: str) -> Iterator[Hit]:
    """Units of the person's scope."""
    for unit in permissions.organizations_for(request.person, access.SEE, text)[:LIMIT]:
        yield Hit(unit.name, str(unit.pk), hint=unit.code or "")
