"""Units from a sheet: founded or corrected by their code, never moved; all rows together, since they lean on one another."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as access
from unionhall.kernel.exchange.registry import Finding, Row, Unfit, Written
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.organizations.models import NameSpan, Organization, PathSpan
from unionhall.kernel.people.models import Person
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

PERMISSION = "organizations.import"
COLUMNS = ("code", "name", "short_name", "level", "kind", "parent_code", "division_code", "credit_code")
DESCRIBED = ("name", "short_name", "kind", "division_code", "credit_code")
ABSENT = Text("没有这个单位，或不在您的管理范围。", "There is no such unit, or it is not within your scope.")
COMPARE = Text("请核对编码。", "Compare the code.")
CORRECTED = Text("编码已存在，将按本表更正。", "The code is known; the unit will be corrected as written here.")
KNOWN = Text("编码已存在，内容相同。", "The code is known, nothing differs.")
USED = Text("该单位下已有下级、人员或业务记录，予以保留。", "Units, people or records stand at this unit by now; it stays.")
ON_PAGE = Text("请在组织页面办理。", "See to it on the unit's page.")


def check(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """Everything that is wrong with the units, and which are known already."""
    outside = _outside(rows, by)
    receipt = _planned([row for row in rows if row.number not in outside], at, by)
    found = [*outside.values(), *receipt[0]]
    wrong = {finding.row for finding in found}
    fates = receipt[1]
    for row in rows:
        if row.number not in wrong and fates.get(row.values["code"]) != "made":
            changes = fates.get(row.values["code"]) == "changed"
            message = CORRECTED if changes else KNOWN
            found.append(Finding(row.number, "code", message, level="changed" if changes else "same"))
    return found


def _outside(rows: Sequence[Row], by: Person) -> dict[int, Finding]:
    """Rows that name a unit outside the person's scope: as unknown as one that does not exist."""
    named = {row.values[column] for row in rows for column in ("code", "parent_code")} - {""}
    known = dict(Organization.objects.filter(code__in=named).values_list("code", "path"))
    ranges = access.ranges(by, PERMISSION)
    foreign = {code for code, path in known.items() if not any(low <= path < high for low, high in ranges)}
    found = {}
    for row in rows:
        column = next((one for one in ("code", "parent_code") if row.values[one] in foreign), "")
        if column:
            found[row.number] = Finding(row.number, column, ABSENT, COMPARE)
    return found


def _planned(rows: Sequence[Row], at: Organization, by: Person) -> tuple[list[Finding], Mapping[str, str]]:
    receipt = organizations.import_rows(_lines(rows), under=at, by=by, dry_run=True)
    numbers = [row.number for row in rows]  # the receipt counts from 2, as in a sheet whose first line is the header
    columns = {"parent": "parent_code"}
    faults = [
        Finding(numbers[error.row - 2], columns.get(error.column, error.column), error.mend, COMPARE) for error in receipt.errors
    ]
    return faults, receipt.fates


def _lines(rows: Sequence[Row]) -> list[dict[str, object]]:
    return [
        {
            **{column: row.values[column] for column in COLUMNS},
            "since": row.values["since"].isoformat() if row.values["since"] else "",
        }
        for row in rows
    ]


def write(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any], source: str) -> list[Written]:
    """Found and correct them all in one act. Raises Unfit for a row that went stale since the check."""
    for finding in _outside(rows, by).values():
        raise Unfit(finding)
    codes = [row.values["code"] for row in rows]
    before = {unit.code: unit for unit in Organization.objects.filter(code__in=codes)}
    receipt = organizations.import_rows(_lines(rows), under=at, by=by)
    for error in receipt.errors:
        raise Unfit(Finding(rows[error.row - 2].number, "", error.mend, COMPARE))
    ids = dict(Organization.objects.filter(code__in=codes).values_list("code", "pk"))
    written = []
    for row in rows:
        code, outcome = row.values["code"], receipt.fates.get(row.values["code"], "same")
        old = {name: getattr(before[code], name) for name in DESCRIBED} if outcome == "changed" else None
        record = f"organizations.organization:{ids[code]}"
        match outcome:
            case "made":
                written.append(Written(row.number, record, "made"))
            case "changed":
                written.append(Written(row.number, record, "changed", old))
            case _:
                written.append(Written(row.number, record, "same"))
    return written


def undo(written: Sequence[Written], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """Close the units that were founded, the lowest first, unless something stands there by now; set corrections back."""
    stays = []
    units = Organization.objects.in_bulk([_id(one) for one in written])
    ordered = sorted(written, key=lambda one: -units[_id(one)].depth)
    used = _used({_id(one) for one in written if one.outcome == "made"})
    for one in ordered:
        unit = units[_id(one)]
        try:
            if unit.pk in used:
                raise Refused(USED)
            with transaction.atomic():
                _take_back(unit, one, by)
        except Refused as refusal:
            stays.append(Finding(one.row, "code", refusal.message, ON_PAGE))
    return stays


def _id(one: Written) -> int:
    return int(one.record.partition(":")[2])


def _take_back(unit: Organization, one: Written, by: Person) -> None:
    if one.outcome == "changed":
        old = one.before or {}
        organizations.rename(unit, name=old["name"], short_name=old["short_name"], by=by)
        codes = {name: old[name] for name in ("kind", "division_code", "credit_code")}
        organizations.correct(unit, by=by, **codes)
        return
    organizations.correct(unit, by=by, code=None, credit_code="")  # so that the sheet can be brought again, mended
    organizations.close(unit, by=by, reason=str(_("The import that brought this unit was taken back")))


def _used(ids: set[int]) -> set[int]:
    """Which of the units anything in the house refers to, besides their own history and units below (closing refuses those)."""
    used: set[int] = set()
    for relation in Organization._meta.related_objects:
        model = relation.related_model
        if not isinstance(model, type) or model in {Organization, PathSpan, NameSpan}:
            continue
        column = relation.field.name
        used |= set(model._base_manager.filter(**{f"{column}__in": ids}).values_list(column, flat=True))
    return used
