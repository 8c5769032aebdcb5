"""Benefits: for members only, one for each person, never more than there are; used once. Founding, tags, counts, cards."""

from datetime import timedelta

import pytest
from django.urls import reverse

from unionhall.kernel.access.actions.codes import account_for
from unionhall.lib import card, clock, dates
from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.shell import forms
from unionhall.testing.race import at_once
from unionhall.testing.visitor import signed_in
from unionhall.work.membership import adapters
from unionhall.work.membership.actions import benefits, partners, standing
from unionhall.work.membership.models import Benefit, Claim, Founding
from unionhall.work.membership.queries import cards, counts, offers
from unionhall.work.membership.tests.conftest import applicant, assert_books_agree, figure, fresh, number_of, phone_of

pytestmark = pytest.mark.django_db


def offered(cast, quota=1, at=None, **more) -> Benefit:
    today = dates.today()
    given = {"title": "观影券", "kind": "ticket", "opens_on": today, "closes_on": today, **more}
    return benefits.open_benefit(organization=at or cast.county, quota=quota, by=cast.city_clerk, **given)


def test_a_member_takes_one_and_no_more(desk, cast):
    one, offer = desk.member(1), offered(cast, quota=5)
    claim = benefits.take(benefit_id=offer.pk, person=one.person)
    assert fresh(offer).claimed == 1
    with pytest.raises(Conflict, match="每人一份"):
        benefits.take(benefit_id=offer.pk, person=one.person)
    assert fresh(offer).claimed == 1
    benefits.use(code=claim.code.upper(), organization=cast.county, by=cast.county_clerk)
    with pytest.raises(Conflict):
        benefits.use(code=claim.code, organization=cast.county, by=cast.county_clerk)
    assert figure("membership.benefit_use_rate", cast.city) == 1
    assert figure("membership.active_members", cast.factory) == 1
    assert_books_agree()


def test_who_used_a_benefit_rates_it_and_nobody_else(desk, cast):
    one, other, offer = desk.member(1), desk.member(2), offered(cast, quota=5)
    claim = benefits.take(benefit_id=offer.pk, person=one.person)
    mine, theirs = (signed_in(account_for(each.person)) for each in (one, other))
    rate, page = reverse("portal:rate", args=["membership.claim", claim.pk]), reverse("membership:hall-claim", args=[claim.pk])
    assert mine.get(rate).status_code == 404 and rate not in mine.get(page).content.decode()
    benefits.use(code=claim.code, organization=cast.county, by=cast.county_clerk)
    assert f'href="{rate}"' in mine.get(page).content.decode()
    assert page in mine.get(reverse("membership:hall-benefits")).content.decode()
    assert "观影券" in mine.get(rate).content.decode() and theirs.get(rate).status_code == 404
    assert mine.post(rate, {"level": "5"}).status_code == 303
    assert "您已" in mine.get(rate).content.decode()


def test_strangers_and_members_of_other_counties_take_nothing(desk, cast):
    offer, elsewhere = offered(cast), desk.member(1, union=cast.mine)
    for person in (cast.worker, elsewhere.person):
        with pytest.raises(Refused, match="仅限"):
            benefits.take(benefit_id=offer.pk, person=person)
    assert fresh(offer).claimed == 0


def test_a_retained_member_takes_nothing(desk, cast):
    one, offer = desk.member(1), offered(cast)
    standing.change(membership_id=one.pk, what="retain", ground="retired", by=cast.chair)
    with pytest.raises(Refused, match="仅限"):
        benefits.take(benefit_id=offer.pk, person=one.person)


def test_too_early_too_late_and_withdrawn(desk, cast):
    one = desk.member(1)
    tomorrow = dates.today() + timedelta(days=1)
    early = offered(cast, opens_on=tomorrow, closes_on=tomorrow)
    with pytest.raises(Refused, match="开始领取"):
        benefits.take(benefit_id=early.pk, person=one.person)
    gone = offered(cast)
    benefits.withdraw(benefit_id=gone.pk, by=cast.county_clerk)
    with pytest.raises(Refused, match="下架"):
        benefits.take(benefit_id=gone.pk, person=one.person)
    over = offered(cast)
    with clock.fixed(clock.now() + timedelta(days=2)), pytest.raises(Refused, match="已结束"):
        benefits.take(benefit_id=over.pk, person=one.person)


