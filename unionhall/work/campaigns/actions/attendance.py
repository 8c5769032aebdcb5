"""Who came: by the code at the door, by the worker's own code, by name, by an offline list, or by head count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions import bulk
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, copying, dates, statement
from unionhall.lib.refusal import Conflict, Refused, absent
from unionhall.lib.text import Text
from unionhall.work.campaigns import access, facts, registry, rules
from unionhall.work.campaigns.models import Attendance, Clash, HeadCount, Session, SignUp

VOLUNTEER_FORMS = {"volunteer", "shift", "project"}
NOTED = ("id", "session_id", "name", "role", "way", "at", "by_id", "minutes")
# One statement: whoever comes a second time, or through two doors at once, is there already.
ATTEND = """
INSERT INTO campaigns_attendance (session_id, person_id, name, role, way, at, by_id, minutes)
VALUES (%(session_id)s, %(person_id)s, %(name)s, %(role)s, %(way)s, %(at)s, %(by_id)s, 0)
ON CONFLICT (session_id, person_id) WHERE person_id IS NOT NULL DO NOTHING RETURNING id
"""
NOT_PUBLISHED = Text("该活动未发布或已取消，不能签到。", "This session is not open for check-in.")


@dataclass(frozen=True, slots=True)
class Checked:
    """A check-in: the row, and whether it had been there already."""

    attendance: Attendance
    again: bool


def secret() -> str:
    """What codes and lists are signed with."""
    return str(settings.SECRET_KEY)


@transaction.atomic
def check_in_at_door(*, session_id: int, code: str, by: Person) -> Checked:
    """The worker scans the screen at the door with the own phone; the server's clock decides, not the phone's."""
    session = access.visible_to_worker(by).select_related("organization", "programme").filter(pk=session_id).first()
    if session is None:
        raise absent()
    rules.check_place_code(secret(), code, session.pk, clock.now())
    _check_open(session)
    _check_has_place(session, by)
    return _attend(session, by, "qr", by=by)


@transaction.atomic
def check_in_by_code(*, session_id: int, code: str, by: Person) -> Checked:
    """The desk scans the code on a worker's phone."""
    session = _session(by, session_id)
    key = rules.read_person_code(secret(), code, session.pk)
    person = Person.objects.filter(pk=key, kind="person", erased_at=None).first()
    if person is None:
        raise absent()
    _check_open(session)
    _check_has_place(session, person)
    return _attend(session, person, "qr", by=by)


@transaction.atomic
def check_in(*, session_id: int, person: Person, by: Person, role: str = "") -> Checked:
    """The desk checks somebody of its scope in by name."""
    session = _session(by, session_id)
    _check_open(session)
    mine = people.people(permissions.ranges(by, "people.see")).filter(pk=person.pk).exists()
    if not mine and not session.signups.filter(person=person).exists():
        raise absent()
    return _attend(session, person, "desk", by=by, role=role)


@transaction.atomic
def check_in_many(*, session_id: int, signup_ids: Iterable[int], by: Person) -> tuple[int, int]:
    """The desk ticks those who came on the list of sign-ups: how many were checked in, and how many had been."""
    session = _session(by, session_id)
    _check_open(session)
    rows = session.signups.select_related("person").filter(pk__in=list(signup_ids), state__in=("seated", "waiting"))
    found = [_attend(session, one.person, "desk", by=by) for one in rows]
    return sum(not one.again for one in found), sum(one.again for one in found)


@transaction.atomic
def note_names(*, session_id: int, names: Sequence[str], by: Person, role: str = "") -> int:
    """Take down people who are not on the house's books, by name; returns how many were new at this session."""
    session = _session(by, session_id)
    _check_open(session)
    wanted = list(dict.fromkeys(name.strip()[:100] for name in names if name.strip()))
    if not wanted:
        raise Refused(Text("请至少填写一个姓名。", "Give at least one name."), field="names")
    known = set(session.attendances.filter(person=None, name__in=wanted).values_list("name", flat=True))
    now, kind = clock.now(), role or role_of(session)
    fresh = [name for name in wanted if name not in known]
    keys = copying.reserve("campaigns_attendance", len(fresh))
    rows = [(key, session.pk, name, kind, "list", now, by.pk, 0) for key, name in zip(keys, fresh, strict=True)]
    copying.copy("campaigns_attendance", NOTED, rows)
    made = [Attendance(**dict(zip(NOTED, row, strict=True))) for row in rows]
    _post(session, made)
    if made:
        audit.record(by, "campaigns.names_noted", session, at=session.organization, people=len(made))
    return len(made)


@transaction.atomic
def withdraw_names(*, session_id: int, attendance_ids: Iterable[int], by: Person) -> list[int]:
    """Take names noted from a list out again, and out of every figure; returns which stay, as they were checked out since."""
    session = _session(by, session_id)
    rows = session.attendances.select_for_update(of=("self",)).filter(pk__in=list(attendance_ids), person=None)
    found = list(rows)
    gone = [one for one in found if one.left_at is None]
    ledger.reverse_many(gone)
    Attendance.objects.filter(pk__in=[one.pk for one in gone]).delete()
    if gone:
        audit.record(by, "campaigns.names_withdrawn", session, at=session.organization, people=len(gone))
    return [one.pk for one in found if one.left_at is not None]


