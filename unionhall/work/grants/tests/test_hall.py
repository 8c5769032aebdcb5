"""The worker's own pages: five screens, at most twelve fields, stopped and taken up again, and nobody else's application."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from unionhall.kernel.access.models import Grant
from unionhall.kernel.people import queries as people_queries
from unionhall.lib import dates
from unionhall.testing.roles import as_application
from unionhall.work.grants import hall, registry
from unionhall.work.grants.actions import applications, own, settling
from unionhall.work.grants.forms import hall as forms
from unionhall.work.grants.models import Application, Objection
from unionhall.work.grants.queries import mine
from unionhall.work.grants.tests.conftest import YUAN, answers, assert_books_agree, figure, on_file


@pytest.fixture
def worker(office, cast):
    on_file(cast, cast.worker)
    return cast.client("worker")


def screen(client, door, one, expect=303, /, **fields):
    answer = client.post(reverse(f"grants_hall:{door}", args=[one.pk]), fields)
    assert answer.status_code == expect, answer.content.decode()[:3000]
    return answer


def begun(client, what="hardship_relief_fund/medical") -> Application:
    answer = client.post(reverse("grants_hall:start"), {"what": what})
    assert answer.status_code == 303, answer.content.decode()[:3000]
    return Application.objects.latest("id")


def handed_in(client, cast, what="hardship_relief_fund/medical", **whom):
    one = begun(client, what)
    screen(client, "whom", one, person=cast.worker.pk, **whom)
    screen(client, "money", one, amount="600", reason="住院自付费用较高")
    screen(client, "account", one, account="6222021234567800001")
    screen(client, "sign", one, agree="on")
    one.refresh_from_db()
    return one


def test_five_screens_have_at_most_twelve_fields():
    fullest = registry.TERMS["medical_mutual_aid"]["claim"]
    money = forms.MoneyForm(terms=fullest)
    made = (forms.WhomForm(people=[], monthly=True), money, forms.PhotoForm(), forms.AccountForm(), forms.AgreeForm())
    assert len(made) == len(own.SCREENS) == 5
    assert sum(len(form.fields) for form in made) == 10


def test_a_worker_applies_on_the_phone_stops_and_goes_on(worker, cast):
    one = begun(worker)
    screen(worker, "whom", one, person=cast.worker.pk)
    screen(worker, "money", one, amount="8000", reason="住院自付费用较高")
    again = worker.post(reverse("grants_hall:start"), {"what": "hardship_relief_fund/medical"})
    assert again.headers["Location"] == reverse("grants_hall:papers", args=[one.pk])
    assert Application.objects.count() == 1
    screen(worker, "papers", one, photo=SimpleUploadedFile("发票.txt", "发票".encode()))
    screen(worker, "account", one, account="6222021234567800001")
    page = worker.get(reverse("grants_hall:sign", args=[one.pk])).content.decode()
    assert "具备所需身份" in page
    assert "6222021234567800001" not in page
    screen(worker, "sign", one, agree="on")
    one.refresh_from_db()
    assert (one.state, one.asked, one.organization, one.created_by, one.payee) == (
        "submitted", 8_000 * YUAN, cast.factory, cast.worker, cast.worker,
    )  # fmt: skip
    assert people_queries.sealed_fields_of(cast.worker)["bank_account"].endswith("0001")
    assert "待审核" in worker.get(reverse("grants_hall:progress", args=[one.pk])).content.decode()
    assert figure("grants.applied", cast.city) == 8_000 * YUAN
    assert_books_agree()


def test_what_no_unit_can_mend_is_said_before_it_is_handed_in(worker, cast):
    handed_in(worker, cast)
    one = begun(worker)
    screen(worker, "whom", one, person=cast.worker.pk)
    assert screen(worker, "money", one, 422, amount="0", reason="再次住院").status_code == 422
    screen(worker, "money", one, amount="100", reason="再次住院")
    assert "同期已有同类救助" in screen(worker, "sign", one, 422, agree="on").content.decode()
    assert Application.objects.get(pk=one.pk).state == "draft"


def test_for_a_child_of_the_household_and_by_the_month(worker, office, cast):
    child = office.person("杨小宝", file=False)
    on_file(cast, child, kind="hardship_member", head=cast.worker)
    one = begun(worker, "hardship_relief_fund/living")
    months = [date(dates.today().year, 1, 1).isoformat(), date(dates.today().year, 2, 1).isoformat()]
    screen(worker, "whom", one, person=child.pk, months=months)
    one.refresh_from_db()
    assert (one.person, one.payee, len(one.months)) == (child, cast.worker, 2)
    stranger = office.person("无关人")
    assert screen(worker, "whom", one, 422, person=stranger.pk, months=months).status_code == 422


def test_sent_back_with_the_reason_mended_and_handed_in_again(worker, cast):
    one = handed_in(worker, cast)
    applications.send_back(application_id=one.pk, by=cast.county_clerk, words="请补发票")
    screen(worker, "money", one, amount="500", reason="发票已补")
    screen(worker, "sign", one, agree="on")
    page = worker.get(reverse("grants_hall:progress", args=[one.pk])).content.decode()
    assert "请补发票" in page
    assert figure("grants.applied", cast.city) == 500 * YUAN
    assert cast.county_clerk.name not in page


def test_taken_back_by_the_worker(worker, cast):
    one = handed_in(worker, cast)
    screen(worker, "withdraw", one, words="不需要了")
    one.refresh_from_db()
    assert one.state == "withdrawn"
    assert one.entitlements.filter(released_on=None).count() == 0


def test_a_draft_thrown_away_is_no_matter(worker):
    one = begun(worker)
    screen(worker, "withdraw", one, words="填错了")
    page = worker.get(reverse("grants_hall:start")).content.decode()
    assert one.reference not in page


def test_the_page_of_an_appeal_says_when_there_is_nothing_to_appeal_against(worker, cast):
    one = handed_in(worker, cast)
    page = worker.get(reverse("grants_hall:appeal", args=[one.pk]))
    told = page.content.decode()
    assert (page.status_code, "只有未通过的申请可以申诉。" in told, "<textarea" in told) == (409, True, False)
    assert worker.post(reverse("grants_hall:appeal", args=[one.pk]), {"words": "不服"}).status_code == 409
    assert not Objection.objects.exists()


def test_refused_the_worker_reads_why_and_appeals(worker, cast):
    one = handed_in(worker, cast)
    applications.refuse(application_id=one.pk, by=cast.county_clerk, words="费用不在范围")
    assert "费用不在范围" in worker.get(reverse("grants_hall:progress", args=[one.pk])).content.decode()
    screen(worker, "appeal", one, words="属于大病")
    made = Objection.objects.get()
    assert (made.kind, made.way, made.created_by) == ("appeal", "online", cast.worker)
    assert "核实中" in worker.get(reverse("grants_hall:progress", args=[one.pk])).content.decode()


def test_a_worker_objects_to_what_is_posted_near(worker, office, cast):
    office.notice(5, "county")
    one = office.approve()
    page = worker.get(reverse("grants_hall:notices")).content.decode()
    assert one.postings.get().name in page
    assert one.person.name not in page
    answer = worker.post(reverse("grants_hall:object", args=[one.postings.get().pk]), {"words": "家中有经营收入"})
    assert answer.status_code == 303
    assert Objection.objects.get().application == one


def test_what_is_handed_in_stays(worker, cast):
    one = handed_in(worker, cast)
    for door in own.SCREENS:
        screen(worker, door, one, 409, amount="1", reason="再改", agree="on")
    one.refresh_from_db()
    assert (one.state, one.asked) == ("submitted", 600 * YUAN)


def test_nobody_else_sees_it_and_a_clerk_does(worker, cast):
    one = handed_in(worker, cast)
    other = cast.client("chair")
    for door in (*own.SCREENS, "progress", "withdraw", "appeal"):
        assert other.get(reverse(f"grants_hall:{door}", args=[one.pk])).status_code == 404
    assert cast.client("township_clerk").get(reverse("grants:desk-application", args=[one.pk])).status_code == 200


@pytest.mark.parametrize("what", ["", "nothing", "hardship_relief_fund/nothing", "nothing/medical"])
def test_what_is_not_offered_cannot_be_begun(worker, what):
    answer = worker.post(reverse("grants_hall:start"), {"what": what})
    assert answer.status_code in {404, 422}
    assert Application.objects.count() == 0


def test_it_stands_among_my_matters(worker, cast, rf):
    one = handed_in(worker, cast)
    request = rf.get("/")
    request.person = cast.worker
    [matter] = hall.matters(request)
    assert (matter.reference, matter.state, matter.done, matter.waits) == (one.reference, "待审核", False, False)


def test_the_account_shows_its_mask_to_its_holder_in_the_role_of_the_application(worker, cast):
    handed_in(worker, cast)
    with as_application():
        assert people_queries.own_masked(cast.worker, "bank_account").endswith("0001")
        assert people_queries.sealed_fields_of(cast.worker) == {}  # the twin: outside a scope nothing is there


def test_an_offer_says_who_can_have_it_and_how_much(worker, cast):
    told = {f"{one.programme.code}/{one.kind}": one for one in mine.offers(cast.worker)}
    medical = told["hardship_relief_fund/medical"]
    assert (medical.who.zh, medical.most, medical.monthly) == ("在档困难职工家庭", 20_000 * YUAN, False)
    living = told["hardship_relief_fund/living"]
    assert (living.most, living.monthly) == (600 * YUAN, True)
    assert told["warmth_sending/money"].who == registry.ANYBODY
    page = worker.get(reverse("grants_hall:start")).content.decode()
    assert "每月最高 600.00 元" in page


def test_papers_follow_until_it_is_decided_and_the_union_is_reminded_once(worker, cast):
    one = handed_in(worker, cast)
    screen(worker, "add-paper", one, photo=SimpleUploadedFile("诊断.txt", "诊断".encode()))
    screen(worker, "add-paper", one, 422)
    for said in ("已提醒经办单位", "可再次催办"):  # not again for some days
        screen(worker, "press", one)
        assert said in worker.get(reverse("grants_hall:progress", args=[one.pk])).content.decode()
    page = worker.get(reverse("grants_hall:progress", args=[one.pk])).content.decode()
    assert "诊断.txt" in page
    assert "审核材料" in page  # what comes next
    applications.send_back(application_id=one.pk, by=cast.county_clerk, words="请补发票")
    page = worker.get(reverse("grants_hall:progress", args=[one.pk])).content.decode()
    assert "退回补正： 请补发票" in page
    screen(worker, "sign", one, agree="on")
    applications.review(application_id=one.pk, by=cast.county_clerk)
    applications.refuse(application_id=one.pk, by=cast.county_clerk, words="不符合")
    screen(worker, "add-paper", one, 409, photo=SimpleUploadedFile("迟.txt", "迟".encode()))
    screen(worker, "press", one)
    assert "已提醒经办单位" not in worker.get(reverse("grants_hall:progress", args=[one.pk])).content.decode()


def test_each_answer_is_kept_as_it_is_given_and_another_device_goes_on_at_the_same_place(worker, cast):
    one = begun(worker)

    def keep(door, **fields):
        assert worker.post(reverse(f"grants_hall:{door}", args=[one.pk]), {**fields, "keep": "1"}).status_code == 204
        one.refresh_from_db()

    def goes_on():
        again = cast.client("worker").post(reverse("grants_hall:start"), {"what": "hardship_relief_fund/medical"})
        return again.headers["Location"].rstrip("/").rpartition("/")[2]

    assert goes_on() == "whom"
    keep("whom", person=cast.worker.pk)
    screen(worker, "whom", one, person=cast.worker.pk)
    keep("money", amount="12x", reason="住院自付较高")  # what is no amount yet is left alone
    assert (one.asked, one.reason, goes_on()) == (0, "住院自付较高", "money")
    keep("money", amount="3200", reason="住院自付较高")
    assert (one.asked, one.state, goes_on()) == (3_200 * YUAN, "draft", "money")
    page = cast.client("worker").get(reverse("grants_hall:money", args=[one.pk])).content.decode()
    assert ('value="3200.00"' in page, "住院自付较高" in page) == (True, True)
    keep("account", account="6222021234567800001")
    assert goes_on() == "account"
    screen(worker, "money", one, amount="3200", reason="住院自付较高")
    screen(worker, "sign", one, agree="on")
    assert worker.post(reverse("grants_hall:money", args=[one.pk]), {"amount": "1", "keep": "1"}).status_code == 409
    one.refresh_from_db()
    assert one.asked == 3_200 * YUAN
    assert (
        reverse("portal:union", args=[cast.factory.pk])
        in worker.get(reverse("grants_hall:progress", args=[one.pk])).content.decode()
    )


def test_who_came_in_by_a_code_and_was_given_no_role_applies_and_takes_back_all_the_same(worker, cast):
    Grant.objects.filter(person=cast.worker).delete()
    one = handed_in(worker, cast)
    assert one.state == "submitted"
    screen(worker, "withdraw", one, words="不需要了")
    assert list(Grant.objects.filter(person=cast.worker).values_list("role__code", "organization")) == [("worker", cast.factory.pk)]


def progress(client, one, expect=200):
    answer = client.get(reverse("grants_hall:progress", args=[one.pk]))
    assert answer.status_code == expect
    return answer.content.decode()


def without_account(client, cast):
    """Handed in with the fourth screen left empty, and nothing on record."""
    one = begun(client)
    screen(client, "whom", one, person=cast.worker.pk)
    screen(client, "money", one, amount="600", reason="住院自付费用较高")
    screen(client, "account", one, account="")
    assert "尚未填写收款账号" in client.get(reverse("grants_hall:sign", args=[one.pk])).content.decode()
    screen(client, "sign", one, agree="on")
    one.refresh_from_db()
    return one


@pytest.mark.parametrize("number", ["卡号", "123", "6222 0212 3456 7800 001x", "6" * 35])
def test_what_cannot_be_an_account_is_neither_taken_nor_kept(worker, cast, number):
    one = begun(worker)
    assert "账号应为8至34位数字" in screen(worker, "account", one, 422, account=number).content.decode()
    assert screen(worker, "account", one, 204, account=number, keep="1").content == b""
    assert people_queries.own_masked(cast.worker, "bank_account") == ""


def test_a_payment_without_account_waits_for_the_payee_who_gives_it_after_handing_in(worker, office, cast):
    one = without_account(worker, cast)
    assert "尚未登记您的收款账号" in progress(worker, one)
    waits = [each.waits for each in mine.lines(cast.worker)]
    assert waits == [True]
    assert "请填写：本人银行账号" in screen(worker, "give-account", one, 422, account=" ").content.decode()
    assert "账号应为8至34位数字" in screen(worker, "give-account", one, 422, account="卡号").content.decode()
    screen(worker, "give-account", one, account="６２２２ 0212-3456 7800 001")
    assert people_queries.own_masked(cast.worker, "bank_account").endswith("0001")
    assert "尚未登记您的收款账号" not in progress(worker, one)
    assert [each.waits for each in mine.lines(cast.worker)] == [False]


def test_what_the_bank_turned_back_comes_to_the_payee_and_another_account_goes_into_the_next_batch(worker, office, cast):
    one = handed_in(worker, cast)
    applications.review(application_id=one.pk, by=cast.county_clerk)
    office.decide(one)
    batch = office.exported(one)
    assert screen(worker, "give-account", one, 409, account="6222021234567800002").status_code == 409
    settling.settle(batch_id=batch.pk, answers=answers(batch, rejected=(1,)), by=office.payer)
    assert "银行退回了这笔款项：账号户名不符。" in progress(worker, one)
    screen(worker, "give-account", one, account="6222021234567800002")
    assert "银行退回了这笔款项" not in progress(worker, one)
    again = office.exported(one)
    settling.settle(batch_id=again.pk, answers=answers(again), by=office.payer)
    one.refresh_from_db()
    assert (one.state, again.payments.get().masked[-4:]) == ("paid", "0002")
    assert screen(worker, "give-account", one, 409, account="6222021234567800003").status_code == 409
    assert_books_agree()


def test_nobody_gives_an_account_for_another_s_grant(worker, office, cast):
    one = office.submit()
    assert screen(worker, "give-account", one, 404, account="6222021234567800002").status_code == 404
    assert not people_queries.own_masked(cast.worker, "bank_account")


def test_a_paper_that_was_not_chosen_is_asked_for_on_the_same_page(worker, cast):
    one = handed_in(worker, cast)
    page = screen(worker, "add-paper", one, 422).content.decode()
    assert "请填写：材料照片" in page
    assert one.reference in page


def test_back_after_handing_in_shows_how_it_stands_and_a_late_press_leads_home_to_the_hall(worker, cast):
    one = handed_in(worker, cast)
    for door in own.SCREENS:
        back = worker.get(reverse(f"grants_hall:{door}", args=[one.pk]))
        assert back.headers["Location"] == reverse("grants_hall:progress", args=[one.pk])
    late = screen(worker, "money", one, 409, amount="1", reason="再改").content.decode()
    assert 'href="/hall/"' in late
    assert "回到工作台" not in late


def test_goods_are_collected_not_paid_to_an_account(worker, office, cast):
    one = office.approve(
        cast.worker, code="warmth_sending", kind="goods", goods="大米1袋", valuation="采购发票每份300元", amount=300 * YUAN
    )
    page = progress(worker, one)
    assert "领取物资并签字" in page
    assert "收款账号" not in page
