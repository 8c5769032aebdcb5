"""A worker's place: taken in one statement, waited for, drawn, accepted, given back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Q

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions import bulk
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, constraints, dates
from unionhall.lib.refusal import Conflict, Denied, Refused, absent, filled
from unionhall.lib.text import Text
from unionhall.work.campaigns import access, facts, rules
from unionhall.work.campaigns.actions import claims, offers
from unionhall.work.campaigns.models import Pool, Session, SignUp


def sign_up(*, session_id: int, by: Person, person: Person | None = None) -> SignUp:
    """Take a place, or a place in the queue, in the draw or in the review. Pressed twice, the first one stands.

    A worker signs up nobody but themselves; whoever runs the session may do so for a worker who asks at the desk.
    """
    who = person or by
    try:
        if who.pk != by.pk:
            _session_for(by, who, session_id)
        return claims.claimed(session_id, who, by, seen=who.pk != by.pk) or _standing(session_id, who, by)
    except IntegrityError as error:
        if constraints.broken(error) != "signup_once":
            raise
        return SignUp.objects.get(session=session_id, person=who, state__in=rules.LIVE)


def _standing(session_id: int, who: Person, by: Person) -> SignUp:
    """Why nothing was claimed: the sign-up that stands already, or the sentence that says it."""
    session = _session_for(by, who, session_id)
    _check_window(session)
    if not pools_for(session, who):
        raise Refused(Text("本活动没有面向您所在工会的名额。", "There are no places for your union in this session."))
    made = SignUp.objects.filter(session=session, person=who, state__in=rules.LIVE).first()
    made = made or claims.claimed(session_id, who, by, seen=True)
    if made is None:
        raise Conflict(Text("报名已截止或活动已取消，未占用名额。", "Sign-up has closed meanwhile; no place was taken."))
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


def _count(seated: Sequence[SignUp], at: Organization, dimensions: Mapping[str, str]) -> None:
    day = dates.today()
    if len(seated) == 1:
        one = seated[0]
        ledger.post(facts.SIGNED_UP, at=at, day=day, source=one, subject=one.person_id, dimensions=dimensions)
        return
    rows = [bulk.Row(at, day, f"campaigns.signup:{one.pk}", one.person_id, dimensions=dimensions) for one in seated]
    ledger.post_many(facts.SIGNED_UP, rows)


def _count_in(session: Session, seated: Sequence[SignUp]) -> None:
    _count(seated, session.organization, {"programme": session.programme.code, "form": session.form})


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
    rules.check_may_withdraw(one.session.state, one.session.ends_at, clock.now())
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
    _count_in(one.session, [one])
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
        _count_in(session, won)
        notices.tell([one.person for one in won], "campaigns.drawn", record=session, name=session.name)
    if lost:
        notices.tell([one.person for one in lost], "campaigns.not_drawn", record=session, name=session.name)
    audit.record(by, "campaigns.drawn", session, at=session.organization, seed=session.seed, won=len(won), lost=len(lost))
    return len(won)


@dataclass(slots=True)
class Reviewed:
    """What a review of several sign-ups came to: how many were decided, and the sentence for each that was not."""

    done: int = 0
    left: list[tuple[SignUp, str]] = field(default_factory=list)


@transaction.atomic
def review(*, session_id: int, signup_ids: Iterable[int], accept: bool, by: Person, reason: str = "") -> Reviewed:
    """Accept or refuse sign-ups that wait for a review, in the order of their numbers; each worker is told.

    An accepted one takes a place of its pool, once; where no place is left, it goes on waiting and the answer says so.
    """
    session = access.session_for_change(by, session_id, to="campaigns.run")
    if session.method != "review" or session.state != "published":
        raise Refused(Text("该活动不需审核报名，或尚未发布。", "This session is not published, or its sign-ups need no review."))
    if not accept:
        filled(reason, "reason", "请说明不通过的原因，将告知职工。", "Say why not; the worker is told.")
    wanted = session.signups.select_related("person").select_for_update(of=("self",)).filter(pk__in=list(signup_ids))
    found, chosen = Reviewed(), list(wanted.order_by("number"))
    if not chosen:
        raise Refused(Text("请先勾选报名。", "Tick some sign-ups first."), field="signups")
    pools = {pool.pk: pool for pool in session.pools.select_for_update(of=("self",)).order_by("pk")}
    decided = []
    for one in chosen:
        fault = rules.review_fault(one.state, accept=accept, free=pools[one.pool_id].places - pools[one.pool_id].taken)
        if fault is not None:
            found.left.append((one, str(fault)))
            continue
        pools[one.pool_id].taken += accept
        decided.append(one)
    _decide(session, decided, accept=accept, reason=reason.strip()[:200])
    Pool.objects.bulk_update(pools.values(), ["taken"])
    found.done = len(decided)
    audit.record(
        by, "campaigns.reviewed", session, at=session.organization, reason=reason.strip()[:200],
        accepted=accept, done=found.done, left=len(found.left),
    )  # fmt: skip
    return found


def _decide(session: Session, decided: list[SignUp], *, accept: bool, reason: str) -> None:
    if not decided:
        return
    now, people = clock.now(), [one.person for one in decided]
    rows = SignUp.objects.filter(pk__in=[one.pk for one in decided])
    if accept:
        rows.update(state="seated", seated_at=now)
        _count_in(session, decided)
        notices.tell(people, "campaigns.accepted", record=session, name=session.name)
    else:
        rows.update(state="refused", reason=reason)
        notices.tell(people, "campaigns.refused", record=session, name=session.name, reason=reason)
