"""A place claimed by one statement, and what that statement must be told beforehand.

A crowd presses one button at one moment. Who comes first reads what the event is, a handful of numbers for sign-ups and the end
of a chain of the trail; whoever presses within the next moment is served from memory, and the statement itself refuses to act
on anything that has changed since. Who presses while a claim of the same process is under way stands in line, and is seated with
all who stand there by one statement: a crowd then waits for the row of its pool less often.
"""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.db import IntegrityError, OperationalError, connection
from psycopg.errors import DeadlockDetected

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit.actions import along as trail
from unionhall.kernel.ledger.actions import along as book
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, constraints, dates, statement
from unionhall.lib.refusal import Conflict
from unionhall.lib.text import Text
from unionhall.work.campaigns import facts, rules
from unionhall.work.campaigns.actions.line import Line
from unionhall.work.campaigns.models import SignUp

ENDS = {"first": ("seated", "waiting"), "draw": ("entered",), "review": ("asked",)}  # how a sign-up may end, by method
WAYS = tuple(way for ends in ENDS.values() for way in ends)

# One statement decides: the place and the sign-up are one, or neither. The nearest pool with a free place is taken from; where
# none is free, the wish stands in the queue, the draw or the review of the nearest pool.
OPEN = """
  FROM campaigns_session s JOIN campaigns_pool p ON p.session_id = s.id
  JOIN organizations_organization g ON g.id = s.organization_id
  LEFT JOIN organizations_organization o ON o.id = p.organization_id
 WHERE s.id = %(session)s AND s.method = %(method)s AND s.state = 'published' AND p.open
   AND s.form = %(form)s AND s.programme_id = %(programme)s AND g.id = %(unit)s AND g.path = %(unit_path)s
   AND s.opens_at <= %(now)s AND s.closes_at > %(now)s
"""
OPEN_TO = f"""{OPEN}
   AND (%(seen)s OR starts_with(%(path)s, s.org_path)) AND (p.organization_id IS NULL OR starts_with(%(path)s, o.path))
"""
LIVE = ", ".join(map(repr, rules.LIVE))
NEAREST = "ORDER BY length(o.path) DESC NULLS LAST, p.id LIMIT 1"
MADE_OF = """
made AS (INSERT INTO campaigns_signup (id, session_id, pool_id, person_id, number, state, at, seated_at, by_id, reason)
         SELECT %(id)s, %(session)s, id, %(person)s, nextval('campaigns_signup_number'), state, %(now)s,
                CASE state WHEN 'seated' THEN %(now)s::timestamptz END, %(by)s, ''
           FROM ({wish}) wish {twice}
      RETURNING id, number, state AS way, pool_id)"""