@transaction.atomic
def check_out(*, session_id: int, attendance_id: int, by: Person) -> Attendance:
    """Somebody leaves; a volunteer's minutes follow from in and out."""
    session = _session(by, session_id)
    one = session.attendances.select_for_update(of=("self",)).filter(pk=attendance_id).first()
    if one is None:
        raise absent()
    if one.left_at is not None:
        raise Conflict(Text("已经签退。", "Already checked out."))
    one.left_at = max(clock.now(), one.at)
    one.minutes = rules.minutes_between(one.at, one.left_at)
    one.save(update_fields=["left_at", "minutes"])
    if one.role == "volunteer" and one.minutes:
        dimensions = {"programme": session.programme.code, "form": session.form}
        ledger.post(
            facts.VOLUNTEER_MINUTES,
            at=session.organization,
            day=session.day,
            source=one,
            quantity=one.minutes,
            dimensions=dimensions,
        )
    audit.record(by, "campaigns.checked_out", one, at=session.organization, minutes=one.minutes)
    return one


@dataclass(frozen=True, slots=True)
class Counting:
    """How many of one unit came; a unit that the house knows, or a name."""

    heads: int
    mode: str = ""
    name: str = ""
    unit: Organization | None = None
    ownership: str = ""


@transaction.atomic
def count_heads(*, session_id: int, countings: Sequence[Counting], by: Person) -> int:
    """Take down head counts where names are not taken; returns how many heads there are in all."""
    session = _session(by, session_id)
    _check_open(session)
    for one in countings:
        if not 1 <= one.heads <= rules.MOST_HEADS:
            raise Refused(Text("人数应为 1 至 1,000,000。", "Heads are 1 to 1,000,000."), field="heads")
        rules.check_known(one.ownership, registry.OWNERSHIPS, "ownership")
        rules.check_known(one.mode or session.mode, registry.MODES, "mode")
    made = HeadCount.objects.bulk_create(
        [
            HeadCount(
                session=session, unit=one.unit, name=(one.unit.name if one.unit else one.name.strip())[:100],
                ownership=one.ownership, mode=one.mode or session.mode, heads=one.heads, by=by,
            )
            for one in countings
        ],
        batch_size=2000,
    )  # fmt: skip
    plain = {"programme": session.programme.code, "form": session.form}
    rows = [(one, {**plain, "ownership": one.ownership}) for one in made]
    ledger.post_many(facts.AUDIENCE, [_row(session, one, "", {**more, "mode": one.mode}, one.heads) for one, more in rows])
    units = [(one, more) for one, more in rows if one.name]
    if units:
        keys = [(one, rules.unit_key(one.unit_id, one.name, session.organization_id), more) for one, more in units]
        ledger.post_many(facts.UNIT_TOOK_PART, [_row(session, one, key, more) for one, key, more in keys])
    total = sum(one.heads for one in made)
    audit.record(by, "campaigns.heads_counted", session, at=session.organization, lines=len(made), heads=total)
    return total


def _row(session: Session, one: Attendance | HeadCount, subject: str, dimensions: dict[str, str], quantity: int = 1) -> bulk.Row:
    source = (one._meta.label_lower, one.pk)
    return bulk.Row(session.organization, session.day, source, subject, quantity, dimensions=dimensions)


@transaction.atomic
def withdraw_heads(*, session_id: int, head_count_id: int, by: Person) -> HeadCount:
    """Take a wrong head count out of the figures; the line stays, struck through."""
    session = _session(by, session_id)
    one = session.head_counts.select_for_update(of=("self",)).filter(pk=head_count_id).first()
    if one is None:
        raise absent()
    if one.withdrawn_on is not None:
        raise Conflict(Text("该人数登记已撤销。", "This head count is withdrawn already."))
    one.withdrawn_on = dates.today()
    one.save(update_fields=["withdrawn_on"])
    ledger.reverse(one)
    audit.record(by, "campaigns.heads_withdrawn", session, at=session.organization, heads=one.heads)
    return one


@dataclass(slots=True)
class Synced:
    """What became of an offline list: checked in, there already, and what a person must settle."""

    done: int = 0
    again: int = 0
    clashes: list[Clash] = field(default_factory=list)
    off_by: timedelta = timedelta()


def list_code(session: Session, issued: datetime) -> str:
    """The signature under an offline list: which session, when it was taken along."""
    moment = int(issued.timestamp())
    return f"{session.pk}.{moment}.{rules.sign(secret(), 'list', session.pk, moment)}"


