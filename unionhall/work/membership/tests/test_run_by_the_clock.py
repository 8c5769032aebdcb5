"""What the house does by itself each morning: each job does its work once, and nothing the second time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.policies import actions as policies
from unionhall.lib import clock, dates
from unionhall.work.membership import jobs
from unionhall.work.membership.actions import codes, partners, standing, transfers
from unionhall.work.membership.models import Founding, Membership, Opening
from unionhall.work.membership.tests.conftest import applicant, assert_books_agree, figure, fresh

pytestmark = pytest.mark.django_db


def run(code: str) -> object:
    return next(entry for entry in jobs.periodic if entry.code == code).run()


def crowd(desk, union, employer, *numbers):
    for n in numbers:
        desk.member(n, union=union, given=applicant(n, employer=employer))


def rule(cast, code, value, unit=None, by=None):
    policies.set_value(code, value, by=by or cast.city_clerk, organization=unit or cast.city, since=dates.today(), source="纪要")


def floor(cast, value, unit=None, by=None):
    rule(cast, partners.FLOOR, value, unit, by)


def test_the_room_declares_its_jobs():
    declared = {f"membership.{job}" for job in ("close_expired", "release_silent", "propose_foundings", "search_doubles")}
    assert {entry.code for entry in jobs.periodic} == declared


def test_an_expired_code_closes_its_union_once(desk, cast):
    desk.code(last_day=dates.today() + timedelta(days=2))
    desk.code(cast.hospital, last_day=dates.today() + timedelta(days=29))
    assert run("membership.close_expired") == 0
    with clock.fixed(clock.now() + timedelta(days=3)):
        assert [run("membership.close_expired"), run("membership.close_expired")] == [1, 0]
        assert {row.organization_id for row in Opening.objects.filter(opened_on__isnull=False)} == {cast.hospital.pk}
        assert figure("membership.code_open", cast.city) == 1
        assert_books_agree()


def test_the_books_say_the_day_however_late_it_is_noticed(desk, cast):
    over = dates.today() + timedelta(days=3)
    desk.code(last_day=over - timedelta(days=1))
    with clock.fixed(clock.now() + timedelta(days=9)):
        assert run("membership.close_expired") == 1
        assert figure("membership.code_open", cast.city, window=Window.until(over - timedelta(days=1))) == 1
        assert figure("membership.code_open", cast.city, window=Window.until(over)) == 0
        assert_books_agree()


def test_a_new_code_after_an_unnoticed_end_opens_again(desk, cast):
    desk.code(last_day=dates.today() + timedelta(days=2))
    with clock.fixed(clock.now() + timedelta(days=9)):
        codes.revoke(code_id=desk.code().pk, by=cast.county_clerk)
        desk.code()
        assert figure("membership.code_open", cast.city) == 1
        assert_books_agree()


def test_unions_that_are_open_cost_nothing(desk, cast):
    for union in (cast.factory, cast.township, cast.hospital):
        desk.code(union)
    with CaptureQueriesContext(connection) as asked:
        assert codes.close_expired() == 0
    assert len(asked) == 1


def test_silence_releases_once(desk, cast):
    one = desk.member(1)
    transfers.ask(membership_id=one.pk, to=cast.mine, by=one.person)
    assert run("membership.release_silent") == 0
    with clock.fixed(clock.now() + timedelta(days=30)):
        assert [run("membership.release_silent"), run("membership.release_silent")] == [1, 0]
        assert Membership.objects.get(until=None).organization_id == cast.mine.pk
        assert_books_agree()


def test_a_transfer_that_cannot_go_on_stops_no_other(desk, cast):
    """As it may stand in a database from before a transfer ended with its membership."""
    gone, going = desk.member(1), desk.member(2)
    stuck = transfers.ask(membership_id=gone.pk, to=cast.mine, by=gone.person)
    transfers.ask(membership_id=going.pk, to=cast.mine, by=going.person)
    standing.turn(gone, "leave", reason="本人申请", by=cast.chair)
    with clock.fixed(clock.now() + timedelta(days=30)):
        assert [run("membership.release_silent"), run("membership.release_silent")] == [1, 0]
    assert [fresh(stuck).state, fresh(gone).state, fresh(going).state] == ["asked", "left", "moved"]


def test_nobody_moves_to_a_union_that_is_closed_by_now(desk, cast):
    one = desk.member(1)
    transfer = transfers.ask(membership_id=one.pk, to=cast.mine, by=one.person)
    type(cast.mine).objects.filter(pk=cast.mine.pk).update(until=dates.today())
    with clock.fixed(clock.now() + timedelta(days=30)):
        assert run("membership.release_silent") == 0
    assert [fresh(transfer).state, fresh(one).state] == ["asked", "member"]


def test_enough_of_one_employer_are_proposed_once(desk, cast):
    floor(cast, 3)
    crowd(desk, cast.township, "红旗物流公司", 1, 2, 3)
    crowd(desk, cast.township, "东风快递", 4, 5)
    assert [run("membership.propose_foundings"), run("membership.propose_foundings")] == [1, 0]
    assert [one.employer for one in Founding.objects.all()] == ["红旗物流公司"]
    assert_books_agree()


def set_aside(cast) -> Founding:
    """The one open proposal, set aside by the township."""
    one = Founding.objects.get(decision="")
    partners.decide_founding(founding_id=one.pk, decision="set_aside", reason="企业拟明年搬迁", by=cast.township_clerk)
    return one


def test_what_was_set_aside_is_proposed_again_when_so_many_more_are_there(desk, cast):
    floor(cast, 3)
    rule(cast, partners.GROWTH, 2)
    crowd(desk, cast.township, "红旗物流公司", 1, 2, 3)
    run("membership.propose_foundings")
    set_aside(cast)
    crowd(desk, cast.township, "红旗物流公司", 4)
    assert run("membership.propose_foundings") == 0
    crowd(desk, cast.township, "红旗物流公司", 5)
    assert [run("membership.propose_foundings"), run("membership.propose_foundings")] == [1, 0]
    assert [(one.members, one.decision) for one in Founding.objects.order_by("id")] == [(3, "set_aside"), (5, "")]
    page = cast.client("township_clerk").get(reverse("membership:desk-founding", args=[Founding.objects.get(decision="").pk]))
    assert "企业拟明年搬迁" in page.content.decode()
    assert_books_agree()


def test_what_was_set_aside_is_proposed_again_after_the_months_of_the_policy(desk, cast):
    floor(cast, 3)
    rule(cast, partners.MONTHS, 2)
    crowd(desk, cast.township, "红旗物流公司", 1, 2, 3)
    run("membership.propose_foundings")
    day = dates.months_later(set_aside(cast).raised_on, 2)
    for when, raised in ((day - timedelta(days=1), 0), (day, 1)):
        with clock.fixed(dates.start_of(when) + timedelta(hours=7)):
            assert run("membership.propose_foundings") == raised


def test_what_was_taken_up_is_not_proposed_again(desk, cast):
    floor(cast, 3)
    rule(cast, partners.GROWTH, 1)
    crowd(desk, cast.township, "红旗物流公司", 1, 2, 3)
    run("membership.propose_foundings")
    one = Founding.objects.get()
    partners.decide_founding(founding_id=one.pk, decision="taken", reason="已约企业负责人", by=cast.township_clerk)
    crowd(desk, cast.township, "红旗物流公司", 4, 5)
    assert run("membership.propose_foundings") == 0


def test_how_many_are_enough_is_what_the_region_says(desk, cast):
    """The least floor of all regions opens the search; each region's own floor decides."""
    floor(cast, 3, cast.other_county, cast.stranger)
    crowd(desk, cast.township, "红旗物流公司", 1, 2, 3)
    assert run("membership.propose_foundings") == 0
    floor(cast, 3, cast.county)
    assert run("membership.propose_foundings") == 1


def test_groups_below_every_floor_are_not_looked_at(desk, cast):
    floor(cast, 4)
    crowd(desk, cast.township, "红旗物流公司", 1, 2, 3)
    with CaptureQueriesContext(connection) as asked:
        assert partners.propose_foundings() == 0
    assert sum("membership_membership" in query["sql"] for query in asked) == 1
    assert " >= 25" not in asked[-1]["sql"]
