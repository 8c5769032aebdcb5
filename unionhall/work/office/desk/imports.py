"""Sheets on their way in: bring, assign the columns, look, mend, confirm, receipt, take back. The same pages for every kind."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import adapters, middleware
from unionhall.kernel.exchange import access as exchange_access
from unionhall.kernel.exchange import queries as exchange
from unionhall.kernel.exchange import registry
from unionhall.kernel.exchange.actions import bring, check, hand_back, run_job, take_back, write
from unionhall.kernel.exchange.registry import ImportKind
from unionhall.lib.refusal import NotVisible
from unionhall.shell import doors, download, paging
from unionhall.shell.components import Confirm, Tab
from unionhall.shell.render import is_partial, render
from unionhall.shell.requests import Request
from unionhall.work.office.forms.imports import SheetForm
from unionhall.work.office.queries import imports as queries

CHOICES: dict[str, bool | None] = {"take": True, "leave": False, "": None}
MOST_DIGITS = 9


@doors.page(signed_in=True, methods=("GET", "POST"))
def bring_sheet(request: Request, kind: str) -> HttpResponse:
    """Download the template, upload a sheet, and see what was brought before."""
    wanted = _kind(request, kind)
    asked = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = SheetForm(*asked)
    options = _options(request, wanted)
    if request.method == "POST" and form.is_valid() and (options is None or options.is_valid()):
        given = {} if options is None else options.cleaned_data
        data = form.cleaned_data
        one = doors.attempt(
            form,
            lambda: bring.bring(
                kind=kind, upload=data["file"], by=request.person, at=request.unit, options=given, encoding=data["encoding"]
            ),
        )
        if one is not None:
            if bring.recognised(one, wanted):
                check.assign(import_id=one.pk, by=request.person, mapping={int(key): code for key, code in one.mapping.items()})
            return doors.go(request, "office:import-page", one.pk)
    page = paging.page_of(request, exchange.imports(request.person, kind))
    context = {"kind": wanted, "form": form, "options": options, "page": page, "states": queries.STATES}
    context |= {"unit": request.unit, "steps": queries.STEPS, "step": queries.step_of(None)}
    return render(request, "office/desk/import_bring.html", context, status=doors.status(form, 200))


def _kind(request: Request, code: str) -> ImportKind:
    """The kind, for somebody who may import it in the chosen unit. Raises NotVisible, Denied."""
    found = registry.import_kinds().get(code)
    if found is None:
        raise NotVisible("kind")
    access_actions.require(request.person, found.permission)
    access_actions.require(request.person, found.permission, at=request.unit)
    return found


def _options(request: Request, kind: ImportKind) -> Any:
    if kind.options_form is None:
        return None
    data = request.POST if request.method == "POST" else None
    return kind.options_form(data, at=request.unit, by=request.person, initial=request.GET.dict())


@doors.page(signed_in=True)
def template(request: Request, kind: str) -> HttpResponse:
    """The sheet to be filled in."""
    wanted = _kind(request, kind)
    file = hand_back.template(kind=wanted.code, by=request.person)
    return download.attachment(file.name, file.content)


@doors.page(signed_in=True)
def import_page(request: Request, id: int) -> HttpResponse:
    """One import, wherever it stands: columns to assign, a check to look at, progress, or the receipt."""
    one = exchange_access.import_for(request.person, id)
    kind = exchange.kind_of(one)
    context: dict[str, Any] = {"one": one, "kind": kind, "counts": queries.counts(one), "state": queries.STATES[one.state]}
    context |= {"steps": queries.STEPS, "step": queries.step_of(one)}
    if one.state in queries.WORKING:
        return render(request, "office/desk/import_progress.html", context, fragment="progress")
    if is_partial(request) and "level" not in request.GET:
        return doors.go(request, "office:import-page", id)  # what was watched has ended
    if one.state == "read" or (one.state == "checked" and "map" in request.GET):
        context |= {"columns": queries.assigned(one), "choices": kind.columns}
        return render(request, "office/desk/import_map.html", context)
    return _rows(request, one, kind, context)


def _rows(request: Request, one: Any, kind: ImportKind, context: dict[str, Any]) -> HttpResponse:
    """The preview before, and the receipt after: the same list of rows about which something is said."""
    level = request.GET.get("level", "")
    level = level if level in {"error", "doubt", "stays"} else ""
    page = paging.page_of(request, queries.telling_rows(one, level))
    kept = bool(one.sealed_key)
    context |= {
        "page": page,
        "lines": queries.lines(one, kind, list(page.rows)) if kept else [],
        "heads": queries.heads(one, kind),
        "tabs": _tabs(one, level),
        "ready": one.made + one.changed + one.same,
        "kept": kept,
        "home": reverse(kind.home),
    }
    if one.state == "checked":
        return render(request, "office/desk/import_check.html", context)
    context |= {"may_undo": queries.may_undo(one), "written": queries.written_so_far(one)}
    return render(request, "office/desk/import_receipt.html", context)


def _tabs(one: Any, level: str) -> list[Tab]:
    url = reverse("office:import-page", args=[one.pk])
    return [
        Tab(_("All with a remark"), url, level == ""),
        Tab(_("Wrong"), f"{url}?level=error", level == "error", one.refused, "late" if one.refused else ""),
        Tab(_("Doubtful"), f"{url}?level=doubt", level == "doubt", one.doubtful, "soon" if one.doubtful else ""),
    ]


@doors.page(signed_in=True, methods=("POST",))
def assign(request: Request, id: int) -> HttpResponse:
    """Say which column of the file is which, and check."""
    given = {_number(name.partition("-")[2]): request.POST[name] for name in request.POST if name.startswith("column-")}
    check.assign(import_id=id, by=request.person, mapping={place: code for place, code in given.items() if place >= 0})
    return doors.go(request, "office:import-page", id)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else -1


@doors.page(signed_in=True, methods=("POST",))
def mend(request: Request, id: int) -> HttpResponse:
    """Mend cells in place, decide about rows, and check again."""
    everything = request.POST.get("all", "")
    if everything in {"take", "leave"}:
        check.choose_all(import_id=id, by=request.person, take=everything == "take")
        return doors.go(request, "office:import-page", id)
    cells: dict[tuple[int, str], str] = {}
    choices: dict[int, bool | None] = {}
    for name in request.POST:
        sort, _dash, rest = name.partition("-")
        row, _dash, code = rest.partition("-")
        if sort == "cell" and _number(row) > 0:
            cells[_number(row), code] = request.POST[name]
        elif sort == "row" and _number(row) > 0 and request.POST[name] in CHOICES:
            choices[_number(row)] = CHOICES[request.POST[name]]
    check.mend(import_id=id, by=request.person, cells=cells, choices=choices)
    doors.told(request, _("Checked again."))
    return doors.go(request, "office:import-page", id)


@doors.page(signed_in=True, methods=("POST",))
def run(request: Request, id: int) -> HttpResponse:
    """Confirm, or go on after a stop."""
    _recently_signed_in(request, id)
    write.finish_at_once(write.begin(import_id=id, by=request.person))
    return doors.go(request, "office:import-page", id)


def _recently_signed_in(request: Request, id: int) -> None:
    kind = exchange.kind_of(exchange_access.import_for(request.person, id))
    if middleware.is_sensitive(kind.permission):
        adapters.require_recent_sign_in(request)


@doors.page(signed_in=True, methods=("POST",))
def stop(request: Request, id: int) -> HttpResponse:
    """Stop at the next slice; what is written stays until it is taken back."""
    one = exchange_access.import_for(request.person, id)
    if one.job is None or not one.job.open:
        raise NotVisible("job")
    run_job.cancel(job_id=one.job.pk, by=request.person)
    doors.told(request, _("The task stops at its next step."))
    return doors.go(request, "office:import-page", id)


@doors.page(signed_in=True, methods=("POST",))
def end(request: Request, id: int) -> HttpResponse:
    """Be content with what a stopped run has written."""
    write.end(import_id=id, by=request.person)
    return doors.go(request, "office:import-page", id)


@doors.page(signed_in=True, methods=("GET", "POST"))
def undo(request: Request, id: int) -> HttpResponse:
    """Take an import back within a day, asked again first."""
    one = exchange_access.import_for(request.person, id)
    if request.method == "POST":
        _recently_signed_in(request, id)
        take_back.undo_at_once(take_back.undo(import_id=id, by=request.person))
        return doors.go(request, "office:import-page", id)
    confirm = Confirm(
        title=_("Take this import back"),
        sentence=_("What it made is taken out again, unless other records refer to it by now; those are named."),
        button=_("Take back"),
        back=reverse("office:import-page", args=[one.pk]),
        count=one.made + one.changed,
        unit=_("rows"),
        danger=True,
    )
    return render(request, "shell/confirm.html", {"confirm": confirm})


@doors.page(signed_in=True, methods=("POST",))
def drop(request: Request, id: int) -> HttpResponse:
    """Throw away what never began."""
    kind = exchange.kind_of(exchange_access.import_for(request.person, id))
    take_back.drop(import_id=id, by=request.person)
    doors.told(request, _("Nothing was imported; the file is gone."))
    return doors.go(request, "office:import", kind.code)


@doors.page(signed_in=True)
def own_file(request: Request, id: int) -> HttpResponse:
    """One's own rows back, with a first column that says what is wrong."""
    file = hand_back.own_file(import_id=id, by=request.person, wrong_only=request.GET.get("rows") != "all")
    return download.attachment(file.name, file.content)
