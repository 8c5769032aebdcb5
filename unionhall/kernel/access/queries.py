"""Who may what, where: asked again at every request."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Prefetch, Q, QuerySet

from unionhall.kernel.access import rules
from unionhall.kernel.access.models import Account, Delegation, Grant, Lent, Role
from unionhall.kernel.access.rules import lending
from unionhall.kernel.audit.actions import deputies
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.lib import dates, scope, statement
from unionhall.lib.refusal import absent
from unionhall.lib.within import Within

Row = TypeVar("Row", bound=Model)
EVERYTHING = ("0", "[")


@dataclass(frozen=True, slots=True)
class Holding:
    """What one grant gives: permission patterns over a range of paths; `lender` where it is lent by somebody."""

    permissions: tuple[str, ...]
    grantable: tuple[str, ...]
    duty: str
    role: str
    organization_id: int
    low: str
    high: str
    lender: int | None = None


Held = tuple[list[Holding], list[Organization]]
"""What a person holds, and the open units on which it stands, the highest first."""

_hall_only: ContextVar[int | None] = ContextVar("unionhall_hall_only", default=None)
_remembered: ContextVar[dict[int, Held] | None] = ContextVar("unionhall_holdings", default=None)
_with_session: ContextVar[Account | None] = ContextVar("unionhall_account_read", default=None)


def hall_only(person_id: int | None) -> Within[int | None]:
    """For the length of a request, a person holds nothing but the role of a worker: the session began with a phone code.

    A text message is a weak proof; what staff may do asks for the password and the second factor.
    """
    return Within(_hall_only, person_id)


# Written out, as every request asks it: the present grants of a person, the own ones first, with their roles and units.
GRANTED = """
(SELECT COALESCE(jsonb_agg(jsonb_build_array(to_jsonb(o), to_jsonb(r), g.org_path, g.below, h.lender)
                           ORDER BY h.lender NULLS FIRST, g.id), '[]')
   FROM (SELECT id AS given, NULL::bigint AS lender FROM access_grant WHERE person_id = {person}
         UNION ALL
         SELECT l.grant_id, d.lender_id FROM access_delegation d JOIN access_lent l ON l.delegation_id = d.id
          WHERE d.deputy_id = {person} AND d.taken_back_at IS NULL AND d.since <= %(day)s AND d.until > %(day)s) h
   JOIN access_grant g ON g.id = h.given JOIN access_role r ON r.id = g.role_id
   JOIN organizations_organization o ON o.id = g.organization_id
  WHERE g.since <= %(day)s AND (g.until IS NULL OR g.until > %(day)s) AND r.retired_at IS NULL)
