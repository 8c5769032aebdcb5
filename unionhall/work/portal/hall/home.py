"""The first page of the hall: help at one touch, what is on its way, what one can do here, what comes next."""

from django.http import HttpResponse

from unionhall.shell import doors, hall
from unionhall.shell.render import render
from unionhall.shell.requests import Request

MATTERS = 3
EVENTS = 3


@doors.page(public=True)
def home(request: Request) -> HttpResponse:
    """Works for visitors; who has signed in sees their own matters first."""
    open_matters = [matter for matter in hall.matters(request) if not matter.done]
    tiles = hall.services(request)
    first = hall.FIRST_LARGE if hall.is_easy(request) else len(tiles)
    context = {
        "matters": open_matters[:MATTERS],
        "more_matters": len(open_matters) > MATTERS,
        "tiles": tiles[:first],
        "more": tiles[first:],
        "events": hall.events(request, EVENTS),
    }
    return render(request, "portal/hall/home.html", context)
