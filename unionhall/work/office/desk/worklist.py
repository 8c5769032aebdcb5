"""The worklist: every open move of every room that waits for somebody, by urgency."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from unionhall.kernel.access import queries as access
from unionhall.kernel.exchange.actions import export_table
from unionhall.kernel.flows.queries import Filters
from unionhall.shell import doors, download, paging, search
from unionhall.shell.components import Tab
from unionhall.shell.render import render
from unionhall.work.office.forms.tasks import TaskFilter
from unionhall.work.office.queries import tasks as queries


def tabs(request: HttpRequest, current: str) -> list[Tab]:
    """The tabs of the worklist with their counts; the whole scope is for those who supervise."""
    counts = queries.counts(request.person)
    shown = [code for code in queries.TABS if code != "scope" or access.may(request.person, "flows.supervise")]
    base = reverse("office:worklist")
    return [
        Tab(
            queries.TABS[code],
            f"{base}?{urlencode({'tab': code})}",
            current=code == current,
            count=None if code == "done" else counts.get(code),
        )
        for code in shown
    ]


def _filters(request: HttpRequest, form: TaskFilter) -> Filters:
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    tab = request.GET.get("tab", "mine")
    return Filters(
        tab=tab if tab in queries.TABS else "mine",
        light=asked.get("light", ""),
        kind=asked.get("kind", ""),
        text=asked.get("q", ""),
        within=queries.narrowed_to(request.person, asked.get("unit", "")),
        raised=asked.get("raised", False),
    )


def _form(request: HttpRequest) -> TaskFilter:
    form = TaskFilter(request.GET)
    form.fields["kind"].choices = [("", queries.Text("全部类型", "All kinds")), *queries.kinds()]
    form.fields["unit"].widget.recents = lambda: [(str(unit.pk), unit.label) for unit in queries.below(request.unit)[:20]]
    form.fields["unit"].widget.label_of = lambda value: (
        unit.label if (unit := queries.narrowed_to(request.person, str(value))) else ""
    )
    return form


@doors.page(permission="office.see")
def worklist(request: HttpRequest) -> HttpResponse:
    """One tab of the worklist."""
    form = _form(request)
    filters = _filters(request, form)
    page = paging.page_of(request, queries.rows(request.person, filters))
    shown = queries.lines(page.rows)
    context = {
        "form": form,
        "page": page,
        "tab": filters.tab,
        "tabs": tabs(request, filters.tab),
        "lines": [(line, search.address(line.task.record_kind, line.task.record_id)) for line in shown],
        "has_calendar": queries.has_calendar(),
    }
    return render(request, "office/desk/worklist.html", context, fragment="rows")


@doors.page(permission="office.see")
def export_worklist(request: HttpRequest) -> HttpResponse:
    """The tab as it is filtered, as .xlsx or .csv."""
    form = "csv" if request.GET.get("form") == "csv" else "xlsx"
    filters = {key: value for key, value in request.GET.items() if key in {"tab", "q", "light", "kind", "unit", "raised"}}
    file = export_table.export_table(code="office.worklist", by=request.person, at=request.unit, filters=filters, form=form)
    return download.attachment(file.name, file.content)
