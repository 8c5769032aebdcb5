"""Benefits on the phone: to take, taken, used; one tap and one confirmation."""

from typing import Any

import segno
from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.lib import dates
from unionhall.lib.refusal import NotVisible, Refused
from unionhall.shell import doors
from unionhall.shell.hall import Rated
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.membership import registry
from unionhall.work.membership.actions import benefits
from unionhall.work.membership.queries import offers


@doors.page(signed_in=True)
def index(request: Request) -> HttpResponse:
    """What can be taken now, what was taken, what was used."""
    found = offers.of_worker(request.person)
    context = {
        "open": [(one, registry.BENEFIT_KINDS.get(one.kind, one.kind), one.quota - one.claimed) for one in found.open],
        "taken": found.taken,
        "used": found.used,
        "over": found.over,
        "member": found.member,
        "retained": found.retained,
    }
    return render(request, "membership/hall/benefits.html", context)


@doors.page(signed_in=True, methods=("GET", "POST"))
def take(request: Request, id: int) -> HttpResponse:
    """One offer, and taking it."""
    one, refusal = offers.offer(request.person, id), None
    if request.method == "POST":
        try:
            claim = benefits.take(benefit_id=id, person=request.person)
        except NotVisible:
            raise
        except Refused as late:
            one, refusal = offers.offer(request.person, id), late
        else:
            doors.told(request, _("Taken."))
            return doors.go(request, "membership:hall-claim", claim.pk)
    context = {
        "one": one,
        "kind": registry.BENEFIT_KINDS.get(one.kind, one.kind),
        "left": one.quota - one.claimed,
        "why_not": refusal or benefits.why_not(one, request.person),
        "claim": offers.claim_of(request.person, one),
    }
    return render(request, "membership/hall/benefit.html", context, status=doors.status_of(refusal) if refusal else 200)


def rated(id: int) -> Rated | None:
    """A benefit that was used: what the hall lets the one who took it rate."""
    one = offers.used(id)
    if one is None or one.used_at is None:
        return None
    given = one.benefit
    return Rated(f"membership.claim:{id}", given.title, given.organization, one.person_id, dates.day_of(one.used_at))


@doors.page(signed_in=True)
def claim(request: Request, id: int) -> HttpResponse:
    """The code of one claim, large; it stays on the page once opened."""
    one = offers.claim(request.person, id)
    context: dict[str, Any] = {"one": one, "square": segno.make(one.code, error="m", micro=False).svg_data_uri(scale=6, border=2)}
    return render(request, "membership/hall/claim.html", context)
