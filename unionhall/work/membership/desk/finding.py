"""What the search box and this room's pickers answer."""

from collections.abc import Collection, Iterator
from typing import Any

from django.urls import reverse

from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.people import queries as people
from unionhall.lib import masking
from unionhall.lib.text import Text
from unionhall.shell.requests import Request
from unionhall.shell.search import LIMIT, Hit, Matter
from unionhall.work.membership import registry
from unionhall.work.membership.queries import browse
from unionhall.work.membership.queries import wishes as queries


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


def applications(by: Any, ids: Collection[int]) -> dict[int, Matter]:
    """What a clerk decides an application by: who, masked, the employer, and how they came to this union."""
    found = browse.applications(by).filter(pk__in=ids)
    return {one.pk: Matter(f"{one.headline} · {_matched(one)}", one.person_id) for one in found}


def wishes(by: Any, ids: Collection[int]) -> dict[int, Matter]:
    """Who asks, masked, for what, why, and from which day."""
    found = queries.wishes(by).filter(pk__in=ids)
    return {
        one.pk: Matter(" · ".join(filter(None, (one.headline, one.ground_name, one.on.isoformat()))), one.person_id)
        for one in found
    }


def _matched(one: Any) -> Text:
    """On the roster of this union, found without a code, or the way alone by which the application came."""
    if one.on_roster:
        return registry.ON_ROSTER
    return registry.ROUTES.get(one.routed_by) or registry.CHANNELS[one.channel]
