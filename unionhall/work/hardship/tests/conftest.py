"""Households of the standing cast at every station of their way, made by the room's own actions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.people import actions as people
from unionhall.kernel.policies import actions as policies
from unionhall.lib import clock, dates
from unionhall.testing import cast as standing
from unionhall.work.hardship.actions import procedure, register
from unionhall.work.hardship.actions.books import Book
from unionhall.work.hardship.actions.register import NewFile, NewMember
from unionhall.work.hardship.models.files import Household

LINE = 106200  # 1,062 yuan
POOR = Book(incomes={"wage": 2_400_000}, spending={"medical": 1_800_000}, illnesses={"self": "慢性肾衰竭"})
MIDDLE = Book(incomes={"wage": 2_000_000})
RICH = Book(incomes={"wage": 20_000_000})


@dataclass
class Desk:
    """The township's desk: its clerk registers, the chair visits, the county's clerk reviews, the city's clerk approves."""

    cast: object
    number: int = 200

    def person(self, name="赵大勇", home=None, birth_year=None):
        """Somebody new, registered with a number that nobody has."""
        self.number += 1
        return people.register(
            by=None,
            name=name,
            home=home or self.cast.factory,
            id_number=standing.id_number(self.number),
            phone=f"100{self.number:08d}",
        )

    def child(self, name="赵小宝"):
        """A pupil of twelve years."""
        return people.register(
            by=None, name=name, home=self.cast.factory, birth=dates.today().replace(year=dates.today().year - 12, day=1)
        )

    def line(self, fen=LINE, at=None, since=date(2020, 1, 1)):
        """Set the region's minimum-living line."""
        policies.set_value(
            "hardship.income_line",
            fen,
            organization=at or self.cast.city,
            since=since,
            source="示范市民政局 2025 年第 8 号",
            by=self.cast.city_clerk,
        )

    def new(self, head=None, members=(), **more):
        """What is said of a household."""
        head = head or self.person()
        given = {"cause": "illness", "worker": "employed", "size": 1 + len(members), **more}
        return NewFile(head=head, members=[NewMember(**one) for one in members], **given)

    def draft(self, book=POOR, by=None, at=None, **more) -> Household:
        return register.register(
            organization=at or self.cast.township, new=self.new(**more), by=by or self.cast.township_clerk, book=book
        )

    def applied(self, file=None, **more) -> Household:
        file = file or self.draft(**more)
        procedure.sign_all(household_id=file.pk, by=self.cast.township_clerk)
        procedure.apply(household_id=file.pk, by=self.cast.township_clerk)
        return fresh(file)

    def on(self, file, by=None) -> Household:
        procedure.go_on(household_id=file.pk, by=by or self.cast.county_clerk)
        return fresh(file)

    def visited(self, file=None, **more) -> Household:
        file = self.applied(file, **more)
        file = self.on(file)
        procedure.visit(
            household_id=file.pk,
            by=self.cast.township_clerk,
            visited_on=dates.today(),
            companion="刘志远",
            finding="情况属实",
            agrees=True,
        )
        return fresh(file)

    def short(self):
        """A federation that asks for the approval only."""
        policies.set_value(
            "hardship.procedure",
            {"steps": ["approve"], "levels": {"approve": "county"}},
            organization=self.cast.city,
            since=date(2020, 1, 1),
            source="示范市总工会办法",
            by=self.cast.city_clerk,
        )

    def filed(self, file=None, **more) -> Household:
        """On file by the short way."""
        file = self.applied(file, **more)
        file = self.on(file) if file.state == "applied" else file
        procedure.approve(household_id=file.pk, by=self.cast.county_clerk)
        return fresh(file)


def fresh(file: Household) -> Household:
    """The file as the database has it."""
    return Household.objects.select_related("organization", "head", "programme").get(pk=file.pk)


def figure(code: str, at, *, below=True, window=None):
    """A registered indicator's number for a unit, up to today."""
    found = ledger.value(ledger_registry.indicator(code), Scope(at, below=below), window or Window.until())
    return found.number


def assert_books_agree() -> None:
    """The room's records and the ledger say the same about every fact."""
    assert [each for each in ledger.reconcile() if each.fact.code.startswith("hardship.")] == []


def on_day(year, month, day):
    """The house's clock on a day."""
    return clock.fixed(datetime(year, month, day, 2, tzinfo=UTC))


@pytest.fixture
def desk(cast) -> Desk:
    found = Desk(cast)
    found.line()
    found.short()
    return found
