"""Rolls at the desk: who is a model worker or heads a studio, as long as no other room keeps them."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.shell import doors
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.grants import forms, registry
from unionhall.work.grants.actions import rolls as acts
from unionhall.work.grants.queries import browse


@doors.page(permission="grants.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """Who stands on the rolls, and the form that puts the next one on."""
    unit = unit_of(request)
    may = permissions.may(request.person, "grants.review", at=unit)
    form = forms.RollForm(request.POST or None, people=browse.namable(request.person))
    if request.method == "POST" and form.is_valid():
        done = doors.attempt(form, lambda: acts.put_on(organization=unit, by=request.person, **form.cleaned_data))
        if done is not None:
            doors.told(request, _("On the roll; the benefits of this standing can be applied for."))
            return doors.go(request, "grants:desk-rolls")
    page = page_of(request, browse.rolls(request.person))
    rows = [{"one": one, "roll": registry.ROLLS[one.kind]} for one in page.rows]
    context = {"page": page, "rows": rows, "form": form if may else None, "unit": unit, "may": may}
    return render(request, "grants/desk/rolls.html", context)


@doors.page(permission="grants.review", methods=("POST",))
def take_off(request: Request, id: int) -> HttpResponse:
    """Take somebody off a roll, with the reason."""
    form = forms.ReasonForm(request.POST)
    acts.take_off(roll_id=id, reason=form.cleaned_data["reason"] if form.is_valid() else "", by=request.person)
    doors.told(request, _("Taken off the roll."))
    return doors.go(request, "grants:desk-rolls")
