"""Agreements step by step, payment by acceptance, and audits whose findings are corrected one by one."""

from datetime import timedelta

import pytest

from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.work.funds.actions import agreements, audits
from unionhall.work.funds.tests.conftest import YUAN, assert_books_agree, figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(books, cast):
    new = agreements.NewAgreement(
        kind="service", title="心理关爱服务", partner="社工服务中心", signed_on=dates.today() - timedelta(days=30),
        promised=1_000 * YUAN,
    )  # fmt: skip
    return agreements.sign(organization=cast.county, new=new, by=cast.county_clerk)


def step(contract, cast, name, amount=0, day=None):
    return agreements.take_step(
        agreement_id=contract.pk, step=name, day=day or dates.today(), text="讲座六场", amount=amount, by=cast.county_clerk
    )


def test_steps_are_counted_once_each(contract, cast):
    step(contract, cast, "delivered")
    step(contract, cast, "delivered")
    step(contract, cast, "accepted", 400 * YUAN)
    step(contract, cast, "supervised")
    assert figure("funds.agreement_signed", cast.county) == 1
    assert figure("funds.step_taken", cast.county) == 5
    assert figure("funds.step_taken.distinct", cast.county) == 4
    assert_books_agree()


@pytest.mark.parametrize(
    ("name", "amount", "day", "field"),
    [
        ("support", 0, None, "step"),
        ("accepted", 0, None, "step"),
        ("delivered", 0, dates.today() + timedelta(days=1), "day"),
        ("delivered", 0, dates.today() - timedelta(days=31), "day"),
    ],
)
def test_steps_out_of_order_are_refused(contract, cast, name, amount, day, field):
    with pytest.raises(Refused) as refused:
        step(contract, cast, name, amount, day)
    assert refused.value.field == field


def test_payment_follows_acceptance(books, contract, cast):
    line = books.line(ceiling=5_000 * YUAN)
    with pytest.raises(Refused):
        books.book("spent", 100 * YUAN, line=line, agreement=contract, purpose="service")
    step(contract, cast, "delivered")
    step(contract, cast, "accepted", 400 * YUAN)
    books.book("spent", 400 * YUAN, line=line, agreement=contract, purpose="service")
    with pytest.raises(Refused) as refused:
        books.book("spent", 1, line=line, agreement=contract, purpose="service")
    assert "已验收400.00元，已付400.00元" in str(refused.value)
    with pytest.raises(Refused):
        step(contract, cast, "accepted", 601 * YUAN)
    assert books.left(line) == (0, 400 * YUAN)


def test_an_agreement_ends_after_it_began(cast, books):
    today = dates.today()
    new = agreements.NewAgreement(
        kind="cooperation", title="战略合作协议", partner="外地工会", signed_on=today, until=today - timedelta(days=1)
    )
    with pytest.raises(Refused) as refused:
        agreements.sign(organization=cast.county, new=new, by=cast.county_clerk)
    assert refused.value.field == "until"


@pytest.fixture
def audit(books, cast):
    return audits.plan(
        organization=cast.county, unit=cast.township, subject="年度经费审计", planned_on=dates.today(), by=cast.county_clerk
    )


def test_findings_are_followed_until_each_is_corrected(audit, cast):
    audits.hold(audit_id=audit.pk, day=dates.today(), report="总体规范，发现两项问题。", by=cast.county_clerk)
    due = dates.today() + timedelta(days=30)
    first = audits.find(audit_id=audit.pk, text="凭证附件不全", due_on=due, by=cast.county_clerk)
    audits.find(audit_id=audit.pk, text="超范围列支", due_on=due, amount=300 * YUAN, by=cast.county_clerk)
    with pytest.raises(Refused):
        audits.correct(audit_id=audit.pk, finding_id=first.pk, correction="", by=cast.county_clerk)
    audits.correct(audit_id=audit.pk, finding_id=first.pk, correction="已补齐附件", by=cast.county_clerk)
    with pytest.raises(Conflict):
        audits.correct(audit_id=audit.pk, finding_id=first.pk, correction="再次", by=cast.county_clerk)
    with pytest.raises(Conflict):
        audits.hold(audit_id=audit.pk, day=dates.today(), report="再次", by=cast.county_clerk)
    assert figure("funds.audited", cast.county) == 1
    assert (figure("funds.finding_found", cast.city), figure("funds.finding_corrected", cast.city)) == (2, 1)
    assert figure("funds.correction_rate", cast.county) * 2 == 1
    assert_books_agree()


def test_one_audits_downwards_and_in_sight(audit, cast):
    with pytest.raises(Refused):
        audits.plan(organization=cast.county, unit=cast.city, subject="上级审计", planned_on=dates.today(), by=cast.county_clerk)
    with pytest.raises(NotVisible):
        audits.hold(audit_id=audit.pk, day=dates.today(), report="越权", by=cast.stranger)
