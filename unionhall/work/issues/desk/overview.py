"""The list of issues, its export and print, and the closing report."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.exchange.actions import export_table
from unionhall.kernel.ledger.facts import Window
from unionhall.lib import dates, official_document
from unionhall.lib.refusal import NotVisible
from unionhall.shell import doors, download
from unionhall.shell.components import Act, Tab
from unionhall.shell.paging import counted, order_of, page_of, tabbed, total_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.issues import forms, registry
from unionhall.work.issues.flow import ISSUE, OPEN_STATES
from unionhall.work.issues.queries import browse, kinds, papers, report

SORTS = {
    "due": ("due_on",),
    "new": ("-id",),
    "found": ("found_on",),
    "reference": ("reference",),
    "handler": ("handler_path",),
    "grade": ("grade",),
}
TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
PRINTED = 500


def chosen(request: Request, names: dict[str, object] | None = None) -> tuple[forms.FilterForm, browse.Filters]:
    """The filter form of this address and what it asks for."""
    form = forms.FilterForm(request.GET, known=kinds.everything() if names is None else names)
    form.is_valid()
    return form, browse.filters_of(form.cleaned_data)


@doors.page(permission="issues.see")
def index(request: Request) -> HttpResponse:
    """The list: filters, tabs by state, rows with light and next step, bulk acts."""
    names = kinds.everything()
    form, filters = chosen(request, names)
    found = browse.issues(request.person, filters)
    counts = browse.by_state(request.person, filters) if tabbed(filters, "state", "unit", "own", "side") else None
    total = counted(request, found, keys_only=True) if counts is None else total_of(counts, filters.state, opened=OPEN_STATES)
    found = browse.ordered(found, order_of(request, SORTS, "new"), among=total.number)
    page = page_of(request, found, total=total, keys_first=True)
    context = {
        "form": form,
        "page": page,
        "tabs": _tabs(request, counts),
        "acts": _acts(),
        "rows": [_row(issue, names) for issue in page.rows],
        "filtered": any(request.GET.get(name) for name in form.fields),
        "query": request.GET.urlencode(),
    }
    return render(request, "issues/desk/list.html", context, fragment="rows")


def _row(issue: Any, names: dict[str, object]) -> dict[str, Any]:
    state = ISSUE.state(issue.state)
    move = ISSUE.awaited(issue.state)
    return {
        "issue": issue,
        "kind": names.get(issue.kind, issue.kind),
        "grade": registry.GRADES.get(issue.grade),
        "state": state.name,
        "next": move.name if move else "",
        "next_url": _next_url(issue, move.code if move else ""),
        "flag": registry.FLAGS.get(issue.flag),
    }


def _next_url(issue: Any, move: str) -> str:
    if move == "dispatch":
        return reverse("issues:desk-dispatch", args=[issue.pk])
    return f"{reverse('issues:desk-issue', args=[issue.pk])}#act"


def _tabs(request: Request, counts: dict[str, int] | None) -> list[Tab]:
    """The tabs by state; a list narrowed by more than they count (None) has them without numbers."""
    asked = request.GET.get("state", "")
    states = [("", _("All")), *((state.code, str(state.name)) for state in ISSUE.states)]
    numbers = {} if counts is None else {"": sum(counts.values())} | {code: counts.get(code, 0) for code, _name in states[1:]}
    return [Tab(label, _with(request.GET, state=code), code == asked, numbers.get(code)) for code, label in states]


def _with(query: QueryDict, **changes: str) -> str:
    fresh = query.copy()
    fresh.pop("page", None)
    for name, value in changes.items():
        fresh[name] = value
        if not value:
            fresh.pop(name)
    return f"?{fresh.urlencode()}"


def _acts() -> list[Act]:
    return [
        Act(_("Dispatch"), reverse("issues:desk-bulk-dispatch"), "send", key="d"),
        Act(_("Chase"), reverse("issues:desk-bulk-chase"), "bell"),
        Act(_("Supervise"), reverse("issues:desk-bulk-supervise"), "eye"),
        Act(_("Write off"), reverse("issues:desk-bulk-write-off"), "circle-check"),
    ]


@doors.page(permission="issues.see")
def export(request: Request) -> HttpResponse:
    """The list as it is filtered, as xlsx or csv, with a sheet that says what it is."""
    kind: export_table.Format = "csv" if request.GET.get("format") == "csv" else "xlsx"
    form, _filters = chosen(request)  # only what the form took: an unreadable filter is no filter, as on the list
    filters = {name: str(getattr(value, "pk", value)) for name, value in form.cleaned_data.items() if value}
    made = export_table.export_table(code="issues.list", by=request.person, at=request.unit, filters=filters, form=kind)
    response = HttpResponse(made.content, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="issues.{kind}"'
    return response


@doors.page(permission="issues.see")
def printed(request: Request) -> HttpResponse:
    """The list on paper: what is filtered, at most 500 rows, with the filter line and signature boxes."""
    names = kinds.everything()
    form, filters = chosen(request, names)
    found = browse.issues(request.person, filters).order_by(*order_of(request, SORTS, "new"))[:PRINTED]
    line = " · ".join(f"{form.fields[name].label}: {value}" for name, value in request.GET.items() if value and name in form.fields)
    context = {"rows": [_row(issue, names) for issue in found], "line": line, "most": PRINTED}
    return render(request, "issues/desk/print.html", context)


@doors.page(permission="issues.see")
def closing(request: Request) -> HttpResponse:
    """The closing report of a programme: one page of prose whose figures are counted and open their records."""
    since, until = _window(request)
    code = request.GET.get("programme", "")
    unit = unit_of(request)
    served = list(report.programmes_of())
    programme = next((one for one in served if one.code == code), None)
    if code and programme is None:
        raise NotVisible(_("There is no such programme in this room."))
    window, own, paper = Window(since, until), request.GET.get("own") == "1", request.GET.get("paper", "")
    if paper == "docx":
        letter = papers.closing_letter(
            request.person, unit, window, programme=programme, own=own, absolute=request.build_absolute_uri
        )
        return download.attachment(f"{letter.title}.docx", official_document.write(letter))
    context = {
        "report": report.closing(request.person, unit, window, programme=programme, own=own),
        "since": since,
        "until": until,
        "programme": code,
        "programmes": [(one.code, str(one.name)) for one in served],
    }
    return render(request, "issues/desk/closing_print.html" if paper == "1" else "issues/desk/closing.html", context)


def _window(request: Request) -> tuple[Any, Any]:
    form = forms.WindowForm(request.GET)
    form.is_valid()
    today = dates.today()
    return form.cleaned_data.get("since") or today.replace(month=1, day=1), form.cleaned_data.get("until") or today
