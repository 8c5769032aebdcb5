"""Who may what, where: asked again at every request."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import F, Model, Q, QuerySet

from unionhall.kernel.access import rules
from unionhall.kernel.access.models import Account, Grant, Role
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import dates, scope, statement
from unionhall.lib.refusal import absent

Row = TypeVar("Row", bound=Model)
EVERYTHING = ("0", "[")
WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Holding:
    """What one grant gives: permission patterns over a range of paths."""

    permissions: tuple[str, ...]
    grantable: tuple[str, ...]
    duty: str
    role: str
    organization_id: int
    low: str
    high: str


Held = tuple[list[Holding], list[Organization]]
"""What a person holds, and the open units on which it stands, the highest first."""

_hall_only: ContextVar[int | None] = ContextVar("unionhall_hall_only", default=None)
_remembered: ContextVar[dict[int, Held] | None] = ContextVar("unionhall_holdings", default=None)


@contextmanager
def hall_only(person_id: int | None) -> Iterator[None]:
    """For the length of a request, a person holds nothing but the role of a worker: the session began with a phone code.

    A text message is a weak proof; what staff may do asks for the password and the second factor.
    """
    token = _hall_only.set(person_id)
    try:
        yield
    finally:
        _hall_only.reset(token)


# Written out, as every request asks it: the present grants of an account's person with their roles and units.
GRANTED = """
(SELECT COALESCE(jsonb_agg(jsonb_build_array(to_jsonb(o), to_jsonb(r), g.org_path, g.below) ORDER BY g.id), '[]')
   FROM access_grant g JOIN access_role r ON r.id = g.role_id JOIN organizations_organization o ON o.id = g.organization_id
  WHERE g.person_id = access_account.person_id AND g.since <= %s AND (g.until IS NULL OR g.until > %s) AND r.retired_at IS NULL)
"""


@contextmanager
def remembering(account: Account | None = None) -> Iterator[None]:
    """Read each person's grants once for the length of a request or a job, and never longer.

    What `account_of_session` has brought along is remembered from the beginning. Within a request, an act on many records that
    asks for it goes on with what the request remembers.
    """
    if account is None and _remembered.get() is not None:
        yield
        return
    brought = getattr(account, "brought", None)
    token = _remembered.set({} if account is None or brought is None else {account.person_id: brought})
    try:
        yield
    finally:
        _remembered.reset(token)


def forget() -> None:
    """Drop what was remembered: grants have just changed."""
    if (remembered := _remembered.get()) is not None:
        remembered.clear()


def holdings(by: Person, day: date | None = None) -> list[Holding]:
    """What a person holds on a day, today by default. The acting house holds everything everywhere."""
    if by.kind == "house":
        return [Holding(("*",), (), rules.WORK, "house", 0, *EVERYTHING)]
    found = _held(by, day)[0]
    return found if by.pk != _hall_only.get() else [held for held in found if held.role == WORKER]


def _held(by: Person, day: date | None = None) -> Held:
    remembered = _remembered.get() if day is None else None
    if remembered is not None and by.pk in remembered:
        return remembered[by.pk]
    found = _read(by, day or dates.today())
    if remembered is not None:
        remembered[by.pk] = found
    return found


def _in_force(day: date) -> "QuerySet[Grant]":
    return Grant.objects.filter(Q(until=None) | Q(until__gt=day), since__lte=day, role__retired_at=None)


def _read(by: Person, day: date) -> Held:
    """Grants, roles and units in one statement."""
    grants = _in_force(day).filter(person=by).select_related("role", "organization")
    return _as_held((grant.organization, grant.role, grant.org_path, grant.below) for grant in grants)


def _as_held(grants: Iterable[tuple[Organization, Role, str, bool]]) -> Held:
    found, units = [], {}
    for unit, role, path, below in grants:
        low, high = organizations.path_range(path) if below else (path, path + "0")
        found.append(Holding(tuple(role.permissions), tuple(role.grantable), role.duty, role.code, unit.pk, low, high))
        if unit.until is None:
            units[unit.pk] = unit
    return found, sorted(units.values(), key=lambda unit: (unit.depth, unit.path))


@cache
def _session_statement() -> tuple[str, tuple[int, int]]:
    """The statement of `account_of_session`, and where the columns of the person and of the home begin."""
    tables = ((Account, "access_account"), (Person, "p"), (Organization, "o"))
    columns = [[f"{name}.{field.column}" for field in model._meta.concrete_fields] for model, name in tables]
    everything = ", ".join([*columns[0], *columns[1], *columns[2], GRANTED])
    joined = "access_account JOIN people_person p ON p.id = access_account.person_id"
    joined += " LEFT JOIN organizations_organization o ON o.id = p.home_id"
    condition = "access_account.id = %s AND access_account.disabled_at IS NULL"
    return f"SELECT {everything} FROM {joined} WHERE {condition}", (len(columns[0]), len(columns[0]) + len(columns[1]))


def account_of_session(account_id: int) -> Account | None:
    """The account of a session with its person, home and present grants, in one statement; None once it is disabled."""
    day, (sql, (person, home)) = dates.today(), _session_statement()
    row = statement.one(sql, [day, day, account_id])
    if row is None:
        return None
    account: Account = _from_row(Account, row[:person])
    account.person = _from_row(Person, row[person:home])
    account.person.home = None if row[home] is None else _from_row(Organization, row[home:-1])
    granted = [(_unpacked(unit), _role(role), path, below) for unit, role, path, below in json.loads(row[-1])]
    account.brought = _as_held(granted)  # type: ignore[attr-defined]
    return account


def _from_row(model: type[Row], row: tuple[Any, ...]) -> Row:
    return model.from_db("default", [field.attname for field in model._meta.concrete_fields], row)


def _unpacked(row: dict[str, Any]) -> Organization:
    fields = Organization._meta.concrete_fields
    names = [field.attname for field in fields]
    return Organization.from_db("default", names, [field.to_python(row[str(field.column)]) for field in fields])


def _role(row: dict[str, Any]) -> Role:
    return Role(**{name: row[name] for name in ("permissions", "grantable", "duty", "code")})


def ranges(by: Person, permission: str) -> list[tuple[str, str]]:
    """The ranges low <= path < high in which a person has a permission; empty when nowhere."""
    return rules.merge((held.low, held.high) for held in holdings(by) if rules.holds(held.permissions, permission))


def in_ranges(found: list[tuple[str, str]], field: str = "org_path") -> Q:
    """The condition "inside one of the ranges" on a column of paths; nothing fulfils it when there are none."""
    condition = Q(pk__in=[])
    for low, high in found:
        condition |= Q(**{f"{field}__gte": low, f"{field}__lt": high})
    return condition


def may(by: Person, permission: str, at: "Organization | str | None" = None) -> bool:
    """Whether a person has a permission at a unit (or its path), or anywhere at all when no unit is named."""
    if at is None:
        return any(rules.holds(held.permissions, permission) for held in holdings(by))
    path = at if isinstance(at, str) else at.path
    return any(held.low <= path < held.high for held in holdings(by) if rules.holds(held.permissions, permission))


def visible(queryset: "QuerySet[Row]", by: Person, permission: str, field: str = "org_path") -> "QuerySet[Row]":
    """The rows in the person's scope for a permission, marked as scoped."""
    found = ranges(by, permission)
    if not found:
        return scope.mark(queryset.none())
    return scope.mark(queryset if found == [EVERYTHING] else queryset.filter(in_ranges(found, field)))


