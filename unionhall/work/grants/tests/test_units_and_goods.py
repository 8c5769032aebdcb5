"""Grants that are no money to a person: paid to the unit's own account, given in kind, or refunding what a volunteer laid out."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from unionhall.kernel.audit import queries as audit_queries
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.policies import actions as policies
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Denied, Refused
from unionhall.work.grants.actions import accounts, applications, batches, settling
from unionhall.work.grants.models import Application, Batch, UnitAccount
from unionhall.work.grants.queries import browse
from unionhall.work.grants.tests.conftest import SINCE, YUAN, answers, assert_books_agree, figure, on_file

NUMBER = "4402 0099 1234 5678 901"
GOODS = {"goods": "大米1袋、食用油1桶", "valuation": "市总采购发票，每份300元"}


def open_programme(office, code, **values):
    today = dates.today()
    programmes.open_edition(
        programme=programme_queries.programme(code), organization=office.cast.city, by=office.cast.city_clerk,
        since=today.replace(month=1, day=1), until=today.replace(month=12, day=31),
    )  # fmt: skip
    for name, value in values.items():
        policies.set_value(
            f"grants.{name}", value, organization=office.cast.city, since=SINCE, source="市总办法", by=office.cast.city_clerk
        )


def set_account(office, number=NUMBER, by=None):
    return accounts.set_account(
        organization=office.cast.township, name="红旗街道总工会", bank="红旗信用社", number=number,
        by=by or office.cast.county_clerk,
    )  # fmt: skip


@pytest.fixture
def palace(office):
    """An approved base subsidy of the township's palace."""
    open_programme(office, "palace_subsidy", palace_base=30_000 * YUAN)
    return office.approve(
        office.person(file=False), 20_000 * YUAN, code="palace_subsidy", kind="base", matter="红旗工人文化宫"
    )  # fmt: skip


def gift(office, amount=300, name="赵大勇", **more):
    return office.approve(office.person(name), amount * YUAN, code="warmth_sending", kind="goods", **{**GOODS, **more})


def goods_batch(office, *ones):
    made = batches.prepare(
        organization=office.cast.county, application_ids=[one.pk for one in ones], by=office.cast.county_clerk, form="goods"
    ).batch
    batches.check(batch_id=made.pk, digest=batches.content_digest(made), by=office.checker)
    return batches.export(batch_id=made.pk, by=office.payer)


def test_a_unit_is_paid_on_its_own_account_and_counted_as_a_unit(office, cast, palace):
    set_account(office)
    batch = office.exported(palace)
    [line] = batches.bank_rows_plain(office.payer, {"batch": str(batch.pk)}, "发放")
    assert (line["name"], line["account"], line["amount"]) == ("红旗街道总工会", "4402009912345678901", 20_000 * YUAN)
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    assert browse.tie(batch).holds
    assert figure("grants.paid", cast.city) == 20_000 * YUAN
    assert (figure("grants.unit_paid.distinct", cast.city), figure("grants.person_paid", cast.city)) == (1, 0)
    assert not people_queries.standing_on(dates.today(), "hardship_helped").exists()
    assert_books_agree()


def test_who_prepares_payments_sets_the_account_of_a_unit_below(office, cast, palace):
    clerk, url = cast.client("county_clerk"), reverse("grants:desk-accounts")
    given = {"name": "红旗街道总工会", "bank": "示范银行", "number": "4402009912345678901"}
    assert clerk.post(url, {**given, "unit": cast.township.pk}).status_code == 303
    assert UnitAccount.objects.get().organization == cast.township
    assert clerk.post(url, {**given, "unit": cast.other_county.pk}).status_code in (403, 404, 422)
    assert cast.client("township_clerk").post(url, {**given, "unit": cast.township.pk}).status_code == 403
    assert UnitAccount.objects.count() == 1


def test_the_whole_account_of_a_unit_is_on_one_page_only_and_its_reading_on_record(office, cast, palace):
    made = set_account(office)
    batch = office.exported(palace)
    client = cast.client("county_clerk")
    for door, args in (("desk-accounts", []), ("desk-batch", [batch.pk]), ("desk-voucher", [batch.payments.get().pk])):
        page = client.get(reverse(f"grants:{door}", args=args)).content.decode()
        assert "**** 8901" in page
        assert "99123456" not in page
    batches.bank_rows_plain(office.payer, {"batch": str(batch.pk)}, "发放")
    assert [row.details["field"] for row in audit_queries.reads(kind="grants.unitaccount", subject_id=made.pk)] == ["number"]


def test_without_an_account_the_unit_waits_with_the_reason(office, cast, palace):
    made = batches.prepare(organization=cast.county, application_ids=[palace.pk], by=cast.county_clerk)
    assert made.batch is None
    assert [str(reason) for one in made.left_out for reason in one.reasons] == ["申请单位没有登记收款账户。"]


