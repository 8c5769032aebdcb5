"""A worker's place: taken in one statement, waited for, drawn, accepted, given back."""

from collections.abc import Sequence

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions import bulk
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Denied, Refused, absent
from unionhall.lib.text import Text
from unionhall.work.campaigns import access, facts, rules
from unionhall.work.campaigns.actions import offers
from unionhall.work.campaigns.models import Pool, Session, SignUp

# One statement decides: the place and the sign-up are one, or neither. A second sign-up of the same person breaks the
# unique index and takes the place back with it.
CLAIM = """
WITH place AS (
    UPDATE campaigns_pool p SET taken = p.taken + 1 FROM campaigns_session s
     WHERE p.id = %(pool)s AND s.id = p.session_id AND s.state = 'published' AND s.method = 'first' AND p.open
       AND p.taken < p.places AND s.opens_at <= %(now)s AND s.closes_at > %(now)s
 RETURNING p.id, p.session_id)
INSERT INTO campaigns_signup (session_id, pool_id, person_id, number, state, at, seated_at, by_id)
SELECT session_id, id, %(person)s, nextval('campaigns_signup_number'), 'seated', %(now)s, %(now)s, %(by)s FROM place
RETURNING id, number
"""
QUEUE = """
WITH open_pool AS (
    SELECT p.id, p.session_id, s.method FROM campaigns_pool p JOIN campaigns_session s ON s.id = p.session_id
     WHERE p.id = %(pool)s AND p.open AND s.state = 'published' AND s.opens_at <= %(now)s AND s.closes_at > %(now)s
       FOR SHARE OF p)
INSERT INTO campaigns_signup (session_id, pool_id, person_id, number, state, at, by_id)
SELECT session_id, id, %(person)s, nextval('campaigns_signup_number'), %(state)s, %(now)s, %(by)s FROM open_pool
RETURNING id, number
"""


@transaction.atomic
def sign_up(*, session_id: int, by: Person, person: Person | None = None) -> SignUp:
    """Take a place, a place in the queue, or a lot in the draw. Pressed twice, the first one stands.

    A worker signs up nobody but themselves; whoever runs the session may do so for a worker who asks at the desk.
    """
    who = person or by
    session = _session_for(by, who, session_id)
    _check_window(session)
    pools = pools_for(session, who)
    if not pools:
        raise Refused(Text("本活动没有面向您所在工会的名额。", "There are no places for your union in this session."))
    try:
        with transaction.atomic():
            made = _claimed(session, pools, who, by) if session.method == "first" else None
            made = made or _queued(session, pools[0], who, by)
    except IntegrityError:
        return SignUp.objects.get(session=session, person=who, state__in=rules.LIVE)
    if made is None:
        raise Conflict(Text("报名已截止或活动已取消，未占用名额。", "Sign-up has closed meanwhile; no place was taken."))
    if made.state == "seated":
        _count([made], session)
    audit.record(by, "campaigns.signed_up", made, at=session.organization, state=made.state)
    return made


def _session_for(by: Person, who: Person, session_id: int) -> Session:
    if who.pk == by.pk:
        session = access.visible_to_worker(by).select_related("organization", "programme").filter(pk=session_id).first()
        if session is None:
            raise absent()
        return session
    session = access.sessions_for(by).select_related("organization", "programme").filter(pk=session_id).first()
    if session is None or not permissions.may(by, "campaigns.run", at=session.organization):
        raise Denied(
            Text(
                "只能为本人报名；代他人报名请联系活动主办单位。",
                "You sign up for yourself only; ask the organizers to note others.",
            )
        )
    return session


def _check_window(session: Session) -> None:
    now = clock.now()
    if session.method == "open":
        raise Refused(Text("该活动无需报名，可直接参加。", "This session needs no sign-up; just come."))
    if session.state != "published":
        raise Refused(Text("该活动已取消或已结束，不能报名。", "This session is cancelled or over."))
    assert session.opens_at is not None and session.closes_at is not None
    if now < session.opens_at:
        opens = session.opens_at.astimezone(dates.SHANGHAI).strftime("%Y-%m-%d %H:%M")
        raise Refused(Text(f"报名于 {opens} 开始（以服务器时间为准）。", f"Sign-up opens at {opens}, by the server's clock."))
    if now >= session.closes_at:
        raise Refused(Text("报名已截止。", "Sign-up has closed."))


def pools_for(session: Session, person: Person) -> list[Pool]:
    """The pools that a worker may draw on: of the own union or district, the nearest first, then the one for everybody."""
    home = Q(organization=None)
    if person.org_path:
        reach = [person.org_path[:end] for end in range(4, len(person.org_path) + 1, 4)]
        home |= Q(organization__path__in=reach)
    found = session.pools.select_related("organization").filter(home)
    return sorted(found, key=lambda pool: -len(pool.organization.path) if pool.organization else 0)


def _claimed(session: Session, pools: Sequence[Pool], who: Person, by: Person) -> SignUp | None:
    now = clock.now()
    for pool in pools:
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, {"pool": pool.pk, "person": who.pk, "by": by.pk, "now": now})
            row = cursor.fetchone()
        if row is not None:
            return _made(row, session, pool, who, by, "seated")
    return None


