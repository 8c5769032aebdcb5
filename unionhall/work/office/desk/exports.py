"""Tables on their way out: small ones at once, large ones through the task centre; and how they are wanted."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import adapters, middleware
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.exchange import queries, registry
from unionhall.kernel.exchange.actions import export_table, fill_template, run_job
from unionhall.kernel.exchange.actions.export_table import Wish
from unionhall.kernel.exchange.registry import Table
from unionhall.lib import rowid
from unionhall.lib.refusal import NotVisible
from unionhall.shell import doors, download
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office.forms.exports import TemplateForm, WishForm

LARGE = 5000  # rows that a page may be kept waiting for
LARGE_PLAIN = 200
MOST_LETTERS = 200


def hand_out(request: Request, code: str, filters: Mapping[str, str], rows: int, wish: Wish | None = None) -> HttpResponse:
    """The table as a file or, above LARGE rows (fewer in the clear), as a task that leaves the file in the task centre."""
    wish = wish or Wish(form="csv" if request.GET.get("form") == "csv" else "xlsx")
    if rows <= (LARGE_PLAIN if wish.reason else LARGE):
        file = export_table.export_table(code=code, by=request.person, at=request.unit, filters=filters, wish=wish)
        return download.attachment(file.name, file.content)
    table = registry.table(code)
    run_job.start(
        "office.export",
        by=request.person,
        at=request.unit,
        title=_("Export: %(table)s") % {"table": table.name},
        language=get_language() or "zh-hans",
        permission=table.permission,
        table=code,
        unit=request.unit.pk,
        filters=dict(filters),
        wish=asdict(wish),
        rows=rows,
    )
    doors.told(request, _("%(rows)s rows: the file is being made and will lie here.") % {"rows": f"{rows:,}"})
    return doors.go(request, "office:jobs")


def _table(request: Request, code: str) -> Table:
    """A table with a page of its own, for somebody who may export it here. Raises NotVisible, Denied."""
    found = registry.tables().get(code)
    if found is None or found.count is None:
        raise NotVisible("table")
    access_actions.require(request.person, found.permission)
    access_actions.require(request.person, found.permission, at=request.unit)
    return found


@doors.page(signed_in=True, methods=("GET", "POST"))
def export_page(request: Request, code: str) -> HttpResponse:
    """How the list is wanted: its columns or all, an own template, masked or, for a reason, in the clear."""
    table = _table(request, code)
    asked = ((name, value) for name, value in request.GET.items() if name in table.filters and isinstance(value, str))
    given = {name: value[:MOST_LETTERS] for name, value in asked if value}
    filters = {"unit": str(request.unit.pk), **given}
    plain = table.plain is not None and access_queries.may(request.person, table.plain_permission, request.unit)
    templates = fill_template.templates_for(code, request.unit)
    form = WishForm(request.POST or None, templates=templates, plain=plain)
    assert table.count is not None
    rows = table.count(request.person, filters)
    pressed = ""
    if request.method == "POST" and form.is_valid():
        wish = form.wish()
        if wish.reason and middleware.is_sensitive(table.plain_permission) and not adapters.has_signed_in_recently(request):
            return adapters.sign_in_again(request)
        if adapters.is_resumed(request):  # a file would leave the page that asked for the password behind it: this one takes it
            pressed = f"{reverse('office:export', args=[code])}?{urlencode(given)}"
        elif (answer := doors.attempt(form, lambda: hand_out(request, code, filters, rows, wish))) is not None:
            return answer
    said = queries.said(request.person, table, given)
    context: dict[str, Any] = {
        "table": table,
        "form": form,
        "rows": rows,
        "filters": said,
        "unit": request.unit,
        "pressed": pressed,
    }
    context |= {"own": [one for one in templates if one.organization_id == request.unit.pk], "upload": TemplateForm()}
    return render(request, "office/desk/export.html", context, status=doors.status(form, 200))


@doors.page(signed_in=True, methods=("POST",))
def keep_template(request: Request, code: str) -> HttpResponse:
    """Keep an own workbook for this table."""
    table = _table(request, code)
    form = TemplateForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        act = {"table": table.code, "upload": upload, "by": request.person, "at": request.unit}
        if doors.attempt(form, lambda: fill_template.keep_template(**act)) is not None:
            doors.told(request, _("Template kept."))
            return doors.go(request, "office:export", code)
    context = {"table": table, "form": WishForm(templates=[], plain=False), "upload": form, "unit": request.unit, "own": []}
    return render(request, "office/desk/export.html", context, status=doors.status(form, 200))


@doors.page(signed_in=True, methods=("POST",))
def drop_template(request: Request, code: str) -> HttpResponse:
    """Take an own template away."""
    table = _table(request, code)
    key = rowid.read(request.POST.get("template", ""))
    if key is None:
        raise NotVisible("template")
    fill_template.drop_template(table=table.code, template_id=key, by=request.person, at=request.unit)
    doors.told(request, _("Template taken away."))
    return doors.go(request, "office:export", code)
