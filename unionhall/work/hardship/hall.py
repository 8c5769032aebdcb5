"""The worker's pages: who can be helped, the application on five screens, and how far it is."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.people import queries as people
from unionhall.lib.refusal import Conflict, Refused
from unionhall.shell import doors
from unionhall.shell.forms import WordsForm
from unionhall.shell.hall import Matter
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.hardship import registry
from unionhall.work.hardship.actions import own, procedure
from unionhall.work.hardship.flow import STAGES
from unionhall.work.hardship.forms import hall as forms
from unionhall.work.hardship.queries import mine

HEADINGS = {
    "situation": gettext_lazy("1 What happened"),
    "family": gettext_lazy("2 Your family"),
    "money": gettext_lazy("3 Money of the last twelve months"),
    "papers": gettext_lazy("4 Papers"),
    "account": gettext_lazy("5 The card to pay to"),
    "sign": gettext_lazy("Check, sign and hand in"),
}


FILLED_IN = ("draft", "returned")
PRESSED = tuple(state for state in STAGES if state != "noticed")  # somebody owes the next step; a notice runs its days


@doors.page(signed_in=True, methods=("GET", "POST"))
def start(request: Request) -> HttpResponse:
    """Who can apply, what to have at hand, how long it takes; the button begins or goes on."""
    if request.method == "POST":
        draft = own.begin(request.person)
        return doors.go(request, f"hardship_hall:{mine.next_screen(draft)}", draft.pk)
    return render(request, "hardship/hall/start.html", {"files": mine.lines(request.person), "rule": mine.rule(request.person)})


def _form(screen: str, one: Any, data: Any = None, uploads: Any = None) -> Any:
    """The form of a screen with what was said before; figures are never shown again before they are signed."""
    if screen == "situation":
        return forms.SituationForm(data, initial={"cause": one.cause, "worker": one.worker})
    if screen == "family":
        return forms.FamilyForm(data, initial={"size": one.size, **mine.pending(one)})
    if screen == "money":
        return forms.AmountsForm(data, kept=mine.kept(one))
    if screen == "papers":
        return forms.PhotoForm(data, uploads)
    return forms.AccountForm(data) if screen == "account" else forms.SignForm(data)


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
            own.add_paper(person=person, household_id=id, photo=given["photo"])
            return "papers"
        own.pass_papers(person=person, household_id=id)
    elif screen == "account":
        own.save_account(person=person, household_id=id, **given)
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
        if sent and "keep" in request.POST:
            form.is_valid()
            own.keep(person=request.person, household_id=id, screen=screen, said=form.cleaned_data)
            return HttpResponse(status=204)
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
            "papers": mine.papers(one) if screen in {"papers", "sign"} else [],
            "account": people.own_masked(request.person, "bank_account") if screen in {"account", "sign"} else "",
            "words": mine.words(one),
            "returned": mine.returned(one),
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
        "next": mine.AHEAD.get(one.state),
        "holder": flows.holder(one),
        "returned": mine.returned(one),
        "go_on": reverse(f"hardship_hall:{mine.next_screen(one)}", args=[id]) if own_file and one.state in FILLED_IN else "",
        "papers": mine.papers(one) if own_file else [],
        "paper": forms.PaperForm() if own_file and one.state in STAGES else None,
        "may_press": own_file and one.state in PRESSED,
        "may_withdraw": own_file and one.state in STAGES,
    }
    return render(request, "hardship/hall/progress.html", context)


@doors.page(signed_in=True, methods=("POST",))
def add_paper(request: Request, id: int) -> HttpResponse:
    """A paper that follows the application."""
    mine.file(request.person, id)
    form = forms.PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused(_("Choose a photo or a PDF file first."))
    own.add_paper(person=request.person, household_id=id, photo=form.cleaned_data["photo"])
    doors.told(request, _("The paper is with the application."))
    return doors.go(request, "hardship_hall:progress", id)


@doors.page(signed_in=True, methods=("POST",))
def press(request: Request, id: int) -> HttpResponse:
    """Remind the union."""
    mine.file(request.person, id)
    doors.try_to(request, partial(own.press, person=request.person, household_id=id), _("Your union was reminded."))
    return doors.go(request, "hardship_hall:progress", id)


@doors.page(signed_in=True, methods=("GET", "POST"))
def withdraw(request: Request, id: int) -> HttpResponse:
    """Take an application back before it is decided."""
    one = mine.file(request.person, id)
    form = WordsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        if doors.attempt(form, lambda: own.withdraw(person=request.person, household_id=id, words=words)) is not None:
            doors.told(request, _("The application was taken back."))
            return doors.go(request, "hardship_hall:progress", id)
    return render(request, "hardship/hall/withdraw.html", {"form": form, "file": one})


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
