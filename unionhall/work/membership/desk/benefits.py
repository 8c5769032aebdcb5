"""Benefits at the desk: the offers, a new one, withdrawing, and checking off a claim."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.lib import dates, masking
from unionhall.shell import doors
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.membership import forms, registry
from unionhall.work.membership.actions import benefits
from unionhall.work.membership.queries import programmes, upkeep


@doors.page(permission="membership.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """The offers in scope, and the form for a new one of the chosen unit."""
    today = dates.today()
    form = forms.BenefitForm(request.POST or None, initial={"opens_on": today, "closes_on": today})
    if request.method == "POST" and form.is_valid():
        programme = programmes.served().filter(code="member_welfare").first()
        made = doors.attempt(
            form,
            lambda: benefits.open_benefit(
                organization=unit_of(request), by=request.person, programme=programme, **form.cleaned_data
            ),
        )
        if made is not None:
            doors.told(request, _("The benefit is open."))
            return doors.go(request, "membership:desk-benefits")
    page = page_of(request, upkeep.benefits(request.person), one="claims__pk")
    rows = [
        {"one": one, "kind": registry.BENEFIT_KINDS.get(one.kind, one.kind), "left": one.quota - one.claimed} for one in page.rows
    ]
    return render(request, "membership/desk/benefits.html", {"form": form, "page": page, "rows": rows})


@doors.page(permission="membership.benefits", methods=("POST",))
def withdraw(request: Request, id: int) -> HttpResponse:
    """Take an offer back."""
    benefits.withdraw(benefit_id=id, by=request.person)
    doors.told(request, _("The benefit was withdrawn."))
    return doors.go(request, "membership:desk-benefits")


@doors.page(permission="membership.benefits", methods=("GET", "POST"))
def use(request: Request) -> HttpResponse:
    """Check off a claim by its code."""
    form = forms.UseForm(request.POST or None)
    used = None
    if request.method == "POST" and form.is_valid():
        used = doors.attempt(form, lambda: benefits.use(organization=unit_of(request), by=request.person, **form.cleaned_data))
    said = (used.benefit.title, masking.name(used.person.name)) if used is not None else None
    return render(request, "membership/desk/use.html", {"form": form, "said": said})
