"""The organization tree: list first, the tree as a filter; a page for each unit; its acts."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.organizations import queries as tree
from unionhall.lib.refusal import NotVisible
from unionhall.shell import doors, paging
from unionhall.shell.components import Confirm
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office import access
from unionhall.work.office.desk import exports
from unionhall.work.office.forms import units as forms_of
from unionhall.work.office.queries import units as queries

SORTS: dict[str, str | tuple[str, ...]] = {"tree": "path", "name": "name_pinyin", "level": ("depth", "path"), "code": "code"}


def wanted(request: Request) -> queries.Wanted:
    """What the query form asks for, within the chosen unit."""
    form = forms_of.UnitFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    return queries.Wanted(
        text=asked.get("q", ""),
        level=asked.get("level", ""),
        kind=asked.get("kind", ""),
        below=request.unit,
        own=asked.get("own", False),
        closed=asked.get("closed", False),
    )


@doors.page(permission="organizations.see")
def unit_list(request: Request) -> HttpResponse:
    """Every unit that the person sees, below the chosen one."""
    rows = queries.units(request.person, wanted(request)).order_by(*paging.order_of(request, SORTS, "tree"))
    context = {"page": paging.page_of(request, rows), "form": forms_of.UnitFilter(request.GET), "unit": request.unit}
    return render(request, "office/desk/units.html", context, fragment="rows")


@doors.page(permission="organizations.export")
def export_units(request: Request) -> HttpResponse:
    """The list as it is filtered, as .xlsx or .csv."""
    filters = {key: str(value) for key, value in request.GET.items() if key in {"q", "level", "kind", "own", "closed"}}
    rows = queries.units(request.person, wanted(request)).count()
    return exports.hand_out(request, "office.units", {**filters, "unit": str(request.unit.pk)}, rows)


@doors.page(permission="organizations.see")
def unit_page(request: Request, id: int) -> HttpResponse:
    """One unit: what it is, who leads it, what stands below it, and the rooms' panels."""
    unit = access.unit(request.person, id)
    context = {
        "unit": unit,
        "above": tree.ancestors(unit),
        "below": paging.page_of(request, queries.children(request.person, unit)),
        "posts": queries.posts(unit),
        "names": queries.names(unit),
    }
    return render(request, "office/desk/unit.html", context)


def fetched(request: Request, id: int) -> Any:
    """The unit of a panel that the page takes in; raises NotVisible outside the person's scope."""
    return access.unit(request.person, id)


def _act(
    request: Request,
    id: int,
    form: forms.Form,
    title: str,
    button: str,
    act: Callable[[Any, dict[str, Any]], Any],
    done: str,
    *,
    to: str = "organizations.manage",
) -> HttpResponse:
    """A form about one unit: checked, done, told, and back to the unit's page (or the new unit's)."""
    unit = access.unit(request.person, id, to=to)
    if request.method == "POST" and form.is_valid():
        result = doors.attempt(form, lambda: act(unit, form.cleaned_data))
        if not form.errors:
            doors.told(request, done)
            return doors.go(request, "office:unit", result.pk if isinstance(result, type(unit)) else unit.pk)
    return render(request, "office/desk/unit_form.html", {"unit": unit, "form": form, "title": title, "button": button})


def _bound(request: Request, kind: type[forms.Form], /, **initial: object) -> forms.Form:
    return kind(request.POST if request.method == "POST" else None, initial=initial)


@doors.page(permission="organizations.manage", methods=("GET", "POST"))
def found_unit(request: Request, id: int) -> HttpResponse:
    """Found a unit below this one."""
    form = _bound(request, forms_of.UnitForm)

    def act(unit: Any, data: dict[str, Any]) -> Any:
        return organizations.found(parent=unit, by=request.person, **{**data, "code": data["code"] or None})

    return _act(request, id, form, _("New unit below"), _("Found the unit"), act, _("The unit has been founded."))


@doors.page(permission="organizations.manage", methods=("GET", "POST"))
def rename_unit(request: Request, id: int) -> HttpResponse:
    """Give a unit a new name from a day on."""
    unit = access.unit(request.person, id, to="organizations.manage")
    form = _bound(request, forms_of.NameForm, name=unit.name, short_name=unit.short_name)
    return _act(
        request, id, form, _("Rename"), _("Rename the unit"),
        lambda unit, data: organizations.rename(unit, by=request.person, **data),
        _("The unit has its new name; the old one stays in its history."),
    )  # fmt: skip


@doors.page(permission="organizations.manage", methods=("GET", "POST"))
def correct_unit(request: Request, id: int) -> HttpResponse:
    """Correct codes and kind."""
    unit = access.unit(request.person, id, to="organizations.manage")
    form = _bound(
        request, forms_of.CodesForm,
        kind=unit.kind, code=unit.code, division_code=unit.division_code, credit_code=unit.credit_code,
    )  # fmt: skip
    return _act(
        request, id, form, _("Correct codes"), _("Save the codes"),
        lambda unit, data: organizations.correct(unit, by=request.person, **{**data, "code": data["code"] or None}),
        _("The codes have been corrected."),
    )  # fmt: skip


