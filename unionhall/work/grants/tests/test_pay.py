"""Payments: three persons, the exact content, one payment for each grant, and the bank's answer taken whole or not at all."""

import random
import time

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.exchange.actions import export_table
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as people_queries
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.work.grants.actions import applications, batches, settling
from unionhall.work.grants.models import Application, Batch, Payment
from unionhall.work.grants.queries import browse
from unionhall.work.grants.tests.conftest import YUAN, Office, answers, assert_books_agree, figure

pytestmark = pytest.mark.django_db


def naive_waiting(office):
    """Read which grants wait, and believe it: what must not be done."""
    return [one.pk for one in Application.objects.filter(state="approved") if not one.payments.exists()]


def test_three_persons_and_three_equal_sums(office, cast):
    ones = [office.approve(amount=amount * YUAN) for amount in (1_000, 2_000)]
    batch = office.exported(*ones)
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    tie = browse.tie(batch)
    assert tie.holds
    assert (tie.approved, tie.paid) == (3_000 * YUAN, 3_000 * YUAN)
    assert office.left() == (0, 3_000 * YUAN)
    assert {one.state for one in Application.objects.all()} == {"paid"}
    assert figure("grants.paid", cast.city) == 3_000 * YUAN
    assert (figure("grants.person_paid", cast.city), figure("grants.household_paid.distinct", cast.city)) == (2, 2)
    assert figure("grants.payment_rate", cast.county) == 1
    assert_books_agree()


def test_whose_sign_in_is_old_gives_the_password_again_and_the_check_is_done(office, cast):
    batch = batches.prepare(organization=cast.county, application_ids=[office.approve().pk], by=office.payer).batch
    clerk = cast.client("county_clerk")
    session = clerk.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 3600}]
    session.save()
    asked = clerk.post(reverse("grants:desk-check", args=[batch.pk]), {"digest": batches.content_digest(batch), "total": "1000"})
    assert (asked.status_code, asked.url.partition("?")[0]) == (302, reverse("account_reauthenticate"))
    for password, state in (("not this one", "draft"), (cast.passwords["county_clerk"], "checked")):
        clerk.post(asked.url, {"password": password})
        assert Batch.objects.get(pk=batch.pk).state == state
    assert Batch.objects.get(pk=batch.pk).checker == cast.county_clerk


def test_the_file_of_the_household_hears_of_it(office):
    batch = office.exported(office.approve())
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    [helped] = people_queries.standing_on(dates.today(), "hardship_helped")
    assert (helped.source_kind, helped.source_id) == ("grants.payment", str(batch.payments.get().pk))


def test_what_the_bank_turns_back_is_presented_again(office, cast):
    ones = [office.approve(amount=1_000 * YUAN) for _turn in range(2)]
    batch = office.exported(*ones)
    settling.settle(batch_id=batch.pk, answers=answers(batch, rejected=(2,)), by=office.payer)
    assert browse.tie(batch).holds
    assert office.left() == (1_000 * YUAN, 1_000 * YUAN)
    [again] = browse.to_pay(cast.county_clerk, cast.county)
    assert (again.pk, again.turned_back) == (ones[1].pk, True)
    second = office.exported(again)
    settling.settle(batch_id=second.pk, answers=answers(second), by=office.payer)
    assert office.left() == (0, 2_000 * YUAN)
    assert (figure("grants.paid", cast.county), figure("grants.rejected", cast.county)) == (2_000 * YUAN, 1_000 * YUAN)
    assert_books_agree()


def test_turned_back_and_given_up_the_money_is_free(office, cast):
    one = office.approve()
    batch = office.exported(one)
    settling.settle(batch_id=batch.pk, answers=answers(batch, rejected=(1,)), by=office.payer)
    applications.withdraw(application_id=one.pk, by=cast.township_clerk, words="账户注销")
    assert office.left() == (0, 0)
    assert_books_agree()


def test_no_person_takes_two_parts(office, cast):
    batch = office.batch(office.approve())
    digest = batches.content_digest(batch)
    with pytest.raises(Refused) as refused:
        batches.check(batch_id=batch.pk, digest=digest, by=cast.county_clerk)
    assert refused.value.code == "second_person"
    batches.check(batch_id=batch.pk, digest=digest, by=office.checker)
    for person in (cast.county_clerk, office.checker):
        with pytest.raises(Refused) as refused:
            batches.export(batch_id=batch.pk, by=person)
        assert refused.value.code == "second_person"


@pytest.mark.parametrize(("part", "who"), [("checker", "county_clerk"), ("payer", "county_clerk"), ("payer", "county_700")])
def test_the_database_itself_knows_the_three_persons(office, cast, part, who):
    batch = office.exported(office.approve())
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(**{part: cast.people[who]})


