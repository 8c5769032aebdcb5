"""What the bank turns back is told to whom it concerns, without a number, and only as long as it is so."""

import pytest
from django.urls import reverse

from unionhall.kernel.notices import queries as notices
from unionhall.kernel.people import actions as people
from unionhall.lib.refusal import Refused
from unionhall.testing.roles import as_application
from unionhall.work.grants import registry
from unionhall.work.grants.actions import accounts, applications, batches, own, rejects, settling
from unionhall.work.grants.rules.bank import Answer
from unionhall.work.grants.tests.conftest import YUAN, answers, on_file
from unionhall.work.grants.tests.test_units_and_goods import open_programme

pytestmark = pytest.mark.django_db
TURNED, PRESENT = "grants.turned_back", "grants.rejects"


def told(person):
    return [(one.kind, one.subject) for one in notices.inbox(person) if one.kind in (TURNED, PRESENT)]


@pytest.fixture
def payee(office, cast):
    """The worker of the hall, on file in the township."""
    people.correct(by=None, person=cast.worker, sealed={"bank_account": "6222021234567800009"}, reason="登记")
    on_file(cast, cast.worker)
    return cast.worker


def turned(office, *ones, words="账号6222021234567800009户名不符"):
    batch = office.exported(*ones)
    said = [Answer(one.reference, one.amount, one.number != 1, words if one.number == 1 else "") for one in batches.live(batch)]
    settling.settle(batch_id=batch.pk, answers=said, by=office.payer)
    return batch


def test_payee_unit_and_maker_hear_of_it_and_no_account_stands_in_it(office, cast, payee):
    one, other = office.approve(payee, 1_000 * YUAN), office.approve()
    batch = turned(office, one, other)
    assert told(payee) == [(TURNED, f"{one.reference} 的款项被银行退回")]
    assert told(cast.township_clerk) == [(TURNED, f"{one.reference} 的款项被银行退回")]
    assert told(cast.county_clerk) == [(PRESENT, f"批次 {batch.reference} 有 1 笔被银行退回")]
    assert (told(other.payee), told(office.checker), told(office.payer), told(cast.neighbour)) == ([], [], [], [])
    assert batch.payments.get(number=1).reason == "账号***户名不符", "nor on the batch, its vouchers and the accountants' list"
    body = notices.inbox(payee).get(kind=TURNED).body
    assert ("户名不符" in body, "6222021234567800009" in body) == (True, False)
    page = cast.client("worker").get(reverse("portal:messages")).content.decode()
    assert f'href="{reverse("grants_hall:progress", args=[one.pk])}"' in page, "the message leads to where the account is given"


def test_it_goes_when_the_payee_gives_another_account_and_the_batch_s_when_it_is_presented_again(office, cast, payee):
    one = office.approve(payee, 1_000 * YUAN)
    turned(office, one)
    own.give_account(person=payee, application_id=one.pk, account="6222021234567800017")
    assert (told(payee), told(cast.township_clerk), len(told(cast.county_clerk))) == ([], [], 1)
    second = office.batch(one)
    assert told(cast.county_clerk) == []
    batches.check(batch_id=second.pk, digest=batches.content_digest(second), by=office.checker)
    batches.export(batch_id=second.pk, by=office.payer)
    settling.settle(batch_id=second.pk, answers=answers(second), by=office.payer)
    assert [told(each) for each in (payee, cast.township_clerk, cast.county_clerk)] == [[], [], []]


def test_the_very_account_that_was_turned_back_is_asked_for_anew(office, cast, payee):
    one = office.approve(payee, 1_000 * YUAN)
    turned(office, one, words="账户已销户")
    again = {"account": "6222 0212 3456 7800 009"}
    page = cast.client("worker").post(reverse("grants_hall:give-account", args=[one.pk]), again)
    assert page.status_code == 422
    assert "银行退回的正是这个账号（账户已销户），请换一个账号；如银行已恢复该账户" in page.content.decode()
    assert len(told(payee)) == 1, "what was said stays true"
    own.give_account(person=payee, application_id=one.pk, account="6222021234567800017")
    assert told(payee) == []
    second = turned(office, one, words="户名不符")
    assert second.payments.get().masked.endswith("0017")
    own.give_account(person=payee, application_id=one.pk, account="6222021234567800009")
    assert told(payee) == [], "an older one may serve again"


def test_reopened_by_the_bank_it_is_presented_again_and_then_no_longer_refused(office, payee):
    one = office.approve(payee, 1_000 * YUAN)
    turned(office, one)
    office.exported(one)
    mark = one.payments.latest("pk").account
    with pytest.raises(Refused):
        rejects.check_other(mark, "account")
    batch = one.payments.latest("pk").batch
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    rejects.check_other(mark, "account")
    assert [each.state for each in one.payments.order_by("pk")] == ["rejected", "paid"]


def test_one_of_two_presented_again_leaves_the_batch_s_notice(office, cast, payee):
    ones = [office.approve(payee, 1_000 * YUAN), office.approve()]
    batch = office.exported(*ones)
    settling.settle(batch_id=batch.pk, answers=answers(batch, rejected=(1, 2)), by=office.payer)
    assert told(cast.county_clerk) == [(PRESENT, f"批次 {batch.reference} 有 2 笔被银行退回")]
    office.batch(ones[0])
    assert (told(payee), len(told(cast.township_clerk)), len(told(cast.county_clerk))) == ([], 1, 1)
    applications.withdraw(application_id=ones[1].pk, by=cast.township_clerk, words="本人放弃")
    assert (told(cast.township_clerk), told(cast.county_clerk)) == ([], [])


def test_the_same_answer_again_tells_nobody_twice(office, cast, payee):
    one = office.approve(payee, 1_000 * YUAN)
    batch = office.exported(one)
    for _turn in range(2):
        settling.settle(batch_id=batch.pk, answers=answers(batch, rejected=(1,)), by=office.payer)
    assert (len(told(payee)), len(told(cast.county_clerk))) == (1, 1)


def test_a_unit_s_grant_is_told_to_the_unit_and_goes_with_its_new_account(office, cast):
    told_to = {"organization": cast.township, "name": "街道总工会", "bank": "信用社", "by": cast.county_clerk}
    accounts.set_account(number="6222000000000000018", **told_to)
    open_programme(office, "palace_subsidy", palace_base=30_000 * YUAN)
    one = office.approve(office.person(file=False), 20_000 * YUAN, code="palace_subsidy", kind="base", matter="红旗宫")
    turned(office, one)
    assert (told(one.person), len(told(cast.township_clerk)), len(told(cast.county_clerk))) == ([], 1, 1)
    with pytest.raises(Refused, match="银行退回的正是这个账号") as no:
        accounts.set_account(number="6222000000000000018", **told_to)
    assert (no.value.field, len(told(cast.township_clerk))) == ("number", 1)
    accounts.set_account(number="6222000000000000026", **told_to)
    assert (len(told(cast.township_clerk)), len(told(cast.county_clerk))) == (0, 1)


def test_a_payee_who_went_to_another_county_is_told_apart_from_one_without_an_account(office, cast):
    gone, bare = office.approve(), office.approve(office.person(account=False))
    people.move_home(by=cast.city_clerk, person=gone.payee, home=cast.mine)
    with as_application():
        left = batches.prepare(organization=cast.county, application_ids=[gone.pk, bare.pk], by=cast.county_clerk)
    assert left.batch is None
    assert {one.application.pk: one.reasons for one in left.left_out} == {
        gone.pk: (registry.ELSEWHERE,), bare.pk: (registry.NO_ACCOUNT,),
    }  # fmt: skip
