"""The worker's pages: who can be helped, the application on five screens, and how far it is."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.kernel.files import actions as files
from unionhall.lib.refusal import Conflict
from unionhall.shell import doors
from unionhall.shell.hall import Matter
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.hardship import registry
from unionhall.work.hardship.actions import own, procedure
from unionhall.work.hardship.forms import hall as forms
from unionhall.work.hardship.queries import mine

HEADINGS = {
    "situation": gettext_lazy("1 What happened"),
    "family": gettext_lazy("2 Your family"),
    "money": gettext_lazy("3 Money of the last twelve months"),
    "papers": gettext_lazy("4 Papers"),
    "sign": gettext_lazy("5 Check and sign"),
}


@doors.page(signed_in=True, methods=("GET", "POST"))
def start(request: Request) -> HttpResponse:
    """Who can apply, what to have at hand, how long it takes; the button begins or goes on."""
    if request.method == "POST":
        draft = own.begin(request.person)
        return doors.go(request, f"hardship_hall:{mine.next_screen(draft)}", draft.pk)
    return render(request, "hardship/hall/start.html", {"files": mine.lines(request.person)})


def _form(screen: str, one: Any, data: Any = None, uploads: Any = None) -> Any:
    """The form of a screen with what was said before; figures are never shown again before they are signed."""
    if screen == "situation":
        return forms.SituationForm(data, initial={"cause": one.cause, "worker": one.worker})
    if screen == "family":
        return forms.FamilyForm(data, initial={"size": one.size})
    if screen == "money":
        return forms.AmountsForm(data)
    return forms.PhotoForm(data, uploads) if screen == "papers" else forms.SignForm(data)


def _save(request: Request, screen: str, id: int, form: Any) -> str:
    """Keep what a screen says; the name of the screen that follows."""
    given, person = form.cleaned_data, request.person
    if screen == "situation":
        own.save_situation(person=person, household_id=id, **given)
    elif screen == "family":
        own.save_family(person=person, household_id=id, **given)
        if given["name"]:
            return "family"
    elif screen == "money":
        own.save_money(person=person, household_id=id, amounts=form.amounts())
    elif screen == "papers":
        if given["photo"]:
            files.attach(mine.file(person, id), given["photo"], by=person, kind="paper")
            return "papers"
    else:
        own.hand_in(person=person, household_id=id)
        return "progress"
    return own.SCREENS[own.SCREENS.index(screen) + 1]


def _screen(screen: str) -> Callable[..., HttpResponse]:
    @doors.page(signed_in=True, methods=("GET", "POST"))
    def page(request: Request, id: int) -> HttpResponse:
        one = mine.file(request.person, id)
        if one.head_id != request.person.pk:  # the figures are the applicant's: a member of the family sees how far it is
            return doors.go(request, "hardship_hall:progress", id)
        if one.state not in {"draft", "returned"}:
            raise Conflict(_("This application has been handed in."))
        sent = request.method == "POST"
        form = _form(screen, one, request.POST if sent else None, request.FILES if sent else None)
        if sent and form.is_valid():
            following = doors.attempt(form, lambda: _save(request, screen, id, form))
            if following is not None:
                return doors.go(request, f"hardship_hall:{following}", id)
        place = own.SCREENS.index(screen)
        context = {
            "form": form,
            "file": one,
            "screen": screen,
            "heading": HEADINGS[screen],
            "number": place + 1,
            "back": reverse(f"hardship_hall:{own.SCREENS[place - 1]}", args=[id]) if place else reverse("hardship_hall:start"),
            "members": mine.members(one),
            "papers": mine.papers(one) if screen == "papers" else [],
            "said": mine.said(one) if screen == "sign" else None,
            "eligible": one.kind != "none",
            "statement": procedure.STATEMENT,
        }
        return render(request, "hardship/hall/screen.html", context)

    return page  # type: ignore[return-value]


SCREENS = {screen: _screen(screen) for screen in own.SCREENS}


@doors.page(signed_in=True)
def progress(request: Request, id: int) -> HttpResponse:
    """How far the application is: the steps with their days, what is next and until when."""
    one = mine.file(request.person, id)
    own_file = one.head_id == request.person.pk
    context = {
        "own": own_file,
        "said": mine.said(one) if own_file else None,
        "members": mine.members(one) if own_file else [],
        "helps": mine.helps(one) if own_file else [],
        "file": one,
        "state": one.stands,
        "steps": mine.steps(one),
        "kind": registry.KINDS.get(one.kind, ""),
        "way": mine.way(one),
    }
    return render(request, "hardship/hall/progress.html", context)


@doors.page(signed_in=True, methods=("POST",))
def discard(request: Request, id: int) -> HttpResponse:
    """Throw a draft away."""
    own.take_back(person=request.person, household_id=id)
    doors.told(request, _("The draft was thrown away."))
    return doors.go(request, "hardship_hall:start")


def matters(request: Request) -> list[Matter]:
    """The worker's own files among "my matters"."""
    return [
        Matter(
            line.file.reference,
            _("Aid in hardship"),
            str(line.file.stands.name),
            light=getattr(line.file, "light", "none") or "none",
            since=line.since,
            due=line.file.due_on if line.waits else None,
            url=line.url,
            done=line.done,
            waits=line.waits,
        )
        for line in mine.lines(request.person)
    ]
