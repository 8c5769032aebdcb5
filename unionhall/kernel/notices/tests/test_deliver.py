import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.notices import actions, adapters, jobs, queries
from unionhall.kernel.notices.models import Consent, Delivery
from unionhall.kernel.notices.tests.conftest import MAIL, MORNING, PHONE, WECHAT, WORDS
from unionhall.kernel.notices.tests.gateway import Gateway, Wechat, serving
from unionhall.kernel.people import queries as people
from unionhall.lib import clock
from unionhall.lib.refusal import Denied, NotVisible

OK = (200, {"ok": True, "id": "m-1"})
EVENING = datetime(2025, 3, 5, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai


@pytest.fixture
def sms(settings):
    def configured(url):
        settings.NOTICE_CHANNELS = {"sms": {"url": url, "account": "union", "secret": "s"}}

    return configured


@pytest.fixture
def told(kind, reachable, morning):
    """One notice with its SMS and e-mail on their way; the e-mail is taken out of the way."""
    actions.tell(reachable, kind, **WORDS)
    Delivery.objects.filter(channel="email").delete()
    return Delivery.objects.get(channel="sms")


def after(**passed):
    return clock.fixed(MORNING + timedelta(**passed))


def test_all_three_channels_end_to_end(kind, reachable, settings, morning):
    gateway, service = Gateway([OK]), Wechat()
    actions.consent(reachable, kind)
    actions.tell(reachable, kind, **WORDS)
    with serving(gateway) as url, serving(service) as base:
        settings.NOTICE_CHANNELS = {
            "sms": {"url": url, "account": "union", "secret": "s"},
            "email": {"sender": "house@example.invalid"},
            "wechat": {"app": "wx1", "secret": "s", "templates": {kind: "T1"}, "base": base},
        }
        assert jobs.deliver() == 3
        assert jobs.deliver() == 0
    assert json.loads(gateway.asked[0][2])["phone"] == PHONE
    assert json.loads(service.asked[1][2])["touser"] == WECHAT
    assert mail.outbox[0].to == [MAIL]
    assert set(Delivery.objects.values_list("state", "attempts", "sent_at")) == {("sent", 1, MORNING)}
    assert Consent.objects.get().left == 0


@pytest.mark.parametrize(("origin", "below"), [("https://hall.example.cn/", "\n\nhttps://hall.example.cn{page}"), ("", "")])
def test_a_mail_says_where_its_record_is_opened_where_the_house_knows_its_address(kind, reachable, cast, settings, origin, below):
    settings.ORIGIN, settings.NOTICE_CHANNELS = origin, {"email": {"sender": "house@example.invalid"}}
    actions.tell(reachable, kind, record=cast.county, **WORDS)
    actions.tell(reachable, kind, **WORDS)  # about no record: nowhere to lead
    Delivery.objects.exclude(channel="email").delete()
    assert actions.deliver() == 2
    page = reverse("office:unit", args=[cast.county.pk])
    text = "WT-2025-990004-0001《屋顶漏水》今日到期。"
    assert sorted(one.body for one in mail.outbox) == sorted([text + below.format(page=page), text])


def test_a_text_message_carries_no_link(kind, reachable, cast, settings, morning):
    gateway = Gateway([OK])
    with serving(gateway) as url:
        settings.ORIGIN, settings.NOTICE_CHANNELS = "https://hall.example.cn", {"sms": {"url": url, "account": "u", "secret": "s"}}
        actions.tell(reachable, kind, record=cast.county, **WORDS)
        actions.deliver()
    assert json.loads(gateway.asked[0][2])["text"] == "WT-2025-990004-0001《屋顶漏水》今日到期。"


def test_every_opened_address_is_on_record(told, reachable, sms):
    with serving(Gateway([OK])) as url:
        sms(url)
        actions.deliver()
    rows = [(row.verb, row.actor, row.details.get("field"), row.reason) for row in audit.trail("people.person", str(reachable.pk))]
    assert ("audit.read", None, "phone", "notice test.due") in rows


def test_a_busy_gateway_is_tried_again_with_the_same_key(told, sms):
    gateway = Gateway([(503, {}), (503, {}), OK])
    with serving(gateway) as url:
        sms(url)
        assert actions.deliver() == 0
        told.refresh_from_db()
        assert (told.state, told.attempts, told.fault, told.next_at) == ("waiting", 1, "HTTP 503", MORNING + timedelta(minutes=1))
        with after(seconds=59):
            assert actions.deliver() == 0
        with after(minutes=1):
            assert actions.deliver() == 0
        with after(minutes=6):
            assert actions.deliver() == 1
    told.refresh_from_db()
    assert (told.state, told.attempts, told.receipt) == ("sent", 3, "m-1")
    assert {headers["Idempotency-Key"] for _path, headers, _body in gateway.asked} == {str(told.key)}


def test_after_the_last_retry_the_letter_is_dead_and_visible(told, sms):
    moment = MORNING
    with serving(Gateway([(500, {})])) as url:
        sms(url)
        for _ in range(12):
            with clock.fixed(moment):
                actions.deliver()
            told.refresh_from_db()
            moment = max(told.next_at, moment)
    assert (told.state, told.attempts, told.fault) == ("dead", 7, "HTTP 500")
    assert [dead.pk for dead in queries.dead_letters()] == [told.pk]


def test_a_refused_letter_is_dead_at_once_and_can_be_sent_again_by_hand(told, sms, cast):
    house = people.house()
    with serving(Gateway([(400, {}), OK])) as url:
        sms(url)
        actions.deliver()
        told.refresh_from_db()
        assert (told.state, told.attempts) == ("dead", 1)
        with pytest.raises((Denied, NotVisible)):
            actions.send_again(told.pk, by=cast.chair)
        actions.send_again(told.pk, by=house)
        assert actions.deliver() == 1
    assert [row.verb for row in audit.trail("notices.delivery", str(told.pk))] == ["notices.sent_again"]


def test_no_text_message_at_night(told, sms):
    gateway = Gateway([OK])
    with serving(gateway) as url:
        sms(url)
        with clock.fixed(EVENING):
            assert actions.deliver() == 0
        told.refresh_from_db()
        assert (gateway.asked, told.attempts, told.next_at) == ([], 0, datetime(2025, 3, 6, 0, 0, tzinfo=UTC))
        with clock.fixed(datetime(2025, 3, 6, 0, 0, tzinfo=UTC)):
            assert actions.deliver() == 1


def test_sabotage_without_quiet_hours_it_would_go_out_at_night(told, sms, monkeypatch):
    monkeypatch.setattr(actions, "_quiet_until", lambda notice: None)
    with serving(Gateway([OK])) as url:
        sms(url)
        with clock.fixed(EVENING):
            assert actions.deliver() == 1


def test_a_person_who_lost_the_number_is_dropped(told, sms, reachable):
    reachable.contacts.all().delete()
    with serving(Gateway([OK])) as url:
        sms(url)
        assert actions.deliver() == 0
    told.refresh_from_db()
    assert (told.state, told.fault) == ("dropped", "no address")


def test_a_worker_that_dies_leaves_the_letter_to_the_next_one(told, sms, monkeypatch):
    def die(self, message):
        raise KeyboardInterrupt

    with serving(Gateway([OK])) as url:
        sms(url)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(adapters.Sms, "send", die)
            actions.deliver()
        assert actions.deliver() == 0  # leased
        with after(minutes=5):
            assert actions.deliver() == 1
    told.refresh_from_db()
    assert told.attempts == 2


def test_a_letter_over_which_workers_die_is_given_up(told, sms):
    Delivery.objects.update(attempts=7)
    assert actions.deliver() == 0
    told.refresh_from_db()
    assert (told.state, told.fault) == ("dead", "given up")


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_each_letter_once(kind, reachable, sms, morning, at_once):
    for number in range(12):
        actions.tell(reachable, kind, reference=f"WT-{number}", title="x")
    Delivery.objects.filter(channel="email").delete()
    gateway = Gateway([OK])
    with serving(gateway) as url:
        sms(url)
        results = at_once(6, lambda _number: actions.deliver(limit=3))
    assert sum(results) == 12 - Delivery.objects.filter(state="waiting").count()
    keys = [headers["Idempotency-Key"] for _path, headers, _body in gateway.asked]
    assert len(keys) == len(set(keys)) == sum(results)
