"""Official tables: imported once, opened for a period, filled, handed in, returned, accepted."""

import re
from datetime import date

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Denied, Refused
from unionhall.lib.text import Text
from unionhall.work.reports import access
from unionhall.work.reports.models import Exemption, Filing, OfficialTable
from unionhall.work.reports.queries import sheets, tables
from unionhall.work.reports.rules import periods

_NUMBER = re.compile(r"-?\d{1,14}(\.\d{1,2})?", re.ASCII)
NUMBER = Text("请填写数字，小数最多两位。", "Give a number with at most two decimals.")


@transaction.atomic
def add_table(
    *, organization: Organization, name: str, cadence: str, level: str, days: int, workbook: bytes, by: Person
) -> OfficialTable:
    """Keep a table's layout; a cell whose name is an indicator's code is tied to it at once."""
    access.require(by, access.DEFINE, organization)
    found = sheets.named_cells(workbook)
    if OfficialTable.objects.filter(organization=organization, name=name.strip()).exists():
        raise Conflict(Text(f"已有名为“{name}”的报表。", f"There is already a table named “{name}”."), field="name")
    cells = {cell: {"place": place, "code": cell if tables.indicator_of(cell) else ""} for cell, place in found.items()}
    made = OfficialTable.objects.create(
        organization=organization,
        org_path=organization.path,
        name=name.strip(),
        cadence=cadence,
        level=level,
        days=days,
        workbook=workbook,
        cells=cells,
        created_by=by,
        created_at=clock.now(),
    )
    audit.record(by, "reports.table_added", made, at=organization, cells=len(cells))
    return made


@transaction.atomic
def tie(*, table_id: int, codes: dict[str, str], by: Person) -> OfficialTable:
    """Say which indicator fills which cell; a cell may be left to be written by hand."""
    table = access.one_for_change(access.tables_for(by), by, table_id, to=access.DEFINE)
    for name, code in codes.items():
        if code and tables.indicator_of(code) is None:
            raise Refused(Text(f"没有名为“{code}”的指标。", f"There is no indicator “{code}”."), field=name)
    table.cells = {name: {**cell, "code": codes.get(name, cell["code"])} for name, cell in table.cells.items()}
    table.save(update_fields=["cells"])
    audit.record(by, "reports.table_tied", table, at=table.organization, cells=codes)
    return table


@transaction.atomic
def open_period(*, table_id: int, by: Person, day: date | None = None) -> list[Filing]:
    """Ask every unit for the period that has just ended; asked again it changes nothing."""
    table = access.one_for_change(access.tables_for(by), by, table_id, to=access.DEFINE)
    since, until = periods.last_ended(table.cadence, day or dates.today())
    asked = set(Filing.objects.filter(table=table, until=until).values_list("organization_id", flat=True))
    made = []
    for unit in tables.units_asked(table):
        if unit.pk not in asked:
            filing = Filing(table=table, organization=unit, org_path=unit.path, since=since, until=until)
            _count(filing, table)
            filing.save()
            made.append(filing)
    if made:
        notices.tell_units({one.organization: {"name": table.name, "until": until.isoformat()} for one in made}, "reports.asked")
        audit.record(by, "reports.table_opened", table, at=table.organization, until=until.isoformat(), units=len(made))
    return made


@transaction.atomic
def urge(*, table_id: int, by: Person) -> int:
    """Remind the units that have not handed in the latest period of a table; returns how many there are."""
    table = access.one_for_change(access.tables_for(by), by, table_id, to=access.DEFINE)
    missing = list(tables.missing(table).select_related("organization"))
    if not missing:
        raise Conflict(Text("本期各单位都已提交，无需催报。", "Every unit has handed the period in: nobody is reminded."))
    told = {one.organization: {"name": table.name, "until": one.until.isoformat()} for one in missing}
    notices.tell_units(told, "reports.asked")
    audit.record(by, "reports.table_urged", table, at=table.organization, units=len(missing))
    return len(missing)


