"""Nobody decides the own case at the desk of membership, by whichever file of the same human; a colleague does."""

from datetime import timedelta

import pytest
from django.urls import reverse

from unionhall.kernel.flows.actions import moves
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.actions import merging
from unionhall.kernel.people.models import Pair
from unionhall.kernel.policies import actions as policies
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.testing.cast import id_number
from unionhall.work.membership import access
from unionhall.work.membership.actions import benefits, doubles, joining, standing, transfers, yearly
from unionhall.work.membership.models import Application, Membership, Transfer
from unionhall.work.membership.tests.conftest import fresh
from unionhall.work.membership.tests.test_benefits import offered
from unionhall.work.membership.tests.test_import_rosters import book, bring, counts

__all__ = ["bring"]
pytestmark = pytest.mark.django_db
SENTENCE = "请由同事办理"


def refused(act):
    """The code with which an act is refused."""
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.code


@pytest.fixture
def own(desk, cast) -> Transfer:
    """The county clerk, who may move members of both unions, wants to move from the factory to the hospital."""
    policies.set_value(
        "membership.accept_alone", False, by=cast.city_clerk, organization=cast.city, since=dates.today(), source="市总会议纪要"
    )
    one = desk.member(given=desk.known(cast.county_clerk))
    return transfers.ask(membership_id=one.pk, to=cast.hospital, by=cast.county_clerk)


def act(own, what, by, **more):
    return transfers.act(transfer_id=own.pk, what=what, by=by, **more)


def test_the_own_transfer_is_released_and_accepted_by_a_colleague(own, cast):
    county, city = cast.county_clerk, cast.city_clerk
    assert [refused(lambda: act(own, "release", county)), refused(lambda: act(own, "hold", county, reason="不同意"))] == [
        "own_case",
        "own_case",
    ]
    assert [fresh(own).state, fresh(own.membership).state] == ["asked", "member"]
    act(own, "release", city)
    assert [refused(lambda: act(own, "accept", county)), refused(lambda: act(own, "decline", county, reason="不接收"))] == [
        "own_case",
        "own_case",
    ]
    assert [fresh(own).state, fresh(own.membership).state] == ["released", "member"]
    act(own, "accept", city)
    assert [fresh(own).state, fresh(own.membership).state, fresh(own).arrived.organization] == ["arrived", "moved", cast.hospital]


def test_its_page_says_so_and_the_own_wish_to_move_can_be_withdrawn(own, cast):
    browser, where = cast.client("county_clerk"), reverse("membership:desk-transfer", args=[own.pk])
    page = browser.get(where).content.decode()
    offers = [
        f'action="{reverse("membership:desk-transfer-act", args=[own.pk, what])}"' for what in ("release", "hold", "withdraw")
    ]
    assert [SENTENCE in page, *(each in page for each in offers)] == [True, False, False, True]
    posted = browser.post(reverse("membership:desk-transfer-act", args=[own.pk, "release"]), {"release-version": 1})
    assert (posted.status_code, "这是您本人的事项，请由同事办理。" in posted.content.decode()) == (422, True)
    colleague = cast.client("city_clerk").get(where).content.decode()
    assert [SENTENCE in colleague, *(each in colleague for each in offers)] == [False, True, True, True]
    act(own, "withdraw", cast.county_clerk)
    assert [fresh(own).state, fresh(own.membership).state] == ["withdrawn", "member"]


def test_a_second_file_of_the_same_human_is_the_own_case_too(desk, cast):
    one = desk.member(1)
    transfer = transfers.ask(membership_id=one.pk, to=cast.hospital, by=one.person)
    merging.merge(by=cast.city_clerk, kept=cast.county_clerk, gone=one.person, reason="同一人")
    assert [refused(lambda: act(transfer, "release", cast.county_clerk)), fresh(transfer).state] == ["own_case", "asked"]


def test_the_guard_is_seen_to_matter(own, cast, monkeypatch):
    """The sabotage twin: without the engine's check the clerk releases and accepts the own transfer."""
    monkeypatch.setattr(moves, "check_not_own", lambda _record, _by: None)
    act(own, "release", cast.county_clerk)
    act(own, "accept", cast.county_clerk)
    assert fresh(own).state == "arrived"


@pytest.fixture
def applied(desk, cast) -> Application:
    return desk.applied(given=desk.known(cast.county_clerk))


