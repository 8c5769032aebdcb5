"""Tables on their way out: small ones at once, large ones through the task centre."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from unionhall.kernel.exchange import registry
from unionhall.kernel.exchange.actions import export_table, run_job
from unionhall.shell import doors, download
from unionhall.shell.requests import Request

LARGE = 5000  # rows that a page may be kept waiting for


def hand_out(request: Request, code: str, filters: Mapping[str, str], rows: int) -> HttpResponse:
    """The table as a file or, above LARGE rows, as a task that leaves the file in the task centre."""
    form: export_table.Format = "csv" if request.GET.get("form") == "csv" else "xlsx"
    if rows <= LARGE:
        file = export_table.export_table(code=code, by=request.person, at=request.unit, filters=filters, form=form)
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
        form=form,
        rows=rows,
    )
    doors.told(request, _("%(rows)s rows: the file is being made and will lie here.") % {"rows": f"{rows:,}"})
    return doors.go(request, "office:jobs")
