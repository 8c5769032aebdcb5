"""The dashboard and one's own figures."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.ledger.facts import Mark, Window
from unionhall.kernel.people import queries as people
from unionhall.lib import rowid
from unionhall.lib.refusal import Refused, absent
from unionhall.shell import doors, search
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.reports import access, forms
from unionhall.work.reports.actions import subscribing
from unionhall.work.reports.desk import addresses
from unionhall.work.reports.queries import dashboard as queries
from unionhall.work.reports.queries import indicators
from unionhall.work.reports.queries.dashboard import Dashboard, Part


@doors.page(permission="reports.see")
def index(request: Request) -> HttpResponse:
    """A unit's figures with their drill: units, months, records."""
    unit = _unit(request)
    window = _window(request)
    show = request.GET.get("show", "")
    found = queries.dashboard(unit, window, queries.chosen(request.person, request.unit), show, _mark(request))
    if show and found.shown is None:
        raise absent()
    here = {"since": window.start, "until": window.end}
    context: dict[str, Any] = {
        "board": found,
        "crumbs": [(one.label, _address(unit=one.pk, show=show, **here)) for one in queries.above(request.person, unit)],
        "numbers": [
            (one, _records(unit, window, found.mark, one.indicator.code), _address(unit=unit.pk, show=one.indicator.code, **here))
            for one in found.numbers
        ],
        "units": [(part, _part(found, part), _down(part, show, here)) for part in found.by_unit],
        "months": [(part, _part(found, part)) for part in found.by_month],
    }
    context["units_chart"] = _chart(found, "bar", context["units"])
    context["months_chart"] = _chart(found, "line", context["months"])
    return render(request, "reports/desk/dashboard.html", context)


def _unit(request: Request) -> Any:
    named = request.GET.get("unit", "")
    if named:
        return access.unit(request.person, rowid.read(named) or 0)
    unit = unit_of(request)
    access.require(request.person, access.SEE, unit)
    return unit


def _window(request: Request) -> Window:
    form = forms.PeriodForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    year = queries.this_year()
    until = given.get("until") or year.end
    return Window(given.get("since") or min(date(until.year, 1, 1), until), until)


def _mark(request: Request) -> Mark | None:
    text = request.GET.get("as_of", "")
    if not text:
        return None
    try:
        return Mark.parse(text)
    except ValueError:
        raise Refused(_("This is no mark of the ledger."), field="as_of") from None


def _address(**asked: object) -> str:
    kept = {name: value for name, value in asked.items() if value not in (None, "")}
    return f"{reverse('reports:desk-dashboard')}?{urlencode(kept)}"


def _records(unit: Any, window: Window, mark: Mark, code: str) -> str:
    return addresses.records(code, unit=unit.pk, below=1, since=window.start, until=window.end, as_of=mark)


def _part(board: Dashboard, part: Part) -> str:
    code = board.shown.code if board.shown else ""
    window, scope = part.window, part.scope
    asked = {"unit": scope.organization.pk, "below": int(scope.below), "since": window.start, "until": window.end}
    return addresses.records(code, as_of=board.mark, **asked)


def _down(part: Part, show: str, here: dict[str, Any]) -> str:
    return _address(unit=part.scope.organization.pk, show=show, **here) if part.scope.below else ""


def _chart(board: Dashboard, kind: str, rows: list[Any]) -> dict[str, Any]:
    """What the script draws; a bar leads down to its unit, a point to its records."""
    return {
        "kind": kind,
        "title": str(board.shown.name) if board.shown else "",
        "whole": True,
        "names": [row[0].label for row in rows],
        "values": [queries.plain(row[0].figure) for row in rows],
        "words": [str(row[0].figure) for row in rows],
        "urls": [row[2] or row[1] if len(row) > 2 else row[1] for row in rows],
    }


@doors.page(permission="reports.see", methods=("GET", "POST"))
def mine(request: Request) -> HttpResponse:
    """One's own figures: which, and how often they are sent; `?one=` are those of the unit that a message told of."""
    one = rowid.read(request.GET.get("one", ""))
    unit = subscribing.told_of(request.person, one) if one is not None else unit_of(request)
    known = {one.code: f"{one.name} · {one.room}" for one in indicators.everything(request.person)}
    kept = subscribing.of(request.person, unit)
    initial = {"indicators": kept.indicators, "every": kept.every} if kept else {"every": "never"}
    address = people.own_masked(request.person, "email") if request.GET.get("address") else None  # sealed: only where asked for
    form = forms.MineForm(request.POST or None, initial=initial, known=known, address=address)
    if request.method == "POST" and form.is_valid():
        done = doors.attempt(
            form,
            lambda: subscribing.choose(
                organization=unit,
                indicators=form.chosen(),
                every=form.cleaned_data["every"],
                by=request.person,
                email=form.cleaned_data["email"],
            ),
        )
        if done is not None:
            doors.told(request, _("Your figures are kept."))
            return doors.go(request, search.address("reports.subscription", done.pk) if one is not None else "reports:desk-mine")
    context: dict[str, Any] = {"form": form, "unit": unit, "kept": kept, "address": address}
    if kept and kept.indicators:
        window = queries.this_year()
        numbers, mark = queries.numbers(unit, window, kept.indicators)
        context["numbers"] = [(one, _records(unit, window, mark, one.indicator.code)) for one in numbers]
    return render(request, "reports/desk/mine.html", context)
