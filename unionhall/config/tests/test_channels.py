import json

import pytest

from unionhall.config import channels
from unionhall.kernel.notices import adapters


def test_without_a_file_everything_goes_to_the_console(tmp_path, settings):
    settings.NOTICE_CHANNELS = channels.read(tmp_path / "channels.json")
    assert settings.NOTICE_CHANNELS == {}
    assert isinstance(adapters.adapter("sms"), adapters.Console)


def test_what_the_file_sets_up_is_what_the_adapters_take(tmp_path, settings):
    path = tmp_path / "channels.json"
    given = {
        "email": {"sender": "house@example.invalid"},
        "sms": {"url": "http://127.0.0.1:9/sms", "account": "union", "secret": "s", "sign": "市总"},
        "wechat": {"app": "wx1", "secret": "s", "templates": {"flows.task": "T1"}},
    }
    path.write_text(json.dumps(given), encoding="utf-8")
    settings.NOTICE_CHANNELS = channels.read(path)
    kinds = [type(adapters.adapter(channel)).__name__ for channel in given]
    assert kinds == ["Email", "Sms", "Wechat"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "one object for each channel"),
        ('{"sms": "http://x"}', "one object for each channel"),
        ('{"pigeon": {}}', "known are email, sms, wechat"),
        ('{"sms": {"adress": "x"}}', "sms does not take adress; it takes account, secret, sign, url"),
    ],
)
def test_a_wrong_file_says_what_to_mend(tmp_path, text, said):
    path = tmp_path / "channels.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        channels.read(path)


def test_the_name_check_is_set_up_by_its_file(tmp_path):
    path = tmp_path / "name-check.json"
    assert channels.name_check(path) is None
    given = {"url": "https://check.example.invalid", "account": "union", "secret": "s"}
    path.write_text(json.dumps(given), encoding="utf-8")
    assert channels.name_check(path) == given


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ('{"url": "https://check.example.invalid"}', "must hold the texts account, secret, url and nothing else"),
        ('{"url": "u", "account": "a", "secret": 7}', "must hold the texts account, secret, url and nothing else"),
    ],
)
def test_a_wrong_file_of_the_name_check_says_what_to_mend(tmp_path, text, said):
    path = tmp_path / "name-check.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        channels.name_check(path)


def test_the_mail_server_comes_from_the_environment(monkeypatch):
    assert channels.mail_server()["EMAIL_USE_TLS"] is False
    monkeypatch.setenv("UNIONHALL_SMTP_HOST", "mail.example.invalid")
    monkeypatch.setenv("UNIONHALL_SMTP_PORT", "465")
    monkeypatch.setenv("UNIONHALL_SMTP_SECURITY", "tls")
    server = channels.mail_server()
    assert (server["EMAIL_HOST"], server["EMAIL_PORT"], server["EMAIL_USE_SSL"], server["EMAIL_USE_TLS"]) == (
        "mail.example.invalid",
        465,
        True,
        False,
    )
