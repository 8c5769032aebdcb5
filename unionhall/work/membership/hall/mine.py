"""My membership on the phone: the card with its code, my data, moving to another union; and checking a card."""

from typing import Any

import segno
from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.organizations import queries as organizations
from unionhall.lib import card, dates, masking
from unionhall.lib.refusal import Refused, absent
from unionhall.shell import doors
from unionhall.shell.forms import tidy
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.membership import access, forms, registry
from unionhall.work.membership.actions import standing, transfers, yearly
from unionhall.work.membership.flow import TRANSFER
from unionhall.work.membership.queries import cards, routing, wishes
from unionhall.work.membership.queries import yearly as compared

WHY = {
    "form": registry.Text("这不是会员码，请重新扫描。", "This is no code of a member card; scan it again."),
    "signature": registry.Text("会员码的签名不对，可能是伪造的。", "The signature is wrong: the code may be forged."),
    "early": registry.Text("会员码的时间在将来，请核对设备时间。", "The code is from the future; check the clock of the device."),
    "over": registry.Text("会员码已过期，请对方刷新会员证。", "The code is over; let the member open the card again."),
}


@doors.page(signed_in=True)
def mine(request: Request) -> HttpResponse:
    """The card, what is known, and what is on its way."""
    found = list(access.visible_to_worker(request.person))
    now = next((one for one in found if one.alive), None)
    context: dict[str, Any] = {"one": now, "past": [(one, registry.STATES[one.state]) for one in found if not one.alive]}
    if now is not None:
        standing.seen_active(request.person, "card")
        counted = now.state in registry.COUNTED
        code = cards.code_of(now) if counted else ""
        context |= {
            "name": masking.name(now.person.name),
            "state": registry.STATES[now.state],
            "occupation": registry.OCCUPATIONS.get(now.occupation, now.occupation),
            "code": code,
            "square": segno.make(code, error="m", micro=False).svg_data_uri(scale=5, border=2) if code else "",
            "transfer": transfers.open_of(now),
            "wish": wishes.own_open(now),
            "can_ask": [(what, registry.WISHES[what]) for what in wishes.possible(now)],
            "states": TRANSFER,
            "own": compared.own(now) if now.checked_on != dates.today() else [],
        }
    return render(request, "membership/hall/mine.html", context)


@doors.page(signed_in=True, methods=("POST",))
def confirm(request: Request) -> HttpResponse:
    """Say that the own data are right; what is wrong is asked to be corrected on the portal's page."""
    if yearly.confirm_own(request.person):
        doors.told(request, _("Thank you. Your data are confirmed."))
    return doors.go(request, "membership:hall-mine")


@doors.page(signed_in=True, methods=("GET", "POST"))
def move(request: Request) -> HttpResponse:
    """Move to the union of the new workplace: find it, then one tap."""
    now = next((one for one in access.visible_to_worker(request.person) if one.alive), None)
    if now is None:
        return doors.go(request, "membership:hall-find")
    if request.method == "POST":
        to = organizations.search(request.POST.get("name", "")).filter(name=request.POST.get("name", "")).first()
        if to is None or not routing.takes_members(to):
            raise absent()
        try:
            transfers.ask(membership_id=now.pk, to=to, by=request.person)
        except Refused as refusal:
            return _moving(request, now, said=refusal)
        doors.told(request, _("Your transfer was asked for."))
        return doors.go(request, "membership:hall-mine")
    return _moving(request, now)


def _moving(request: Request, now: Any, *, said: Refused | None = None) -> HttpResponse:
    """The page that finds the new union; `said` is why the transfer was not asked for."""
    text = tidy(request.GET.get("q", ""))[:60]
    found = [one for one in routing.suggest(text, text) if one.union.pk != now.organization_id]
    context = {"one": now, "q": text, "found": found, "said": said}
    return render(request, "membership/hall/move.html", context, status=doors.status_of(said) if said else 200)


@doors.page(public=True, methods=("GET", "POST"))
def check(request: Request) -> HttpResponse:
    """For partners: whether a card's code is good; with the public key for checking offline."""
    form = forms.CheckCardForm(request.POST or None)
    good, bad = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            good = cards.check(form.cleaned_data["code"])
        except card.BadCard as refusal:
            bad = str(WHY[refusal.why])
    context = {"form": form, "good": good, "bad": bad, "key": cards.public_key()}
    if good is not None:
        context["number"] = f"{good.bearer[:4]}-{good.bearer[4:8]}".upper()
    return render(request, "membership/hall/check_card.html", context, status=422 if bad else 200)
