"""The life of a membership: retained and restored, moved, left, expelled; dated, counted, kept for life."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from unionhall.kernel.flows.models import Task
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.notices.models import Notice
from unionhall.kernel.people import queries as people
from unionhall.kernel.policies import actions as policies
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.testing.race import at_once
from unionhall.work.membership import rules
from unionhall.work.membership.actions import dissolving, joining, standing, transfers
from unionhall.work.membership.models import Membership, Transfer
from unionhall.work.membership.tests.conftest import applicant, assert_books_agree, figure, fresh, phone_of

pytestmark = pytest.mark.django_db


def test_a_retained_member_is_left_out_of_the_statistics(desk, cast):
    one = desk.member(1)
    standing.change(membership_id=one.pk, what="retain", ground="military", by=cast.chair)
    assert [figure("membership.members", cast.factory), figure("membership.retained", cast.factory)] == [0, 1]
    assert people.standing_on(dates.today(), "member").filter(person=one.person).exists()  # the membership itself is kept
    standing.change(membership_id=one.pk, what="restore", by=cast.chair)
    assert [figure("membership.members", cast.factory), figure("membership.retained", cast.factory)] == [1, 0]
    assert [change.what for change in fresh(one).changes.all()] == ["join", "retain", "restore"]
    assert_books_agree()


@pytest.mark.parametrize(("what", "more"), [("leave", {"reason": "本人申请"}), ("retain", {"ground": "retired"})])
def test_what_is_noted_late_never_makes_less_than_none(desk, cast, what, more):
    today = dates.today()
    joined, ended = today - timedelta(days=30), today - timedelta(days=10)
    one = joining.register(union=cast.factory, given=applicant(1), by=cast.county_clerk, on=joined)
    standing.mark_authenticated(one, by=cast.county_clerk)  # found out today, of somebody who went ten days ago
    standing.change(membership_id=one.pk, what=what, on=ended, by=cast.chair, **more)
    days = (joined, ended, ended + timedelta(days=1), today)
    held = [
        [figure(f"membership.{code}", cast.factory, window=Window.until(day)) for day in days]
        for code in ("members", "authenticated")
    ]
    assert held == [[1, 0, 0, 0], [0, 0, 0, 0]]
    if what == "retain":
        standing.change(membership_id=one.pk, what="restore", on=ended + timedelta(days=1), by=cast.chair)
        assert [figure("membership.authenticated", cast.factory, window=Window.until(day)) for day in days] == [0, 0, 0, 1]
    assert_books_agree()


@pytest.mark.parametrize(("what", "state"), [("leave", "left"), ("die", "deceased")])
def test_an_end_is_an_end(desk, cast, what, state):
    one = desk.member(1)
    standing.change(membership_id=one.pk, what=what, reason="本人申请", by=cast.chair)
    assert [fresh(one).state, fresh(one).until] == [state, dates.today()]
    assert figure("membership.members", cast.city) == 0
    assert figure("membership.ended", cast.city) == 1
    with pytest.raises(Conflict):
        standing.change(membership_id=one.pk, what="restore", by=cast.chair)
    assert_books_agree()


@pytest.mark.parametrize(
    ("what", "more", "title"),
    [
        ("retain", {"ground": "unemployed"}, "会籍已保留"),
        ("second", {"reason": "借调到县总工会"}, "已登记借调"),
        ("leave", {"reason": "本人申请退会"}, "已退会"),
        ("expel", {"reason": "依法受到刑事处罚", "expulsion": "all"}, "会籍已终止"),
        ("die", {}, None),
    ],
)
def test_the_member_is_told_of_every_change_but_the_last(desk, cast, what, more, title):
    one = desk.member()
    if more.get("expulsion"):
        more = {**more, "expulsion": rules.Expulsion(punished=True, discussed=True, decided_on=dates.today())}
    standing.change(membership_id=one.pk, what=what, by=cast.county_clerk, **more)
    told = Notice.objects.filter(person=one.person, kind__startswith="membership.told_").values_list("kind", flat=True)
    assert list(told) == ([f"membership.told_{what}"] if title else [])
    if title:
        page = phone_of(one.person).get(reverse("portal:messages")).content.decode()
        assert all(words in page for words in (title, cast.factory.name, dates.today().isoformat()))


@pytest.mark.parametrize(("released", "state"), [(False, "withdrawn"), (True, "held")])
def test_a_transfer_under_way_ends_with_the_membership(desk, cast, released, state):
    one = desk.member()
    policies.set_value(
        "membership.accept_alone", False, by=cast.city_clerk, organization=cast.city, since=dates.today(), source="市总会议纪要"
    )
    transfer = transfers.ask(membership_id=one.pk, to=cast.mine, by=one.person)
    if released:
        transfers.act(transfer_id=transfer.pk, what="release", by=cast.city_clerk)
    standing.change(membership_id=one.pk, what="leave", reason="本人申请退会", by=cast.city_clerk)
    assert [fresh(transfer).state, fresh(one).state] == [state, "left"]
    assert not Task.objects.filter(record_kind="membership.transfer", done_at=None).exists()
    assert "正在办理转会" not in cast.client("county_clerk").get(reverse("membership:desk-member", args=[one.pk])).content.decode()


@pytest.mark.parametrize("what", ["hold", "decline"])
def test_the_member_is_told_who_did_not_agree_to_a_transfer(desk, cast, what):
    one = desk.member()
    policies.set_value(
        "membership.accept_alone", False, by=cast.city_clerk, organization=cast.city, since=dates.today(), source="市总会议纪要"
    )
    transfer = transfers.ask(membership_id=one.pk, to=cast.mine, by=one.person)
    if what == "decline":
        transfers.act(transfer_id=transfer.pk, what="release", by=cast.city_clerk)
    transfers.act(transfer_id=transfer.pk, what=what, by=cast.city_clerk, reason="还有未办结的事项")
    (told,) = Notice.objects.filter(person=one.person, kind="membership.held")
    assert told.context == {"union": (cast.factory if what == "hold" else cast.mine).name, "reason": "还有未办结的事项"}


def test_whoever_left_may_join_again_and_the_past_stays(desk, cast):
    first = desk.member(1)
    standing.change(membership_id=first.pk, what="leave", reason="本人申请", by=cast.chair)
    second = desk.member(1)
    assert [second.person_id, second.pk != first.pk] == [first.person_id, True]
    assert Membership.objects.filter(person=first.person).count() == 2
    assert_books_agree()


def test_nobody_is_expelled_without_a_punishment(desk, cast):
    one = desk.member(1)
    with pytest.raises(Refused) as refusal:
        standing.change(membership_id=one.pk, what="expel", reason="犯罪受刑", by=cast.chair)
    assert refusal.value.field == "punished"
    decided = rules.Expulsion(punished=True, discussed=True, decided_on=dates.today())
    standing.change(membership_id=one.pk, what="expel", reason="犯罪受刑", by=cast.chair, expulsion=decided)
    assert fresh(one).state == "expelled"
    said = fresh(one).changes.last().reason
    assert said.startswith("犯罪受刑") and f"委员会于 {dates.today()} 决定" in said
    assert_books_agree()


def test_the_neighbour_changes_nothing(desk, cast):
    one = desk.member(1)
    with pytest.raises(NotVisible):
        standing.change(membership_id=one.pk, what="leave", reason="本人申请", by=cast.neighbour_chair)
    assert fresh(one).state == "member"


def test_when_the_employer_is_gone_the_files_go_up_and_are_kept(desk, cast):
    desk.member(1)
    desk.member(2)
    done = dissolving.dissolve(union=cast.factory, upper=cast.township, by=cast.county_clerk, reason="企业破产")
    assert done == dissolving.Outcome(moved=2, left=0)
    kept = Membership.objects.filter(until=None)
    assert {(one.organization_id, one.state, one.ground) for one in kept} == {(cast.township.pk, "retained", "dissolved")}
    assert figure("membership.members", cast.city) == 0
    assert figure("membership.retained", cast.township) == 2
    assert {one.person.home_id for one in kept.select_related("person")} == {cast.township.pk}
    assert_books_agree()
    with pytest.raises(Conflict):
        dissolving.dissolve(union=cast.factory, upper=cast.township, by=cast.county_clerk, reason="企业破产")


def test_whoever_is_moving_elsewhere_goes_there_and_not_up(desk, cast):
    staying, moving = desk.member(1), desk.member(2)
    transfer = transfers.ask(membership_id=moving.pk, to=cast.mine, by=moving.person)
    assert dissolving.waiting(cast.factory) == dissolving.Waiting(members=2, transferring=1)
    dissolving.dissolve(union=cast.factory, upper=cast.township, by=cast.county_clerk, reason="企业破产")
    assert [fresh(staying).state, fresh(moving).state, fresh(transfer).state] == ["moved", "member", "asked"]
    transfers.act(transfer_id=transfer.pk, what="release", by=cast.county_clerk)
    assert Membership.objects.get(person=moving.person, until=None).organization_id == cast.mine.pk
    assert_books_agree()


def test_a_large_union_is_dissolved_in_slices(desk, cast, monkeypatch):
    monkeypatch.setattr(dissolving, "MOST", 1)
    desk.member(1)
    desk.member(2)
    said = [dissolving.dissolve(union=cast.factory, upper=cast.township, by=cast.county_clerk, reason="破产") for _ in range(2)]
    assert said == [dissolving.Outcome(1, 1), dissolving.Outcome(1, 0)]
    assert_books_agree()


def test_files_go_up_only_and_only_by_who_may_there(desk, cast):
    one = desk.member(1)
    with pytest.raises(Refused) as aside:
        dissolving.dissolve(union=cast.factory, upper=cast.mine, by=cast.city_clerk, reason="企业破产")
    assert aside.value.field == "upper"
    with pytest.raises(Refused) as silent:
        dissolving.dissolve(union=cast.factory, upper=cast.township, by=cast.county_clerk)
    assert silent.value.field == "reason"
    with pytest.raises(NotVisible):
        dissolving.dissolve(union=cast.factory, upper=cast.township, by=cast.chair, reason="企业破产")
    assert fresh(one).state == "member"


def test_the_page_of_a_dissolution_tells_and_does(desk, cast):
    desk.member(1)
    clerk, url = cast.client("county_clerk"), reverse("membership:desk-dissolve", args=[cast.factory.pk])
    assert f'value="{cast.township.pk}"' in clerk.get(url).content.decode()
    wrong = clerk.post(url, {"upper": cast.township.pk, "on": dates.today().isoformat(), "reason": ""})
    assert [wrong.status_code, Membership.objects.filter(state="retained").count()] == [422, 0]
    done = clerk.post(url, {"upper": cast.township.pk, "on": dates.today().isoformat(), "reason": "企业破产"})
    assert [done.status_code, Membership.objects.get(until=None).ground] == [303, "dissolved"]
    assert cast.client("neighbour_chair").get(url).status_code == 404


def test_a_transfer_in_one_tap_with_release(desk, cast):
    one = desk.member(1)
    transfer = transfers.ask(membership_id=one.pk, to=cast.mine, by=one.person)
    assert [transfer.state, transfer.organization_id] == ["asked", cast.factory.pk]
    with pytest.raises(Conflict):
        transfers.ask(membership_id=one.pk, to=cast.hospital, by=one.person)
    with pytest.raises(Refused):
        transfers.act(transfer_id=transfer.pk, what="release", by=cast.neighbour_chair)  # the new union does not release
    transfers.act(transfer_id=transfer.pk, what="release", by=cast.chair)
    now = Membership.objects.get(person=one.person, until=None)
    assert [now.organization_id, now.previous_id, now.joined_on] == [cast.mine.pk, one.pk, one.joined_on]
    assert [fresh(one).state, fresh(one).until] == ["moved", dates.today()]
    assert [figure("membership.members", at) for at in (cast.factory, cast.mine, cast.city)] == [0, 1, 1]
    assert fresh(one.person).home_id == cast.mine.pk
    assert_books_agree()


def test_a_silent_union_lets_go_by_itself(desk, cast):
    one = desk.member(1)
    transfers.ask(membership_id=one.pk, to=cast.mine, by=one.person)
    assert transfers.release_silent() == 0
    with clock.fixed(clock.now() + timedelta(days=30)):
        assert transfers.release_silent() == 1
        assert transfers.release_silent() == 0
        assert Membership.objects.get(until=None).organization_id == cast.mine.pk


def test_a_union_that_wants_to_see_newcomers_accepts_by_hand(desk, cast):
    policies.set_value(
        "membership.accept_alone", False, by=cast.city_clerk, organization=cast.city, since=dates.today(), source="市总会议纪要"
    )
    one = desk.member(1)
    transfer = transfers.ask(membership_id=one.pk, to=cast.hospital, by=one.person)
    transfers.act(transfer_id=transfer.pk, what="release", by=cast.chair)
    assert [fresh(transfer).state, fresh(one).until] == ["released", None]
    transfers.act(transfer_id=transfer.pk, what="accept", by=cast.county_clerk)
    assert fresh(transfer).state == "arrived"
    assert_books_agree()


def test_a_held_transfer_leaves_the_member_where_they_are(desk, cast):
    one = desk.member(1)
    transfer = transfers.ask(membership_id=one.pk, to=cast.mine, by=one.person)
    transfers.act(transfer_id=transfer.pk, what="hold", reason="经费未清", by=cast.chair)
    assert [fresh(transfer).state, fresh(one).state] == ["held", "member"]
    assert_books_agree()


def test_nobody_asks_for_others(desk, cast):
    one = desk.member(1)
    with pytest.raises(NotVisible):
        transfers.ask(membership_id=one.pk, to=cast.port, by=cast.worker)
    assert not Transfer.objects.exists()


def test_the_database_allows_one_alive_membership(desk, cast):
    one = desk.member(1)
    twin = standing.successor(one, at=cast.mine, since=dates.today())
    twin.org_path, twin.state_since, twin.number = cast.mine.path, dates.today(), "HY-twin"
    with pytest.raises(IntegrityError, match="member_alive_once"), transaction.atomic():
        twin.save()


def test_the_guard_is_seen_to_matter(desk, cast):
    """The sabotage twin: with the first one ended, the same row goes in."""
    one = desk.member(1)
    standing.change(membership_id=one.pk, what="leave", reason="本人申请", by=cast.chair)
    twin = standing.successor(one, at=cast.mine, since=dates.today())
    twin.org_path, twin.state_since, twin.number = cast.mine.path, dates.today(), "HY-twin"
    twin.save()
    assert Membership.objects.filter(person=one.person, until=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_transfers_at_once_are_one(desk, cast):
    one = desk.member(1)
    answers = at_once(8, lambda n: transfers.ask(membership_id=one.pk, to=(cast.mine, cast.hospital)[n % 2], by=one.person))
    assert sum(isinstance(each, Transfer) for each in answers) == 1
    assert sum(isinstance(each, Conflict) for each in answers) == 7


def test_how_somebody_works_is_corrected_and_regrouped(desk, cast):
    one = desk.member(1)
    standing.correct_work(
        membership_id=one.pk, by=cast.chair, occupation="rider", hired="platform", employer="", platform="美味外送", migrant=True
    )
    assert figure("membership.new_form_members", cast.city) == 1
    assert figure("membership.members", cast.city) == 1
    assert_books_agree()


def test_a_page_that_lay_open_says_why_nothing_was_done(desk, cast):
    one, clerk = desk.member(1), cast.client("county_clerk")
    standing.change(membership_id=one.pk, what="leave", reason="本人申请", by=cast.chair)
    late = {"retain-on": dates.today(), "retain-ground": "retired"}
    answer = clerk.post(reverse("membership:desk-change", args=[one.pk, "retain"]), late)
    assert answer.status_code == 409
    assert "会籍当前状态不能办理此项变更" in answer.content.decode()
    assert fresh(one).state == "left"


def test_an_answered_transfer_says_so_to_a_page_that_lay_open(desk, cast):
    one, clerk = desk.member(1), cast.client("city_clerk")
    transfer = transfers.ask(membership_id=one.pk, to=cast.mine, by=one.person)
    transfers.act(transfer_id=transfer.pk, what="release", by=cast.city_clerk)
    answer = clerk.post(reverse("membership:desk-transfer-act", args=[transfer.pk, "hold"]), {"hold-reason": "手续未结"})
    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()
    assert fresh(transfer).state == "arrived"


def test_a_second_transfer_is_refused_on_its_own_page(desk, cast):
    one = desk.member(1)
    browser = phone_of(one.person)
    transfers.ask(membership_id=one.pk, to=cast.mine, by=one.person)
    answer = browser.post(reverse("membership:hall-move"), {"name": cast.mine.name})
    page = answer.content.decode()
    assert (answer.status_code, "已有一份转会申请在办理" in page, 'name="q"' in page) == (409, True, True)


def test_a_correction_does_not_overwrite_another_one(desk, cast):
    one, clerk = desk.member(1), cast.client("county_clerk")
    told = {"occupation": "courier", "hired": "platform", "employer": "甲站", "version": one.version}
    where = reverse("membership:desk-work", args=[one.pk])
    assert clerk.post(where, told).status_code == 303
    answer = clerk.post(where, {**told, "employer": "乙站"})
    assert (answer.status_code, fresh(one).employer) == (409, "甲站")
    assert "有改动" in answer.content.decode()


def test_a_member_s_record_shows_one_name_and_in_full(desk, cast):
    one, chair = desk.member(1), cast.client("chair")
    for where in ("membership:desk-member", "membership:desk-consent"):
        page = chair.get(reverse(where, args=[one.pk])).content.decode()
        assert ("高远航" in page, "高**" in page) == (True, False)
    assert "高**" in chair.get(reverse("membership:desk-list")).content.decode()  # lists mask