def _queued(session: Session, pool: Pool, who: Person, by: Person) -> SignUp | None:
    state = "entered" if session.method == "draw" else "waiting"
    with connection.cursor() as cursor:
        cursor.execute(QUEUE, {"pool": pool.pk, "person": who.pk, "by": by.pk, "now": clock.now(), "state": state})
        row = cursor.fetchone()
    return None if row is None else _made(row, session, pool, who, by, state)


def _made(row: tuple[int, int], session: Session, pool: Pool, who: Person, by: Person, state: str) -> SignUp:
    now = clock.now()
    return SignUp(
        pk=row[0], number=row[1], session=session, pool=pool, person=who, by=by, state=state, at=now,
        seated_at=now if state == "seated" else None,
    )  # fmt: skip


def _count(seated: Sequence[SignUp], session: Session) -> None:
    dimensions = {"programme": session.programme.code, "form": session.form}
    if len(seated) == 1:
        here = {"at": session.organization, "day": dates.today(), "subject": seated[0].person_id}
        ledger.post(facts.SIGNED_UP, source=seated[0], dimensions=dimensions, **here)  # type: ignore[arg-type]
        return
    ledger.post_many(
        facts.SIGNED_UP,
        [
            bulk.Row(session.organization, dates.today(), f"campaigns.signup:{one.pk}", one.person_id, dimensions=dimensions)
            for one in seated
        ],
    )


def _own(by: Person, signup_id: int) -> SignUp:
    """One's own sign-up, locked; or anybody's for whoever runs the session."""
    found = SignUp.objects.select_related("session", "session__organization", "session__programme", "pool", "person")
    one = found.select_for_update(of=("self",)).filter(pk=signup_id).first()
    if one is None or (one.person_id != by.pk and not permissions.may(by, "campaigns.run", at=one.session.organization)):
        raise absent()
    return one


@transaction.atomic
def withdraw(*, signup_id: int, by: Person) -> SignUp:
    """Give a place, an offer or a place in the queue back; the next who waits is offered the place."""
    one = _own(by, signup_id)
    if one.state not in rules.LIVE:
        raise Conflict(Text("该报名已经结束。", "This sign-up is over already."))
    if one.session.attendances.filter(person=one.person).exists():
        raise Refused(Text("您已签到，不能退出。", "You have checked in already."))
    held, seated = one.state in rules.HOLDING, one.state == "seated"
    one.state = "withdrawn"
    one.save(update_fields=["state"])
    if seated:
        ledger.reverse(one)
    if held:
        offers.give_back(one)
    audit.record(by, "campaigns.signup_withdrawn", one, at=one.session.organization)
    return one


@transaction.atomic
def accept_offer(*, signup_id: int, by: Person) -> SignUp:
    """Take the place that was offered, before it passes on."""
    one = _own(by, signup_id)
    if one.state == "seated":
        return one
    if one.state != "offered":
        raise Conflict(Text("候补名额已失效，未占用名额。", "The offer is over; no place was taken."))
    assert one.offered_until is not None
    if one.offered_until < clock.now():
        raise Conflict(Text("确认时限已过，名额将转给下一位。", "The time to accept is over; the place passes on."))
    one.state, one.seated_at = "seated", clock.now()
    one.save(update_fields=["state", "seated_at"])
    _count([one], one.session)
    audit.record(by, "campaigns.offer_accepted", one, at=one.session.organization)
    return one


@transaction.atomic
def draw(*, session_id: int, by: Person) -> int:
    """Draw the places of a session by the seed whose hash has been public since it was published; returns how many won."""
    session = access.session_for_change(by, session_id, to="campaigns.run")
    if session.method != "draw" or session.state != "published":
        raise Refused(Text("该活动不是抽签活动或未发布。", "This session is not a published draw."))
    if session.drawn_at is not None:
        raise Conflict(Text("已经抽签，结果不变。", "It is drawn already; the result stands."))
    assert session.closes_at is not None
    if clock.now() < session.closes_at:
        raise Refused(Text("报名截止后才能抽签。", "The draw takes place after sign-up has closed."))
    won: list[SignUp] = []
    lost: list[SignUp] = []
    for pool in session.pools.select_for_update(of=("self",)):
        entered = {one.number: one for one in pool.signups.select_related("person").filter(state="entered")}
        order = rules.draw_order(session.seed, entered)
        winners = [entered[number] for number in order[: pool.places]]
        won, lost = [*won, *winners], [*lost, *(entered[number] for number in order[pool.places :])]
        pool.taken += len(winners)
        pool.save(update_fields=["taken"])
    session.drawn_at = clock.now()
    session.save(update_fields=["drawn_at"])
    SignUp.objects.filter(pk__in=[one.pk for one in won]).update(state="seated", seated_at=session.drawn_at)
    SignUp.objects.filter(pk__in=[one.pk for one in lost]).update(state="lost")
    if won:
        _count(won, session)
        notices.tell([one.person for one in won], "campaigns.drawn", record=session, name=session.name)
    if lost:
        notices.tell([one.person for one in lost], "campaigns.not_drawn", record=session, name=session.name)
    audit.record(by, "campaigns.drawn", session, at=session.organization, seed=session.seed, won=len(won), lost=len(lost))
    return len(won)
