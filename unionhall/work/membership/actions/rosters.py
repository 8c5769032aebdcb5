"""Rosters of members from a sheet: each person once, each membership once, set-based from the check to the books."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as access
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.exchange.registry import Finding, Row, Unfit, Written
from unionhall.kernel.flows.actions import numbers
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions import bulk
from unionhall.kernel.ledger.facts import Fact
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries, rules
from unionhall.kernel.people.models import Person, Standing
from unionhall.kernel.people.queries import Known, Probe, phones
from unionhall.kernel.people.rules import Checked, NewPerson
from unionhall.kernel.policies import queries as policies
from unionhall.lib import clock, copying, dates
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.membership import facts, registry
from unionhall.work.membership import rules as joining
from unionhall.work.membership.actions.standing import PREFIX, STANDING
from unionhall.work.membership.models import Change, Membership
from unionhall.work.membership.rules import own_case

TWICE = Text("与本表第 {rows} 行为同一人。", "This is the same person as in row {rows} of this sheet.")
ALIKE = Text(
    "与本表第 {rows} 行姓名和手机号相同，但证件号码不同，可能是同一人。",
    "Same name and phone as in row {rows} of this sheet with another document number; this may be one person.",
)
KEEP_ONE = Text("请保留一行，另一行选“不导入”。", "Keep one row and leave the other out.")
ELSEWHERE = Text(
    "该人员已在其他工会登记，如需转入请发起“转会”申请。", "This person is registered in another union; ask for a transfer instead."
)
TRANSFER = Text("请删除此行，在转会页面办理。", "Leave the row out and use the page of transfers.")
OTHER_NAME = Text("该证件号码已登记在另一个姓名下。", "This document number is registered under another name.")
COMPARE = Text("请核对证件号码和姓名。", "Compare the number and the name with the document.")
KNOWN = Text("已是本工会会员。", "A member of this union already.")
DECIDE = Text("确认不是同一人再选“导入”。", "Take the row only if it is somebody else.")
LATER = Text("入会日期不能晚于今天。", "The day of joining cannot lie in the future.")
MEND_DAY = Text("请核对入会日期。", "Compare the day of joining.")
CHANGED_SINCE = Text("会籍此后有变更，予以保留。", "The membership has changed since and stays.")
COLUMNS = {"home": "unit", "on": "joined_on"}  # where the sheet calls a field otherwise than the rules
BY_IMPORT = {"way": "import"}
ON_PAGE = Text("如需终止，请在会员页面办理。", "If need be, end it on the member's page.")


class Verdict(NamedTuple):
    """What is to be done with a row: "made", "same", or "refused" with the finding; the person where known, and the data."""

    fate: str
    finding: Finding | None = None
    person: int = 0
    membership: int = 0
    known: Checked | None = None


def check(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """Doubles within the sheet, in the house and in other unions; numbers and days that cannot be."""
    verdicts = _judge(rows, at, by)
    made = [row for row in rows if verdicts[row.number].fate == "made" and not verdicts[row.number].person]
    told = [verdict.finding for verdict in verdicts.values() if verdict.finding is not None]
    doubts = _doubts(made, verdicts, at) + _alike(made, verdicts) + _phones_of_others(made, verdicts)
    return _twice(rows) + told + doubts


def _twice(rows: Sequence[Row]) -> list[Finding]:
    by_number: dict[str, list[int]] = {}
    for row in rows:
        if row.values["id_number"]:
            by_number.setdefault(row.values["id_number"], []).append(row.number)
    found = []
    for places in by_number.values():
        for place in places if len(places) > 1 else ():
            others = "、".join(str(other) for other in places[:6] if other != place)
            found.append(Finding(place, "id_number", Text(TWICE.zh.format(rows=others), TWICE.en.format(rows=others)), KEEP_ONE))
    return found


def _judge(rows: Sequence[Row], at: Organization, by: Person) -> dict[int, Verdict]:
    """The verdict on each row by its number, with two statements for the whole list."""
    verdicts: dict[int, Verdict] = {}
    cleaned: dict[int, Checked] = {}
    today = dates.today()
    least = _least_ages(today)
    for row in rows:
        if row.values["joined_on"] and row.values["joined_on"] > today:
            verdicts[row.number] = Verdict("refused", Finding(row.number, "joined_on", LATER, MEND_DAY))
            continue
        try:
            person = rules.check_new(_new(row, at))
            joining.check_age(person.birth, today=today, least=least(row.values["unit"] or at))
            joining.check_joining_day(row.values["joined_on"], birth=person.birth)
            cleaned[row.number] = person
        except Refused as refusal:
            column = COLUMNS.get(refusal.field or "", refusal.field or "")
            verdicts[row.number] = Verdict("refused", Finding(row.number, column, refusal.message, COMPARE))
    bearers = queries.known_by_number(one.id_number for one in cleaned.values())
    alive = _alive([one.pk for one in bearers.values()]) if bearers else {}
    ranges = access.ranges(by, "people.see") if bearers else []
    own = access.own_files(by) if bearers else frozenset[int]()
    for row in rows:
        if (said := cleaned.get(row.number)) is not None:
            bearer = bearers.get(said.id_number)
            verdict = (
                Verdict("made", known=said)
                if bearer is None
                else _of_known(row.number, said, bearer, alive, (row.values["unit"] or at).pk, ranges)._replace(known=said)
            )
            if verdict.fate == "made" and verdict.person in own:
                verdict = Verdict("refused", Finding(row.number, "id_number", own_case().message))
            verdicts[row.number] = verdict
    return verdicts


def _least_ages(today: date) -> Callable[[Organization], int]:
    """How old members of a union must be, by each region's own policy, read once for the whole list."""
    table = policies.Table.load("membership.least_age", on=today)
    known: dict[int, int] = {}

    def least(union: Organization) -> int:
        if union.pk not in known:
            known[union.pk] = table.value(union).whole
        return known[union.pk]

    return least


