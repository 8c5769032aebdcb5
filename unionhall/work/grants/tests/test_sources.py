"""Where the money came from: kept on every payment, cut by it, opened by it, and counted again from the records by it."""

import pytest
from django.urls import reverse

from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as books
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.work.grants.actions import applications, many, objections, settling
from unionhall.work.grants.models import Application
from unionhall.work.grants.tests.conftest import YUAN, answers, assert_books_agree, figure, line_of

pytestmark = pytest.mark.django_db


def by_source(code, at):
    """A figure cut by the source of the money."""
    cut = ledger.by_dimension(books.indicator(code), "funding", Scope(at), Window.until())
    return {source: told.number for source, told in cut if told.number}


@pytest.fixture
def paid(office, cast):
    """Own money paid to one, donated money to another, and a third payment of it turned back by the bank."""
    ones = [office.approve(amount=1_000 * YUAN)]
    office.line = line_of(cast, name="社会捐赠", source="donated")
    ones += [office.approve(amount=amount * YUAN) for amount in (2_000, 500)]
    batch = office.exported(*ones)
    settling.settle(batch_id=batch.pk, answers=answers(batch, rejected=(3,)), by=office.payer)
    return ones


def test_each_payment_is_counted_by_the_source_of_its_line(paid, cast):
    assert by_source("grants.approved", cast.city) == {"own": 1_000 * YUAN, "donated": 2_500 * YUAN}
    assert by_source("grants.paid", cast.city) == {"own": 1_000 * YUAN, "donated": 2_000 * YUAN}
    assert by_source("grants.rejected", cast.city) == {"donated": 500 * YUAN}
    assert (figure("grants.paid", cast.city), figure("grants.approved", cast.city)) == (3_000 * YUAN, 3_500 * YUAN)
    assert_books_agree()


def test_a_source_opens_its_records(paid, cast):
    clerk = cast.client("county_clerk")
    page = clerk.get(reverse("office:figure", args=["grants.paid"]), {"unit": cast.county.pk, "d.funding": "donated"})
    said, donated, own = page.content.decode(), paid[1].payments.get(), paid[0].payments.get()
    assert ("社会捐赠" in said, "2,000.00" in said) == (True, True)
    assert (reverse("grants:desk-of-payment", args=[donated.pk]) in said, f"payments/{own.pk}/" in said) == (True, False)
    voucher = clerk.get(reverse("grants:desk-voucher", args=[donated.pk])).content.decode()
    assert (donated.reference in voucher, "社会捐赠" in voucher) == (True, True)
    cuts = clerk.get(reverse("office:figure-cuts", args=["grants.paid"]), {"unit": cast.county.pk}).content.decode()
    assert ("医疗救助" in cuts, ">medical<" in cuts) == (True, False), "kinds are read in words, not in codes"
    assert ("资金来源" in cuts, "1,000.00" in cuts, "2,000.00" in cuts) == (True, True, True)


def test_what_comes_back_is_counted_by_the_source_that_it_left(paid, cast, office):
    one = paid[1]
    made = objections.take_objection(application_id=one.pk, by=cast.township_clerk, way="letter", words="不符合条件")
    objections.decide(objection_id=made.pk, upheld=True, words="查实", by=office.payer)
    applications.recover(application_id=one.pk, by=office.payer, words="已退回")
    assert by_source("grants.returned", cast.city) == {"donated": 2_000 * YUAN}
    assert by_source("grants.paid", cast.city) == {"own": 1_000 * YUAN, "donated": 2_000 * YUAN}
    assert_books_agree()


def test_many_approved_at_once_bear_the_source_too(office, cast):
    ones = [office.submit(amount=800 * YUAN) for _turn in range(2)]
    many.review(ones, by=cast.county_clerk)
    many.approve(Application.objects.all(), funder=cast.county, line_id=office.line.pk, by=office.payer)
    assert by_source("grants.approved", cast.city) == {"own": 1_600 * YUAN}
    assert_books_agree()


def test_an_approval_taken_back_leaves_no_source_behind(office, cast):
    one = office.approve()
    applications.withdraw(application_id=one.pk, by=cast.township_clerk, words="不再需要")
    assert by_source("grants.approved", cast.city) == {}
    assert_books_agree()


def test_the_count_from_the_records_sees_a_source_that_was_changed(paid, cast):
    """The twin: the sums stay, the source of one record does not; counted by sums alone nobody would see it."""
    Application.objects.filter(pk=paid[0].pk).update(funding="central")
    told = {(one.fact.code, one.value): (one.posted[1], one.recounted[1]) for one in ledger.reconcile()}
    assert told == {
        ("grants.approved", "own"): (1_000 * YUAN, 0),
        ("grants.approved", "central"): (0, 1_000 * YUAN),
        ("grants.paid", "own"): (1_000 * YUAN, 0),
        ("grants.paid", "central"): (0, 1_000 * YUAN),
    }
