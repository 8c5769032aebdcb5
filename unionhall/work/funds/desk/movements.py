"""Money and goods at the desk: the year's table, the list that is the auditor's view as well, booking, confirming, withdrawing."""

import uuid
from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.exchange.actions import export_table
from unionhall.kernel.files import actions as files
from unionhall.kernel.flows.actions import once as once_only
from unionhall.lib import dates
from unionhall.shell import doors, download
from unionhall.shell.paging import order_of, page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.funds import forms, registry
from unionhall.work.funds.actions import movements
from unionhall.work.funds.queries import browse

SORTS = {"day": ("-day", "-id"), "unit": ("org_path", "-day"), "amount": ("-amount", "-id")}
PLAIN = (
    "stage", "form", "amount", "source", "purpose", "day", "year", "programme", "counterpart", "unit", "voucher", "valuation",
    "note", "answers", "agreement", "line", "more_purposes",
)  # fmt: skip


def chosen(request: Request) -> tuple[forms.MovementFilter, browse.Filters]:
    """The filter form of this address and what it asks for."""
    form = forms.MovementFilter(request.GET, programmes=browse.programmes_of())
    form.is_valid()
    return form, browse.filters_of(form.cleaned_data)


@doors.page(permission="funds.see")
def overview(request: Request) -> HttpResponse:
    """One year of a unit and those below: source by stage, money and goods apart; every amount opens its movements."""
    unit, today = unit_of(request), dates.today()
    year = browse.filters_of({"year": request.GET.get("year")}).year or today.year
    tables = [
        (name, browse.stage_names(form), browse.year_table(request.person, unit, year, form))
        for form, name in registry.FORMS.items()
    ]
    share, floor = browse.tilt(request.person, unit, year)
    context = {
        "unit": unit,
        "year": year,
        "share": None if share is None else f"{float(share) * 100:.1f}%",
        "floor": floor,
        "before": year - 1,
        "after": year + 1 if year < today.year else None,
        "tables": tables,
        "coming": browse.coming(request.person, unit),
        "may_book": permissions.may(request.person, "funds.book", at=unit),
        "form": forms.ConfirmForm(initial={"day": today}),
    }
    return render(request, "funds/desk/overview.html", context)


@doors.page(permission="funds.see")
def index(request: Request) -> HttpResponse:
    """The list of movements with their vouchers."""
    form, filters = chosen(request)
    found = browse.movements(request.person, filters).order_by(*order_of(request, SORTS, "day"))
    page = page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "rows": [_words(one) for one in page.rows],
        "filtered": filters != browse.Filters(),
        "query": request.GET.urlencode(),
        "may_book": request.unit is not None and permissions.may(request.person, "funds.book", at=request.unit),
    }
    return render(request, "funds/desk/movements.html", context, fragment="rows")


def _words(one: Any) -> dict[str, Any]:
    return {
        "movement": one,
        "stage": registry.STAGES[one.stage],
        "form": registry.FORMS[one.form],
        "source": registry.SOURCES[one.source],
        "purposes": [registry.PURPOSES[code] for code in (one.purpose, *one.more_purposes) if code in registry.PURPOSES],
    }


@doors.page(permission="funds.see")
def export(request: Request) -> HttpResponse:
    """The list as it is filtered, with a sheet that says what it is."""
    kind: export_table.Format = "csv" if request.GET.get("format") == "csv" else "xlsx"
    form, _filters = chosen(request)
    filters = {name: str(getattr(value, "pk", value)) for name, value in form.cleaned_data.items() if value}
    if programme := form.cleaned_data.get("programme"):
        filters["programme"] = programme.code
    made = export_table.export_table(code="funds.movements", by=request.person, at=unit_of(request), filters=filters, form=kind)
    return download.attachment(f"funds.{kind}", made.content)


@doors.page(permission="funds.book", methods=("GET", "POST"))
def book(request: Request) -> HttpResponse:
    """Book one movement. Sent twice with the same key (a double click), it is booked once."""
    unit = unit_of(request)
    first = {name: request.GET.get(name, "") for name in ("stage", "source", "purpose", "programme", "answers", "agreement")}
    initial = {**{name: value for name, value in first.items() if value}, "day": dates.today(), "once": str(uuid.uuid4())}
    form = forms.MovementForm(
        request.POST or None,
        request.FILES or None,
        programmes=browse.programmes_of(),
        lines=browse.own_lines(request.person, unit),
        answerable=browse.answerable(request.person, unit),
        agreements=browse.own_agreements(request.person, unit),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        done = doors.attempt(form, lambda: _once(request, unit, dict(form.cleaned_data)))
        if done is not None:
            doors.told(request, _("Booked; the figures have moved."))
            return doors.go(request, "funds:desk-movement", done["id"])
    return render(request, "funds/desk/book.html", {"form": form, "unit": unit})


def _once(request: Request, unit: Any, given: dict[str, Any]) -> Any:
    key = given.pop("once", "") or str(uuid.uuid4())
    plain = {name: str(getattr(value, "pk", value)) for name, value in given.items() if name != "paper"}
    return once_only.once(
        request.person, f"funds.movement:{key[:80]}", once_only.digest_of(plain), lambda: _book(request, unit, given)
    )


def _book(request: Request, unit: Any, given: dict[str, Any]) -> dict[str, Any]:
    new = movements.NewMovement(**{name: given[name] for name in PLAIN})
    made = movements.book(organization=unit, new=new, by=request.person)
    if given["paper"]:
        files.attach(made, given["paper"], by=request.person, kind="voucher")
    return {"id": made.pk}


@doors.page(permission="funds.see")
def movement(request: Request, id: int) -> HttpResponse:
    """One movement: what it is, what it answers and what answers it, its papers."""
    one = browse.movement(request.person, id)
    context = {
        **_words(one),
        "answered": [_words(each) for each in browse.answered(request.person, one)],
        "files": browse.files_of(one),
        "may_book": permissions.may(request.person, "funds.book", at=one.organization),
        "reason": forms.ReasonForm(),
    }
    return render(request, "funds/desk/movement.html", context)


@doors.page(permission="funds.book", methods=("POST",))
def withdraw(request: Request, id: int) -> HttpResponse:
    """Take a booking out of every figure, with a reason."""
    form = forms.ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    movements.withdraw(movement_id=id, reason=reason, by=request.person)
    doors.told(request, _("The booking was withdrawn; it no longer counts."))
    return doors.go(request, "funds:desk-movement", id)


@doors.page(permission="funds.book", methods=("POST",))
def confirm(request: Request, id: int) -> HttpResponse:
    """The receiving unit confirms what was passed down to it."""
    form = forms.ConfirmForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"day": None, "voucher": ""}
    made = movements.confirm(movement_id=id, by=request.person, **given)
    doors.told(request, _("Receipt confirmed."))
    return doors.go(request, "funds:desk-movement", made.pk)


@doors.page(permission="funds.see")
def paper(request: Request, id: int, file: int) -> FileResponse:
    """One paper of a movement; the opening is noted."""
    browse.movement(request.person, id)
    opened = files.open_for(request.person, file)
    return download.stored(opened.content, name=opened.name, content_type=opened.content_type, size=opened.size)
