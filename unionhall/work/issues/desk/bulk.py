"""One act on the selected rows of the list: shown with the exact number and three names first, then done with true counts."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.shell import doors
from unionhall.shell.bulk import Selection, require_some
from unionhall.shell.components import Confirm
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.issues import forms
from unionhall.work.issues.actions import bulk
from unionhall.work.issues.desk.overview import chosen
from unionhall.work.issues.queries import browse

SAMPLES = 3


def _selected(request: Request) -> tuple[Selection, Any]:
    selection = Selection.of(request)
    _form, filters = chosen(request)
    found = selection.within(browse.issues(request.person, filters))
    require_some(selection, found[:1].count(), _("Select at least one row."))
    return selection, found


def _confirm(selection: Selection, found: Any, title: object, form: Any = None) -> Confirm:
    return Confirm(
        title=title,
        sentence=_("This is done to:"),
        button=title,
        back=reverse("issues:desk-list"),
        count=found.count(),
        unit=_("issues"),
        samples=[str(one) for one in found[:SAMPLES]],
        hidden=selection.hidden(),
        form=form,
    )


@doors.page(permission="issues.dispatch", methods=("POST",))
def dispatch(request: Request) -> HttpResponse:
    """Choose the unit for all selected issues, or leave each to its suggested one; then dispatch."""
    selection, found = _selected(request)
    sent = request.POST.get("confirmed") == "1"
    form = forms.BulkDispatchForm(request.POST if sent else None)
    if sent and form.is_valid():
        outcome = bulk.dispatch_many(found, by=request.person, **form.cleaned_data)
        return _result(request, _("Dispatch"), outcome)
    return render(request, "shell/confirm.html", {"confirm": _confirm(selection, found, _("Dispatch"), form), "form": form})


def _run(request: Request, title: object, run: Callable[..., Any]) -> HttpResponse:
    selection, found = _selected(request)
    if request.POST.get("confirmed") == "1":
        return _result(request, title, run(found, by=request.person))
    return render(request, "shell/confirm.html", {"confirm": _confirm(selection, found, title)})


@doors.page(permission="issues.supervise", methods=("POST",))
def chase(request: Request) -> HttpResponse:
    """Chase the selected issues (一键催办)."""
    return _run(request, _("Chase"), bulk.chase_many)


@doors.page(permission="issues.supervise", methods=("POST",))
def supervise(request: Request) -> HttpResponse:
    """Put the selected issues under supervision."""
    return _run(request, _("Supervise"), bulk.supervise_many)


@doors.page(permission="issues.write_off", methods=("POST",))
def write_off(request: Request) -> HttpResponse:
    """Write the selected issues off."""
    return _run(request, _("Write off"), bulk.write_off_many)


def _result(request: Request, title: object, outcome: Any) -> HttpResponse:
    return render(request, "issues/desk/outcome.html", {"title": title, "outcome": outcome})