def _alive(people_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Person to (membership, union), for those of the list who are members."""
    rows = Membership.objects.filter(person__in=people_ids, until=None).values_list("person_id", "pk", "organization_id")
    return {person: (pk, union) for person, pk, union in rows}


def _new(row: Row, at: Organization) -> NewPerson:
    meant = row.values
    return NewPerson(name=meant["name"], home=meant["unit"] or at, id_number=meant["id_number"], phone=meant["phone"])


def _of_known(
    number: int, said: Checked, bearer: Known, alive: Mapping[int, tuple[int, int]], union: int, ranges: list[tuple[str, str]]
) -> Verdict:
    """The verdict on a row whose document number somebody bears already."""
    if bearer.name != said.name:
        return Verdict("refused", Finding(number, "name", OTHER_NAME, COMPARE))
    if bearer.pk in alive:
        membership, where = alive[bearer.pk]
        if where == union:
            return Verdict("same", Finding(number, "", KNOWN, level="same"), bearer.pk, membership)
        return Verdict("refused", Finding(number, "id_number", ELSEWHERE, TRANSFER))
    if not any(low <= bearer.org_path < high for low, high in ranges):
        return Verdict("refused", Finding(number, "id_number", ELSEWHERE, TRANSFER))
    return Verdict("made", None, bearer.pk)


def _doubts(rows: Sequence[Row], verdicts: Mapping[int, Verdict], at: Organization) -> list[Finding]:
    """Rows of strangers who are likely somebody known: asked about, not refused."""
    known = [one for row in rows if (one := verdicts[row.number].known) is not None]
    probes = [
        Probe(one.name, one.id_number, one.phone, row.values["unit"] or at, one.birth) for row, one in zip(rows, known, strict=True)
    ]
    told = []
    for row, candidates in zip(rows, queries.duplicates_of_many(probes), strict=True):
        if candidates:
            message = rules.likely({reason for one in candidates for reason in one.reasons})
            told.append(Finding(row.number, "name", message, DECIDE, level="doubt"))
    return told


def _alike(rows: Sequence[Row], verdicts: Mapping[int, Verdict]) -> list[Finding]:
    """Rows of the sheet that agree in name and phone but not in the document number: asked about, not refused."""
    by_name: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for row in rows:
        if (one := verdicts[row.number].known) is not None and one.phone:
            by_name.setdefault((one.name, one.phone), []).append((row.number, one.id_number))
    told = []
    for several in by_name.values():
        for place, number in several if len(several) > 1 else ():
            others = "、".join(str(other) for other, of_other in several[:6] if other != place and of_other != number)
            if others:
                told.append(
                    Finding(place, "name", Text(ALIKE.zh.format(rows=others), ALIKE.en.format(rows=others)), DECIDE, "doubt")
                )
    return told


def _phones_of_others(rows: Sequence[Row], verdicts: Mapping[int, Verdict]) -> list[Finding]:
    """Rows of strangers with somebody else's phone: asked about, not refused; who is known already keeps the phone on file."""
    said = {number: one.known for number, one in verdicts.items() if one.known is not None}
    told = phones.asked_about(said, [row.number for row in rows])
    return [Finding(number, "phone", message, rules.ASK_PHONE, "doubt") for number, message in told]


class Begun(NamedTuple):
    """One membership on its way into the tables: its row of the sheet, its person, and whether the person is new as well."""

    row: Row
    person: int
    union: Organization
    fresh: bool


WORK = ("occupation", "hired", "migrant", "platform", "employer")
BEGUN = ("id", "person_id", "organization_id", "org_path", "number", "state", "ground", "since", "state_since", "joined_on")
MEMBERSHIP = (*BEGUN, "channel", "tags", "version", *WORK)
CHANGE = ["id", "membership_id", "organization_id", "org_path", "what", "old", "new", "ground", '"on"', "reason", "by_id", "at"]
STANDS = ["person_id", "kind", "organization_id", "org_path", "since", "source_kind", "source_id"]


def write(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any], source: str) -> list[Written]:
    """Register the new people together and begin their memberships. Raises Unfit for a row that went stale."""
    verdicts = _judge(rows, at, by)
    for row in rows:
        if verdicts[row.number].fate == "refused":
            raise Unfit(verdicts[row.number].finding)  # type: ignore[arg-type]
    strangers = [row for row in rows if verdicts[row.number].fate == "made" and not verdicts[row.number].person]
    known = [verdicts[row.number].known for row in strangers]
    registered = people.register_many([_new(row, at) for row in strangers], by=by, known=known)  # type: ignore[arg-type]
    for place, refusal in registered.refused:
        raise Unfit(Finding(strangers[place].number, refusal.field or "", refusal.message, COMPARE))
    made = {row.number: person for row, person in zip(strangers, registered.keys, strict=True) if person is not None}
    batch = [
        Begun(row, made.get(row.number) or verdicts[row.number].person, row.values["unit"] or at, row.number in made)
        for row in rows
        if verdicts[row.number].fate == "made"
    ]
    new = {
        one.row.number: Written(one.row.number, f"membership.membership:{pk}", "made", {"fresh": one.fresh})
        for one, pk in zip(batch, _begin(batch, by), strict=True)
    }
    return [
        new.get(row.number) or Written(row.number, f"membership.membership:{verdicts[row.number].membership}", "same")
        for row in rows
    ]


