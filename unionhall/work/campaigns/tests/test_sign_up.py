"""A place: taken once, waited for, offered on, drawn by a seed that was promised before; every refusal in words."""

import hashlib
from datetime import date, timedelta

import pytest
from django.urls import reverse

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit import queries as trail
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.notices.models import Notice
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.work.campaigns import rules
from unionhall.work.campaigns.actions import claims, offers, sessions, signups
from unionhall.work.campaigns.models import Pool, SignUp
from unionhall.work.campaigns.queries import sessions as queries
from unionhall.work.campaigns.tests.conftest import assert_books_agree, figure

pytestmark = pytest.mark.django_db


def states(session):
    return [one.state for one in session.signups.order_by("number")]


def told(kind):
    return Notice.objects.filter(kind=kind).count()


def test_first_come_then_the_queue(desk, cast):
    session = desk.scarce(places=2)
    made = [signups.sign_up(session_id=session.pk, by=worker) for worker in desk.workers(4)]
    assert [one.state for one in made] == ["seated", "seated", "waiting", "waiting"]
    assert Pool.objects.get().taken == 2
    assert figure("campaigns.signed_up", cast.county) == 2
    assert_books_agree()


def test_pressing_twice_is_one_sign_up(desk, cast):
    session = desk.scarce(places=2)
    first, again = (signups.sign_up(session_id=session.pk, by=cast.worker) for _each in range(2))
    assert first.pk == again.pk
    assert Pool.objects.get().taken == 1
    assert SignUp.objects.count() == 1
    assert figure("campaigns.signed_up", cast.county) == 1


def test_a_freed_place_is_offered_to_whoever_waits_longest(desk, cast):
    session = desk.scarce(places=1)
    first, second, _third = (signups.sign_up(session_id=session.pk, by=worker) for worker in desk.workers(3))
    signups.withdraw(signup_id=first.pk, by=first.person)
    assert states(session) == ["withdrawn", "offered", "waiting"]
    assert Pool.objects.get().taken == 1  # the offer holds the place: nobody slips in between
    assert told("campaigns.place_offered") == 1
    late = signups.sign_up(session_id=session.pk, by=cast.worker)
    assert late.state == "waiting"
    signups.accept_offer(signup_id=second.pk, by=second.person)
    assert figure("campaigns.signed_up", cast.county) == 1
    assert states(session) == ["withdrawn", "seated", "waiting", "waiting"]
    assert_books_agree()


def test_an_offer_that_nobody_takes_passes_on(desk, cast):
    session = desk.scarce(places=1)
    first, second, third = (signups.sign_up(session_id=session.pk, by=worker) for worker in desk.workers(3))
    signups.withdraw(signup_id=first.pk, by=first.person)
    with clock.fixed(clock.now() + timedelta(hours=13)):
        with pytest.raises(Conflict, match="确认时限已过"):
            signups.accept_offer(signup_id=second.pk, by=second.person)
        assert offers.pass_on() == 1
        assert states(session) == ["withdrawn", "expired", "offered"]
        assert offers.pass_on() == 0
        signups.accept_offer(signup_id=third.pk, by=third.person)
    assert Pool.objects.get().taken == 1


def test_once_it_has_begun_a_freed_place_is_offered_to_nobody(desk, cast):
    session = desk.scarce(places=1)
    first, second, _third = (signups.sign_up(session_id=session.pk, by=worker) for worker in desk.workers(3))
    with clock.fixed(session.starts_at - timedelta(hours=1)):
        signups.withdraw(signup_id=first.pk, by=first.person)
    second.refresh_from_db()
    assert (second.state, second.offered_until) == ("offered", session.starts_at)
    with clock.fixed(session.starts_at + timedelta(minutes=1)):
        assert offers.pass_on() == 1  # the offer has run out with the start; the third could not take it any more
        assert offers.pass_on() == 0
        sessions.set_places(session_id=session.pk, places=5, by=cast.county_clerk)
    assert states(session) == ["withdrawn", "expired", "waiting"]
    assert told("campaigns.place_offered") == 1
    assert_books_agree()


@pytest.mark.parametrize("held", [True, False])
def test_what_is_over_is_not_given_up_any_more(desk, cast, held):
    session = desk.scarce(places=1)
    made = signups.sign_up(session_id=session.pk, by=cast.worker)
    with clock.fixed(session.ends_at + timedelta(minutes=-1 if held else 1)):
        if held:
            sessions.hold_session(session_id=session.pk, by=cast.county_clerk)
        with pytest.raises(Refused, match="活动已结束"):
            signups.withdraw(signup_id=made.pk, by=cast.worker)
        page = cast.client("worker").get(reverse("campaigns:hall-event", args=[session.pk])).content.decode()
    assert ("退出" in page, "/withdraw/" in page) == (False, False)
    assert states(session) == ["seated"]
    assert figure("campaigns.signed_up", cast.county) == 1


