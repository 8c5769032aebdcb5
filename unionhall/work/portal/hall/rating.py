"""Rating a finished service, by whoever had it: signed in, or by the signed link of the message."""

from typing import Any

from django.core import signing
from django.http import HttpResponse

from unionhall.lib import rowid
from unionhall.shell import doors, hall
from unionhall.shell.hall import Rated
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.portal.access import absent
from unionhall.work.portal.actions import ratings as actions
from unionhall.work.portal.forms import RatingForm
from unionhall.work.portal.queries import entrance
from unionhall.work.portal.queries import ratings as queries

LINK, LASTS = "portal.rate", 30 * 24 * 3600


@doors.page(signed_in=True, methods=("GET", "POST"))
def rate(request: Request, kind: str, id: int) -> HttpResponse:
    """Rate one's own finished service."""
    return _rate(request, _found(kind, id, request.person.pk), request.person)


@doors.page(public=True, methods=("GET", "POST"))
def rate_by_link(request: Request, token: str) -> HttpResponse:
    """The same by the link of a message: it names the service and its person, and nobody else can make one."""
    try:
        kind, record_id, person_id = signing.loads(token, salt=LINK, max_age=LASTS)
    except (signing.BadSignature, ValueError) as wrong:
        raise absent() from wrong
    return _rate(request, _found(kind, record_id, person_id), entrance.bearer(person_id))


def link_for(kind: str, record_id: int, person_id: int) -> str:
    """The token of such a link."""
    return signing.dumps([kind, record_id, person_id], salt=LINK)


def _found(kind: str, id: int, person_id: int) -> Rated:
    known = hall.rated(kind)
    found = known.find(id) if known is not None and rowid.read(str(id)) is not None else None
    if found is None or found.person_id != person_id:
        raise absent()
    return found


def _rate(request: Request, service: Rated, person: Any) -> HttpResponse:
    kind, _colon, record_id = service.record.partition(":")
    rated_on = queries.rated_on(person, kind, int(record_id))
    form = RatingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = doors.attempt(
            form,
            lambda: actions.rate(
                by=person,
                kind=kind,
                record_id=int(record_id),
                organization=service.organization,
                title=service.title,
                **said,
            ),
        )
        if done is not None:
            return doors.go(request, request.path)
    return render(request, "portal/hall/rate.html", {"form": form, "service": service, "rated_on": rated_on})
