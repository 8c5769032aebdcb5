"""The QR codes of unions: the list, a new one, a poster to print, withdrawing."""

import segno
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.shell import doors, search
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.membership import forms
from unionhall.work.membership.actions import codes
from unionhall.work.membership.queries import codes as queries
from unionhall.work.membership.queries import programmes


@doors.page(permission="membership.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """Every code in scope with how many applied by it, and the form for a new one of the chosen unit."""
    form = forms.CodeForm(request.POST or None, programmes=programmes.served())
    if request.method == "POST" and form.is_valid():
        unit = unit_of(request)
        made = doors.attempt(form, lambda: codes.issue(organization=unit, by=request.person, **form.cleaned_data))
        if made is not None:
            doors.told(request, _("The code was made. Print its poster."))
            return doors.go(request, "membership:desk-poster", made.pk)
    page = page_of(request, queries.listed(request.person).order_by("-id"))
    return render(
        request, "membership/desk/codes.html", {"form": form, "page": page, "rows": list(page.rows), "unit": request.unit}
    )


@doors.page(permission="membership.codes", methods=("POST",))
def below(request: Request) -> HttpResponse:
    """Open joining by code at every union of the chosen unit."""
    form = forms.CodeForm(request.POST, programmes=programmes.served())
    form.is_valid()
    made = codes.issue_below(organization=unit_of(request), by=request.person, programme=form.cleaned_data.get("programme"))
    doors.told(request, _("%(count)s unions got a code.") % {"count": made})
    return doors.go(request, "membership:desk-codes")


@doors.page(permission="membership.codes", methods=("POST",))
def revoke(request: Request, id: int) -> HttpResponse:
    """Withdraw a code."""
    codes.revoke(code_id=id, by=request.person)
    doors.told(request, _("The code was withdrawn."))
    return doors.go(request, "membership:desk-codes")


@doors.page(permission="membership.see")
def poster(request: Request, id: int) -> HttpResponse:
    """The poster of a code: the union, the square, the address in words, how long it serves."""
    code = queries.one(request.person, id)
    url = request.build_absolute_uri(reverse("membership:hall-join", args=[code.token]))
    square = segno.make(url, error="m", micro=False)
    context = {"code": code, "url": url, "square": square.svg_data_uri(scale=8, border=2), "unit": code.organization}
    return render(request, "membership/desk/poster.html", context)


@doors.page(permission="membership.see")
def of_opening(request: Request, id: int) -> HttpResponse:
    """From a union among those that should be open, which a figure counted, to the union's page."""
    return doors.go(request, search.address("organizations.organization", queries.union_listed(request.person, id)))
