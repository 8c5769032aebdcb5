import hashlib
import hmac
import json
import logging
import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from unionhall.kernel.notices import adapters
from unionhall.kernel.notices.tests.gateway import Gateway, Wechat, serving
from unionhall.lib import clock

MESSAGE = adapters.Message(
    "10012345678", "flows.task", "待办", "请于2025-03-12前办理。", "k-1", {"title": "屋顶", "due": "2025-03-12"}
)
MORNING = datetime(2025, 3, 5, 2, 0, tzinfo=UTC)


def test_a_text_message_is_signed_and_carries_its_key():
    gateway = Gateway([(200, {"ok": True, "id": "m-9"})])
    with serving(gateway) as url, clock.fixed(MORNING):
        receipt = adapters.Sms(url=url, account="union", secret="s3cret", sign="示范市总").send(MESSAGE)
    _path, headers, body = gateway.asked[0]
    stamp = str(int(MORNING.timestamp()))
    assert (receipt, json.loads(body)) == (
        "m-9",
        {"phone": "10012345678", "text": "【示范市总】请于2025-03-12前办理。", "key": "k-1"},
    )
    assert headers["Idempotency-Key"] == "k-1"
    assert headers["X-Signature"] == hmac.new(b"s3cret", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ((500, {}), adapters.Unreachable),
        ((503, b"busy"), adapters.Unreachable),
        ((429, {}), adapters.Unreachable),
        ((302, {}), adapters.Unreachable),
        ((200, b"<html>"), adapters.Unreachable),
        ((200, b"[1]"), adapters.Unreachable),
        ((200, b'{"ok": true, "x": "' + b"y" * 100_000 + b'"}'), adapters.Unreachable),
        ((400, {}), adapters.Rejected),
        ((403, {}), adapters.Rejected),
        ((200, {"ok": False, "error": "blacklisted"}), adapters.Rejected),
    ],
)
def test_what_a_gateway_may_answer(answer, fault):
    gateway = Gateway([answer])
    with serving(gateway) as url, pytest.raises(fault):
        adapters.Sms(url=url, account="union", secret="s").send(MESSAGE)
    assert len(gateway.asked) == 1


def test_nobody_at_home():
    with serving(Gateway([(200, {})])) as url:
        pass
    with pytest.raises(adapters.Unreachable):
        adapters.Sms(url=url, account="union", secret="s").send(MESSAGE)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "file:///etc/passwd", "gateway"])
def test_a_gateway_has_an_http_address(url):
    with pytest.raises(ValueError, match="http"):
        adapters.Sms(url=url, account="union", secret="s").send(MESSAGE)


def wechat(url):
    return adapters.Wechat(app="wx1", secret="s", templates={"flows.task": "T1"}, base=url)


def test_a_template_message_with_a_token_that_is_asked_for_once():
    gateway = Wechat()
    with serving(gateway) as url, clock.fixed(MORNING):
        channel = wechat(url)
        assert [channel.send(MESSAGE) for _ in range(3)] == ["7", "7", "7"]
    assert gateway.tokens == 1
    path, _headers, body = gateway.asked[1]
    assert path == "/cgi-bin/message/template/send?access_token=token1"
    assert json.loads(body) == {
        "touser": "10012345678",
        "template_id": "T1",
        "data": {"title": {"value": "屋顶"}, "due": {"value": "2025-03-12"}},
        "client_msg_id": "k-1",
    }


def test_a_token_is_renewed_before_it_ends():
    gateway = Wechat()
    with serving(gateway) as url:
        channel = wechat(url)
        for minutes in (0, 114, 116):  # it lives two hours and is renewed five minutes before
            with clock.fixed(MORNING + timedelta(minutes=minutes)):
                channel.send(MESSAGE)
    assert gateway.tokens == 2


def test_a_void_token_is_renewed_once():
    gateway = Wechat([(200, {"errcode": 40001}), (200, {"errcode": 0, "msgid": 8})])
    with serving(gateway) as url:
        assert wechat(url).send(MESSAGE) == "8"
    assert gateway.tokens == 2
    gateway = Wechat([(200, {"errcode": 42001})])
    with serving(gateway) as url, pytest.raises(adapters.Unreachable):
        wechat(url).send(MESSAGE)
    assert (gateway.tokens, len(gateway.asked)) == (2, 4)


@pytest.mark.parametrize(("code", "fault"), [(43004, adapters.Rejected), (40003, adapters.Rejected), (-1, adapters.Unreachable)])
def test_wechat_says_no(code, fault):
    with serving(Wechat([(200, {"errcode": code})])) as url, pytest.raises(fault):
        wechat(url).send(MESSAGE)


def test_a_kind_without_a_template_is_not_sent():
    gateway = Wechat()
    with serving(gateway) as url, pytest.raises(adapters.Rejected):
        adapters.Wechat(app="wx1", secret="s", templates={}, base=url).send(MESSAGE)
    assert gateway.asked == []


def test_a_mail_carries_the_key_as_its_message_id():
    receipt = adapters.Email(sender="house@example.invalid").send(MESSAGE)
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (["10012345678"], "待办")
    assert receipt == mail.outbox[0].extra_headers["Message-ID"] == "<k-1@unionhall.invalid>"


@pytest.mark.parametrize(
    ("raised", "fault"),
    [
        (smtplib.SMTPRecipientsRefused({}), adapters.Rejected),
        (smtplib.SMTPServerDisconnected(), adapters.Unreachable),
        (TimeoutError(), adapters.Unreachable),
    ],
)
def test_a_mail_server_says_no(raised, fault, monkeypatch):
    def refuse(*args, **options):
        raise raised

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    with pytest.raises(fault):
        adapters.Email(sender="house@example.invalid").send(MESSAGE)


def test_the_console_is_the_default_and_never_shows_an_address(settings, caplog):
    settings.NOTICE_CHANNELS = {}
    with caplog.at_level(logging.INFO, "unionhall.notices"):
        assert adapters.adapter("sms").send(MESSAGE) == "console"
    assert "flows.task" in caplog.text and MESSAGE.address not in caplog.text
    assert MESSAGE.address not in repr(MESSAGE)


def test_the_settings_choose_the_adapter_and_it_is_kept(settings):
    settings.NOTICE_CHANNELS = {"wechat": {"app": "wx1", "secret": "s", "templates": {}}}
    first = adapters.adapter("wechat")
    assert isinstance(first, adapters.Wechat) and adapters.adapter("wechat") is first
    settings.NOTICE_CHANNELS = {"wechat": {"app": "wx2", "secret": "s", "templates": {}}}
    assert adapters.adapter("wechat") is not first
