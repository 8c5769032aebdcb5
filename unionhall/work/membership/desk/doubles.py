"""Likely doubles at the desk: the worklist, two files side by side, merging by field, taking it back."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.people.actions.merging import UNDO_DAYS
from unionhall.kernel.people.registry import sealed_field
from unionhall.lib import likeness, masking
from unionhall.lib.text import Text
from unionhall.shell import doors
from unionhall.shell.components import Tab
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.membership import forms, registry
from unionhall.work.membership.actions import doubles
from unionhall.work.membership.queries import doubles as queries

LABELS = {
    "name": Text("姓名", "Name"),
    "sex": Text("性别", "Sex"),
    "birth": Text("出生日期", "Date of birth"),
    "home": Text("所属工会", "Home unit"),
}
SEEN = ("", "merged")
MOST = Decimal("99.9")


@doors.page(permission="membership.move")
def index(request: Request) -> HttpResponse:
    """Pairs that wait for a decision, the likeliest first; or what was merged, with the way back."""
    seen = request.GET.get("seen", "")
    seen = seen if seen in SEEN else ""
    page = page_of(request, queries.merged(request.person) if seen else queries.waiting(request.person))
    names = {"": _("To be decided"), "merged": _("Merged")}
    context = {
        "page": page,
        "seen": seen,
        "tabs": [Tab(names[code], f"?seen={code}" if code else "?", code == seen) for code in SEEN],
        "rows": [_merged(one) if seen else _row(one) for one in page.rows],
        "days": UNDO_DAYS,
    }
    return render(request, "membership/desk/doubles.html", context)


def _row(pair: Any) -> dict[str, Any]:
    return {
        "pair": pair,
        "files": [(masking.name(one.name), one.home.label if one.home else "") for one in (pair.first, pair.second)],
        "likely": _percent(pair.probability),
        "reasons": likeness.reasons({field.code: pair.agreed.get(field.code) for field in likeness.MODEL}),
    }


def _merged(merger: Any) -> dict[str, Any]:
    moved = sum(len(rows) for rows in merger.moved.values())
    return {"merger": merger, "name": masking.name(merger.kept.name), "moved": moved, "fields": [_label(f) for f in merger.swapped]}


def _percent(probability: Decimal) -> str:
    """Never 100: somebody still has to look."""
    return f"{min(probability * 100, MOST):.1f} %"


def _label(field: str) -> Text:
    return LABELS.get(field) or sealed_field(field).name


@doors.page(permission="membership.move", methods=("POST",))
def search(request: Request) -> HttpResponse:
    """Search the whole registry in the background."""
    doubles.start(at=unit_of(request), by=request.person)
    doors.told(request, _("The search runs in the background. You will find it among your tasks of the house."))
    return doors.go(request, "membership:desk-doubles")


@doors.page(permission="membership.move")
def pair(request: Request, id: int) -> HttpResponse:
    """Two files side by side."""
    return _page(request, id)


def _page(request: Request, id: int, **given: Any) -> HttpResponse:
    one = queries.pair(request.person, id)
    first, second = queries.sides(request.person, one.first, one.second)
    names = queries.fields(first, second)
    form = given.get("merge") or forms.MergeForm(fields=names)
    keep = form.data.get("keep") or ("second" if second.membership and not first.membership else "first")
    rows = [_choice(form, name, first, second, keep) for name in names]
    context = {
        "row": _row(one),
        "one": one,
        "sides": [_side(first, "first"), _side(second, "second")],
        "choices": rows,
        "keep": keep,
        "both_members": first.membership is not None and second.membership is not None,
        "goes_on": form.data.get("membership") or keep,
        "merge": form,
        "apart": given.get("apart") or forms.ApartForm(),
        "form": given.get("form"),
        "days": UNDO_DAYS,
    }
    return render(request, "membership/desk/double.html", context)


def _choice(form: forms.MergeForm, field: str, first: queries.Side, second: queries.Side, keep: str) -> dict[str, Any]:
    """One line of the comparison: both values, whether they differ, and which one is ticked."""
    values = {"first": first.value(field), "second": second.value(field)}
    other = "second" if keep == "first" else "first"
    ticked = form.data.get(f"take-{field}") or (other if values[other] and not values[keep] else keep)
    differ = queries.differ(first, second, field)
    return {"field": field, "label": _label(field), "values": list(values.items()), "ticked": ticked, "differ": differ}


def _side(side: queries.Side, code: str) -> dict[str, Any]:
    one = side.membership
    return {
        "side": code,
        "person": side.person,
        "name": side.person.name,
        "membership": one,
        "state": registry.STATES[one.state] if one else "",
        "memberships": side.memberships,
    }


@doors.page(permission="membership.move", methods=("POST",))
def merge(request: Request, id: int) -> HttpResponse:
    """Make two files one, as the page says."""
    one = queries.pair(request.person, id)
    first, second = queries.sides(request.person, one.first, one.second)
    form = forms.MergeForm(request.POST, fields=queries.fields(first, second))
    if form.is_valid():
        made = doors.attempt(form, lambda: doubles.merge(pair_id=id, by=request.person, **form.wishes()))
        if made is not None:
            undo = reverse("membership:desk-double-undo", args=[made.pk])
            doors.told(request, _("The two files are one."), undo=undo)
            return doors.go(request, "membership:desk-doubles")
    return _page(request, id, merge=form, form=form)


@doors.page(permission="membership.move", methods=("POST",))
def different(request: Request, id: int) -> HttpResponse:
    """Two persons: nobody is asked again."""
    queries.pair(request.person, id)
    form = forms.ApartForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data

        def act() -> bool:
            doubles.tell_apart(pair_id=id, by=request.person, reason=data["reason"])
            return True

        if doors.attempt(form, act):
            doors.told(request, _("Noted as two persons. Nobody is asked again."))
            return doors.go(request, "membership:desk-doubles")
    return _page(request, id, apart=form, form=form)


@doors.page(permission="membership.move", methods=("POST",))
def undo(request: Request, id: int) -> HttpResponse:
    """Separate two files again."""
    doubles.undo(merger_id=id, by=request.person)
    doors.told(request, _("The two files are separate again."))
    return doors.go(request, "membership:desk-doubles")
