"""The page behind every printed number: what counts, how it is cut, and the records."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from unionhall.kernel.ledger.facts import Indicator
from unionhall.shell import doors, paging, search
from unionhall.shell.render import render
from unionhall.work.office import access
from unionhall.work.office.queries import figures as queries
from unionhall.work.office.queries.figures import Cut, Question


def address(code: str, asked: Question | None = None, **parameters: object) -> str:
    """The address of a figure's page: that of a question, or one made of parameters."""
    wanted = asked.parameters(**parameters) if asked else {name: str(value) for name, value in parameters.items()}
    return f"{reverse('office:figure', args=[code])}?{urlencode(wanted)}"


@doors.page(permission="ledger.see")
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """One figure, opened."""
    asked = queries.question(request.person, code, request.GET, unit=request.unit)
    context: dict[str, Any] = {
        "code": code,
        "asked": asked,
        "figure": queries.figure(asked),
        "units": _linked(code, queries.by_unit(asked)),
        "cuts": [(name, _linked(code, queries.by_dimension(asked, name))) for name in queries.dimensions(asked.indicator)],
    }
    if asked.indicator.formula == "ratio":
        ends = (asked.indicator.numerator, asked.indicator.denominator)
        context["ends"] = [_end(asked, end) for end in ends if end is not None]
    else:
        page = paging.page_of(request, queries.entries(asked))
        units = access.visible_units(request.person).in_bulk({row.organization_id for row in page.rows})
        context |= {"page": page, "rows": [_row(row, units) for row in page.rows]}
    return render(request, "office/desk/figure.html", context)


def _linked(code: str, cuts: list[Cut]) -> list[tuple[Cut, str]]:
    return [(cut, f"{reverse('office:figure', args=[code])}?{urlencode(cut.parameters)}") for cut in cuts]


def _end(asked: Question, end: Indicator) -> tuple[Any, Any, str]:
    plain = end.code.partition("[")[0]
    single = Question(end, asked.scope, asked.window, asked.filters, asked.as_of)
    return end.name, queries.figure(single), address(plain, single)


def _row(entry: Any, units: dict[int, Any]) -> dict[str, Any]:
    return {
        "entry": entry,
        "unit": units.get(entry.organization_id),
        "url": search.address(entry.source_kind.label, entry.source_id),
        "dimensions": entry.dimensions.values if entry.dimensions_id else {},
    }