"""
HELD = "SELECT " + GRANTED.format(person="%(person)s")


def remembering(account: Account | None = None) -> Within[dict[int, Held] | None]:
    """Read each person's grants once for the length of a request or a job, and never longer.

    What `account_of_session` has brought along is remembered from the beginning. Within a request, an act on many records that
    asks for it goes on with what the request remembers.
    """
    before = _remembered.get()
    if account is None and before is not None:
        return Within(_remembered, before)
    brought = getattr(account, "brought", None)
    return Within(_remembered, {} if account is None or brought is None else {account.person_id: brought})


def forget() -> None:
    """Drop what was remembered: grants have just changed."""
    if (remembered := _remembered.get()) is not None:
        remembered.clear()


def holdings(by: Person, day: date | None = None) -> list[Holding]:
    """What a person holds on a day, today by default. The acting house holds everything everywhere."""
    if by.kind == "house":
        return [Holding(("*",), (), rules.WORK, "house", 0, *EVERYTHING)]
    found = _held(by, day)[0]
    return found if by.pk != _hall_only.get() else [held for held in found if held.role == rules.WORKER]


def _held(by: Person, day: date | None = None) -> Held:
    remembered = _remembered.get() if day is None else None
    if remembered is not None and by.pk in remembered:
        return remembered[by.pk]
    found = _read(by, day or dates.today())
    if remembered is not None:
        remembered[by.pk] = found
    return found


def in_force(day: date, prefix: str = "") -> Q:
    """The condition "stands on a day" on grants, or on what `prefix` leads to them from."""
    given = {f"{prefix}since__lte": day, f"{prefix}role__retired_at": None}
    return (Q(**{f"{prefix}until": None}) | Q(**{f"{prefix}until__gt": day})) & Q(**given)


def _read(by: Person, day: date) -> Held:
    """Grants, own and lent, with roles and units in one statement."""
    row = statement.one(HELD, {"person": by.pk, "day": day})
    assert row is not None
    return _as_held(row[0])


def _as_held(packed: str) -> Held:
    found, units = [], {}
    for one, what, path, below, lender in json.loads(packed):
        unit, role = _unpacked(one), _role(what)
        if lender is not None and not lending.may_be_lent(role.code, role.duty, role.permissions):
            continue  # the role has been changed since it was lent
        low, high = organizations.path_range(path) if below else (path, path + "0")
        handed_on = () if lender is not None else tuple(role.grantable)
        found.append(Holding(tuple(role.permissions), handed_on, role.duty, role.code, unit.pk, low, high, lender))
        if unit.until is None:
            units[unit.pk] = unit
    return found, sorted(units.values(), key=lambda unit: (unit.depth, unit.path))


LEFT = frozenset({"name_pinyin", "name_initials", "name_keys", "id_blind", "phone_blind"})  # by which others look for somebody
ACCOUNTS = """
access_account a JOIN people_person p ON p.id = a.person_id LEFT JOIN organizations_organization o ON o.id = p.home_id
"""


@cache
def _whole() -> str:
    tables = ((Account, "a"), (Person, "p"), (Organization, "o"))
    return ", ".join([*(statement.columns(table, alias, LEFT) for table, alias in tables), GRANTED.format(person="a.person_id")])


@cache
def _account_statement() -> str:
    return f"SELECT {_whole()} FROM {ACCOUNTS} WHERE a.id = %(account)s AND a.disabled_at IS NULL"


@cache
def _session_statement() -> str:
    named = f"LEFT JOIN ({ACCOUNTS}) ON a.id = s.account_id AND a.disabled_at IS NULL"
    present = "s.session_key = %(key)s AND s.expire_date > now()"
    return f"SELECT s.session_data, {_whole()} FROM access_browsersession s {named} WHERE {present}"


def session(key: str) -> tuple[str, Account | None] | None:
    """The signed data of a session that has not expired and the account that it names, by one statement; None where it has."""
    row = statement.one(_session_statement(), {"day": dates.today(), "key": key})
    return None if row is None else (row[0], _account(row[1:]))


@contextmanager
def read_already(account: Account | None) -> Iterator[None]:
    """While the session is asked who is signed in, the account that its statement brought along is not read again."""
    token = _with_session.set(account)
    try:
        yield
    finally:
        _with_session.reset(token)


def account_of_session(account_id: int) -> Account | None:
    """The account of a session with its person, home and present grants, in one statement; None once it is disabled."""
    if (account := _with_session.get()) is not None and account.pk == account_id:
        return account
    row = statement.one(_account_statement(), {"day": dates.today(), "account": account_id})
    return None if row is None else _account(row)


def _account(row: Sequence[Any]) -> Account | None:
    account: Account
    account, person, home = statement.records(row, Account, Person, Organization, left=LEFT)
    if account is None:
        return None
    account.person, account.person.home = person, home
    account.brought = _as_held(row[-1])  # type: ignore[attr-defined]
    return account


def _unpacked(row: dict[str, Any]) -> Organization:
    fields = Organization._meta.concrete_fields
    names = [field.attname for field in fields]
    return statement.record_of(Organization, names, [field.to_python(row[str(field.column)]) for field in fields])


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
    return by_which(by, permission, at) is not None


def by_which(by: Person, permission: str, at: "Organization | str | None" = None) -> Holding | None:
    """What gives a person the permission there, their own before what is lent to them; None where nothing does."""
    path = at if at is None or isinstance(at, str) else at.path
    for held in holdings(by):
        if (path is None or held.low <= path < held.high) and rules.holds(held.permissions, permission):
            return held
    return None


def acting_for(by: Person) -> int | None:
    """For whom a person acts by the right that was asked for last: the lender of it, None by a right of their own."""
    return deputies.behalf_of(by.pk)


def hand_of(by: Person) -> lending.Hand:
    """The person as the one who does the act that was just allowed."""
    return lending.Hand(by.pk, acting_for(by))


def own_files(by: Person) -> frozenset[int]:
    """Whose case is one's own, for whoever does the act that was just allowed: every file (by key) of that human and of the one
    acted for. Nobody handles at the desk what one of these would have something of; every room asks it here."""
    return people.selves(hand_of(by).counts_as)


def bearers(units: Iterable[int], day: date) -> "QuerySet[Grant, tuple[int, int, list[str]]]":
    """Who works at units (by key) on a day: unit, person and permission patterns of each grant, own ones and those lent."""
    columns = ("organization_id", "person_id", "role__permissions")
    grants = Grant.objects.filter(in_force(day), organization__in=list(units))
    own = grants.order_by().values_list(*columns)
    lent = Lent.objects.filter(
        in_force(day, "grant__"), grant__organization__in=list(units), delegation__taken_back_at=None,
        delegation__since__lte=day, delegation__until__gt=day,
    )  # fmt: skip
    return own.union(
        lent.order_by().values_list("grant__organization_id", "delegation__deputy_id", "grant__role__permissions"), all=True
    )


BEARING = """
SELECT DISTINCT g.org_path, g.organization_id, g.below FROM access_grant g JOIN access_role r ON r.id = g.role_id
  LEFT JOIN access_account a ON a.person_id = g.person_id
 WHERE g.org_path = ANY(%(paths)s) AND r.permissions && %(patterns)s::varchar[] AND r.retired_at IS NULL
   AND g.since <= %(day)s AND (g.until IS NULL OR g.until > %(day)s) AND a.disabled_at IS NULL
