"""Programme homes: the catalogue by domain, one programme with its figures, editions, targets and own fields."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as access
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Scope, Unit
from unionhall.kernel.programmes import access as programme_access
from unionhall.kernel.programmes import actions
from unionhall.kernel.programmes import queries as kernel
from unionhall.lib import dates
from unionhall.shell import doors, paging
from unionhall.shell.components import Tab
from unionhall.shell.forms import offer
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office.forms import programmes as forms_of
from unionhall.work.office.queries import programmes as queries

SORTS: dict[str, str | tuple[str, ...]] = {"domain": ("domain", "position", "code"), "name": "name_zh"}


@doors.page(permission="programmes.see")
def programme_list(request: Request) -> HttpResponse:
    """Every programme of the house, by domain."""
    form = forms_of.ProgrammeFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = queries.catalogue(
        request.person, request.unit, domain=asked.get("domain", ""), text=asked.get("q", ""), running=asked.get("running", False)
    ).order_by(*paging.order_of(request, SORTS, "domain"))
    names = {domain.code: domain.name for domain in kernel.domains()}
    page = paging.page_of(request, rows, size=50)
    return render(request, "office/desk/programmes.html", {"page": page, "form": form, "domains": names}, fragment="rows")


@doors.page(permission="programmes.see")
def programme(request: Request, code: str) -> HttpResponse:
    """A programme's home: what it is, its edition's figures against targets, and what its rooms show."""
    found, runs = programme_access.programme_home(request.person, code, kernel.in_reach(request.unit))
    edition = queries.chosen(runs, request.GET.get("edition", ""), dates.today())
    scope = Scope(request.unit, below=request.GET.get("below", "1") != "0")
    counted = queries.figures(found, edition, scope)
    window = queries.window(edition)
    address = {"unit": scope.organization.pk, "below": int(scope.below), "since": window.start, "until": window.end}
    context = {
        "programme": found,
        "domain": kernel.domain(found.domain),
        "edition": edition,
        "window": window,
        "scope": scope,
        "tabs": [
            Tab(run.name, f"?{urlencode({'edition': run.pk, 'below': int(scope.below)})}", current=run == edition)
            for run in runs[:6]
        ],
        "counted": [(one, _address(one.code, {**address, "d.programme": found.code})) for one in counted if not one.detail],
        "details": [(one, _address(one.code, {**address, "d.programme": found.code})) for one in counted if one.detail],
        "may_manage": access.may(request.person, "programmes.manage", request.unit),
        "fields": kernel.custom_fields(found, request.unit),
    }
    return render(request, "office/desk/programme.html", context)


def _address(code: str, parameters: dict[str, Any]) -> str:
    return f"{reverse('office:figure', args=[code])}?{urlencode(parameters)}"


def _act(
    request: Request, code: str, form: forms.Form, title: str, button: str, act: Callable[[dict[str, Any]], Any], done: str
) -> HttpResponse:
    """A form about one programme: checked, done, told, and back to its home."""
    found = queries.programme(request.person, code)
    if request.method == "POST" and form.is_valid():
        doors.attempt(form, lambda: act(form.cleaned_data))
        if not form.errors:
            doors.told(request, done)
            return doors.go(request, "office:programme", found.code)
    context = {"programme": found, "form": form, "title": title, "button": button}
    return render(request, "office/desk/programme_form.html", context)


@doors.page(permission="programmes.manage", methods=("GET", "POST"))
def open_edition(request: Request, code: str) -> HttpResponse:
    """Open an edition; the window is proposed from the programme's season or cadence."""
    found = queries.programme(request.person, code)
    since, until = kernel.suggested_window(found)
    form = forms_of.EditionForm(request.POST or None, initial={"since": since, "until": until})
    return _act(
        request, code, form, _("Open an edition"), _("Open the edition"),
        lambda data: actions.open_edition(by=request.person, programme=found, organization=request.unit, **data),
        _("The edition is open."),
    )  # fmt: skip


def _edition(request: Request, code: str, id: int) -> Any:
    return queries.edition_to_change(request.person, queries.programme(request.person, code), id)


@doors.page(permission="programmes.manage", methods=("GET", "POST"))
def set_target(request: Request, code: str, edition: int) -> HttpResponse:
    """Set what an edition is to reach."""
    found = queries.programme(request.person, code)
    run = _edition(request, code, edition)
    form = forms_of.TargetForm(request.POST or None)
    offer(form, "indicator", [(one.code, one.name) for one in queries.indicators(found)])

    def act(data: dict[str, Any]) -> Any:
        one = ledger_registry.indicator(data["indicator"])
        unit = "percent" if one.unit is None else "yuan" if one.unit is Unit.CNY else one.unit.name.lower()
        return actions.set_target(run, by=request.person, unit=unit, **data)

    return _act(request, code, form, _("Set a target"), _("Set the target"), act, _("The target is set."))


@doors.page(permission="programmes.manage", methods=("GET", "POST"))
def close_edition(request: Request, code: str, edition: int) -> HttpResponse:
    """Close an edition; it can be reopened with a reason."""
    run = _edition(request, code, edition)
    form = forms_of.ReasonForm(request.POST or None)
    return _act(
        request, code, form, _("Close the edition"), _("Close the edition"),
        lambda data: actions.close_edition(run, by=request.person, reason=data["reason"]), _("The edition is closed."),
    )  # fmt: skip


@doors.page(permission="programmes.manage", methods=("GET", "POST"))
def reopen_edition(request: Request, code: str, edition: int) -> HttpResponse:
    """Take a closed edition up again."""
    run = _edition(request, code, edition)
    form = forms_of.ReasonForm(request.POST or None)
    return _act(
        request, code, form, _("Reopen the edition"), _("Reopen the edition"),
        lambda data: actions.reopen_edition(run, by=request.person, reason=data["reason"]), _("The edition is open again."),
    )  # fmt: skip


@doors.page(permission="programmes.design", methods=("GET", "POST"))
def add_programme(request: Request) -> HttpResponse:
    """Add an own programme without code; it counts from its first act."""
    form = forms_of.ProgrammeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = doors.attempt(form, lambda: actions.add_programme(by=request.person, organization=request.unit, **form.cleaned_data))
        if made is not None:
            doors.told(request, _("The programme has been added."))
            return doors.go(request, "office:programme", made.code)
    return render(
        request, "office/desk/programme_form.html", {"form": form, "title": _("New programme"), "button": _("Add the programme")}
    )


@doors.page(permission="programmes.design", methods=("GET", "POST"))
def add_field(request: Request, code: str) -> HttpResponse:
    """Add a field that this unit and everybody below fills in for a programme."""
    found = queries.programme(request.person, code)
    form = forms_of.FieldForm(request.POST or None)
    return _act(
        request, code, form, _("New field"), _("Add the field"),
        lambda data: actions.add_field(by=request.person, programme=found, organization=request.unit, **data),
        _("The field has been added; forms of this programme ask for it from now on."),
    )  # fmt: skip
