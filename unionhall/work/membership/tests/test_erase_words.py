"""Whoever is erased: no word about them is left in any column of the database; the trail verifies and the counts stay."""

import pytest
from django.urls import reverse

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import queries as grants
from unionhall.kernel.access.models import Account
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit import queries as trail
from unionhall.kernel.flows.actions import moves
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import registry
from unionhall.kernel.people.actions import merging
from unionhall.kernel.people.actions import words as sealing
from unionhall.kernel.people.models import DataKey
from unionhall.kernel.people.queries import words
from unionhall.kernel.policies import actions as policies
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.testing.planted import Planter, hits
from unionhall.work.membership.actions import joining, messages, partners, standing, transfers, wishes
from unionhall.work.membership.models import Application, Change, Membership, Transfer, Wish
from unionhall.work.membership.tests.conftest import applicant, assert_books_agree, figure, fresh

pytestmark = pytest.mark.django_db
SEALED_FROM_THE_BEGINNING = (6, 14, 15)  # the reasons of printing and of a correction, and the address
COUNTS = ("membership.members", "membership.joined", "membership.moved", "membership.ended", "membership.applied")


@pytest.fixture
def plant():
    return Planter()


@pytest.fixture
def lived(desk, cast, plant):
    """A membership whose life left free words wherever membership, people, flows, notices and the trail keep some."""
    policies.set_value(
        "membership.accept_alone", False, by=cast.city_clerk, organization=cast.city, since=dates.today(), source="市总会议纪要"
    )
    clerk, today = cast.city_clerk, dates.today()
    given = applicant(1, name=plant("姓名"), employer=plant("单位"), platform=plant("平台"), occupation="rider")
    application = desk.applied(given=given)
    joining.decide(application_id=application.pk, what="send_back", reason=plant("退回"), by=clerk)
    moves.move(fresh(application), "resend", by=clerk)
    joining.hand_on(application_id=application.pk, to=cast.hospital, reason=plant("转交"), by=clerk)
    joining.approve(application_id=application.pk, by=clerk)
    one = Membership.objects.get()
    partners.tag(Membership.objects.filter(pk=one.pk), tag=plant("标签"), at=cast.hospital, by=clerk)
    found = Membership.objects.filter(pk=one.pk)
    partners.printed(found, what="certificate", at=cast.hospital, by=clerk, reason=plant("开证明"), most=5)
    messages.send(found, text=plant("消息"), texted=False, at=cast.hospital, by=clerk)
    wish = wishes.ask(membership_id=one.pk, what="retain", ground="other", on=today, by=one.person, words=plant("愿望"))
    wishes.refuse(wish_id=wish.pk, by=clerk, reason=plant("答复"))
    held = transfers.ask(membership_id=one.pk, to=cast.factory, by=one.person, why=plant("转会"))
    transfers.act(transfer_id=held.pk, what="hold", by=clerk, reason=plant("不放"))
    moved = transfers.ask(membership_id=one.pk, to=cast.factory, by=one.person, why=plant("再转"))
    for what in ("release", "accept"):
        transfers.act(transfer_id=moved.pk, what=what, by=clerk)
    now = Membership.objects.get(until=None)
    standing.change(membership_id=now.pk, what="retain", by=clerk, ground="retired", reason=plant("保留"))
    people.correct(by=clerk, person=now.person, sealed={"address": plant("住址")}, reason=plant("更正"))
    standing.change(membership_id=now.pk, what="leave", by=clerk, reason=plant("退会"))
    return now


def erased(lived, cast):
    people.erase(by=cast.city_clerk, person=fresh(lived.person), reason="本人申请")


def test_no_word_is_left_in_any_column_and_the_counts_stay(lived, cast, plant):
    before = [figure(code, cast.city) for code in COUNTS]
    life = [(one.what, one.old, one.new, one.on) for one in Change.objects.order_by("id")]
    readable = {word for _table, _column, word in hits(*plant.words)}
    assert set(plant.words) - readable == {plant.words[place] for place in SEALED_FROM_THE_BEGINNING}
    erased(lived, cast)
    assert hits(*plant.words) == set()
    assert audit.verify().ok
    assert [figure(code, cast.city) for code in COUNTS] == before
    assert [(one.what, one.old, one.new, one.on) for one in Change.objects.order_by("id")] == life
    assert_books_agree()


def test_the_trail_says_why_until_then_and_afterwards_that_it_is_gone(lived, cast, plant):
    left = trail.rows(verb="membership.leave").get()
    assert (left.reason, words.reason(left)) == ("", plant.words[-1])
    page = cast.client("city_clerk").get(reverse("membership:desk-member", args=[lived.pk])).content.decode()
    assert plant.words[-1] in page
    erased(lived, cast)
    assert words.reason(trail.rows(verb="membership.leave").get()) == "（已删除）"
    assert trail.rows(verb="people.erased").get().reason == "本人申请"


