"""Transfers that leave or reach the unions in scope."""

from typing import Any

from django.http import HttpResponse

from unionhall.kernel.access import queries as grants
from unionhall.kernel.flows import queries as flows
from unionhall.lib import masking
from unionhall.lib.refusal import absent
from unionhall.shell import doors
from unionhall.shell.components import Event, Tab
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.membership import access, forms
from unionhall.work.membership.actions import transfers
from unionhall.work.membership.desk.members import unshown
from unionhall.work.membership.flow import TRANSFER
from unionhall.work.membership.queries import browse

ACTS = ("release", "hold", "accept", "decline", "withdraw")


@doors.page(permission="membership.see")
def index(request: Request) -> HttpResponse:
    """Transfers by state."""
    asked = request.GET.get("state", "asked")
    state = asked if asked in {each.code for each in TRANSFER.states} else "asked"
    page = page_of(request, flows.with_light(browse.transfers(request.person, state=state)).order_by("-id"))
    tabs = [Tab(str(each.name), f"?state={each.code}", each.code == state) for each in TRANSFER.states]
    rows = [
        {"one": one, "name": masking.name(one.membership.person.name), "state": TRANSFER.state(one.state).name} for one in page.rows
    ]
    return render(request, "membership/desk/transfers.html", {"page": page, "rows": rows, "tabs": tabs})


@doors.page(permission="membership.see")
def transfer(request: Request, id: int) -> HttpResponse:
    """One transfer."""
    return _page(request, id)


def _page(request: Request, id: int, **given: Any) -> HttpResponse:
    one = access.one(access.transfers_for(request.person), id)
    possible = []
    for move in TRANSFER.moves:
        place = one.to if move.code in {"accept", "decline"} else one.organization
        if one.state in move.source and grants.may(request.person, move.permission, at=place):
            possible.append(move)
    own = any(move.impartial for move in possible) and bool(access.concerned(one, grants.own_files(request.person)))
    boxes = []
    for move in possible:
        if not (own and move.impartial):
            kind: Any = forms.ReasonForm if move.reason else forms.VersionForm
            boxes.append((move.code, move.name, given.get(move.code) or kind(initial={"version": one.version}, prefix=move.code)))
    events = [
        Event(step.at, step.who, flows.sentence(one, step), step.reason, step.organization.label)
        for step in reversed(flows.timeline(one))
    ]
    name = masking.name(one.membership.person.name)
    context = {
        "one": one,
        "name": name,
        "state": TRANSFER.state(one.state).name,
        "own": own,
        "boxes": boxes,
        "events": events,
        "form": given.get("form"),
        "lost": unshown(given.get("form"), boxes),
    }
    return render(request, "membership/desk/transfer.html", context)


@doors.page(permission="membership.move", methods=("POST",))
def act(request: Request, id: int, what: str) -> HttpResponse:
    """Release, hold, accept, decline, withdraw."""
    access.one(access.transfers_for(request.person), id)
    if what not in ACTS:
        raise absent()
    kind: Any = forms.ReasonForm if TRANSFER.move(what).reason else forms.VersionForm
    form = kind(request.POST, prefix=what)
    if form.is_valid():
        data = form.cleaned_data
        done = doors.attempt(
            form,
            lambda: transfers.act(
                transfer_id=id, what=what, by=request.person, reason=data.get("reason", ""), version=data["version"]
            ),
        )
        if done is not None:
            doors.told(request, TRANSFER.move(what).name)
            return doors.go(request, "membership:desk-transfers")
    return _page(request, id, **{what: form, "form": form})
