"""A crowd is served from memory, and the statement refuses what has changed since: nothing remembered is ever believed."""

import time

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit import rules as audit_rules
from unionhall.kernel.audit.actions import along
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry, rules
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.lib import clock
from unionhall.lib.refusal import Refused
from unionhall.work.campaigns.actions import claims, signups
from unionhall.work.campaigns.models import Pool, Session, SignUp
from unionhall.work.campaigns.tests.conftest import assert_books_agree, figure

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    """Each test begins without a memory, and a moment lasts as long as the test."""
    claims._events.clear()
    along._written.clear()
    monkeypatch.setattr(claims, "FRESH", 3600.0)
    monkeypatch.setattr(along, "FRESH", 3600.0)


@pytest.fixture
def crowd(desk):
    """An event at which two have signed up already, so that it is known, and others who have not."""
    for shard in range(audit_rules.SHARDS):
        audit.begin_chain(shard)
    session = desk.scarce(places=4)
    workers = desk.workers(8)
    for worker in workers[:2]:  # the first entry of a fact gives it its number, and its claim reads anew
        signups.sign_up(session_id=session.pk, by=worker)
    return session, workers[2:]


def asked_by(worker, session):
    with CaptureQueriesContext(connection) as caught:
        made = signups.sign_up(session_id=session.pk, by=worker)
    return made, [query["sql"].split()[0] for query in caught]


def test_whoever_presses_next_is_served_by_one_statement(crowd):
    session, workers = crowd
    made, asked = asked_by(workers[0], session)
    assert (made.state, asked) == ("seated", ["WITH"])
    made, asked = asked_by(workers[1], session)
    assert (made.state, asked) == ("seated", ["WITH"])
    made, asked = asked_by(workers[2], session)
    assert (made.state, asked) == ("waiting", ["WITH", "WITH"])  # the last place was not known to be gone
    made, asked = asked_by(workers[3], session)
    assert (made.state, asked) == ("waiting", ["WITH"])
    assert SignUp.objects.get(pk=made.pk).number == made.number
    assert (Pool.objects.get().taken, figure("campaigns.signed_up", session.organization)) == (4, 4)
    assert audit.verify().ok
    assert_books_agree()


def test_after_a_moment_everything_is_read_anew(crowd, monkeypatch):
    session, workers = crowd
    monkeypatch.setattr(claims, "FRESH", -1.0)
    assert asked_by(workers[0], session)[1] == ["SELECT", "WITH"]
    monkeypatch.setattr(claims, "FRESH", 3600.0)
    monkeypatch.setattr(along, "FRESH", -1.0)
    assert asked_by(workers[1], session)[1] == ["SELECT", "WITH"]
    assert not along._written or along.known_end() is None


def test_numbers_that_were_read_at_once_are_given_once_and_more_where_they_are_soon_used_up(crowd):
    session, workers = crowd
    claims._events[session.pk].keys.clear()
    assert asked_by(workers[0], session)[1] == ["SELECT", "WITH"]
    keys = claims._events[session.pk].keys
    assert len(keys) == claims.MORE_KEYS - 1 == 255
    following = keys[0]
    assert asked_by(workers[1], session)[0].pk == following
    assert following not in keys


def test_a_number_that_is_taken_is_an_error_and_no_second_sign_up(crowd):
    session, workers = crowd
    claims._events[session.pk].keys.appendleft(SignUp.objects.latest("id").pk)
    with pytest.raises(IntegrityError, match="campaigns_signup_pkey"):
        signups.sign_up(session_id=session.pk, by=workers[0])
    assert (SignUp.objects.count(), Pool.objects.get().taken) == (2, 2)


def test_an_event_that_has_changed_is_not_served_from_memory(crowd):
    session, workers = crowd
    Session.objects.filter(pk=session.pk).update(form="class")
    made, asked = asked_by(workers[0], session)
    assert (made.state, asked) == ("seated", ["WITH", "WITH", "SELECT", "WITH"])
    behind = ledger.entries_behind(registry.indicator("campaigns.signed_up"), Scope(session.organization), Window.until())
    assert behind.latest("id").dimensions_id == rules.dimension_key({"programme": "volunteer_service", "form": "class"})[0]


def test_nor_is_one_that_has_closed(crowd):
    session, workers = crowd
    Session.objects.filter(pk=session.pk).update(closes_at=clock.now())
    with pytest.raises(Refused) as refusal:
        signups.sign_up(session_id=session.pk, by=workers[0])
    assert str(refusal.value) == "报名已截止。"
    assert SignUp.objects.count() == 2


def test_an_end_that_somebody_else_moved_on_is_tried_no_more(crowd):
    session, workers = crowd
    before = along._written[-1]
    signups.sign_up(session_id=session.pk, by=workers[0])
    along._written.append(before)  # as if another process had hung the last row
    made, asked = asked_by(workers[1], session)
    assert (made.state, asked) == ("seated", ["WITH", "WITH"])  # refused; the end that it wrote just now is tried next
    assert (Pool.objects.get().taken, audit.verify().ok) == (4, True)


def false_end():
    """An end that has the length of a real one, as after a backup was brought back: its hash is another one."""
    known = along._written.pop()[1]
    along._written.append((time.monotonic(), along.End(known.shard, known.length, b"\x01" * 32)))


def test_an_end_with_another_hash_is_not_hung_onto(crowd):
    session, workers = crowd
    false_end()
    assert asked_by(workers[0], session)[1] == ["WITH", "SELECT", "WITH"]
    assert audit.verify().ok


def test_sabotage_whoever_looks_at_the_length_only_breaks_the_chain(crowd, monkeypatch):
    session, workers = crowd
    claim, ways = claims.FIRST
    blind = claim.replace(" AND h.hash = %(trail_before)s", "")
    assert blind != claim
    monkeypatch.setattr(claims, "FIRST", (blind, ways))
    false_end()
    signups.sign_up(session_id=session.pk, by=workers[0])
    assert not audit.verify().ok
