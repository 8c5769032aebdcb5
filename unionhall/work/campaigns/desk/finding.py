"""What this room's pickers and the search box answer."""

from collections.abc import Iterator

from unionhall.kernel.access import actions
from unionhall.kernel.access import queries as permissions
from unionhall.kernel.people import rules
from unionhall.shell.requests import Request
from unionhall.shell.search import LIMIT, Hit


def units(request: Request, text: str) -> Iterator[Hit]:
    """Units of the scope."""
    for unit in permissions.organizations_for(request.person, "campaigns.see", text)[:LIMIT]:
        yield Hit(unit.name, str(unit.pk), hint=unit.code or "")


def people(request: Request, text: str) -> Iterator[Hit]:
    """People of the scope, by name, pinyin or last four."""
    for person in actions.look_for(by=request.person, text=text, most=LIMIT):
        yield Hit(person.name, str(person.pk), hint=rules.told_apart(person))
