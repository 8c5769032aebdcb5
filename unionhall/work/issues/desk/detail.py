"""The page of one issue: facts and the next act side by side, the timeline below, and what was just done undone."""

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.kernel.access import queries as access
from unionhall.kernel.files import actions as files
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.organizations import queries as organizations
from unionhall.lib.refusal import NotVisible, Refused
from unionhall.shell import doors, download
from unionhall.shell.components import Event
from unionhall.shell.forms import WordsForm
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.issues import forms, registry
from unionhall.work.issues.actions import dispatch as dispatching
from unionhall.work.issues.actions import flags, handle
from unionhall.work.issues.actions import register as registering
from unionhall.work.issues.queries import browse, kinds, routing

Act = Callable[[Request, Any, Any], object]


def found(request: Request, id: int) -> Any:
    """The issue of the address, or 404."""
    return browse.issue(request.person, id)


@doors.page(permission="issues.see")
def issue(request: Request, id: int) -> HttpResponse:
    """The page of one issue."""
    return _page(request, id)


def address(id: int, code: str) -> str:
    """Where an act on an issue is posted to."""
    return reverse(f"issues:desk-{code.replace('_', '-')}", args=[id])


def _page(request: Request, id: int, *, form: Any = None, act: str = "") -> HttpResponse:
    detail = browse.detail(request.person, id)
    one = detail.issue
    moves = browse.moves_for(request.person, one)
    context = {
        "detail": detail,
        "issue": one,
        "kind": kinds.name_of(one.kind),
        "source": registry.SOURCES.get(one.source, one.source),
        "grade": registry.GRADES.get(one.grade),
        "flag": registry.FLAGS.get(one.flag),
        "state": one.stands,
        "moves": {move.code for move in moves},
        "boxes": _boxes(one, {move.code for move in moves}, form, act),
        "side": _sides(request, one),
        "may": _buttons(request, one),
        "own": browse.own_values(one),
        "flags": registry.FLAGS,
        "events": [_event(one, step) for step in reversed(detail.timeline)],
        "files": detail.files,
        "form": form,
    }
    return render(request, "issues/desk/issue.html", context)


def _sides(request: Request, one: Any) -> dict[str, Any]:
    """Empty forms of what this person may do beside the flow."""
    if not forms.is_open(one):
        return {}
    handles = access.may(request.person, "issues.handle", at=one.handler)
    helps = browse.helps(request.person, one)
    oversees = access.may(request.person, "issues.supervise", at=one.organization)
    dispatches = access.may(request.person, "issues.dispatch", at=one.organization)
    wanted = {
        "progress": handles or helps,
        "measure": handles,
        "part": helps,
        "reassign": dispatches and one.state in {"dispatched", "handling"},
        "join": oversees and one.state == "handling",
        "flag": oversees,
        "pause": oversees and one.paused_at is None,
    }
    return {name: SIDE[name][0](None, None) for name, may in wanted.items() if may}


def _buttons(request: Request, one: Any) -> list[tuple[str, object]]:
    """Acts that need no words."""
    if not forms.is_open(one) or not access.may(request.person, "issues.supervise", at=one.organization):
        return []
    watch = _("End supervision") if one.supervised else _("Supervise")
    buttons: list[tuple[str, object]] = [(address(one.pk, "chase"), _("Chase")), (address(one.pk, "supervise"), watch)]
    if one.flag:
        buttons.append((address(one.pk, "flag_down"), _("Take the flag down")))
    if one.paused_at is not None:
        buttons.append((address(one.pk, "resume"), _("Start the clock again")))
    return buttons


def _event(one: Any, step: Any) -> Event:
    to = step.details.get("to_name") or ""
    return Event(step.at, step.who, f"{flows.sentence(one, step)} {to}".strip(), step.reason, step.organization.label)


BOXES: dict[str, tuple[Any, Any, bool]] = {
    # act: (heading, label of the words, a file may come along)
    "accept": (gettext_lazy("Accept"), "", False),
    "refuse": (gettext_lazy("Refuse"), gettext_lazy("Reason"), False),
    "submit": (gettext_lazy("Submit for check"), gettext_lazy("What was done"), True),
    "pass_check": (gettext_lazy("Pass the check"), gettext_lazy("Remark"), False),
    "send_back": (gettext_lazy("Send back"), gettext_lazy("Reason"), False),
    "write_off": (gettext_lazy("Write off"), "", False),
    "withdraw": (gettext_lazy("Withdraw"), gettext_lazy("Reason"), False),
}


KEYS = {"accept": "a", "pass_check": "a", "refuse": "r", "send_back": "r"}


def _boxes(one: Any, moves: set[str], failed: Any, act: str) -> list[dict[str, Any]]:
    boxes = []
    for code, (heading, label, evidence) in BOXES.items():
        if code not in moves:
            continue
        form = failed if code == act else _empty_form(code, label, evidence, one)
        boxes.append(
            {
                "code": code,
                "heading": heading,
                "form": form,
                "url": address(one.pk, code),
                "evidence": evidence,
                "words": bool(label),
                "key": KEYS.get(code, ""),
            }
        )
    return boxes


