"""Trying a change of the rule, and working out all files anew once it holds."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Q

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
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


@transaction.atomic
def recompute(*, organization: Organization, by: Person, on: date | None = None) -> int:
    """Work out every open file of a unit by the rule of a day, each result kept with reasons and versions; returns how many.

    Kinds of files on their way follow at once. A household on record keeps its kind until its next verification: no run of
    a machine takes anybody off.
    """
    access_actions.require(by, "hardship.simulate", at=organization)
    day, key, done = on or dates.today(), access.room_key(), 0
    known = lines.tables(day)
    for sheet in Sheet.objects.filter(in_range(organization.path)).exclude(rows=b"").select_related("organization").order_by("pk"):
        rule = lines.lines(sheet.organization, day, known)
        done += _recompute(sheet, rule, by=by, day=day, key=key)
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