def _begin(batch: Sequence[Begun], by: Person) -> list[int]:
    """Memberships, their first changes, standings, ledger and trail, each by one COPY. Returns the memberships' numbers."""
    if not batch:
        return []
    today, now = dates.today(), clock.now()
    units = {one.union.pk: one.union for one in batch}
    counts = Counter(one.union.pk for one in batch)
    given = numbers.numbers_of_many(PREFIX, {units[pk]: count for pk, count in counts.items()})
    series = {pk: iter(fresh) for pk, fresh in given.items()}
    keys, changes = copying.reserve("membership_membership", len(batch)), copying.reserve("membership_change", len(batch))
    days = [one.row.values["joined_on"] or today for one in batch]
    copying.copy(
        "membership_membership",
        MEMBERSHIP,
        (_membership(pk, one, next(series[one.union.pk]), day) for pk, one, day in zip(keys, batch, days, strict=True)),
    )
    copying.copy(
        "membership_change",
        CHANGE,
        (
            (change, pk, one.union.pk, one.union.path, "join", "", "member", "", day, "", by.pk, now)
            for change, pk, one, day in zip(changes, keys, batch, days, strict=True)
        ),
    )
    _stand(keys, batch, days)
    _post(changes, batch, days)
    audit.record_all(
        [
            audit.Act(by, "membership.join", f"membership.membership:{pk}", one.union, details=BY_IMPORT)
            for pk, one in zip(keys, batch, strict=True)
        ]
    )
    return keys


