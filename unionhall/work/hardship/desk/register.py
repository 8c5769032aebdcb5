"""Registering and correcting a household on one page; the means test answers while one types."""

import uuid
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.flows.actions import once as once_only
from unionhall.lib import dates, rowid
from unionhall.lib.refusal import Refused
from unionhall.shell import doors
from unionhall.shell.forms import WordsForm
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.hardship import registry
from unionhall.work.hardship.actions import books, procedure
from unionhall.work.hardship.actions import register as registering
from unionhall.work.hardship.desk.finding import given_by
from unionhall.work.hardship.forms import desk as forms
from unionhall.work.hardship.queries import browse, lines
from unionhall.work.hardship.rules import means


def _forms(request: Request, **more: Any) -> tuple[forms.FileForm, Any]:
    data = request.POST if request.method == "POST" else None
    members = more.pop("members", None)
    form = forms.FileForm(data, people=browse.namable(request.person), programmes=browse.programmes_of(), **more)
    return form, forms.Members(data, prefix="m", initial=members)


@doors.page(permission="hardship.register", methods=("GET", "POST"))
def register(request: Request) -> HttpResponse:
    """Take up a household. Asked twice with the same key (a double click), it is taken up once."""
    unit = unit_of(request)
    asked = {name: request.GET[name] for name in ("head", "programme") if name in request.GET}
    form, members = _forms(request, initial={"once": str(uuid.uuid4()), **asked})
    if request.method == "POST" and form.is_valid() and members.is_valid():
        key = form.cleaned_data["once"] or str(uuid.uuid4())
        digest = once_only.digest_of({name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"})
        done = doors.attempt(
            form,
            lambda: once_only.once(
                request.person, f"hardship.register:{key[:100]}", digest, lambda: _register(request, unit, form, members)
            ),
        )
        if done is not None:
            doors.told(request, _("%(reference)s was registered.") % {"reference": done["reference"]})
            return doors.go(request, "hardship:desk-file", done["id"])
    bad = members.is_bound and not members.is_valid()
    context = {"form": form, "members": members, "unit": unit, "file": None, "rule": _rule(unit)}
    return render(request, "hardship/desk/register.html", context, status=422 if bad else 200)


def _rule(unit: Any) -> list[tuple[str, str]]:
    """The rule of a unit's region today, each value with its source, for the card beside the form."""
    return lines.told_sources(lines.lines(unit, dates.today()))


def _register(request: Request, unit: Any, form: Any, members: Any) -> dict[str, Any]:
    new, book = read(request, unit, form, members)
    made = registering.register(organization=unit, new=new, by=request.person, book=book)
    if form.cleaned_data["consent"]:
        procedure.sign_all(household_id=made.pk, by=request.person)
    return {"id": made.pk, "reference": made.reference}


def read(request: Request, unit: Any, form: Any, members: Any) -> tuple[Any, Any]:
    """What the two forms say, as the action takes it; people without a record are registered on the way."""
    given = form.cleaned_data
    head = given["head"] or registering.known_person(
        name=given["name"], id_number=given["id_number"], phone=given["phone"], home=unit, by=request.person, field="id_number"
    )
    grounds = {code: code in given["exclusions"] for code, _name in form.fields["exclusions"].choices}
    new = registering.NewFile(
        head=head,
        members=[_member(request, unit, line) for line in (one.cleaned_data for one in members) if line.get("name")],
        exclusions=grounds,
        proofs=form.proofs(),
        programme=given["programme"],
        months=given["months"] or 0,
        **{name: given[name] for name in ("worker", "employer", "size", "level", "housing", "cause", "second_cause", "note")},
    )
    return new, _book(form)


def _member(request: Request, unit: Any, line: dict[str, Any]) -> Any:
    known = browse.namable(request.person).filter(pk=line["person"]).first() if line.get("person") else None
    person = known or registering.known_person(name=line["name"], id_number=line["id_number"], home=unit, by=request.person)
    return registering.NewMember(person=person, relation=line["relation"], school=line["school"])


def _book(form: Any) -> Any:
    if not form.says_money and not form.cleaned_data["illness"]:
        return None
    incomes, spending = form.amounts(means.INCOMES), form.amounts(means.SPENDING)
    accident = form.cleaned_data["accident"] or 0
    means.check_measure(
        means.Measure(form.cleaned_data["size"], tuple(incomes.values()), tuple(spending.values()), accident),
        declared=form.cleaned_data["income_total"],
    )
    illnesses = {"self": form.cleaned_data["illness"]} if form.cleaned_data["illness"] else {}
    disease = form.cleaned_data["disease"]
    return books.Book(incomes=incomes, spending=spending, accident=accident, illnesses=illnesses, disease=disease)


@doors.page(permission="hardship.register", methods=("GET", "POST"))
def revise(request: Request, id: int) -> HttpResponse:
    """Correct a file. Incomes are not shown here: left empty they stay as they are, filled in they replace the book."""
    one = browse.whole_file(request.person, id)
    named = ("worker", "employer", "months", "size", "level", "housing", "cause", "second_cause", "note", "version")
    initial = {name: getattr(one, name) for name in named}
    initial |= {
        "head": one.head_id,
        "programme": one.programme_code,
        "exclusions": [line["code"] for line in one.exclusions_known if line["holds"]],
        **{f"proof_{line['code']}": line["proof"] for line in one.exclusions_known},
    }
    here = [line for line in one.members_known if line["relation"] != "self"]
    form, members = _forms(request, initial=initial, members=here)
    if request.method == "POST" and form.is_valid() and members.is_valid():
        done = doors.attempt(form, lambda: _revise(request, one, form, members))
        if done is not None:
            doors.told(request, _("%(reference)s was corrected.") % {"reference": one.reference})
            return doors.go(request, "hardship:desk-file", id)
    bad = members.is_bound and not members.is_valid()
    context = {"form": form, "members": members, "unit": one.organization, "file": one, "rule": _rule(one.organization)}
    return render(request, "hardship/desk/register.html", context, status=422 if bad else 200)


def _revise(request: Request, one: Any, form: Any, members: Any) -> Any:
    new, book = read(request, one.organization, form, members)
    return registering.revise(household_id=one.pk, new=new, by=request.person, book=book, version=form.cleaned_data["version"])


@doors.fragment(permission="hardship.register", methods=("POST",))
def what_if(request: Request) -> HttpResponse:
    """What the means test would say to what is on the screen; nothing is kept.

    Where no figure was typed into a file that has its book, the kept figures are asked, and only kind and reason are told.
    """
    asked = rowid.read(request.GET.get("file", ""))
    one = browse.file(request.person, asked) if asked is not None else None
    form, _members = _forms(request)
    form.is_valid()
    try:
        told = _tried(form, one, one.organization if one else unit_of(request))
    except Refused as refusal:
        told = {"said": str(refusal), "kind": ""}
    return render(request, "hardship/desk/_verdict.html", told)


def _tried(form: forms.FileForm, one: Any, unit: Any) -> dict[str, Any]:
    form.check_figures()
    given = getattr(form, "cleaned_data", {})
    rule = lines.lines(unit, dates.today())
    sealed = one is not None and one.book and not form.says_money
    incomes, spending = (tuple(form.amounts(kinds).values()) for kinds in (means.INCOMES, means.SPENDING))
    blow = lines.counts_as_blow(given.get("disease") or "", unit, dates.today())
    typed = means.Measure(given.get("size") or 1, incomes, spending, (given.get("accident") or 0) if blow else 0)
    measure = replace(
        books.kept_measure(one) if sealed else typed,
        persons=typed.persons,
        migrant=given.get("worker") == "migrant",
        months=given.get("months") or 0,
        excluded=bool(given.get("exclusions")),
    )
    means.check_measure(measure, declared=given.get("income_total"))
    verdict = means.judge(measure, rule)
    said: Any = means.explain(verdict, rule, measure)
    if not blow and not sealed:
        absent = _("The illness is not on the list here: its cost counts as medical cost, not as a blow of fate.")
        said = f"{said} {absent}"
    if sealed:
        words = {"kind": registry.KINDS[verdict.kind], "why": registry.REASONS[verdict.reasons[0]]}
        said = _("By the incomes and spending that are kept: %(kind)s (%(why)s).") % words
    return {"said": said, "kind": verdict.kind}


@doors.fragment(permission="hardship.register", methods=("POST",))
def known(request: Request) -> HttpResponse:
    """What the house knows of the applicant who is being typed in: open and former files, earlier help. It never blocks."""
    form, _members = _forms(request)
    form.is_valid()
    given = getattr(form, "cleaned_data", {})
    found = browse.known(request.person, head=given.get("head"), id_number=given.get("id_number") or "")
    files = [{"file": one, "state": one.stands.name, "kind": registry.KINDS.get(one.kind, "")} for one in found.files]
    helps = [
        {"source": one.source, "help": one, "item": registry.HELPS.get(one.item, one.item), **given_by(one.source)}
        for one in found.helps
    ]
    return render(request, "hardship/desk/_known.html", {"known": found, "files": files, "helps": helps})


@doors.page(permission="hardship.money", methods=("GET", "POST"))
def book(request: Request, id: int) -> HttpResponse:
    """The household's incomes, spending and illnesses in the clear: for a reason, and on record before they are shown."""
    one = browse.file(request.person, id)
    form = WordsForm(request.POST or None, label=_("Why you need to see it"))
    shown = None
    if request.method == "POST" and form.is_valid():
        shown = doors.attempt(form, lambda: books.reveal(household_id=id, reason=form.cleaned_data["words"], by=request.person))
    return render(request, "hardship/desk/book.html", {"file": one, "form": form, "shown": shown})
