"""Signatures (加签): one more person is asked before a record goes on, says yes or no, or is let off."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.flows import registry
from unionhall.kernel.flows.actions import signatures as actions
from unionhall.kernel.flows.queries import signatures as queries
from unionhall.kernel.people.rules import told_by_name
from unionhall.lib.refusal import Refused
from unionhall.shell import doors, search
from unionhall.shell.forms import offer
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office.forms.tasks import OpinionForm, SignForm


@doors.page(signed_in=True, methods=("GET", "POST"))
def ask(request: Request, kind: str, record: int) -> HttpResponse:
    """Ask somebody with the right, from the unit or above, for an opinion before the record goes on."""
    task, asked = queries.task_to_sign_for(request.person, kind, record)
    people = {person.pk: person for person in queries.may_sign(task, asked, besides=request.person)}
    form = SignForm(request.POST or None, initial={"version": asked.version})
    offer(form, "to", [("", _("Choose…")), *told_by_name(list(people.values()), _with_unit)])
    back = _back(kind, record)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "to": people[form.cleaned_data["to"]]}
        if doors.attempt(form, lambda: actions.ask(task, by=request.person, **given)) is not None:
            doors.told(request, _("%(name)s was asked to sign. The record waits for the answer.") % {"name": given["to"].name})
            return doors.go(request, back)
    return render(request, "office/desk/sign.html", {"form": form, "task": task, "people": people, "back": back})


@doors.page(signed_in=True, methods=("GET", "POST"))
def answer(request: Request, kind: str, record: int) -> HttpResponse:
    """Say yes or no to what one was asked to sign, by one of two buttons."""
    task = queries.asked_of(request.person, kind, record)
    form = OpinionForm(request.POST or None)
    said = request.POST.get("answer", "")
    if form.is_bound and said not in {"agree", "disagree"}:
        form.add_error(None, _("Choose one of the two buttons: agree, or do not agree."))
    if request.method == "POST" and form.is_valid():
        opinion, agrees = form.cleaned_data["opinion"], said == "agree"
        if doors.attempt(form, lambda: actions.answer(task, agrees=agrees, opinion=opinion, by=request.person)) is not None:
            doors.told(request, _("Your opinion is on record; %(name)s was told.") % {"name": task.sent_by.name})
            return doors.go(request, _back(kind, record))
    return render(request, "office/desk/sign_answer.html", {"form": form, "task": task, "back": _back(kind, record)})


@doors.page(signed_in=True, methods=("POST",))
def call_back(request: Request, kind: str, record: int, task: int) -> HttpResponse:
    """Call a signature back while it is unanswered."""
    found = queries.open_one(request.person, kind, record, task)
    actions.call_back(found, by=request.person)
    doors.told(request, _("%(name)s need not sign any more.") % {"name": found.assigned_to.name if found.assigned_to else ""})
    return doors.go(request, _back(kind, record))


def panel(request: HttpRequest, record: Any) -> Mapping[str, Any] | None:
    """What a record's page shows: whom was asked and what they said, with the box of whoever is asked now."""
    found, person = queries.on_record(record), request.person  # type: ignore[attr-defined]
    if not found:
        return None
    kind = registry.kind_of(record)
    try:
        mine = queries.asked_of(person, kind, record.pk)
    except Refused:
        mine = None
    lines = [(one, one.answered is None and queries.may_call_back(person, one.task)) for one in found if one.task != mine]
    waits = [one.name for one in found if one.answered is None]
    return {"lines": lines, "mine": mine, "form": OpinionForm(), "kind": kind, "record": record, "waits": _(", ").join(waits)}


def _with_unit(person: Any) -> str:
    return f"{person.name} · {person.home.label}" if person.home is not None else person.name


def _back(kind: str, record: int) -> str:
    return search.address(kind, record) or reverse("office:worklist")
