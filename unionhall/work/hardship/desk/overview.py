"""The list of files and its export; the six rates."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from unionhall.kernel.exchange.actions import export_table
from unionhall.kernel.ledger.facts import Window
from unionhall.lib import dates
from unionhall.shell import doors
from unionhall.shell.components import Tab
from unionhall.shell.paging import counted, order_of, page_of, tabbed, total_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.hardship import registry
from unionhall.work.hardship.flow import HARDSHIP, OPEN_STATES
from unionhall.work.hardship.forms import desk as forms
from unionhall.work.hardship.queries import browse, panels

SORTS = {"new": ("-id",), "due": ("due_on",), "reference": ("reference",), "kind": ("kind",), "verified": ("verified_on",)}
TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


def chosen(request: Request) -> tuple[forms.FilterForm, browse.Filters]:
    """The filter form of this address and what it asks for."""
    form = forms.FilterForm(request.GET)
    form.is_valid()
    return form, browse.filters_of(form.cleaned_data)


@doors.page(permission="hardship.see")
def index(request: Request) -> HttpResponse:
    """The list: filters, tabs by state, rows with kind and light."""
    form, filters = chosen(request)
    counts = browse.by_state(request.person, filters) if tabbed(filters, "state", "unit") else None
    found = browse.files(request.person, filters)
    total = counted(request, found, keys_only=True) if counts is None else total_of(counts, filters.state, opened=OPEN_STATES)
    found = browse.ordered(found, order_of(request, SORTS, "new"), among=total.number)
    page = page_of(request, found, total=total, keys_first=True)
    context = {
        "form": form,
        "page": page,
        "tabs": _tabs(request, counts),
        "rows": [row(one) for one in page.rows],
        "filtered": any(request.GET.get(name) for name in form.fields),
        "query": request.GET.urlencode(),
        "near": filters.kind == "near",
    }
    return render(request, "hardship/desk/list.html", context, fragment="rows")


def row(one: Any) -> dict[str, Any]:
    """A file with its words, for a line of a list."""
    return {
        "file": one,
        "kind": registry.KINDS.get(one.kind, ""),
        "level": registry.LEVELS.get(one.level, ""),
        "state": HARDSHIP.state(one.state).name,
    }


def _tabs(request: Request, counts: dict[str, int] | None) -> list[Tab]:
    """The states in which files stand; a list narrowed by more than they count (None) has every state, without numbers."""
    asked = request.GET.get("state", "")
    numbers = {} if counts is None else {"": sum(counts.values()), **counts}
    wanted = [state for state in HARDSHIP.states if counts is None or counts.get(state.code)]
    names = [("", _("All")), *((state.code, str(state.name)) for state in wanted)]
    return [Tab(label, _with(request.GET, state=code), code == asked, numbers.get(code)) for code, label in names]


def _with(query: QueryDict, **changes: str) -> str:
    fresh = query.copy()
    fresh.pop("page", None)
    for name, value in changes.items():
        fresh[name] = value
        if not value:
            fresh.pop(name)
    return f"?{fresh.urlencode()}"


@doors.page(permission="hardship.see")
def export(request: Request) -> HttpResponse:
    """The list as it is filtered, as xlsx or csv; no incomes and no illnesses are in it."""
    kind: export_table.Format = "csv" if request.GET.get("format") == "csv" else "xlsx"
    form, _filters = chosen(request)
    filters = {name: str(getattr(value, "pk", value)) for name, value in form.cleaned_data.items() if value}
    table = "hardship.near" if request.GET.get("table") == "near" else "hardship.list"
    made = export_table.export_table(code=table, by=request.person, at=request.unit, filters=filters, form=kind)
    response = HttpResponse(made.content, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="hardship.{kind}"'
    return response


@doors.page(permission="hardship.see")
def rates(request: Request) -> HttpResponse:
    """The six rates of the chosen unit, each with both its ends, for a span of days."""
    unit = unit_of(request)
    form = forms.WindowForm(request.GET)
    form.is_valid()
    today = dates.today()
    window = Window(form.cleaned_data.get("since") or today.replace(month=1, day=1), form.cleaned_data.get("until") or today)
    lines = [
        {
            "rate": rate,
            "figure": figure,
            "url": panels.figure_address(request.person, rate.code, unit, window),
            "ends": [
                (end.name, part, end.counts, panels.figure_address(request.person, rate.code, unit, window, end=which))
                for which, end, part in _ends(rate, figure)
            ],
        }
        for rate, figure in panels.rates(unit, window)
    ]
    context = {"lines": lines, "unit": unit, "window": window, "form": forms.WindowForm(_shown(window))}
    return render(request, "hardship/desk/rates.html", context)


def _ends(rate: Any, figure: Any) -> list[tuple[str, Any, Any]]:
    return [("above", rate.numerator, figure.numerator), ("below", rate.denominator, figure.denominator)]


def _shown(window: Window) -> dict[str, Any]:
    return {"since": window.start, "until": window.end}
