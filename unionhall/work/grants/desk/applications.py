"""Applications at the desk: the list, one for a known person, and the page on which it is reviewed and decided."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.exchange.actions import export_table
from unionhall.kernel.files import actions as files
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.actions import once as once_only
from unionhall.lib import dates, money, rowid
from unionhall.lib.refusal import Refused
from unionhall.shell import doors, download
from unionhall.shell import phone as phones
from unionhall.shell.components import Event
from unionhall.shell.forms import unsaid
from unionhall.shell.paging import order_of, page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.grants import access, forms
from unionhall.work.grants.actions import applications as acts
from unionhall.work.grants.actions import covers, levels, objections, postings
from unionhall.work.grants.actions.applications import NewApplication
from unionhall.work.grants.flow import GRANT
from unionhall.work.grants.queries import browse, paying, stages
from unionhall.work.grants.queries import levels as ways
from unionhall.work.grants.rules import Finding

SORTS = {"new": ("-id",), "unit": ("org_path", "-id"), "amount": ("-asked", "-id")}


@doors.page(permission="grants.see")
def of_payment(request: Request, id: int) -> HttpResponse:
    """From a payment that a figure counted to what it pays."""
    found = permissions.key_of(access.visible_to(request.person).filter(payments__pk=id))
    return doors.go(request, "grants:desk-application", found)


def _death(*, application_id: int, version: int | None, **given: Any) -> Any:
    return covers.note_death(application_id=application_id, **given)


ACTS: dict[str, tuple[Any, str, tuple[str, ...], type[Any], Callable[..., Any]]] = {
    "submit": (gettext_lazy("Submit"), "grants.apply", ("draft",), forms.ReviewForm, acts.submit),
    "review": (gettext_lazy("Papers in order"), "grants.review", ("submitted",), forms.ReviewForm, acts.review),
    "send-up": (gettext_lazy("Send up for approval"), "grants.approve", ("reviewed",), forms.ReviewForm, levels.send_up),
    "approve": (gettext_lazy("Approve"), "grants.approve", ("reviewed",), forms.ApproveForm, acts.approve),
    "send-back": (
        gettext_lazy("Send back to be mended"),
        "grants.review",
        ("submitted", "reviewed"),
        forms.WhyForm,
        acts.send_back,
    ),
    "release": (gettext_lazy("Public notice is over"), "grants.approve", ("noticed",), forms.VersionForm, postings.release),
    "refuse": (gettext_lazy("Turn down"), "grants.approve", ("submitted", "reviewed"), forms.WhyForm, acts.refuse),
    "withdraw": (
        gettext_lazy("Withdraw the application"),
        "grants.apply",
        ("draft", "submitted", "reviewed", "noticed", "approved"),
        forms.WhyForm,
        acts.withdraw,
    ),
    "object": (
        gettext_lazy("Take an objection"),
        "grants.review",
        objections.OPEN_TO_OBJECTION,
        forms.ObjectForm,
        objections.take_objection,
    ),
    "appeal": (gettext_lazy("Take an appeal"), "grants.review", ("refused",), forms.ObjectForm, objections.appeal),
    "death": (
        gettext_lazy("Note a death"),
        "grants.review",
        ("submitted", "reviewed", "noticed", "approved"),
        forms.DeathForm,
        _death,
    ),
    "recover": (gettext_lazy("The money came back"), "grants.pay", ("recovering",), forms.WhyForm, acts.recover),
}
NEXT = ("review", "approve")  # those after which the next one may be opened
MAIN = ("submit", "review", "send-up", "approve", "release", "recover")
DECIDED = ("send-up", "approve", "send-back", "refuse")  # where it lies, once it was sent up


def _chosen(request: Request) -> tuple[forms.ListFilter, browse.Filters]:
    form = forms.ListFilter(request.GET, programmes=browse.programmes_of())
    form.is_valid()
    told = form.cleaned_data
    code = told["programme"].code if told.get("programme") else ""
    return form, browse.Filters(text=told.get("q", ""), state=told.get("state", ""), programme=code)


@doors.page(permission="grants.see")
def index(request: Request) -> HttpResponse:
    """The list of applications."""
    form, filters = _chosen(request)
    page = page_of(request, browse.applications(request.person, filters).order_by(*order_of(request, SORTS, "new")))
    context = {
        "form": form,
        "page": page,
        "filtered": filters != browse.Filters(),
        "query": request.GET.urlencode(),
        "may_apply": request.unit is not None and permissions.may(request.person, "grants.apply", at=request.unit),
    }
    return render(request, "grants/desk/applications.html", context, fragment="rows")


@doors.page(permission="grants.see")
def export(request: Request) -> HttpResponse:
    """The list as it is filtered, with a sheet that says what it is."""
    _form, filters = _chosen(request)
    asked = {"q": filters.text, "state": filters.state, "programme": filters.programme}
    told = {name: value for name, value in asked.items() if value}
    made = export_table.export_table(code="grants.applications", by=request.person, at=unit_of(request), filters=told)
    return download.attachment("applications.xlsx", made.content)


def _form(request: Request, **more: Any) -> forms.ApplicationForm:
    return forms.ApplicationForm(
        request.POST or None, programmes=browse.programmes_of(), people=browse.namable(request.person), **more
    )


@doors.page(permission="grants.apply", methods=("GET", "POST"))
def apply(request: Request) -> HttpResponse:
    """Take up an application; the reasons for and against it stand on its page. Sent twice with one key, it is made once."""
    unit = unit_of(request)
    initial = {"person": request.GET.get("person", ""), "what": request.GET.get("what", ""), "amount": ""}
    form = _form(request, initial=initial)
    key = request.POST.get("once", "")[:60]
    if request.method == "POST" and form.is_valid():
        made = doors.attempt(form, lambda: _once(request, unit, form.given(), key))
        if made is not None:
            _tell_registered(request, made["id"])
            return doors.go(request, "grants:desk-application", made["id"])
    context = {"form": form, "unit": unit, "once": key or str(uuid.uuid4()), "card": _card(request, unit, form)}
    return render(request, "grants/desk/apply.html", context)


def _tell_registered(request: Request, id: int) -> None:
    """Hand in what was just registered where that button was pressed; what speaks against it is said beside the draft."""
    if "hand_in" not in request.POST:
        return doors.told(request, _("The application is registered; look at the reasons, then submit it."))
    try:
        if browse.application(request.person, id).state == "draft":  # pressed twice, it is handed in once
            acts.submit(application_id=id, by=request.person)
        doors.told(request, _("The application is registered and handed in."))
    except Refused as refusal:
        said = _("Registered as a draft, not handed in: %(why)s") % {"why": refusal}
        doors.told(request, said, level=messages.WARNING)


def _card(request: Request, unit: Any, form: forms.ApplicationForm) -> browse.Card | None:
    """The rule of the kind that stands chosen, with what the person has had before."""
    if form.terms is None:
        return None
    kind, person = (str(form["what"].value()).partition("/")[2], rowid.read(str(form["person"].value() or "")))
    return browse.card(request.person, unit, form.terms, kind, person)


def _once(request: Request, unit: Any, given: dict[str, Any], key: str) -> dict[str, int]:
    def act() -> dict[str, int]:
        return {"id": acts.register(organization=unit, new=NewApplication(**given), by=request.person).pk}

    if not key:
        return act()
    told = {name: str(getattr(value, "pk", value)) for name, value in given.items()}
    return once_only.once(request.person, f"grants.register:{key}", once_only.digest_of(told), act)


@doors.page(permission="grants.see")
def application(request: Request, id: int) -> HttpResponse:
    """One application: who, what, every reason for and against, and the act that comes next."""
    return _page(request, id)


def _page(request: Request, id: int, *, act: str = "", failed: Any = None, paper: Any = None, status: int = 200) -> HttpResponse:
    one = browse.application(request.person, id)
    may_apply = permissions.may(request.person, "grants.apply", at=one.organization)
    boxes, way, postings_of_it = [], ways.way(one, one.asked), list(one.postings.all())
    for code, (heading, permission, states, make, _run) in ACTS.items():
        place = way.holder if code in DECIDED else one.organization
        if code == "send-up" and not way.below:
            continue
        if one.state in states and permissions.may(request.person, permission, at=place):
            form = failed if code == act else _act_form(request, make, one)
            url = reverse(f"grants:desk-{code}", args=[one.pk])
            bare = not form.visible_fields() and not form.errors
            shown = {
                "bare": bare,
                "main": code in MAIN and not (code == "approve" and way.below),
                "open": code == act,
                "next": code in NEXT,
            }
            boxes.append({"code": code, "url": url, "heading": heading, "form": form, **shown})
    context = {
        "application": one,
        "state": one.stands,
        "findings": [Finding(**each) for each in one.findings],
        "payments": browse.payments_of(one),
        "postings": postings_of_it,
        "stages": stages.of(one, posted=bool(postings_of_it)),
        "objections": browse.objections_to(one),
        "papers": browse.papers(one),
        "boxes": boxes,
        "refused": unsaid(failed, any(box["code"] == act for box in boxes)),
        "way": way,
        "may_revise": one.state == "draft" and may_apply,
        "paper": (paper or forms.PaperForm()) if may_apply and one.state not in GRANT.closed else None,
        "events": [
            Event(step.at, step.who, flows.sentence(one, step), step.reason, step.organization.label)
            for step in reversed(flows.timeline(one))
        ],
    }
    return render(request, "grants/desk/application.html", context, status=status)


def _act_form(request: Request, make: type[Any], one: Any, data: Any = None) -> Any:
    if make is forms.ApproveForm:
        lines = acts.lines_of(request.unit) if request.unit is not None else []
        told = {line.id: paying.word("funding", line.source) for line in lines}
        initial = {"version": one.version, "amount": f"{one.asked // 100}.{one.asked % 100:02d}"}
        outside = ways.way(one, one.asked).outside
        return forms.ApproveForm(data, lines=lines, sources=told, initial=initial, outside=outside)
    return make(data, initial={"version": one.version})


def _door(code: str) -> Callable[..., Any]:
    _heading, permission, _states, make, run = ACTS[code]

    @doors.page(permission=permission, methods=("POST",))
    def act(request: Request, id: int) -> HttpResponse:
        """One act on an application."""
        one = browse.application(request.person, id)
        form = _act_form(request, make, one, request.POST)
        if form.is_valid():
            given = {name: value for name, value in form.cleaned_data.items() if (code, name) != ("submit", "words")}
            if code == "approve":
                given |= {"funder": unit_of(request), "line_id": given.pop("line")}
            done = doors.attempt(form, lambda: run(application_id=id, by=request.person, **given))
            if done is not None:
                doors.told(request, _("%(reference)s is done.") % {"reference": one.reference})
                following = browse.next_waiting(request.person, one) if request.POST.get("next") == "1" else None
                return doors.go(request, "grants:desk-application", following or id)
        return _page(request, id, act=code, failed=form, status=doors.status(form))

    return act


act_doors = {code: _door(code) for code in ACTS}


@doors.page(permission="grants.apply", methods=("GET", "POST"))
def revise(request: Request, id: int) -> HttpResponse:
    """Correct a draft."""
    one = browse.application(request.person, id)
    assert one.programme is not None
    initial = {
        "what": request.GET.get("what") or f"{one.programme.code}/{one.kind}", "person": one.person_id, "reason": one.reason,
        "payee": "" if one.payee_id == one.person_id else one.payee_id, "amount": f"{one.asked // 100}.{one.asked % 100:02d}",
        "months": [month.isoformat() for month in one.months], "matter": one.matter,
        "goods": one.goods, "valuation": one.valuation, "exclusion": one.exclusion, "happened_on": one.happened_on,
        "entrants": one.entrants,
        "basis": f"{one.basis // 100}.{one.basis % 100:02d}" if one.basis else "",
    }  # fmt: skip
    form = _form(request, initial=initial)
    if request.method == "POST" and form.is_valid():
        new = NewApplication(**form.given())
        done = doors.attempt(form, lambda: acts.revise(application_id=id, new=new, by=request.person))
        if done is not None:
            doors.told(request, _("The draft was changed."))
            return doors.go(request, "grants:desk-application", id)
    context = {"form": form, "unit": one.organization, "application": one, "card": _card(request, one.organization, form)}
    return render(request, "grants/desk/apply.html", context)


@doors.page(permission="grants.see")
def printed(request: Request, id: int) -> HttpResponse:
    """The application on paper, to be signed."""
    one = browse.application(request.person, id)
    context = {
        "application": one,
        "findings": [Finding(**each) for each in one.findings],
        "capitals": money.capitals(one.asked) if one.asked else "",
        "papers": len(browse.papers(one)),
        "today": dates.today(),
    }
    return render(request, "grants/desk/application_print.html", context)


@doors.page(permission="grants.apply", methods=("POST",))
def add_paper(request: Request, id: int) -> HttpResponse:
    """Put a paper to an application, from a folder or by the camera of a phone."""
    form = forms.PaperForm(request.POST, request.FILES)
    photo = form.cleaned_data["photo"] if form.is_valid() else None
    if photo and doors.attempt(form, lambda: acts.add_paper(application_id=id, photo=photo, by=request.person)) is not None:
        doors.told(request, _("The paper is with the application."))
        return doors.go(request, "grants:desk-application", id)
    return _page(request, id, paper=form, status=422)


@doors.fragment(permission="grants.apply")
def phone(request: Request, id: int) -> HttpResponse:
    """The square code by which any phone brings papers to an application, and those that have arrived."""
    one = browse.application(request.person, id)
    papers = [phones.Paper(each.name, reverse("grants:desk-paper", args=[id, each.pk])) for each in browse.papers(one)]
    code = partial(files.phone_code, one, by=request.person)
    return phones.hand_over(request, code=code, holds=files.phone_code_holds, page="portal:photo", papers=papers)


@doors.page(permission="grants.see")
def paper(request: Request, id: int, file: int) -> FileResponse:
    """One paper of an application; the opening is noted."""
    browse.application(request.person, id)
    opened = files.open_for(request.person, file)
    return download.stored(opened.content, name=opened.name, content_type=opened.content_type, size=opened.size)
