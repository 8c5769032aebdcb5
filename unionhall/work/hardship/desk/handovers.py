"""Files on their way between units: what waits to be taken, what was given away, and each with its answer."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.flows import queries as flows
from unionhall.shell import doors
from unionhall.shell.components import Event
from unionhall.shell.forms import WordsForm, unsaid
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.hardship import registry
from unionhall.work.hardship.actions import handover as acts
from unionhall.work.hardship.queries import handovers

ACTS: dict[str, tuple[Any, bool, Callable[..., Any]]] = {  # heading, whether the reason is asked, the act
    "take": (
        gettext_lazy("Take the file"),
        False,
        lambda by, one, given: acts.take(handover_id=one, by=by, **given),
    ),
    "decline": (gettext_lazy("Do not take it"), True, lambda by, one, given: acts.decline(handover_id=one, by=by, **given)),
    "call-back": (
        gettext_lazy("Call the offer back"),
        True,
        lambda by, one, given: acts.call_back(handover_id=one, by=by, **given),
    ),
}


@doors.page(permission="hardship.see")
def index(request: Request) -> HttpResponse:
    """The files that wait to be taken, then those that were taken, declined or called back."""
    return render(request, "hardship/desk/handovers.html", {"page": page_of(request, handovers.handovers(request.person))})


@doors.page(permission="hardship.see")
def handover(request: Request, id: int) -> HttpResponse:
    """One file on its way: who it is about, from where to where and why; for the unit that gave it away also afterwards."""
    return _page(request, id)


def _page(request: Request, id: int, *, act: str = "", failed: Any = None, status: int = 200) -> HttpResponse:
    one = handovers.handover(request.person, id)
    places = {"take": one.organization, "decline": one.organization, "call-back": one.origin}
    boxes = [
        {"code": code, "heading": heading, "form": failed if code == act else _form(code, None, one.version), "open": code == act}
        for code, (heading, _asks, _run) in ACTS.items()
        if one.state == "offered" and permissions.may(request.person, "hardship.register", at=places[code])
    ]
    context = {
        "handover": one,
        "kind": registry.KINDS.get(one.household.kind, ""),
        "worker": registry.WORKERS.get(one.household.worker, ""),
        "sees": handovers.sees(request.person, one.household_id),
        "boxes": boxes,
        "refused": unsaid(failed, any(box["code"] == act for box in boxes)),
        "events": [
            Event(step.at, step.details.get("by") or step.who, flows.sentence(one, step), step.reason, step.organization.label)
            for step in reversed(flows.timeline(one))
        ],
    }
    return render(request, "hardship/desk/handover.html", context, status=status)


def _form(code: str, data: Any, version: int | None = None) -> WordsForm:
    label = _("Reason") if ACTS[code][1] else _("Remark")
    return WordsForm(data, label=label, required=ACTS[code][1], prefix=code, initial={"version": version})


def _door(code: str) -> Callable[..., Any]:
    @doors.page(permission="hardship.register", methods=("POST",))
    def act(request: Request, id: int) -> HttpResponse:
        return _act(request, id, code)

    return act


DOORS = {code: _door(code) for code in ACTS}


def _act(request: Request, id: int, code: str) -> HttpResponse:
    one, form = handovers.handover(request.person, id), _form(code, request.POST)
    if not form.is_valid() or doors.attempt(form, lambda: ACTS[code][2](request.person, one.pk, dict(form.cleaned_data))) is None:
        return _page(request, id, act=code, failed=form, status=doors.status(form))
    fresh = handovers.handover(request.person, id)
    doors.told(request, _("%(reference)s: %(state)s.") % {"reference": fresh.reference, "state": fresh.stands.name})
    if code == "take":
        return doors.go(request, "hardship:desk-file", one.household_id)
    return doors.go(request, "hardship:desk-handover", id)
