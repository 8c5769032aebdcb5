"""What the search box and this room's pickers answer, and how records of other rooms are named here."""

from collections.abc import Iterator

from django.urls import reverse

from unionhall.kernel.access import actions
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.people import rules
from unionhall.lib import rowid
from unionhall.shell import search
from unionhall.shell.requests import Request
from unionhall.shell.search import LIMIT, Hit
from unionhall.work.hardship.queries import browse


def files(request: Request, text: str) -> Iterator[Hit]:
    """Files by reference or by anybody of the household."""
    for one in browse.files(request.person, browse.Filters(text=text)).order_by("-id")[:LIMIT]:
        yield Hit(
            f"{one.reference} {one.head.name}", str(one.pk), reverse("hardship:desk-file", args=[one.pk]), one.organization.label
        )


def units(request: Request, text: str) -> Iterator[Hit]:
    """Unions of the whole house: a file may move to any of them."""
    for unit in organizations.search(text)[:LIMIT]:
        yield Hit(unit.name, str(unit.pk), hint=unit.code or "")


def people(request: Request, text: str) -> Iterator[Hit]:
    """People of the scope, by name, pinyin or last four."""
    for person in actions.look_for(by=request.person, text=text, most=LIMIT):
        yield Hit(person.name, str(person.pk), hint=rules.told_apart(person))


def given_by(source: str) -> dict[str, str]:
    """Where a help came from, in words: another room's record by its name and page, else the voucher as it was typed."""
    kind, _colon, key = source.partition(":")
    if kind in search.kinds() and rowid.read(key):
        return {"source": search.name_of(kind, int(key)), "url": search.address(kind, key)}
    return {"url": ""}
