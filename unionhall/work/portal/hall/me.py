"""The worker's own pages: my matters, messages, my data and who looked at it, corrections."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access
from unionhall.kernel.notices import actions as notices
from unionhall.shell import doors, hall
from unionhall.shell.hall import Matter
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.portal.access import corrections_of
from unionhall.work.portal.actions import agreeing
from unionhall.work.portal.actions import corrections as actions
from unionhall.work.portal.forms import ConsentForm, CorrectionForm
from unionhall.work.portal.queries import me as queries
from unionhall.work.portal.registry import FIELDS


@doors.page(signed_in=True)
def matters(request: Request) -> HttpResponse:
    """Everything of mine that is on its way, then what is done."""
    found = hall.matters(request)
    context = {"open": [one for one in found if not one.done], "done": [one for one in found if one.done]}
    return render(request, "portal/hall/matters.html", context)


@doors.page(signed_in=True)
def me(request: Request) -> HttpResponse:
    """Who I am here, what is on file, and the ways to everything about me."""
    name, known = queries.about(request.person)
    context = {"name": name, "known": known, "standings": queries.standings(request.person)}
    return render(request, "portal/hall/me.html", context)


@doors.page(signed_in=True)
def looks(request: Request) -> HttpResponse:
    """Who looked at my data: when, what, from which unit, why."""
    return render(request, "portal/hall/looks.html", {"looks": queries.looks_at(request.person)})


@doors.page(signed_in=True, methods=("GET", "POST"))
def consents(request: Request) -> HttpResponse:
    """What I agreed to, in which words, since when; to agree anew, and to take back."""
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = doors.attempt(form, lambda: agreeing.decide(by=request.person, **form.cleaned_data))
        if done is not None:
            doors.told(request, _("Written down."))
            return doors.go(request, "portal:consents")
    context = {"form": form, "agreements": queries.agreements(request.person, agreeing.texts())}
    return render(request, "portal/hall/consents.html", context)


@doors.page(signed_in=True)
def messages(request: Request) -> HttpResponse:
    """What I was told; opening the page is having seen it."""
    found = [(one, one.seen_at is None, _leads(one)) for one in queries.messages(request.person)]
    notices.see(request.person)
    return render(request, "portal/hall/messages.html", {"messages": found})


def _leads(one: Any) -> str:
    """Where a message leads in the hall, "" where nowhere; what a whole unit was told is read at the desk."""
    if one.record_kind == "portal.helprequest" and one.record_id is not None:
        page = "portal:rate" if one.kind == "portal.rate" else "portal:request"
        return reverse(page, args=["portal.helprequest", one.record_id] if page == "portal:rate" else [one.record_id])
    if one.record_id is None or one.organization_id is not None:
        return ""
    return hall.message_page(one.kind, one.record_id)


@doors.page(signed_in=True, methods=("GET", "POST"))
def correct(request: Request) -> HttpResponse:
    """Say what is wrong on file."""
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = doors.attempt(form, lambda: actions.ask_correction(by=request.person, **form.cleaned_data))
        if asked is not None:
            doors.told(request, _("Your union has your request and will answer here."))
            return doors.go(request, "portal:correct")
    context = {"form": form, "asked": list(corrections_of(request.person)[:20])}
    return render(request, "portal/hall/correct.html", context)


def correction_matters(request: Request) -> list[Matter]:
    """Corrections among "my matters"."""
    return [_matter(one) for one in corrections_of(request.person)[:20]]


def _matter(one: Any) -> Matter:
    title = _("Correction: %(field)s") % {"field": FIELDS[one.field]}
    done = one.state != "asked"
    return Matter(f"#{one.pk}", title, str(one.get_state_display()), since=one.asked_on, url=reverse("portal:correct"), done=done)


def keep_easy(request: Request, on: bool) -> None:
    """Keep the elder mode in the account, so that the next phone knows it too."""
    if request.person is not None and request.user.is_authenticated:
        access.set_preferences(request.user, easy_mode=on)
