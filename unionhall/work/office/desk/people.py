"""People of the house: found by anything, shown masked, revealed on record."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.people import actions
from unionhall.kernel.people.queries import phones
from unionhall.lib.refusal import NotVisible
from unionhall.shell import doors, paging
from unionhall.shell.components import Confirm
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office import access
from unionhall.work.office.forms import people as forms_of
from unionhall.work.office.queries import people as queries

SORTS = {"name": ("name_pinyin", "id"), "unit": ("org_path", "name_pinyin")}
SHOWN_SECONDS = 60


@doors.page(permission="people.see")
def people_list(request: Request) -> HttpResponse:
    """The people of the chosen unit and below."""
    form = forms_of.PeopleFilter(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    rows = queries.listed(request.person, queries.Wanted(text, request.unit)).order_by(*paging.order_of(request, SORTS, "name"))
    page = paging.page_of(request, rows)
    access_actions.note_search(by=request.person, text=text, found=page.rows)
    return render(request, "office/desk/people.html", {"page": page, "form": form, "unit": request.unit}, fragment="rows")


@doors.page(permission="people.see")
def person_page(request: Request, id: int) -> HttpResponse:
    """One person: masked identity, what they are, who looked, and the rooms' panels."""
    return _page(request, access.person(request.person, id))


def fetched(request: Request, id: int) -> Any:
    """The person of a panel that the page takes in; raises NotVisible outside the scope."""
    return access.person(request.person, id)


def _page(request: Request, person: Any, **more: Any) -> HttpResponse:
    context = {
        "person": person,
        "sealed": queries.sealed(request.person, person),
        "standings": queries.standings(person),
        "standing_names": queries.standing_names(),
        "looked": queries.looked_at(person),
        "form": forms_of.RevealForm(),
        **more,
    }
    return render(request, "office/desk/person.html", context)


@doors.page(permission="people.reveal", methods=("POST",))
def reveal(request: Request, id: int, field: str) -> HttpResponse:
    """Show one sealed value for a minute; who asked and why is on record before it is shown."""
    person = access.person(request.person, id, to="people.reveal")
    form = forms_of.RevealForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form=form, asked=field)
    if field not in {one.field for one in queries.sealed(request.person, person)}:
        raise NotVisible("field")
    value = actions.reveal(by=request.person, person=person, field=field, reason=form.cleaned_data["reason"])
    return _page(request, person, form=forms_of.RevealForm(), revealed={"field": field, "value": value, "seconds": SHOWN_SECONDS})


@doors.page(permission="people.register", methods=("GET", "POST"))
def register(request: Request) -> HttpResponse:
    """Register somebody in the chosen unit; who may be meant already is shown first, and a phone of another is asked about."""
    form = forms_of.PersonForm(request.POST or None)
    same: list[Any] = []
    shared = False
    if request.method == "POST" and form.is_valid():
        data = {**form.cleaned_data}
        access_actions.require(request.person, "people.register", request.unit)
        if "anyway" not in request.POST:
            known = {"name": data["name"], "id_number": data["id_number"], "phone": data["phone"], "home": request.unit}
            found = doors.attempt(form, lambda: queries.likely_same(**known))
            same = [one for one in found or [] if not one.certain]
        shared = "shared" not in request.POST and phones.is_of_another(data["phone"], name=data["name"])
        if not same and not shared and not form.errors:
            person = doors.attempt(form, lambda: actions.register(by=request.person, home=request.unit, **data))
            if person is not None:
                doors.told(request, _("Registered."))
                return doors.go(request, "office:person", person.pk)
    seen = [(one, access.visible_people(request.person).filter(pk=one.person.pk).first()) for one in same]
    context = {"form": form, "same": seen, "shared": shared, "title": _("Register a person")}
    return render(request, "office/desk/person_form.html", context)


@doors.page(permission="people.correct", methods=("GET", "POST"))
def correct(request: Request, id: int) -> HttpResponse:
    """Correct what is known; sealed values left empty stay as they are, and a phone of another is asked about."""
    person = access.person(request.person, id, to="people.correct")
    shared = False
    initial = {"name": person.name, "sex": person.sex, "birth": person.birth}
    form = forms_of.CorrectForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        changes = {key: data[key] or None for key in ("id_number", "phone")}
        plain = {key: data[key] for key in ("name", "sex", "birth")}
        shared = "shared" not in request.POST and phones.is_of_another(data["phone"], name=person.name)
        if not shared:
            doors.attempt(
                form, lambda: actions.correct(by=request.person, person=person, reason=data["reason"], **changes, **plain)
            )
        if not shared and not form.errors:
            doors.told(request, _("Corrected."))
            return doors.go(request, "office:person", person.pk)
    context = {"form": form, "person": person, "shared": shared, "title": _("Correct a person's data")}
    return render(request, "office/desk/person_form.html", context)


@doors.page(permission="people.erase", methods=("GET", "POST"))
def erase(request: Request, id: int) -> HttpResponse:
    """Make a person unreadable for good, asked again since it cannot be undone."""
    person = access.person(request.person, id, to="people.erase")
    form = forms_of.EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("typed", "").strip() != person.name:
            form.add_error(None, _("Nothing was erased: type the name as it stands beside the field."))
        else:
            doors.attempt(form, lambda: actions.erase(by=request.person, person=person, reason=form.cleaned_data["reason"]))
        if not form.errors:
            doors.told(request, _("The person's data have been erased; counts stay."))
            return doors.go(request, "office:people")
    confirm = Confirm(
        title=_("Erase personal data"),
        sentence=_("Everything that names this person becomes unreadable for good. Figures and the audit trail stay."),
        button=_("Erase the data"),
        back=reverse("office:person", args=[person.pk]),
        unit=_("person"),
        type_back=person.name,
        danger=True,
        form=form,
    )
    return render(request, "shell/confirm.html", {"confirm": confirm, "form": form})
