"""The first run: what is still to be done before a federation can work, derived from what is there."""

import csv
import io

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.organizations import actions
from unionhall.shell import doors, download
from unionhall.shell.components import TaskLine
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office import access
from unionhall.work.office.forms.setup import UnitsFile
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
            reverse("office:setup-units"),
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


@doors.page(permission="organizations.import", methods=("GET", "POST"))
def import_units(request: Request) -> HttpResponse:
    """Upload a sheet, see what would happen row by row, and only then let it in: all rows or none."""
    unit = access.unit(request.person, request.unit.pk, to="organizations.import")
    checked = request.POST.get("checked", "")
    if request.method == "POST" and checked:
        receipt = actions.import_rows(queries.opened(checked), under=unit, by=request.person)
        if not receipt.errors:
            counts = {"new": receipt.new, "changed": receipt.changed, "same": receipt.same}
            doors.told(request, _("Imported: %(new)s new, %(changed)s changed, %(same)s unchanged.") % counts)
            return doors.go(request, "office:units")
    form = UnitsFile(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "unit": unit}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        rows = doors.attempt(form, lambda: queries.read_units(upload.name, upload.read()))
        if rows is not None:
            receipt = actions.import_rows(rows, under=unit, by=request.person, dry_run=True)
            faults = [(fault, queries.column_name(fault.column)) for fault in receipt.errors[:200]]
            context |= {"receipt": receipt, "faults": faults, "checked": "" if receipt.errors else queries.sealed(rows)}
    return render(request, "office/desk/setup_units.html", context)


@doors.page(permission="organizations.import")
def units_template(request: Request) -> HttpResponse:
    """The headings of the sheet, ready to be filled in."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow(queries.template())
    return download.attachment(_("Template for units") + ".csv", out.getvalue().encode("utf-8-sig"))