def test_the_pages_of_what_stays_open_and_say_none_of_it(lived, cast, plant):
    erased(lived, cast)
    browser, found = cast.client("city_clerk"), (Application, Transfer, Wish)
    pages = [reverse("membership:desk-member", args=[lived.pk])]
    for model in found:
        name = f"membership:desk-{model._meta.model_name}"
        pages += [reverse(name, args=[pk]) for pk in model.objects.values_list("pk", flat=True)]
    answers = [browser.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert [word for answer in answers for word in plant.words if word in answer.content.decode()] == []


def test_nobody_is_erased_who_is_a_member_or_asks_to_be_one(cast, desk):
    application = desk.applied(given=applicant(3))
    with pytest.raises(Refused, match=f"暂不能删除：入会申请 {application.reference} 尚未办结"):
        people.erase(by=cast.city_clerk, person=fresh(application.person), reason="本人申请")
    member = joining.approve(application_id=application.pk, by=cast.city_clerk)
    with pytest.raises(Refused, match=f"暂不能删除：会籍 {member.number} 尚未终止，请先办理退会"):
        people.erase(by=cast.city_clerk, person=fresh(application.person), reason="本人申请")
    assert fresh(application.person).erased_at is None
    standing.change(membership_id=member.pk, what="leave", by=cast.city_clerk, reason="本人申请")
    people.erase(by=cast.city_clerk, person=fresh(application.person), reason="本人申请")
    assert_books_agree()


def test_without_asking_the_rooms_a_member_would_be_somebody_without_a_name(cast, desk, monkeypatch):
    """The sabotage twin: the rooms are not asked."""
    monkeypatch.setattr(registry, "holds", lambda person: [])
    member = desk.member(3)
    people.erase(by=cast.city_clerk, person=fresh(member.person), reason="本人申请")
    assert str(Membership.objects.get(until=None).person) == "（已删除）"


def test_two_files_of_one_human_go_together(lived, cast, plant, desk):
    double = desk.member(2, union=cast.factory, given=applicant(2, name="高远航"))
    standing.change(membership_id=double.pk, what="leave", by=cast.city_clerk, reason=plant("重复"))
    merging.note_pairs([(*sorted([lived.person_id, double.person_id]), 0.99, "{}")])
    merging.merge(by=cast.city_clerk, kept=fresh(lived.person), gone=fresh(double.person), reason=plant("合并"))
    assert {plant.words[-1], plant.words[-2]} <= {word for _table, _column, word in hits(*plant.words)}
    erased(lived, cast)
    assert hits(*plant.words) == set()
    assert audit.verify().ok


def test_the_account_of_whoever_is_erased_says_nothing_and_opens_nothing(cast):
    account = Account.objects.get(person=cast.chair)
    account.username = "maizang.jiazi"
    account.save(update_fields=["username"])
    browser = cast.client("chair")
    with pytest.raises(Refused, match="仍有岗位权限，请先收回"):
        people.erase(by=cast.city_clerk, person=cast.chair, reason="本人申请")
    assert browser.get(reverse("office:home")).status_code == 200
    for held in grants.grants_of(cast.chair):
        access.revoke(held, by=cast.security_admin, reason="离任")
    people.erase(by=cast.city_clerk, person=cast.chair, reason="本人申请")
    account.refresh_from_db()
    assert (account.username, account.is_active, hits("maizang.jiazi")) == (f"erased-{account.pk}", False, set())
    assert browser.get(reverse("office:home")).status_code == 302


def test_without_forgetting_the_words_stay_readable(lived, cast, plant, monkeypatch):
    """The sabotage twin: what the rooms registered is not let go."""
    monkeypatch.setattr(registry, "words", list)
    monkeypatch.setattr(registry, "forgetters", list)
    erased(lived, cast)
    places = {(table, column) for table, column, _word in hits(*plant.words)}
    assert {
        ("membership_wish", "words"),
        ("membership_transfer", "why"),
        ("membership_change", "reason"),
        ("membership_membership", "tags"),
        ("flows_step", "reason"),
        ("notices_notice", "context"),
    } <= places
    assert not [place for place in places if place[0] == "audit_row"]


def test_without_sealing_the_trail_keeps_them_for_ever(desk, cast, plant, monkeypatch):
    """The sabotage twin of the trail: written in the clear, they cannot be let go any more."""
    monkeypatch.setattr(sealing, "seal_reasons", lambda acts: acts)
    monkeypatch.setattr("unionhall.kernel.audit.registry._sealers", [])
    one = desk.member(1)
    standing.change(membership_id=one.pk, what="leave", by=cast.city_clerk, reason=plant("退会"))
    people.erase(by=cast.city_clerk, person=fresh(one.person), reason="本人申请")
    assert hits(*plant.words) == {("audit_row", "reason", plant.words[0])}


def test_without_destroying_the_key_the_trail_can_still_be_read(lived, cast, plant, monkeypatch):
    """The sabotage twin of the key: kept, it opens what the trail holds."""
    keys = list(DataKey.objects.filter(person=lived.person).values())
    erased(lived, cast)
    row = trail.rows(verb="membership.leave").get()
    assert words.reason(row) == "（已删除）"
    DataKey.objects.bulk_create([DataKey(**key) for key in keys])
    assert words.reason(row) == plant.words[-1]