@pytest.mark.parametrize(
    "change",
    ["name = 'X'", "amount = amount + 1", "account = 'x'", "payee_id = payee_id + 1", "state = 'paid'", "state = 'dropped'"],
)
def test_sabotage_a_hand_in_the_database_is_stopped(office, change):
    batch = office.batch(office.approve())
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE grants_payment SET {change}")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM grants_payment")


def test_the_check_is_of_what_stood_on_the_screen(office, cast):
    ones = [office.approve() for _turn in range(2)]
    batch = office.batch(*ones)
    seen = batches.content_digest(batch)
    batches.take_out(batch_id=batch.pk, number=1, reason="材料待补", by=cast.county_clerk)
    with pytest.raises(Conflict):
        batches.check(batch_id=batch.pk, digest=seen, by=office.checker)
    with pytest.raises(Conflict):
        batches.check(batch_id=batch.pk, digest="", by=office.checker)


def test_taking_one_out_voids_the_check(office, cast):
    ones = [office.approve() for _turn in range(2)]
    batch = office.batch(*ones)
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    changed = batches.take_out(batch_id=batch.pk, number=1, reason="材料待补", by=cast.county_clerk)
    assert (changed.state, changed.checker, changed.digest) == ("draft", None, "")
    with pytest.raises(Conflict):
        batches.export(batch_id=batch.pk, by=office.payer)
    assert [one.pk for one in browse.to_pay(cast.county_clerk, cast.county)] == [ones[0].pk]


@pytest.mark.parametrize("what", ["account", "name"])
def test_another_account_or_name_after_the_check_voids_it(office, what):
    one = office.approve()
    batch = office.batch(one)
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    change = {"sealed": {"bank_account": "6222021234567899999"}} if what == "account" else {"name": "赵二勇"}
    people.correct(by=None, person=one.person, reason="更正", **change)
    with pytest.raises(Conflict) as refused:
        batches.export(batch_id=batch.pk, by=office.payer)
    assert "重新制单" in str(refused.value)
    batch.refresh_from_db()
    assert (batch.state, batch.checker, batch.payer) == ("draft", None, None)


def test_whoever_has_no_account_or_left_the_file_is_left_out_with_the_reason(office, cast):
    fit, bare, gone = office.approve(), office.approve(office.person(account=False)), office.approve()
    [standing] = people_queries.standings_of(gone.person)
    type(standing).objects.filter(pk=standing.pk).update(since="2020-01-01", until=dates.today())
    made = batches.prepare(organization=cast.county, application_ids=[fit.pk, bare.pk, gone.pk], by=cast.county_clerk)
    assert made.batch.payments.count() == 1
    said = {one.application.pk: "".join(str(reason) for reason in one.reasons) for one in made.left_out}
    assert "没有登记银行账号" in said[bare.pk]
    assert "先建档、后帮扶" in said[gone.pk]


def test_nothing_fit_makes_no_batch(office, cast):
    made = batches.prepare(
        organization=cast.county, application_ids=[office.approve(office.person(account=False)).pk], by=cast.county_clerk
    )
    assert made.batch is None
    assert Batch.objects.count() == 0


def test_what_a_batch_carries_no_other_carries_and_nobody_withdraws(office, cast):
    one = office.approve()
    batch = office.batch(one)
    assert batches.prepare(organization=cast.county, application_ids=[one.pk], by=office.payer).batch is None
    with pytest.raises(Conflict) as refused:
        applications.withdraw(application_id=one.pk, by=cast.township_clerk, words="撤回")
    assert batch.reference in str(refused.value)
    batches.dissolve(batch_id=batch.pk, reason="重新制单", by=cast.county_clerk)
    assert office.batch(one).pk != batch.pk


def test_every_step_may_be_repeated(office, cast):
    batch = office.batch(office.approve())
    digest = batches.content_digest(batch)
    for _turn in range(3):
        batches.check(batch_id=batch.pk, digest=digest, by=office.checker)
    for _turn in range(3):
        batches.export(batch_id=batch.pk, by=office.payer)
    for _turn in range(3):
        settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    assert figure("grants.paid", cast.county) == 1_000 * YUAN
    with pytest.raises(Conflict):
        settling.settle(batch_id=batch.pk, answers=answers(batch)[:0], by=office.payer)


def test_a_wrong_results_file_leaves_everything_as_it_was(office, cast):
    first, second = office.exported(office.approve()), office.exported(office.approve())
    for wrong in (answers(second), [*answers(first), *answers(second)], []):
        with pytest.raises(Refused) as refused:
            settling.settle(batch_id=first.pk, answers=wrong, by=office.payer)
        assert "整个文件未采用" in str(refused.value)
    first.refresh_from_db()
    assert (first.state, figure("grants.paid", cast.county)) == ("exported", 0)
    assert {one.state for one in Payment.objects.all()} == {"pending"}
    assert_books_agree()


