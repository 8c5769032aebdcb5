"""Joining: who may, who is refused with which words, and what a membership makes true."""

from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.people import queries as people
from unionhall.kernel.people import rules as people_rules
from unionhall.kernel.people.models import Standing
from unionhall.kernel.policies import actions as policies
from unionhall.lib import dates, recall
from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.testing.race import at_once
from unionhall.work.membership import facts
from unionhall.work.membership.actions import codes, joining
from unionhall.work.membership.models import Application, Change, Membership
from unionhall.work.membership.queries import codes as code_queries
from unionhall.work.membership.tests.conftest import applicant, assert_books_agree, figure, fresh, number_of

pytestmark = pytest.mark.django_db


def test_an_approved_application_makes_a_member(desk, cast):
    application = desk.applied()
    assert application.state == "applied"
    assert application.reference.startswith("RH-")
    membership = joining.approve(application_id=application.pk, by=cast.chair)
    assert [membership.state, membership.organization_id, membership.since] == ["member", cast.factory.pk, dates.today()]
    assert fresh(application).state == "approved"
    standing = people.standing_on(dates.today(), "member").get(person=membership.person)
    assert standing.organization_id == cast.factory.pk
    assert [figure("membership.members", at) for at in (cast.factory, cast.county, cast.mine)] == [1, 1, 0]
    assert figure("membership.joined", cast.city) == 1
    assert_books_agree()


