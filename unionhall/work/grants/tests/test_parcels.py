"""A batch of goods takes its pieces out of stock: packed to the value granted, never below nothing, back when nobody signed."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse

from unionhall.kernel.programmes.registry import storehouse
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.work.grants.actions import applications, batches, objections, settling
from unionhall.work.grants.models import Application, Batch
from unionhall.work.grants.rules import parcels
from unionhall.work.grants.rules.parcels import Share
from unionhall.work.grants.tests.conftest import YUAN, assert_books_agree, figure

RICE = Share(1, "大米 10千克", "袋", 68 * YUAN, 2)
OIL = Share(2, "食用油 5升", "桶", 64 * YUAN, 1)
VALUE = 200


def stock_of(cast, name, measure, price, pieces):
    """Goods of the county, as the room that keeps them stores what came."""
    model = apps.get_model("funds", "Stock")
    return model.objects.create(
        organization=cast.county, org_path=cast.county.path, name=name, measure=measure, price=price, received=pieces,
        valuation="采购发票", source="donated", purpose="warmth", created_by=cast.city_clerk, created_at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def store(office, cast):
    """Seven bags of rice and five cans of oil: a parcel holds two and one, worth 200 yuan."""
    return stock_of(cast, "大米 10千克", "袋", 68 * YUAN, 7), stock_of(cast, "食用油 5升", "桶", 64 * YUAN, 5)


def gift(office, value=VALUE):
    goods = {"goods": "米油", "valuation": "采购发票，按件计价"}
    return office.approve(office.person(), value * YUAN, code="warmth_sending", kind="goods", **goods)


def packed(office, store, *ones, form="goods"):
    rice, oil = store
    return batches.prepare(
        organization=office.cast.county, application_ids=[one.pk for one in ones], by=office.cast.county_clerk, form=form,
        parcel={rice.pk: 2, oil.pk: 1},
    )  # fmt: skip


def handed_out(office, store, *ones):
    made = packed(office, store, *ones).batch
    batches.check(batch_id=made.pk, digest=batches.content_digest(made), by=office.checker)
    return batches.export(batch_id=made.pk, by=office.payer)


def left(store):
    for one in store:
        one.refresh_from_db()
    return tuple(one.received - one.given for one in store)


def test_a_parcel_is_worth_the_sum_of_its_pieces_and_says_them():
    assert (parcels.worth([RICE, OIL]), parcels.words([RICE, OIL])) == (200 * YUAN, "大米 10千克 2袋、食用油 5升 1桶")
    assert parcels.read([RICE.kept(), OIL.kept()]) == [RICE, OIL]
    assert parcels.against(200 * YUAN, [RICE, OIL]) is None
    assert parcels.against(150 * YUAN, []) is None
    assert str(parcels.against(150 * YUAN, [RICE, OIL])) == "批准价值150.00元，与每份物资价值200.00元不符。"


@pytest.mark.parametrize(("gifts", "said"), [(3, ""), (4, "“大米 10千克”库存7袋，4份共需8袋，尚缺1袋。请先入库，或减少本批人数。")])
def test_too_few_pieces_are_told_with_the_figures(gifts, said):
    told = ""
    try:
        parcels.check_left([RICE, OIL], {1: 7, 2: 4}, gifts)
    except Refused as refused:
        told = str(refused)
    assert told == said


@pytest.mark.django_db
def test_goods_leave_the_store_with_the_batch_and_come_back_unsigned(office, cast, store):
    ones = [gift(office) for _turn in range(3)]
    batch = packed(office, store, *ones).batch
    assert {one.masked for one in batch.payments.all()} == {"大米 10千克 2袋、食用油 5升 1桶"}
    assert left(store) == (7, 5)  # packed on paper only
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    for _press in range(2):
        batches.export(batch_id=batch.pk, by=office.payer)
    assert left(store) == (1, 2)
    settling.take_signed(batch_id=batch.pk, open="2", reason="外出务工未到场", by=office.payer)
    assert left(store) == (3, 3)
    assert figure("funds.goods_spent", cast.city) == figure("grants.goods_given", cast.city) == 400 * YUAN
    assert_books_agree()
    again = handed_out(office, store, Application.objects.get(pk=ones[1].pk))
    settling.take_signed(batch_id=again.pk, open="", reason="", by=office.payer)
    assert left(store) == (1, 2)
    assert figure("funds.goods_spent", cast.city) == figure("grants.goods_given", cast.city) == 600 * YUAN


@pytest.mark.django_db
def test_a_list_that_nobody_signed_brings_everything_back(office, cast, store):
    batch = handed_out(office, store, gift(office))
    settling.take_signed(batch_id=batch.pk, open="1", reason="拒收", by=office.payer)
    assert (left(store), figure("funds.goods_spent", cast.city)) == ((7, 5), 0)


@pytest.mark.django_db
def test_what_was_called_back_goes_into_the_store_again(office, cast, store):
    ones = [gift(office) for _turn in range(2)]
    batch = handed_out(office, store, *ones)
    settling.take_signed(batch_id=batch.pk, open="", reason="", by=office.payer)
    made = objections.take_objection(application_id=ones[0].pk, words="重复领取", way="phone", by=cast.county_clerk)
    objections.decide(objection_id=made.pk, upheld=True, words="核实属实", by=office.checker)
    assert left(store) == (3, 3)
    applications.recover(application_id=ones[0].pk, words="原物退回", by=office.payer)
    assert (left(store), figure("funds.goods_spent", cast.city)) == ((5, 4), 200 * YUAN)


@pytest.mark.django_db
def test_a_grant_of_another_value_is_left_out_with_the_reason(office, store):
    fit, other = gift(office), gift(office, 150)
    made = packed(office, store, fit, other)
    assert [one.application for one in made.batch.payments.all()] == [fit]
    assert [(one.application, str(one.reasons[0])) for one in made.left_out] == [
        (other, "批准价值150.00元，与每份物资价值200.00元不符。")
    ]


@pytest.mark.django_db
def test_more_gifts_than_the_store_holds_are_no_batch(office, store):
    ones = [gift(office) for _turn in range(4)]
    with pytest.raises(Refused) as refused:
        packed(office, store, *ones)
    assert "4份共需8袋，尚缺1袋" in str(refused.value)
    assert not Batch.objects.exists()


@pytest.mark.django_db
def test_the_last_bags_go_to_whoever_takes_them_out_first(office, cast, store):
    first, second = packed(office, store, gift(office), gift(office)).batch, packed(office, store, gift(office), gift(office)).batch
    for one in (first, second):
        batches.check(batch_id=one.pk, digest=batches.content_digest(one), by=office.checker)
    batches.export(batch_id=first.pk, by=office.payer)
    with pytest.raises(Refused) as refused:
        batches.export(batch_id=second.pk, by=office.payer)
    assert refused.value.code == "short"
    assert (left(store), Batch.objects.get(pk=second.pk).state) == ((3, 3), "checked")


@pytest.mark.django_db
def test_another_parcel_after_the_check_voids_it(office, store):
    batch = packed(office, store, gift(office)).batch
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    batch.refresh_from_db()
    Batch.objects.filter(pk=batch.pk).update(parcel=[{**batch.parcel[0], "each": 1}, batch.parcel[1]])
    with pytest.raises(Conflict):
        batches.export(batch_id=batch.pk, by=office.payer)
    assert (Batch.objects.get(pk=batch.pk).state, left(store)) == ("draft", (7, 5))


@pytest.mark.django_db
def test_money_takes_nothing_and_no_unit_gives_another_s_goods(office, cast, store):
    money = office.approve(office.person(), code="warmth_sending", kind="money")
    assert packed(office, store, money, form="money").batch.parcel == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.update(parcel=[RICE.kept()])
    apps.get_model("funds", "Stock").objects.update(organization=cast.neighbour_county)
    with pytest.raises(Refused) as refused:
        packed(office, store, gift(office))
    assert refused.value.code == "absent"


@pytest.mark.django_db
def test_what_a_batch_took_out_is_not_withdrawn_beside_it(office, cast, store):
    handed_out(office, store, gift(office))
    clerk = cast.client("county_clerk")
    movement = apps.get_model("funds", "Movement").objects.filter(stage="spent").first()
    answer = clerk.post(reverse("funds:desk-withdraw", args=[movement.pk]), {"reason": "多登"})
    assert (answer.status_code, left(store)) == (409, (5, 4))


@pytest.mark.django_db
def test_the_keeper_answers_the_same_to_the_same_question(office, cast, store):
    rice, house = store[0], storehouse()
    asked = {"stock_id": rice.pk, "key": "grants.batch:1/1", "pieces": 5, "other": "发放批次", "by": cast.county_clerk}
    for _again in range(2):
        house.hand_out(**asked)
    for _again in range(2):
        house.stay_out(key=asked["key"], pieces=3, reason="退回", by=cast.county_clerk)
    assert left(store)[0] == 4
    with pytest.raises(Conflict):
        house.stay_out(key=asked["key"], pieces=4, reason="退回", by=cast.county_clerk)
    house.stay_out(key=asked["key"], pieces=0, reason="退回", by=cast.county_clerk)
    house.stay_out(key=asked["key"], pieces=0, reason="退回", by=cast.county_clerk)
    assert left(store)[0] == 7
    with pytest.raises(NotVisible):
        house.stay_out(key="grants.batch:2/1", pieces=0, reason="退回", by=cast.county_clerk)


@pytest.mark.django_db
def test_the_page_packs_a_parcel_and_says_what_is_wrong_with_one(office, cast, store):
    rice, oil = store
    one, clerk, page = gift(office), cast.client("county_clerk"), reverse("grants:desk-batches")
    assert f"现有 7袋，每袋 {RICE.price // YUAN}.00 元" in clerk.get(page).content.decode()
    sent = {"application": [one.pk], f"each_{rice.pk}": "2", f"each_{oil.pk}": "1"}
    for wrong, said in (
        ({f"each_{rice.pk}": "-1"}, "大于或等于0"),
        ({f"each_{rice.pk}": "9"}, "与每份物资价值676.00元不符"),
        ({"each_999999": "1"}, "所选物资已无库存"),
    ):
        answer = clerk.post(page, {**sent, **wrong})
        assert (answer.status_code, said in answer.content.decode(), Batch.objects.count()) == (422, True, 0)
    assert clerk.post(page, sent).status_code == 303
    batch = Batch.objects.get()
    assert [share["each"] for share in batch.parcel] == [2, 1]
    shown = clerk.get(reverse("grants:desk-batch", args=[batch.pk])).content.decode()
    assert "大米 10千克 2袋、食用油 5升 1桶" in shown