def test_the_own_application_is_decided_by_a_colleague(applied, cast):
    county = cast.county_clerk
    given = {"application_id": applied.pk, "by": county}
    for deed in (
        lambda: joining.approve(**given),
        lambda: joining.decide(**given, what="refuse", reason="不符合条件"),
        lambda: joining.decide(**given, what="send_back", reason="材料不全"),
        lambda: joining.hand_on(**given, to=cast.hospital, reason="单位不同"),
    ):
        assert refused(deed) == "own_case"
    outcome = joining.approve_many(access.applications_for(county).filter(pk=applied.pk), by=county)
    assert (outcome.done, outcome.failed) == (0, [(applied.reference, "这是您本人的事项，请由同事办理。")])
    page = cast.client("county_clerk").get(reverse("membership:desk-application", args=[applied.pk])).content.decode()
    assert (SENTENCE in page, 'data-key="a"' in page) == (True, False)
    assert [fresh(applied).state, Membership.objects.count()] == ["applied", 0]
    joining.approve(application_id=applied.pk, by=cast.city_clerk)
    assert [fresh(applied).state, Membership.objects.count()] == ["approved", 1]


def test_nobody_registers_oneself_at_the_desk_nor_by_a_sheet(desk, cast, bring):
    county = cast.county_clerk
    assert refused(lambda: joining.register(union=cast.factory, given=desk.known(county), by=county)) == "own_case"
    people.correct(by=None, person=county, id_number=id_number(901))
    _browser, one = bring("county_clerk", book([county.name, id_number(901), "", cast.factory.name, "", ""]))
    assert [counts(one), Membership.objects.count(), Application.objects.count()] == [{"refused": 1}, 0, 0]
    _browser, one = bring("city_clerk", book([county.name, id_number(901), "", cast.factory.name, "", ""]))
    assert counts(one) == {"made": 1}


def test_the_own_work_and_yearly_check_are_a_colleague_s(desk, cast):
    one, county = desk.member(given=desk.known(cast.county_clerk)), cast.county_clerk
    work = {"occupation": "driver", "hired": "direct", "employer": "", "platform": "", "migrant": False}
    assert refused(lambda: standing.correct_work(membership_id=one.pk, by=county, **work)) == "own_case"
    assert yearly.confirm(Membership.objects.all(), at=cast.county, by=county) == 0
    assert [fresh(one).occupation, fresh(one).checked_on] == ["regular", None]
    standing.correct_work(membership_id=one.pk, by=cast.city_clerk, **work)
    assert yearly.confirm(Membership.objects.all(), at=cast.county, by=cast.city_clerk) == 1
    assert [fresh(one).occupation, fresh(one).checked_on] == ["driver", dates.today()]


def test_the_own_benefit_is_checked_off_by_a_colleague(desk, cast):
    desk.member(given=desk.known(cast.county_clerk))
    claim = benefits.take(benefit_id=offered(cast).pk, person=cast.county_clerk)
    given = {"code": claim.code, "organization": cast.county}
    assert [refused(lambda: benefits.use(**given, by=cast.county_clerk)), fresh(claim).used_at] == ["own_case", None]
    benefits.use(**given, by=cast.city_clerk)
    assert dates.today() - dates.day_of(fresh(claim).used_at) == timedelta(0)


def test_nobody_says_which_files_are_oneself(desk, cast):
    one, county = desk.member(1), cast.county_clerk
    merging.note_pairs([(*sorted([one.person_id, county.pk]), 0.99, "{}")])
    pair = Pair.objects.get()
    keep = "first" if pair.first_id == county.pk else "second"
    assert refused(lambda: doubles.tell_apart(pair_id=pair.pk, by=county)) == "own_case"
    assert refused(lambda: doubles.merge(pair_id=pair.pk, by=county, keep=keep, reason="同一人")) == "own_case"
    assert fresh(pair).verdict == ""
    made = doubles.merge(pair_id=pair.pk, by=cast.city_clerk, keep=keep, reason="同一人")
    assert [refused(lambda: doubles.undo(merger_id=made.pk, by=county)), fresh(made).undone_at] == ["own_case", None]


def test_without_the_check_of_the_room_all_of_it_is_done_by_oneself(desk, cast, monkeypatch):
    """The sabotage twin of what is no move."""
    monkeypatch.setattr(access, "check_not_own", lambda _by, _person: None)
    one, county = desk.member(given=desk.known(cast.county_clerk)), cast.county_clerk
    claim = benefits.take(benefit_id=offered(cast).pk, person=county)
    benefits.use(code=claim.code, organization=cast.county, by=county)
    work = {"occupation": "driver", "hired": "direct", "employer": "", "platform": "", "migrant": False}
    standing.correct_work(membership_id=one.pk, by=county, **work)
    assert [fresh(claim).used_at is None, fresh(one).occupation] == [False, "driver"]
