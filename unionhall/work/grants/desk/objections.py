"""Objections and appeals at the desk, and what the public may read of a grant while it is posted."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.lib import dates
from unionhall.shell import doors
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.grants import forms, registry
from unionhall.work.grants.actions import objections as acts
from unionhall.work.grants.queries import browse


@doors.page(permission="grants.see")
def index(request: Request) -> HttpResponse:
    """The objections and appeals that lie with the units in reach, open ones first."""
    page = page_of(request, browse.objections(request.person))
    rows = [{"objection": one, "kind": registry.CASES[one.kind]} for one in page.rows]
    return render(request, "grants/desk/objections.html", {"page": page, "rows": rows})


@doors.page(permission="grants.see", methods=("GET", "POST"))
def objection(request: Request, id: int) -> HttpResponse:
    """One objection or appeal: what is said, about which grant, and the decision."""
    one = browse.objection(request.person, id)
    form = forms.DecideForm(request.POST if request.method == "POST" else None, initial={"version": one.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        upheld = given.pop("upheld") == "yes"
        done = doors.attempt(form, lambda: acts.decide(objection_id=id, upheld=upheld, by=request.person, **given))
        if done is not None:
            doors.told(request, _("Decided."))
            return doors.go(request, "grants:desk-objection", id)
    context = {
        "objection": one,
        "kind": registry.CASES[one.kind],
        "way": registry.WAYS[one.way],
        "form": form,
        "may_decide": one.state == "taken" and permissions.may(request.person, "grants.approve", at=one.organization),
        "sees": browse.sees(request.person, one.application),
    }
    return render(request, "grants/desk/objection.html", context)


@doors.page(public=True)
def public(request: Request, id: int) -> HttpResponse:
    """What a unit has posted today: masked names, unit, kind and amount, nothing else; each is gone after its last day."""
    unit, rows = browse.posted(id, dates.today())
    return render(request, "grants/desk/public.html", {"unit": unit, "rows": rows})