def test_a_line_that_fails_in_the_middle_undoes_the_whole_answer(office, cast):
    ones = [office.approve() for _turn in range(2)]
    batch = office.exported(*ones)
    applications.keeper().free(key=applications.draw_key(ones[1]))  # the book is broken behind the room's back
    with pytest.raises(Conflict):
        settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    batch.refresh_from_db()
    assert (batch.state, figure("grants.paid", cast.county), office.left()) == ("exported", 0, (1_000 * YUAN, 0))
    assert_books_agree()


def test_the_bank_gets_whole_accounts_and_each_reading_is_on_record(office, cast):
    one = office.approve()
    batch = office.exported(one)
    wish = export_table.Wish(form="csv", reason="发放")
    asked = {"code": "grants.bank", "at": cast.county, "filters": {"batch": str(batch.pk)}, "wish": wish}
    content = export_table.export_table(by=office.payer, **asked).content.decode("utf-8-sig")
    assert f"62220212345678{office.number:05d}" in content
    assert batch.payments.get().reference in content
    masked = export_table.export_table(
        code="grants.bank", at=cast.county, by=office.payer, filters={"batch": str(batch.pk)}, form="csv"
    ).content.decode()
    assert f"62220212345678{office.number:05d}" not in masked
    with pytest.raises(NotVisible):
        export_table.export_table(by=office.checker, **asked)
    with pytest.raises(Denied):
        export_table.export_table(by=cast.leader, **asked)


def test_each_by_right_and_in_sight(office, cast):
    batch = office.batch(office.approve())
    with pytest.raises(Denied):
        batches.check(batch_id=batch.pk, digest="", by=cast.leader)
    with pytest.raises(NotVisible):
        batches.export(batch_id=batch.pk, by=cast.stranger)
    with pytest.raises(NotVisible):
        batches.dissolve(batch_id=batch.pk, reason="越权", by=cast.township_clerk)
    with pytest.raises(NotVisible):
        batches.prepare(organization=cast.county, application_ids=[], by=cast.township_clerk)


@pytest.mark.django_db(transaction=True)
def test_thirty_two_clients_press_pay_and_each_payee_is_paid_once(cast, at_once):
    office = Office(cast)
    ones = [office.approve() for _turn in range(3)]

    def prepare(_number):
        try:
            return batches.prepare(organization=cast.county, application_ids=[one.pk for one in ones], by=cast.county_clerk).batch
        except Conflict:
            return None

    made = [batch for batch in at_once(32, prepare) if batch is not None]
    assert (len(made), Payment.objects.count()) == (1, 3)
    [batch] = made
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    at_once(32, lambda _number: batches.export(batch_id=batch.pk, by=office.payer).pk)
    told = answers(batch)
    done = at_once(32, lambda _number: settling.settle(batch_id=batch.pk, answers=told, by=office.payer).state)
    assert done == ["settled"] * 32
    assert office.left() == (0, 3_000 * YUAN)
    assert (figure("grants.paid", cast.county), figure("grants.person_paid", cast.county)) == (3_000 * YUAN, 3)
    assert browse.tie(batch).holds
    assert_books_agree()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_thirty_two_clients_press_pay_on_a_hundred_batches(cast, at_once):
    """Everybody presses on every batch, each in an order of their own: to release it, then with the bank's answer."""
    office, each = Office(cast), 100 * YUAN
    made = [office.batch(office.approve(amount=each), office.approve(amount=each)) for _turn in range(100)]
    for batch in made:
        batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    told = {batch.pk: answers(batch) for batch in made}

    def release(key):
        return batches.export(batch_id=key, by=office.payer)

    def settle(key):
        return settling.settle(batch_id=key, answers=told[key], by=office.payer)

    for first in range(0, 100, 10):
        mine = [batch.pk for batch in made[first : first + 10]]
        for act, state in ((release, "exported"), (settle, "settled")):

            def press(number, act=act, mine=mine):
                return [act(key).state for key in random.Random(number).sample(mine, len(mine))]

            assert at_once(32, press) == [[state] * 10] * 32
    assert Payment.objects.filter(state="paid").values("application").distinct().count() == Payment.objects.count() == 200
    assert office.left() == (0, 200 * each)
    assert (figure("grants.paid", cast.county), figure("grants.person_paid", cast.county)) == (200 * each, 200)
    assert all(browse.tie(batch).holds for batch in made)
    assert audit.verify().ok
    assert_books_agree()


def test_sabotage_believing_what_was_read_would_pay_twice(office, cast):
    one = office.approve()
    first, second = naive_waiting(office), naive_waiting(office)
    assert first == second == [one.pk], "the naive way sees the same grant waiting twice"
    batch = office.batch(one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(
            batch=batch, number=2, application=one, payee=one.payee, name="X", account="x", masked="x", amount=one.approved
        )