def _count(filing: Filing, table: OfficialTable) -> None:
    counted, mark = tables.count(table, filing.organization, Window(filing.since, filing.until))
    kept = filing.cells
    fresh = {}
    for name in table.cells:
        before, (number, apart) = kept.get(name, {}), counted.get(name, ("", ""))
        by_hand = before.get("by", "") != ""
        value = before["value"] if by_hand else number
        reason, by = before.get("reason", ""), before.get("by", "")
        fresh[name] = {"value": value, "counted": number, "apart": apart, "reason": reason, "by": by}
    filing.cells, filing.mark = fresh, str(mark)


@transaction.atomic
def refill(*, filing_id: int, by: Person) -> Filing:
    """Count the cells again; what was written by hand stays beside what is counted."""
    filing = _open_filing(filing_id, by)
    _count(filing, filing.table)
    return _saved(filing, "reports.filing_filled", by)


@transaction.atomic
def write_cell(*, filing_id: int, name: str, value: str, reason: str, by: Person, version: int | None = None) -> Filing:
    """Write a number by hand, with the reason why it differs; the counted one again takes the hand back."""
    filing = _open_filing(filing_id, by, version)
    if name not in filing.table.cells:
        raise Refused(Text("表里没有这个单元格。", "The table has no such cell."))
    kept = filing.cells.get(name, {"counted": ""})
    number = _number(value, filing.table.cells[name]["code"])
    differs = number != kept["counted"]
    if differs and kept["counted"] and not reason.strip():
        raise Refused(Text("与取数不同，请说明原因。", "It differs from what is counted: say why."), field="reason")
    cell = {
        "value": number,
        "counted": kept["counted"],
        "apart": kept.get("apart", ""),
        "reason": reason.strip()[:200] if differs else "",
        "by": by.name if differs else "",
    }
    filing.cells = {**filing.cells, name: cell}
    return _saved(filing, "reports.filing_cell", by, cell=name, value=number, counted=kept["counted"])


def _number(text: str, code: str) -> str:
    """A typed number, without its commas; for a cell that counts wholes, a whole one."""
    plain = text.strip().replace(",", "").replace("，", "")
    if not _NUMBER.fullmatch(plain):
        raise Refused(NUMBER, field="value")
    if (one := tables.indicator_of(code)) is not None:
        try:
            tables.number_of(plain, one)
        except ValueError:
            raise Refused(
                Text("这个指标按整数计数，请填整数。", "This figure counts wholes: give a whole number."), field="value"
            ) from None
    return plain


@transaction.atomic
def submit(*, filing_id: int, by: Person) -> Filing:
    """Hand a table in: every cell that is written by hand has a number, every difference a reason.

    A cell that is counted may be empty: a rate of nothing has no value, and nobody is made to invent one.
    """
    filing = _open_filing(filing_id, by)
    by_hand = [name for name, cell in filing.table.cells.items() if not cell["code"]]
    empty = [name for name in by_hand if not filing.cells.get(name, {}).get("value")]
    if empty:
        raise Refused(Text(f"还有单元格未填：{'、'.join(empty[:5])}。", f"Cells are empty: {', '.join(empty[:5])}."))
    filing.state, filing.reason = "submitted", ""
    filing.submitted_by, filing.submitted_at = by, clock.now()
    above = _lay_with(filing, tables.next_above(filing.organization, filing.table))
    return _saved(filing, "reports.filing_submitted", by, lies_with=above.pk)


def _lay_with(filing: Filing, unit: Organization) -> Organization:
    """Put a table before a unit above, and tell those who deal with tables there."""
    filing.lies_with, filing.lies_since = unit, clock.now()
    until = filing.until.isoformat()
    notices.tell(unit, "reports.waiting", unit=filing.organization.label, name=filing.table.name, until=until)
    return unit


