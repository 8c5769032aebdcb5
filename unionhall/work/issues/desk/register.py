"""Registering issues: one by a form, many by a pasted block; correcting one, and giving it one more source."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.flows.actions import once as once_only
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib import rowid
from unionhall.shell import doors
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.issues import access, forms, registry
from unionhall.work.issues.actions import bulk, lists
from unionhall.work.issues.actions import register as registering
from unionhall.work.issues.queries import browse, kinds, report


def open_lists(request: Request) -> Any:
    """The lists that an issue of the chosen unit may be put on."""
    return access.lists_for(request.person, "issues.report").filter(closed_on=None)


@doors.page(permission="issues.report", methods=("GET", "POST"))
def register(request: Request) -> HttpResponse:
    """One issue. Asked twice with the same key (a double click), it is registered once."""
    unit = unit_of(request)
    asked = ("list", "programme", "recurrence_of", "title", "kind")
    initial = {"once": str(uuid.uuid4()), **{name: request.GET[name] for name in asked if name in request.GET}}
    served, lists_here = report.programmes_of(), open_lists(request)
    form = forms.RegisterForm(
        request.POST or None,
        known=kinds.names(unit),
        lists=lists_here,
        programmes=served,
        people=browse.namable(request.person),
        initial=initial,
    )
    own = own_fields(request, unit)
    if request.method == "POST" and form.is_valid() and (own is None or own.is_valid()):
        given = {**form.cleaned_data, "custom": own.cleaned_data if own is not None else {}}
        done = doors.attempt(form, lambda: _once(request, given, lambda: _register(request, unit, given)))
        if done is not None:
            doors.told(request, _("%(reference)s was registered.") % {"reference": done["reference"]})
            if request.POST.get("another") == "1":
                return doors.go(request, "issues:desk-register")
            return doors.go(request, "issues:desk-issue", done["id"])
    title = str(form["title"].value() or "")
    context = {
        "form": form,
        "own": own,
        "unit": unit,
        "similar": browse.similar(request.person, title, kind="", at=unit) if title else [],
    }
    refused = own is not None and own.is_bound and not own.is_valid()
    return render(request, "issues/desk/register.html", context, status=422 if refused else 200)


def own_fields(request: Request, unit: Any) -> Any:
    """The form of the fields that staff added to the programme of the chosen list, or to the chosen programme; None without any."""
    asked = request.POST if request.method == "POST" else request.GET
    listed, code = asked.get("list", ""), asked.get("programme", "")
    key = rowid.read(listed)
    onto = open_lists(request).filter(pk=key).first() if key else None
    programme = onto.programme if onto is not None and onto.programme is not None else None
    if programme is None and code:
        programme = report.programmes_of().filter(code=code).first()
    if programme is None:
        return None
    form = programmes.fields_form(programme, unit, request.POST if request.method == "POST" else None)
    return form if form.fields else None


@doors.fragment(permission="issues.report")
def own(request: Request) -> HttpResponse:
    """The own fields of the programme that was just chosen."""
    return render(request, "issues/desk/_own.html", {"own": own_fields(request, unit_of(request))})


def _register(request: Request, unit: Any, given: dict[str, Any]) -> dict[str, Any]:
    new = registering.NewIssue(
        **{
            name: given[name]
            for name in (
                "title",
                "kind",
                "found_on",
                "source",
                "grade",
                "details",
                "example",
                "number",
                "area",
                "concerns",
                "recurrence_of",
                "custom",
            )
        },
        # a list brings its own programme
        programme=None if given["list"] is not None and given["list"].programme is not None else given["programme"],
    )
    made = registering.register(organization=unit, new=new, onto=given["list"], by=request.person)
    return {"id": made.pk, "reference": made.reference}


def _once(request: Request, given: dict[str, Any], act: Any) -> Any:
    key = given.pop("once", "") or str(uuid.uuid4())
    plain = {name: str(getattr(value, "pk", value)) for name, value in given.items()}
    return once_only.once(request.person, f"issues.register:{key[:100]}", once_only.digest_of(plain), act)


@doors.page(permission="issues.report", methods=("GET", "POST"))
def rows(request: Request) -> HttpResponse:
    """Many issues at once, pasted from a spreadsheet: all or none."""
    unit = unit_of(request)
    initial = {"once": str(uuid.uuid4()), "list": request.GET.get("list")}
    form = forms.RowsForm(request.POST or None, lists=open_lists(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = doors.attempt(form, lambda: _once(request, given, lambda: _paste(request, given)))
        if done is not None:
            doors.told(request, _("%(count)s issues were registered.") % {"count": done["count"]})
            return doors.go(request, f"/issues/?list={done['list']}")
    return render(
        request, "issues/desk/rows.html", {"form": form, "unit": unit, "kinds": kinds.names(unit), "grades": registry.GRADES}
    )


def _paste(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    onto = given["list"]
    made = bulk.register_rows(organization=onto.organization, block=given["rows"], onto=onto, by=request.person)
    return {"count": len(made), "list": onto.pk}


@doors.fragment(permission="issues.report")
def similar(request: Request) -> HttpResponse:
    """Earlier issues like the title being typed."""
    like = browse.similar(request.person, request.GET.get("title", "")[:200], kind="", at=unit_of(request))
    return render(request, "issues/desk/_similar.html", {"similar": like})


@doors.page(permission="issues.report", methods=("GET", "POST"))
def correct(request: Request, id: int) -> HttpResponse:
    """Mend the words or the kind of an issue."""
    one = browse.issue(request.person, id)
    initial = {"title": one.title, "details": one.details, "example": one.example, "kind": one.kind}
    form = forms.CorrectForm(request.POST or None, known=kinds.names(one.organization), initial=initial)
    if request.method == "POST" and form.is_valid():
        mended = doors.attempt(form, lambda: registering.correct(issue_id=id, by=request.person, **form.cleaned_data))
        if mended is not None:
            doors.told(request, _("%(reference)s was corrected.") % {"reference": one.reference})
            return doors.go(request, "issues:desk-issue", id)
    return render(request, "issues/desk/correct.html", {"issue": one, "form": form})


@doors.page(permission="issues.report", methods=("GET", "POST"))
def source(request: Request, id: int) -> HttpResponse:
    """Put an issue on one more list."""
    one = browse.issue(request.person, id)
    form = forms.SourceForm(request.POST or None, lists=open_lists(request).exclude(listings__issue=one))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        added = doors.attempt(
            form, lambda: lists.add_source(issue_id=id, list_id=given["list"].pk, number=given["number"], by=request.person)
        )
        if added is not None:
            doors.told(request, _("%(reference)s has one more source.") % {"reference": one.reference})
            return doors.go(request, "issues:desk-issue", id)
    return render(request, "issues/desk/source.html", {"issue": one, "form": form})
