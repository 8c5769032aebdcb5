"""What the room adds to "my matters": the application to join, transfers, and wishes about the membership."""

from dataclasses import replace
from typing import Any

from django.urls import reverse

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.flow import Flow
from unionhall.lib import dates
from unionhall.shell.hall import Matter
from unionhall.shell.requests import Request
from unionhall.work.membership import access, registry
from unionhall.work.membership.flow import JOINING, TRANSFER, WISH
from unionhall.work.membership.queries import offers


def mine(request: Request) -> list[Matter]:
    """The worker's applications, transfers and wishes, each with its state."""
    joining = [_matter(one, JOINING) for one in flows.with_light(offers.applications_of(request.person))]
    moving = [_matter(one, TRANSFER) for one in flows.with_light(offers.transfers_of(request.person))]
    return joining + moving + [_wished(one) for one in flows.with_light(access.own_wishes(request.person))]


def _wished(one: Any) -> Matter:
    matter = _matter(one, WISH)
    return replace(matter, title=str(registry.WISHES[one.what]), url=reverse("membership:hall-wish", args=[one.pk]))


def _matter(one: Any, flow: Flow) -> Matter:
    state = flow.state(one.state)
    return Matter(
        reference=one.reference,
        title=str(flow.name),
        state=str(state.name),
        light=one.light,
        since=dates.day_of(one.created_at),
        due=one.due_on,
        url=reverse("membership:hall-mine"),
        done=state.kind == "closed",
        waits=state.code == "returned",
    )
