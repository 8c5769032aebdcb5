"""Public notice, objections and appeals: the least data, off by the clock, and everything held until another person decided."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from unionhall.kernel.flows import queries as worklists
from unionhall.kernel.policies import queries as policies
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.work.grants.actions import applications, batches, objections, postings, settling
from unionhall.work.grants.models import Application, Objection
from unionhall.work.grants.queries import browse
from unionhall.work.grants.tests.conftest import YUAN, answers, assert_books_agree, figure

MONDAY = date(2026, 3, 2)  # five working days later is Monday the 9th


def at(day: date):
    return clock.fixed(datetime.combine(day, time(9, 0), tzinfo=dates.SHANGHAI))


@pytest.fixture
def monday():
    with at(MONDAY):
        yield MONDAY


@pytest.fixture
def office(monday, office):
    office.notice(5, "county")
    return office


def fresh(one):
    return Application.objects.get(pk=one.pk)


def object_to(office, one, words="与实际情况不符"):
    return objections.take_objection(application_id=one.pk, words=words, way="phone", by=office.cast.county_clerk)


def decide(office, made, *, upheld, words="入户核实属实", by=None):
    return objections.decide(objection_id=made.pk, upheld=upheld, words=words, by=by or office.checker)


def test_an_approved_grant_stands_on_notice_for_its_working_days_and_is_paid_after(office, cast):
    one = office.approve()
    last = policies.add_working_days(MONDAY, 5)
    assert (one.state, one.due_on) == ("noticed", last)
    assert office.left() == (1_000 * YUAN, 0)
    assert batches.prepare(organization=cast.county, application_ids=[one.pk], by=cast.county_clerk).batch is None
    with pytest.raises(Conflict) as refused:
        postings.release(application_id=one.pk, by=cast.county_clerk)
    assert f"公示到{last.isoformat()}为止" in str(refused.value)
    with at(last):
        assert postings.close_expired() == 0
        assert len(browse.posted(cast.county.pk, dates.today())[1]) == 1
    with at(last + timedelta(days=1)):
        assert browse.posted(cast.county.pk, dates.today())[1] == []  # gone by the date itself, before any job ran
        assert postings.close_expired() == 1
        assert postings.close_expired() == 0
        assert fresh(one).state == "approved"
        assert one.postings.get().taken_down_on == dates.today()
        batch = office.exported(fresh(one))
        settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    assert fresh(one).state == "paid"
    assert_books_agree()


def test_the_page_for_everybody_says_the_least(office, cast):
    one = office.approve(office.person("欧阳大勇"), reason="确诊重病，欠费三万元")
    page = Client().get(reverse("grants:public", args=[cast.county.pk])).content.decode()
    assert browse.posted(cast.county.pk, MONDAY)[1][0].name in page
    assert "红旗街道总工会" in page
    assert "1,000.00" in page
    for secret in ("大勇", "重病", "三万", one.reference, "6222"):
        assert secret not in page
    assert Client().get(reverse("grants:public", args=[10**9])).status_code == 404


def test_where_the_programme_asks_for_none_it_is_paid_at_once(office):
    assert office.approve(code="daily_student_relief", kind="layoff").state == "approved"


def test_an_objection_opens_a_case_and_holds_everything(office, cast):
    one = office.approve()
    made = object_to(office, one)
    assert (made.organization, made.state, made.kind) == (cast.county, "taken", "objection")
    assert made.due_on == policies.add_working_days(MONDAY, 10)
    after = policies.add_working_days(MONDAY, 6)
    with at(after):
        assert postings.close_expired() == 0
        with pytest.raises(Conflict) as refused:
            postings.release(application_id=one.pk, by=cast.county_clerk)
        assert made.reference in str(refused.value)
        decide(office, made, upheld=False)
        assert postings.close_expired() == 1
    assert figure("grants.objected", cast.city) == 1
    assert_books_agree()


def test_the_page_of_a_grant_that_an_objection_holds_says_so_until_it_is_decided(office, cast):
    one = office.approve()
    page, held = reverse("grants:desk-application", args=[one.pk]), "正在核实，处理完以前暂停办理。"
    clerk = cast.client("county_clerk")
    assert held not in clerk.get(page).content.decode()
    made = object_to(office, one)
    told = clerk.get(page).content.decode()
    assert (held in told, reverse("grants:desk-objection", args=[made.pk]) in told) == (True, True)
    decide(office, made, upheld=False)
    assert held not in clerk.get(page).content.decode()


def test_upheld_before_payment_the_grant_is_refused_and_its_money_free(office, cast):
    one = office.approve()
    decide(office, object_to(office, one), upheld=True)
    assert (fresh(one).state, office.left()) == ("refused", (0, 0))
    assert one.entitlements.filter(released_on=None).count() == 0
    assert browse.posted(cast.county.pk, MONDAY)[1] == []
    assert figure("grants.approved", cast.city) == 0
    assert_books_agree()


def test_whoever_decided_the_grant_does_not_decide_the_objection(office, cast):
    made = object_to(office, office.approve())
    with pytest.raises(Refused) as refused:
        decide(office, made, upheld=False, by=cast.county_clerk)
    assert refused.value.code == "second_person"
    with pytest.raises(NotVisible):
        decide(office, made, upheld=False, by=cast.stranger)
    assert Objection.objects.get().state == "taken"


@pytest.mark.parametrize("state", ["draft", "checked"])
def test_an_objection_while_a_batch_carries_it_holds_the_batch(office, cast, state):
    office.notice(0, "township")
    one, other = office.approve(), office.approve()
    batch = office.batch(one, other)
    seen = batches.content_digest(batch)
    if state == "checked":
        batches.check(batch_id=batch.pk, digest=seen, by=office.checker)
    made = object_to(office, one)
    with pytest.raises(Conflict) as refused:
        if state == "draft":
            batches.check(batch_id=batch.pk, digest=seen, by=office.checker)
        else:
            batches.export(batch_id=batch.pk, by=office.payer)
    assert one.reference in str(refused.value)
    decide(office, made, upheld=True)
    batch.refresh_from_db()
    assert (batch.state, fresh(one).state) == ("draft", "refused")
    assert [each.application_id for each in batch.payments.filter(state="pending")] == [other.pk]
    assert office.left() == (1_000 * YUAN, 0)


def test_an_objection_while_the_bank_has_it_waits_for_the_answer(office):
    office.notice(0, "township")
    one = office.approve()
    batch = office.exported(one)
    made = object_to(office, one)
    with pytest.raises(Conflict) as refused:
        decide(office, made, upheld=True)
    assert batch.reference in str(refused.value)
    assert Objection.objects.get().state == "taken"
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    decide(office, made, upheld=True)
    assert fresh(one).state == "recovering"


def test_upheld_after_payment_the_money_is_called_back_and_paid_stays_paid(office, cast):
    office.notice(0, "township")
    one = office.approve()
    batch = office.exported(one)
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    decide(office, object_to(office, one), upheld=True)
    with pytest.raises(Refused):  # what was paid wrongly does not make room for another until it is back
        office.submit(one.person)
    applications.recover(application_id=one.pk, by=office.payer, words="现金缴回")
    assert (fresh(one).state, office.left()) == ("recovered", (0, 0))
    assert (figure("grants.paid", cast.city), figure("grants.returned", cast.city)) == (1_000 * YUAN, 1_000 * YUAN)
    assert_books_agree()


def test_an_appeal_goes_to_the_unit_above_and_opens_the_application_again(office, cast):
    one = office.submit()
    applications.refuse(application_id=one.pk, by=cast.county_clerk, words="材料不足")
    appeal = {"application_id": one.pk, "words": "材料已补齐", "by": cast.county_clerk}
    made = objections.appeal(**appeal)
    assert (made.kind, made.organization) == ("appeal", cast.county)
    with pytest.raises(Conflict):
        objections.appeal(**appeal)
    decide(office, made, upheld=True, by=cast.city_clerk)
    assert fresh(one).state == "submitted"
    assert one.entitlements.filter(released_on=None).count() == 1


def test_an_appeal_dismissed_leaves_the_refusal_and_one_too_late_is_not_taken(office, cast):
    one = office.submit()
    applications.refuse(application_id=one.pk, by=cast.county_clerk, words="材料不足")
    made = objections.appeal(application_id=one.pk, words="不服", by=cast.county_clerk)
    decide(office, made, upheld=False)
    assert fresh(one).state == "refused"
    with at(MONDAY + timedelta(days=31)), pytest.raises(Refused) as refused:
        objections.appeal(application_id=one.pk, words="不服", by=cast.county_clerk)
    assert "30日内" in str(refused.value)


def test_an_appeal_cannot_take_what_another_grant_has_meanwhile(office, cast):
    person = office.person()
    one = office.submit(person)
    applications.refuse(application_id=one.pk, by=cast.county_clerk, words="材料不足")
    other = office.submit(person)
    made = objections.appeal(application_id=one.pk, words="不服", by=cast.county_clerk)
    with pytest.raises(Refused) as refused:
        decide(office, made, upheld=True)
    assert other.reference in str(refused.value)
    assert Objection.objects.get().state == "taken"


@pytest.mark.parametrize("state", ["draft", "submitted", "refused"])
def test_before_the_notice_nobody_objects(office, cast, state):
    one = office.register() if state == "draft" else office.submit()
    if state == "refused":
        applications.refuse(application_id=one.pk, by=cast.county_clerk, words="材料不足")
    with pytest.raises(Conflict) as refused:
        object_to(office, one)
    assert "公示开始以后" in str(refused.value)


def test_an_empty_objection_or_one_from_tomorrow_is_refused(office, cast):
    one = office.approve()
    with pytest.raises(Refused):
        object_to(office, one, words="  ")
    with pytest.raises(Refused) as refused:
        objections.take_objection(
            application_id=one.pk, words="不符", way="phone", by=cast.county_clerk, received_on=MONDAY + timedelta(days=1)
        )
    assert refused.value.field == "received_on"
    assert Objection.objects.count() == 0


def test_the_database_knows_one_notice_at_a_time_and_no_decision_without_words(office):
    one = office.approve()
    made = object_to(office, one)
    with pytest.raises(IntegrityError), transaction.atomic():
        postings.put_up(fresh(one), by=office.checker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=made.pk).update(state="dismissed")


def test_a_clock_set_back_stops_the_money(office):
    office.notice(0, "township")
    batch = office.batch(office.approve())
    with at(MONDAY - timedelta(days=1)), pytest.raises(Conflict) as refused:
        batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    assert "校准时钟" in str(refused.value)


def test_sabotage_a_notice_that_nobody_asks_for_would_be_paid_on_the_day(office, cast):
    """Without the step between approval and payment the same grant goes into a batch at once."""
    one = office.approve()
    Application.objects.filter(pk=one.pk).update(state="approved")
    assert batches.prepare(organization=cast.county, application_ids=[one.pk], by=cast.county_clerk).batch is not None


def test_the_end_of_a_notice_is_nobodys_task_and_stands_on_the_page(office, cast):
    one = office.approve()
    for who in ("county_clerk", "city_clerk"):
        rows = [*worklists.worklist(cast.people[who]), *worklists.worklist(cast.people[who], worklists.Filters(tab="scope"))]
        assert [row for row in rows if row.record_id == one.pk and row.record_kind == "grants.application"] == []
    assert worklists.open_tasks(one).get().move == "release"
    page = cast.client("county_clerk").get(reverse("grants:desk-application", args=[one.pk])).content.decode()
    assert "公示中" in page and one.due_on.isoformat() in page
