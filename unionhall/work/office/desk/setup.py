"""The first run: what is still to be done before a federation can work, derived from what is there."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.shell import doors
from unionhall.shell.components import TaskLine
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office.queries import setup as queries

FEW = 2


@doors.page(permission="system.settings")
def setup(request: Request) -> HttpResponse:
    """The task list of the first run."""
    now = queries.standing()
    steps = [
        (_("An administrator who can sign in"), "", now.accounts > 0, ""),
        (
            _("The units of the federation"),
            reverse("office:import", args=["organizations.units"]),
            now.units >= FEW,
            _("%(count)s units") % {"count": now.units},
        ),
        (
            _("Accounts for the cadres"),
            reverse("office:accounts"),
            now.accounts >= FEW,
            _("%(count)s accounts") % {"count": now.accounts},
        ),
        (_("The working calendar of this year"), reverse("office:calendar"), now.calendar, ""),
        (_("Own rule values, where they differ from the shipped ones"), reverse("office:rules"), now.values > 0, _("may wait")),
        (
            _("SMS, WeChat and e-mail"),
            "",
            False,
            _("may wait: set in the installation's environment; unionhall doctor checks them"),
        ),
        (_("Trial data"), "", now.worlds > 0, _("unionhall demo load puts an invented city in, unionhall demo clear takes it out")),
    ]
    current = next((place for place, (_title, _url, done, _hint) in enumerate(steps) if not done), -1)
    tasks = [
        TaskLine(title, url, "done" if done else "current" if place == current else "open", hint)
        for place, (title, url, done, hint) in enumerate(steps)
    ]
    return render(request, "office/desk/setup.html", {"tasks": tasks})
