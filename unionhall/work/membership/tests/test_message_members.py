"""Words to many members: each once, where they are looked after, hidden numbers, a record; and the request to confirm data."""

from datetime import timedelta

import pytest
from django.urls import reverse

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.notices.models import Delivery, Notice
from unionhall.kernel.people.actions import consents
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Denied, Refused
from unionhall.work.membership import registry, rules
from unionhall.work.membership.actions import messages
from unionhall.work.membership.models import Membership
from unionhall.work.membership.tests.conftest import applicant

pytestmark = pytest.mark.django_db
SEND, ASK = reverse("membership:desk-bulk-message"), reverse("membership:desk-yearly-ask")


@pytest.fixture
def members(desk, cast):
    """Two members of the factory and one of a union that the county's clerk does not see."""
    return [desk.member(1), desk.member(2), desk.member(3, union=cast.mine)]


def told(kind):
    return sorted(Notice.objects.filter(kind=kind).values_list("person_id", flat=True))


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("  周六体检  ", "周六体检"),
        ("一\r\n 二 ", "一\n二"),
        ("字" * 300, "字" * 300),
        ("", None),
        (" \n ", None),
        ("字" * 301, None),
    ],
)
def test_words_fit_an_inbox(text, sent):
    if sent is None:
        with pytest.raises(Refused):
            rules.check_message(text)
    else:
        assert rules.check_message(text) == sent


def test_the_selected_members_are_told_once_each_on_the_page(members, cast):
    clerk = cast.client("county_clerk")
    picked = {"pick": [one.pk for one in members]}
    asked = clerk.post(SEND, picked).content.decode()
    assert all(words in asked for words in ("消息", "2", members[0].number))
    assert members[2].number not in asked
    assert clerk.post(SEND, {**picked, "confirmed": "1", "text": ""}).status_code == 422
    assert told("membership.message") == []
    given = {**picked, "confirmed": "1", "text": "周六上午体检 13800138000"}
    assert clerk.post(SEND, given).status_code == 303
    assert told("membership.message") == sorted(one.person_id for one in members[:2])
    one = Notice.objects.filter(kind="membership.message")[0]
    assert one.context == {"unit": cast.county.name, "text": "周六上午体检 ***"}
    assert Delivery.objects.filter(notice__kind="membership.message").count() == 0
    trail = audit.trail("organizations.organization", cast.county.pk)
    assert [row.details for row in trail if row.verb == "membership.messaged"] == [{"kind": "membership.message", "count": 2}]


def test_by_text_message_it_leaves_the_house(members, cast):
    found = Membership.objects.filter(pk__in=[one.pk for one in members])
    assert messages.send(found, text="开会", texted=True, at=cast.county, by=cast.county_clerk) == 2
    assert Delivery.objects.filter(notice__kind="membership.message_texted", channel="sms").count() == 2


def test_the_tick_says_whom_it_reaches(members, cast, desk):
    willing, unasked = members[:2]
    texts = consents.texts()
    silent, gone, phoneless = desk.member(4), desk.member(5), desk.member(6, given=applicant(6, phone=""))
    for one in (willing, silent, gone):
        consents.give(person=one.person, text_id=texts[registry.PERSONAL].pk, way="hall", by=one.person)
    for one in (willing, gone):
        consents.give(person=one.person, text_id=texts[registry.TEXTS].pk, way="hall", by=one.person)
    consents.withdraw(person=gone.person, purpose=registry.TEXTS, by=gone.person)
    clerk = cast.client("county_clerk")
    picked = {"pick": [one.pk for one in (willing, unasked, silent, gone, phoneless)]}
    said = "其中 2 人的手机会收到；1 人没有登记手机号，2 人不同意接收短信。"
    assert said in clerk.post(SEND, picked).content.decode()
    assert said in clerk.post(SEND, {**picked, "confirmed": "1", "text": "", "texted": "on"}).content.decode()
    assert clerk.post(SEND, {**picked, "confirmed": "1", "text": "周六活动", "texted": "on"}).status_code == 303
    assert told("membership.message") == sorted([silent.person_id, gone.person_id])
    assert told("membership.message_texted") == sorted([willing.person_id, unasked.person_id, phoneless.person_id])


def test_a_second_press_tells_only_who_was_not_told(members, cast):
    found = Membership.objects.filter(pk__in=[one.pk for one in members])
    given = {"text": "开会", "texted": False, "at": cast.county, "by": cast.county_clerk}
    assert messages.send(found.filter(pk=members[0].pk), **given) == 1
    assert messages.send(found, **given) == 1
    with pytest.raises(Conflict, match="没有重复发送"):
        messages.send(found, **given)
    assert messages.send(found, **{**given, "text": "改期"}) == 2
    with clock.fixed(clock.now() + timedelta(hours=2)):
        assert messages.send(found, **given) == 2
    assert len(told("membership.message")) == 6


def test_who_may_not_move_members_tells_nobody(members, cast):
    found = Membership.objects.filter(pk__in=[one.pk for one in members])
    for by in (cast.leader, cast.neighbour):
        with pytest.raises((Denied, Refused)):
            messages.send(found, text="开会", texted=False, at=cast.county, by=by)
    assert told("membership.message") == []


def test_nobody_left_and_too_many_are_refused(members, cast, monkeypatch):
    found = Membership.objects.filter(pk__in=[one.pk for one in members])
    with pytest.raises(Refused, match="无人可发"):
        messages.send(found.none(), text="开会", texted=False, at=cast.county, by=cast.county_clerk)
    monkeypatch.setattr(messages, "MOST", 1)
    with pytest.raises(Refused, match="缩小范围"):
        messages.send(found, text="开会", texted=False, at=cast.county, by=cast.county_clerk)
    assert told("membership.message") == []


def test_members_with_old_data_are_asked_to_look(members, cast):
    Membership.objects.filter(pk=members[0].pk).update(since=dates.today() - timedelta(days=800))
    clerk = cast.client("county_clerk")
    assert "请其核对" in clerk.get(reverse("membership:desk-yearly")).content.decode()
    picked = {"pick": [one.pk for one in members]}
    assert members[0].number in clerk.post(ASK, picked).content.decode()
    assert clerk.post(ASK, {**picked, "confirmed": "1"}).status_code == 303
    assert told("membership.please_confirm") == [members[0].person_id]
