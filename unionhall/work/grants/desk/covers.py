"""The medical mutual aid at the desk: who is in it, and taking people in."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.programmes import queries as programmes
from unionhall.shell import doors
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.grants import forms
from unionhall.work.grants.actions import covers as acts
from unionhall.work.grants.queries import browse


@doors.page(permission="grants.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """Everybody who takes part, the newest first; a form takes a person in."""
    unit = unit_of(request)
    form = forms.JoinForm(request.POST if request.method == "POST" else None, people=browse.namable(request.person))
    if request.method == "POST" and form.is_valid():
        programme, given = programmes.programme(acts.MUTUAL_AID), form.cleaned_data
        if doors.attempt(form, lambda: acts.join(organization=unit, programme=programme, by=request.person, **given)):
            doors.told(request, _("%(name)s takes part.") % {"name": given["person"].name})
            return doors.go(request, "grants:desk-covers")
    context = {
        "unit": unit,
        "form": form,
        "page": page_of(request, browse.covers(request.person), one="pk"),
        "may_join": permissions.may(request.person, "grants.apply", at=unit),
    }
    return render(request, "grants/desk/covers.html", context)
