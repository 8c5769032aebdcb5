"""Rolls kept by hand, claims by the day of the event, and what a person may get in a year."""

from datetime import timedelta

import pytest

from unionhall.kernel.people import queries as people
from unionhall.kernel.policies import actions as policies
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.work.grants.actions import applications, covers, rolls
from unionhall.work.grants.models import Application, Roll
from unionhall.work.grants.tests.conftest import SINCE, YUAN


def rule(cast, code, value):
    policies.set_value(
        f"grants.{code}", value, organization=cast.city, since=SINCE, source="市总办法", by=cast.city_clerk
    )  # fmt: skip


def opened(cast, code):
    today = dates.today()
    programmes.open_edition(
        programme=programme_queries.programme(code), organization=cast.city, by=cast.city_clerk,
        since=today.replace(month=1, day=1), until=today.replace(month=12, day=31),
    )  # fmt: skip


def put_on(cast, person, **more):
    given = {"kind": "model_worker", "paper": "国发〔2020〕1号", "since": dates.today(), **more}
    return rolls.put_on(organization=cast.county, person=person, by=cast.county_clerk, **given)


def test_a_festival_benefit_goes_by_the_roll_and_ends_with_it(office, cast):
    opened(cast, "model_worker_benefit")
    rule(cast, "model_worker_festival", 3_000 * YUAN)
    person = office.person(file=False)
    with pytest.raises(Refused, match="不具备所需身份"):
        office.approve(person, 3_000 * YUAN, code="model_worker_benefit", kind="festival")
    other = office.person(file=False)
    kept = put_on(cast, other)
    assert office.approve(other, 3_000 * YUAN, code="model_worker_benefit", kind="festival").state == "approved"
    rolls.take_off(roll_id=kept.pk, reason="撤销称号", by=cast.county_clerk)
    assert rolls.take_off(roll_id=kept.pk, reason="又一次", by=cast.county_clerk).reason == "撤销称号"
    assert not people.standing_on(dates.today() + timedelta(days=1), "model_worker").filter(person=other).exists()


def test_nobody_stands_on_a_roll_twice_or_before_it_began(office, cast):
    person = office.person(file=False)
    put_on(cast, person)
    with pytest.raises(Conflict, match="已在名册内"):
        put_on(cast, person)
    with pytest.raises(Refused, match="不能晚于今天"):
        put_on(cast, office.person(file=False), since=dates.today() + timedelta(days=1))
    with pytest.raises(Refused, match="没有这份名册"):
        put_on(cast, office.person(file=False), kind="emperor")
    with pytest.raises(Refused, match="证书"):
        put_on(cast, office.person(file=False), paper=" ")
    assert Roll.objects.count() == 1


def test_a_claim_counts_by_the_day_of_the_event(office, cast):
    opened(cast, "medical_mutual_aid")
    values = {"fee": 80 * YUAN, "cap": 5_000 * YUAN, "share": 100, "wait_days": 0, "claim_days": 90, "year_cap": 6_000 * YUAN}
    for code, value in values.items():
        rule(cast, f"mutual_aid_{code}", value)
    person = office.person(file=False)
    covers.join(
        organization=cast.township, programme=programme_queries.programme("medical_mutual_aid"), person=person,
        by=cast.township_clerk,
    )  # fmt: skip
    claim = {"code": "medical_mutual_aid", "kind": "claim", "basis": 5_000 * YUAN}
    before = office.submit(person, 4_000 * YUAN, matter="参加前住院", happened_on=dates.today() - timedelta(days=1), **claim)
    with pytest.raises(Refused, match="不在参加有效期内"):
        applications.review(application_id=before.pk, by=cast.county_clerk)
    applications.refuse(application_id=before.pk, by=cast.county_clerk, words="参加前发生")
    with pytest.raises(Refused, match="请填写发生日期"):
        office.submit(person, 4_000 * YUAN, matter="没有日期", **claim)
    assert office.approve(person, 4_000 * YUAN, matter="第一次住院", happened_on=dates.today(), **claim).state == "approved"
    with pytest.raises(Refused, match="全年合计8,000"):
        office.approve(person, 4_000 * YUAN, matter="第二次住院", happened_on=dates.today(), **claim)
    waiting = Application.objects.latest("id")
    applications.refuse(application_id=waiting.pk, by=cast.county_clerk, words="超过全年上限")
    second = office.approve(person, 2_000 * YUAN, matter="第三次住院", happened_on=dates.today(), **claim)
    assert (second.state, second.funding, second.purpose) == ("approved", "own", "relief")
    assert second.budget_year == dates.today().year


def test_plans_are_joined_and_claimed_each_by_itself(office, cast):
    opened(cast, "medical_mutual_aid")
    for code, value in {"fee": 80 * YUAN, "illness_fee": 30 * YUAN, "illness_wait_days": 0, "illness_sum": 20_000 * YUAN}.items():
        rule(cast, f"mutual_aid_{code}", value)
    person, today = office.person(file=False), dates.today()
    where = {
        "organization": cast.township,
        "programme": programme_queries.programme("medical_mutual_aid"),
        "by": cast.township_clerk,
    }
    first = covers.join(person=person, **where)
    second = covers.join(person=person, plan="illness", payer="union", **where)
    assert [(one.plan_name.zh, one.payer_name.zh, one.fee, (one.since - today).days) for one in (first, second)] == [
        ("住院医疗互助", "本人", 80 * YUAN, 30),
        ("重大疾病互助", "工会", 30 * YUAN, 0),
    ]
    with pytest.raises(Conflict, match="已经参加"):
        covers.join(person=person, plan="illness", **where)
    with pytest.raises(Refused, match="意外伤害互助”的会费"):
        covers.join(person=person, plan="accident", **where)
    with pytest.raises(Refused, match="没有这个互助计划"):
        covers.join(person=person, plan="life", **where)
    claim = {"code": "medical_mutual_aid", "happened_on": today}
    one = office.approve(person, 20_000 * YUAN, kind="illness", matter="确诊", **claim)
    assert (one.state, one.approved) == ("approved", 20_000 * YUAN)
    hospital = office.submit(person, 100 * YUAN, kind="claim", matter="住院", basis=500 * YUAN, **claim)
    with pytest.raises(Refused, match="不在参加有效期内"):  # its waiting days are not over
        applications.review(application_id=hospital.pk, by=cast.county_clerk)
    another = office.person("钱小梅", file=False)
    covers.join(person=another, plan="illness", **where)
    assert office.submit(another, 20_000 * YUAN, kind="illness", matter="确诊", **claim).state == "submitted"  # her own
    with pytest.raises(Refused, match="同期已有同类救助"):
        office.submit(person, 1 * YUAN, kind="illness", matter="确诊", **claim)


def test_two_asked_at_once_are_counted_against_each_other(office, cast):
    rule(cast, "warmth_goods_cap", 5_000 * YUAN)
    person = office.person(file=False)
    gift = {"kind": "goods", "code": "warmth_sending", "goods": "电暖器1台", "valuation": "采购价，发票"}
    ones = [office.submit(person, 3_000 * YUAN, code="warmth_sending", kind="money"), office.submit(person, 4_000 * YUAN, **gift)]
    for one in ones:
        with pytest.raises(Refused, match="上限6,000"):
            applications.review(application_id=one.pk, by=cast.county_clerk)
    applications.withdraw(application_id=ones[1].pk, by=cast.township_clerk, words="登记有误")
    assert applications.review(application_id=ones[0].pk, by=cast.county_clerk).state == "reviewed"
