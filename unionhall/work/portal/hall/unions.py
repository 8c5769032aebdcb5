"""The channels of each local union: who is there for me, and how to reach them."""

from django.http import HttpResponse

from unionhall.shell import doors
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.portal.queries import me
from unionhall.work.portal.queries import unions as queries


@doors.page(public=True)
def index(request: Request) -> HttpResponse:
    """Mine and those above it; for a visitor the counties."""
    mine = me.lineage(request.person) if request.person is not None else []
    return render(request, "portal/hall/unions.html", {"mine": mine, "entrances": queries.entrances()})


@doors.page(public=True)
def union(request: Request, id: int) -> HttpResponse:
    """One union: phone, place, hours, and the unions below it."""
    unit = queries.union(id)
    text = request.GET.get("q", "")[:60]
    number, whose = queries.nearest_phone(unit)
    context = {
        "unit": unit,
        "channel": queries.channel(unit),
        "number": number,
        "whose": whose,
        "text": text,
        "below": queries.below(unit, text),
    }
    return render(request, "portal/hall/union.html", context)