def key_of(seen: "QuerySet[Row]") -> int:
    """The key of the one row that is left of what a person sees. Raises NotVisible where none is."""
    found: int | None = seen.values_list("pk", flat=True).first()
    if found is None:
        raise absent()
    return found


def organizations_for(by: Person, permission: str, text: str = "") -> "QuerySet[Organization]":
    """The open units where a person has a permission, in tree order; those that match a typed text, the best first."""
    found = organizations.search(text) if text else Organization.objects.filter(until=None).order_by("path")
    return visible(found, by, permission, "path")


def units_of(by: Person) -> list[Organization]:
    """The open units on which the person's grants stand, the highest first: what they act for."""
    return [] if by.kind == "house" or by.pk == _hall_only.get() else _held(by)[1]


def is_administrator(person: Person) -> bool:
    """Whether a person is one of the three administrators."""
    return any(held.duty != rules.WORK for held in holdings(person))


def grants_of(person: Person, *, past: bool = False) -> "QuerySet[Grant]":
    """The grants of a person, the present ones or all."""
    found = Grant.objects.filter(person=person).select_related("role", "organization")
    return found if past else found.filter(Q(until=None) | Q(until__gt=dates.today()))


def roles_for(by: Person, at: Organization) -> list[Role]:
    """The roles that a person may hand out at a unit."""
    handed = [pattern for held in holdings(by) if held.low <= at.path < held.high for pattern in held.grantable]
    own = Q(organization=None) | Q(organization__path__in=[*_upward(at)])
    return [role for role in Role.objects.filter(own, retired_at=None) if not rules.uncovered(role.permissions, handed)]


def roles_visible_to(by: Person) -> "QuerySet[Role]":
    """The roles in use that a person knows of: the shipped ones first, then the own ones of units in or above their scope."""
    found = ranges(by, "access.see")
    above = {path for low, _high in found for path in tree.ancestor_paths(low)}
    own = in_ranges(found, "organization__path") | Q(organization__path__in=sorted(above))
    known = Role.objects.filter(Q(organization=None) | own, retired_at=None).select_related("organization")
    return known.order_by(F("organization_id").asc(nulls_first=True), "id")


def _upward(at: Organization) -> list[str]:
    return [at.path[:end] for end in range(4, len(at.path) + 1, 4)]


def language_of(person: Person) -> str:
    """The language in which a person is written to: the one of their account, else that of the house."""
    chosen = Account.objects.filter(person=person).values_list("language", flat=True).first()
    return chosen or settings.LANGUAGE_CODE


def scope_value(found: list[tuple[str, str]]) -> str:
    """Ranges as the row policies of the database read them: low|high pairs with commas, or * for everything."""
    return "*" if found == [EVERYTHING] else ",".join(f"{low}|{high}" for low, high in found)
