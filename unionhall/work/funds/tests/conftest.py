"""Money of the standing cast, booked by the room's own actions."""

from dataclasses import dataclass
from typing import Any

import pytest

from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.programmes import actions as programmes
from unionhall.lib import dates
from unionhall.work.funds.actions import lines, movements
from unionhall.work.funds.models import BudgetLine, Movement

YUAN = 100


@dataclass
class Books:
    """The county's clerk books; what is passed down goes to the township."""

    cast: Any

    def book(self, stage="received", amount=1_000 * YUAN, *, at=None, by=None, **more) -> Movement:
        told = {"source": "upper_union", "purpose": "relief", **more}
        new = movements.NewMovement(stage=stage, amount=amount, **told)
        return movements.book(organization=at or self.cast.county, new=new, by=by or self.cast.county_clerk)

    def line(self, ceiling=1_000 * YUAN, name="困难帮扶", at=None, by=None, year=None) -> BudgetLine:
        return lines.open_line(
            organization=at or self.cast.county, year=year or dates.today().year, name=name, source="own", purpose="relief",
            ceiling=ceiling, by=by or self.cast.county_clerk,
        )  # fmt: skip

    def left(self, line: BudgetLine) -> tuple[int, int]:
        line.refresh_from_db()
        return line.held, line.spent


def figure(code: str, at, *, below=True) -> Any:
    """A registered indicator's number for a unit, up to today."""
    return ledger.value(ledger_registry.indicator(code), Scope(at, below=below), Window.until()).number


def assert_books_agree() -> None:
    """The room's records and the ledger say the same about every fact."""
    assert [each for each in ledger.reconcile() if each.fact.code.startswith("funds.")] == []


@pytest.fixture
def books(cast) -> Books:
    programmes.load_catalogue()
    return Books(cast)
