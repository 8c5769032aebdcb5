"""A kind of notice and people who can be reached."""

from datetime import UTC, datetime

import pytest

from unionhall.kernel.notices import registry
from unionhall.kernel.notices.registry import Kind
from unionhall.kernel.people import actions as people
from unionhall.lib import clock
from unionhall.lib.text import Text

MORNING = datetime(2025, 3, 5, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
KIND = Kind(
    "test.due",
    Text("今日到期：{title}", "Due today: {title}"),
    Text("{reference}《{title}》今日到期。", "{reference} “{title}” is due today."),
    fields=("reference", "title"),
    channels=("sms", "email", "wechat"),
    audience="flows.supervise",
)
WORDS = {"reference": "WT-2025-990004-0001", "title": "屋顶漏水"}
PHONE, MAIL, WECHAT = "10012345678", "yang@example.invalid", "oWx-12345"


@pytest.fixture
def kind(monkeypatch):
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    registry.register_kinds([KIND])
    return KIND.code


@pytest.fixture
def morning():
    with clock.fixed(MORNING):
        yield MORNING


@pytest.fixture
def reachable(cast):
    """Somebody with a phone, an e-mail address and a WeChat identity."""
    return people.register(by=None, name="杨帆", home=cast.county, phone=PHONE, sealed={"email": MAIL, "wechat": WECHAT})
