"""Budget lines at the desk: what may be spent, what is promised, what is left."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.lib import dates
from unionhall.shell import doors, search
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.funds import forms, registry
from unionhall.work.funds.actions import lines as acts
from unionhall.work.funds.queries import browse, drawn


@doors.page(permission="funds.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """The lines of a unit and those below, and the form that opens the next."""
    unit = unit_of(request)
    may = permissions.may(request.person, "funds.budget", at=unit)
    form = forms.LineForm(request.POST or None, programmes=browse.programmes_of(), initial={"year": dates.today().year})
    if request.method == "POST" and form.is_valid():
        made = doors.attempt(form, lambda: acts.open_line(organization=unit, by=request.person, **form.cleaned_data))
        if made is not None:
            doors.told(request, _("The line is open."))
            return doors.go(request, "funds:desk-line", made.pk)
    asked = browse.filters_of({"year": request.GET.get("year")}).year
    page = page_of(request, browse.lines(request.person, unit, asked))
    rows = [{"line": one, "source": registry.SOURCES[one.source], "purpose": registry.PURPOSES[one.purpose]} for one in page.rows]
    return render(request, "funds/desk/lines.html", {"page": page, "rows": rows, "form": form if may else None, "unit": unit})


@doors.page(permission="funds.see", methods=("GET", "POST"))
def line(request: Request, id: int) -> HttpResponse:
    """One line with what draws on it; another ceiling with its reason."""
    one = browse.line(request.person, id)
    may = permissions.may(request.person, "funds.budget", at=one.organization)
    form = forms.CeilingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = doors.attempt(form, lambda: acts.set_ceiling(line_id=id, by=request.person, **form.cleaned_data))
        if done is not None:
            doors.told(request, _("The ceiling was changed."))
            return doors.go(request, "funds:desk-line", id)
    context = {
        "line": one,
        "source": registry.SOURCES[one.source],
        "purpose": registry.PURPOSES[one.purpose],
        "draws": (page := page_of(request, drawn.draws(one, request.GET.get("state", "")))),
        "rows": [{"drawn": row, "url": search.address(row.kind, row.number)} for row in drawn.named(page.rows)],
        "form": form if may else None,
    }
    return render(request, "funds/desk/line.html", context)
