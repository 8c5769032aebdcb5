"""Who stands in line is seated by one statement: each with their own number, entry and row of the trail, or nobody by it."""

import time
from threading import Event

import pytest
from django.db import OperationalError, connection, transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit import queries as trail
from unionhall.kernel.audit import rules as audit_rules
from unionhall.kernel.audit.actions import along
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict
from unionhall.testing.race import at_once
from unionhall.work.campaigns.actions import claims, sessions, signups
from unionhall.work.campaigns.actions import line as lines
from unionhall.work.campaigns.models import Pool, Session, SignUp
from unionhall.work.campaigns.tests.conftest import assert_books_agree, figure

pytestmark = pytest.mark.django_db(transaction=True)
COUNTED = "made.many = %(many)s"


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    """Each test begins without a memory, a moment lasts as long as the test, and nobody in line loses patience."""
    claims._events.clear()
    along._written.clear()
    for module, name in ((claims, "FRESH"), (along, "FRESH"), (lines, "PATIENCE")):
        monkeypatch.setattr(module, name, 60.0)


@pytest.fixture
def crowd(desk):
    """An event of nine places at which two have signed up already, so that it is known, and six others."""
    for shard in range(audit_rules.SHARDS):
        audit.begin_chain(shard)
    session = desk.scarce(places=9)
    workers = desk.workers(8)
    for worker in workers[:2]:
        signups.sign_up(session_id=session.pk, by=worker)
    return session, workers[2:]


def pressed(session, presses, before=lambda number: None):
    """What came of each press (who, by whom): the first waits for the pool, the others stand in line in their order meanwhile."""
    line, held = claims._events[session.pk].line, Event()

    def hand(number):
        if number == len(presses):
            with transaction.atomic():
                list(Pool.objects.select_for_update().filter(session=session))
                held.set()
                wait_for(lambda: len(line._waiting) == len(presses) - 1)
            return None
        before(number)
        assert held.wait(20)
        if number:
            wait_for(lambda: line._under_way and len(line._waiting) == number - 1)
        who, by = presses[number]
        with audit.circumstances(request_id=f"r{number}", address=f"10.0.0.{number}", account=100 + number):
            return signups.sign_up(session_id=session.pk, by=by, person=who)

    return at_once(len(presses) + 1, hand)[:-1]


def wait_for(reached):
    end = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.001)


def each_by_themselves(workers):
    return [(one, one) for one in workers]


def told(made):
    """What the trail says of a sign-up."""
    [row] = trail.trail(claims.KIND, made.pk)
    return row.actor, row.circumstances, row.verb, row.organization, row.details


def moments(session):
    """How many statements signed the session's people up."""
    return SignUp.objects.filter(session=session).values("at").distinct().count()


def assert_whole(session, seated):
    assert SignUp.objects.filter(session=session, state="seated").count() == seated
    assert (Pool.objects.get(session=session).taken, figure("campaigns.signed_up", session.organization)) == (seated, seated)
    assert trail.rows(verb=claims.VERB).count() == SignUp.objects.count()
    assert audit.verify().ok
    assert_books_agree()


def seat_in_line(session, workers, by):
    """Five in line, one of them signed up by the organizer; each has what they would have had alone."""
    presses = [*each_by_themselves(workers[:3]), (workers[3], by), *each_by_themselves(workers[4:])]
    found = pressed(session, presses)
    for number, (made, (who, acting)) in enumerate(zip(found, presses, strict=True)):
        stands = SignUp.objects.get(pk=made.pk)
        assert {name: getattr(made, name) for name in claims.MADE.values()} == {
            name: getattr(stands, name) for name in claims.MADE.values()
        }
        assert (stands.person_id, stands.by_id, made.person, stands.state) == (who.pk, acting.pk, who, "seated")
        around = {"request_id": f"r{number}", "address": f"10.0.0.{number}", "account": 100 + number}
        assert told(made) == (acting.pk, around, "campaigns.signed_up", session.organization_id, {"state": "seated"})
    return found


def test_who_stands_in_line_is_seated_by_one_statement_and_each_act_is_their_own(crowd, cast):
    session, workers = crowd
    found = seat_in_line(session, workers, cast.county_clerk)
    assert moments(session) == 2 + 1 + 1
    assert len({one.number for one in found}) == 6
    assert_whole(session, 8)
    signups.withdraw(signup_id=found[3].pk, by=workers[3])
    assert_books_agree()
    assert Pool.objects.get().taken == 7


def test_sabotage_a_trail_that_takes_what_is_around_the_foremost_for_all_tells_of_others(crowd, cast, monkeypatch):
    session, workers = crowd
    rows = along.rows
    monkeypatch.setattr(
        along,
        "rows",
        lambda end, drafts, now: rows(end, [{**one, "circumstances": drafts[0]["circumstances"]} for one in drafts], now),
    )
    with pytest.raises(AssertionError, match=r"10\.0\.0\.1"):
        seat_in_line(session, workers, cast.county_clerk)


