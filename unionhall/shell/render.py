"""The one way from a door to a page: the whole page, or the named fragment of it when htmx asks."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

Check = Callable[[HttpRequest, str, Mapping[str, Any]], None]

_checks: list[Check] = []


def register_check(check: Check) -> None:
    """Add a check that sees each context before it is rendered and raises when something must not reach a page."""
    if check not in _checks:
        _checks.append(check)


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of the page (a history restore wants the whole one)."""
    told = request.META
    return told.get("HTTP_HX_REQUEST") == "true" and not {"HTTP_HX_BOOSTED", "HTTP_HX_HISTORY_RESTORE_REQUEST"} & told.keys()


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    fragment: str | None = None,
) -> HttpResponse:
    """Render a template; with `fragment`, htmx requests get only `{% partialdef fragment %}` of the same file.

    A form with errors in the context turns status 200 into 422, so that no door forgets it.
    """
    filled = dict(context or {})
    for check in _checks:
        check(request, template, filled)
    form = filled.get("form")
    if status == 200 and form is not None and getattr(form, "is_bound", False) and request.method == "POST" and form.errors:
        status = getattr(form, "refused_status", 422)
    filled["page_failed"] = status in {409, 422}
    name = f"{template}#{fragment}" if fragment and is_partial(request) else template
    return answer(render_to_string(name, filled, request=request), status)


def answer(text: str, status: int = 200) -> HttpResponse:
    """A page that is written already, with what it was chosen by."""
    return HttpResponse(text, status=status, headers={"Vary": "HX-Request, Cookie, Accept-Language"})