def _membership(pk: int, one: Begun, number: str, day: date) -> tuple[Any, ...]:
    meant, union = one.row.values, one.union
    work = (
        meant["occupation"] or "regular",
        meant["hired"] or "direct",
        bool(meant["migrant"]),
        meant["platform"],
        meant["employer"],
    )
    return pk, one.person, union.pk, union.path, number, "member", "", day, day, day, "import", "", 1, *work


def _stand(keys: Sequence[int], batch: Sequence[Begun], days: Sequence[date]) -> None:
    """The standing of each member; whoever was one here before stands from today on."""
    known = [one.person for one in batch if not one.fresh]
    before = set(Standing.objects.filter(person__in=known, kind=STANDING).values_list("person_id", "organization_id"))
    today = dates.today()
    copying.copy(
        "people_standing",
        STANDS,
        (
            (
                one.person,
                STANDING,
                one.union.pk,
                one.union.path,
                today if (one.person, one.union.pk) in before else day,
                "membership.membership",
                str(pk),
            )
            for pk, one, day in zip(keys, batch, days, strict=True)
        ),
    )


def _post(changes: Sequence[int], batch: Sequence[Begun], days: Sequence[date]) -> None:
    ledger.post_together(
        entry for change, one, day in zip(changes, batch, days, strict=True) for entry in _entries(change, one, day)
    )


def _entries(change: int, one: Begun, day: date) -> Iterator[tuple[Fact, bulk.Row]]:
    """What a membership makes true on the day on which it begins."""
    source, (occupation, hired) = ("membership.change", change), _work(one)
    came, stands = _cuts(occupation, hired)
    yield facts.JOINED, bulk.Row(one.union, day, source, one.person, dimensions=came)
    yield facts.MEMBERS, bulk.Row(one.union, day, source, one.person, dimensions=stands)
    if occupation in registry.NEW_FORMS:
        yield facts.GROUP_JOINED, bulk.Row(one.union, day, source, occupation, dimensions=PLAIN)


PLAIN: Mapping[str, str] = MappingProxyType({"programme": ""})


@lru_cache(maxsize=256)
def _cuts(occupation: str, hired: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """How joining and standing are cut; those that are cut alike share the mappings."""
    work = {"occupation": occupation, "hired": hired, **PLAIN}
    return MappingProxyType({**work, "channel": "import"}), MappingProxyType(work)


def _work(one: Begun) -> tuple[str, str]:
    return one.row.values["occupation"] or "regular", one.row.values["hired"] or "direct"


def undo(written: Sequence[Written], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """Take back the memberships that an import began and that nothing has touched since; the others stay and are named."""
    stays: list[Finding] = []
    for one in written:
        if one.outcome != "made":
            continue
        membership = Membership.objects.select_related("organization", "person").get(pk=int(one.record.partition(":")[2]))
        changes = list(membership.changes.all())
        if len(changes) != 1 or membership.transfers.exists() or membership.claims.exists() or membership.version != 1:
            stays.append(Finding(one.row, "", CHANGED_SINCE, ON_PAGE))
            continue
        _take_back(membership, changes[0], by=by, fresh=bool((one.before or {}).get("fresh")))
    return stays


@transaction.atomic
def _take_back(membership: Membership, change: Change, *, by: Person, fresh: bool) -> None:
    person, union, pk = membership.person, membership.organization, membership.pk
    ledger.reverse(change)
    Standing.objects.filter(person=person, kind=STANDING, source_kind="membership.membership", source_id=str(pk)).delete()
    change.delete()
    membership.delete()
    audit.record(by, "membership.import_undone", f"membership.membership:{pk}", at=union)
    if fresh:
        try:
            with transaction.atomic():
                people.erase(by=None, person=person, reason=str(_("The import that brought this person was taken back")))
        except Refused:
            return