def test_another_account_of_the_unit_after_the_check_voids_it(office, palace):
    first = set_account(office)
    batch = office.batch(palace)
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    second = set_account(office, "4402009912345678902")
    first.refresh_from_db()
    assert (first.replaced_at is None, second.replaced_at) == (False, None)
    with pytest.raises(Conflict) as refused:
        batches.export(batch_id=batch.pk, by=office.payer)
    assert "重新制单后再复核" in str(refused.value)
    assert Batch.objects.get(pk=batch.pk).state == "draft"


@pytest.mark.parametrize("wrong", ["1234567", "62220x0212345678", "1" * 35, "六二二二"])
def test_what_is_no_account_number_is_refused_beside_its_field(office, wrong):
    with pytest.raises(Refused) as refused:
        set_account(office, wrong)
    assert (refused.value.field, str(refused.value)) == ("number", "账号应为8至34位数字。")
    assert not UnitAccount.objects.exists()


def test_one_account_is_in_force_and_the_same_again_changes_nothing(office, cast):
    first = set_account(office)
    assert set_account(office).pk == first.pk
    with pytest.raises(Denied):
        set_account(office, by=cast.leader)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitAccount.objects.create(
            organization=cast.township, org_path=cast.township.path, name="另一户", bank="乙",
            created_by=cast.county_clerk, created_at=first.created_at,
        )  # fmt: skip


