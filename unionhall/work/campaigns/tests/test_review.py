"""Sign-ups that are reviewed: accepted while places last, refused with a reason, each told; a place is counted once."""

import pytest
from django.urls import reverse

from unionhall.kernel.notices.models import Notice
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.work.campaigns import rules
from unionhall.work.campaigns.actions import sessions, signups
from unionhall.work.campaigns.models import Pool, SignUp
from unionhall.work.campaigns.tests.conftest import assert_books_agree, figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(desk):
    """A session of two places and the sign-ups of four workers."""
    session = desk.scarce(places=2, method="review")
    return session, [signups.sign_up(session_id=session.pk, by=worker) for worker in desk.workers(4)]


def states(session):
    return [one.state for one in session.signups.order_by("number")]


def url(name, session):
    return reverse(f"campaigns:{name}", args=[session.pk])


@pytest.mark.parametrize(
    ("state", "accept", "free", "said"),
    [
        ("asked", True, 1, None),
        ("asked", False, 0, None),
        ("asked", True, 0, "名额已满，该报名仍待审核；可先增加名额。"),
        ("seated", True, 5, "该报名已审核或已退出，状态不变。"),
        ("withdrawn", False, 5, "该报名已审核或已退出，状态不变。"),
    ],
)
def test_what_can_be_decided(state, accept, free, said):
    fault = rules.review_fault(state, accept=accept, free=free)
    assert (fault.zh if fault else None) == said


def test_asking_takes_no_place(asked, cast):
    session, _four = asked
    assert states(session) == ["asked"] * 4
    assert Pool.objects.get().taken == 0
    assert figure("campaigns.signed_up", cast.county) == 0
    assert_books_agree()


def test_accepting_takes_a_place_once_and_stops_where_none_is_left(asked, cast):
    session, four = asked
    done = signups.review(session_id=session.pk, signup_ids=[one.pk for one in four[:3]], accept=True, by=cast.county_clerk)
    assert (done.done, [(one.pk, str(why)) for one, why in done.left]) == (
        2, [(four[2].pk, "名额已满，该报名仍待审核；可先增加名额。")],
    )  # fmt: skip
    assert states(session) == ["seated", "seated", "asked", "asked"]
    again = signups.review(session_id=session.pk, signup_ids=[four[0].pk], accept=True, by=cast.county_clerk)
    assert (again.done, len(again.left), Pool.objects.get().taken) == (0, 1, 2)
    assert figure("campaigns.signed_up", cast.county) == 2
    told = Notice.objects.filter(kind="campaigns.accepted")
    assert set(told.values_list("person", flat=True)) == {one.person_id for one in four[:2]}
    sessions.set_places(session_id=session.pk, places=3, by=cast.county_clerk)
    signups.review(session_id=session.pk, signup_ids=[four[2].pk], accept=True, by=cast.county_clerk)
    assert figure("campaigns.signed_up", cast.county) == 3
    assert_books_agree()


def test_refusing_says_why_and_the_worker_may_ask_again(asked, cast):
    session, four = asked
    with pytest.raises(Refused, match="请说明不通过的原因"):
        signups.review(session_id=session.pk, signup_ids=[four[0].pk], accept=False, by=cast.county_clerk, reason=" ")
    signups.review(session_id=session.pk, signup_ids=[four[0].pk], accept=False, by=cast.county_clerk, reason="不符合工种要求")
    four[0].refresh_from_db()
    assert (four[0].state, four[0].reason) == ("refused", "不符合工种要求")
    notice = Notice.objects.get(kind="campaigns.refused")
    assert (notice.person_id, "不符合工种要求" in str(notice.context)) == (four[0].person_id, True)
    again = signups.sign_up(session_id=session.pk, by=four[0].person)
    assert (again.state, SignUp.objects.filter(person=four[0].person).count()) == ("asked", 2)


def test_a_freed_place_is_free_for_the_next_review(asked, cast):
    session, four = asked
    signups.review(session_id=session.pk, signup_ids=[one.pk for one in four[:2]], accept=True, by=cast.county_clerk)
    signups.withdraw(signup_id=four[0].pk, by=four[0].person)
    assert Pool.objects.get().taken == 1
    done = signups.review(session_id=session.pk, signup_ids=[four[3].pk], accept=True, by=cast.county_clerk)
    assert (done.done, states(session)) == (1, ["withdrawn", "seated", "asked", "seated"])
    assert_books_agree()


def test_only_who_runs_the_session_decides(asked, desk, cast):
    session, four = asked
    for by, refusal in ((cast.worker, NotVisible), (cast.neighbour_chair, NotVisible), (cast.chair, (NotVisible, Denied))):
        with pytest.raises(refusal):
            signups.review(session_id=session.pk, signup_ids=[four[0].pk], accept=True, by=by)
    other = desk.scarce(places=2)
    with pytest.raises(Refused, match="不需审核"):
        signups.review(session_id=other.pk, signup_ids=[four[0].pk], accept=True, by=cast.county_clerk)
    with pytest.raises(Refused, match="请先勾选报名"):
        signups.review(session_id=session.pk, signup_ids=[], accept=True, by=cast.county_clerk)
    sessions.cancel_session(session_id=session.pk, reason="场地检修", by=cast.county_clerk)
    with pytest.raises(Refused, match="尚未发布"):
        signups.review(session_id=session.pk, signup_ids=[four[0].pk], accept=True, by=cast.county_clerk)
    assert set(states(session)) == {"cancelled"}
    with pytest.raises(Conflict):
        signups.withdraw(signup_id=four[0].pk, by=four[0].person)


def test_the_way_over_http(asked, cast):
    session, four = asked
    worker, clerk = cast.client("worker"), cast.client("county_clerk")
    assert "申请名额" in worker.get(url("hall-event", session)).content.decode()
    assert worker.post(url("hall-sign-up", session)).status_code == 303
    assert "待审核" in worker.get(url("hall-event", session)).content.decode()
    page = clerk.get(url("desk-signups", session)).content.decode()
    assert ("通过" in page, "不通过" in page) == (True, True)
    picked = {"pick": [one.pk for one in four[:3]]}
    told = clerk.post(url("desk-accept", session), picked, follow=True).content.decode()
    assert ("已通过 2 人报名" in told, "名额已满" in told) == (True, True)
    mine = SignUp.objects.get(person=cast.worker)
    assert clerk.post(url("desk-refuse", session), {"pick": [mine.pk]}).status_code == 422
    clerk.post(url("desk-refuse", session), {"pick": [mine.pk], "reason": "材料不全"})
    seen = worker.get(url("hall-event", session)).content.decode()
    assert ("未通过" in seen, "材料不全" in seen) == (True, True)
    assert figure("campaigns.signed_up", cast.county) == 2
