"""The accounts of units at the desk: which is in force, and setting one."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.shell import doors
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.grants import forms
from unionhall.work.grants.actions import accounts as acts
from unionhall.work.grants.queries import browse


@doors.page(permission="grants.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """Every account in scope; a form sets that of the unit or of one below."""
    unit = unit_of(request)
    form = forms.UnitAccountForm(request.POST if request.method == "POST" else None, initial={"name": unit.name, "unit": unit.pk})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        whose = given.pop("unit")
        if doors.attempt(form, lambda: acts.set_account(organization=whose, by=request.person, **given)):
            doors.told(request, _("The account of %(name)s is set.") % {"name": whose.name})
            return doors.go(request, "grants:desk-accounts")
    context = {
        "unit": unit,
        "form": form,
        "page": page_of(request, browse.accounts(request.person)),
        "may_set": permissions.may(request.person, "grants.prepare", at=unit),
    }
    return render(request, "grants/desk/accounts.html", context)