def test_a_palace_has_its_base_subsidy_once_a_year(office, palace):
    again = office.register(
        office.person(file=False), 1_000 * YUAN, code="palace_subsidy", kind="base", matter=palace.matter
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        applications.submit(application_id=again.pk, by=office.cast.township_clerk)
    assert str(refused.value) == f"同期已有同类救助：{palace.reference}。"


def test_goods_go_by_value_and_signature_and_never_count_as_money(office, cast):
    ones = [gift(office, amount) for amount in (300, 200, 100)]
    batch = goods_batch(office, *ones)
    settling.take_signed(batch_id=batch.pk, open="2", reason="外出务工未到场", by=office.payer)
    tie = browse.tie(batch)
    assert (tie.holds, tie.approved, tie.paid, tie.rejected) == (True, 600 * YUAN, 400 * YUAN, 200 * YUAN)
    assert office.left() == (200 * YUAN, 400 * YUAN)
    assert [figure(f"grants.{fact}", cast.city) for fact in ("goods_approved", "goods_given")] == [600 * YUAN, 400 * YUAN]
    assert [figure(f"grants.{fact}", cast.city) for fact in ("approved", "paid", "rejected", "person_paid")] == [0, 0, 0, 0]
    assert_books_agree()
    again = goods_batch(office, Application.objects.get(pk=ones[1].pk))
    settling.take_signed(batch_id=again.pk, open="", reason="", by=office.payer)
    assert (office.left(), figure("grants.goods_given", cast.city)) == ((0, 600 * YUAN), 600 * YUAN)
    assert_books_agree()


@pytest.mark.parametrize(
    ("open", "reason", "field", "said"),
    [
        ("4", "未到场", "open", "签收单上没有这些序号：4。"),
        ("1、乙", "未到场", "open", "签收单上没有这些序号：乙。"),
        ("1", " ", "reason", "请说明未签收的原因。"),
    ],
)
def test_a_signed_list_that_does_not_fit_changes_nothing(office, cast, open, reason, field, said):
    batch = goods_batch(office, gift(office))
    with pytest.raises(Refused) as refused:
        settling.take_signed(batch_id=batch.pk, open=open, reason=reason, by=office.payer)
    assert (refused.value.field, str(refused.value)) == (field, said)
    assert (figure("grants.goods_given", cast.city), office.left()) == (0, (300 * YUAN, 0))


@pytest.mark.parametrize("bare", [{"goods": ""}, {"valuation": ""}, {"valuation": "估"}])
def test_goods_bear_what_they_are_and_who_valued_them(office, bare):
    with pytest.raises(Refused) as refused:
        gift(office, **bare)
    assert str(refused.value) == "请写明物品和数量，并注明由谁、按什么估值。"


def test_goods_and_money_are_two_batches_and_neither_goes_the_other_s_way(office, cast):
    goods, money = gift(office), office.approve(office.person(), code="warmth_sending", kind="money")
    browser = cast.client("county_clerk")
    assert browser.post(reverse("grants:desk-batches"), {"application": [goods.pk, money.pk]}).status_code == 303
    held, paid = Batch.objects.get(form="goods"), Batch.objects.get(form="money")
    assert (held.payments.get().application, paid.payments.get().application) == (goods, money)
    assert held.payments.get().masked == GOODS["goods"]
    with pytest.raises(Conflict):
        settling.take_signed(batch_id=paid.pk, open="", reason="", by=office.payer)
    payer = cast.client("county_701")
    assert payer.post(reverse("grants:desk-bank-file", args=[held.pk])).status_code == 409
    assert payer.post(reverse("grants:desk-hand-out", args=[paid.pk])).status_code == 409


def test_goods_over_http_to_the_signature(office, cast):
    one = gift(office)
    cast.client("county_clerk").post(reverse("grants:desk-batches"), {"application": [one.pk]})
    batch = Batch.objects.get()
    checker, payer = cast.client("county_700"), cast.client("county_701")
    page = checker.get(reverse("grants:desk-batch", args=[batch.pk])).content.decode()
    digest = page.partition('name="digest" value="')[2].partition('"')[0]
    checker.post(reverse("grants:desk-check", args=[batch.pk]), {"digest": digest, "total": one.approved / YUAN})
    assert payer.post(reverse("grants:desk-hand-out", args=[batch.pk])).status_code == 303
    page = payer.get(reverse("grants:desk-batch", args=[batch.pk])).content.decode()
    assert "待签收" in page
    refused = payer.post(reverse("grants:desk-signed", args=[batch.pk]), {"open": "9", "reason": "未到场"})
    assert (refused.status_code, "签收单上没有这些序号：9。" in refused.content.decode()) == (422, True)
    assert payer.post(reverse("grants:desk-signed", args=[batch.pk]), {"open": ""}).status_code == 303
    listed = payer.get(reverse("grants:desk-signed-list", args=[batch.pk])).content.decode()
    assert ("物资领取签收表" in listed, "资金发放签收表" in listed) == (True, False)
    assert GOODS["goods"] in listed
    page = payer.get(reverse("grants:desk-batch", args=[batch.pk])).content.decode()
    assert "三数一致" in page
    assert "已签收" in page
    assert_books_agree()


def test_what_a_volunteer_laid_out_is_refunded_against_papers(office, cast):
    open_programme(office, "volunteer_service", volunteer_cap=200 * YUAN, volunteer_share=80)
    person = office.person(file=False)
    asked = {"code": "volunteer_service", "kind": "costs", "matter": "5月10日社区义诊", "basis": 150 * YUAN}
    one = office.register(person, 150 * YUAN, **asked)
    said = [finding["zh"] for finding in one.findings]
    assert "扣除30.00元：按80%支付，其余自付。" in said
    assert "凭据150.00元，可支付120.00元，申请150.00元。" in said
    paid = office.approve(person, 120 * YUAN, **asked)
    with pytest.raises(Refused) as refused:
        applications.submit(application_id=one.pk, by=cast.township_clerk)
    assert f"同期已有同类救助：{paid.reference}。" in str(refused.value)
    batch = office.exported(paid)
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    assert figure("grants.matter_paid.distinct", cast.city) == 1
    assert_books_agree()


def test_a_studio_s_project_is_asked_for_by_its_head_and_paid_to_the_unit(office, cast):
    open_programme(office, "studio_funding", studio_project_cap=20_000 * YUAN)
    set_account(office)
    head = office.person(file=False)
    on_file(cast, head, kind="studio")
    one = office.approve(head, 20_000 * YUAN, code="studio_funding", kind="project", matter="焊接机器人改造")
    assert (one.to_unit, one.payee) == (True, head)
    batch = office.exported(one)
    assert (batch.payments.get().name, batch.payments.get().masked) == ("红旗街道总工会", "**** 8901")


def test_the_four_gifts_are_money_or_goods_each_once_an_edition(office, cast):
    open_programme(office, "four_gift_brand", four_gift_cap=500 * YUAN, four_gift_goods_cap=200 * YUAN)
    person = office.person(file=False)
    money = office.approve(person, 500 * YUAN, code="four_gift_brand", kind="money")
    goods = office.approve(person, 200 * YUAN, code="four_gift_brand", kind="goods", **GOODS)
    with pytest.raises(Refused) as refused:
        office.approve(person, 100 * YUAN, code="four_gift_brand", kind="money")
    assert refused.value.code == "not_eligible"
    batch = office.exported(money)
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    handed = goods_batch(office, goods)
    settling.settle(batch_id=handed.pk, answers=answers(handed), by=office.payer)
    assert (figure("grants.paid", cast.city), figure("grants.goods_given", cast.city)) == (500 * YUAN, 200 * YUAN)
    assert_books_agree()


def test_a_subsidy_of_the_service_action_goes_to_members_once_for_each_service(office, cast):
    open_programme(office, "inclusive_service_action", service_subsidy_cap=300 * YUAN)
    asked = {"code": "inclusive_service_action", "kind": "subsidy", "matter": "职工食堂就餐补贴"}
    stranger, member = office.person(file=False), office.person("钱二勇", file=False)
    with pytest.raises(Refused) as refused:
        office.approve(stranger, 300 * YUAN, **asked)
    assert "不具备所需身份" in str(refused.value)
    on_file(cast, member, kind="member")
    one = office.approve(member, 300 * YUAN, **asked)
    with pytest.raises(Refused) as refused:
        office.approve(member, 300 * YUAN, **asked)
    assert one.reference in str(refused.value)
    office.approve(member, 300 * YUAN, **{**asked, "matter": "职工书屋借阅补贴"})
    batch = office.exported(one)
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    assert figure("grants.paid", cast.city) == 300 * YUAN
    assert_books_agree()