SEATED = "seated AS (SELECT id AS source, %(person)s::bigint AS subject FROM made WHERE way = 'seated')"
# Whoever comes looks at the pools, locks the one that has a place, takes it or stands in the queue: whatever comes of it. A
# second sign-up of the same person at the same moment breaks the unique index and takes the place back with it.
FIRST_TIME = f"""AND NOT EXISTS (SELECT 1 FROM campaigns_signup u
                     WHERE u.session_id = s.id AND u.person_id = %(person)s AND u.state IN ({LIVE}))
"""
CLAIM = f"""
WITH near AS (SELECT p.id {OPEN_TO} {FIRST_TIME} AND s.method = 'first' AND p.taken < p.places {NEAREST} FOR UPDATE OF p),
place AS (UPDATE campaigns_pool p SET taken = p.taken + 1 FROM near WHERE p.id = near.id RETURNING p.id),
queue AS (SELECT p.id, CASE s.method WHEN 'draw' THEN 'entered' WHEN 'review' THEN 'asked' ELSE 'waiting' END AS state
          {OPEN_TO} {FIRST_TIME} AND NOT EXISTS (SELECT 1 FROM place) {NEAREST} FOR SHARE OF p),
{MADE_OF.format(wish="SELECT id, 'seated' AS state FROM place UNION ALL SELECT id, state FROM queue", twice="")},
{SEATED}, {book.post("seated")}, {trail.hang("made", WAYS)}
SELECT number, way, pool_id FROM made
"""
# Nearly everybody of a crowd finds a free place, and all of them wait for the same row. So this one writes the sign-up and its
# entry first and counts up the pool then: the row is locked for the end of the statement only. The database runs what no part
# reads from the last to the first, so the entry stands behind the trail. A pool that has been filled or closed meanwhile is
# counted beyond its places, which its constraint (FULL) forbids, and nothing of the statement holds. Whoever has signed up
# already is met by the unique index, and nothing comes of it: the sign-ups need not be looked through first.
ONCE = f"ON CONFLICT (session_id, person_id) WHERE state IN ({LIVE}) DO NOTHING"
SEAT = f"""
WITH near AS (SELECT p.id {OPEN_TO} AND s.method = 'first' AND p.taken < p.places {NEAREST}),
{MADE_OF.format(wish="SELECT id, 'seated' AS state FROM near", twice=ONCE)},
place AS (UPDATE campaigns_pool p SET taken = CASE WHEN p.open THEN p.taken ELSE p.places END + 1 FROM made
           WHERE p.id = made.pool_id RETURNING p.id),
took AS (SELECT way FROM made JOIN place ON place.id = made.pool_id), {trail.hang("took", ENDS["first"][:1])},
{SEATED}, {book.post("seated")}
SELECT number, way, pool_id FROM made
"""
# Who stood in line is seated by one statement: all of them, from one pool, or nobody. Where a place is missing, somebody has
# signed up already or has another pool, `place` stays empty, and the rows of the trail are refused with everything. In the order
# of persons, so that two such statements that meet at two people never wait in a circle. The pools are looked up once for all of
# them: person by person costs a quarter more of the server where nobody has counted the tables yet.
SEAT_ALL = f"""
WITH asked AS (SELECT * FROM unnest(%(ids)s::bigint[], %(persons)s::bigint[], %(bys)s::bigint[], %(seens)s::boolean[],
                                    %(paths)s::text[]) asked (id, person, by, seen, path)),
free AS MATERIALIZED (SELECT p.id, s.org_path, o.path {OPEN} AND s.method = 'first' AND p.taken < p.places),
near AS (SELECT asked.*, pool.id AS pool FROM asked CROSS JOIN LATERAL (
         SELECT free.id FROM free WHERE (asked.seen OR starts_with(asked.path, free.org_path))
            AND (free.path IS NULL OR starts_with(asked.path, free.path))
          ORDER BY length(free.path) DESC NULLS LAST, free.id LIMIT 1) pool),
made AS (INSERT INTO campaigns_signup (id, session_id, pool_id, person_id, number, state, at, seated_at, by_id, reason)
         SELECT id, %(session)s, pool, person, nextval('campaigns_signup_number'), 'seated', %(now)s, %(now)s, by, ''
           FROM (SELECT * FROM near ORDER BY person) near {ONCE}
      RETURNING id, number, pool_id, person_id),
place AS (UPDATE campaigns_pool p SET taken = CASE WHEN p.open THEN p.taken ELSE p.places END + made.many
            FROM (SELECT pool_id, count(*) AS many FROM made GROUP BY pool_id) made
           WHERE p.id = made.pool_id AND made.many = %(many)s RETURNING p.id), {trail.hang_all("place")},
seated AS (SELECT id AS source, person_id AS subject FROM made), {book.post("seated")}
SELECT id, number, pool_id FROM made
"""
FULL = "pool_never_oversold"
WHOLE, FIRST = (CLAIM, WAYS), (SEAT, ENDS["first"][:1])
# What the statement must be told beforehand, read without a lock.
EVENT = f"""
SELECT s.method, s.form, s.programme_id, g.code, o.id, o.path, o.path_since, chain.*,
       ARRAY(SELECT nextval('campaigns_signup_id_seq') FROM generate_series(1, %(keys)s::int))
  FROM campaigns_session s JOIN programmes_programme g ON g.id = s.programme_id
  JOIN organizations_organization o ON o.id = s.organization_id, ({trail.END}) chain WHERE s.id = %(session)s
"""
MADE = {
    "id": "id", "session": "session_id", "pool": "pool_id", "person": "person_id", "number": "number", "state": "state",
    "now": "at", "seated": "seated_at", "by": "by_id",
}  # fmt: skip
KIND, VERB = SignUp._meta.label_lower, "campaigns.signed_up"
TURNS = 100  # a chain that others move on each time before one's own turn has long ceased to be a matter of luck
KEYS, MORE_KEYS = 8, 256  # numbers for sign-ups that are read at once, and where those have been used up within a moment
FRESH = 1.0  # seconds for which an event is remembered
MOST_EVENTS = 64


