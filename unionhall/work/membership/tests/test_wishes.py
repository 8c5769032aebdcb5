"""Wishes about the own membership: asked on the phone without scripts, carried out by the existing acts, never by oneself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from unionhall.kernel.access.models import Account
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.flows.models import Step, Task
from unionhall.kernel.notices.models import Notice
from unionhall.kernel.people.actions import merging
from unionhall.kernel.policies import actions as policies
from unionhall.kernel.policies.queries import add_working_days
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.testing.race import at_once
from unionhall.work.membership import access, registry, rules
from unionhall.work.membership.actions import dissolving, standing, transfers, wishes
from unionhall.work.membership.models import Change, Membership, Wish
from unionhall.work.membership.tests.conftest import assert_books_agree, figure, fresh, phone_of

pytestmark = pytest.mark.django_db


def asked(one, what="leave", ground="own", **more):
    given = {"on": dates.today(), "words": "", **more}
    return wishes.ask(membership_id=one.pk, what=what, ground=ground, by=one.person, **given)


def told(person):
    return list(Notice.objects.filter(person=person, kind__contains="wish").order_by("id").values_list("kind", flat=True))


def test_a_member_asks_on_the_phone_and_the_union_carries_it_out(desk, cast):
    one = desk.member(1)
    phone, today = phone_of(one.person), dates.today()
    card = phone.get(reverse("membership:hall-mine")).content.decode()
    assert [f'href="/hall/member/ask/{what}/"' in card for what in registry.WISHES] == [True, True, False, False, True]
    page = phone.get(reverse("membership:hall-ask", args=["retain"])).content.decode()
    assert ("会龄连续计算" in page, "单位解散" in page, page.count('name="ground"')) == (True, False, 5)
    form = {"ground": "military", "on": today.isoformat(), "words": "12 月入伍"}
    answer = phone.post(reverse("membership:hall-ask", args=["retain"]), form)
    wish = Wish.objects.get()
    due = add_working_days(today, 10)
    assert (answer.status_code, answer["Location"]) == (303, reverse("membership:hall-wish", args=[wish.pk]))
    assert (wish.state, wish.what, wish.ground, wish.words, wish.due_on) == ("asked", "retain", "military", "12 月入伍", due)
    state = phone.get(answer["Location"]).content.decode()
    assert [each in state for each in (wish.reference, "待办理", "服兵役", due.isoformat(), "撤回申请")] == [True] * 5
    matters = phone.get(reverse("portal:matters")).content.decode()
    assert all(each in matters for each in (wish.reference, "保留会籍", "待办理", answer["Location"]))
    again = phone.get(reverse("membership:hall-ask", args=["leave"]))
    assert (again.status_code, again["Location"]) == (303, answer["Location"])

    chair = cast.client("chair")
    line = f">高** · 保留会籍 · 服兵役 · {today}</a>"
    assert line in chair.get(reverse("office:worklist")).content.decode()
    where = reverse("membership:desk-wish", args=[wish.pk])
    assert chair.get(reverse("membership:desk-wishes")).content.decode().count(where) == 1
    assert wish.reference in chair.get(reverse("membership:desk-member", args=[one.pk])).content.decode()
    assert "高远航: 保留会籍" in chair.get(where).content.decode()
    done = chair.post(reverse("membership:desk-wish-act", args=[wish.pk, "grant"]), {"grant-on": today.isoformat()})
    assert (done.status_code, fresh(wish).state, fresh(one).state, fresh(one).ground) == (303, "granted", "retained", "military")
    assert [figure("membership.members", cast.factory), figure("membership.retained", cast.factory)] == [0, 1]
    change = Change.objects.filter(membership=one).last()
    assert (change.what, change.reason, change.by) == ("retain", f"本人申请 {wish.reference} · 服兵役 · 12 月入伍", cast.chair)
    assert [told(one.person), Task.objects.filter(record_kind="membership.wish", done_at=None).count()] == [
        ["membership.wish_received"], 0,
    ]  # fmt: skip
    assert Notice.objects.filter(person=one.person, kind="membership.told_retain").count() == 1
    card = phone.get(reverse("membership:hall-mine")).content.decode()
    assert [f'href="/hall/member/ask/{what}/"' in card for what in registry.WISHES] == [False, False, True, False, True]
    assert_books_agree()


def test_the_screens_are_whole_in_english_too(desk, cast):
    one = desk.member(1)
    phone = phone_of(one.person)
    Account.objects.filter(person=one.person).update(language="en")
    page = phone.get(reverse("membership:hall-ask", args=["leave"])).content.decode()
    assert all(each in page for each in ("Leave the union", "You are free to leave.", "I no longer live mainly on wages"))
    asked(one)
    page = phone.get(reverse("membership:hall-wish", args=[Wish.objects.get().pk])).content.decode()
    assert all(each in page for each in ("To decide", "My own wish", "The union answers by", "Withdraw the wish"))


def test_leaving_asks_for_the_talk_and_the_committee(desk, cast):
    one, today = desk.member(1), dates.today()
    wish = asked(one, words="回乡")
    for given, field in (
        ({}, "talked"),
        ({"talked": True}, "decided_on"),
        ({"talked": True, "decided_on": today + timedelta(days=1)}, "decided_on"),
        ({"on": today - timedelta(days=1)}, "on"),
    ):
        with pytest.raises(Refused) as refusal:
            wishes.grant(wish_id=wish.pk, by=cast.chair, **{"on": today, **given})
        assert refusal.value.field == field
    assert [fresh(wish).state, fresh(one).state] == ["asked", "member"]
    wishes.grant(wish_id=wish.pk, by=cast.chair, on=today, talked=True, decided_on=today)
    assert [fresh(wish).state, fresh(one).state, fresh(one).until] == ["granted", "left", today]
    change = Change.objects.filter(membership=one).last()
    assert change.reason == f"本人申请 {wish.reference} · 个人意愿 · 回乡 · 已与本人谈话，工会委员会于 {today} 决定"
    assert [figure("membership.members", cast.city), figure("membership.ended", cast.city)] == [0, 1]
    with pytest.raises(Conflict):
        wishes.grant(wish_id=wish.pk, by=cast.chair, on=today, talked=True, decided_on=today)
    assert_books_agree()


def test_a_refusal_says_why_and_leaves_the_membership(desk, cast):
    one = desk.member(1)
    wish, chair = asked(one, "retain", "abroad"), cast.client("chair")
    where = reverse("membership:desk-wish-act", args=[wish.pk, "refuse"])
    assert chair.post(where, {"refuse-reason": ""}).status_code == 422
    assert [fresh(wish).state, chair.post(where, {"refuse-reason": "尚在岗"}).status_code, fresh(wish).state] == [
        "asked", 303, "refused",
    ]  # fmt: skip
    (notice,) = Notice.objects.filter(kind="membership.wish_refused")
    assert (notice.person, notice.context) == (
        one.person,
        {"reference": wish.reference, "union": cast.factory.name, "reason": "尚在岗"},
    )
    assert "尚在岗" in phone_of(one.person).get(reverse("membership:hall-wish", args=[wish.pk])).content.decode()
    assert [fresh(one).state, Change.objects.filter(membership=one).count()] == ["member", 1]
    assert asked(one, "retain", "abroad").state == "asked"  # and may ask again


def test_the_member_withdraws_while_it_is_undecided(desk, cast):
    one, other = desk.member(1), desk.member(2)
    wish = asked(one)
    where = reverse("membership:hall-wish-withdraw", args=[wish.pk])
    assert [phone_of(other.person).post(where).status_code, fresh(wish).state] == [404, "asked"]
    assert phone_of(other.person).get(reverse("membership:hall-wish", args=[wish.pk])).status_code == 404
    phone = phone_of(one.person)
    assert [phone.post(where).status_code, fresh(wish).state, phone.post(where).status_code] == [303, "withdrawn", 409]
    trail = [row for row in audit.trail("membership.wish", wish.pk) if row.verb.startswith("membership.")]
    assert [(row.verb, row.actor) for row in trail] == [("membership.wish_withdrawn", one.person_id)]
    assert not Task.objects.filter(record_kind="membership.wish", done_at=None).exists()


@pytest.mark.parametrize(
    ("what", "more", "field"),
    [
        ("leave", {"on": -1}, "on"),
        ("leave", {"on": 91}, "on"),
        ("leave", {"ground": "military"}, "ground"),
        ("retain", {"ground": "dissolved"}, "ground"),
        ("retain", {"ground": ""}, "ground"),
        ("retain", {"ground": "retired", "on": -1}, "on"),  # joined today
        ("second", {"words": " "}, "words"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(desk, cast, what, more, field):
    one = desk.member(1)
    days = more.pop("on", 0)
    with pytest.raises(Refused) as refusal:
        asked(one, what, **{"ground": "own", "on": dates.today() + timedelta(days=days), **more})
    assert [refusal.value.field, Wish.objects.count()] == [field, 0]


def test_the_form_says_it_on_its_own_page(desk, cast):
    one = desk.member(1)
    phone, url = phone_of(one.person), reverse("membership:hall-ask", args=["leave"])
    answer = phone.post(url, {"ground": "own", "on": "2020-01-01"})
    page = answer.content.decode()
    assert (answer.status_code, "日期不能早于入会或上一次变更的日期" in page, 'value="2020-01-01"' in page) == (422, True, True)
    assert phone.get(reverse("membership:hall-ask", args=["restore"])).status_code == 409
    assert phone.get(reverse("membership:hall-ask", args=["expel"])).status_code == 404
    assert phone_of(cast.worker).get(url)["Location"] == reverse("membership:hall-find")  # who is no member


def test_the_promise_counts_from_the_named_day_by_the_rule_of_the_union(desk, cast):
    one, today = desk.member(1), dates.today()
    policies.set_value(wishes.DAYS, 3, by=cast.city_clerk, organization=cast.city, since=today, source="市总会议纪要")
    day = today + timedelta(days=60)
    wish = asked(one, "retain", "military", on=day)
    assert wish.due_on == add_working_days(day, 3)
    with pytest.raises(Refused) as early:
        wishes.grant(wish_id=wish.pk, by=cast.chair, on=today)
    assert early.value.field == "on"
    page = cast.client("chair").get(reverse("membership:desk-wish", args=[wish.pk])).content.decode()
    told = (f"{day} 起可以办理" in page, 'name="grant-on"' in page, 'name="refuse-reason"' in page)
    assert told == (True, False, True)


def test_secondment_there_and_back_from_the_phone(desk, cast):
    one, today = desk.member(1), dates.today()
    wishes.grant(wish_id=asked(one, "second", "", words="县总工会").pk, by=cast.chair, on=today)
    assert [fresh(one).state, Change.objects.filter(membership=one).last().what] == ["seconded", "second"]
    wishes.grant(wish_id=asked(one, "return", "").pk, by=cast.chair, on=today)
    assert [fresh(one).state, figure("membership.members", cast.factory)] == ["member", 1]
    assert_books_agree()


def test_only_who_may_in_scope_decides(desk, cast):
    one = desk.member(1)
    wish, today = asked(one), dates.today()
    with pytest.raises(NotVisible):
        wishes.refuse(wish_id=wish.pk, by=cast.neighbour_chair, reason="不同意")
    with pytest.raises(NotVisible):
        wishes.grant(wish_id=wish.pk, by=cast.neighbour_chair, on=today)
    with pytest.raises((NotVisible, Denied)):
        wishes.refuse(wish_id=wish.pk, by=one.person, reason="不同意")
    with pytest.raises(NotVisible):
        wishes.ask(membership_id=one.pk, what="leave", ground="own", on=today, by=cast.chair)
    neighbour = cast.client("neighbour_chair")
    assert neighbour.get(reverse("membership:desk-wish", args=[wish.pk])).status_code == 404
    assert wish.reference not in neighbour.get(reverse("membership:desk-wishes")).content.decode()
    assert [fresh(wish).state, fresh(one).state] == ["asked", "member"]


def own_wish(desk, cast):
    one = desk.member(given=desk.known(cast.chair))
    return one, asked(one, "retain", "retired")


def test_nobody_decides_the_own_wish_nor_changes_the_own_membership(desk, cast):
    one, wish = own_wish(desk, cast)
    chair, today = cast.client("chair"), dates.today()
    for act in (
        lambda: wishes.grant(wish_id=wish.pk, by=cast.chair, on=today),
        lambda: wishes.refuse(wish_id=wish.pk, by=cast.chair, reason="不同意"),
        lambda: standing.change(membership_id=one.pk, what="retain", ground="retired", by=cast.chair),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "own_case"
    page = chair.get(reverse("membership:desk-wish", args=[wish.pk])).content.decode()
    assert ("请由同事办理" in page, 'name="grant-on"' in page) == (True, False)
    posted = chair.post(reverse("membership:desk-wish-act", args=[wish.pk, "grant"]), {"grant-on": today.isoformat()})
    assert (posted.status_code, "请由同事办理" in posted.content.decode()) == (422, True)
    assert [fresh(wish).state, fresh(one).state] == ["asked", "member"]
    wishes.grant(wish_id=wish.pk, by=cast.county_clerk, on=today)
    assert [fresh(wish).state, fresh(one).state] == ["granted", "retained"]


def test_a_second_file_of_the_same_human_is_the_own_case_too(desk, cast):
    one = desk.member(1)
    wish = asked(one)
    merging.merge(by=cast.city_clerk, kept=cast.chair, gone=one.person, reason="同一人")
    with pytest.raises(Refused) as refusal:
        wishes.refuse(wish_id=wish.pk, by=cast.chair, reason="不同意")
    assert [refusal.value.code, fresh(wish).state] == ["own_case", "asked"]


def test_the_own_case_is_seen_to_matter(desk, cast, monkeypatch):
    """The sabotage twin: without the check the chair decides the own wish."""
    one, wish = own_wish(desk, cast)
    monkeypatch.setattr(access, "check_not_own", lambda _by, _person: None)
    wishes.grant(wish_id=wish.pk, by=cast.chair, on=dates.today())
    assert [fresh(wish).state, fresh(one).state] == ["granted", "retained"]


def test_the_database_allows_one_open_wish_a_person(desk, cast):
    one = desk.member(1)
    wish = asked(one)
    with pytest.raises(Conflict) as refusal:
        asked(one, "retain", "retired")
    assert refusal.value.code == "already_asked"
    wish.pk, wish.reference = None, "HJ-twin"
    with pytest.raises(IntegrityError, match="member_wish_open"), transaction.atomic():
        wish.save(force_insert=True)


def test_the_guard_is_seen_to_matter(desk, cast):
    """The sabotage twin: with the first one withdrawn, the same row goes in."""
    one = desk.member(1)
    wish = asked(one)
    wishes.withdraw(wish_id=wish.pk, by=one.person)
    wish.pk, wish.reference = None, "HJ-twin"
    wish.save(force_insert=True)
    assert list(Wish.objects.filter(person=one.person).order_by("pk").values_list("state", flat=True)) == ["withdrawn", "asked"]


@pytest.mark.django_db(transaction=True)
def test_two_wishes_at_once_are_one(desk, cast):
    one = desk.member(1)
    answers = at_once(8, lambda n: asked(one, *(("leave", "own"), ("retain", "retired"))[n % 2]))
    assert [sum(isinstance(each, kind) for each in answers) for kind in (Wish, Conflict)] == [1, 7]


@pytest.mark.django_db(transaction=True)
def test_carried_out_and_withdrawn_at_once_is_one_of_both(desk, cast):
    one, today = desk.member(1), dates.today()
    wish = asked(one)
    acts = (
        lambda: wishes.grant(wish_id=wish.pk, by=cast.county_clerk, on=today, talked=True, decided_on=today),
        lambda: wishes.withdraw(wish_id=wish.pk, by=one.person),
    )
    answers = at_once(2, lambda n: acts[n]())
    assert sum(isinstance(each, Conflict) for each in answers) == 1
    assert [fresh(wish).state, fresh(one).state] in (["granted", "left"], ["withdrawn", "member"])
    assert_books_agree()


def test_what_the_clerk_does_anyway_carries_the_wish_out(desk, cast):
    one = desk.member(1)
    wish = asked(one, "retain", "military")
    standing.change(membership_id=one.pk, what="retain", ground="military", by=cast.chair)
    assert [fresh(wish).state, Step.objects.filter(record_kind="membership.wish").last().by] == ["granted", cast.chair]
    assert told(one.person) == ["membership.wish_received"]


@pytest.mark.parametrize("way", ["expel", "die", "transfer", "dissolve", "retained"])
def test_a_wish_ends_by_itself_with_the_membership(desk, cast, way):
    one, today = desk.member(1), dates.today()
    wish = asked(one) if way != "retained" else asked(one, "second", "", words="县总工会")
    if way == "transfer":
        transfer = transfers.ask(membership_id=one.pk, to=cast.mine, by=one.person)
        transfers.act(transfer_id=transfer.pk, what="release", by=cast.chair)
    elif way == "dissolve":
        dissolving.dissolve(union=cast.factory, upper=cast.township, by=cast.county_clerk, reason="企业破产")
    elif way == "expel":
        decided = rules.Expulsion(punished=True, discussed=True, decided_on=today)
        standing.change(membership_id=one.pk, what="expel", reason="犯罪受刑", by=cast.chair, expulsion=decided)
    else:
        more = {"ground": "retired"} if way == "retained" else {}
        standing.change(membership_id=one.pk, what="retain" if more else "die", by=cast.chair, **more)
    assert fresh(wish).state == "over"
    assert told(one.person) == ["membership.wish_received", *(["membership.wish_over"] if way != "die" else [])]
    assert not Task.objects.filter(record_kind="membership.wish", done_at=None).exists()
    assert_books_agree()


def test_a_wish_that_can_still_come_true_stays(desk, cast):
    one = desk.member(1)
    wish = asked(one)
    standing.change(membership_id=one.pk, what="retain", ground="retired", by=cast.chair)
    assert [fresh(wish).state, told(one.person)] == ["asked", ["membership.wish_received"]]
    double = Membership.objects.get(pk=one.pk)
    standing.turn(double, "merge", by=cast.county_clerk, reason="重复")
    assert fresh(wish).state == "over"


def test_an_old_page_is_told_so(desk, cast):
    one = desk.member(1)
    wish, chair = asked(one, "retain", "retired"), cast.client("chair")
    wishes.refuse(wish_id=wish.pk, by=cast.county_clerk, reason="尚在岗")
    late = {"grant-on": dates.today().isoformat(), "grant-version": 1}
    answer = chair.post(reverse("membership:desk-wish-act", args=[wish.pk, "grant"]), late)
    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (409, True)
    assert [fresh(wish).state, fresh(one).state] == ["refused", "member"]


def test_two_files_of_one_human_with_two_wishes_become_one(desk, cast):
    one, other = desk.member(1), desk.member(2, union=cast.mine)
    stays, ends = asked(one), asked(other, "retain", "retired")
    merging.merge(by=cast.city_clerk, kept=one.person, gone=other.person, reason="同一人", wishes={"membership": "kept"})
    assert [fresh(stays).state, fresh(ends).state] == ["asked", "over"]
    assert Membership.objects.get(until=None).pk == one.pk
    assert_books_agree()
