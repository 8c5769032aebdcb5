"""What the search box and this room's pickers answer."""

from collections.abc import Iterator

from django.urls import reverse

from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.people import queries as people
from unionhall.lib import masking
from unionhall.shell.requests import Request
from unionhall.shell.search import LIMIT, Hit
from unionhall.work.membership.queries import browse


def members(request: Request, text: str) -> Iterator[Hit]:
    """Members by number, name, pinyin or last four; by a whole document number or phone the people of the house are searched,
    whose one line in the log of reads is enough.
    """
    if people.is_whole_number(text):
        return
    for one in browse.members(request.person, browse.Filters(q=text)).order_by("org_path", "id")[:LIMIT]:
        url = reverse("membership:desk-member", args=[one.pk])
        yield Hit(f"{masking.name(one.person.name)} {one.number}", str(one.pk), url, one.organization.label)


def unions(request: Request, text: str) -> Iterator[Hit]:
    """Unions of the whole house: a member may move to any of them."""
    for unit in organizations.search(text)[:LIMIT]:
        yield Hit(unit.name, str(unit.pk), hint=unit.code or "")
