"""From what a figure counted to the session that it belongs to: check-ins, head counts, hand-outs, exhibits, sign-ups."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from unionhall.shell import doors
from unionhall.shell.requests import Request
from unionhall.work.campaigns.queries import sessions as queries


def door(kind: str) -> Callable[..., Any]:
    """The view that leads from one kind of row to its session, for whoever sees the session."""

    @doors.page(permission="campaigns.see")
    def view(request: Request, id: int) -> HttpResponse:
        return doors.go(request, "campaigns:desk-session", queries.session_of(request.person, kind, id))

    view.__name__ = f"of_{kind}"
    return view


DOORS = {kind: door(kind) for kind in ("attendance", "headcount", "handout", "exhibit", "signup")}
