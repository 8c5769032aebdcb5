"""One-tap help (一键通): call, speak, write. It becomes a record of the room that takes it; the worker sees how it stands."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.flows import queries as flows
from unionhall.shell import doors, hardening
from unionhall.shell.hall import Matter
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.portal import rules
from unionhall.work.portal.access import own_request
from unionhall.work.portal.actions import help as actions
from unionhall.work.portal.forms import CallForm, SpeakForm, WriteForm
from unionhall.work.portal.queries import help as queries
from unionhall.work.portal.queries import unions

DRAFT = "help_draft"
MICROPHONE = hardening.HEADERS["Permissions-Policy"].replace("microphone=()", "microphone=(self)")


@doors.page(public=True)
def choose(request: Request) -> HttpResponse:
    """Three large choices, and the numbers to dial. Works for everybody."""
    home = request.person.home if request.person is not None else None
    number, whose = unions.nearest_phone(home) if home is not None else ("", "")
    context = {"hotline": queries.hotline(home), "number": number, "whose": whose}
    return render(request, "portal/hall/help.html", context)


@doors.page(public=True, methods=("GET", "POST"))
def write(request: Request) -> HttpResponse:
    """Write it down. Who has not signed in does so last; what was written is kept until then."""
    if request.method == "POST":
        form = WriteForm(request.POST, request.FILES)
    else:
        draft = request.session.get(DRAFT)
        form = WriteForm(initial=draft) if draft else WriteForm()
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if request.person is None:
            request.session[DRAFT] = {"text": said["text"], "confidential": said["confidential"]}
            doors.told(request, _("What you wrote is kept. Sign in with your phone, then send it."))
            return doors.to_sign_in(_getting(request))
        sent = doors.attempt(
            form,
            lambda: actions.ask_for_help(
                by=request.person,
                channel="write",
                text=said["text"],
                confidential=said["confidential"],
                files=said["photos"],
            ),
        )
        if sent is not None:
            request.session.pop(DRAFT, None)
            return doors.go(request, "portal:request", sent.pk)
    return render(request, "portal/hall/write.html", {"form": form, "draft": bool(request.session.get(DRAFT))})


def _getting(request: Request) -> Request:
    """The same request as if its page were opened again: the way back from the entrance leads to the form."""
    request.method = "GET"
    return request


@doors.page(signed_in=True, methods=("GET", "POST"))
def speak(request: Request) -> HttpResponse:
    """Say it: a recording made here or with the phone's own recorder."""
    form = SpeakForm(request.POST, request.FILES) if request.method == "POST" else SpeakForm()
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        sent = doors.attempt(
            form,
            lambda: actions.ask_for_help(
                by=request.person,
                channel="speak",
                text=said["text"],
                confidential=said["confidential"],
                files=[said["recording"]],
                recordings=1,
            ),
        )
        if sent is not None:
            return doors.go(request, "portal:request", sent.pk)
    response = render(request, "portal/hall/speak.html", {"form": form})
    response["Permissions-Policy"] = MICROPHONE
    return response


@doors.page(signed_in=True, methods=("GET", "POST"))
def call(request: Request) -> HttpResponse:
    """Ask to be called back."""
    form = CallForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        ask = {"channel": "call", "text": said["text"], "confidential": said["confidential"]}
        sent = doors.attempt(form, lambda: actions.ask_for_help(by=request.person, **ask))
        if sent is not None:
            return doors.go(request, "portal:request", sent.pk)
    return render(request, "portal/hall/call.html", {"form": form})


@doors.page(signed_in=True)
def asked(request: Request, id: int) -> HttpResponse:
    """One's own request: how it stands, what happened, what comes next."""
    mine = own_request(request.person, id)
    record = queries.records_of([mine]).get((mine.record_kind, mine.record_id))
    context = {
        "mine": mine,
        "stand": queries.stand(record) if record is not None else None,
        "chased": flows.chased(record) if record is not None else None,
        "stages": queries.stages(record) if record is not None else [],
        "danger": rules.danger(mine.text),
        "hotline": queries.hotline(mine.area),
    }
    return render(request, "portal/hall/request.html", context)


@doors.page(signed_in=True, methods=("POST",))
def press(request: Request, id: int) -> HttpResponse:
    """Ask how it stands."""
    doors.try_to(request, partial(actions.press, request_id=id, by=request.person), _("The union was reminded of your request."))
    return doors.go(request, "portal:request", id)


def matters(request: Request) -> list[Matter]:
    """The worker's requests among "my matters"."""
    mine = queries.requests_of(request.person)
    records = queries.records_of(mine)
    return [_matter(one, records.get((one.record_kind, one.record_id))) for one in mine]


def _matter(one: Any, record: Any) -> Matter:
    title = rules.title_of(one.text, str(one.get_channel_display()))
    url = reverse("portal:request", args=[one.pk])
    if record is None:
        return Matter(one.reference, title, "", since=one.asked_on, url=url)
    how = queries.stand(record)
    return Matter(one.reference, title, how.state, how.light, one.asked_on, how.due, url, how.done)
