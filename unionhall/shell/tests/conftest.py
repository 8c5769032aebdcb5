"""The shell's tests stand in a house of one frame, with a gate that knows one clerk."""

from collections.abc import Iterator

import pytest

from unionhall.shell import frame, gate, navigation, panels, search
from unionhall.shell.tests import house


@pytest.fixture
def frame_house(settings, monkeypatch) -> Iterator[None]:
    """The addresses and the gate of `house.py` in place of the real ones; registries as they were afterwards."""
    settings.ROOT_URLCONF = "unionhall.shell.tests.house"
    settings.MIDDLEWARE = [
        entry for entry in settings.MIDDLEWARE if not entry.startswith("unionhall.kernel")
    ]  # brings its own gate
    settings.LOGIN_URL = "/sign-in/"
    settings.LOGIN_REDIRECT_URL = "/"
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(navigation, "_tools", {})
    monkeypatch.setattr(search, "_sources", {})
    monkeypatch.setattr(frame, "_ribbons", [])  # the house's own ask the database which worlds are invented
    monkeypatch.setattr(panels, "_panels", {place: {} for place in panels.PLACES})
    for item in house.ITEMS:
        navigation.register(item)
    tool = house.ITEMS[1]
    navigation.register_tool(
        navigation.Item("test.tasks", tool.label, tool.url_name, "desk", None, 1, "checklist", count=lambda request: 12)
    )
    search.register(search.Source("test.units", tool.label, house.units, "issues.see"))
    before = gate.install(house.GATE)
    yield
    gate.install(before)


@pytest.fixture
def clerk(client, frame_house):
    """A client signed in as the clerk."""
    client.defaults["HTTP_WHO"] = "clerk"
    return client
