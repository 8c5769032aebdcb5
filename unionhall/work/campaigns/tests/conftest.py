"""Visits and sessions of the standing cast, made by the room's own actions."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.people import actions as people
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.lib import clock, dates
from unionhall.work.campaigns.actions import sessions, visits
from unionhall.work.campaigns.models import Session, Visit
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

    def plan(self, code="worker_culture", at=None, by=None, **more) -> Session:
        """A session that began an hour ago, at the county, open to all of its workers."""
        now = clock.now()
        told = {
            "programme": self.programme(code),
            "name": "职工书画展",
            "starts_at": now - timedelta(hours=1),
            "ends_at": now + timedelta(hours=2),
            "place": "工人文化宫",
            **more,
        }
        new = sessions.NewSession(**told)
        return sessions.plan_session(organization=at or self.cast.county, new=new, by=by or self.cast.county_clerk)

    def published(self, by=None, **more) -> Session:
        session = self.plan(by=by, **more)
        return sessions.publish_session(session_id=session.pk, by=by or self.cast.county_clerk)

    def scarce(self, places=2, method="first", **more) -> Session:
        """A session whose sign-up runs now and that starts tomorrow."""
        now = clock.now()
        told = {
            "starts_at": now + timedelta(days=1),
            "ends_at": now + timedelta(days=1, hours=3),
            "opens_at": now - timedelta(hours=1),
            "closes_at": now + timedelta(hours=20),
            **more,
        }
        return self.published(code="volunteer_service", form="shift", method=method, places=places, **told)

    def workers(self, count, home=None):
        """Workers of a unit, invented."""
        return [
            people.register(by=None, name=f"职工{chr(0x4E00 + number)}", home=home or self.cast.factory) for number in range(count)
        ]


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
