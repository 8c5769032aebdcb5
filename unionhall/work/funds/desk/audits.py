"""Audits at the desk: planned, held, with findings that are corrected one by one."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.lib import dates
from unionhall.shell import doors
from unionhall.shell.forms import tidy
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.funds import access, forms
from unionhall.work.funds.actions import audits as acts
from unionhall.work.funds.queries import browse


@doors.page(permission="funds.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """The audits that a unit and those below it hold, and the form that plans the next."""
    unit = unit_of(request)
    may = permissions.may(request.person, "funds.audit", at=unit)
    form = forms.AuditForm(request.POST or None, programmes=browse.programmes_of(), initial={"planned_on": dates.today()})
    if request.method == "POST" and form.is_valid():
        made = doors.attempt(form, lambda: acts.plan(organization=unit, by=request.person, **form.cleaned_data))
        if made is not None:
            doors.told(request, _("The audit is planned."))
            return doors.go(request, "funds:desk-audit", made.pk)
    page = page_of(request, browse.audits(request.person, unit))
    return render(request, "funds/desk/audits.html", {"page": page, "form": form if may else None, "unit": unit})


@doors.page(permission="funds.see", methods=("GET", "POST"))
def audit(request: Request, id: int) -> HttpResponse:
    """One audit: its result, its findings, and what comes next."""
    one = browse.audit(request.person, id)
    may = permissions.may(request.person, "funds.audit", at=one.organization)
    what = request.POST.get("what", "")
    held = forms.HeldForm(request.POST if what == "held" else None, initial={"day": dates.today()})
    found = forms.FindingForm(request.POST if what == "found" else None)
    done: object | None = None
    word = ""
    if what == "held" and held.is_valid():
        done = doors.attempt(held, lambda: acts.hold(audit_id=id, by=request.person, **held.cleaned_data))
        word = _("The audit is held.")
    if what == "found" and found.is_valid():
        done = doors.attempt(found, lambda: acts.find(audit_id=id, by=request.person, **found.cleaned_data))
        word = _("The finding is noted; the unit was told.")
    if done is not None:
        doors.told(request, word)
        return doors.go(request, "funds:desk-audit", id)
    audited = list(browse.lines(request.person, one.unit, one.planned_on.year)[:20])
    context = {
        "audit": one,
        "vouchers": browse.address(unit=one.unit_id, year=one.planned_on.year),
        "lacking": browse.address(unit=one.unit_id, year=one.planned_on.year, lacking="on"),
        "lines": audited,
        "findings": list(one.findings.select_related("confirmed_by")),
        "held": held if may and one.held_on is None else None,
        "found": found if may else None,
        "form": held if what == "held" else found,
        "may": may,
    }
    return render(request, "funds/desk/audit.html", context)


@doors.page(permission="funds.audit", methods=("POST",))
def correct(request: Request, id: int, finding: int) -> HttpResponse:
    """Confirm the correction of one finding."""
    words = tidy(request.POST.get("correction", ""))
    acts.correct(audit_id=id, finding_id=finding, correction=words, by=request.person)
    doors.told(request, _("The correction is confirmed."))
    return doors.go(request, "funds:desk-audit", id)


@doors.page(permission="funds.see")
def of_finding(request: Request, id: int) -> HttpResponse:
    """From a finding that a figure counted to its audit."""
    return doors.go(request, "funds:desk-audit", permissions.key_of(access.audits_for(request.person).filter(findings__pk=id)))
