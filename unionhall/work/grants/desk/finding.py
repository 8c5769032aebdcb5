"""What this room's pickers answer."""

from collections.abc import Iterator

from django.urls import reverse

from unionhall.kernel.access import actions
from unionhall.kernel.access import queries as permissions
from unionhall.kernel.people import rules
from unionhall.shell.requests import Request
from unionhall.shell.search import LIMIT, Hit
from unionhall.work.grants.queries import browse


def units(request: Request, text: str) -> Iterator[Hit]:
    """Units whose payments one prepares."""
    for unit in permissions.organizations_for(request.person, "grants.prepare", text)[:LIMIT]:
        yield Hit(unit.name, str(unit.pk), hint=unit.code or "")


def people(request: Request, text: str) -> Iterator[Hit]:
    """People of the scope, by name, pinyin or last four."""
    for person in actions.look_for(by=request.person, text=text, most=LIMIT):
        yield Hit(person.name, str(person.pk), hint=rules.told_apart(person))


def applications(request: Request, text: str) -> Iterator[Hit]:
    """Applications by reference or by the person whom they help."""
    for one in browse.applications(request.person, browse.Filters(text=text)).order_by("-id")[:LIMIT]:
        url = reverse("grants:desk-application", args=[one.pk])
        yield Hit(f"{one.reference} {one.person.name}", str(one.pk), url, one.organization.label)