@dataclass(slots=True)
class Event:
    """What a claim is told of its session, with numbers for sign-ups that nobody has yet, and who stands in line for it here."""

    session: int
    read_at: float
    method: str
    form: str
    programme: int
    code: str
    unit: Organization
    keys: deque[int]
    line: "Line[Wish, SignUp]"
    full: bool = False  # no free place was found a moment ago


class Wish(NamedTuple):
    """What somebody in line asks for. The act is drafted by their own request, whoever seats them."""

    key: int
    who: Person
    by: Person
    seen: bool
    draft: dict[str, Any]


_events: dict[int, Event] = {}


def claimed(session_id: int, who: Person, by: Person, *, seen: bool) -> SignUp | None:
    """The sign-up with everything that follows from it; None where the session gives nothing to this person now.

    `seen`: the session was looked at before with the rights of `by`. Raises Conflict where too many press at once, and
    IntegrityError where the person has signed up at the same moment.
    """
    alone = partial(_alone, session_id, who, by, seen=seen)
    event = None if connection.in_atomic_block else _events.get(session_id)
    if event is None or event.full or event.method != "first" or time.monotonic() - event.read_at > FRESH:
        return alone()
    return event.line.through(partial(_wish, event, who, by, seen), partial(_together, event), alone)


def _alone(session_id: int, who: Person, by: Person, *, seen: bool) -> SignUp | None:
    for _turn in range(TURNS):
        event, key, end = _remembered(session_id)
        fresh = event is None or key is None or end is None
        if fresh:
            event, key, end = _read(session_id, who, keys=MORE_KEYS if event is not None and key is None else KEYS)
        if event is None or event.method not in ENDS:
            return None
        if end is None:
            continue
        assert key is not None
        try:
            with statement.alone():
                made = _claim(event, key, end, who, by, seen)
        except IntegrityError as failure:
            event.full = constraints.broken(failure) == FULL
            if not (event.full or trail.again(failure) or book.again(failure, facts.SIGNED_UP, KIND)):
                raise
            continue
        except OperationalError as failure:
            if not isinstance(failure.__cause__, DeadlockDetected):
                raise
            continue
        if made is not None or fresh:
            return made
        _events.pop(session_id, None)  # it may only have changed since it was read
    raise Conflict(
        Text("同时报名的人很多，未占用名额，请再试一次。", "Many sign up at this moment; no place was taken. Try again.")
    )


def _remembered(session_id: int) -> tuple[Event | None, int | None, trail.End | None]:
    event = _events.get(session_id)
    if event is None or time.monotonic() - event.read_at > FRESH:
        return None, None, None
    try:
        return event, event.keys.popleft(), trail.known_end()
    except IndexError:
        return event, None, None


