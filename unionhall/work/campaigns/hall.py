"""The worker's doors to events: what is on, one event with its places, sign-up, my code, check-in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import segno
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.lib import clock, dates
from unionhall.lib.refusal import Refused
from unionhall.shell import doors
from unionhall.shell.hall import EventLine, Matter, Rated
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.campaigns import registry, rules
from unionhall.work.campaigns.actions import attendance, signups
from unionhall.work.campaigns.queries import sessions as queries

LISTED = 50
LIGHTS = {"seated": "ok", "offered": "soon", "waiting": "none", "entered": "none", "asked": "none"}


@doors.page(signed_in=True)
def events(request: Request) -> HttpResponse:
    """The events of the own union and those above it, the next ones first."""
    found = [(one, _line(one)) for one in queries.for_worker(request.person)[:LISTED]]
    return render(request, "campaigns/hall/events.html", {"events": found})


def _line(one: "queries.Event") -> str:
    mine = one.mine
    if mine and mine["state"] in rules.LIVE:
        return str(registry.SIGNUP_STATES[mine["state"]])
    if one.method == "open":
        return str(registry.METHODS["open"])
    now = clock.now()
    if one.opens_at is not None and now < one.opens_at:
        return _("Sign-up opens %(when)s") % {"when": _moment(one.opens_at)}
    if one.closes_at is not None and now >= one.closes_at:
        return _("Sign-up has closed")
    if one.method == "draw":
        return _("Draw: %(places)s places") % {"places": one.places}
    if one.method == "review":
        return _("By review: %(places)s places") % {"places": one.places}
    left = one.places - one.taken
    return _("%(left)s of %(places)s places left") % {"left": left, "places": one.places} if left else _("Full; you can wait")


def _moment(moment: Any) -> str:
    return moment.astimezone(dates.SHANGHAI).strftime("%Y-%m-%d %H:%M")


@doors.page(signed_in=True)
def event(request: Request, id: int) -> HttpResponse:
    """One event: what, when, where, how many places, and the one thing to do next."""
    return render(request, "campaigns/hall/event.html", _event(request, id))


def _event(request: Request, id: int) -> dict[str, Any]:
    one = queries.one_for_worker(request.person, id)
    now, mine = clock.now(), one.mine
    signing = one.state == "published" and one.method != "open"
    opens, closes = one.opens_at, one.closes_at
    live = mine if mine and mine["state"] in rules.LIVE else None
    ahead = queries.ahead_of(live["id"], live["pool"], live["number"]) if live and live["state"] == "waiting" else None
    return {
        "session": one,
        "line": _line(one),
        "mode": registry.MODES[one.mode],
        "method": registry.METHODS[one.method],
        "mine": live,
        "mine_state": registry.SIGNUP_STATES[mine["state"]] if mine else "",
        "reason": mine["reason"] if mine else "",
        "number": mine["number"] if mine and one.method == "draw" else None,
        "draw": queries.drawn(one, mine["pool"] if mine else None),
        "ahead": ahead,
        "until": datetime.fromisoformat(live["until"]) if live and live["until"] and live["state"] == "offered" else None,
        "cancelled": one.state == "cancelled",
        "may_sign_up": signing and not live and opens is not None and closes is not None and opens <= now < closes,
        "opens_later": signing and opens is not None and now < opens,
        "may_come": one.state == "published"
        and now <= one.ends_at + rules.AFTER
        and (one.method == "open" or (live is not None and live["state"] == "seated")),
        "may_withdraw": live is not None and one.came_self is None and not rules.over(one.state, one.ends_at, now),
        "now": now,
    }


@doors.page(signed_in=True, methods=("POST",))
def sign_up(request: Request, id: int) -> HttpResponse:
    """Take a place; pressed twice, the first one stands. The page that follows begins with what came of it."""
    try:
        signups.sign_up(session_id=id, by=request.person)
    except Refused as refusal:
        return _again(request, id, refusal)
    return doors.go(request, "campaigns:hall-event", id)


def _again(request: Request, id: int, refusal: Refused) -> HttpResponse:
    context = _event(request, id)
    return render(request, "campaigns/hall/event.html", context | {"refused": str(refusal)}, status=doors.status_of(refusal))


@doors.page(signed_in=True, methods=("POST",))
def withdraw(request: Request, id: int) -> HttpResponse:
    """Give the place back; whoever waits gets it."""
    one = queries.one_for_worker(request.person, id)
    signups.withdraw(signup_id=one.mine["id"] if one.mine else 0, by=request.person)
    doors.told(request, _("You have withdrawn."))
    return doors.go(request, "campaigns:hall-event", id)


@doors.page(signed_in=True, methods=("POST",))
def accept(request: Request, id: int) -> HttpResponse:
    """Take the place that was offered."""
    one = queries.one_for_worker(request.person, id)
    try:
        signups.accept_offer(signup_id=one.mine["id"] if one.mine else 0, by=request.person)
    except Refused as refusal:
        return _again(request, id, refusal)
    doors.told(request, _("The place is yours."))
    return doors.go(request, "campaigns:hall-event", id)


@doors.page(signed_in=True)
def my_code(request: Request, id: int) -> HttpResponse:
    """The own code for the desk; once opened it works without a network."""
    one = queries.one_for_worker(request.person, id)
    code = rules.person_code(attendance.secret(), one.pk, request.person.pk)
    return render(request, "campaigns/hall/code.html", {"session": one, "code": code, "qr": _drawn(code)})


def _drawn(text: str) -> str:
    return str(segno.make(text, error="m").svg_data_uri(scale=6, border=2))


@doors.page(signed_in=True, methods=("GET", "POST"))
def check_in(request: Request, id: int) -> HttpResponse:
    """After the scan of the door's code: one button. The server's clock decides, not the phone's."""
    code = (request.POST if request.method == "POST" else request.GET).get("code", "")
    refused, status = "", 200
    if request.method == "POST":
        try:
            done = attendance.check_in_at_door(session_id=id, code=code, by=request.person)
        except Refused as refusal:
            refused, status = str(refusal), doors.status_of(refusal)
        else:
            doors.told(request, _("You were checked in before.") if done.again else _("You are checked in."))
            return doors.go(request, "campaigns:hall-event", id)
    one = queries.one_for_worker(request.person, id)
    return render(request, "campaigns/hall/check_in.html", {"session": one, "code": code, "refused": refused}, status=status)