def test_it_cannot_have_to_be_used_before_it_can_be_taken(cast):
    with pytest.raises(Refused, match="使用期限") as refusal:
        offered(cast, use_until=dates.today() - timedelta(days=1))
    assert refusal.value.field == "use_until"
    assert not Benefit.objects.exists()


BEYOND = {"title": "观影券", "kind": "ticket", "quota": "1", "opens_on": "2026-01-01", "closes_on": "9999-12-31"}


def test_a_day_beyond_every_clock_opens_no_benefit(cast):
    answer = cast.client("county_clerk").post(reverse("membership:desk-benefits"), BEYOND)
    assert (answer.status_code, "年份应在 1900 至 2199 之间" in answer.content.decode()) == (422, True)
    assert not Benefit.objects.exists()


def test_without_the_bound_such_a_day_breaks_the_page(cast, monkeypatch):
    monkeypatch.setattr(forms, "YEARS", range(1, 10_000))
    with pytest.raises(OverflowError):
        cast.client("county_clerk").post(reverse("membership:desk-benefits"), BEYOND)


def test_the_page_of_a_benefit_says_why_it_cannot_be_taken(desk, cast):
    first, second = desk.member(1), desk.member(2)
    offer = offered(cast)
    where = reverse("membership:hall-benefit", args=[offer.pk])
    winner, loser = phone_of(first.person), phone_of(second.person)
    assert "已领完" not in loser.get(where).content.decode()
    assert winner.post(where).status_code == 303
    late = loser.post(where)
    assert (late.status_code, "已领完（1/1）" in late.content.decode()) == (409, True)
    assert "已领完（1/1）" in loser.get(where).content.decode()
    again = winner.post(where)
    assert (again.status_code, "每人一份" in again.content.decode()) == (409, True)
    assert reverse("membership:hall-claim", args=[Claim.objects.get().pk]) in winner.get(where).content.decode()
    standing.change(membership_id=second.pk, what="retain", ground="retired", by=cast.chair)
    assert "保留会籍期间不能领取" in loser.get(reverse("membership:hall-benefits")).content.decode()


def test_what_was_not_used_in_time_stands_apart(desk, cast):
    one, offer = desk.member(1), offered(cast, use_until=dates.today())
    benefits.take(benefit_id=offer.pk, person=one.person)
    assert [len(offers.of_worker(one.person).taken), len(offers.of_worker(one.person).over)] == [1, 0]
    with clock.fixed(clock.now() + timedelta(days=1)):
        assert [len(offers.of_worker(one.person).taken), len(offers.of_worker(one.person).over)] == [0, 1]
    assert offer.last_day == dates.today()


def test_a_clerk_of_another_county_opens_nothing_here(cast):
    with pytest.raises(NotVisible):
        benefits.open_benefit(
            organization=cast.county,
            title="券",
            kind="ticket",
            quota=1,
            opens_on=dates.today(),
            closes_on=dates.today(),
            by=cast.neighbour,
        )


@pytest.mark.django_db(transaction=True)
def test_forty_reach_for_ten(desk, cast):
    people = [desk.member(n).person for n in range(1, 41)]
    offer = offered(cast, quota=10)
    answers = at_once(40, lambda n: benefits.take(benefit_id=offer.pk, person=people[n]))
    assert sum(isinstance(one, Claim) for one in answers) == 10
    assert sum(isinstance(one, Conflict) and one.code == "sold_out" for one in answers) == 30
    assert [fresh(offer).claimed, offer.claims.count()] == [10, 10]