def _empty_form(code: str, label: Any, evidence: bool, one: Any, data: Any = None, uploads: Any = None) -> Any:
    initial = {"version": one.version}
    if evidence:
        return forms.EvidenceForm(data, uploads, label=label, initial=initial, prefix=code)
    return WordsForm(data, label=label, required=code in {"refuse", "send_back", "withdraw"}, initial=initial, prefix=code)


def _words(form: Any) -> dict[str, Any]:
    return {"version": form.cleaned_data.get("version")}


ACTS: dict[str, Act] = {
    "accept": lambda r, one, form: handle.accept(issue_id=one.pk, by=r.person, **_words(form)),
    "refuse": lambda r, one, form: dispatching.refuse(
        issue_id=one.pk, reason=form.cleaned_data["words"], by=r.person, **_words(form)
    ),
    "submit": lambda r, one, form: handle.submit(
        issue_id=one.pk, solution=form.cleaned_data["words"], by=r.person, uploads=_uploads(form), **_words(form)
    ),
    "pass_check": lambda r, one, form: handle.pass_check(
        issue_id=one.pk, words=form.cleaned_data["words"], by=r.person, **_words(form)
    ),
    "send_back": lambda r, one, form: handle.send_back(
        issue_id=one.pk, reason=form.cleaned_data["words"], by=r.person, **_words(form)
    ),
    "write_off": lambda r, one, form: handle.write_off(issue_id=one.pk, by=r.person, **_words(form)),
    "withdraw": lambda r, one, form: registering.withdraw(
        issue_id=one.pk, reason=form.cleaned_data["words"], by=r.person, **_words(form)
    ),
}
SIDE: dict[str, tuple[Callable[..., Any], Act]] = {
    "progress": (
        lambda data, uploads: forms.EvidenceForm(data, uploads, label=_("Progress"), prefix="progress"),
        lambda r, one, form: handle.report_progress(
            issue_id=one.pk, text=form.cleaned_data["words"], by=r.person, uploads=_uploads(form)
        ),
    ),
    "measure": (
        lambda data, uploads: forms.MeasureForm(data, prefix="measure"),
        lambda r, one, form: registering.set_measure(issue_id=one.pk, by=r.person, **form.cleaned_data),
    ),
    "measure_done": (
        lambda data, uploads: forms.ChoiceOf(data),
        lambda r, one, form: registering.finish_measure(issue_id=one.pk, measure_id=form.cleaned_data["id"], by=r.person),
    ),
    "flag": (
        lambda data, uploads: forms.FlagForm(data, prefix="flag"),
        lambda r, one, form: flags.hang(issue_id=one.pk, by=r.person, **form.cleaned_data),
    ),
    "flag_down": (lambda data, uploads: forms.Nothing(data), lambda r, one, form: flags.take_down(issue_id=one.pk, by=r.person)),
    "chase": (lambda data, uploads: forms.Nothing(data), lambda r, one, form: dispatching.chase(issue_id=one.pk, by=r.person)),
    "supervise": (
        lambda data, uploads: forms.Nothing(data),
        lambda r, one, form: dispatching.supervise(issue_id=one.pk, by=r.person, on=not one.supervised),
    ),
    "pause": (
        lambda data, uploads: WordsForm(data, prefix="pause"),
        lambda r, one, form: dispatching.pause(issue_id=one.pk, reason=form.cleaned_data["words"], by=r.person),
    ),
    "resume": (lambda data, uploads: forms.Nothing(data), lambda r, one, form: dispatching.resume(issue_id=one.pk, by=r.person)),
    "join": (
        lambda data, uploads: forms.UnitForm(data, prefix="join"),
        lambda r, one, form: dispatching.ask_to_join(issue_id=one.pk, unit=form.cleaned_data["to"], by=r.person),
    ),
    "part": (
        lambda data, uploads: WordsForm(data, prefix="part"),
        lambda r, one, form: dispatching.part_done(issue_id=one.pk, by=r.person, reason=form.cleaned_data["words"]),
    ),
    "reassign": (
        lambda data, uploads: forms.ReassignForm(data, prefix="reassign"),
        lambda r, one, form: dispatching.reassign(
            issue_id=one.pk, to=form.cleaned_data["to"], reason=form.cleaned_data["words"], by=r.person
        ),
    ),
    "merge": (
        lambda data, uploads: forms.ChoiceOf(data),
        lambda r, one, form: registering.merge(issue_id=one.pk, into_id=form.cleaned_data["id"], by=r.person),
    ),
}


def _uploads(form: Any) -> list[Any]:
    upload = form.cleaned_data.get("evidence")
    return [upload] if upload else []


