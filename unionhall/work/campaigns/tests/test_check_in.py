"""Who came: codes bound to their session and to the server's clock, offline lists with their conflicts, names and head counts."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from unionhall.kernel.ledger.facts import Window
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.work.campaigns import rules
from unionhall.work.campaigns.actions import attendance, sessions, signups
from unionhall.work.campaigns.actions.attendance import Counting
from unionhall.work.campaigns.models import Attendance, Clash
from unionhall.work.campaigns.queries import sessions as queries
from unionhall.work.campaigns.queries import summary
from unionhall.work.campaigns.tests.conftest import assert_books_agree, figure

pytestmark = pytest.mark.django_db
WIDE = Window.until(date(2999, 12, 31))


def door(session, ago=timedelta()):
    return rules.place_code(attendance.secret(), session.pk, clock.now() - ago)


def test_the_worker_scans_the_door(desk, cast):
    session = desk.published()
    first = attendance.check_in_at_door(session_id=session.pk, code=door(session), by=cast.worker)
    again = attendance.check_in_at_door(session_id=session.pk, code=door(session), by=cast.worker)
    assert (first.again, again.again, first.attendance.pk) == (False, True, again.attendance.pk)
    for code, number in (("audience", 1), ("attended", 1), ("attended.distinct", 1), ("volunteered", 0)):
        assert figure(f"campaigns.{code}", cast.county) == number
    assert_books_agree()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda code, other: door(other), "另一场活动的二维码"),
        (lambda code, other: code[:-1] + ("0" if code[-1] != "0" else "1"), "二维码无效"),
        (lambda code, other: "不是二维码", "无法识别"),
        (lambda code, other: "1.2", "无法识别"),
        (lambda code, other: f"{code.split('.')[0]}.99999999.{code.split('.')[2]}", "二维码无效"),
    ],
)
def test_a_code_that_does_not_hold_lets_nobody_in(desk, cast, spoil, said):
    session, other = desk.published(), desk.published(name="另一场")
    with pytest.raises(Refused, match=said):
        attendance.check_in_at_door(session_id=session.pk, code=spoil(door(session), other), by=cast.worker)
    assert Attendance.objects.count() == 0


def test_a_photographed_code_expires_and_the_phones_clock_plays_no_part(desk, cast):
    session = desk.published()
    with pytest.raises(Refused, match="已过期"):
        attendance.check_in_at_door(session_id=session.pk, code=door(session, timedelta(minutes=5)), by=cast.worker)
    with pytest.raises(Refused, match="已过期"):
        attendance.check_in_at_door(session_id=session.pk, code=door(session, -timedelta(minutes=5)), by=cast.worker)
    attendance.check_in_at_door(session_id=session.pk, code=door(session, timedelta(seconds=60)), by=cast.worker)
    assert Attendance.objects.count() == 1


def test_the_desk_scans_the_workers_code(desk, cast):
    session, other = desk.published(), desk.published(name="另一场")
    code = rules.person_code(attendance.secret(), session.pk, cast.worker.pk)
    with pytest.raises(Refused, match="另一场活动的签到码"):
        attendance.check_in_by_code(session_id=other.pk, code=code, by=cast.county_clerk)
    with pytest.raises(NotVisible):
        attendance.check_in_by_code(session_id=session.pk, code=code, by=cast.neighbour)
    with pytest.raises(Denied):
        attendance.check_in_by_code(session_id=session.pk, code=code, by=cast.leader)
    assert (
        attendance.check_in_by_code(session_id=session.pk, code=code, by=cast.county_clerk).attendance.person_id == cast.worker.pk
    )


def test_a_session_with_places_asks_for_one(desk, cast):
    session = desk.scarce(places=1)
    with clock.fixed(session.starts_at), pytest.raises(Refused, match="未查到本场有效报名"):
        attendance.check_in_at_door(session_id=session.pk, code=door(session), by=cast.worker)
    signups.sign_up(session_id=session.pk, by=cast.worker)
    with pytest.raises(Refused, match="签到尚未开始"):
        attendance.check_in_at_door(session_id=session.pk, code=door(session), by=cast.worker)
    with clock.fixed(session.starts_at):
        attendance.check_in_at_door(session_id=session.pk, code=door(session), by=cast.worker)


def test_volunteers_hours_follow_from_in_and_out(desk, cast):
    session = desk.scarce(places=3)
    made = signups.sign_up(session_id=session.pk, by=cast.worker)
    with clock.fixed(session.starts_at):
        assert attendance.check_in_many(session_id=session.pk, signup_ids=[made.pk], by=cast.county_clerk) == (1, 0)
        assert attendance.check_in_many(session_id=session.pk, signup_ids=[made.pk], by=cast.county_clerk) == (0, 1)
    one = Attendance.objects.get()
    assert one.role == "volunteer"
    with clock.fixed(session.starts_at + timedelta(minutes=95, seconds=40)):
        attendance.check_out(session_id=session.pk, attendance_id=one.pk, by=cast.county_clerk)
        with pytest.raises(Conflict):
            attendance.check_out(session_id=session.pk, attendance_id=one.pk, by=cast.county_clerk)
        assert figure("campaigns.volunteer_minutes", cast.county, window=WIDE) == 95
        assert figure("campaigns.volunteered.distinct", cast.county, window=WIDE) == 1
    assert_books_agree()
    closing = cast.client("county_clerk").get(reverse("campaigns:desk-closing", args=[session.pk])).content.decode()
    link = f'<a href="{reverse("campaigns:desk-session", args=[session.pk])}">'
    assert f"志愿者 {link}1</a> 人次，服务时长 {link}1</a> 小时 {link}35</a> 分钟（按签到、签退计）。" in closing


@pytest.mark.parametrize(
    ("people", "minutes", "staying", "said"),
    [
        (2, 120, 0, "志愿者 2 人次，服务时长 2 小时（按签到、签退计）。"),
        (2, 45, 1, "志愿者 2 人次，服务时长 45 分钟（按签到、签退计）；另有 1 人未签退，不计时长。"),
        (1, 0, 1, "志愿者 1 人次；另有 1 人未签退，不计时长。"),
        (1200, 60060, 0, "志愿者 1,200 人次，服务时长 1,001 小时（按签到、签退计）。"),
    ],
)
def test_the_closing_summary_says_volunteers_time_as_it_was_counted(people, minutes, staying, said):
    assert summary._volunteers(people, minutes, staying) == said


def test_every_number_of_the_closing_summary_is_a_link_in_the_document(desk, cast):
    session = desk.published()
    attendance.count_heads(session_id=session.pk, countings=[Counting(heads=1200)], by=cast.county_clerk)
    _first, counted = summary.paragraphs(queries.session(cast.county_clerk, session.pk), "http://x/")
    assert counted.text == "参加情况：人数登记 线下 1,200 人次。线上与线下人次分别统计，不相加。"
    assert [run.text for run in counted.runs if run.url] == ["1,200"]


def test_a_head_count_that_was_withdrawn_stops_neither_change_nor_cancelling(desk, cast):
    """Both look at the heads that stand."""
    session = desk.published()
    attendance.count_heads(session_id=session.pk, countings=[Counting(heads=60)], by=cast.county_clerk)
    told = {name: getattr(session, name) for name in ("programme", "name", "starts_at", "ends_at", "mode", "method", "form")}
    new = sessions.NewSession(**told, place="体育馆")
    for act in (
        lambda: sessions.change_session(session_id=session.pk, new=new, by=cast.county_clerk),
        lambda: sessions.cancel_session(session_id=session.pk, reason="暴雨", by=cast.county_clerk),
    ):
        with pytest.raises(Refused, match="已有人签到"):
            act()
    attendance.withdraw_heads(session_id=session.pk, head_count_id=session.head_counts.get().pk, by=cast.county_clerk)
    assert sessions.change_session(session_id=session.pk, new=new, by=cast.county_clerk).place == "体育馆"
    assert sessions.cancel_session(session_id=session.pk, reason="暴雨", by=cast.county_clerk) == 0
    assert_books_agree()


def test_persons_and_person_times_on_site_and_online_stay_apart(desk, cast):
    first = desk.published(code="model_worker_lecture_team", name="主场宣讲")
    second = desk.published(code="model_worker_lecture_team", name="车间对话", form="dialogue")
    for session in (first, second):
        attendance.check_in(session_id=session.pk, person=cast.worker, by=cast.county_clerk)
        attendance.count_heads(
            session_id=session.pk,
            countings=[Counting(heads=60, unit=cast.factory), Counting(heads=400, mode="online")],
            by=cast.county_clerk,
        )
    assert figure("campaigns.attended", cast.county) == 2  # 人次
    assert figure("campaigns.attended.distinct", cast.county) == 1  # 人
    assert figure("campaigns.on_site_audience", cast.county) == 122
    assert figure("campaigns.online_audience", cast.county) == 800
    assert figure("campaigns.unit_took_part", cast.county) == 2  # 家次
    assert figure("campaigns.unit_took_part.distinct", cast.county) == 1  # 家
    line = first.head_counts.get(mode="online")
    attendance.withdraw_heads(session_id=first.pk, head_count_id=line.pk, by=cast.county_clerk)
    assert figure("campaigns.online_audience", cast.county) == 400
    assert_books_agree()


def test_an_event_of_two_levels_counts_once(desk, cast):
    main = desk.published(at=cast.city, by=cast.city_clerk, name="全市招聘会", code="job_fair")
    branch = desk.published(name="城关分会场", code="job_fair", main=main, form="branch")
    sessions.hold_session(session_id=main.pk, by=cast.city_clerk)
    sessions.hold_session(session_id=branch.pk, by=cast.county_clerk)
    assert figure("campaigns.session_held", cast.city) == 2
    assert figure("campaigns.session_held.distinct", cast.city) == 1
    assert figure("campaigns.session_held.distinct", cast.county) == 1
    assert figure("campaigns.session_held", cast.city, below=False) == 1
    assert_books_agree()


def test_names_that_nobody_has_on_the_books(desk, cast):
    session = desk.published()
    assert attendance.note_names(session_id=session.pk, names=["张三", " 李四 ", "张三", ""], by=cast.county_clerk) == 2
    assert attendance.note_names(session_id=session.pk, names=["李四", "王五"], by=cast.county_clerk) == 1
    assert figure("campaigns.attended.distinct", cast.county) == 3
    with pytest.raises(Refused, match="至少填写一个姓名"):
        attendance.note_names(session_id=session.pk, names=[" "], by=cast.county_clerk)


def test_an_offline_list_comes_back_with_its_conflicts_shown(desk, cast):
    session = desk.scarce(places=3)
    workers = desk.workers(3)
    made = [signups.sign_up(session_id=session.pk, by=worker) for worker in workers]
    code = attendance.list_code(session, clock.now())
    signups.withdraw(signup_id=made[1].pk, by=workers[1])
    start = session.starts_at
    with clock.fixed(start + timedelta(hours=1)):
        block = f"{made[0].number} {start.isoformat()}\n{made[1].number} {start.isoformat()}\n99999\n乱写的一行"
        found = attendance.sync_list(session_id=session.pk, code=code, block=block, by=cast.county_clerk)
        assert (found.done, found.again, [clash.kind for clash in found.clashes]) == (1, 0, ["no_place", "unknown", "unknown"])
        again = attendance.sync_list(session_id=session.pk, code=code, block=str(made[0].number), by=cast.county_clerk)
        assert (again.done, again.again) == (0, 1)
        withdrawn, unknown = found.clashes[:2]
        attendance.settle(session_id=session.pk, clash_id=withdrawn.pk, take=True, by=cast.county_clerk)
        with pytest.raises(Refused, match="无法对应到人"):
            attendance.settle(session_id=session.pk, clash_id=unknown.pk, take=True, by=cast.county_clerk)
        attendance.settle(session_id=session.pk, clash_id=unknown.pk, take=False, by=cast.county_clerk)
        with pytest.raises(Conflict):
            attendance.settle(session_id=session.pk, clash_id=unknown.pk, take=False, by=cast.county_clerk)
    assert set(session.attendances.values_list("person", flat=True)) == {workers[0].pk, workers[1].pk}
    assert Clash.objects.filter(settled_at=None).count() == 1
    assert_books_agree()


def test_a_phone_whose_clock_is_wrong_is_put_right(desk, cast):
    session = desk.scarce(places=3)
    made = signups.sign_up(session_id=session.pk, by=cast.worker)
    code = attendance.list_code(session, clock.now())
    now = session.starts_at + timedelta(hours=1)
    wrong = timedelta(days=-400)
    line = f"{made.number} {(session.starts_at + wrong).isoformat()}"
    with clock.fixed(now):
        lost = attendance.sync_list(session_id=session.pk, code=code, block=line, by=cast.county_clerk)
        assert [clash.kind for clash in lost.clashes] == ["time"]
        found = attendance.sync_list(session_id=session.pk, code=code, block=line, by=cast.county_clerk, phone_now=now + wrong)
    assert (found.done, found.off_by) == (1, wrong)
    assert Attendance.objects.get().at == session.starts_at


@pytest.mark.parametrize(
    ("off_by", "zh", "en"),
    [
        (timedelta(days=-400), "慢了约 400 天", "about 400 days slow"),
        (timedelta(hours=8, minutes=-3), "快了约 8 小时", "about 8 hours fast"),
        (timedelta(minutes=-7), "慢了约 7 分钟", "about 7 minutes slow"),
    ],
)
def test_how_wrong_a_phones_clock_was_is_said(off_by, zh, en):
    said = rules.clock_said(off_by)
    assert said.zh == f"手机时钟{zh}，签到时间已按服务器时钟改正。"
    assert said.en == f"The phone's clock was {en}; the times were put right by the server's clock."
    assert rules.clock_said(timedelta()) is None


def test_a_list_of_another_session_or_a_forged_one_is_refused(desk, cast):
    session, other = desk.published(), desk.published(name="另一场")
    with pytest.raises(Refused, match="另一场活动的离线名单"):
        attendance.sync_list(
            session_id=session.pk, code=attendance.list_code(other, clock.now()), block="1", by=cast.county_clerk
        )  # fmt: skip
    with pytest.raises(Refused, match="签名不符"):
        attendance.sync_list(session_id=session.pk, code=f"{session.pk}.1.abc", block="1", by=cast.county_clerk)
    assert Clash.objects.count() == 0


def test_a_session_with_people_in_it_is_not_cancelled(desk, cast):
    session = desk.published()
    attendance.check_in(session_id=session.pk, person=cast.worker, by=cast.county_clerk)
    with pytest.raises(Refused, match="已有人签到"):
        sessions.cancel_session(session_id=session.pk, reason="误点", by=cast.county_clerk)
    sessions.hold_session(session_id=session.pk, by=cast.county_clerk, summary="圆满结束")
    session.refresh_from_db()
    assert (session.state, session.summary) == ("held", "圆满结束")
