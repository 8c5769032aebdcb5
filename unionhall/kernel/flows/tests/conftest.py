"""The sample flow, its table and its records."""

from datetime import UTC, datetime

import pytest

from unionhall.kernel.audit import registry as audit_registry
from unionhall.kernel.flows import registry
from unionhall.kernel.flows.actions import moves, numbers
from unionhall.kernel.flows.tests import sample
from unionhall.kernel.policies import registry as policy_registry
from unionhall.lib import clock

WEDNESDAY = datetime(2025, 3, 5, 2, 0, tzinfo=UTC)  # 2025-03-05 10:00 in Shanghai, an ordinary working week


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setattr(registry, "_by_label", dict(registry._by_label))
    monkeypatch.setattr(registry, "_by_code", dict(registry._by_code))
    monkeypatch.setattr(audit_registry, "_verbs", dict(audit_registry._verbs))
    monkeypatch.setattr(policy_registry, "_policies", dict(policy_registry._policies))
    policy_registry.register_policies(sample.POLICIES)
    registry.register_flow(sample.FLOW, "flows.Sample")


@pytest.fixture
def table(db, registered):
    sample.create_table()
    yield
    sample.drop_table()


@pytest.fixture
def wednesday():
    with clock.fixed(WEDNESDAY):
        yield WEDNESDAY


@pytest.fixture
def start(cast, table):
    """`start()` gives a record of the county, handed in and waiting to be routed."""

    def started(state="found", at=None, by=None, title="A leaking roof", to=None, **options):
        at, by = at or cast.county, by or cast.county_clerk
        record = sample.Sample(organization=at, reference=numbers.number("WT", at), title=title)
        moves.start(record, by=by, **options)
        path = {
            "draft": [],
            "found": ["hand_in"],
            "handling": ["hand_in", "route"],
            "outside": ["hand_in", "route", "ask"],
            "check": ["hand_in", "route", "finish"],
        }
        for move in path[state]:
            unit = (to or cast.township) if move == "route" else None
            actor = cast.township_clerk if move in {"ask", "finish"} and to is None else by
            moves.move(record, move, by=actor, to_organization=unit)
        return record

    return started


@pytest.fixture
def record(start, wednesday):
    return start()