def test_an_application_is_written_by_one_statement(desk):
    """What is read is read before: the rules, the reference with who bears the number, the desk, the chain's end."""
    desk.applied(1)  # numbers of facts and sources are given
    with CaptureQueriesContext(connection) as seen, recall.recalling():
        desk.applied(2)
    asked = [one["sql"] for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert [sql for sql in asked if " INTO " in sql and "flows_series" not in sql] == asked[-1:]
    assert len(asked) == 5, asked
    tables = ("people_person", "people_sealed", "membership_application", "flows_step", "flows_task", "ledger_entry", "audit_row")
    assert [name for name in tables if f"INTO {name} " not in asked[-1].replace('"', "")] == []
    assert_books_agree()


def test_an_approval_costs_at_most_twenty_two_statements(desk, cast):
    """Savepoints and the reading of the clerk's own rights aside, which a request does once whatever it approves."""
    desk.member(1)  # numbers of facts and sources are given
    application = desk.applied(2)
    with CaptureQueriesContext(connection) as seen:
        joining.approve(application_id=application.pk, by=cast.chair)
    asked = [one["sql"] for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE")) and "access_grant" not in one["sql"]]
    assert len(asked) <= 22, asked


def test_the_neighbour_neither_sees_nor_approves(desk, cast):
    application = desk.applied()
    with pytest.raises(NotVisible):
        joining.approve(application_id=application.pk, by=cast.neighbour_chair)
    assert fresh(application).state == "applied"
    assert not Membership.objects.exists()


def refused(given, *, union, **more):
    with pytest.raises(Refused) as refusal:
        joining.apply(way=joining.Way(union=union), given=given, **more)
    return refusal.value


def test_a_wrong_check_digit_is_said_without_the_number(cast):
    number = number_of(1)
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    said = refused(applicant(id_number=wrong), union=cast.factory)
    assert said.field == "id_number"
    assert str(said) == "证件号码的校验位不对，请逐位核对。"
    assert wrong not in str(said)


def test_an_old_number_of_fifteen_digits_is_the_same_person(desk, cast):
    first = desk.member(1)
    number = number_of(1)
    old = number[:6] + number[8:17]
    said = refused(applicant(id_number=old), union=cast.factory)
    assert [said.code, str(said)] == [
        "already_member",
        "该人员已在工会登记为会员，不能重复入会；如已换单位，请办理转会。",
    ]
    assert Membership.objects.filter(person=first.person).count() == 1


@pytest.mark.parametrize("document", ["H12345678", "M0123456701", "台胞证12345678", "E12345678", "AAA990101123456"])
def test_other_documents_are_taken(desk, document):
    membership = desk.member(1, given=applicant(id_number=document))
    assert membership.state == "member"


def test_the_same_number_with_another_name_is_refused(desk, cast):
    desk.applied(1)
    said = refused(applicant(1, name="骆行舟"), union=cast.factory)
    assert [said.field, said.code] == ["name", "other_name"]
    assert str(said) == "姓名与证件号码不一致，请按证件填写。"


def test_the_phone_of_another_person_is_refused(desk, cast):
    desk.applied(1)
    said = refused(applicant(2, phone="10099000001"), union=cast.factory)
    assert [said.field, said.code] == ["phone", "phone_of_another"]
    assert str(said) == "这个手机号已登记在其他人名下，请用本人手机号，或到工会窗口办理。"
    assert Application.objects.count() == 1


def test_a_phone_of_another_person_does_not_send_the_clerk_to_the_desk(desk, cast):
    desk.member(1)
    with pytest.raises(Refused) as told:
        joining.register(union=cast.factory, given=applicant(2, name="骆行舟", phone=applicant(1).phone), by=cast.county_clerk)
    assert (told.value.field, told.value.code) == ("phone", "phone_of_another")
    assert str(told.value) == "这个手机号已登记在其他人名下，请核对；确由本人使用（如家人共用）的，手机号先留空登记。"
    assert Membership.objects.count() == 1
    made = joining.register(union=cast.factory, given=applicant(2, name="骆行舟", phone=""), by=cast.county_clerk)
    assert (made.person.name, made.person.phone_last4) == ("骆行舟", "")


def test_nobody_under_sixteen_joins(cast):
    young = (dates.today() - timedelta(days=15 * 365)).strftime("%Y%m%d")
    said = refused(applicant(id_number=number_of(1, born=young)), union=cast.factory)
    assert [said.field, said.code] == ["id_number", "under_age"]
    assert str(said) == "未满 16 周岁不能入会。"


def test_joining_is_of_ones_own_will(cast):
    assert refused(applicant(), union=cast.factory, willing=False).field == "willing"


def test_a_second_application_names_the_first(desk, cast):
    first = desk.applied()
    said = refused(applicant(), union=cast.mine)
    assert said.code == "already_applied"
    assert first.reference in str(said)


def test_a_member_elsewhere_is_not_told_where(desk, cast):
    desk.member(1, union=cast.factory)
    said = refused(applicant(), union=cast.mine)
    assert said.code == "already_member"
    assert cast.factory.name not in str(said)


def test_a_sent_back_application_goes_on_and_a_refused_one_ends(desk, cast):
    application = desk.applied()
    with pytest.raises(Refused):
        joining.decide(application_id=application.pk, what="send_back", reason="", by=cast.chair)
    joining.decide(application_id=application.pk, what="send_back", reason="请补充工作单位", by=cast.chair)
    assert fresh(application).state == "returned"
    joining.decide(application_id=application.pk, what="refuse", reason="非本单位职工", by=cast.chair)
    assert fresh(application).state == "refused"
    assert desk.applied().state == "applied"  # who was refused may apply again
    assert_books_agree()


def test_an_application_is_handed_on_and_leaves_the_old_union(desk, cast):
    application = desk.applied(union=cast.township)
    joining.hand_on(application_id=application.pk, to=cast.factory, reason="本人在机械厂工作", by=cast.township_clerk)
    kept = fresh(application)
    assert [kept.organization_id, kept.state, kept.received_at_id] == [cast.factory.pk, "applied", cast.township.pk]
    membership = joining.approve(application_id=application.pk, by=cast.chair)
    assert membership.organization_id == cast.factory.pk
    assert fresh(membership.person).home_id == cast.factory.pk
    assert_books_agree()


def test_whoever_is_on_the_roster_passes_by_rule(desk, cast):
    policies.set_value(
        "membership.auto_approve", "roster", by=cast.city_clerk, organization=cast.city, since=dates.today(), source="市总会议纪要"
    )
    stranger = desk.applied(1)
    assert [stranger.state, stranger.alone] == ["applied", False]
    worker = cast.worker
    way = joining.Way(union=cast.factory)
    passed = joining.apply(way=way, given=joining.Applicant(name="", id_number="", known=worker))
    assert [fresh(passed).state, fresh(passed).alone] == ["approved", True]
    assert Membership.objects.get(person=worker).organization_id == cast.factory.pk
    assert_books_agree()


def test_many_are_approved_and_the_others_named(desk, cast):
    good, gone = desk.applied(1), desk.applied(2)
    joining.decide(application_id=gone.pk, what="refuse", reason="重复提交", by=cast.chair)
    outcome = joining.approve_many(Application.objects.filter(pk__in=[good.pk, gone.pk]), by=cast.chair)
    assert outcome.done == 1
    assert [reference for reference, _why in outcome.failed] == [gone.reference]


def test_a_code_that_no_longer_serves_says_why(desk, cast):
    code = desk.code()
    assert code_queries.of_token(code.token).pk == code.pk
    assert figure("membership.code_open", cast.city) == 1
    codes.revoke(code_id=code.pk, by=cast.county_clerk)
    with pytest.raises(Refused, match="停用"):
        code_queries.of_token(code.token)
    with pytest.raises(Conflict):
        codes.revoke(code_id=code.pk, by=cast.county_clerk)
    assert figure("membership.code_open", cast.city) == 0
    with pytest.raises(NotVisible):
        code_queries.of_token("guessedguessed22")
    assert_books_agree()


def test_every_union_below_is_opened_once(cast):
    assert codes.issue_below(organization=cast.county, by=cast.county_clerk) == 3
    assert codes.issue_below(organization=cast.county, by=cast.county_clerk) == 0
    assert figure("membership.scan_join_rate", cast.county) == 1
    assert_books_agree()


@pytest.mark.django_db(transaction=True)
def test_fifty_joins_of_one_number_make_one_membership(cast):
    policies.set_value(
        "membership.auto_approve", "roster", by=cast.city_clerk, organization=cast.city, since=dates.today(), source="市总会议纪要"
    )
    given = joining.Applicant(name="", id_number="", known=cast.worker)
    answers = at_once(50, lambda _n: joining.apply(way=joining.Way(union=cast.factory), given=given))
    made = [one for one in answers if isinstance(one, Application)]
    told = [one for one in answers if isinstance(one, Conflict)]
    assert [len(made), len(told)] == [1, 49]
    assert {one.code for one in told} == {"already_member"}
    assert Membership.objects.filter(person=cast.worker).count() == 1
    assert Application.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_strangers_with_one_number_make_one_application(cast):
    answers = at_once(50, lambda _n: joining.apply(way=joining.Way(union=cast.factory), given=applicant()))
    assert sum(isinstance(one, Application) for one in answers) == 1
    assert [one.code for one in answers if isinstance(one, Conflict)] == ["already_applied"] * 49


@pytest.fixture
def unheeded(cast, monkeypatch):
    """One of the roster presses on four phones that do not wait for each other: each has looked before any of them has written."""
    looked, look = Barrier(4), joining._check_alone

    def look_together(person) -> None:
        look(person)
        looked.wait(timeout=60)

    monkeypatch.setattr(joining, "_wait_for", lambda _blind: None)
    monkeypatch.setattr(joining, "_check_alone", look_together)
    given = joining.Applicant(name="", id_number="", known=cast.worker)
    ledger.give_numbers(facts.APPLIED.code, joining.KIND)  # the first entry of all is tried twice, and four would be waited for

    def press(rule: str) -> list:
        place = {"organization": cast.city, "since": dates.today(), "source": "市总会议纪要"}
        policies.set_value("membership.auto_approve", rule, by=cast.city_clerk, **place)
        return at_once(4, lambda _n: joining.apply(way=joining.Way(union=cast.factory), given=given))

    return press


@contextmanager
def unguarded(*guards):
    """The tables without these constraints; what came of it goes before they are put back."""
    found = [(model, one) for model in (Application, Membership, Standing) for one in model._meta.constraints if one.name in guards]
    assert len(found) == len(guards)
    with connection.schema_editor() as schema:
        for model, guard in found:
            schema.remove_constraint(model, guard)
    try:
        yield
    finally:
        for model in (Standing, Change, Membership, Application):
            model.objects.all().delete()
        with connection.schema_editor() as schema:
            for model, guard in found:
                schema.add_constraint(model, guard)


RULES = pytest.mark.parametrize(
    ("rule", "model", "guards"),
    [
        ("never", Application, ["member_application_open"]),
        ("roster", Membership, ["member_alive_once", "people_standing_person_now"]),
    ],
)


@RULES
@pytest.mark.django_db(transaction=True)
def test_without_the_waiting_the_database_lets_one_through(unheeded, rule, model, guards):
    answers = unheeded(rule)
    assert [sum(isinstance(one, Application) for one in answers), model.objects.count()] == [1, 1]


@RULES
@pytest.mark.django_db(transaction=True)
def test_without_the_guard_the_race_is_seen(unheeded, monkeypatch, rule, model, guards):
    """The sabotage twin: what the test before holds, holds by the guard; nor does a standing look for another one."""
    monkeypatch.setattr(people_rules, "overlaps", lambda *_dates: False)
    with unguarded(*guards):
        answers = unheeded(rule)
        assert [sum(isinstance(one, Application) for one in answers), model.objects.count()] == [4, 4], answers