PERMISSIONS = {
    "accept": "issues.accept",
    "refuse": "issues.accept",
    "submit": "issues.handle",
    "pass_check": "issues.check",
    "send_back": "issues.check",
    "write_off": "issues.write_off",
    "withdraw": "issues.report",
    "progress": "issues.handle",
    "measure": "issues.handle",
    "measure_done": "issues.handle",
    "part": "issues.handle",
    "reassign": "issues.dispatch",
    "merge": "issues.report",
    "flag": "issues.supervise",
    "flag_down": "issues.supervise",
    "chase": "issues.supervise",
    "supervise": "issues.supervise",
    "pause": "issues.supervise",
    "resume": "issues.supervise",
    "join": "issues.supervise",
}


def _door(code: str) -> Callable[..., HttpResponse | FileResponse]:
    @doors.page(permission=PERMISSIONS[code], methods=("POST",))
    def act(request: Request, id: int) -> HttpResponse:
        return _act(request, id, code)

    return act


DOORS = {code: _door(code) for code in PERMISSIONS}


def _act(request: Request, id: int, code: str) -> HttpResponse:
    """Do one act on an issue; what a rule refuses is said on the issue's own page, with everything typed kept."""
    one = found(request, id)
    if code in ACTS:
        _heading, label, evidence = BOXES[code]
        form, run = _empty_form(code, label, evidence, one, request.POST, request.FILES), ACTS[code]
    else:
        make, run = SIDE[code]
        form = make(request.POST, request.FILES)
    if not form.is_valid() or doors.attempt(form, lambda: run(request, one, form) or True) is None:
        if code in ACTS:
            return _page(request, id, form=form, act=code)
        raise Refused(" ".join(str(text) for texts in form.errors.values() for text in texts))
    try:
        fresh = found(request, id)
    except NotVisible:  # refused or passed on, it is no longer in this person's sight: the act was done all the same
        doors.told(request, _("%(reference)s has left your unit.") % {"reference": one.reference})
        return doors.go(request, "issues:desk-list")
    doors.told(request, _("%(reference)s: %(state)s.") % {"reference": fresh.reference, "state": fresh.stands.name})
    following = browse.next_waiting(request.person, one) if request.POST.get("next") == "1" else None
    return doors.go(request, "issues:desk-issue", following or id)


@doors.page(permission="issues.dispatch", methods=("GET", "POST"))
def dispatch(request: Request, id: int) -> HttpResponse:
    """Dispatch: the suggested unit is chosen already, the deadline follows from the grade."""
    one = found(request, id)
    suggestion = routing.suggest(one)
    words = {"unit": suggestion.unit.name, "why": suggestion.why, "earlier": suggestion.earlier}
    units = [(suggestion.unit.pk, _("%(unit)s (%(why)s; %(earlier)s of this kind before)") % words)]
    units += [(unit.pk, unit.name) for unit in routing.neighbours(one, suggestion.unit)]
    initial = {"to": suggestion.unit.pk, "grade": one.grade or "general", "version": one.version}
    joint = organizations.children(one.organization) if request.GET.get("joint") == "1" or "joint" in request.POST else None
    form = forms.DispatchForm(
        request.POST or None, units=units, people=browse.namable(request.person), joint=joint, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        step = doors.attempt(
            form,
            lambda: dispatching.dispatch(
                issue_id=id,
                to=given["unit"],
                by=request.person,
                grade=given["grade"],
                deadline=given["deadline"],
                requirement=given["requirement"],
                joint_units=list(given.get("joint") or ()),
                responsible=given["responsible"],
                version=given["version"],
            ),
        )
        if step is not None:
            words = {"reference": one.reference, "unit": given["unit"].name}
            undo = reverse("issues:desk-recall", args=[id])
            doors.told(request, _("%(reference)s was dispatched to %(unit)s.") % words, undo=undo)
            return doors.go(request, "issues:desk-issue", id)
    context = {"issue": one, "form": form, "suggestion": suggestion, "similar": browse.detail_similar(request.person, one)}
    return render(request, "issues/desk/dispatch.html", context)


@doors.page(permission="issues.dispatch", methods=("POST",))
def recall(request: Request, id: int) -> HttpResponse:
    """Take a dispatch back, within its minutes."""
    one = dispatching.recall(issue_id=id, by=request.person)
    doors.told(request, _("The dispatch of %(reference)s was taken back.") % {"reference": one.reference})
    return doors.go(request, "issues:desk-issue", id)


@doors.page(permission="issues.see")
def order(request: Request, id: int) -> HttpResponse:
    """The dispatch order on paper (交办单)."""
    detail = browse.detail(request.person, id)
    context = {
        "detail": detail,
        "issue": detail.issue,
        "kind": kinds.name_of(detail.issue.kind),
        "grade": registry.GRADES.get(detail.issue.grade),
        "source": registry.SOURCES.get(detail.issue.source),
    }
    return render(request, "issues/desk/order.html", context)


@doors.page(permission="issues.see")
def evidence(request: Request, id: int, file: int) -> FileResponse:
    """One file of an issue; the opening is noted."""
    found(request, id)
    opened = files.open_for(request.person, file)
    return download.stored(opened.content, name=opened.name, content_type=opened.content_type, size=opened.size)
