"""The yearly check: who is on the list, who comes off it by a tick, and what members say about themselves."""

from datetime import timedelta

import pytest
from django.urls import reverse

from unionhall.kernel.audit import queries as trail
from unionhall.kernel.people.actions import freshness
from unionhall.kernel.people.models import Confirmation
from unionhall.kernel.policies import actions as policies
from unionhall.lib import clock, dates
from unionhall.lib.refusal import NotVisible
from unionhall.work.membership import registry
from unionhall.work.membership.actions import yearly
from unionhall.work.membership.models import Membership
from unionhall.work.membership.queries import browse
from unionhall.work.membership.queries import yearly as queries
from unionhall.work.membership.tests.conftest import applicant, figure, fresh, number_of, phone_of

pytestmark = pytest.mark.django_db
LIST, CONFIRM = reverse("membership:desk-yearly"), reverse("membership:desk-yearly-confirm")


def aged(one, *, since=400, checked=None):
    """The membership as if begun, and confirmed, so many days ago."""
    today = dates.today()
    day = None if checked is None else today - timedelta(days=checked)
    Membership.objects.filter(pk=one.pk).update(since=today - timedelta(days=since), checked_on=day)
    return one


def due(cast, at=None, after=12):
    return [one.pk for one in queries.due(cast.county_clerk, at or cast.county, after=after)]


def test_old_data_are_on_the_list_and_fresh_ones_are_not(desk, cast):
    old, stale = aged(desk.member(1)), aged(desk.member(2), checked=399)
    aged(desk.member(3), since=45)
    aged(desk.member(4), checked=45)
    assert due(cast) == [old.pk, stale.pk]
    assert due(cast, cast.mine) == []
    assert due(cast, after=1) == [old.pk, stale.pk, *[one.pk for one in Membership.objects.order_by("id")[2:]]]


def test_how_old_is_old_is_a_rule_of_the_region(desk, cast):
    aged(desk.member(1))
    assert queries.months(cast.county) == 12
    policies.set_value(
        "membership.check_months", 24, by=cast.city_clerk, organization=cast.city, since=dates.today(), source="市总会议纪要"
    )
    assert queries.months(cast.county) == 24
    assert due(cast, after=queries.months(cast.county)) == []


def test_a_tick_takes_off_the_list_and_is_on_record(desk, cast):
    one, other = aged(desk.member(1)), aged(desk.member(2))
    clerk = cast.client("county_clerk")
    assert one.number in clerk.get(LIST).content.decode()
    asked = clerk.post(CONFIRM, {"pick": [one.pk]})
    assert [asked.status_code, fresh(one).checked_on] == [200, None]
    assert one.number in asked.content.decode()
    done = clerk.post(CONFIRM, {"pick": [one.pk], "confirmed": "1"})
    assert [done.status_code, fresh(one).checked_on, fresh(other).checked_on] == [303, dates.today(), None]
    page = clerk.get(LIST).content.decode()
    assert one.number not in page
    assert other.number in page
    assert [row.actor for row in trail.rows(verb="membership.checked")] == [cast.county_clerk.pk]


def test_the_second_press_finds_nobody(desk, cast):
    aged(desk.member(1))
    found = queries.due(cast.county_clerk, cast.county, after=12)
    everybody = Membership.objects.all()
    assert yearly.confirm(found, at=cast.county, by=cast.county_clerk) == 1
    assert yearly.confirm(everybody, at=cast.county, by=cast.county_clerk) == 0


def test_many_are_confirmed_in_slices(desk, cast, monkeypatch):
    monkeypatch.setattr(yearly, "MOST", 2)
    for n in range(1, 4):
        aged(desk.member(n))
    pressed = [yearly.confirm(Membership.objects.all(), at=cast.county, by=cast.county_clerk) for _ in range(3)]
    assert pressed == [2, 1, 0]


def test_nobody_confirms_outside_their_unit(desk, cast):
    one = aged(desk.member(1))
    assert yearly.confirm(Membership.objects.all(), at=cast.mine, by=cast.neighbour_chair) == 0
    with pytest.raises(NotVisible):
        yearly.confirm(Membership.objects.all(), at=cast.factory, by=cast.neighbour_chair)
    assert fresh(one).checked_on is None


def test_nothing_selected_is_said(desk, cast):
    aged(desk.member(1))
    assert cast.client("county_clerk").post(CONFIRM, {"confirmed": "1"}).status_code == 422


