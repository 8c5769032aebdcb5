"""Reported totals as a page lists them."""

from collections.abc import Iterable

from unionhall.kernel.files.models import File
from unionhall.work.reports.models import Total


def evidence_of(rows: Iterable[Total]) -> dict[int, list[tuple[int, str]]]:
    """The files behind some totals, (id, name) by the total's id; one statement."""
    found: dict[int, list[tuple[int, str]]] = {}
    ids = [one.pk for one in rows]
    files = File.objects.filter(record_kind="reports.total", record_id__in=ids, withdrawn_at=None).order_by("pk")
    for record, id, name in files.values_list("record_id", "pk", "name"):
        found.setdefault(record, []).append((id, name))
    return found
