"""The reporting desk on screen: official tables, who has not reported, one filled table."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from unionhall.kernel.access import queries as permissions
from unionhall.lib import rowid
from unionhall.shell import doors, download
from unionhall.shell.components import Tab
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.reports import access, forms, registry
from unionhall.work.reports.actions import tables as acts
from unionhall.work.reports.desk import addresses
from unionhall.work.reports.queries import checks, sheets
from unionhall.work.reports.queries import tables as queries
from unionhall.work.reports.rules import periods


@doors.page(permission="reports.see")
def index(request: Request) -> HttpResponse:
    """What is to be filled in, what waits, what is late and since when."""
    state, chosen = request.GET.get("state", ""), rowid.read(request.GET.get("table", ""))
    asked = state if state in {queries.OURS, queries.MISSING, *registry.FILING_STATES} else ""
    page = page_of(request, queries.desk(request.person, state=asked, table=chosen))
    rows = [(queries.line(one), registry.FILING_STATES[one.state]) for one in page.rows]
    of_table = f"&table={chosen}" if chosen else ""
    words = {queries.OURS: _("With us"), "": _("All"), queries.MISSING: _("Not handed in"), **registry.FILING_STATES}
    tabs = [Tab(name, f"?state={code}{of_table}", current=asked == code) for code, name in words.items()]
    return render(request, "reports/desk/tables.html", {"page": page, "rows": rows, "tabs": tabs, "tables": _tables(request)})


def _tables(request: Request) -> list[tuple[Any, ...]]:
    """Each official table that this person asks for, or is asked for, with how its latest period stands."""
    known = list(access.tables_for(request.person))
    standing = queries.standing(request.person, known)
    lines = []
    for one in known:
        counted = standing.get(one.pk, {})
        states = [
            (name, counted[code], f"?state={code}&table={one.pk}")
            for code, name in registry.FILING_STATES.items()
            if code in counted
        ]
        missing = sum(counted.get(code, 0) for code in queries.UNFINISHED)
        owns = permissions.may(request.person, access.DEFINE, one.organization)
        if owns or states:
            lines.append((one, registry.CADENCES[one.cadence], registry.LEVELS[one.level], states, missing, owns))
    return lines


@doors.page(permission="reports.define", methods=("GET", "POST"))
def new(request: Request) -> HttpResponse:
    """Import a table's layout."""
    form = forms.TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = doors.attempt(
            form,
            lambda: acts.add_table(
                organization=request.unit, name=given["name"], cadence=given["cadence"], level=given["level"], days=given["days"],
                workbook=given["file"].read(sheets.MOST_BYTES + 1), by=request.person,
            ),
        )  # fmt: skip
        if made is not None:
            doors.told(request, _("The table has %(n)d named cells.") % {"n": len(made.cells)})
            return doors.go(request, "reports:desk-table", made.pk)
    return render(request, "reports/desk/table_new.html", {"form": form, "unit": request.unit})


@doors.page(permission="reports.define", methods=("GET", "POST"))
def table(request: Request, id: int) -> HttpResponse:
    """Which indicator fills which cell."""
    one = access.one_to_change(access.tables_for(request.person), request.person, id, to=access.DEFINE)
    form = forms.TieForm(request.POST or None, cells=one.cells)
    if request.method == "POST" and form.is_valid():
        done = doors.attempt(form, lambda: acts.tie(table_id=id, codes=form.codes(), by=request.person))
        if done is not None:
            doors.told(request, _("The cells are tied."))
            return doors.go(request, "reports:desk-table", id)
    return render(request, "reports/desk/table.html", {"table": one, "form": form, "cadence": registry.CADENCES[one.cadence]})


@doors.page(permission="reports.define", methods=("POST",))
def open_period(request: Request, id: int) -> HttpResponse:
    """Ask the units for the period that has just ended."""
    made = acts.open_period(table_id=id, by=request.person)
    doors.told(request, _("%(n)d units are asked.") % {"n": len(made)})
    return doors.go(request, "reports:desk-tables")


@doors.page(permission="reports.define", methods=("POST",))
def urge(request: Request, id: int) -> HttpResponse:
    """Remind the units that have not handed a table in."""
    count = acts.urge(table_id=id, by=request.person)
    doors.told(request, ngettext("%(n)d unit is reminded.", "%(n)d units are reminded.", count) % {"n": count})
    return doors.go(request, "reports:desk-tables")


@doors.page(permission="reports.see")
def filing(request: Request, id: int) -> HttpResponse:
    """One filled table: every cell with what was counted, last year's number and its records; and what the rules find in it."""
    return _filing(request, id, forms.CellForm())


