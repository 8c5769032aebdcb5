"""The standing cast: the demonstration province, its units and the people every test may call by name.

Nobody here can be a real person: identity numbers carry the area code 990000 and phones begin with 100.
"""

import time
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection
from django.test import Client

from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Account, Role
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.lib import idnumber
from unionhall.testing import snapshot
from unionhall.testing.visitor import signed_in

FOUNDED = date(2015, 1, 1)
UNITS = (  # key, name, short name, level, kind, key of the unit above
    ("province", "示范省总工会", "省总", "province", "federation", ""),
    ("city", "示范市总工会", "市总", "city", "federation", "province"),
    ("other_city", "邻江市总工会", "邻江市总", "city", "federation", "province"),
    ("county", "城关区总工会", "城关区总", "county", "federation", "city"),
    ("neighbour_county", "东山县总工会", "东山县总", "county", "federation", "city"),
    ("other_county", "河西区总工会", "河西区总", "county", "federation", "other_city"),
    ("township", "红旗街道总工会", "红旗街道", "township", "federation", "county"),
    ("neighbour_township", "青石镇总工会", "青石镇", "township", "federation", "neighbour_county"),
    ("factory", "红旗机械厂工会", "红旗机械", "grassroots", "grassroots", "township"),
    ("hospital", "城关区人民医院工会", "区医院", "grassroots", "grassroots", "county"),
    ("mine", "东山矿业公司工会", "东山矿业", "grassroots", "grassroots", "neighbour_township"),
    ("port", "邻江港务公司工会", "邻江港务", "grassroots", "grassroots", "other_county"),
)
PEOPLE = (  # key, name, home, role, unit of the grant ("" for no account)
    ("city_clerk", "周文静", "city", "city_clerk", "city"),
    ("county_clerk", "李建华", "county", "county_clerk", "county"),
    ("neighbour", "孙丽", "neighbour_county", "county_clerk", "neighbour_county"),
    ("stranger", "吴志强", "other_city", "city_clerk", "other_city"),
    ("township_clerk", "郑小梅", "township", "township_clerk", "township"),
    ("chair", "王建国", "factory", "grassroots_chair", "factory"),
    ("neighbour_chair", "冯德胜", "mine", "grassroots_chair", "mine"),
    ("leader", "陈国栋", "city", "leader", "city"),
    ("system_admin", "褚一鸣", "city", "system_admin", "city"),
    ("security_admin", "卫明", "city", "security_admin", "city"),
    ("auditor", "蒋正", "city", "auditor", "city"),
    ("disabled", "沈停", "county", "county_clerk", "county"),
    ("moved_away", "韩远", "other_county", "county_clerk", "county"),
    ("worker", "杨工", "factory", "worker", "factory"),
    ("plain", "朱平", "factory", "", ""),
)


@dataclass
class Cast:
    """The units by key, the people by key, and the first passwords of those who have accounts."""

    units: dict[str, Organization]
    people: dict[str, Person]
    passwords: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> "Organization | Person":
        """`cast.county` is a unit, `cast.county_clerk` a person; persons come first where both exist."""
        for shelf in (self.__dict__.get("people", {}), self.__dict__.get("units", {})):
            if name in shelf:
                return shelf[name]
        raise AttributeError(name)

    def account(self, key: str) -> Account:
        """The account of a person, read anew."""
        return Account.objects.get(person=self.people[key])

    def client(self, key: str) -> Client:
        """A browser in which the person is signed in, past the first change of the password."""
        return signed_in(self.account(key))

    def steady(self, key: str) -> Client:
        """The same with a session that need not be written for an hour.

        The note each minute that it was seen would make one answer of two that are compared cost a statement more.
        """
        client = self.client(key)
        session = client.session
        session["signed_in_at"], session["seen_at"] = time.time(), time.time() + 3600
        session.save()
        return client


_kept: dict[str, tuple[snapshot.Snapshot, dict[str, str]]] = {}


def assemble() -> Cast:
    """The cast, built once a session and poured back afterwards."""
    database = str(connection.settings_dict["NAME"])
    before = snapshot.counts() if database not in _kept else {}
    if database in _kept and not Organization.objects.exists():
        taken, passwords = _kept[database]
        snapshot.pour(taken)
        return find(passwords)
    cast = build()
    if before and (fresh := snapshot.take(before)):
        _kept[database] = (fresh, cast.passwords)
    return cast


def find(passwords: dict[str, str]) -> Cast:
    """The cast as it stands in the database."""
    codes = {code_of(number): key for number, (key, *_rest) in enumerate(UNITS, start=1)}
    homes = {name: key for key, name, *_rest in PEOPLE}
    units = {codes[unit.code]: unit for unit in Organization.objects.filter(code__in=codes) if unit.code}
    people = {homes[person.name]: person for person in Person.objects.filter(name__in=homes)}
    return Cast(units, people, dict(passwords))


def code_of(number: int) -> str:
    """The unit code of the n-th unit."""
    return f"9900{number:02d}"


def unit(cast: Cast, key: str) -> Organization:
    """A unit of the cast, read anew (its path may have moved)."""
    return Organization.objects.get(pk=cast.units[key].pk)


def build() -> Cast:
    """Build the cast through the house's own actions."""
    access.load_roles()
    units: dict[str, Organization] = {}
    for number, (key, name, short, level, kind, above) in enumerate(UNITS, start=1):
        units[key] = organizations.found(
            name=name,
            short_name=short,
            code=code_of(number),
            division_code="990000",
            level=level,
            kind=kind,
            parent=units.get(above),
            since=FOUNDED,
            by=None,
        )
    cast = Cast(units, {})
    for number, (key, name, home, role, place) in enumerate(PEOPLE, start=1):
        cast.people[key] = person = register(name, units[home], number)
        if place:
            employ(cast, key, person, role, units[place])
    _change_lives(cast)
    return cast


def register(name: str, home: Organization, number: int) -> Person:
    """Register a person who cannot be real, with an identity number and a phone."""
    return people.register(by=None, name=name, home=home, id_number=id_number(number), phone=f"100{number:08d}")


def id_number(number: int) -> str:
    """The identity number of the n-th invented person: area 990000, with a right check character."""
    body = f"990000{date(1980, 1, 1) + timedelta(days=number):%Y%m%d}{100 + number % 900:03d}"
    return body + idnumber.checksum(body)


def employ(cast: Cast, key: str, person: Person, role: str, at: Organization) -> None:
    """Open an account whose password is already the person's own, and give the role."""
    account, cast.passwords[key] = access.open_account(person, username=key.replace("_", "."), by=None)
    access.note_own_password(account)
    access.grant(person, role=Role.objects.get(code=role), at=at, by=None, since=FOUNDED)


def _change_lives(cast: Cast) -> None:
    """The disabled one loses the account, the one who moved away loses the grant."""
    security = cast.people["security_admin"]
    access.disable_account(cast.account("disabled"), by=security, reason="离职")
    for given in cast.people["moved_away"].grants.all():
        access.revoke(given, by=security, reason="调离")
