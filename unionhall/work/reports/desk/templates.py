"""Templates on screen: the list, the editor with its preview, the ready ones."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.shell import doors
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.reports import access, forms, registry
from unionhall.work.reports.actions import templates as acts
from unionhall.work.reports.queries import compose, ready
from unionhall.work.reports.queries.compose import Frame


@doors.page(permission="reports.see")
def index(request: Request) -> HttpResponse:
    """Own templates and the ready ones."""
    rows = [(one, registry.KINDS[one.kind]) for one in access.templates_for(request.person)]
    return render(request, "reports/desk/templates.html", {"rows": rows, "ready": list(ready.texts().values())})


@doors.page(permission="reports.define", methods=("GET", "POST"))
def new(request: Request) -> HttpResponse:
    """A new template, perhaps begun from a ready one."""
    begun = ready.texts().get(request.GET.get("from", ""))
    initial = {"name": str(begun.name), "kind": begun.kind, "body": begun.body} if begun else {"kind": "other"}
    form = forms.TemplateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = doors.attempt(
            form,
            lambda: acts.add(
                organization=request.unit, name=given["name"], kind=given["kind"], body=given["body"], by=request.person
            ),
        )
        if made is not None:
            doors.told(request, _("The template is saved."))
            return doors.go(request, "reports:desk-template", made.pk)
    return render(request, "reports/desk/template.html", {"form": form, "template": None, **_preview(request, form)})


@doors.page(permission="reports.define", methods=("GET", "POST"))
def template(request: Request, id: int) -> HttpResponse:
    """Change a template, with what it reads like beside it."""
    one = access.one_to_change(access.templates_for(request.person), request.person, id, to=access.DEFINE)
    initial = {"name": one.name, "kind": one.kind, "body": one.body, "version": one.version}
    form = forms.TemplateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = doors.attempt(
            form,
            lambda: acts.change(
                template_id=id, name=given["name"], kind=given["kind"], body=given["body"], version=given["version"] or 0,
                by=request.person,
            ),
        )  # fmt: skip
        if done is not None:
            doors.told(request, _("The template is saved."))
            return doors.go(request, "reports:desk-template", id)
    context = {"form": form, "template": one, "theirs": _theirs(request, id, form) if form.is_bound else None}
    return render(request, "reports/desk/template.html", {**context, **_preview(request, form)})


def _theirs(request: Request, id: int, form: forms.TemplateForm) -> Any:
    """The template as somebody else saved it meanwhile; saved again, the form goes on from there. None where nobody did."""
    now = access.one(access.templates_for(request.person).select_related("updated_by"), id)
    if form.cleaned_data.get("version") == now.version:
        return None
    forms.go_on_from(form, now.version)
    return now


@doors.page(permission="reports.define", methods=("POST",))
def retire(request: Request, id: int) -> HttpResponse:
    """Offer a template no more."""
    acts.retire(template_id=id, by=request.person)
    doors.told(request, _("The template is offered no more."))
    return doors.go(request, "reports:desk-templates")


@doors.fragment(permission="reports.define", methods=("POST",))
def preview(request: Request) -> HttpResponse:
    """What a template reads like now, for this year and the chosen unit; a mistake with its line."""
    return render(request, "reports/desk/_preview.html", _read(request, request.POST.get("body", "")))


def _preview(request: Request, form: Any) -> dict[str, Any]:
    return _read(request, str(form["body"].value() or ""))


def _read(request: Request, body: str) -> dict[str, Any]:
    today = dates.today()
    if request.unit is None or not body.strip():
        return {"paragraphs": [], "mistake": ""}
    try:
        if missing := compose.unknown(body):
            raise acts.unknown_indicator(missing[0])
        programme = programmes.programmes(request.unit).first()
        frame = Frame(request.unit, Window(today.replace(month=1, day=1), today), None if programme is None else programme)
        return {"paragraphs": compose.compose(body, Frame(frame.unit, frame.window)).paragraphs, "mistake": ""}
    except Refused as refusal:
        return {"paragraphs": [], "mistake": str(refusal)}
