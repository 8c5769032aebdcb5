"""Edition against edition at the desk."""

from django.http import HttpResponse

from unionhall.shell import doors
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.campaigns.forms import sessions as forms
from unionhall.work.campaigns.queries import browse
from unionhall.work.campaigns.queries import editions as queries


@doors.page(permission="campaigns.see")
def index(request: Request) -> HttpResponse:
    """The figures of one programme over its latest editions; each opens its records."""
    form = forms.EditionFilter(request.GET, programmes=browse.programmes_of())
    programme = form.cleaned_data.get("programme") if form.is_valid() else None
    found = queries.compared(request.person, programme, unit_of(request)) if programme else None
    told = {"code": programme.code, "name": programme.name} if programme else None
    context = {"form": form, "programme": told, "unit": unit_of(request), "found": found}
    return render(request, "campaigns/desk/editions.html", context)