@transaction.atomic
def decide(*, filing_id: int, accept: bool, by: Person, reason: str = "", version: int | None = None) -> Filing:
    """Accept a table where it lies, or return it with a reason to the unit that filled it in.

    Accepted, it lies with the next unit above; accepted by the table's owner, it is accepted for good.
    """
    filing, unit = _waiting_filing(filing_id, by, version)
    if not accept and not reason.strip():
        raise Refused(Text("退回请写明原因。", "Say why it is returned."), field="reason")
    filing.decided_by, filing.decided_at = by, clock.now()
    if accept and not tables.lies_last(filing):
        above = _lay_with(filing, tables.next_above(unit, filing.table))
        return _saved(filing, "reports.filing_passed", by, unit=unit.pk, lies_with=above.pk)
    filing.state, filing.reason = ("accepted", "") if accept else ("returned", reason.strip()[:400])
    filing.lies_with = filing.lies_since = None
    if not accept:
        notices.tell(filing.organization, "reports.returned", name=filing.table.name, reason=filing.reason)
    verb = "reports.filing_accepted" if accept else "reports.filing_returned"
    return _saved(filing, verb, by, reason=filing.reason, unit=unit.pk)


@transaction.atomic
def give_leave(*, filing_id: int, until: date, reason: str, by: Person) -> Exemption:
    """Let one unit be late until a day, with a reason."""
    filing = access.one_for_change(access.filings_for(by), by, filing_id, to=access.FILL)
    access.require(by, access.FILL, filing.table.organization)
    if not reason.strip():
        raise Refused(Text("请写明理由。", "Give a reason."), field="reason")
    if until < dates.today():
        raise Refused(Text("截止日已过。", "That day is past."), field="until")
    made = Exemption.objects.create(filing=filing, reason=reason.strip()[:200], until=until, given_by=by, given_at=clock.now())
    notices.tell(filing.organization, "reports.leave", name=filing.table.name, until=until.isoformat(), reason=made.reason)
    audit.record(by, "reports.leave_given", filing, at=filing.organization, until=until.isoformat(), reason=made.reason)
    return made


def _open_filing(filing_id: int, by: Person, version: int | None = None) -> Filing:
    filing = access.one_for_change(access.filings_for(by), by, filing_id, to=access.FILL)
    if filing.state not in ("open", "returned"):
        raise Conflict(Text("报表已经提交，退回后才能改。", "The table is handed in; it can be changed once it is returned."))
    _ensure_seen(filing, version)
    if tables.is_locked(filing):
        raise Refused(Text("已过锁定日，请上级准许补报后再填。", "It is locked: ask the unit above for leave to be late."))
    return filing


def _waiting_filing(filing_id: int, by: Person, version: int | None) -> tuple[Filing, Organization]:
    """A filing, locked, that waits for this person's decision, and the unit with which it lies."""
    filing = access.one_for_change(access.filings_for(by), by, filing_id, to=access.FILL)
    _ensure_seen(filing, version)
    if filing.lies_with_id is None:
        raise Conflict(Text("这张报表没有待审。", "This table does not wait for a decision."))
    filing.lies_with = unit = organizations.organization(filing.lies_with_id)  # what was joined may be older than the locked row
    if not tables.decides(by, filing):
        access.require(by, access.FILL, unit)
        raise Denied(Text("报表不在本级待审。", "The table does not lie with your unit."))
    return filing, unit


def _ensure_seen(filing: Filing, version: int | None) -> None:
    if version is not None and version != filing.version:
        raise Conflict(Text("别人刚改过，请看过新的数再填。", "Somebody changed it meanwhile: look again."))


def _saved(filing: Filing, verb: str, by: Person, *, reason: str = "", **details: object) -> Filing:
    filing.version += 1
    filing.save()
    told = {"table": filing.table_id, "until": filing.until.isoformat(), **details}
    audit.record_many([audit.Act(by, verb, filing, filing.organization, reason=reason, details=told)])
    return filing
