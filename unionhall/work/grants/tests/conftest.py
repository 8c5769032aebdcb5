"""Grants of the standing cast: households on file, a budget line, and the three persons whom money needs."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.apps import apps

from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Role
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import actions as policies
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.kernel.programmes.registry import purse
from unionhall.lib import clock, dates
from unionhall.testing import cast as standing
from unionhall.work.grants import registry, rules
from unionhall.work.grants.actions import applications, batches
from unionhall.work.grants.actions.applications import NewApplication
from unionhall.work.grants.models import Application, Batch
from unionhall.work.grants.rules.bank import Answer

YUAN = 100
SINCE = date(2020, 1, 1)


def on_file(cast: Any, person: Person, *, kind: str = "hardship_household", head: Person | None = None) -> None:
    """Set the standing that the files room sets; a household is known by its head here."""
    people.set_standing(
        by=None, subject=person, kind=kind, organization=cast.county, since=dates.today(), source=head or person
    )  # fmt: skip


def line_of(cast: Any, ceiling: int = 100_000 * YUAN, name: str = "困难帮扶", source: str = "own") -> Any:
    """A budget line of the county, as the room that keeps them stores it."""
    model = apps.get_model("funds", "BudgetLine")
    return model.objects.create(
        organization=cast.county, org_path=cast.county.path, year=dates.today().year, name=name, source=source, purpose="relief",
        ceiling=ceiling, created_by=cast.city_clerk, created_at=clock.now(),
    )  # fmt: skip


def colleagues(cast: Any) -> dict[str, Person]:
    """Two more clerks of the county, with accounts."""
    found = {}
    for place, name in enumerate(("复核甲", "发放乙"), start=700):
        key = f"county_{place}"
        cast.people[key] = found[key] = standing.register(name, cast.county, place)
        account, _password = access.open_account(found[key], username=key.replace("_", "."), by=None)
        access.note_own_password(account)
        access.grant(found[key], role=Role.objects.get(code="county_clerk"), at=cast.county, by=None, since=standing.FOUNDED)
    return found


@dataclass
class Office:
    """The county's grants: the township registers, the county decides, prepares, checks and pays."""

    cast: Any
    line: Any = None
    number: int = 800
    staff: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        programmes.load_catalogue()
        self.line = line_of(self.cast)
        self.staff = colleagues(self.cast)
        policies.set_value(
            "grants.living_monthly",
            600 * YUAN,
            organization=self.cast.city,
            since=SINCE,
            source="市民政局",
            by=self.cast.city_clerk,
        )
        self.notice(0)
        today = dates.today()
        for code in ("hardship_relief_fund", "autumn_aid", "daily_student_relief", "serious_illness", "warmth_sending"):
            programmes.open_edition(
                programme=programme_queries.programme(code), organization=self.cast.city, by=self.cast.city_clerk,
                since=today.replace(month=1, day=1), until=today.replace(month=12, day=31),
            )  # fmt: skip

    def notice(self, days: int, unit: str = "city") -> None:
        """For how many working days the region posts a grant."""
        policies.set_value(
            "grants.public_notice_days",
            days,
            organization=self.cast.units[unit],
            since=SINCE,
            source="市总办法",
            by=self.cast.city_clerk,
        )

    @property
    def checker(self) -> Person:
        return self.staff["county_700"]

    @property
    def payer(self) -> Person:
        return self.staff["county_701"]

    def person(self, name: str = "赵大勇", *, file: bool = True, account: bool = True) -> Person:
        self.number += 1
        one = people.register(
            by=None, name=name, home=self.cast.township, id_number=standing.id_number(self.number),
            sealed={"bank_account": f"62220212345678{self.number:05d}"} if account else {},
        )  # fmt: skip
        if file:
            on_file(self.cast, one)
        return one

    def new(
        self, person: Person, amount: int = 1_000 * YUAN, code="hardship_relief_fund", kind="medical", **more
    ) -> NewApplication:
        if kind in registry.TERMS.get(code, {}) and registry.TERMS[code][kind].excludes:
            more = {"exclusion": rules.NOT_EXCLUDED, **more}
        return NewApplication(programme=programme_queries.programme(code), kind=kind, person=person, amount=amount, **more)

    def register(self, person: Person | None = None, amount: int = 1_000 * YUAN, **more: Any) -> Application:
        told = self.new(person or self.person(), amount, **more)
        return applications.register(organization=self.cast.township, new=told, by=self.cast.township_clerk)

    def submit(self, *args: Any, **more: Any) -> Application:
        one = self.register(*args, **more)
        return applications.submit(application_id=one.pk, by=self.cast.township_clerk)

    def approve(self, *args: Any, **more: Any) -> Application:
        one = self.submit(*args, **more)
        applications.review(application_id=one.pk, by=self.cast.county_clerk)
        return self.decide(one)

    def decide(self, one: Application, amount: int | None = None, by: Person | None = None) -> Application:
        return applications.approve(
            application_id=one.pk, amount=amount or one.asked, funder=self.cast.county, line_id=self.line.pk,
            by=by or self.cast.county_clerk,
        )  # fmt: skip

    def batch(self, *ones: Application) -> Batch:
        made = batches.prepare(
            organization=self.cast.county, application_ids=[one.pk for one in ones], by=self.cast.county_clerk
        ).batch
        assert made is not None
        return made

    def exported(self, *ones: Application) -> Batch:
        made = self.batch(*ones)
        batches.check(batch_id=made.pk, digest=batches.content_digest(made), by=self.checker)
        return batches.export(batch_id=made.pk, by=self.payer)

    def left(self) -> tuple[int, int]:
        self.line.refresh_from_db()
        return self.line.held, self.line.spent


def answers(batch: Batch, *, rejected: tuple[int, ...] = ()) -> list[Answer]:
    """What the bank says: paid, but for the numbers that it turned back."""
    live = batch.payments.exclude(state="dropped")
    return [
        Answer(one.reference, one.amount, one.number not in rejected, "账号户名不符" if one.number in rejected else "")
        for one in live
    ]


def figure(code: str, at: Any) -> Any:
    """A registered indicator's number for a unit and those below, up to today."""
    return ledger.value(ledger_registry.indicator(code), Scope(at), Window.until()).number


def assert_books_agree() -> None:
    """The room's records and the ledger say the same about every fact."""
    assert [each for each in ledger.reconcile() if each.fact.code.startswith("grants.")] == []


@pytest.fixture
def office(cast) -> Office:
    assert purse() is not None
    return Office(cast)