def _read(session_id: int, who: Person, *, keys: int) -> tuple[Event | None, int | None, trail.End | None]:
    """From the database: the event, a number and the end of a chain; without an end where the chain has only now begun."""
    row = statement.one(EVENT, {"session": session_id, "trail": trail.shard_of(who.pk), "keys": keys})
    if row is None:
        return None, None, None
    method, form, programme, code, *unit, shard, count, before, numbers = row
    at = statement.record_of(Organization, ["id", "path", "path_since"], unit)
    event = Event(session_id, time.monotonic(), method, form, programme, code, at, deque(numbers), Line())
    if before is None:
        audit.begin_chain(shard)
        return event, None, None
    if len(_events) >= MOST_EVENTS:
        _events.clear()
    _events[session_id] = event
    return event, event.keys.popleft(), trail.End(shard, count, bytes(before))


def _claim(event: Event, key: int, end: trail.End, who: Person, by: Person, seen: bool) -> SignUp | None:
    """Place, sign-up, entry and trail by one statement."""
    asked = _asked(event) | {"id": key, "person": who.pk, "by": by.pk, "seen": seen, "path": who.org_path}
    act = audit.Act(by, VERB, f"{KIND}:{key}", event.unit)
    entry = _entry(event, who)
    for claim, ways in (WHOLE,) if event.full or event.method != "first" else (FIRST, WHOLE):
        told = trail.row(end, act, ways, {way: {"state": way} for way in ENDS[event.method] if way in ways})
        row = statement.one(claim, {**asked, **told, **entry})
        if row is not None:
            trail.keep_end(told, row[1])
            return _made(asked, row, who)
        event.full = True
    return None


def _wish(event: Event, who: Person, by: Person, seen: bool) -> Wish | None:
    """None where no number is left: whoever goes alone reads more."""
    try:
        key = event.keys.popleft()
    except IndexError:
        return None
    act = audit.Act(by, VERB, f"{KIND}:{key}", event.unit, details={"state": "seated"})
    return Wish(key, who, by, seen, audit.draft(act))


def _together(event: Event, wishes: Sequence[Wish]) -> list[SignUp] | None:
    """A place for each with everything that follows from it, by one statement; None where it cannot be had so."""
    end = None if event.full else trail.known_end()
    if end is None:
        return None
    cells = [{"id": one.key, "person": one.who.pk, "by": one.by.pk, "seen": one.seen, "path": one.who.org_path} for one in wishes]
    asked = _asked(event) | {"many": len(wishes)} | {f"{name}s": [each[name] for each in cells] for name in cells[0]}
    told = trail.rows(end, [one.draft for one in wishes], asked["now"])
    try:
        found = statement.rows(SEAT_ALL, {**asked, **told, **_entry(event, wishes[0].who)})
    except IntegrityError:
        return None
    except OperationalError as failure:
        if not isinstance(failure.__cause__, DeadlockDetected):
            raise
        return None
    trail.keep_last(told)
    places = {key: (number, "seated", pool) for key, number, pool in found}
    return [_made({**asked, **each}, places[one.key], one.who) for one, each in zip(wishes, cells, strict=True)]


def _asked(event: Event) -> dict[str, Any]:
    """What every statement compares the event with, and the moment."""
    return {
        "session": event.session,
        "method": event.method,
        "form": event.form,
        "programme": event.programme,
        "unit": event.unit.pk,
        "unit_path": event.unit.path,
        "now": clock.now(),
    }


def _entry(event: Event, who: Person) -> dict[str, Any]:
    cut = {"programme": event.code, "form": event.form}
    return book.entry(facts.SIGNED_UP, kind=KIND, at=event.unit, day=dates.today(), subject=who.pk, dimensions=cut)


def _made(asked: Mapping[str, Any], row: tuple[int, str, int], who: Person) -> SignUp:
    number, state, pool = row
    cells = {**asked, "number": number, "state": state, "pool": pool, "seated": asked["now"] if state == "seated" else None}
    made = statement.record_of(SignUp, list(MADE.values()), [cells[name] for name in MADE])
    made.person = who
    return made