def test_where_places_are_fewer_than_who_stand_in_line_each_goes_alone_and_some_wait(crowd, cast):
    session, workers = crowd
    sessions.set_places(session_id=session.pk, places=5, by=cast.county_clerk)
    found = pressed(session, each_by_themselves(workers))
    assert sorted(one.state for one in found) == ["seated"] * 3 + ["waiting"] * 3
    assert moments(session) == 8
    assert_whole(session, 5)


def test_sabotage_who_counts_up_by_one_for_all_oversells(crowd, cast, monkeypatch):
    session, workers = crowd
    sessions.set_places(session_id=session.pk, places=5, by=cast.county_clerk)
    blind = claims.SEAT_ALL.replace("END + made.many", "END + 1")
    assert blind != claims.SEAT_ALL
    monkeypatch.setattr(claims, "SEAT_ALL", blind)
    pressed(session, each_by_themselves(workers))
    assert (SignUp.objects.filter(state="seated").count(), Pool.objects.get().taken) == (8, 4)


def test_whoever_presses_twice_in_one_line_is_signed_up_once_and_told_of_it(crowd):
    session, workers = crowd
    found = pressed(session, each_by_themselves([*workers[:3], workers[1], workers[3]]))
    assert found[1].pk == found[3].pk
    assert [one.state for one in found] == ["seated"] * 5
    assert_whole(session, 6)


def test_sabotage_a_statement_that_does_not_count_writes_an_act_that_never_was(crowd, monkeypatch):
    session, workers = crowd
    blind = claims.SEAT_ALL.replace(f" AND {COUNTED}", "")
    assert blind != claims.SEAT_ALL
    monkeypatch.setattr(claims, "SEAT_ALL", blind)
    pressed(session, each_by_themselves([*workers[:3], workers[1], workers[3]]))
    assert (SignUp.objects.count(), trail.rows(verb=claims.VERB).count()) == (6, 7)


def test_whoever_has_signed_up_before_does_not_hold_the_others_up(crowd):
    session, workers = crowd
    stands = signups.sign_up(session_id=session.pk, by=workers[1])
    found = pressed(session, each_by_themselves(workers))
    assert found[1].pk == stands.pk
    assert_whole(session, 8)


def test_people_of_two_pools_go_alone_each_to_their_own(crowd, cast, desk):
    session, workers = crowd
    sessions.set_places(session_id=session.pk, places=2, by=cast.county_clerk, organization=cast.hospital)
    [doctor] = desk.workers(1, home=cast.hospital)
    found = pressed(session, each_by_themselves([*workers[:2], doctor, workers[2]]))
    assert [one.pool.organization for one in found] == [None, None, cast.hospital, None]
    assert sorted(Pool.objects.values_list("taken", flat=True)) == [1, 5]
    assert audit.verify().ok
    assert_books_agree()


def wishes_of(session, workers):
    event = claims._events[session.pk]
    return event, [claims._wish(event, one, one, seen=False) for one in workers]


def closed_meanwhile(session, workers):
    """What a line gets that has seen the pool open and waits for its row, while the organizer closes it."""
    event, wishes = wishes_of(session, workers)
    begun = Event()

    def hand(number):
        if number:
            assert begun.wait(20)
            return claims._together(event, wishes)
        with transaction.atomic():
            session.pools.update(open=False)
            begun.set()
            time.sleep(0.5)
        return None

    return at_once(2, hand)[1]


def test_a_line_that_waits_while_the_session_is_cancelled_gets_no_place(crowd):
    session, workers = crowd
    assert closed_meanwhile(session, workers) is None
    with pytest.raises(Conflict):
        signups.sign_up(session_id=session.pk, by=workers[0])
    assert_whole(session, 2)


def test_sabotage_a_line_that_does_not_look_again_at_the_pool_slips_in(crowd, monkeypatch):
    session, workers = crowd
    blind = claims.SEAT_ALL.replace("CASE WHEN p.open THEN p.taken ELSE p.places END", "p.taken")
    assert blind != claims.SEAT_ALL
    monkeypatch.setattr(claims, "SEAT_ALL", blind)
    assert len(closed_meanwhile(session, workers)) == 6
    assert Pool.objects.get().taken == 8


def hang_onto_a_false_end(session, workers):
    """The process believes in an end of the right length with another hash, as after a backup was brought back."""
    known = along._written.pop()[1]
    along._written.clear()
    along._written.append((time.monotonic(), along.End(known.shard, known.length, b"\x01" * 32)))
    return claims._together(*wishes_of(session, workers))