def _filing(request: Request, id: int, form: Any, decision: Any = None, leave_form: Any = None) -> HttpResponse:
    one = access.one(access.filings_for(request.person), id)
    owns = permissions.may(request.person, access.FILL, one.table.organization)
    decides = queries.decides(request.person, one)
    asked = {"unit": one.organization_id, "since": one.since, "until": one.until, "as_of": one.mark}
    cells = [(cell, addresses.records(cell.code, **asked) if cell.code else "") for cell in queries.cells(one, one.table)]
    findings = [] if one.state == "accepted" else addresses.linked(checks.of_filing(one))
    fills = one.state in queries.UNFINISHED and permissions.may(request.person, access.FILL, one.organization)
    locked = fills and queries.is_locked(one)
    typed = form if isinstance(form, forms.CellForm) and form.is_bound else None
    named = {cell.name: cell.label for cell, _url in cells}
    context = {
        "filing": one, "cells": cells, "findings": findings, "form": form,
        "typed": typed, "typed_label": named.get(str(typed["name"].value()), "") if typed else "",
        "state": registry.FILING_STATES[one.state], "line": queries.line(one),
        "decision": decision or forms.ReturnForm(), "leave_form": leave_form or forms.LeaveForm(),
        "fills": fills and not locked, "locked": locked,
        "decides": decides, "passes_to": queries.goes_on_to(one) if decides else "",
        "may_be_late": owns and one.state in queries.UNFINISHED,
        "locks_on": periods.locks_on(one.until, one.table.days),
    }  # fmt: skip
    return render(request, "reports/desk/filing.html", context)


@doors.page(permission="reports.fill", methods=("POST",))
def cell(request: Request, id: int) -> HttpResponse:
    """Write one cell by hand."""
    form = forms.CellForm(request.POST)
    access.one(access.filings_for(request.person), id)
    if form.is_valid():
        given = form.cleaned_data
        done = doors.attempt(
            form,
            lambda: acts.write_cell(
                filing_id=id, name=given["name"], value=given["value"], reason=given["reason"], version=given["version"],
                by=request.person,
            ),
        )  # fmt: skip
        if done is not None:
            return doors.go(request, "reports:desk-filing", id)
    return _filing(request, id, form)


@doors.page(permission="reports.fill", methods=("POST",))
def refill(request: Request, id: int) -> HttpResponse:
    """Count the cells again."""
    return _acted(request, id, forms.SeenForm, lambda _seen: acts.refill(filing_id=id, by=request.person))


@doors.page(permission="reports.fill", methods=("POST",))
def submit(request: Request, id: int) -> HttpResponse:
    """Hand the table in."""
    return _acted(request, id, forms.SeenForm, lambda _seen: acts.submit(filing_id=id, by=request.person))


@doors.page(permission="reports.fill", methods=("POST",))
def accept(request: Request, id: int) -> HttpResponse:
    """Accept the table where it lies."""
    return _acted(request, id, forms.SeenForm, lambda seen: acts.decide(filing_id=id, accept=True, by=request.person, **seen))


@doors.page(permission="reports.fill", methods=("POST",))
def send_back(request: Request, id: int) -> HttpResponse:
    """Return the table, with the reason, to the unit that filled it in."""
    return _acted(request, id, forms.ReturnForm, lambda told: acts.decide(filing_id=id, accept=False, by=request.person, **told))


def _acted(request: Request, id: int, kind: type[forms.SeenForm], act: Callable[[dict[str, Any]], object]) -> HttpResponse:
    """Do an act on a filing that the person sees; refused, the page says why."""
    access.one(access.filings_for(request.person), id)
    form = kind(request.POST)
    if not form.is_valid() or doors.attempt(form, lambda: act(form.cleaned_data)) is None:
        return _filing(request, id, form, decision=form if kind is forms.ReturnForm else None)
    doors.told(request, _("Done."))
    return doors.go(request, "reports:desk-filing", id)


@doors.page(permission="reports.fill", methods=("POST",))
def leave(request: Request, id: int) -> HttpResponse:
    """Let the unit be late."""
    access.one(access.filings_for(request.person), id)
    form = forms.LeaveForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        done = doors.attempt(
            form, lambda: acts.give_leave(filing_id=id, until=given["until"], reason=given["reason"], by=request.person)
        )
        if done is not None:
            return doors.go(request, "reports:desk-filing", id)
    return _filing(request, id, form, leave_form=form)


@doors.page(permission="reports.see")
def export(request: Request, id: int) -> HttpResponse:
    """The filled table in its own layout."""
    one = access.one(access.filings_for(request.person), id)
    content = sheets.filled(bytes(one.table.workbook), queries.as_file(one.table, one.cells))
    return download.attachment(f"{one.table.name} {one.organization.label} {one.until}.xlsx", content)