def test_pools_by_union_come_before_the_one_for_all(desk, cast):
    session = desk.scarce(places=1)
    sessions.set_places(session_id=session.pk, places=1, organization=cast.township, by=cast.county_clerk)
    own = [signups.sign_up(session_id=session.pk, by=worker) for worker in desk.workers(3)]
    assert [(one.state, one.pool.organization_id) for one in own] == [
        ("seated", cast.township.pk), ("seated", None), ("waiting", cast.township.pk),
    ]  # fmt: skip
    others = signups.sign_up(session_id=session.pk, by=desk.workers(1, cast.hospital)[0])
    assert (others.state, others.pool.organization_id) == ("waiting", None)


def test_a_worker_reads_the_places_that_are_open_to_them(desk, cast):
    session = desk.scarce(places=1)
    sessions.set_places(session_id=session.pk, places=8, organization=cast.township, by=cast.county_clerk)
    (inside,), (outside,) = desk.workers(1), desk.workers(1, cast.hospital)
    for person, places in ((inside, 9), (outside, 1)):
        one = queries.one_for_worker(person, session.pk)
        assert (one.places, one.taken, queries.for_worker(person).get().places) == (places, 0, places)
    assert queries.session(cast.county_clerk, session.pk).places == 9


def test_the_draw_keeps_the_promise_of_its_hash(desk, cast):
    session = desk.scarce(places=3, method="draw")
    assert session.commit == rules.commit_of(session.seed)
    entered = [signups.sign_up(session_id=session.pk, by=worker) for worker in desk.workers(10)]
    assert {one.state for one in entered} == {"entered"}
    with pytest.raises(Refused, match="报名截止后"):
        signups.draw(session_id=session.pk, by=cast.county_clerk)
    with clock.fixed(clock.now() + timedelta(hours=21)):
        assert signups.draw(session_id=session.pk, by=cast.county_clerk) == 3
        with pytest.raises(Conflict, match="结果不变"):
            signups.draw(session_id=session.pk, by=cast.county_clerk)
    session.refresh_from_db()
    winners = set(session.signups.filter(state="seated").values_list("number", flat=True))
    assert winners == set(rules.draw_order(session.seed, [one.number for one in entered])[:3])
    assert sorted(states(session)) == ["lost"] * 7 + ["seated"] * 3
    assert (told("campaigns.drawn"), told("campaigns.not_drawn")) == (3, 7)
    assert figure("campaigns.signed_up", cast.county, window=Window.until(date(2999, 12, 31))) == 3
    assert_books_agree()


def test_a_worker_can_draw_once_more_from_what_the_page_tells(desk, cast):
    """Own number, the numbers that were in, the seed and the winners: with SHA-256 alone the result can be found again."""
    session = desk.scarce(places=2, method="draw")
    out, *entered = [signups.sign_up(session_id=session.pk, by=one) for one in (*desk.workers(4), cast.worker)]
    signups.withdraw(signup_id=out.pk, by=out.person)
    client, url = cast.client("worker"), reverse("campaigns:hall-event", args=[session.pk])
    page = client.get(url).content.decode()
    assert (session.commit in page, session.seed in page, "自行核对抽签结果" in page) == (True, False, False)
    with clock.fixed(clock.now() + timedelta(hours=21)):
        signups.draw(session_id=session.pk, by=cast.county_clerk)
    session.refresh_from_db()
    page = client.get(url).content.decode()
    hashes = {one.number: hashlib.sha256(f"{session.seed}:{one.number}".encode()).hexdigest() for one in entered}
    won = sorted(hashes, key=hashes.__getitem__)[:2]
    assert f"<dt>您的抽签号</dt><dd>{entered[-1].number}</dd>" in page and session.seed in page
    assert f"参加抽签的号码: {entered[0].number}–{entered[-1].number}</p>" in page
    assert f"中签号码（按抽出顺序）: {won[0]}, {won[1]}</p>" in page
    winner = session.signups.get(number=won[0])
    with clock.fixed(clock.now() + timedelta(hours=22)):
        signups.withdraw(signup_id=winner.pk, by=winner.person)
    assert queries.drawn(session, winner.pool_id).won == won  # what was drawn stays drawn


def test_a_quota_never_goes_below_what_is_taken(desk, cast):
    session = desk.scarce(places=3)
    for worker in desk.workers(2):
        signups.sign_up(session_id=session.pk, by=worker)
    with pytest.raises(Conflict, match="已有 2 人占用名额"):
        sessions.set_places(session_id=session.pk, places=1, by=cast.county_clerk)
    assert Pool.objects.get().places == 3
    sessions.set_places(session_id=session.pk, places=2, by=cast.county_clerk)
    waiting = signups.sign_up(session_id=session.pk, by=cast.worker)
    assert waiting.state == "waiting"
    sessions.set_places(session_id=session.pk, places=3, by=cast.county_clerk)  # raised: whoever waits is offered it
    waiting.refresh_from_db()
    assert waiting.state == "offered"