@transaction.atomic
def sync_list(*, session_id: int, code: str, block: str, by: Person, phone_now: datetime | None = None) -> Synced:
    """Bring an offline list back. A phone whose clock is wrong is put right; what contradicts is kept and shown."""
    session = _session(by, session_id)
    _check_open(session)
    rules.check_list_code(secret(), code, session.pk)
    now = clock.now()
    found = Synced(off_by=(phone_now - now) if phone_now and abs(phone_now - now) > rules.CLOCK_SLACK else timedelta())
    known = {one.number: one for one in session.signups.select_related("person")}
    for line in rules.read_lines(block):
        one = known.get(line.number or 0)
        at = rules.mended(line.at, phone_now, now) if line.at else now
        kind = _contradiction(session, one, at, now)
        if kind:
            found.clashes.append(_clash(session, one, line.text, kind, at, by))
            continue
        assert one is not None
        checked = _attend(session, one.person, "offline", by=by, at=at)
        found.done, found.again = found.done + (not checked.again), found.again + checked.again
    audit.record(
        by,
        "campaigns.list_synced",
        session,
        at=session.organization,
        done=found.done,
        again=found.again,
        clashes=len(found.clashes),
    )
    return found


def _contradiction(session: Session, one: SignUp | None, at: datetime, now: datetime) -> str:
    if one is None:
        return "unknown"
    if one.state not in ("seated", "waiting"):
        return "no_place"
    if not session.starts_at - rules.BEFORE <= at <= min(session.ends_at + rules.AFTER, now + rules.CLOCK_SLACK):
        return "time"
    return ""


def _clash(session: Session, one: SignUp | None, line: str, kind: str, at: datetime, by: Person) -> Clash:
    return Clash.objects.create(
        session=session,
        person=one.person if one else None,
        line=line,
        kind=kind,
        claimed_at=at,
        raised_at=clock.now(),
        raised_by=by,
    )


@transaction.atomic
def settle(*, session_id: int, clash_id: int, take: bool, by: Person) -> Clash:
    """A person decides on a line that contradicted: count the person as present, or drop the line."""
    session = _session(by, session_id)
    clash = session.clashes.select_for_update(of=("self",)).select_related("person").filter(pk=clash_id).first()
    if clash is None:
        raise absent()
    if clash.settled_at is not None:
        raise Conflict(Text("该冲突已处理。", "This line is settled already."))
    if take:
        if clash.person is None:
            raise Refused(
                Text("名单外的编号无法对应到人，请按姓名登记。", "Nobody belongs to this number; note the person by name.")
            )
        _attend(session, clash.person, "offline", by=by)
    clash.settled_at, clash.taken = clock.now(), take
    clash.save(update_fields=["settled_at", "taken"])
    audit.record(by, "campaigns.clash_settled", session, at=session.organization, taken=take, line=clash.pk)
    return clash


def role_of(session: Session) -> str:
    """In which role people come to a session by itself."""
    return "volunteer" if session.form in VOLUNTEER_FORMS else "other"


def _attend(session: Session, person: Person, way: str, *, by: Person, role: str = "", at: datetime | None = None) -> Checked:
    told = {
        "session_id": session.pk, "person_id": person.pk, "name": person.name, "role": role or role_of(session), "way": way,
        "at": at or clock.now(), "by_id": by.pk,
    }  # fmt: skip
    new = statement.one(ATTEND, told)
    if new is None:
        return Checked(Attendance.objects.get(session=session, person=person), again=True)
    kept = Attendance(pk=new[0], **told)
    _post(session, [kept])
    audit.record(by, "campaigns.checked_in", kept, at=session.organization, way=way)
    return Checked(kept, again=False)


def _session(by: Person, session_id: int) -> Session:
    found = access.sessions_for(by).select_related("organization", "programme").filter(pk=session_id).first()
    if found is None:
        raise absent()
    access.require_check_in(by, found)
    return found


def _check_open(session: Session) -> None:
    if session.state not in ("published", "held"):
        raise Refused(NOT_PUBLISHED)
    if session.starts_at > clock.now():
        rules.check_time(clock.now(), session.starts_at, session.ends_at)


def _check_has_place(session: Session, person: Person) -> None:
    if session.method != "open" and not session.signups.filter(person=person, state="seated").exists():
        raise Refused(
            Text("未查到本场有效报名，请到现场工作台登记。", "There is no place in this name; please go to the desk."), field="code"
        )


def _post(session: Session, rows: Sequence[Attendance]) -> None:
    if not rows:
        return
    plain = {"programme": session.programme.code, "form": session.form}
    keys = [(one, rules.person_key(one.person_id, one.name, session.organization_id)) for one in rows]
    mode = {**plain, "mode": session.mode}
    audience = {**mode, "ownership": ""}
    volunteers = [(one, key) for one, key in keys if one.role == "volunteer"]
    for fact, entries in (
        (facts.AUDIENCE, [_row(session, one, "", audience) for one, _key in keys]),
        (facts.ATTENDED, [_row(session, one, key, mode) for one, key in keys]),
        (facts.VOLUNTEERED, [_row(session, one, key, plain) for one, key in volunteers]),
    ):
        if len(entries) == 1:
            one = entries[0]
            ledger.post(fact, at=one.at, day=one.day, source=one.source, subject=one.subject, dimensions=one.dimensions)
        elif entries:
            ledger.post_many(fact, entries)
