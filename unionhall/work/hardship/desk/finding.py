"""What the search box and this room's pickers answer."""

from collections.abc import Iterator

from django.urls import reverse

from unionhall.kernel.access.queries import ranges
from unionhall.kernel.people import queries as people_queries
from unionhall.shell.requests import Request
from unionhall.shell.search import LIMIT, Hit
from unionhall.work.hardship.queries import browse


def files(request: Request, text: str) -> Iterator[Hit]:
    """Files by reference or by anybody of the household."""
    for one in browse.files(request.person, browse.Filters(text=text)).order_by("-id")[:LIMIT]:
        yield Hit(
            f"{one.reference} {one.head.name}", str(one.pk), reverse("hardship:desk-file", args=[one.pk]), one.organization.label
        )


def people(request: Request, text: str) -> Iterator[Hit]:
    """People of the scope, by name, pinyin or last four."""
    for person in people_queries.find(text, ranges(request.person, "people.see")).select_related("home")[:LIMIT]:
        yield Hit(person.name, str(person.pk), hint=person.home.label if person.home else "")
