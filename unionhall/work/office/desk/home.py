"""My desk: what must I do, by when."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect

from unionhall.kernel.flows.queries import Filters
from unionhall.shell import doors, gate, hall
from unionhall.shell.frame import Identity
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office.desk.worklist import named, tabs
from unionhall.work.office.queries import tasks as queries

FIRST = 8


@doors.page(signed_in=True)
def home(request: Request) -> HttpResponse:
    """The first screen: open tasks with their lights, what I sent and watch, and the rooms' panels.

    Whoever has no desk, a worker or somebody signed in by a code to the phone, is led to the hall instead.
    """
    if not gate.current().may(request, "office.see"):
        return HttpResponseRedirect(hall.home())
    mine = Filters(tab="mine")
    shown = queries.lines(queries.rows(request.person, mine)[:FIRST])
    lights = queries.lights(request.person, mine)
    context = {
        "lines": named(request, shown),
        "lights": [(code, lights.get(code, 0)) for code in queries.LIGHTS if lights.get(code)],
        "total": sum(lights.values()),
        "tabs": tabs(request, "mine"),
        "has_calendar": queries.has_calendar(),
    }
    return render(request, "office/desk/home.html", context)


def open_tasks(request: Request) -> int:
    """How many tasks wait for the person: the number in the header of every page."""
    counted = getattr(request, "tasks_waiting", None)
    return queries.waiting(request.person) if counted is None else counted


def identity(request: Request) -> Identity:
    """What the installation calls itself; without a name it is called by the product's."""
    return Identity(settings.UNIONHALL_NAME)
