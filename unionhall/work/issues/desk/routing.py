"""The routing table, and the view of the cells that nobody is named for."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.shell import doors
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.issues import access, forms, registry
from unionhall.work.issues.actions import routing as acts
from unionhall.work.issues.queries import kinds, routing


@doors.page(permission="issues.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """The table, and the form for one line."""
    unit = unit_of(request)
    names = kinds.names(unit)
    form = forms.RouteForm(request.POST or None, known=names, initial={"area": unit.pk})
    if request.method == "POST" and form.is_valid():
        line = doors.attempt(form, lambda: acts.set_route(by=request.person, **form.cleaned_data))
        if line is not None:
            doors.told(request, _("The line was set."))
            return doors.go(request, "issues:desk-routing")
    shown = access.routes_for(request.person).order_by("org_path", "kind", "grade", "-since")
    if request.GET.get("past") != "1":
        shown = shown.filter(until=None)
    page = page_of(request, shown)
    rows = [{"route": one, "kind": names.get(one.kind, one.kind), "grade": registry.GRADES.get(one.grade)} for one in page.rows]
    return render(request, "issues/desk/routing.html", {"form": form, "page": page, "rows": rows})


@doors.page(permission="issues.route", methods=("POST",))
def end(request: Request, id: int) -> HttpResponse:
    """Take a line out of the table from tomorrow's issues on."""
    acts.end_route(route_id=id, by=request.person)
    doors.told(request, _("The line was taken out."))
    return doors.go(request, "issues:desk-routing")


@doors.page(permission="issues.see")
def coverage(request: Request) -> HttpResponse:
    """Kinds by grades of the chosen unit: who gets them, and which cells are empty."""
    unit = unit_of(request)
    covered = routing.coverage(unit)
    width = len(registry.GRADES)
    table = [covered.cells[place : place + width] for place in range(0, len(covered.cells), width)]
    context = {"coverage": covered, "table": table, "grades": registry.GRADES, "uncovered": routing.uncovered_areas(unit)}
    return render(request, "issues/desk/coverage.html", context)
