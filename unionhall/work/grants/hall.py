"""The worker's pages: what can be asked for, the application on five screens, how far it is, notices and objections."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.people import queries as people
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib.refusal import Conflict, Refused
from unionhall.shell import doors
from unionhall.shell.hall import Matter, Rated
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.grants import access
from unionhall.work.grants.actions import objections, own
from unionhall.work.grants.flow import UNDECIDED
from unionhall.work.grants.forms import PaperForm
from unionhall.work.grants.forms import hall as forms
from unionhall.work.grants.queries import eligibility, mine
from unionhall.work.grants.rules import Finding

PRESSED = (*UNDECIDED, "approved")  # somebody owes the next step, and no clock runs that nobody may shorten
HEADINGS = {
    "whom": gettext_lazy("1 For whom"),
    "money": gettext_lazy("2 How much and why"),
    "papers": gettext_lazy("3 Papers"),
    "account": gettext_lazy("4 Account"),
    "sign": gettext_lazy("5 Check and sign"),
}


@doors.page(signed_in=True, methods=("GET", "POST"))
def start(request: Request) -> HttpResponse:
    """What can be asked for now; a button begins or goes on."""
    if request.method == "POST":
        code, _slash, kind = request.POST.get("what", "").partition("/")
        draft = own.begin(person=request.person, programme=programmes.programme(code[:60]), kind=kind[:40])
        return doors.go(request, f"grants_hall:{mine.next_screen(draft)}", draft.pk)
    context = {
        "lines": mine.lines(request.person),
        "offers": mine.offers(request.person),
        "posted": bool(mine.near(request.person)),
    }
    return render(request, "grants/hall/start.html", context)


def _form(request: Request, screen: str, one: Any) -> Any:
    """The form of a screen, with what was said before."""
    data, uploads = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    if screen == "whom":
        people = [(each.pk, each.name) for each in access.household_people(request.person)]
        initial = {"person": one.person_id, "months": [month.isoformat() for month in one.months], "exclusion": one.exclusion}
        terms = one.terms
        return forms.WhomForm(data, people=people, monthly=terms.period == "month", excludes=terms.excludes, initial=initial)
    if screen == "money":
        said = {"amount": one.asked, "basis": one.basis}
        initial = {name: f"{fen // 100}.{fen % 100:02d}" if fen else "" for name, fen in said.items()}
        more = {"matter": one.matter, "reason": one.reason, "happened_on": one.happened_on}
        return forms.MoneyForm(data, terms=one.terms, initial={**initial, **more})
    if screen == "papers":
        return forms.PhotoForm(data, uploads)
    return forms.AccountForm(data) if screen == "account" else forms.AgreeForm(data)


def _save(request: Request, screen: str, id: int, form: Any) -> str:
    """Keep what a screen says; the name of the screen that follows."""
    given, person = form.cleaned_data, request.person
    if screen == "whom":
        months = [date.fromisoformat(each) for each in given.get("months", ())]
        said = given.get("exclusion", "")
        own.save_whom(person=person, application_id=id, helped=given["person"], months=months, exclusion=said)
    elif screen == "money":
        own.save_money(person=person, application_id=id, **given)
    elif screen == "papers":
        if given["photo"]:
            own.add_paper(person=person, application_id=id, photo=given["photo"])
            return "papers"
        own.pass_papers(person=person, application_id=id)
    elif screen == "account":
        own.save_account(person=person, application_id=id, **given)
    else:
        own.hand_in(person=person, application_id=id)
        return "progress"
    return own.SCREENS[own.SCREENS.index(screen) + 1]


def _screen(screen: str) -> Callable[..., HttpResponse]:
    @doors.page(signed_in=True, methods=("GET", "POST"))
    def page(request: Request, id: int) -> HttpResponse:
        one = mine.application(request.person, id)
        if one.state != "draft" or one.created_by_id != request.person.pk:
            if request.method == "GET":  # the browser's Back: how it stands, with its number, instead of a form
                return doors.go(request, "grants_hall:progress", id)
            raise Conflict(_("This application has been handed in."))
        form = _form(request, screen, one)
        if request.method == "POST" and "keep" in request.POST:
            form.is_valid()
            own.keep(person=request.person, application_id=id, screen=screen, said=form.cleaned_data)
            return HttpResponse(status=204)
        if request.method == "POST" and form.is_valid():
            following = doors.attempt(form, lambda: _save(request, screen, id, form))
            if following is not None:
                return doors.go(request, f"grants_hall:{following}", id)
        place = own.SCREENS.index(screen)
        signing = screen == "sign"
        context = {
            "form": form,
            "application": one,
            "screen": screen,
            "heading": HEADINGS[screen],
            "number": place + 1,
            "back": reverse(f"grants_hall:{own.SCREENS[place - 1]}", args=[id]) if place else reverse("grants_hall:start"),
            "papers": mine.papers(one) if screen in {"papers", "sign"} else [],
            "account": people.own_masked(request.person, "bank_account") if screen in {"account", "sign"} else "",
            "findings": eligibility.judged(one, amount=one.asked) if signing else [],
            "returned": mine.returned(one),
        }
        return render(request, "grants/hall/screen.html", context)

    return page  # type: ignore[return-value]


SCREENS = {screen: _screen(screen) for screen in own.SCREENS}


@doors.page(signed_in=True)
def progress(request: Request, id: int) -> HttpResponse:
    """How far the application is, why, and what the worker can do now."""
    return _progress(request, id)


def _progress(request: Request, id: int, *, form: Any = None, status: int = 200) -> HttpResponse:
    one = mine.application(request.person, id)
    own_draft = one.created_by_id == request.person.pk
    paper = form if isinstance(form, PaperForm) else PaperForm()
    to_rate = one.state == "paid" and one.payee_id == request.person.pk
    context = {
        "application": one,
        "state": one.stands,
        "steps": mine.steps(one),
        "findings": [Finding(**each) for each in one.findings],
        "objections": mine.appeals(one),
        "next": mine.next_step(one),
        "holder": flows.holder(one),
        "returned": mine.returned(one) if own_draft and one.state == "draft" else "",
        "go_on": reverse(f"grants_hall:{mine.next_screen(one)}", args=[id]) if own_draft and one.state == "draft" else "",
        "papers": mine.papers(one),
        "paper": paper if own_draft and one.state in UNDECIDED else None,
        "owed": mine.owed_account(request.person, one),
        "account": form if isinstance(form, forms.OwedAccountForm) else forms.OwedAccountForm(),
        "refused": form,
        "may_press": one.state in PRESSED,
        "rate": reverse("portal:rate", args=["grants.application", id]) if to_rate else "",
        "may_withdraw": own_draft and one.state in {"submitted", "reviewed", "noticed", "approved"},
        "may_appeal": one.state == "refused",
    }
    return render(request, "grants/hall/progress.html", context, status=status)


@doors.page(signed_in=True, methods=("POST",))
def add_paper(request: Request, id: int) -> HttpResponse:
    """A paper that follows the application."""
    mine.application(request.person, id)
    return _supply(request, id, PaperForm(request.POST, request.FILES), own.add_paper, _("The paper is with the application."))


@doors.page(signed_in=True, methods=("POST",))
def give_account(request: Request, id: int) -> HttpResponse:
    """The account that the payment waits for."""
    mine.application(request.person, id)
    said = _("Your account is on record; the payment goes on.")
    return _supply(request, id, forms.OwedAccountForm(request.POST), own.give_account, said)


def _supply(request: Request, id: int, form: Any, act: Callable[..., object], said: str) -> HttpResponse:
    """Add to an application what was sent in a form, whose fields the act takes; refused, it stands on the same page."""
    if form.is_valid():
        given = partial(act, person=request.person, application_id=id, **form.cleaned_data)
        if doors.attempt(form, given) is not None:
            doors.told(request, said)
            return doors.go(request, "grants_hall:progress", id)
    return _progress(request, id, form=form, status=doors.status(form))


@doors.page(signed_in=True, methods=("POST",))
def press(request: Request, id: int) -> HttpResponse:
    """Remind the union."""
    mine.application(request.person, id)
    doors.try_to(request, partial(own.press, person=request.person, application_id=id), _("Your union was reminded."))
    return doors.go(request, "grants_hall:progress", id)


@doors.page(signed_in=True, methods=("GET", "POST"))
def withdraw(request: Request, id: int) -> HttpResponse:
    """Take an application back, or throw a draft away."""
    one = mine.application(request.person, id)
    return _said(request, _("Take the application back"), one.reference, reverse("grants_hall:progress", args=[id]),
        lambda words: own.withdraw(person=request.person, application_id=id, words=words))  # fmt: skip


@doors.page(signed_in=True, methods=("GET", "POST"))
def appeal(request: Request, id: int) -> HttpResponse:
    """Say why a refusal is wrong; the unit above looks at it."""
    one = mine.application(request.person, id)
    return _said(request, _("Appeal"), one.reference, reverse("grants_hall:progress", args=[id]),
        lambda words: objections.appeal(application_id=id, words=words, by=request.person, way="online"),
        check=lambda: objections.check_appeal(one))  # fmt: skip


@doors.page(signed_in=True)
def notices(request: Request) -> HttpResponse:
    """What stands on public notice near the worker."""
    return render(request, "grants/hall/notices.html", {"rows": mine.near(request.person)})


@doors.page(signed_in=True, methods=("GET", "POST"))
def objection(request: Request, id: int) -> HttpResponse:
    """Object to what is posted; the name of whoever objects is not shown to those whom it concerns."""
    one = mine.posting(id)
    title = f"{one.name} · {one.application.programme} · {one.application.kind_name}"
    return _said(request, _("Object"), title, reverse("grants_hall:notices"),
        lambda words: objections.object_online(posting_id=id, words=words, by=request.person))  # fmt: skip


def _said(
    request: Request, heading: str, lead: str, back: str, act: Callable[[str], object], check: Callable[[], None] = lambda: None
) -> HttpResponse:
    """A page on which the worker says why; where `check` refuses, it says that instead, before anything was written in vain."""
    context = {"heading": heading, "lead": lead, "back": back}
    try:
        check()
    except Refused as refusal:
        return render(request, "grants/hall/words.html", {**context, "refused": refusal}, status=doors.status_of(refusal))
    form = forms.WordsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and doors.attempt(form, lambda: act(form.cleaned_data["words"])) is not None:
        doors.told(request, _("Done."))
        return doors.go(request, "grants_hall:start")
    return render(request, "grants/hall/words.html", {**context, "form": form})


def rated(application_id: int) -> Rated | None:
    """A paid application as something that the worker may rate; None while it is not paid."""
    one = mine.paid(application_id)
    if one is None:
        return None
    title = f"{one.programme} · {one.kind_name}"
    return Rated(f"grants.application:{one.pk}", title, one.organization, one.payee_id, one.paid_on)


def matters(request: Request) -> list[Matter]:
    """The worker's own applications among "my matters"."""
    return [
        Matter(
            line.application.reference,
            f"{line.application.programme} · {line.application.kind_name}",
            str(line.application.stands.name),
            light=getattr(line.application, "light", "none") or "none",
            since=line.since,
            due=line.application.due_on if line.waits else None,
            url=line.url,
            done=line.done,
            waits=line.waits,
        )
        for line in mine.lines(request.person)
    ]