def test_a_chain_that_has_moved_on_takes_nobody_in(crowd):
    session, workers = crowd
    assert hang_onto_a_false_end(session, workers) is None
    assert_whole(session, 2)
    assert claims._together(*wishes_of(session, workers)) is None  # no end is known
    signups.sign_up(session_id=session.pk, by=workers[0])
    assert [one.state for one in claims._together(*wishes_of(session, workers[1:]))] == ["seated"] * 5
    assert_whole(session, 8)


def test_sabotage_a_line_that_looks_at_the_length_only_breaks_the_chain(crowd, monkeypatch):
    session, workers = crowd
    blind = claims.SEAT_ALL.replace(" AND h.hash = %(trail_end)s", "")
    assert blind != claims.SEAT_ALL
    monkeypatch.setattr(claims, "SEAT_ALL", blind)
    assert len(hang_onto_a_false_end(session, workers)) == 6
    assert not audit.verify().ok


def test_an_event_that_has_changed_takes_nobody_in(crowd):
    session, workers = crowd
    for name, value in (("form", "class"), ("state", "held"), ("method", "draw"), ("closes_at", clock.now())):
        event, wishes = wishes_of(session, workers)
        Session.objects.filter(pk=session.pk).update(**{name: value})
        assert claims._together(event, wishes) is None
        Session.objects.filter(pk=session.pk).update(**{name: getattr(session, name)})
        signups.withdraw(signup_id=signups.sign_up(session_id=session.pk, by=workers[0]).pk, by=workers[0])  # an end is known again
    assert SignUp.objects.filter(state="seated").count() == Pool.objects.get().taken == 2


def test_a_database_that_is_away_for_the_foremost_fails_for_them_alone(crowd):
    session, workers = crowd
    servers = {}

    def before(number):
        servers[number] = connection.cursor().execute("SELECT pg_backend_pid()").fetchone()[0]
        if number == 5:  # the last one in line
            wait_for(lambda: 1 in servers)
            connection.cursor().execute("SELECT pg_terminate_backend(%s)", [servers[1]])

    found = pressed(session, each_by_themselves(workers), before)
    assert [type(one) for one in found] == [SignUp, OperationalError, SignUp, SignUp, SignUp, SignUp]
    assert not SignUp.objects.filter(person=workers[1]).exists()
    assert_whole(session, 7)


def test_inside_a_transaction_everybody_goes_alone(crowd):
    session, workers = crowd
    claims._events[session.pk].line._under_way = True  # whoever stood in this line would wait for a minute
    with transaction.atomic():
        made = signups.sign_up(session_id=session.pk, by=workers[0])
    assert made.state == "seated"
    assert_whole(session, 3)


def circles(session, workers):
    """How many statements the database ended because two lines, of two processes, with the same people waited in a circle."""
    ends = [along._written.popleft()[1], along.End(*unhung())]
    met = []
    event, wishes = wishes_of(session, workers[:2])
    both = [wishes, [claims._wish(event, one.who, one.by, seen=False) for one in reversed(wishes)]]

    def noticing(execute, *told):
        try:
            return execute(*told)
        except OperationalError as failure:
            met.append(type(failure.__cause__).__name__)
            raise

    def hand(number):
        with connection.execute_wrapper(noticing):
            return claims._together(event, both[number])

    along._written.clear()
    along._written.extend((time.monotonic(), each) for each in ends)
    found = at_once(2, hand)
    assert sorted(one is None for one in found) == [False, True]
    return met


def unhung():
    """The end of a chain that nothing hangs onto yet."""
    return next(each for each in trail.heads() if each[1] == 0)


@pytest.fixture
def slowly(monkeypatch):
    """One sign-up of a line after the other, a fifth of a second apart."""
    slow = claims.SEAT_ALL.replace("by, ''\n", "by, left(pg_sleep(0.2)::text, 0)\n")
    assert slow != claims.SEAT_ALL
    monkeypatch.setattr(claims, "SEAT_ALL", slow)


@pytest.mark.usefixtures("slowly")
def test_two_lines_with_the_same_people_never_wait_in_a_circle(crowd):
    session, workers = crowd
    assert circles(session, workers) == []
    assert_whole(session, 4)


@pytest.mark.usefixtures("slowly")
def test_sabotage_lines_that_go_by_their_own_order_do(crowd, monkeypatch):
    """One of the two is ended by the database then, after a second, and goes alone: nothing is lost even so."""
    session, workers = crowd
    unsorted = claims.SEAT_ALL.replace("ORDER BY person", "ORDER BY array_position(%(ids)s::bigint[], id)")
    assert unsorted != claims.SEAT_ALL
    monkeypatch.setattr(claims, "SEAT_ALL", unsorted)
    assert circles(session, workers) == ["DeadlockDetected"]
    assert_whole(session, 4)
