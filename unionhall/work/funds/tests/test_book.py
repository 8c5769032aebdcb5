"""Booking money: every stage its own figure, ties that hold, taking back, and the receiving unit's confirmation."""

from datetime import timedelta

import pytest

from unionhall.kernel.audit import queries as trail
from unionhall.kernel.notices.models import Notice
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.work.funds import registry
from unionhall.work.funds.actions import movements
from unionhall.work.funds.models import Movement
from unionhall.work.funds.tests.conftest import YUAN, assert_books_agree, figure

pytestmark = pytest.mark.django_db


def test_every_stage_is_a_figure_of_its_own(books, cast):
    line = books.line(ceiling=10_000 * YUAN)
    for place, stage in enumerate(registry.STAGES, start=1):
        more = {"unit": cast.township} if stage == "passed_down" else {"line": line} if stage == "spent" else {}
        books.book(stage, place * 100 * YUAN, **more)
    for place, stage in enumerate(registry.STAGES, start=1):
        assert figure(f"funds.{stage}", cast.county) == place * 100 * YUAN
        assert figure(f"funds.{stage}", cast.city) == place * 100 * YUAN
        assert figure(f"funds.{stage}", cast.neighbour_county) == 0
    assert_books_agree()


def test_money_and_goods_are_never_added(books, cast):
    books.book("raised", 500 * YUAN)
    books.book("raised", 300 * YUAN, form="goods", valuation="按采购发票估值")
    assert (figure("funds.raised", cast.county), figure("funds.goods_raised", cast.county)) == (500 * YUAN, 300 * YUAN)
    assert_books_agree()


def test_purposes_are_counted_once_each(books, cast):
    books.book("received", 100 * YUAN, purpose="site", more_purposes=("training", "site", "recuperation"))
    books.book("received", 100 * YUAN, purpose="training")
    assert figure("funds.purpose_named", cast.county) == 4
    assert figure("funds.purpose_named.distinct", cast.county) == 3
    assert_books_agree()


def test_what_is_received_stays_within_what_was_approved(books, cast):
    applied = books.book("applied", 1_000 * YUAN)
    approved = books.book("approved", 800 * YUAN, answers=applied)
    books.book("received", 500 * YUAN, answers=approved)
    with pytest.raises(Refused) as refused:
        books.book("received", 301 * YUAN, answers=approved)
    assert "尚可登记300.00元" in str(refused.value)
    books.book("received", 300 * YUAN, answers=approved)
    assert figure("funds.received", cast.county) == 800 * YUAN
    assert figure("funds.arrival_rate", cast.county) == 1


def test_an_answer_has_to_follow(books):
    raised = books.book("raised", 100 * YUAN)
    with pytest.raises(Refused) as refused:
        books.book("received", 100 * YUAN, answers=raised)
    assert refused.value.field == "answers"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"day": dates.today() + timedelta(days=1)}, "day"),
        ({"stage": "passed_down"}, "unit"),
        ({"stage": "spent"}, "line"),
        ({"form": "goods", "stage": "raised"}, "valuation"),
        ({"form": "goods", "stage": "applied", "valuation": "按发票估值"}, "stage"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(books, more, field):
    with pytest.raises(Refused) as refused:
        books.book(**more)
    assert refused.value.field == field
    assert Movement.objects.count() == 0


def test_money_goes_down_the_tree_only(books, cast):
    for unit in (cast.county, cast.city, cast.neighbour_county):
        with pytest.raises(Refused) as refused:
            books.book("passed_down", unit=unit)
        assert refused.value.field == "unit"


def test_a_line_of_another_unit_is_not_spent(books, cast):
    line = books.line(at=cast.city, by=cast.city_clerk)
    with pytest.raises(Refused) as refused:
        books.book("spent", 100 * YUAN, line=line)
    assert refused.value.field == "line"


def test_the_receiving_unit_confirms_and_is_asked_nothing_twice(books, cast):
    sent = books.book("passed_down", 700 * YUAN, unit=cast.township)
    assert Notice.objects.filter(person=cast.township_clerk, kind="funds.passed_down").count() == 1
    got = movements.confirm(movement_id=sent.pk, by=cast.township_clerk, voucher="记-12")
    assert (got.organization_id, got.stage, got.amount, got.purpose, got.source) == (
        cast.township.pk, "received", 700 * YUAN, "relief", "upper_union",
    )  # fmt: skip
    assert (figure("funds.passed_down", cast.county), figure("funds.received", cast.township)) == (700 * YUAN, 700 * YUAN)
    with pytest.raises(NotVisible):
        movements.confirm(movement_id=sent.pk, by=cast.township_clerk)
    with pytest.raises(Conflict):
        movements.withdraw(movement_id=sent.pk, reason="误登", by=cast.county_clerk)
    assert_books_agree()


def test_nobody_confirms_for_another_unit(books, cast):
    sent = books.book("passed_down", 700 * YUAN, unit=cast.township)
    with pytest.raises(NotVisible):
        movements.confirm(movement_id=sent.pk, by=cast.chair)


def test_a_withdrawn_booking_counts_no_longer_and_frees_its_line(books, cast):
    line = books.line(ceiling=1_000 * YUAN)
    one = books.book("spent", 600 * YUAN, line=line)
    assert books.left(line) == (0, 600 * YUAN)
    with pytest.raises(Refused):
        movements.withdraw(movement_id=one.pk, reason=" ", by=cast.county_clerk)
    movements.withdraw(movement_id=one.pk, reason="登记重复", by=cast.county_clerk)
    assert books.left(line) == (0, 0)
    assert figure("funds.spent", cast.county) == 0
    with pytest.raises(Conflict):
        movements.withdraw(movement_id=one.pk, reason="登记重复", by=cast.county_clerk)
    assert {row.verb for row in trail.trail("funds.movement", one.pk)} == {"funds.booked", "funds.withdrawn"}
    assert_books_agree()


def test_who_may_not_book_does_not(books, cast):
    with pytest.raises(Denied):
        books.book(by=cast.leader)
    one = books.book()
    with pytest.raises(NotVisible):
        movements.withdraw(movement_id=one.pk, reason="误登", by=cast.stranger)
