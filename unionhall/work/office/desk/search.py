"""What the one search box and the pickers find on the desk: units, people, programmes."""

from collections.abc import Iterator

from django.urls import reverse

from unionhall.kernel.access import actions
from unionhall.kernel.people import rules
from unionhall.lib import masking
from unionhall.shell.requests import Request
from unionhall.shell.search import LIMIT, Hit
from unionhall.work.office.queries import deputies, programmes, units


def find_units(request: Request, text: str) -> Iterator[Hit]:
    """Open units that a text means."""
    for unit in units.found(request.person, text)[:LIMIT]:
        above = unit.parent.label if unit.parent else ""
        yield Hit(unit.name, str(unit.pk), reverse("office:unit", args=[unit.pk]), above)


def find_people(request: Request, text: str) -> Iterator[Hit]:
    """People that a text means, masked."""
    for person in actions.look_for(by=request.person, text=text, most=LIMIT):
        url = reverse("office:person", args=[person.pk])
        yield Hit(masking.name(person.name), str(person.pk), url, rules.told_apart(person))


def find_colleagues(request: Request, text: str) -> Iterator[Hit]:
    """Colleagues who can be one's deputy, by name: they work at the desk, and their names stand on what they did."""
    for person in deputies.found(request.person, text)[:LIMIT]:
        yield Hit(person.name, str(person.pk), "", rules.told_apart(person))


def find_programmes(request: Request, text: str) -> Iterator[Hit]:
    """Programmes that a text means."""
    for programme in programmes.catalogue(request.person, request.unit, text=text).order_by("position")[:LIMIT]:
        yield Hit(str(programme.name), programme.code, reverse("office:programme", args=[programme.code]), str(programme.what)[:60])
