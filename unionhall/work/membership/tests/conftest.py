"""Members of the standing cast at every station of their way, made by the room's own actions."""

from dataclasses import dataclass

import pytest

from unionhall.kernel.access.actions import codes as codes_of_phones
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.notices import adapters
from unionhall.lib import idnumber
from unionhall.testing.visitor import signed_in
from unionhall.work.membership.actions import codes, joining
from unionhall.work.membership.models import Application, JoinCode, Membership


def number_of(n: int, *, born: str = "19900315", area: str = "990000") -> str:
    """The document number of the n-th invented applicant."""
    body = f"{area}{born}{100 + n % 900:03d}"
    return body + idnumber.checksum(body)


def applicant(n: int = 1, **more) -> joining.Applicant:
    """The n-th invented applicant."""
    given = {"name": "高远航", "id_number": number_of(n), "phone": f"100990{n:05d}", **more}
    return joining.Applicant(**given)


@dataclass
class Desk:
    """The factory's union and what happens there."""

    cast: object

    def code(self, union=None, **more) -> JoinCode:
        union = union or self.cast.factory
        return codes.issue(organization=union, by=self.cast.county_clerk, **more)

    def applied(self, n: int = 1, *, union=None, channel="qr", given=None, **more) -> Application:
        way = joining.Way(union=union or self.cast.factory, channel=channel, **more)
        return joining.apply(way=way, given=given or applicant(n))

    def known(self, person) -> joining.Applicant:
        """Somebody whom the house knows already, as an applicant."""
        return joining.Applicant(name="", id_number="", known=person)

    def member(self, n: int = 1, *, union=None, given=None, **more) -> Membership:
        application = self.applied(n, union=union, given=given, **more)
        return joining.approve(application_id=application.pk, by=self.cast.city_clerk)


def phone_of(person):
    """A browser in which a worker has just signed in."""
    return signed_in(codes_of_phones.account_for(person))


def fresh(row):
    """The row as the database has it."""
    return type(row).objects.get(pk=row.pk)


def figure(code: str, at, *, below=True, window=None):
    """A registered indicator's number for a unit, up to today."""
    return ledger.value(ledger_registry.indicator(code), Scope(at, below=below), window or Window.until()).number


def assert_books_agree() -> None:
    """The room's records and the ledger say the same about every fact."""
    differences = [each for each in ledger.reconcile() if each.fact.code.startswith("membership.")]
    assert differences == []


@pytest.fixture
def desk(cast) -> Desk:
    return Desk(cast)


class Pocket:
    """A text-message channel that keeps the codes that it was given."""

    def __init__(self, codes: list[str]) -> None:
        self.codes = codes

    def send(self, message: adapters.Message) -> str:
        """Keep the code."""
        self.codes.append(str(message.context["code"]))
        return "kept"


@pytest.fixture
def texts(monkeypatch) -> list[str]:
    """The codes that were texted, in order."""
    codes: list[str] = []
    monkeypatch.setattr(adapters, "adapter", lambda _channel: Pocket(codes))
    return codes
