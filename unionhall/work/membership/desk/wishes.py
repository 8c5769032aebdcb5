"""The wishes that members have about their membership: by state, one with what may be done, carrying out and refusing."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from unionhall.kernel.access import queries as grants
from unionhall.kernel.flows import queries as flows
from unionhall.lib import dates, masking
from unionhall.lib.refusal import absent
from unionhall.shell import doors
from unionhall.shell.components import Event, Tab
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.membership import forms, registry
from unionhall.work.membership.actions import wishes
from unionhall.work.membership.desk.members import named, unshown
from unionhall.work.membership.flow import WISH
from unionhall.work.membership.forms.wishes import GrantForm
from unionhall.work.membership.queries import wishes as queries

DOES: dict[str, Callable[..., object]] = {"grant": wishes.grant, "refuse": wishes.refuse}


@doors.page(permission="membership.see")
def index(request: Request) -> HttpResponse:
    """Wishes by state."""
    asked = request.GET.get("state", "asked")
    state = asked if asked in {each.code for each in WISH.states} else "asked"
    page = page_of(request, flows.with_light(queries.wishes(request.person, state=state)).order_by("-id"))
    tabs = [Tab(str(each.name), f"?state={each.code}", each.code == state) for each in WISH.states]
    rows = [
        {
            "one": one,
            "name": masking.name(one.person.name),
            "what": registry.WISHES[one.what],
            "state": WISH.state(one.state).name,
        }
        for one in page.rows
    ]
    return render(request, "membership/desk/wishes.html", {"page": page, "rows": rows, "tabs": tabs})


@doors.page(permission="membership.see")
def wish(request: Request, id: int) -> HttpResponse:
    """One wish: who asks for what, why and from when, its timeline, and what may be done."""
    return _page(request, id)


def _page(request: Request, id: int, **given: Any) -> HttpResponse:
    one = queries.wish(request.person, id)
    may = one.state == "asked" and grants.may(request.person, "membership.move", at=one.organization)
    own = may and one.person_id in grants.own_files(request.person)
    early = may and one.on > dates.today()
    codes = [] if own or not may else [code for code in DOES if code != "grant" or not early]
    boxes = [(code, WISH.move(code).name, given.get(code) or _form(code, one)) for code in codes]
    events = [
        Event(step.at, step.who, flows.sentence(one, step), step.reason, step.organization.label)
        for step in reversed(flows.timeline(one))
    ]
    context = {
        "one": one,
        "name": named(one.person),
        "what": registry.WISHES[one.what],
        "state": WISH.state(one.state).name,
        "own": own,
        "early": early and not own,
        "boxes": boxes,
        "events": events,
        "form": given.get("form"),
        "lost": unshown(given.get("form"), boxes),
    }
    return render(request, "membership/desk/wish.html", context)


def _form(code: str, one: Any, data: Any = None) -> Any:
    initial = {"version": one.version, "on": max(one.on, dates.today()) if one.what == "leave" else one.on}
    if code == "refuse":
        return forms.ReasonForm(data, initial=initial, prefix=code)
    return GrantForm(data, initial=initial, prefix=code, leaving=one.what == "leave")


@doors.page(permission="membership.move", methods=("POST",))
def act(request: Request, id: int, what: str) -> HttpResponse:
    """Carry out, or do not agree."""
    one = queries.wish(request.person, id)
    if what not in DOES:
        raise absent()
    form, do = _form(what, one, request.POST), DOES[what]
    if form.is_valid() and doors.attempt(form, lambda: do(wish_id=id, by=request.person, **form.cleaned_data)) is not None:
        doors.told(request, WISH.move(what).name)
        return doors.go(request, "membership:desk-wishes")
    return _page(request, id, **{what: form, "form": form})
