"""Visits and sessions of the standing cast, made by the room's own actions."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.lib import dates
from unionhall.work.campaigns.actions import visits
from unionhall.work.campaigns.models import Visit
from unionhall.work.campaigns.rules import Stopped


@dataclass
class Desk:
    """The factory's chair registers visits; the county runs sessions."""

    cast: object

    def programme(self, code="warmth_sending"):
        return programme_queries.programme(code)

    def edition(self, code="warmth_sending", at=None, by=None):
        today = dates.today()
        return programmes.open_edition(
            by=by or self.cast.county_clerk,
            programme=self.programme(code),
            organization=at or self.cast.county,
            since=today - timedelta(days=120),
            until=today + timedelta(days=120),
        )

    def visit(self, *stops, code="warmth_sending", at=None, by=None, **more) -> Visit:
        stops = stops or (Stopped(recipient="hardship", name="赵大勇家"),)
        new = visits.NewVisit(programme=self.programme(code), stops=stops, **more)
        return visits.register_visit(organization=at or self.cast.factory, new=new, by=by or self.cast.chair)


def figure(code: str, at, *, below=True, window=None):
    """A registered indicator's number for a unit, up to today."""
    found = ledger.value(ledger_registry.indicator(code), Scope(at, below=below), window or Window.until())
    return found.number


def assert_books_agree() -> None:
    """The room's records and the ledger say the same about every fact."""
    assert [each for each in ledger.reconcile() if each.fact.code.startswith("campaigns.")] == []


@pytest.fixture
def desk(cast) -> Desk:
    programmes.load_catalogue()
    return Desk(cast)


__all__ = ["Desk", "assert_books_agree", "figure"]
