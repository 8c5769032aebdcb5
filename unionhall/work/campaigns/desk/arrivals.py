"""Who signed up and who came: the list with bulk check-in, the screen at the door, the offline list and its way back."""

from typing import Any

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from unionhall.lib import clock
from unionhall.shell import doors
from unionhall.shell.bulk import Selection, require_some
from unionhall.shell.components import Act
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.campaigns import registry, rules
from unionhall.work.campaigns.actions import attendance
from unionhall.work.campaigns.actions import signups as signing
from unionhall.work.campaigns.forms import sessions as forms
from unionhall.work.campaigns.queries import sessions as queries

LEFT_SHOWN = 20


@doors.page(permission="campaigns.check_in")
def signups(request: Request, id: int) -> HttpResponse:
    """Who signed up, in the order of the queue; tick who came."""
    one = queries.session(request.person, id)
    page = page_of(request, queries.signups(request.person, one, request.GET.get("q", "")[:40]), size=50)
    rows = [{"signup": row, "state": registry.SIGNUP_STATES[row.state]} for row in page.rows]
    acts = [Act(_("Check in"), reverse("campaigns:desk-check-in", args=[id]), "circle-check")]
    reviewed = one.method == "review" and one.state == "published"
    if reviewed:
        acts = [
            Act(_("Accept the sign-up"), reverse("campaigns:desk-accept", args=[id]), "circle-check", key="a"),
            Act(_("Do not accept"), reverse("campaigns:desk-refuse", args=[id]), "x", danger=True),
            *acts,
        ]
    context = {"session": one, "page": page, "rows": rows, "acts": acts, "q": request.GET.get("q", ""), "reviewed": reviewed}
    return render(request, "campaigns/desk/signups.html", context)


@doors.page(permission="campaigns.run", methods=("POST",))
def accept(request: Request, id: int) -> HttpResponse:
    """Give the ticked ones a place."""
    return _reviewed(request, id, accept=True)


@doors.page(permission="campaigns.run", methods=("POST",))
def refuse(request: Request, id: int) -> HttpResponse:
    """Give the ticked ones no place, and say why."""
    return _reviewed(request, id, accept=False)


def _reviewed(request: Request, id: int, *, accept: bool) -> HttpResponse:
    one = queries.session(request.person, id)
    selection = Selection.of(request)
    found = selection.within(queries.signups(request.person, one))
    keys, reason = list(found.values_list("pk", flat=True)), request.POST.get("reason", "")
    done = signing.review(session_id=id, signup_ids=keys, accept=accept, by=request.person, reason=reason)
    if accept:
        said = ngettext("%(count)s sign-up accepted.", "%(count)s sign-ups accepted.", done.done)
    else:
        said = ngettext("%(count)s sign-up not accepted.", "%(count)s sign-ups not accepted.", done.done)
    doors.told(request, said % {"count": done.done})
    for one_left, why in done.left[:LEFT_SHOWN]:
        doors.told(request, f"{one_left.person.name}: {why}", level=messages.WARNING)
    return doors.go(request, "campaigns:desk-signups", id)


@doors.page(permission="campaigns.check_in", methods=("POST",))
def check_in(request: Request, id: int) -> HttpResponse:
    """Check the ticked ones in; whoever was checked in already is counted apart."""
    one = queries.session(request.person, id)
    selection = Selection.of(request)
    found = selection.within(queries.signups(request.person, one))
    require_some(selection, found[:1].count(), _("Select at least one row."))
    done, again = attendance.check_in_many(session_id=id, signup_ids=list(found.values_list("pk", flat=True)), by=request.person)
    said = ngettext("%(count)s person checked in.", "%(count)s people checked in.", done) % {"count": done}
    doors.told(request, said if not again else said + " " + _("%(count)s had been before.") % {"count": again})
    return doors.go(request, "campaigns:desk-signups", id)


@doors.page(permission="campaigns.check_in")
def door(request: Request, id: int) -> HttpResponse:
    """The screen at the door: a code that changes every half minute and is bound to this session."""
    one = queries.session(request.person, id)
    code = rules.place_code(attendance.secret(), one.pk, clock.now())
    address = request.build_absolute_uri(f"{reverse('campaigns:hall-check-in', args=[id])}?code={code}")
    drawn = segno.make(address, error="m").svg_data_uri(scale=6, border=2)
    return render(request, "campaigns/desk/door.html", {"session": one, "qr": drawn, "people": one.came + one.heads})


@doors.page(permission="campaigns.check_in", methods=("GET", "POST"))
def offline(request: Request, id: int) -> HttpResponse:
    """The list to take along, signed; and the same page takes it back and shows what contradicts."""
    one = queries.session(request.person, id)
    code = attendance.list_code(one, clock.now())
    form = forms.SyncForm(request.POST or None, initial={"code": code})
    synced = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        synced = doors.attempt(
            form,
            lambda: attendance.sync_list(
                session_id=id, code=given["code"], block=given["block"], by=request.person, phone_now=given["phone_now"]
            ),
        )
        if synced is not None and not synced.clashes:
            said = _("%(done)s checked in, %(again)s had been before, nothing contradicts.")
            clock_was = rules.clock_said(synced.off_by)
            doors.told(request, said % {"done": synced.done, "again": synced.again} + (f" {clock_was}" if clock_was else ""))
            return doors.go(request, "campaigns:desk-session", id)
    found = queries.signups(request.person, one)
    rows: list[Any] = [row for row in found if row.state in ("seated", "waiting")]
    context = {"session": one, "form": form, "synced": synced, "rows": rows, "code": code, "clashes": queries.open_clashes(one)}
    context["clock_was"] = rules.clock_said(synced.off_by) if synced else None
    return render(request, "campaigns/desk/offline.html", context)
