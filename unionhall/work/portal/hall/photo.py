"""Photos for a page at the desk, by a phone that read its square code: no sign-in, a quarter of an hour, adding only."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.files import actions as files
from unionhall.kernel.files import queries
from unionhall.shell import doors
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.portal.forms import PhotoForm


@doors.page(public=True, methods=("GET", "POST"))
def photo(request: Request, code: str) -> HttpResponse:
    """Take a photo and send it; the page at the desk shows it a moment later."""
    record, _by = files.read_phone_code(code)
    form = PhotoForm(request.POST, request.FILES) if request.method == "POST" else PhotoForm()
    taken = form.cleaned_data["photo"] if request.method == "POST" and form.is_valid() else None
    if taken and doors.attempt(form, lambda: files.add_by_phone(code, taken)) is not None:
        doors.told(request, _("The photo has arrived. Take the next one, or close this page."))
        return doors.go(request, request.path)
    context = {"form": form, "reference": record.reference, "count": queries.held_at(record).count}
    return render(request, "portal/hall/photo.html", context)
