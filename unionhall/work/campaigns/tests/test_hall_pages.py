"""The worker's pages over HTTP: at most six questions to the database of the room's own, every refusal a sentence."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from unionhall.lib import clock, dates
from unionhall.work.campaigns.actions import attendance, sessions, signups
from unionhall.work.campaigns.models import Attendance, SignUp
from unionhall.work.campaigns.rules import place_code

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def asked(found):
    """Every question of a request to the database, the session's and the account's among them; marks of transactions are none."""
    return [each["sql"] for each in found.captured_queries if "SAVEPOINT" not in each["sql"]]


def test_event_and_sign_up_ask_at_most_six_questions(desk, cast):
    session, full, drawn = desk.scarce(places=5), desk.scarce(places=1), desk.scarce(places=1, method="draw")
    client = cast.client("worker")
    for one in (session, full):
        signups.sign_up(session_id=one.pk, by=cast.plain)  # the first entry of a fact gets its number
    client.get(url("hall-event", session.pk))  # the session is stamped
    for one, state in ((session, "seated"), (full, "waiting"), (drawn, "entered")):
        with CaptureQueriesContext(connection) as found:
            assert client.get(url("hall-event", one.pk)).status_code == 200
        assert len(asked(found)) <= 6, asked(found)
        with CaptureQueriesContext(connection) as found:
            assert client.post(url("hall-sign-up", one.pk)).status_code == 303
        assert len(asked(found)) <= 6, asked(found)
        assert SignUp.objects.get(session=one, person=cast.worker).state == state
    with CaptureQueriesContext(connection) as found:
        assert client.get(url("hall-events")).status_code == 200
    assert len(asked(found)) <= 6, asked(found)


def test_the_whole_way_of_a_worker(desk, cast):
    session = desk.scarce(places=1)
    client = cast.client("worker")
    assert "报名" in client.get(url("hall-event", session.pk)).content.decode()
    assert client.post(url("hall-sign-up", session.pk)).status_code == 303
    page = client.get(url("hall-event", session.pk)).content.decode()
    assert page.count("已报上") == 1
    assert page.index("已报上") < page.index('<dl class="facts">')
    assert "data:image/svg" in client.get(url("hall-code", session.pk)).content.decode()
    assert client.post(url("hall-withdraw", session.pk)).status_code == 303
    assert client.post(url("hall-withdraw", session.pk)).status_code == 409
    assert SignUp.objects.get().state == "withdrawn"


def test_who_came_rates_what_was_held_two_taps_from_the_event(desk, cast):
    session, client = desk.published(), cast.client("worker")
    came = attendance.check_in(session_id=session.pk, person=cast.worker, by=cast.county_clerk).attendance
    rate = reverse("portal:rate", args=["campaigns.attendance", came.pk])
    assert rate not in client.get(url("hall-event", session.pk)).content.decode()
    assert client.get(rate).status_code == 404  # not held yet
    sessions.hold_session(session_id=session.pk, by=cast.county_clerk)
    assert f'href="{rate}"' in client.get(url("hall-event", session.pk)).content.decode()
    assert session.name in client.get(rate).content.decode()
    assert client.post(rate, {"level": "5"}).status_code == 303
    assert "您已" in client.get(rate).content.decode()


def test_an_offer_is_taken_on_the_phone(desk, cast):
    session = desk.scarce(places=1)
    first = signups.sign_up(session_id=session.pk, by=desk.workers(1)[0])
    client = cast.client("worker")
    client.post(url("hall-sign-up", session.pk))
    assert "您前面还有 0 人" in client.get(url("hall-event", session.pk)).content.decode()
    signups.withdraw(signup_id=first.pk, by=first.person)
    page = client.get(url("hall-event", session.pk)).content.decode()
    until = SignUp.objects.get(person=cast.worker).offered_until.astimezone(dates.SHANGHAI)
    assert ("确认名额" in page, f"请在 {until:%Y-%m-%d %H:%M} 前确认" in page) == (True, True)
    with clock.fixed(clock.now() + timedelta(hours=13)):
        late = cast.client("worker").post(url("hall-accept", session.pk))
        assert (late.status_code, "确认时限已过" in late.content.decode()) == (409, True)
    assert client.post(url("hall-accept", session.pk)).status_code == 303
    assert SignUp.objects.get(person=cast.worker).state == "seated"


def test_refusals_are_sentences_and_change_nothing(desk, cast):
    later = desk.scarce(opens_at=clock.now() + timedelta(hours=1))
    cancelled = desk.scarce(name="取消的活动")
    sessions.cancel_session(session_id=cancelled.pk, reason="暴雨", by=cast.county_clerk)
    client = cast.client("worker")
    for session, said in ((later, "以服务器时间为准"), (cancelled, "已取消或已结束")):
        answer = client.post(url("hall-sign-up", session.pk))
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
    draft = desk.plan()
    assert client.get(url("hall-event", draft.pk)).status_code == 404
    assert client.post(url("hall-accept", later.pk)).status_code == 404
    assert SignUp.objects.count() == 0


def test_whoever_signed_up_for_what_is_cancelled_reads_why(desk, cast):
    session = desk.scarce(places=3, name="冬季健步走")
    client = cast.client("worker")
    client.post(url("hall-sign-up", session.pk))
    sessions.cancel_session(session_id=session.pk, reason="暴雪红色预警", by=cast.county_clerk)
    page = client.get(url("hall-event", session.pk)).content.decode()
    assert ("活动已取消" in page, "暴雪红色预警" in page) == (True, True)
    assert url("hall-sign-up", session.pk) not in page
    assert client.post(url("hall-sign-up", session.pk)).status_code == 422
    assert SignUp.objects.get().state == "cancelled"


def test_the_code_of_another_session_or_of_yesterday_lets_nobody_in(desk, cast):
    session, other = desk.published(), desk.published(name="另一场")
    client = cast.client("worker")
    for code, said in (
        (place_code(attendance.secret(), other.pk, clock.now()), "另一场活动的二维码"),
        (place_code(attendance.secret(), session.pk, clock.now() - timedelta(days=1)), "已过期"),
        ("<script>", "无法识别"),
    ):
        answer = client.post(url("hall-check-in", session.pk), {"code": code})
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert "请扫描现场屏幕" in client.get(url("hall-check-in", session.pk)).content.decode()
    assert Attendance.objects.count() == 0
    good = place_code(attendance.secret(), session.pk, clock.now())
    assert client.post(url("hall-check-in", session.pk), {"code": good}).status_code == 303
    assert Attendance.objects.count() == 1


def test_the_hall_names_what_is_coming_and_what_is_mine(desk, cast):
    session = desk.scarce(places=3, name="冬季健步走")
    client = cast.client("worker")
    client.post(url("hall-sign-up", session.pk))
    assert "冬季健步走" in client.get(reverse("portal:home")).content.decode()
    assert cast.client("neighbour_chair").get(url("hall-event", session.pk)).status_code == 404