def test_a_cancelled_session_tells_everybody_and_counts_nobody(desk, cast):
    session = desk.scarce(places=1)
    people = desk.workers(3)
    for worker in people:
        signups.sign_up(session_id=session.pk, by=worker)
    with pytest.raises(Refused, match="取消原因"):
        sessions.cancel_session(session_id=session.pk, reason="", by=cast.county_clerk)
    assert sessions.cancel_session(session_id=session.pk, reason="暴雨红色预警", by=cast.county_clerk) == 3
    assert set(Notice.objects.filter(kind="campaigns.session_cancelled").values_list("person", flat=True)) == {
        worker.pk for worker in people
    }
    assert set(states(session)) == {"cancelled"}
    assert figure("campaigns.signed_up", cast.county) == 0
    assert figure("campaigns.session_cancelled", cast.county) == 1
    with pytest.raises(Refused, match="已取消"):
        signups.sign_up(session_id=session.pk, by=cast.worker)
    assert_books_agree()


def test_nobody_signs_up_for_somebody_else(desk, cast):
    session = desk.scarce(places=2)
    with pytest.raises(Denied, match="只能为本人报名"):
        signups.sign_up(session_id=session.pk, by=cast.worker, person=cast.plain)
    assert SignUp.objects.count() == 0
    noted = signups.sign_up(session_id=session.pk, by=cast.county_clerk, person=cast.plain)  # the desk, for who asks there
    assert (noted.person_id, noted.by_id) == (cast.plain.pk, cast.county_clerk.pk)
    with pytest.raises(NotVisible):
        signups.withdraw(signup_id=noted.pk, by=cast.worker)


def test_outside_the_window_the_servers_time_is_told(desk, cast):
    session = desk.scarce(opens_at=clock.now() + timedelta(hours=1))
    with pytest.raises(Refused, match="以服务器时间为准"):
        signups.sign_up(session_id=session.pk, by=cast.worker)
    with clock.fixed(clock.now() + timedelta(hours=20)), pytest.raises(Refused, match="报名已截止"):
        signups.sign_up(session_id=session.pk, by=cast.worker)
    with pytest.raises(NotVisible):
        signups.sign_up(session_id=session.pk, by=desk.workers(1, cast.port)[0])
    assert SignUp.objects.count() == 0
    elsewhere = desk.published()
    with pytest.raises(Refused, match="无需报名"):
        signups.sign_up(session_id=elsewhere.pk, by=cast.worker)


def test_without_a_pool_for_ones_union_there_is_a_clear_answer(desk, cast):
    session = desk.scarce(places=5)
    sessions.set_places(session_id=session.pk, places=5, organization=cast.township, by=cast.county_clerk)
    session.pools.filter(organization=None).delete()
    with pytest.raises(Refused, match="没有面向您所在工会的名额"):
        signups.sign_up(session_id=session.pk, by=desk.workers(1, cast.hospital)[0])


def meanwhile(monkeypatch, times):
    """Somebody else writes to the same chain so many times, each time between reading its end and claiming the place."""
    left, row = iter(range(times)), claims.trail.row

    def others(*told):
        if next(left, None) is not None:
            audit.record(None, "campaigns.signup_withdrawn", "campaigns.signup:1")
        return row(*told)

    monkeypatch.setattr(claims.trail, "row", others)


def test_a_chain_that_moves_on_meanwhile_costs_another_turn_and_nothing_else(desk, cast, monkeypatch):
    session = desk.scarce(places=2)
    meanwhile(monkeypatch, 2)
    made = signups.sign_up(session_id=session.pk, by=cast.worker)
    assert (made.state, Pool.objects.get().taken, SignUp.objects.get().pk) == ("seated", 1, made.pk)
    assert [row.details for row in trail.trail("campaigns.signup", made.pk)] == [{"state": "seated"}]
    assert figure("campaigns.signed_up", cast.county) == 1
    assert audit.verify().ok


def test_a_chain_that_never_rests_ends_in_a_sentence_and_no_place_is_taken(desk, cast, monkeypatch):
    session = desk.scarce(places=2)
    monkeypatch.setattr(claims, "TURNS", 3)
    meanwhile(monkeypatch, 3)
    with pytest.raises(Conflict, match="请再试一次"):
        signups.sign_up(session_id=session.pk, by=cast.worker)
    assert (Pool.objects.get().taken, SignUp.objects.count()) == (0, 0)
    assert audit.verify().ok