"""


def bearing(paths: Iterable[str], permission: str, day: date) -> set[tuple[str, int, bool]]:
    """Units at these places of the tree or above where somebody who can sign in has a permission: path, key, reaches below."""
    upward = sorted({above for path in paths for above in [path, *tree.ancestor_paths(path)]})
    told = {"paths": upward, "patterns": rules.patterns_of(permission), "day": day}
    return set(statement.rows(BEARING, told, aside=True))  # nobody is given a right by what is gathered


def running(day: date | None = None) -> "QuerySet[Delegation]":
    """The delegations that run on a day, today by default: begun, not over, not taken back, with a grant that still stands."""
    today = day or dates.today()
    standing = Lent.objects.filter(in_force(today, "grant__"), delegation=OuterRef("pk"))
    return Delegation.objects.filter(Exists(standing), taken_back_at=None, since__lte=today, until__gt=today)


def ties_of(by: Person) -> lending.Ties:
    """Who counts as the one who acts now: the running delegations of a person and of those whose deputy the person is, and
    every file of the same human: merged, with the same number, with a phone or a name in common where no number tells them apart.
    """
    persons = {by.pk, *(held.lender for held in holdings(by) if held.lender is not None)}
    found = running().filter(Q(lender__in=persons) | Q(deputy__in=persons)).order_by()
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_selves(%s::bigint[])", [sorted(hand_of(by).counts_as)])
        selves = frozenset(row[0] for row in cursor)
    return lending.Ties(frozenset(found.values_list("lender_id", "deputy_id")), selves)


def delegations_of(person: Person) -> "QuerySet[Delegation]":
    """What a person has lent or was lent, the newest first, with what each lends; for the two of them."""
    lent = Prefetch("lent", Lent.objects.select_related("grant__role", "grant__organization"))
    found = Delegation.objects.filter(Q(lender=person) | Q(deputy=person)).select_related("lender", "deputy")
    return found.prefetch_related(lent).order_by("-id")


def may_lend(person: Person) -> list[Grant]:
    """The present grants that a person may lend to a deputy: their own, of ordinary work."""
    return [given for given in grants_of(person) if lending.may_be_lent(given.role.code, given.role.duty, given.role.permissions)]


def colleagues_of(person: Person) -> "QuerySet[Person]":
    """Who can be a person's deputy: bearers of a working account with a staff role at, below or right above the person's units."""
    day, places = dates.today(), [given.organization for given in grants_of(person)]
    near = in_ranges([organizations.path_range(place.path) for place in places]) | Q(
        organization__in=[place.parent_id for place in places if place.parent_id]
    )
    staff = Grant.objects.filter(near & in_force(day), role__duty=rules.WORK).exclude(role__code=rules.WORKER)
    barred = Grant.objects.filter(in_force(day)).exclude(role__duty=rules.WORK)
    found = Person.objects.filter(pk__in=staff.values("person"), account__disabled_at=None, account__isnull=False, erased_at=None)
    return scope.mark(found.exclude(pk=person.pk).exclude(pk__in=barred.values("person")).order_by("name_pinyin", "pk"))


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


def works(person: Person) -> bool:
    """Whether somebody has rights at a desk, their own or lent to them."""
    own = grants_of(person).exclude(role__code=rules.WORKER)
    return own.exists() or running().filter(deputy=person).exists()


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
