"""The page behind every printed number: what counts, how it is cut, and the records."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.ledger.facts import Figure
from unionhall.shell import doors, paging, search
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office import access
from unionhall.work.office.queries import figures as queries
from unionhall.work.office.queries.figures import Cut, Question

MOST_REPORTED = 50


def address(code: str, asked: Question | None = None, **parameters: object) -> str:
    """The address of a figure's page: that of a question, or one made of parameters."""
    wanted = asked.parameters(**parameters) if asked else {name: str(value) for name, value in parameters.items()}
    return _address("office:figure", code, wanted)


@doors.page(permission="ledger.see")
def figure(request: Request, code: str) -> HttpResponse:
    """One figure, opened: everything on the page, and every link on it, is as of one mark."""
    question = queries.question(request.person, code, request.GET, unit=request.unit)
    asked, found, parts = queries.figure(question)
    repeated = request.GET.copy()
    repeated["as_of"] = str(found.mark)
    request.GET = repeated  # type: ignore[assignment]  # the pager repeats the address, mark included
    words = queries.Words()
    context: dict[str, Any] = {
        "code": code,
        "asked": asked,
        "figure": found,
        "earlier": question.as_of is not None,
        "now": address(code, asked, as_of=None),
        "narrowed": [
            (words.dimension(name), words.value(name, value), address(code, asked, **{f"d.{name}": None}))
            for name, value in asked.filters
        ],
        "units": _linked(code, parts),
        "cuts": _address("office:figure-cuts", code, asked.parameters()) if queries.dimensions(asked.indicator) else "",
    }
    if asked.indicator.formula == "ratio":
        context["ends"] = [_end(code, asked, "above", found.numerator), _end(code, asked, "below", found.denominator)]
    else:
        page = paging.page_of(request, queries.entries(asked))
        units = access.visible_units(request.person).in_bulk({row.organization_id for row in page.rows})
        names = flows.references((row.source_kind.label, row.source_id) for row in page.rows)
        context |= {"page": page, "rows": [_row(request, row, units, words, names) for row in page.rows]}
        if found.manual:
            context["reported"] = _reported(request, asked, words)
    return render(request, "office/desk/figure.html", context)


@doors.page(permission="ledger.see")
def cuts(request: Request, code: str) -> HttpResponse:
    """One figure, cut by each of its dimensions; the figure's page takes this in as soon as it stands."""
    asked = queries.question(request.person, code, request.GET, unit=request.unit)
    words = queries.Words()
    parts = [(name, words.dimension(name), _linked(code, some)) for name, some in queries.by_dimension(asked, words).items()]
    context = {"asked": asked, "cuts": parts, "back": address(code, asked)}
    return render(request, "office/desk/figure_cuts.html", context, fragment="cuts")


def _reported(request: Request, asked: Question, words: queries.Words) -> list[dict[str, Any]]:
    """The latest totals that were reported apart from a figure, each with its unit and where it is opened."""
    rows = list(queries.entries(asked, manual=True)[:MOST_REPORTED])
    units = access.visible_units(request.person).in_bulk({row.organization_id for row in rows})
    return [_row(request, row, units, words, {}) for row in rows]


def _address(door: str, code: str, parameters: dict[str, str]) -> str:
    return f"{reverse(door, args=[code])}?{urlencode(parameters)}"


def _linked(code: str, cuts: list[Cut]) -> list[tuple[Cut, str]]:
    return [(cut, _address("office:figure", code, cut.parameters)) for cut in cuts]


def _end(code: str, asked: Question, end: str, value: Figure | None) -> tuple[object, Any, str]:
    """One end of a rate: its name, its value as counted with the rate, and the address at which it opens."""
    single = queries.end_of(asked, end)
    return single.indicator.name, value, address(code, single)


def _row(
    request: Request, entry: Any, units: dict[int, Any], words: queries.Words, names: dict[tuple[str, int], str]
) -> dict[str, Any]:
    return {
        "entry": entry,
        "unit": units.get(entry.organization_id),
        "url": search.address_for(request, entry.source_kind.label, entry.source_id),
        "name": search.name_of(entry.source_kind.label, entry.source_id, names),
        "subject": f"{entry.subject:x}"[-8:] if entry.subject is not None else "",
        "dimensions": [
            (words.dimension(name), words.value(name, str(value)))
            for name, value in sorted((entry.dimensions.values if entry.dimensions_id else {}).items())
        ],
    }
