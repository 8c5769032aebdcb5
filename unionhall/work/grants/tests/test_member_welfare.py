"""A grassroots union's spending on its members, end to end: warned before, refused after, with its voucher."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from unionhall.kernel.files import actions as files
from unionhall.kernel.people import actions as people
from unionhall.kernel.policies import actions as policies
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.work.grants.actions import applications, covers, settling
from unionhall.work.grants.models import Application
from unionhall.work.grants.registry import welfare
from unionhall.work.grants.tests.conftest import SINCE, YUAN, answers, assert_books_agree, figure

pytestmark = pytest.mark.django_db
RULED = {
    "festival_year": 1_500, "birthday_gift": 300, "hospital_gift": 1_000, "death_gift": 2_000, "prize": 500, "hardship_gift": 2_000
}  # fmt: skip


@pytest.fixture
def union(office, cast):
    """The city has set its limits, an edition is open, and the office knows members."""
    today = dates.today()
    programmes.open_edition(
        programme=programme_queries.programme("member_welfare"), organization=cast.city, by=cast.city_clerk,
        since=today.replace(month=1, day=1), until=today.replace(month=12, day=31),
    )  # fmt: skip
    office.ruled = lambda code, value, unit="city", since=SINCE: policies.set_value(
        f"grants.{code}", value, organization=cast.units[unit], since=since, source="省总工会办法", by=cast.city_clerk
    )
    for code, most in RULED.items():
        office.ruled(code, most * YUAN)
    office.ruled("festival_gift", dict.fromkeys(welfare.FESTIVALS, 600 * YUAN))

    def member(name="钱进"):
        one = office.person(name, file=False)
        people.set_standing(by=None, subject=one, kind="member", organization=cast.township, since=SINCE, source=one)
        return one

    office.member = member
    office.goods = lambda who, kind, amount, **more: office.register(
        who, amount * YUAN, code="member_welfare", kind=kind, **{"goods": "大米、食用油", "valuation": "超市发票", **more}
    )
    return office


def granted(office, one, words=""):
    """Hand a draft in and grant it."""
    applications.submit(application_id=one.pk, by=office.cast.township_clerk)
    applications.review(application_id=one.pk, by=office.cast.county_clerk)
    return applications.approve(
        application_id=one.pk, amount=one.asked, funder=office.cast.county, line_id=office.line.pk, by=office.cast.county_clerk,
        words=words,
    )  # fmt: skip


def told(one, code):
    """One of the reasons that an application keeps."""
    return next(each for each in Application.objects.get(pk=one.pk).findings if each["code"] == code)


def paper(one, by):
    """Its voucher is put to it."""
    files.attach(one, SimpleUploadedFile("发票.txt", "发票 1 张".encode()), by=by, kind="paper")


def test_a_year_of_festivals_is_warned_of_and_then_refused(union, cast):
    who = union.member()
    granted(union, union.goods(who, "spring", 600))
    second = granted(union, union.goods(who, "dragon_boat", 600))
    assert (told(second, "year")["warn"], "仅余300.00元" in told(second, "year")["zh"]) == ("near", True)
    page = cast.client("county_clerk").get(reverse("grants:desk-application", args=[second.pk])).content.decode()
    assert ("请注意" in page, "省总工会办法" in page) == (True, True)
    card = cast.client("township_clerk").get(reverse("grants:desk-apply"), {"what": "member_welfare/spring", "person": who.pk})
    assert "本人全年已用1,200.00元，上限1,500.00元" in card.content.decode()
    third = union.goods(who, "mid_autumn", 301)
    applications.submit(application_id=third.pk, by=cast.township_clerk)
    with pytest.raises(Refused, match=r"本人全年合计1,501\.00元，上限1,500\.00元，超出1\.00元"):
        applications.review(application_id=third.pk, by=cast.county_clerk)
    assert granted(union, union.goods(union.member("孙立"), "mid_autumn", 301)).state == "approved", "another's year is another's"


def test_neither_cash_nor_cards_nor_the_same_festival_twice(union, cast):
    who = union.member()
    with pytest.raises(Refused, match="不得发放“购物卡”"):
        applications.submit(application_id=union.goods(who, "spring", 100, goods="购物卡").pk, by=cast.township_clerk)
    union.ruled("welfare_vouchers", True)
    granted(union, union.goods(who, "spring", 100, goods="一次性电子券"))
    with pytest.raises(Refused, match="同期已有同类救助"):
        applications.submit(application_id=union.goods(who, "spring", 100).pk, by=cast.township_clerk)


def test_limits_hold_by_region_and_from_a_day_on(union, cast):
    union.ruled("birthday_gift", 200 * YUAN, unit="county")
    with pytest.raises(Refused, match=r"上限200\.00元"):
        granted(union, union.goods(union.member(), "birthday", 300))
    union.ruled("birthday_gift", 300 * YUAN, unit="county", since=dates.today() + timedelta(days=1))
    with pytest.raises(Refused, match=r"上限200\.00元"):
        granted(union, union.goods(union.member(), "birthday", 300))
    assert granted(union, union.goods(union.member(), "birthday", 200)).state == "approved"


def test_past_a_limit_where_the_region_allows_it_the_reason_is_written_down(union, cast):
    union.ruled("welfare_blocks", False)
    one = union.goods(union.member(), "birthday", 400)
    with pytest.raises(Refused, match="超出标准的，请写明理由"):
        granted(union, one)
    passed = applications.approve(
        application_id=one.pk, amount=one.asked, funder=cast.county, line_id=union.line.pk, by=cast.county_clerk, words="百岁寿辰"
    )
    assert (passed.state, told(passed, "amount")["warn"]) == ("approved", "over")


def test_a_stay_in_hospital_is_paid_with_its_voucher(union, cast):
    day = dates.today() - timedelta(days=9)
    one = union.register(union.member(), 1_000 * YUAN, code="member_welfare", kind="hospital", matter="阑尾炎住院", happened_on=day)
    page = cast.client("township_clerk").get(reverse("grants:desk-revise", args=[one.pk])).content.decode()
    assert f'value="{day.isoformat()}"' in page, "a browser's field for days takes no other form: the day would be lost"
    applications.submit(application_id=one.pk, by=cast.township_clerk)
    with pytest.raises(Refused, match="请上传发票、证明等凭证"):
        applications.review(application_id=one.pk, by=cast.county_clerk)
    paper(one, cast.township_clerk)
    applications.review(application_id=one.pk, by=cast.county_clerk)
    batch = union.exported(union.decide(one))
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=union.payer)
    assert figure("grants.paid", cast.city) == 1_000 * YUAN
    assert_books_agree()


def test_a_member_has_died_and_the_relative_is_paid(union, cast):
    gone, widow = union.member("钱父"), union.person("孙氏", file=False)
    day = dates.today() - timedelta(days=3)
    one = union.register(gone, 2_000 * YUAN, code="member_welfare", kind="death", matter="因病去世", happened_on=day, payee=widow)
    applications.submit(application_id=one.pk, by=cast.township_clerk)
    paper(one, cast.township_clerk)
    with pytest.raises(Refused, match="请先登记本人去世"):
        applications.review(application_id=one.pk, by=cast.county_clerk)
    covers.note_death(application_id=one.pk, who="person", day=day, by=cast.county_clerk)
    applications.review(application_id=one.pk, by=cast.county_clerk)
    batch = union.exported(union.decide(one))
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=union.payer)
    assert Application.objects.get(pk=one.pk).state == "paid"
    assert_books_agree()


def test_not_everybody_who_took_part_wins(union, cast):
    for place in range(3):
        one = union.register(
            union.member(f"选手{place}"), 500 * YUAN, code="member_welfare", kind="prize", matter="乒乓球赛", entrants=3
        )
        applications.submit(application_id=one.pk, by=cast.township_clerk)
        paper(one, cast.township_clerk)
        if place < 2:
            applications.review(application_id=one.pk, by=cast.county_clerk)
    with pytest.raises(Refused, match="参赛3人，获奖最多2人，含本人已有3人"):
        applications.review(application_id=one.pk, by=cast.county_clerk)
    union.ruled("prize_winners", "1/1")
    assert applications.review(application_id=one.pk, by=cast.county_clerk).state == "reviewed"


def test_who_was_no_member_on_the_day_is_told_so_and_nothing_of_waiting_days(union):
    stranger = union.person("孙志强", file=False)
    one = union.goods(stranger, "hospital", 500, matter="住院一次", happened_on=dates.today())
    told = {each["code"]: each for each in one.findings}["standing"]
    assert (told["ok"], told["zh"]) == (False, f"{dates.today()}不是工会会员，不具备所需身份。")
