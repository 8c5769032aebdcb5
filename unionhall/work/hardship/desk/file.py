"""The page of one file: what is known left, the next act right, the timeline below; and every act on it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.files import actions as files
from unionhall.kernel.flows import queries as flows
from unionhall.lib.refusal import NotVisible
from unionhall.shell import doors
from unionhall.shell.components import Event
from unionhall.shell.forms import WordsForm, unsaid
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.hardship import registry
from unionhall.work.hardship.actions import handover, helps, inquiries, leave, pairing, procedure
from unionhall.work.hardship.desk.finding import given_by
from unionhall.work.hardship.flow import HANDOVER
from unionhall.work.hardship.forms import desk as forms
from unionhall.work.hardship.queries import browse, handovers, mine

Run = Callable[[Request, Any, dict[str, Any]], object]


def _box(
    heading: Any, permission: str, make: Callable[..., Any], run: Run, states: str = "", *, main: bool = False
) -> dict[str, Any]:
    return {"heading": heading, "permission": permission, "make": make, "run": run, "states": states.split(), "main": main}


def _words(label: Any, required: bool = True) -> Callable[..., Any]:
    return lambda request, data, uploads, prefix: WordsForm(data, label=label, required=required, prefix=prefix)


def _plain(form: Any) -> Callable[..., Any]:
    return lambda request, data, uploads, prefix: form(data, uploads, prefix=prefix)


def _plain_words(form: Any) -> Callable[..., Any]:
    return lambda request, data, uploads, prefix: form(data, prefix=prefix)


def _reasons(words: Any) -> Callable[..., Any]:
    return lambda request, data, uploads, prefix: forms.ReasonForm(data, words=words, prefix=prefix)


def _cadre(request: Request, data: Any, uploads: Any, prefix: str) -> Any:
    return forms.PairForm(data, people=browse.namable(request.person), prefix=prefix)


def _visit(request: Request, one: Any, given: dict[str, Any]) -> object:
    photo = given.pop("photo", None)
    made = procedure.visit(household_id=one.pk, by=request.person, **given)
    if photo:
        files.attach(one, photo, by=request.person, kind="visit")
    return made


def _paper(request: Request, one: Any, given: dict[str, Any]) -> object:
    return procedure.add_paper(household_id=one.pk, photo=given["photo"], kind=given["kind"], by=request.person)


def _ask(request: Request, one: Any, given: dict[str, Any]) -> object:
    asked = inquiries.ask(household_id=one.pk, sources=given["sources"], by=request.person)
    inquiries.fetch(asked, by=request.person)
    return True


def _answer(request: Request, one: Any, given: dict[str, Any]) -> object:
    told = inquiries.Answered(given["number"], given["answer"], given["words"], given["signature"])
    return inquiries.take(told, by=request.person, household_id=one.pk)


def _version(given: dict[str, Any]) -> dict[str, Any]:
    return {"version": given.get("version")}


ON_WAY = "applied visiting checking reviewing noticed approving"
BOXES: dict[str, dict[str, Any]] = {
    "consent": _box(
        gettext_lazy("Enter signed authorisations"),
        "hardship.register",
        _words(gettext_lazy("Remark"), required=False),
        lambda r, one, given: procedure.sign_all(household_id=one.pk, by=r.person),
        "draft returned",
    ),
    "apply": _box(
        gettext_lazy("Hand in"),
        "hardship.register",
        _words(gettext_lazy("Remark"), required=False),
        lambda r, one, given: procedure.apply(household_id=one.pk, by=r.person, **_version(given)),
        "draft returned",
        main=True,
    ),
    "paper": _box(
        gettext_lazy("Add a paper"), "hardship.register", _plain(forms.PaperForm), _paper, f"draft returned on_file {ON_WAY}"
    ),
    "visit": _box(
        gettext_lazy("Enter a home visit"), "hardship.visit", _plain(forms.VisitForm), _visit, "applied visiting on_file"
    ),
    "ask": _box(gettext_lazy("Ask registers"), "hardship.check", _plain(forms.AskForm), _ask, "checking on_file"),
    "answer": _box(gettext_lazy("Enter an answer"), "hardship.check", _plain(forms.AnswerForm), _answer, "checking on_file"),
    "resolve": _box(
        gettext_lazy("Deal with a difference"),
        "hardship.check",
        _plain(forms.ResolveForm),
        lambda r, one, given: inquiries.resolve(household_id=one.pk, by=r.person, **given),
        "checking reviewing noticed approving on_file",
    ),
    "go-on": _box(
        gettext_lazy("On to the next step"),
        "hardship.review",
        _words(gettext_lazy("Opinion"), required=False),
        lambda r, one, given: procedure.go_on(household_id=one.pk, by=r.person, words=given["words"], **_version(given)),
        "applied visiting checking reviewing noticed",
        main=True,
    ),
    "approve": _box(
        gettext_lazy("Approve"),
        "hardship.approve",
        _words(gettext_lazy("Opinion"), required=False),
        lambda r, one, given: procedure.approve(household_id=one.pk, by=r.person, words=given["words"], **_version(given)),
        "approving",
        main=True,
    ),
    "send-back": _box(
        gettext_lazy("Send back to be mended"),
        "hardship.review",
        _words(gettext_lazy("Reason")),
        lambda r, one, given: procedure.send_back(household_id=one.pk, by=r.person, reason=given["words"], **_version(given)),
        ON_WAY,
    ),
    "refuse": _box(
        gettext_lazy("Refuse the file"),
        "hardship.review",
        _words(gettext_lazy("Reason")),
        lambda r, one, given: procedure.refuse(household_id=one.pk, by=r.person, reason=given["words"], **_version(given)),
        ON_WAY,
    ),
    "object": _box(
        gettext_lazy("Take an objection"),
        "hardship.see",
        _plain(forms.ObjectionForm),
        lambda r, one, given: procedure.take_objection(household_id=one.pk, by=r.person, **given),
        "noticed approving on_file",
    ),
    "decide": _box(
        gettext_lazy("Decide the objection"),
        "hardship.review",
        _plain(forms.DecisionForm),
        lambda r, one, given: procedure.decide_objection(
            household_id=one.pk, objection_id=given["id"], upheld=given["upheld"] == "yes", decision=given["words"], by=r.person
        ),
        "noticed approving on_file",
    ),
    "verify": _box(
        gettext_lazy("Verify for the year"),
        "hardship.visit",
        _words(gettext_lazy("What was seen"), required=False),
        lambda r, one, given: procedure.verify(household_id=one.pk, by=r.person, words=given["words"], **_version(given)),
        "on_file",
        main=True,
    ),
    "pair": _box(
        gettext_lazy("Pair with a cadre"),
        "hardship.pair",
        _cadre,
        lambda r, one, given: pairing.pair(household_id=one.pk, cadre=given["cadre"], by=r.person),
        "on_file",
    ),
    "contact": _box(
        gettext_lazy("Enter a contact"),
        "hardship.see",
        _plain(forms.ContactForm),
        lambda r, one, given: pairing.contact(household_id=one.pk, by=r.person, **given),
        "on_file",
    ),
    "help": _box(
        gettext_lazy("Note help"),
        "hardship.help",
        _plain(forms.HelpForm),
        lambda r, one, given: helps.note(household_id=one.pk, new=_help(given), by=r.person),
        "on_file",
    ),
    "judge-help": _box(
        gettext_lazy("Audit or opinion on a help"),
        "hardship.help",
        _plain(forms.JudgeForm),
        lambda r, one, given: helps.judge(household_id=one.pk, by=r.person, **given),
        "on_file exited",
    ),
    "hand-over": _box(
        gettext_lazy("Hand over to another unit"),
        "hardship.register",
        _plain_words(forms.HandOverForm),
        lambda r, one, given: handover.offer(household_id=one.pk, by=r.person, **given),
        "on_file",
    ),
    "exit": _box(
        gettext_lazy("Out of hardship"),
        "hardship.exit",
        _reasons(registry.ROUTES),
        lambda r, one, given: leave.leave(
            household_id=one.pk, route=given["reason"], words=given["words"], by=r.person, **_version(given)
        ),
        "on_file",
    ),
    "withdraw": _box(
        gettext_lazy("Withdraw the file"),
        "hardship.exit",
        _reasons(registry.WITHDRAWALS),
        lambda r, one, given: leave.withdraw(
            household_id=one.pk, reason=given["reason"], words=given["words"], by=r.person, **_version(given)
        ),
        f"draft returned on_file {ON_WAY}",
    ),
    "reopen": _box(
        gettext_lazy("Open again under the same number"),
        "hardship.register",
        _words(gettext_lazy("Reason")),
        lambda r, one, given: leave.reopen(household_id=one.pk, by=r.person, reason=given["words"], **_version(given)),
        "exited withdrawn refused",
    ),
}


def _help(given: dict[str, Any]) -> Any:
    amounts = {"approved": given["approved"] or 0, "paid": given["paid"] or 0}
    return helps.NewHelp(**{**given, **amounts})


@doors.page(permission="hardship.see")
def of(request: Request, kind: str, id: int) -> HttpResponse:
    """From a row that a figure counted to its file."""
    try:
        return doors.go(request, "hardship:desk-file", browse.file_of(request.person, kind, id))
    except NotVisible:
        return doors.go(request, "hardship:desk-handover", handovers.handed_over_of(request.person, kind, id))


@doors.page(permission="hardship.see")
def file(request: Request, id: int) -> HttpResponse:
    """The page of one file; of one that was handed over, what the unit that kept it may know of it."""
    try:
        return _page(request, id)
    except NotVisible:
        return doors.go(request, "hardship:desk-handover", handovers.handed_over(request.person, id))


def _page(request: Request, id: int, *, failed: Any = None, act: str = "", status: int = 200) -> HttpResponse:
    detail = browse.detail(request.person, id)
    one = detail.file
    boxes = _boxes(request, one, failed, act)
    context = {
        "detail": detail,
        "file": one,
        "state": one.stands,
        "words": said(one),
        "boxes": boxes,
        "refused": unsaid(failed, any(box["code"] == act for box in boxes)),
        "steps": mine.way(one) if one.is_open else [],
        "events": [_event(one, step) for step in reversed(detail.timeline)],
        "may_add": one.is_open and permissions.may(request.person, "hardship.register", at=one.organization),
        "masked": not permissions.may(request.person, "hardship.money", at=one.organization),
        "registry": names(one),
        "head_dead": one.is_open and any(line["dead"] for line in one.members_known if line["person"] == one.head_id),
        "papers": [(paper, registry.PAPERS.get(paper.kind, "")) for paper in detail.files],
        "assessments": [
            {"day": line.day, "kind": registry.KINDS[line.kind], "why": [registry.REASONS[code] for code in line.reasons]}
            for line in detail.assessments
        ],
    }
    return render(request, "hardship/desk/file.html", context, status=status)


def said(one: Any) -> dict[str, Any]:
    """The codes of a file put into words."""
    named = (
        ("kind", registry.KINDS),
        ("level", registry.LEVELS),
        ("worker", registry.WORKERS),
        ("housing", registry.HOUSING),
        ("cause", registry.CAUSES),
        ("second_cause", registry.CAUSES),
    )
    return {name: words.get(getattr(one, name), "") for name, words in named}


def names(one: Any) -> dict[str, Any]:
    """What hangs on the file, with its codes put into words."""
    return {
        "members": [
            {**line, "relation": registry.RELATIONS.get(line["relation"], ""), "school": registry.SCHOOLS.get(line["school"], "")}
            for line in one.members_known
        ],
        "consents": [
            {**line, "way": registry.CONSENTS.get(line["way"], ""), "day": line["signed_at"][:10]} for line in one.consents_known
        ],
        "exclusions": [{**line, "name": registry.EXCLUSIONS.get(line["code"], line["code"])} for line in one.exclusions_known],
        "inquiries": [
            {
                **line,
                "source": registry.SOURCES.get(line["source"], ""),
                "said": registry.ANSWERS.get(line["answer"], ""),
                "moment": line["answered_at"] and datetime.fromisoformat(line["answered_at"]),
            }
            for line in one.inquiries_known
        ],
        "helps": [
            {**line, "item": registry.HELPS.get(line["item"], ""), **given_by(line["source"])}
            | {"judged": registry.judged(line["in_order"], line["satisfied"])}
            for line in one.helps_known
        ],
        "handovers": [{**line, "state": HANDOVER.state(line["state"]).name} for line in one.handovers_known],
        "exits": [
            {**line, "why": registry.ROUTES.get(line["route"]) or registry.WITHDRAWALS.get(line["reason"], "")}
            for line in one.exits_known
        ],
    }


def _boxes(request: Request, one: Any, failed: Any, act: str) -> list[dict[str, Any]]:
    open_objections = [line for line in one.objections_known if line["upheld"] is None]
    unanswered = [line for line in one.inquiries_known if line["answered_at"] is None]
    differing = [line for line in one.inquiries_known if line["answer"] == "differs" and not line["resolved"]]
    places = {"review": flows.holder(one), "approve": flows.holder(one)}
    boxes = []
    for code, box in BOXES.items():
        place = places.get(box["permission"].partition(".")[2], one.organization)
        if one.state not in box["states"] or not permissions.may(request.person, box["permission"], at=place):
            continue
        if (
            (code == "decide" and not open_objections)
            or (code == "answer" and not unanswered)
            or (code == "resolve" and not differing)
            or (code == "hand-over" and (open_objections or any(line["state"] == "offered" for line in one.handovers_known)))
        ):
            continue
        if (code == "contact" and not any(line["until"] is None for line in one.pairings_known)) or (
            open_objections and code in {"go-on", "approve", "exit", "verify", "send-back", "refuse", "withdraw"}
        ):
            continue
        form = failed if code == act else box["make"](request, None, None, code)
        if code == "decide" and code != act:
            form.initial["id"] = open_objections[0]["id"]
        if code == "answer" and code != act:
            form.initial["number"] = unanswered[0]["id"]
        if code == "resolve" and code != act:
            form.initial["number"] = differing[0]["id"]
        if "version" in form.fields and code != act:
            form.initial["version"] = one.version
        url = reverse(f"hardship:desk-{code}", args=[one.pk])
        boxes.append({"code": code, "heading": box["heading"], "form": form, "url": url, "main": box["main"], "open": code == act})
    return boxes


def _event(one: Any, step: Any) -> Event:
    to = step.details.get("to_name") or ""
    return Event(step.at, step.who, f"{flows.sentence(one, step)} {to}".strip(), step.reason, step.organization.label)


def _door(code: str) -> Callable[..., Any]:
    @doors.page(permission=BOXES[code]["permission"], methods=("POST",))
    def act(request: Request, id: int) -> HttpResponse:
        return _act(request, id, code)

    return act


DOORS = {code: _door(code) for code in BOXES}


def _act(request: Request, id: int, code: str) -> HttpResponse:
    """Do one act on a file; what a rule refuses is said on the file's own page, with everything typed kept."""
    one, box = browse.file(request.person, id), BOXES[code]
    form = box["make"](request, request.POST, request.FILES, code)
    if not form.is_valid() or doors.attempt(form, lambda: box["run"](request, one, dict(form.cleaned_data)) or True) is None:
        return _page(request, id, failed=form, act=code, status=doors.status(form))
    try:
        fresh = browse.file(request.person, id)
    except NotVisible:
        doors.told(request, _("%(reference)s has left your unit.") % {"reference": one.reference})
        return doors.go(request, "hardship:desk-list")
    doors.told(request, _("%(reference)s: %(state)s.") % {"reference": fresh.reference, "state": fresh.stands.name})
    following = browse.next_waiting(request.person, one) if request.POST.get("next") == "1" else None
    return doors.go(request, "hardship:desk-file", following or id)
