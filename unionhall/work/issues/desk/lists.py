"""The lists that issues stand on."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.shell import doors
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.issues import access, forms, registry
from unionhall.work.issues.actions import lists as listing
from unionhall.work.issues.queries import lists as list_queries
from unionhall.work.issues.queries import report


@doors.page(permission="issues.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """Every list in scope with its counts, and the form for a new one."""
    programmes = report.programmes_of()
    form = forms.ListForm(request.POST or None, programmes=programmes)
    if request.method == "POST" and form.is_valid():
        unit = unit_of(request)
        opened = doors.attempt(form, lambda: listing.open_list(organization=unit, by=request.person, **form.cleaned_data))
        if opened is not None:
            doors.told(request, _("The list %(name)s was opened.") % {"name": opened.name})
            return doors.go(request, "issues:desk-lists")
    page = page_of(request, list_queries.counted(access.lists_for(request.person)))
    rows = [
        {"list": one, "source": registry.SOURCES.get(one.source, one.source), "manner": registry.MANNERS.get(one.manner)}
        for one in page.rows
    ]
    return render(request, "issues/desk/lists.html", {"form": form, "page": page, "rows": rows})


@doors.page(permission="issues.dispatch", methods=("POST",))
def close(request: Request, id: int) -> HttpResponse:
    """Close a list to further issues."""
    closed = listing.close_list(list_id=id, by=request.person)
    doors.told(request, _("The list %(name)s was closed.") % {"name": closed.name})
    return doors.go(request, "issues:desk-lists")
