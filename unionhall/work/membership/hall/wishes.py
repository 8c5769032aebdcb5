"""Asking on the phone for a change of the own membership: one screen, then its state until it is decided."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.flows import queries as flows
from unionhall.lib import dates
from unionhall.lib.refusal import absent
from unionhall.shell import doors
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.membership import access, registry, rules
from unionhall.work.membership.actions import wishes
from unionhall.work.membership.flow import WISH
from unionhall.work.membership.forms.wishes import WishForm
from unionhall.work.membership.queries import wishes as queries


@doors.page(signed_in=True, methods=("GET", "POST"))
def ask(request: Request, what: str) -> HttpResponse:
    """What it means, why, from which day: one screen; a wish under way is shown instead."""
    if what not in registry.WISHES:
        raise absent()
    now = next((one for one in access.visible_to_worker(request.person) if one.alive), None)
    if now is None:
        return doors.go(request, "membership:hall-find")
    if request.method == "GET" and (known := queries.own_open(now)) is not None:
        return doors.go(request, "membership:hall-wish", known.pk)
    form: Any = WishForm(request.POST or None, what=what)
    if request.method == "POST":
        if form.is_valid():
            asked = doors.attempt(form, lambda: wishes.ask(membership_id=now.pk, what=what, by=request.person, **form.cleaned_data))
            if asked is not None:
                doors.told(request, _("Your wish was sent to the union."))
                return doors.go(request, "membership:hall-wish", asked.pk)
    else:
        rules.check_possible(what, state=now.state)
    context = {
        "one": now,
        "what": what,
        "name": registry.WISHES[what],
        "means": registry.WISH_MEANS[what],
        "form": form,
        "due": wishes.promised(now.organization, dates.today()),
    }
    return render(request, "membership/hall/ask.html", context, status=doors.status(form) if form.is_bound else 200)


@doors.page(signed_in=True)
def wish(request: Request, id: int) -> HttpResponse:
    """How far a wish is: what was asked, by when the union answers, what it said."""
    one = queries.own(request.person, id)
    context = {
        "one": one,
        "name": registry.WISHES[one.what],
        "state": WISH.state(one.state).name,
        "open": one.state == "asked",
        "answer": flows.last_move(one).reason if one.state in {"refused", "over"} else "",  # type: ignore[union-attr]
    }
    return render(request, "membership/hall/wish.html", context)


@doors.page(signed_in=True, methods=("POST",))
def withdraw(request: Request, id: int) -> HttpResponse:
    """Take a wish back while it is undecided."""
    wishes.withdraw(wish_id=id, by=request.person)
    doors.told(request, _("You have withdrawn your wish."))
    return doors.go(request, "membership:hall-mine")