@pytest.mark.django_db(transaction=True)
def test_one_person_reaches_twenty_times(desk, cast):
    person, offer = desk.member(1).person, offered(cast, quota=10)
    answers = at_once(20, lambda _n: benefits.take(benefit_id=offer.pk, person=person))
    assert sum(isinstance(one, Claim) for one in answers) == 1
    assert [fresh(offer).claimed, offer.claims.count()] == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_without_the_condition_the_race_is_seen(desk, cast, monkeypatch):
    """The sabotage twin: the statement without its condition would oversell, and the column's constraint catches it."""
    monkeypatch.setattr(benefits, "TAKE", benefits.TAKE.replace("AND claimed < quota ", ""))
    people = [desk.member(n).person for n in range(1, 4)]
    offer = offered(cast, quota=1)
    answers = at_once(3, lambda n: benefits.take(benefit_id=offer.pk, person=people[n]))
    assert sum(isinstance(one, Claim) for one in answers) == 1
    assert fresh(offer).claimed == 1
    assert any("member_benefit_never_oversold" in str(one) or isinstance(one, Conflict) for one in answers)


def test_twenty_five_of_one_employer_are_proposed_once(desk, cast):
    for n in range(1, 26):
        desk.member(n, union=cast.township, given=applicant(n, employer="红旗物流公司"))
    assert partners.propose_foundings() == 1
    assert partners.propose_foundings() == 0
    proposal = Founding.objects.get()
    assert [proposal.employer, proposal.members, proposal.organization_id] == ["红旗物流公司", 25, cast.township.pk]
    with pytest.raises(Refused):
        partners.decide_founding(founding_id=proposal.pk, decision="taken", reason="", by=cast.township_clerk)
    partners.decide_founding(founding_id=proposal.pk, decision="taken", reason="已约企业负责人", by=cast.township_clerk)
    with pytest.raises(Conflict):
        partners.decide_founding(founding_id=proposal.pk, decision="set_aside", reason="重复", by=cast.township_clerk)
    assert_books_agree()


def test_the_four_counts_stand_side_by_side(desk, cast, monkeypatch):
    one, two = desk.member(1), desk.member(2)

    class Loopback:
        def check(self, name, number):
            return adapters.MATCHES if number == number_of(1) else adapters.DIFFERS

    monkeypatch.setattr(adapters, "name_check", Loopback)
    assert standing.authenticate(membership_id=one.pk, by=cast.chair) == "matches"
    assert standing.authenticate(membership_id=two.pk, by=cast.chair) == "differs"
    standing.seen_active(one.person, "card")
    assert standing.seen_active(one.person, "card") is False
    partners.report(organization=cast.factory, members=5, day=dates.today(), evidence="统计年报", by=cast.county_clerk)
    four = counts.four([cast.factory])[0]
    assert [four.reported, four.registered, four.authenticated, four.active, four.gap, four.share] == [5, 2, 1, 1, 3, 50]
    assert_books_agree()


def test_a_card_shows_that_somebody_is_a_member_and_nothing_else(desk):
    one = desk.member(1)
    code = cards.code_of(one)
    today = cards.check(code).bearer
    assert cards.check(cards.code_of(one)).bearer == today
    with clock.fixed(clock.now() + timedelta(hours=23)):
        assert cards.check(code)
    with clock.fixed(clock.now() + timedelta(hours=24, minutes=1)):
        assert cards.check(cards.code_of(one)).bearer != today
        with pytest.raises(card.BadCard):
            cards.check(code)
    assert one.person.name not in code
    assert str(one.person_id) not in code


def test_tags_are_put_on_once(desk, cast):
    one = desk.member(1)
    found = type(one).objects.filter(pk=one.pk)
    assert partners.tag(found, tag="先锋队", at=cast.factory, by=cast.chair) == 1
    assert partners.tag(found, tag="先锋队", at=cast.factory, by=cast.chair) == 0
    assert partners.tag(found, tag="骑手", at=cast.factory, by=cast.chair) == 1
    assert fresh(one).tags == "|先锋队|骑手|"
    assert partners.tag(found, tag="外", at=cast.mine, by=cast.neighbour_chair) == 0
