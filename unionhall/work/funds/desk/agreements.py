"""Agreements at the desk: what was signed, what was delivered, accepted and paid."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.lib import dates
from unionhall.shell import doors
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.funds import forms, registry
from unionhall.work.funds.actions import agreements as acts
from unionhall.work.funds.queries import browse


@doors.page(permission="funds.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """The agreements of a unit and those below, and the form that registers the next."""
    unit = unit_of(request)
    may = permissions.may(request.person, "funds.agree", at=unit)
    initial = {"signed_on": dates.today(), "programme": request.GET.get("programme", "")}
    form = forms.AgreementForm(request.POST or None, programmes=browse.programmes_of(), initial=initial)
    if request.method == "POST" and form.is_valid():
        new = acts.NewAgreement(**form.cleaned_data)
        made = doors.attempt(form, lambda: acts.sign(organization=unit, new=new, by=request.person))
        if made is not None:
            doors.told(request, _("The agreement is registered."))
            return doors.go(request, "funds:desk-agreement", made.pk)
    page = page_of(request, browse.agreements(request.person, unit))
    rows = [{"agreement": one, "kind": registry.AGREEMENTS[one.kind]} for one in page.rows]
    return render(request, "funds/desk/agreements.html", {"page": page, "rows": rows, "form": form if may else None, "unit": unit})


@doors.page(permission="funds.see", methods=("GET", "POST"))
def agreement(request: Request, id: int) -> HttpResponse:
    """One agreement with its steps and its money; the next step."""
    one = browse.agreement(request.person, id)
    may = permissions.may(request.person, "funds.agree", at=one.organization)
    form = forms.StepForm(request.POST or None, kind=one.kind)
    if request.method == "POST" and form.is_valid():
        done = doors.attempt(form, lambda: acts.take_step(agreement_id=id, by=request.person, **form.cleaned_data))
        if done is not None:
            doors.told(request, _("The step is noted."))
            return doors.go(request, "funds:desk-agreement", id)
    context = {
        "agreement": one,
        "kind": registry.AGREEMENTS[one.kind],
        "steps": [(step, registry.STEPS[step.step]) for step in one.steps.all()],
        "movements": [(each, registry.STAGES[each.stage]) for each in browse.of_agreement(request.person, one)],
        "form": form if may else None,
    }
    return render(request, "funds/desk/agreement.html", context)