@doors.page(permission="organizations.manage", methods=("GET", "POST"))
def move_unit(request: Request, id: int) -> HttpResponse:
    """Hang a unit with all below it under another; asked again with the number of units, since it cannot be undone in one click."""
    return _replace(request, id, _("Move under another unit"), _("Move the units"), organizations.move, "to")


@doors.page(permission="organizations.manage", methods=("GET", "POST"))
def merge_unit(request: Request, id: int) -> HttpResponse:
    """Close a unit in favour of another."""
    return _replace(request, id, _("Merge into another unit"), _("Merge the units"), organizations.merge, "into")


def _replace(request: Request, id: int, title: str, button: str, act: Callable[..., Any], word: str) -> HttpResponse:
    unit = access.unit(request.person, id, to="organizations.manage")
    form = forms_of.PlaceForm(request.POST if request.method == "POST" else None)
    form.fields["to"].widget.recents = lambda: [(str(above.pk), above.name) for above in tree.ancestors(unit)]
    form.fields["to"].widget.label_of = lambda value: access.unit_name(request.person, value)
    if request.method == "POST" and form.is_valid():
        other = access.unit(request.person, form.cleaned_data["to"], to="organizations.manage")
        reason = form.cleaned_data["reason"]
        if "confirmed" in request.POST and request.POST.get("typed") != unit.name:
            form.add_error(None, _("Type the name of the unit exactly: %(name)s") % {"name": unit.name})
        elif "confirmed" in request.POST:
            doors.attempt(form, lambda: act(unit, by=request.person, reason=reason, **{word: other}))
            if not form.errors:
                doors.told(request, _("Done: %(unit)s → %(other)s") % {"unit": unit.name, "other": other.name})
                return doors.go(request, "office:unit", other.pk if word == "into" else unit.pk)
        else:
            confirm = Confirm(
                title=title,
                sentence=_("%(unit)s → %(other)s, with everything below. Figures of past days stay where they are.")
                % {"unit": unit.name, "other": other.name},
                button=button,
                back=request.path,
                count=queries.subtree_size(unit),
                unit=_("units"),
                samples=[below.name for below in queries.children(request.person, unit)[:3]],
                hidden=[("to", str(other.pk)), ("reason", reason)],
                type_back=unit.name,
                danger=word == "into",
            )
            return render(request, "shell/confirm.html", {"confirm": confirm})
    return render(request, "office/desk/unit_form.html", {"unit": unit, "form": form, "title": title, "button": _("Go on")})


@doors.page(permission="organizations.manage", methods=("GET", "POST"))
def close_unit(request: Request, id: int) -> HttpResponse:
    """Close a unit that has no open unit below it."""
    form = _bound(request, forms_of.ReasonForm)
    return _act(
        request, id, form, _("Close the unit"), _("Close the unit"),
        lambda unit, data: organizations.close(unit, by=request.person, reason=data["reason"]), _("The unit has been closed."),
    )  # fmt: skip


@doors.page(permission="organizations.posts", methods=("GET", "POST"))
def add_post(request: Request, id: int) -> HttpResponse:
    """Create a post."""
    form = _bound(request, forms_of.PostForm)
    return _act(
        request, id, form, _("New post"), _("Create the post"),
        lambda unit, data: organizations.add_post(organization=unit, by=request.person, **data),
        _("The post has been created."), to="organizations.posts",
    )  # fmt: skip


@doors.page(permission="organizations.posts", methods=("GET", "POST"))
def hold_post(request: Request, id: int, post: int) -> HttpResponse:
    """Let somebody take up a post."""
    form = _bound(request, forms_of.TenureForm)
    form.fields["person"].widget.label_of = lambda value: access.person_name(request.person, value)

    def act(unit: Any, data: dict[str, Any]) -> Any:
        held = queries.post_of(unit, post)
        if held is None:
            raise NotVisible("post")
        person = access.person(request.person, data["person"])
        return organizations.hold_post(held, person_id=person.pk, since=data["since"], by=request.person)

    return _act(
        request, id, form, _("Take up a post"), _("Save the term"), act, _("The term has begun."), to="organizations.posts"
    )  # fmt: skip


@doors.page(permission="organizations.posts", methods=("POST",))
def leave_post(request: Request, id: int, tenure: int) -> HttpResponse:
    """End a running term today."""
    unit = access.unit(request.person, id, to="organizations.posts")
    held = queries.tenure_of(unit, tenure)
    if held is None:
        raise NotVisible("tenure")
    organizations.leave_post(held, by=request.person)
    doors.told(request, _("The term has ended."))
    return doors.go(request, "office:unit", unit.pk)
