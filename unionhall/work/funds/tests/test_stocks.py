"""Goods in stock: their value follows the pieces, what remains never falls below nothing, and a booking is made once."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.work.funds.actions import movements, stocks
from unionhall.work.funds.models import Movement, Stock, StockMove
from unionhall.work.funds.queries import stocks as queries
from unionhall.work.funds.tests.conftest import YUAN, assert_books_agree, figure

WHO = {"name": "大米 10千克", "measure": "袋", "price": 68 * YUAN, "valuation": "采购发票，每袋68元"}


def opened(cast, *, at=None, by=None, **more):
    new = stocks.NewStock(**{**WHO, "source": "donated", "purpose": "warmth", **more})
    return stocks.open_stock(organization=at or cast.county, new=new, by=by or cast.county_clerk)


def moved(cast, stock, kind, pieces, key=None, **more):
    made = stocks.move(
        stock_id=stock.pk, key=key or f"{kind}:{pieces}:{StockMove.objects.count()}", by=cast.county_clerk,
        new=stocks.Moved(kind=kind, pieces=pieces, **more),
    )  # fmt: skip
    stock.refresh_from_db()
    return made


@pytest.fixture
def rice(books):
    return opened(books.cast)


@pytest.mark.django_db
def test_what_came_was_handed_out_and_remains_is_counted_and_valued(cast, rice):
    moved(cast, rice, "came", 300, other="晨光慈善会", voucher="记-9")
    moved(cast, rice, "given", 120, other="困难职工家庭")
    assert (rice.received, rice.given, rice.left) == (300, 120, 180)
    assert (figure("funds.goods_received", cast.city), figure("funds.goods_spent", cast.city)) == (300 * 68 * YUAN, 120 * 68 * YUAN)
    assert figure("funds.received", cast.city) == 0  # goods are never money
    came = Movement.objects.get(stage="received")
    assert (came.counterpart, came.voucher, came.valuation, came.note) == (
        "晨光慈善会", "记-9", "采购发票，每袋68元", "大米 10千克 300袋",
    )  # fmt: skip
    assert queries.untied() == []
    assert_books_agree()


@pytest.mark.django_db
def test_more_than_there_is_is_refused_with_the_figures_and_nothing_is_booked(cast, rice):
    moved(cast, rice, "came", 10)
    with pytest.raises(Refused) as refused:
        moved(cast, rice, "given", 11)
    assert (refused.value.code, refused.value.field) == ("short", "pieces")
    assert "现有10袋，本次发放11袋，尚缺1袋" in str(refused.value)
    assert (Movement.objects.count(), StockMove.objects.count()) == (1, 1)
    moved(cast, rice, "given", 10)
    assert rice.left == 0


@pytest.mark.django_db
def test_sent_twice_it_is_booked_once_and_a_key_stands_for_one_number(cast, rice):
    first, second = moved(cast, rice, "came", 10, key="a"), moved(cast, rice, "came", 10, key="a")
    assert (first.pk, rice.received, Movement.objects.count()) == (second.pk, 10, 1)
    with pytest.raises(Conflict):
        moved(cast, rice, "came", 11, key="a")


@pytest.mark.django_db
def test_a_withdrawn_booking_takes_its_pieces_with_it(cast, rice):
    came, given = moved(cast, rice, "came", 10), moved(cast, rice, "given", 4)
    with pytest.raises(Conflict) as refused:
        movements.withdraw(movement_id=came.movement_id, reason="多登", by=cast.county_clerk)
    assert refused.value.code == "handed_out"
    movements.withdraw(movement_id=given.movement_id, reason="未领", by=cast.county_clerk)
    movements.withdraw(movement_id=came.movement_id, reason="多登", by=cast.county_clerk)
    rice.refresh_from_db()
    assert (rice.received, rice.given) == (0, 0)
    assert (figure("funds.goods_received", cast.city), figure("funds.goods_spent", cast.city)) == (0, 0)
    assert queries.untied() == []
    assert_books_agree()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": " "}, "name"), ({"measure": ""}, "measure"), ({"price": 0}, "amount"), ({"valuation": "68"}, "valuation")],
)
def test_a_stock_names_its_goods_and_who_valued_them(cast, books, wrong, field):
    with pytest.raises(Refused) as refused:
        opened(cast, **wrong)
    assert refused.value.field == field


@pytest.mark.django_db
def test_the_same_goods_at_one_price_are_one_stock(cast, rice):
    with pytest.raises(Refused) as refused:
        opened(cast)
    assert refused.value.field == "name"
    assert opened(cast, price=70 * YUAN).pk != rice.pk


@pytest.mark.django_db
def test_only_those_may_book_who_may_and_no_neighbour_sees_it(cast, rice):
    new = stocks.Moved(kind="came", pieces=1)
    with pytest.raises(NotVisible):
        stocks.move(stock_id=rice.pk, key="x", new=new, by=cast.neighbour_chair)
    with pytest.raises((Denied, NotVisible)):
        stocks.move(stock_id=rice.pk, key="x", new=new, by=cast.township_clerk)
    with pytest.raises(Refused):
        moved(cast, rice, "came", 10**9)
    assert not Movement.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["given = received + 1", "given = -1", "valuation = ''", "price = 0"])
def test_the_database_itself_refuses_what_cannot_be(cast, rice, change):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE funds_stock SET {change} WHERE id = %s", [rice.pk])


@pytest.mark.django_db
def test_sabotage_a_hand_in_the_database_is_found(cast, rice):
    moved(cast, rice, "came", 10)
    Stock.objects.filter(pk=rice.pk).update(received=11)
    assert queries.untied() == [rice.pk]


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_hand_out_exactly_what_is_there(cast, at_once):
    rice = opened(cast)
    moved(cast, rice, "came", 100)

    def act(number):
        try:
            new = stocks.Moved(kind="given", pieces=9)
            return stocks.move(stock_id=rice.pk, key=f"clerk:{number}", new=new, by=cast.county_clerk).pk
        except Refused:
            return None

    handed = [pk for pk in at_once(16, act) if pk]
    rice.refresh_from_db()
    assert (len(handed), rice.given, rice.left) == (11, 99, 1)
    assert queries.untied() == []


@pytest.mark.django_db
def test_the_pages_carry_it_from_the_donation_to_the_last_bag(cast, books):
    clerk = cast.client("county_clerk")
    listing = reverse("funds:desk-stocks")
    fields = {**WHO, "price": "68", "source": "donated", "purpose": "warmth"}
    assert clerk.post(listing, {**fields, "valuation": "68"}).status_code == 422
    assert clerk.post(listing, fields).status_code == 303
    page = reverse("funds:desk-stock", args=[Stock.objects.get().pk])
    came = {"kind": "came", "pieces": "30", "day": "2026-01-05", "other": "晨光慈善会", "once": "one-key"}
    assert [clerk.post(page, came).status_code for _press in range(2)] == [303, 303]
    answer = clerk.post(page, {**came, "kind": "given", "pieces": "31", "once": "two"})
    assert answer.status_code == 422
    assert "尚缺1袋" in answer.content.decode()
    assert clerk.post(page, {**came, "kind": "given", "pieces": "12", "once": "three"}).status_code == 303
    shown = clerk.get(page).content.decode()
    for said in ("入库", "发放", "晨光慈善会", "2,040.00", "1,224.00"):
        assert said in shown
    assert "大米 10千克" in clerk.get(listing).content.decode()
    assert queries.untied() == []
