"""Trying a change of the rule, and working out all files anew once it holds."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import get_language

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.exchange.actions import run_job
from unionhall.kernel.exchange.models import Job
from unionhall.kernel.exchange.registry import Progress
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.organizations.queries import in_range
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, copying, dates
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.hardship import access
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.rounds import Sheet, Trial
from unionhall.work.hardship.queries import lines, sheets, trials
from unionhall.work.hardship.rules import means
from unionhall.work.hardship.rules.means import Lines

AGAIN = "hardship.recompute"
ASSESSMENT = ("household_id", "day", "kind", "reasons", "versions", "rule", "figures", "by_id")


@transaction.atomic
def try_change(*, organization: Organization, change: Mapping[str, Any], by: Person) -> trials.Outcome:
    """Try a change on all files of a unit; what came of it is kept beside the change, nothing else moves."""
    access_actions.require(by, "hardship.simulate", at=organization)
    if not change:
        raise Refused(Text("请至少调整一项标准。", "Change at least one value."), field="line")
    outcome = trials.preview(organization, change)
    kept = {
        "files": outcome.total.files,
        "gain": outcome.total.gain,
        "lose": outcome.total.lose,
        "cost": outcome.total.cost,
    }
    made = Trial.objects.create(
        organization=organization, org_path=organization.path, rule=dict(change), outcome=kept, by=by, at=clock.now()
    )
    audit.record_many([audit.Act(by, "hardship.tried", made, organization, details={"change": dict(change), **kept})])
    return outcome


def start_recompute(*, organization: Organization, by: Person) -> Job:
    """Work out all files of a unit anew in the background. Raises Denied."""
    title = str(Text("全部档案重新核算", "All files worked out anew"))
    language = get_language() or "zh-hans"
    return run_job.start(
        AGAIN, by=by, at=organization, title=title, language=language, permission="hardship.simulate", unit=organization.pk
    )


def run_recompute(by: Person, params: Mapping[str, Any], progress: Progress) -> str:
    """The job. The person's right is asked again: it may have changed since the task was started."""
    done = recompute(organization=Organization.objects.get(pk=params["unit"]), by=by, progress=progress)
    return str(Text(f"已按现行标准重新核算 {done:,} 份档案。", f"{done:,} files worked out by the rule of today."))


def recompute(*, organization: Organization, by: Person, on: date | None = None, progress: Progress | None = None) -> int:
    """Work out every open file of a unit by the rule of a day, each result kept with reasons and versions; returns how many.

    Kinds of files on their way follow at once. A household on record keeps its kind until its next verification: no run of
    a machine takes anybody off. Each sheet is a transaction of its own: one that is stopped half way has done whole sheets, and
    the next run does all again.
    """
    access_actions.require(by, "hardship.simulate", at=organization)
    day, key, done = on or dates.today(), access.room_key(), 0
    known = lines.tables(day)
    found = Sheet.objects.filter(in_range(organization.path)).exclude(rows=b"").order_by("pk")
    keys = list(found.values_list("pk", flat=True))
    for number, one in enumerate(keys, start=1):
        with transaction.atomic():
            for sheet in found.select_related("organization").filter(pk=one):  # none where it was emptied meanwhile
                done += _recompute(sheet, lines.lines(sheet.organization, day, known), by=by, day=day, key=key)
        if progress is not None:
            progress.report(number, len(keys))
    with transaction.atomic():
        audit.record(by, "hardship.recomputed", organization, at=organization, files=done, on=day)
    return done


def _recompute(sheet: Sheet, rule: Lines, *, by: Person, day: date, key: bytes) -> int:
    rows, by_rule = list(sheets.rows_of(sheet, key)), trials.scale(rule)
    kinds = {reason: (kind, [reason]) for reason, kind in means.KIND_OF.items()}
    found = [kinds[trials.reason_of(row, by_rule)] for row in rows]
    versions, kept = orjson.dumps(dict(rule.versions)).decode(), orjson.dumps(lines.as_kept(rule)).decode()
    copying.copy(
        "hardship_assessment",
        ASSESSMENT,
        (
            (row[0], day, kind, reasons, versions, kept, access.sealed(f"figures|{row[0]}", {"row": row}, key), by.pk)
            for row, (kind, reasons) in zip(rows, found, strict=True)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE hardship_household AS h SET kind = new.kind, assessed_on = %s"
            " FROM unnest(%s::bigint[], %s::text[]) AS new(id, kind)"
            " WHERE h.id = new.id AND h.kind <> new.kind AND h.state <> ALL(%s)",
            [
                day, copying.numbers(row[0] for row in rows), copying.texts(kind for kind, _why in found),
                ["on_file", "exited", "withdrawn", "refused"],
            ],
        )  # fmt: skip
    return len(rows)


@transaction.atomic
def rebuild_sheets(*, organization: Organization) -> int:
    """Write the sheets of a unit anew from the books: after a restore, or where units were merged. Returns how many files."""
    key, count = access.room_key(), 0
    Sheet.objects.filter(in_range(organization.path)).delete()
    found: dict[tuple[int, int], list[bytes]] = {}
    owners: dict[int, Organization] = {}
    wanted = Household.objects.filter(in_range(organization.path), ~Q(book=b"")).select_related("organization").order_by("pk")
    for one in wanted.prefetch_related("exclusions").iterator(chunk_size=2000):
        book = access.opened(f"book|{one.pk}", bytes(one.book), key)
        measure = sheets.measured(one, book, excluded=any(line.holds for line in one.exclusions.all()))
        owners[one.organization_id] = one.organization
        found.setdefault((one.organization_id, one.pk // sheets.BLOCK), []).append(sheets.packed(one.pk, measure))
        count += 1
    for (owner, block), rows in found.items():
        sheet = Sheet.objects.create(organization=owners[owner], org_path=owners[owner].path, block=block)
        sheet.rows = access.seal_bytes(f"sheet|{sheet.pk}", b"".join(rows), key)
        sheet.save(update_fields=["rows"])
    return count
