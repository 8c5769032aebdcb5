"""What is done on the page of a session: one door an act, each a form posted from that page and back to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.shell import doors
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.campaigns.actions import attendance, handouts, sessions, signups
from unionhall.work.campaigns.desk.sessions import page_context
from unionhall.work.campaigns.forms import sessions as forms
from unionhall.work.campaigns.queries import browse
from unionhall.work.campaigns.queries import sessions as queries


@dataclass(frozen=True, slots=True)
class Act:
    """A form, what it does, the permission it asks for, and what is said when it is done."""

    permission: str
    run: Callable[[Request, int, dict[str, Any]], Any]
    said: Any
    form: Callable[..., Any] | None = None
    shown_as: str = ""


def _lines(given: dict[str, Any]) -> list[str]:
    return [line for line in given["names"].splitlines() if line.strip()]


def _shown(request: Request, id: int, given: dict[str, Any]) -> Any:
    pairs = [(line, given["level"]) for line in _lines(given)]
    return handouts.show_people(session_id=id, shown=pairs, by=request.person)


def _heads(request: Request, id: int, given: dict[str, Any]) -> Any:
    one = attendance.Counting(heads=given["heads"], mode=given["mode"], name=given["name"], ownership=given["ownership"])
    return attendance.count_heads(session_id=id, countings=[one], by=request.person)


RUN, CHECK = "campaigns.run", "campaigns.check_in"
ACTS = {
    "publish": Act(
        RUN, lambda r, id, g: sessions.publish_session(session_id=id, by=r.person), gettext_lazy("The session is published."),
    ),
    "draw": Act(
        RUN, lambda r, id, g: signups.draw(session_id=id, by=r.person), gettext_lazy("The places are drawn; everybody is told."),
    ),
    "hold": Act(
        RUN, lambda r, id, g: sessions.hold_session(session_id=id, by=r.person, summary=g["words"]),
        gettext_lazy("Noted as held; it counts now."), forms.WordsForm, "hold_form",
    ),
    "cancel": Act(
        RUN, lambda r, id, g: sessions.cancel_session(session_id=id, reason=g["words"], by=r.person),
        gettext_lazy("The session is cancelled; everybody signed up is told."), forms.WordsForm, "cancel_form",
    ),
    "places": Act(
        RUN, lambda r, id, g: sessions.set_places(session_id=id, by=r.person, places=g["places"], organization=g["organization"]),
        gettext_lazy("The places are set."), forms.PlacesForm, "places_form",
    ),
    "names": Act(
        CHECK, lambda r, id, g: attendance.note_names(session_id=id, names=_lines(g), by=r.person),
        gettext_lazy("The names are noted."), forms.NamesForm, "names_form",
    ),
    "heads": Act(CHECK, _heads, gettext_lazy("The head count is noted."), forms.HeadsForm, "heads_form"),
    "heads-off": Act(
        CHECK, lambda r, id, g: attendance.withdraw_heads(session_id=id, head_count_id=g["key"], by=r.person),
        gettext_lazy("The head count is withdrawn."), forms.KeyForm,
    ),
    "scan": Act(
        CHECK, lambda r, id, g: attendance.check_in_by_code(session_id=id, code=g["code"], by=r.person),
        gettext_lazy("Checked in."), forms.CodeForm, "code_form",
    ),
    "person": Act(
        CHECK, lambda r, id, g: attendance.check_in(session_id=id, person=g["person"], by=r.person),
        gettext_lazy("Checked in."), forms.PersonForm, "person_form",
    ),
    "out": Act(
        CHECK, lambda r, id, g: attendance.check_out(session_id=id, attendance_id=g["key"], by=r.person),
        gettext_lazy("Checked out."), forms.KeyForm,
    ),
    "settle": Act(
        CHECK, lambda r, id, g: attendance.settle(session_id=id, clash_id=g["key"], take=g["take"], by=r.person),
        gettext_lazy("The line is settled."), forms.KeyForm,
    ),
    "handout": Act(
        RUN,
        lambda r, id, g: handouts.hand_out(
            session_id=id, by=r.person, name=g["name"], copies=g["copies"] or 0, goods=g["goods"], cash=g["cash"]
        ),
        gettext_lazy("What was handed out is noted."), forms.HandoutForm, "handout_form",
    ),
    "shown": Act(RUN, _shown, gettext_lazy("Whom the exhibition shows is noted."), forms.ShownForm, "shown_form"),
    "attach": Act(
        RUN, lambda r, id, g: handouts.keep_file(session_id=id, content=g["file"], by=r.person),
        gettext_lazy("The file is kept."), forms.FileForm, "file_form",
    ),
}  # fmt: skip


def door(code: str, act: Act) -> Callable[..., Any]:
    """The view of one act: back to the page when done, the page with the words when refused."""

    @doors.page(permission=act.permission, methods=("POST",))
    def view(request: Request, id: int) -> HttpResponse:
        one = queries.session(request.person, id)
        if act.form is None:
            act.run(request, id, {})
            doors.told(request, act.said)
            return doors.go(request, "campaigns:desk-session", id)
        more = {"people": browse.namable(request.person)} if act.form is forms.PersonForm else {}
        prefix = {} if not act.shown_as else {"prefix": act.shown_as.removesuffix("_form").replace("code", "scan")}
        form = act.form(request.POST, request.FILES, **prefix, **more)
        if form.is_valid():
            if not act.shown_as:
                act.run(request, id, form.cleaned_data)
                doors.told(request, act.said)
                return doors.go(request, "campaigns:desk-session", id)
            if doors.attempt(form, lambda: act.run(request, id, form.cleaned_data)) is not None:
                doors.told(request, act.said)
                return doors.go(request, "campaigns:desk-session", id)
        elif not act.shown_as:
            doors.told(request, _("Choose a row of the page."))
            return doors.go(request, "campaigns:desk-session", id)
        context = page_context(request, one) | {act.shown_as: form, "refused": form}
        return render(request, "campaigns/desk/session.html", context, status=doors.status(form))

    view.__name__ = f"{code.replace('-', '_')}_session"
    return view


DOORS = {code: door(code, act) for code, act in ACTS.items()}
