"""Visits at the desk: the list, registering one, one visit whole, and taking it back."""

import uuid
from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.exchange.actions import export_table
from unionhall.kernel.files import actions as files
from unionhall.kernel.flows.actions import once as once_only
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib import dates
from unionhall.shell import doors, download
from unionhall.shell.paging import order_of, page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.campaigns import registry
from unionhall.work.campaigns.actions import visits
from unionhall.work.campaigns.forms import visits as forms
from unionhall.work.campaigns.queries import browse, places

SORTS = {"day": ("-day", "-id"), "unit": ("org_path", "-day"), "new": ("-id",)}


def chosen(request: Request) -> tuple[forms.VisitFilter, browse.Filters]:
    """The filter form of this address and what it asks for."""
    form = forms.VisitFilter(request.GET, programmes=browse.programmes_of())
    form.is_valid()
    return form, browse.filters_of(form.cleaned_data)


@doors.page(permission="campaigns.see")
def index(request: Request) -> HttpResponse:
    """The list of visits."""
    form, filters = chosen(request)
    found = browse.visits(request.person, filters).order_by(*order_of(request, SORTS, "day"))
    page = page_of(request, found)
    told = browse.told(page.rows)
    context = {
        "form": form,
        "page": page,
        "rows": [{**told.get(one.pk, {}), "visit": one} for one in page.rows],
        "filtered": filters != browse.Filters(),
        "query": request.GET.urlencode(),
    }
    return render(request, "campaigns/desk/visits.html", context, fragment="rows")


@doors.page(permission="campaigns.see")
def export(request: Request) -> HttpResponse:
    """The list as it is filtered, with a sheet that says what it is."""
    kind: export_table.Format = "csv" if request.GET.get("format") == "csv" else "xlsx"
    form, _filters = chosen(request)
    filters = {name: str(getattr(value, "pk", value)) for name, value in form.cleaned_data.items() if value}
    if programme := form.cleaned_data.get("programme"):
        filters["programme"] = programme.code
    made = export_table.export_table(code="campaigns.visits", by=request.person, at=unit_of(request), filters=filters, form=kind)
    return download.attachment(f"visits.{kind}", made.content)


@doors.page(permission="campaigns.visit", methods=("GET", "POST"))
def register(request: Request) -> HttpResponse:
    """One visit. Sent twice with the same key (a double click), it is registered once."""
    unit = unit_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    served = browse.programmes_of()
    programme = served.filter(code=asked.get("programme", "")).first()
    initial = {"once": str(uuid.uuid4()), "day": dates.today(), "heads": 1, "programme": programme, "theme": asked.get("theme")}
    form = forms.VisitForm(
        request.POST or None,
        request.FILES or None,
        programmes=served,
        forms_known=places.forms_of(programme) if programme else places.form_names(),
        recipients=places.recipients_of(programme) if programme else registry.RECIPIENTS,
        teams=browse.teams(request.person, unit),
        people=browse.namable(request.person),
        initial=initial,
    )
    own = programmes.fields_form(programme, unit, request.POST or None) if programme else None
    own = own if own is not None and own.fields else None
    if request.method == "POST" and form.is_valid() and (own is None or own.is_valid()):
        given = {**form.cleaned_data, "custom": own.cleaned_data if own is not None else {}}
        done = doors.attempt(form, lambda: _once(request, unit, given))
        if done is not None:
            doors.told(request, _("The visit was registered."))
            if request.POST.get("another") == "1":
                return doors.go(request, f"/campaigns/visits/register/?programme={given['programme'].code}&theme={given['theme']}")
            return doors.go(request, "campaigns:desk-visit", done["id"])
    refused = own is not None and own.is_bound and not own.is_valid()
    context = {"form": form, "own": own, "unit": unit, "programme_name": programme.name if programme else ""}
    return render(request, "campaigns/desk/register.html", context, status=422 if refused else 200)


def _once(request: Request, unit: Any, given: dict[str, Any]) -> Any:
    key = given.pop("once", "") or str(uuid.uuid4())
    plain = {name: str(getattr(value, "pk", value)) for name, value in given.items() if name != "photo"}
    return once_only.once(
        request.person, f"campaigns.visit:{key[:100]}", once_only.digest_of(plain), lambda: _register(request, unit, given)
    )


def _register(request: Request, unit: Any, given: dict[str, Any]) -> dict[str, Any]:
    names = ("programme", "day", "form", "theme", "team", "visitors", "notes", "custom", "stops")
    new = visits.NewVisit(**{name: given[name] for name in names})
    made = visits.register_visit(organization=unit, new=new, by=request.person)
    if given["photo"]:
        files.attach(made, given["photo"], by=request.person, kind="photo")
    return {"id": made.pk}


@doors.page(permission="campaigns.see")
def visit(request: Request, id: int) -> HttpResponse:
    """One visit with its stops, its photos and what it counted."""
    one = browse.visit(request.person, id)
    context = {
        "visit": one,
        "stops": [
            (stop, registry.RECIPIENTS[stop.recipient], browse.may_open(request.person, stop.person))
            for stop in browse.stops_of(one)
        ],
        "form_name": places.forms_of(one.programme).get(one.form, ""),
        "files": browse.files_of(one),
        "own": browse.own_values(one),
        "reason": forms.ReasonForm(),
    }
    return render(request, "campaigns/desk/visit.html", context)


@doors.page(permission="campaigns.visit", methods=("POST",))
def withdraw(request: Request, id: int) -> HttpResponse:
    """Take a visit out of every figure, with a reason."""
    form = forms.ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    visits.withdraw_visit(visit_id=id, reason=reason, by=request.person)
    doors.told(request, _("The visit was withdrawn; it no longer counts."))
    return doors.go(request, "campaigns:desk-visit", id)


@doors.page(permission="campaigns.see")
def photo(request: Request, id: int, file: int) -> FileResponse:
    """One file of a visit; the opening is noted."""
    browse.visit(request.person, id)
    opened = files.open_for(request.person, file)
    return download.stored(opened.content, name=opened.name, content_type=opened.content_type, size=opened.size)
