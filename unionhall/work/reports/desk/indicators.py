"""Indicators on screen: all of them, and the ones that staff define."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.ledger import registry as ledger
from unionhall.shell import doors
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.reports import access, forms, registry
from unionhall.work.reports.actions import defining as acts
from unionhall.work.reports.desk import addresses
from unionhall.work.reports.queries import indicators
from unionhall.work.reports.rules import defining


@doors.page(permission="reports.see")
def index(request: Request) -> HttpResponse:
    """Every indicator by name, with what counts; each opens its figure."""
    text = request.GET.get("q", "").strip()
    found = indicators.picked(request.person, text, most=10_000) if text else indicators.everything(request.person)
    page = page_of(request, found)
    unit = request.unit.pk if request.unit else ""
    rows = [
        (one, registry.FORMULAS[one.formula], addresses.records(one.code, unit=unit) if one.formula in registry.ON_BOOKS else "")
        for one in page.rows
    ]
    own = [(one, registry.FORMULAS[one.formula]) for one in indicators.own(request.person)]
    return render(request, "reports/desk/indicators.html", {"page": page, "rows": rows, "text": text, "own": own})


@doors.page(permission="reports.define", methods=("GET", "POST"))
def new(request: Request) -> HttpResponse:
    """Define an indicator."""
    return _form(request, None)


@doors.page(permission="reports.define", methods=("GET", "POST"))
def change(request: Request, id: int) -> HttpResponse:
    """The next version of an indicator."""
    found = access.one_to_change(access.definitions_for(request.person), request.person, id, to=access.DEFINE)
    return _form(request, found)


def _form(request: Request, one: Any) -> HttpResponse:
    facts = [(fact.code, f"{fact.name}（{fact.unit.text}）") for fact in ledger.facts()]
    initial = _initial(one) if one else {"formula": "sum"}
    form = forms.DefinitionForm(request.POST or None, initial=initial, facts=facts)
    if request.method == "POST" and form.is_valid():
        made = doors.attempt(form, lambda: _defined(request, one, form.cleaned_data))
        if made is not None:
            doors.told(request, _("%(name)s is defined, version %(n)d.") % {"name": made.name, "n": made.version})
            return doors.go(request, "reports:desk-indicators")
    return render(request, "reports/desk/definition.html", {"form": form, "definition": one})


def _initial(one: Any) -> dict[str, Any]:
    kept = {
        name: getattr(one, name) for name in ("slug", "formula", "facts", "above", "beneath", "floor", "floor_level", "own_level")
    }
    return kept | {
        "name": one.name_zh, "name_en": one.name_en, "counts": one.counts_zh, "filters": defining.written_filters(one.filters),
    }  # fmt: skip


def _defined(request: Request, one: Any, given: dict[str, Any]) -> Any:
    wanted = acts.Wanted(
        name_zh=given["name"],
        name_en=given["name_en"],
        counts_zh=given["counts"],
        formula=given["formula"],
        facts=given["facts"],
        filters=defining.read_filters(given["filters"]),
        above=given["above"],
        beneath=given["beneath"],
        floor=given["floor"],
        floor_level=given["floor_level"],
        own_level=given["own_level"],
    )
    at = one.organization if one else request.unit
    return acts.define(organization=at, slug=one.slug if one else given["slug"], wanted=wanted, by=request.person)


@doors.page(permission="reports.define", methods=("POST",))
def retire(request: Request, id: int) -> HttpResponse:
    """Offer an indicator no more."""
    acts.retire(definition_id=id, by=request.person)
    doors.told(request, _("The indicator is offered no more."))
    return doors.go(request, "reports:desk-indicators")
