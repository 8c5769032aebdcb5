"""What the search box and this room's pickers answer."""

from collections.abc import Iterator

from django.urls import reverse

from unionhall.kernel.access import actions
from unionhall.kernel.people import rules
from unionhall.shell.requests import Request
from unionhall.shell.search import LIMIT, Hit
from unionhall.work.issues.queries import browse, routing


def issues(request: Request, text: str) -> Iterator[Hit]:
    """Issues by reference, title or unit."""
    for one in browse.issues(request.person, browse.Filters(text=text)).order_by("-id")[:LIMIT]:
        url = reverse("issues:desk-issue", args=[one.pk])
        yield Hit(f"{one.reference} {one.title}", str(one.pk), url, one.handler.label)


def units(request: Request, text: str) -> Iterator[Hit]:
    """Units that an issue may be sent to from here."""
    for unit in routing.reachable(request.person, request.unit, text)[:LIMIT]:
        yield Hit(unit.name, str(unit.pk), hint=unit.code or "")


def people(request: Request, text: str) -> Iterator[Hit]:
    """People of the scope, by name, pinyin or last four."""
    for person in actions.look_for(by=request.person, text=text, most=LIMIT):
        yield Hit(person.name, str(person.pk), hint=rules.told_apart(person))
