"""Sample policies, and a calendar that a transactional test may have emptied."""

import pytest

from unionhall.kernel.people import queries as people
from unionhall.kernel.policies import actions, registry
from unionhall.kernel.policies.registry import Policy
from unionhall.lib.text import Text

NAME = Text("测试天数", "Test days")


@pytest.fixture
def days(monkeypatch):
    monkeypatch.setattr(registry, "_policies", dict(registry._policies))
    registry.register_policies([Policy("test.days", NAME, "working_day", 5, Text("章程", "Statute"), least=1, most=60)])
    return "test.days"


@pytest.fixture
def house(cast):
    return people.house()


@pytest.fixture
def calendar(house):
    actions.load_calendar(by=house)
