"""Visits and lists of names from a sheet: every row checked, the same household on one day asked about, entries by COPY."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q

from unionhall.kernel.exchange import queries as exchange
from unionhall.kernel.exchange.registry import Finding, Row, Written
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import copying, dates
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.campaigns import registry, rules
from unionhall.work.campaigns.actions import attendance, visits
from unionhall.work.campaigns.models import Attendance, Stop
from unionhall.work.campaigns.rules import Stopped

TWICE = Text("本表内同一天同一对象出现多次。", "The same stop on the same day stands more than once in this sheet.")
KNOWN = Text("系统中已有同一天、同一编号的走访。", "A visit to this household on this day is registered already.")
KEEP = Text("如确为两次走访请选“导入”，否则不导入。", "Take the row only if there were two visits.")
MEND = Text("请修改后重新上传，或在预览中直接修改。", "Mend it in the preview or bring the sheet again.")
CHECKED_OUT = Text("该人员已签退并计入时长，未撤销。", "This person was checked out and the hours count; the line stays.")


def _stop(row: Row) -> Stopped:
    values = row.values
    return Stopped(
        recipient=values["recipient"] or "hardship",
        name=str(values["name"] or "")[:100],
        household=str(values["household"] or "")[:40],
        heads=1 if values["heads"] is None else values["heads"],
        goods=values["goods"] or 0,
        cash=values["cash"] or 0,
        copies=values["copies"] or 0,
    )


def _key(row: Row) -> tuple[Any, ...]:
    return (row.values["day"], row.values["recipient"], row.values["household"] or row.values["name"])


def check_visits(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """What no rule would take, doubles within the sheet, and households that were visited on the same day already."""
    programme, today = programmes.programme(str(options["programme"])), dates.today()
    editions = programmes.editions_on(programme, at, {row.values["day"] for row in rows})
    found: list[Finding] = []
    keys = [_key(row) for row in rows]
    seen = Counter(keys)
    known = _known(rows, at, str(options["programme"]))
    for row, key in zip(rows, keys, strict=True):
        day = row.values["day"]
        edition = editions[day]
        try:
            rules.check_day(day, today, (edition.since, edition.until) if edition else None)
            rules.check_stop(_stop(row), registry.RECIPIENTS)
        except Refused as refusal:
            found.append(Finding(row.number, refusal.field or "", refusal.message, MEND))
            continue
        if seen[key] > 1:
            found.append(Finding(row.number, "name", TWICE, KEEP, "doubt"))
        elif (day, row.values["household"]) in known:
            found.append(Finding(row.number, "household", KNOWN, KEEP, "doubt"))
    return found


def _known(rows: Sequence[Row], at: Organization, code: str) -> set[tuple[Any, str]]:
    wanted = copying.among_texts({row.values["household"] for row in rows} - {""})
    found = Stop.objects.filter(visit__organization=at, visit__programme__code=code, visit__withdrawn_on=None)
    return set(found.filter(household__in=wanted).values_list("visit__day", "household"))


def write_visits(
    rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any], source: str
) -> list[Written]:  # fmt: skip
    """One visit a row, by the same action as the form's; what somebody else brought since the check is the same, not made twice."""
    programme = programmes.programme(str(options["programme"]))
    form = str(options.get("form") or "")
    there = []
    if late := _late(rows, at, programme, source):
        there = [Written(row.number, f"campaigns.visit:{late[_key(row)]}", "same") for row in rows if _key(row) in late]
        rows = [row for row in rows if _key(row) not in late]
    new = [
        visits.NewVisit(
            programme=programme, stops=[_stop(row)], day=row.values["day"], form=form, theme=str(row.values["theme"] or "")[:60],
            visitors=str(row.values["visitors"] or "")[:200],
        )
        for row in rows
    ]  # fmt: skip
    made = visits.register_visits(organization=at, rows=new, by=by, source=source)
    return there + [Written(row.number, f"campaigns.visit:{key}", "made") for row, key in zip(rows, made, strict=True)]


def _late(rows: Sequence[Row], at: Organization, programme: Programme, source: str) -> dict[tuple[Any, ...], int]:
    """The same stops that other imports wrote since this one was checked, when nobody could be asked about them.

    From here to the end of the transaction no other import writes visits of this unit and programme.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"campaigns.visits:{at.pk}:{programme.pk}"])
    since = exchange.crossed(source)
    if since is None:
        return {}
    named = [str(row.values["household"] or row.values["name"]) for row in rows]
    found = Stop.objects.filter(visit__organization=at, visit__programme=programme, visit__withdrawn_on=None)
    near = found.filter(Q(household__in=named) | Q(household="", name__in=named), visit__created_at__gte=since)
    told = near.values_list("visit__day", "recipient", "household", "name", "visit_id")
    known = {(day, recipient, household or name): key for day, recipient, household, name, key in told}
    wanted = {_key(row) for row in rows} & known.keys()
    own = exchange.records_of(source) if wanted else set()
    return {key: known[key] for key in wanted if f"campaigns.visit:{known[key]}" not in own}


def undo_visits(written: Sequence[Written], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """Withdraw the visits of an import; those withdrawn already stay as they are."""
    keys = [int(one.record.rpartition(":")[2]) for one in written]
    visits.withdraw_visits(visit_ids=keys, reason="撤销导入", by=by)
    return []


def check_names(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """A name stands once on the list of a session; one that is noted already is passed over."""
    seen = Counter(row.values["name"] for row in rows)
    known = set(Attendance.objects.filter(session=options["session"]).values_list("name", flat=True))
    twice = Text("本表内有同名人员。", "This name stands more than once in this sheet.")
    there = Text("该姓名已在本场到场名单中。", "This name is noted at this session already.")
    found = [Finding(row.number, "name", twice, KEEP, "doubt") for row in rows if seen[row.values["name"]] > 1]
    return found + [Finding(row.number, "name", there, "", "same") for row in rows if row.values["name"] in known]


def write_names(
    rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any], source: str
) -> list[Written]:  # fmt: skip
    """The names of a slice, noted at the session that was chosen for the file."""
    session = int(options["session"])
    names = [str(row.values["name"]) for row in rows]
    before = set(Attendance.objects.filter(session=session, person=None, name__in=names).values_list("name", flat=True))
    attendance.note_names(session_id=session, names=names, by=by)
    keys = dict(Attendance.objects.filter(session=session, person=None, name__in=names).values_list("name", "pk"))
    return [
        Written(row.number, f"campaigns.attendance:{keys[name]}", "same" if name in before else "made")
        for row, name in zip(rows, names, strict=True)
    ]


def undo_names(written: Sequence[Written], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """Take the names of an import out again; who was checked out since stays, with the hours that were counted."""
    rows = {int(one.record.rpartition(":")[2]): one.row for one in written}
    stays = attendance.withdraw_names(session_id=int(options["session"]), attendance_ids=rows, by=by)
    return [Finding(rows[key], "name", CHECKED_OUT, "", "doubt") for key in stays]