def coming(request: Any, limit: int) -> Sequence[EventLine]:
    """The next events for the hall's first page; nothing for visitors."""
    person = getattr(request, "person", None)
    if person is None:
        return []
    return [
        EventLine(
            one.name,
            reverse("campaigns:hall-event", args=[one.pk]),
            one.starts_at,
            one.place,
            left=one.places - one.taken if one.method == "first" else None,
            opens=one.opens_at,
            state=_line(one) if one.mine else "",
        )
        for one in queries.for_worker(person)[:limit]
    ]


def matters(request: Any) -> Sequence[Matter]:
    """A worker's sign-ups as matters of their own."""
    return [
        Matter(
            reference=str(one.number),
            title=one.session.name,
            state=str(registry.SIGNUP_STATES[one.state]),
            light=LIGHTS.get(one.state, "none"),
            since=one.at.date(),
            due=one.offered_until.date() if one.state == "offered" and one.offered_until else None,
            url=reverse("campaigns:hall-event", args=[one.session_id]),
            done=one.state not in rules.LIVE or one.session.state != "published",
            waits=one.state == "offered",
        )
        for one in queries.mine(request.person)
    ]


def rated(id: int) -> Rated | None:
    """An attendance at a session that was held: what the hall lets its one person rate."""
    one = queries.attended(id)
    if one is None or one.person_id is None:
        return None
    return Rated(f"campaigns.attendance:{id}", one.session.name, one.session.organization, one.person_id, one.session.day)