def test_a_member_confirms_the_own_data_and_is_active_by_it(desk, cast):
    one = aged(desk.member(1, given=desk.known(cast.worker)))
    phone = cast.client("worker")
    page = phone.get(reverse("membership:hall-mine")).content.decode()
    assert reverse("portal:correct") in page
    assert reverse("membership:hall-confirm") in page
    with clock.fixed(clock.now() + timedelta(days=1)):
        assert [yearly.confirm_own(cast.worker), yearly.confirm_own(cast.worker)] == [True, False]
        assert fresh(one).checked_on == dates.today()
        assert figure("membership.active_members", cast.factory) == 1
    assert [row.actor for row in trail.rows(verb="membership.checked")] == [cast.worker.pk]


def test_the_phone_shows_what_is_to_be_compared(desk, cast):
    one = desk.member(1, given=applicant(1, employer="北山机械厂"))
    freshness.confirm([one.person_id], {"phone": "code"}, by=one.person)
    page = phone_of(one.person).get(reverse("membership:hall-mine")).content.decode()
    shown = page[page.index('id="compare"') :].partition("</dl>")[0]
    masked = (number_of(1)[:3] + "***********" + number_of(1)[-4:], "100****0001")
    assert [shown.count(words) for words in ("高远航", *masked, "北山机械厂")] == [1, 1, 1, 1]
    assert [shown.count(words) for words in ("短信验证 · 今天", "从未核对")] == [1, 3]
    assert number_of(1) not in page
    assert phone_of(one.person).post(reverse("membership:hall-confirm")).status_code == 303
    assert 'id="compare"' not in phone_of(one.person).get(reverse("membership:hall-mine")).content.decode()


def test_the_button_on_the_phone_confirms(desk, cast):
    one = aged(desk.member(1, given=desk.known(cast.worker)))
    phone = cast.client("worker")
    answer = phone.post(reverse("membership:hall-confirm"))
    assert [answer.status_code, fresh(one).checked_on] == [303, dates.today()]
    assert "资料无误" not in phone.get(reverse("membership:hall-mine")).content.decode()


def test_who_is_no_member_confirms_nothing(cast):
    assert yearly.confirm_own(cast.worker) is False
    assert cast.client("worker").post(reverse("membership:hall-confirm")).status_code == 303


def test_a_member_whose_every_field_was_confirmed_since_is_not_due(desk, cast):
    one, other = aged(desk.member(1)), aged(desk.member(2))
    every = dict.fromkeys(registry.CONFIRMED, "desk")
    freshness.confirm([one.person_id], every, by=cast.county_clerk)
    freshness.confirm([other.person_id], {**every, "phone": "code"}, by=cast.county_clerk)
    assert due(cast) == []
    Confirmation.objects.filter(person=other.person_id, field="phone").update(on=dates.today() - timedelta(days=400))
    assert due(cast) == [other.pk]
    lines = queries.lines([other], after=12)[other.pk]
    assert [field for field, line in lines.items() if line.old] == ["phone"]
    page = cast.client("county_clerk").get(LIST).content.decode()
    assert "13 个月前" in page
    assert one.number not in page


def test_the_list_is_narrowed_to_whose_phone_is_old(desk, cast):
    old, proven = aged(desk.member(1)), aged(desk.member(2))
    aged(desk.member(3), since=45)
    freshness.confirm([proven.person_id], {"phone": "code"}, by=proven.person)

    def found(field):
        return [one.pk for one in browse.members(cast.county_clerk, browse.filters_of({"stale": field})).order_by("id")]

    assert found("phone") == [old.pk]
    assert found("employer") == [old.pk, proven.pk]
    policies.set_value(
        "membership.check_months", 24, by=cast.city_clerk, organization=cast.city, since=dates.today(), source="市总会议纪要"
    )
    assert found("phone") == []


def test_the_member_page_says_how_old_each_field_is(desk, cast):
    one = aged(desk.member(1, given=applicant(1, employer="示范机械")))
    with clock.fixed(clock.now() - timedelta(days=70)):
        freshness.confirm([one.person_id], {"phone": "code"}, by=one.person)
    page = cast.client("county_clerk").get(reverse("membership:desk-member", args=[one.pk])).content.decode()
    assert "短信验证" in page
    assert "2 个月前" in page
    assert page.count("尚未核对") == 3  # name, document, employer
