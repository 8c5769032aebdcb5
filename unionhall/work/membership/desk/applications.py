"""Applications to join: the list with bulk approval, one application and what is decided about it."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as grants
from unionhall.kernel.flows import queries as flows
from unionhall.lib import masking
from unionhall.lib.refusal import absent
from unionhall.shell import doors
from unionhall.shell.bulk import Selection, require_some
from unionhall.shell.components import Act, Confirm, Event, Tab
from unionhall.shell.paging import order_of, page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.membership import access, forms, registry
from unionhall.work.membership.actions import joining
from unionhall.work.membership.desk.members import unshown
from unionhall.work.membership.flow import JOINING, OPEN_JOINING
from unionhall.work.membership.queries import browse

SORTS = {"old": ("id",), "new": ("-id",), "due": ("due_on",), "unit": ("org_path",)}
SAMPLES = 3
FORMS: dict[str, Any] = {
    "approve": forms.VersionForm,
    "send_back": forms.ReasonForm,
    "refuse": forms.ReasonForm,
    "hand_on": forms.HandOnForm,
}


def _state(request: Request) -> str:
    asked = request.GET.get("state", "applied")
    return asked if asked in {state.code for state in JOINING.states} else "applied"


@doors.page(permission="membership.see")
def index(request: Request) -> HttpResponse:
    """What waits to be checked, the oldest first; tabs for what was decided."""
    state = _state(request)
    found = browse.applications(request.person, state=state).order_by(*order_of(request, SORTS, "old"))
    page = page_of(request, flows.with_light(found))
    tabs = [Tab(str(each.name), f"?state={each.code}", each.code == state) for each in JOINING.states]
    acts = [Act(_("Approve"), reverse("membership:desk-bulk-approve"), "circle-check", key="a")] if state == "applied" else []
    context = {"page": page, "rows": [_row(one) for one in page.rows], "tabs": tabs, "acts": acts, "state": state}
    return render(request, "membership/desk/applications.html", context, fragment="rows")


def _row(one: Any) -> dict[str, Any]:
    return {
        "one": one,
        "name": masking.name(one.person.name),
        "occupation": registry.OCCUPATIONS.get(one.occupation, one.occupation),
        "channel": registry.CHANNELS.get(one.channel, one.channel),
        "route": registry.ROUTES.get(one.routed_by, ""),
        "state": JOINING.state(one.state).name,
        "phone": f"****{one.person.phone_last4}" if one.person.phone_last4 else "",
    }


@doors.page(permission="membership.see")
def application(request: Request, id: int) -> HttpResponse:
    """One application."""
    return _page(request, id)


def _page(request: Request, id: int, **given: Any) -> HttpResponse:
    one = access.one(browse.applications(request.person), id)
    may = grants.may(request.person, "membership.approve", at=one.organization)
    version = {"version": one.version}
    made = {
        code: kind(initial=version) if code == "approve" else kind(initial=version, prefix=code) for code, kind in FORMS.items()
    }
    boxes = []
    own = may and one.state in OPEN_JOINING and bool(access.concerned(one, grants.own_files(request.person)))
    if may and not own:
        possible = {move.code: move for move in JOINING.moves if one.state in move.source}
        boxes = [(code, possible[code].name, given.get(code, form)) for code, form in made.items() if code in possible]
    events = [
        Event(step.at, step.who, flows.sentence(one, step), step.reason, step.organization.label)
        for step in reversed(flows.timeline(one))
    ]
    context = {"one": one, "row": _row(one), "own": own, "boxes": boxes, "events": events, "form": given.get("form")}
    context["lost"] = unshown(context["form"], boxes)
    return render(request, "membership/desk/application.html", context)


@doors.page(permission="membership.approve", methods=("POST",))
def act(request: Request, id: int, what: str) -> HttpResponse:
    """Approve, send back, refuse, or hand on."""
    access.one(browse.applications(request.person), id)
    if what not in FORMS:
        raise absent()
    form = FORMS[what](request.POST) if what == "approve" else FORMS[what](request.POST, prefix=what)
    if form.is_valid():
        done = doors.attempt(form, lambda: _run(request, id, what, form.cleaned_data))
        if done is not None:
            doors.told(request, JOINING.move(what).name)
            return doors.go(request, "membership:desk-applications")
    return _page(request, id, **{what: form, "form": form})


def _run(request: Request, id: int, what: str, data: dict[str, Any]) -> object:
    by = request.person
    if what == "approve":
        return joining.approve(application_id=id, by=by, version=data["version"])
    if what == "hand_on":
        return joining.hand_on(application_id=id, to=data["to"], reason=data["reason"], by=by)
    return joining.decide(application_id=id, what=what, by=by, **data)


@doors.page(permission="membership.approve", methods=("POST",))
def bulk_approve(request: Request) -> HttpResponse:
    """Approve the selected applications: shown with the number and three names first, then done with true counts."""
    selection = Selection.of(request)
    found = selection.within(browse.applications(request.person, state="applied"))
    require_some(selection, found[:1].count(), _("Select at least one row."))
    if request.POST.get("confirmed") == "1":
        outcome = joining.approve_many(found, by=request.person)
        return render(request, "membership/desk/outcome.html", {"title": _("Approve"), "outcome": outcome})
    confirm = Confirm(
        title=_("Approve"),
        sentence=_("These become members:"),
        button=_("Approve"),
        back=reverse("membership:desk-applications"),
        count=found.count(),
        unit=_("applications"),
        samples=[f"{one.reference} {masking.name(one.person.name)}" for one in found.order_by("id")[:SAMPLES]],
        hidden=selection.hidden(),
    )
    return render(request, "shell/confirm.html", {"confirm": confirm})
