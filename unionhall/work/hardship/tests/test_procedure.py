"""The way of a file: each step asked for, done by whom it belongs to, held by objections, decided by a second person."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.people import queries as people
from unionhall.kernel.policies import actions as policies
from unionhall.kernel.policies import queries as policy
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.work.hardship import access
from unionhall.work.hardship.actions import inquiries, leave, own, procedure
from unionhall.work.hardship.actions.inquiries import Answered
from unionhall.work.hardship.models.files import Household, Objection, Posting, Visit
from unionhall.work.hardship.queries import browse, lines, mine
from unionhall.work.hardship.tests.conftest import MIDDLE, RICH, assert_books_agree, figure, fresh, on_day


@pytest.fixture
def whole(desk):
    """The standard procedure: visit, cross-check, public notice, approval."""
    policies.set_value(
        "hardship.procedure",
        {"steps": ["visit", "check", "notice", "approve"], "levels": {"check": "county", "notice": "county", "approve": "county"}},
        organization=desk.cast.county,
        since=date(2020, 1, 1),
        source="城关区总工会办法",
        by=desk.cast.city_clerk,
    )
    return desk


def went(file, cast):
    told = {"companion": "刘", "visited_on": dates.today(), "finding": "x", "agrees": True}
    return Visit.objects.create(household=file, kept_by=cast.township, by=cast.county_clerk, **told)


def to_notice(desk, cast):
    """A file on public notice."""
    file = desk.visited()
    file = desk.on(file)
    inquiry = inquiries.ask(household_id=file.pk, sources=["civil_affairs"], by=cast.county_clerk)[0]
    told = Answered(inquiry.pk, "agrees", "无房产登记", "区民政局 2026-017")
    inquiries.take(told, by=cast.county_clerk, household_id=file.pk)
    return desk.on(file)


def test_a_file_goes_from_the_township_through_visit_check_and_notice_onto_record(whole, cast):
    with on_day(2026, 3, 2):
        file = to_notice(whole, cast)
        assert (file.state, flows.holder(file)) == ("noticed", cast.county)
        assert file.due_on == policy.add_working_days(date(2026, 3, 2), 5) == date(2026, 3, 9)
        posting = Posting.objects.get()
        assert (posting.name, posting.unit, posting.until_on) == ("赵**", "红旗街道总工会", date(2026, 3, 9))
    with on_day(2026, 3, 9), pytest.raises(Conflict, match="公示到 2026-03-09 为止"):
        whole.on(file)
    with on_day(2026, 3, 10):
        file = whole.on(file)
        assert file.state == "approving"
        assert Posting.objects.get().taken_down_on == date(2026, 3, 10)
        procedure.approve(household_id=file.pk, by=cast.county_clerk)
        file = fresh(file)
        assert (file.state, file.kind, flows.holder(file)) == ("on_file", "deep", cast.township)
        standing = people.standing_on(date(2026, 3, 10), "hardship_household").get()
        assert (standing.person_id, standing.source_id, standing.organization) == (file.head_id, str(file.pk), cast.township)
        assert figure("hardship.on_file.deep", cast.city) == 1
        assert [figure(f"hardship.{code}", cast.county) for code in ("applied", "visited", "checked", "noticed", "filed")] == [
            1
        ] * 5
        assert figure("hardship.filed", cast.neighbour_county) == 0
    assert_books_agree()


def test_a_step_is_left_only_when_its_work_is_done(whole, cast):
    file = whole.on(whole.applied())
    with pytest.raises(Refused, match="请先登记入户调查"):
        whole.on(file)
    procedure.visit(
        household_id=file.pk, by=cast.township_clerk, visited_on=dates.today(), companion="刘志远", finding="属实", agrees=True
    )
    file = whole.on(file)
    with pytest.raises(Refused, match="还没有收到信息核对结果"):
        whole.on(file)
    assert fresh(file).state == "checking"


def test_a_region_varies_the_order_and_leaves_steps_out(desk, cast):
    file = desk.on(desk.applied())
    assert (file.state, flows.holder(file)) == ("approving", cast.county)


def test_an_application_is_whole_before_it_goes_out(desk, cast):
    file = desk.draft(book=None)
    with pytest.raises(Refused, match="请先填写收入支出"):
        procedure.apply(household_id=file.pk, by=cast.township_clerk)
    file = desk.draft(members=[{"person": desk.person("李秀英"), "relation": "spouse"}])
    procedure.sign_consent(household_id=file.pk, person_id=file.head_id, by=cast.township_clerk)
    with pytest.raises(Refused, match="还缺 1 名成年家庭成员"):
        procedure.apply(household_id=file.pk, by=cast.township_clerk)
    assert fresh(file).state == "draft"


def test_a_consent_is_kept_with_its_words_and_fingerprint_and_signed_once(desk, cast):
    file = desk.draft()
    first = procedure.sign_consent(household_id=file.pk, person_id=file.head_id, by=cast.township_clerk)
    again = procedure.sign_consent(household_id=file.pk, person_id=file.head_id, by=cast.township_clerk)
    assert (first.pk, first.digest) == (again.pk, again.digest)
    assert len(first.digest) == 64
    assert "经济状况" in first.statement
    with pytest.raises(NotVisible):
        procedure.sign_consent(household_id=file.pk, person_id=cast.worker.pk, by=cast.township_clerk)


def test_two_persons_visit_a_home(desk, cast):
    file = desk.applied()
    asked = {"household_id": file.pk, "by": cast.township_clerk, "visited_on": dates.today(), "finding": "属实", "agrees": True}
    for companion in ("", cast.township_clerk.name):
        with pytest.raises(Refused, match="入户调查须两人以上"):
            procedure.visit(companion=companion, **asked)
    assert not Visit.objects.exists()


def test_who_registered_or_visited_does_not_approve(desk, cast):
    file = desk.draft(by=cast.county_clerk, at=cast.county)
    procedure.sign_all(household_id=file.pk, by=cast.county_clerk)
    procedure.apply(household_id=file.pk, by=cast.county_clerk)
    desk.on(file)
    with pytest.raises(Refused, match="由另一人审批"):
        procedure.approve(household_id=file.pk, by=cast.county_clerk)
    procedure.approve(household_id=file.pk, by=cast.city_clerk)
    assert fresh(file).approved_by == cast.city_clerk


def test_the_database_refuses_a_self_approval_as_well(desk, cast):
    file = desk.on(desk.applied())
    with pytest.raises(IntegrityError), transaction.atomic():
        Household.objects.filter(pk=file.pk).update(approved_by=cast.township_clerk)
    went(file, cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Household.objects.filter(pk=file.pk).update(approved_by=cast.county_clerk)


def test_sabotage_without_the_trigger_the_visitor_could_approve(desk, cast):
    file = desk.on(desk.applied())
    went(file, cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE hardship_household DISABLE TRIGGER household_second_person, DISABLE TRIGGER household_apart")
    Household.objects.filter(pk=file.pk).update(approved_by=cast.county_clerk)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE hardship_household ENABLE TRIGGER household_second_person, ENABLE TRIGGER household_apart")
    assert fresh(file).approved_by == cast.county_clerk


def test_an_objection_holds_everything_until_it_is_decided(whole, cast):
    with on_day(2026, 3, 2):
        file = to_notice(whole, cast)
    with on_day(2026, 3, 10):
        objection = procedure.take_objection(household_id=file.pk, words="家有两套住房", way="phone", by=cast.township_clerk)
        for act in (lambda: whole.on(file), lambda: procedure.refuse(household_id=file.pk, reason="x", by=cast.county_clerk)):
            with pytest.raises(Conflict, match="有异议正在核实"):
                act()
        with pytest.raises(Refused, match="请写明核实结论"):
            decide(file, objection, cast, words="")
        decide(file, objection, cast)
        assert whole.on(file).state == "approving"
        with pytest.raises(Conflict, match="已处理"):
            decide(file, objection, cast)
    assert_books_agree()


def test_while_an_objection_is_open_the_clock_stands_and_nothing_moves(whole, cast):
    with on_day(2026, 3, 2):
        file = to_notice(whole, cast)
        objection = procedure.take_objection(household_id=file.pk, words="家有两套住房", way="phone", by=cast.township_clerk)
        assert fresh(file).paused_at is not None
        for act in (
            lambda: procedure.send_back(household_id=file.pk, reason="x", by=cast.county_clerk),
            lambda: leave.withdraw(household_id=file.pk, reason="own_wish", words="x", by=cast.county_clerk),
        ):
            with pytest.raises(Conflict, match="有异议正在核实"):
                act()
        assert [one.pk for one in browse.files(cast.county_clerk, browse.Filters(listed="objected"))] == [file.pk]
    with on_day(2026, 3, 5):
        decide(file, objection, cast)
    after = fresh(file)
    assert (after.paused_at, after.due_on) == (None, date(2026, 3, 12))  # three working days later than 9 March
    assert list(browse.files(cast.county_clerk, browse.Filters(listed="objected"))) == []


def test_an_objection_after_payment_holds_the_household_for_the_other_rooms(desk, cast):
    child = desk.child()
    file = desk.filed(members=[{"person": child, "relation": "child"}])
    objection = procedure.take_objection(household_id=file.pk, words="家有两套住房", way="phone", by=cast.township_clerk)
    procedure.take_objection(household_id=file.pk, words="另有一辆车", way="letter", by=cast.township_clerk)
    held = people.standing_on(dates.today(), "hardship_held")
    assert {one.person_id for one in held} == {file.head_id, child.pk}
    with pytest.raises(Conflict, match="有异议正在核实"):
        leave.leave(household_id=file.pk, route="relief", words="x", by=cast.county_clerk)
    decide(file, objection, cast)
    assert held.filter(until=None).count() == 2  # the second one is open still
    decide(file, file.objections.get(upheld=None), cast)
    assert not held.filter(until=None).exists()
    assert people.standing_on(dates.today(), "hardship_household").count() == 1
    assert_books_agree()


def test_a_household_that_left_comes_back_under_its_number_not_under_a_new_one(desk, cast):
    file = desk.filed()
    leave.leave(household_id=file.pk, route="employment", words="已就业", by=cast.county_clerk)
    with pytest.raises(Conflict, match=f"原有档案 {file.reference} 已退出"):
        desk.draft(head=file.head)
    with pytest.raises(Conflict, match="编号不变"):
        own.begin(file.head)
    leave.reopen(household_id=file.pk, reason="失业返困", by=cast.township_clerk)
    assert fresh(file).reference == file.reference


def test_with_the_clock_set_back_nothing_moves_and_the_books_stay_consistent(whole, cast):
    """A machine whose clock runs eight days behind what was written: nothing moves, and a clear sentence says why."""
    with on_day(2026, 3, 2):
        file = to_notice(whole, cast)
    with on_day(2026, 3, 10):
        whole.on(file)
        procedure.approve(household_id=file.pk, by=cast.city_clerk)
    acts = (
        lambda: leave.leave(household_id=file.pk, route="employment", words="已就业", by=cast.county_clerk),
        lambda: leave.withdraw(household_id=file.pk, reason="moved", words="迁出", by=cast.county_clerk),
        lambda: procedure.verify(household_id=file.pk, by=cast.county_clerk),
    )
    with on_day(2026, 3, 2):
        for act in acts:
            with pytest.raises(Conflict, match="系统日期 2026-03-02 早于该档案上次办理日期 2026-03-10"):
                act()
    with on_day(2026, 3, 10):
        assert acts[0]().on == date(2026, 3, 10)
    assert_books_agree()


def test_a_notice_put_up_before_the_clock_was_set_back_stands_its_days(whole, cast):
    with on_day(2026, 3, 2):
        file = to_notice(whole, cast)
    with on_day(2026, 2, 24), pytest.raises(Conflict, match="系统日期 2026-02-24 早于"):
        whole.on(file)


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": ["approve", "notice"], "levels": {}},
        {"steps": ["visit"], "levels": {}},
        {"steps": ["approve"], "levels": {"approve": "moon"}},
    ],
)
def test_a_procedure_that_cannot_be_walked_is_not_set(desk, cast, wrong):
    with pytest.raises(Refused, match="建档程序"):
        policies.set_value(
            "hardship.procedure", wrong, organization=cast.county, since=dates.today(), source="办法", by=cast.city_clerk
        )
    assert lines.way(cast.county, dates.today()).steps == ("approve",)


def test_shares_beyond_a_hundred_are_not_set(desk, cast):
    with pytest.raises(Refused, match="收支计入比例"):
        policies.set_value(
            "hardship.counted_shares",
            {"wage": 120},
            organization=cast.county,
            since=dates.today(),
            source="办法",
            by=cast.city_clerk,
        )


def test_a_file_withdrawn_as_an_error_does_not_bar_a_new_one(desk, cast):
    file = desk.filed()
    leave.withdraw(household_id=file.pk, reason="error", words="错录", by=cast.county_clerk)
    assert desk.draft(head=file.head).reference != file.reference


def decide(file, objection, cast, *, upheld=False, words="核查仅一套住房"):
    """The county decides an objection."""
    return procedure.decide_objection(
        household_id=file.pk, objection_id=objection.pk, upheld=upheld, decision=words, by=cast.county_clerk
    )


def test_an_objection_that_is_upheld_ends_the_application_and_frees_its_members(whole, cast):
    file = to_notice(whole, cast)
    objection = procedure.take_objection(household_id=file.pk, words="家有两套住房", way="visit", by=cast.county_clerk)
    decide(file, objection, cast, upheld=True, words="经查确有两套住房")
    assert fresh(file).state == "refused"
    assert not file.members.filter(open=True).exists()
    assert not Posting.objects.filter(taken_down_on=None).exists()
    assert figure("hardship.refused", cast.city) == 1
    assert_books_agree()


def test_the_database_keeps_a_file_with_an_open_objection_off_the_record(desk, cast):
    file = desk.on(desk.applied())
    Objection.objects.create(
        household=file, kept_by=cast.township, words="x", way="phone", taken_by=cast.county_clerk, received_on=dates.today()
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Household.objects.filter(pk=file.pk).update(
            state="on_file", filed_on=dates.today(), approved_by=cast.city_clerk, verified_on=dates.today()
        )


def test_a_returned_file_keeps_its_number_and_its_reason(desk, cast):
    file = desk.applied()
    step = procedure.send_back(household_id=file.pk, reason="缺诊断证明", by=cast.county_clerk)
    back = fresh(file)
    assert (back.state, back.reference, step.reason) == ("returned", file.reference, "缺诊断证明")
    procedure.apply(household_id=file.pk, by=cast.township_clerk)
    assert figure("hardship.applied", cast.city) == 2
    assert_books_agree()


def test_whoever_is_not_eligible_is_not_approved(desk, cast):
    file = desk.on(desk.applied(book=RICH))
    assert file.kind == "none"
    with pytest.raises(Refused, match="核算结果不符合"):
        procedure.approve(household_id=file.pk, by=cast.county_clerk)
    procedure.refuse(household_id=file.pk, reason="高于各档标准，可申请临时救助", by=cast.county_clerk)
    assert fresh(file).state == "refused"


def test_a_strange_county_sees_nothing_and_a_leader_cannot_approve(desk, cast):
    file = desk.on(desk.applied())
    with pytest.raises(NotVisible):
        procedure.approve(household_id=file.pk, by=cast.neighbour)
    with pytest.raises(Denied):
        procedure.approve(household_id=file.pk, by=cast.leader)
    assert fresh(file).state == "approving"


def test_notices_are_taken_down_by_the_clock(whole, cast):
    with on_day(2026, 3, 2):
        to_notice(whole, cast)
    with on_day(2026, 3, 9):
        assert procedure.take_down_expired() == 0
    with on_day(2026, 3, 10):
        assert procedure.take_down_expired() == 1
        assert procedure.take_down_expired() == 0


def test_the_yearly_verification_works_the_kind_out_anew_and_moves_the_stock(desk, cast):
    file = desk.filed()
    desk.line(fen=22_000, since=dates.today())
    procedure.verify(household_id=file.pk, by=cast.township_clerk)
    assert fresh(file).kind == "near"
    assert [figure(f"hardship.on_file.{kind}", cast.city) for kind in ("deep", "near")] == [0, 1]
    assert fresh(file).due_on == date.fromordinal(dates.today().toordinal() + 365)
    assert_books_agree()


def test_a_household_that_is_no_longer_eligible_stays_until_a_person_takes_it_off(desk, cast):
    file = desk.filed(book=MIDDLE)
    desk.line(fen=20_000, since=dates.today())
    procedure.verify(household_id=file.pk, by=cast.township_clerk)
    assert (fresh(file).state, fresh(file).kind) == ("on_file", "none")


def test_a_step_that_is_taken_out_while_a_file_stands_in_it_is_passed_over_and_nothing_is_asked_twice(desk, cast):
    def way(*steps, day=date(2020, 1, 1)):
        policies.set_value(
            "hardship.procedure", {"steps": list(steps), "levels": {}}, organization=cast.county, since=day, source="办法",
            by=cast.city_clerk,
        )  # fmt: skip

    way("visit", "check", "review", "approve")
    file = desk.visited()
    file = desk.on(file)
    one = inquiries.ask(household_id=file.pk, sources=["vehicles"], by=cast.county_clerk)[0]
    inquiries.take(Answered(one.pk, "agrees", "", "车管所"), by=cast.county_clerk, household_id=file.pk)
    file = desk.on(file)
    assert file.state == "reviewing"
    way("visit", "check", "approve", day=dates.today())
    assert [(step.name.zh, step.state) for step in mine.way(file)] == [
        ("待初审", "done"), ("入户调查", "done"), ("信息核对", "done"), ("待审批", "open"),
    ]  # fmt: skip
    assert desk.on(file).state == "approving"


def test_nobody_handles_the_file_of_their_own_household(desk, cast):
    """Taken up, whoever belongs to the household or acts for somebody who does leaves it to a colleague."""
    said = "这是您本人或本户的档案，不能由您办理，请由同事办理；本人申请请在服务大厅提交。"
    for head, members in ((cast.township_clerk, []), (desk.person(), [{"person": cast.township_clerk, "relation": "spouse"}])):
        with pytest.raises(Refused) as refusal:
            desk.draft(head=head, members=members)
        assert (refusal.value.code, str(refusal.value)) == ("own_case", said)
    file = desk.draft(members=[{"person": cast.county_clerk, "relation": "spouse"}])
    with pytest.raises(Refused) as refusal:
        procedure.refuse(household_id=file.pk, reason="超标", by=cast.county_clerk)
    assert refusal.value.code == "own_case"
    assert access.for_change(cast.city_clerk, file.pk) == file
