"""The permission matrix: every address of the house, tried by every member of the cast, on objects of every relation.

What must happen is worked out by an oracle that reads grants and parents as raw rows and shares no code with `access`.
Objects of other units carry canaries: words that must not appear in any answer to somebody outside. A room tells how to
make such an object in its `tests/matrix.py`:

    def objects(cast, unit, token):
        issue = actions.report_issue(title=token, ..., organization=unit, by=...)
        return {"issues:desk-list": {}, "issues:desk-issue": {"id": issue.pk}}

The keys are names of routes and the values their parameters; a route without parameters is a list in which the object
must be found by those inside. The token belongs into every text field. `Anywhere({"code": ...})` gives the parameters of a
page that belongs to no unit, and `FromBelow({"id": ...})` those of an object that the units below see as well (an edition of
the city in its counties); its text carries `from_below(token)`. Every POST is tried without data and rolled back.
"""

import importlib
import importlib.util
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core import mail
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from unionhall.kernel.organizations.models import Organization
from unionhall.lib import clock
from unionhall.testing import trail
from unionhall.testing.cast import Cast

TRIED_BY = (
    "city_clerk", "county_clerk", "neighbour", "stranger", "township_clerk", "chair", "neighbour_chair", "leader",
    "system_admin", "security_admin", "auditor", "disabled", "moved_away", "worker",
)  # fmt: skip
UNITS = ("city", "county", "factory", "mine", "port")
ABSENT = 9_999_999_999
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
REFUSED = frozenset({403, 404})
Maker = Callable[[Cast, Organization, str], Mapping[str, Mapping[str, Any]]]


class Anywhere(dict[str, Any]):
    """Parameters of a page that belongs to no unit, like that of a programme: whoever has the permission may open it."""


class FromBelow(dict[str, Any]):
    """Parameters of an object that those below its unit see too, and do not change."""


def from_below(token: str) -> str:
    """The canary of an object that those below see."""
    return token.replace("CANARY", "THRUSH")


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its name, the parameters it takes, and what its door declares."""

    name: str
    pattern: str
    view: Any
    parameters: frozenset[str]

    @property
    def declared(self) -> bool:
        """Whether the door says who may open it, and in exactly one way."""
        marks = [getattr(self.view, mark, None) for mark in ("permission", "public", "signed_in")]
        return sum(map(bool, marks)) == 1

    @property
    def permission(self) -> str | None:
        """The permission that the door asks for."""
        return getattr(self.view, "permission", None)

    @property
    def methods(self) -> frozenset[str]:
        """The methods that the door takes."""
        return frozenset(getattr(self.view, "methods", ("GET", "POST")))


def routes() -> list[Route]:
    """Every address that the resolver knows, included ones with their namespace."""
    return list(_walk(get_resolver().url_patterns, "", "", frozenset()))


def _walk(patterns: Iterable[Any], names: str, above: str, parameters: frozenset[str]) -> Iterator[Route]:
    for entry in patterns:
        own = above + str(entry.pattern)
        found = parameters | frozenset(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, f"{names}{entry.namespace}:" if entry.namespace else names, own, found)
        elif isinstance(entry, URLPattern):
            yield Route(f"{names}{entry.name}" if entry.name else own, own, entry.callback, found)


class Oracle:
    """Who may what at which unit, worked out from raw rows by walking up the parents."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, parent_id FROM organizations_organization")
            self.parents = dict(cursor.fetchall())
            cursor.execute(
                "SELECT h.person_id, g.organization_id, g.below, r.permissions"
                " FROM (SELECT person_id, id FROM access_grant UNION ALL"
                "  SELECT d.deputy_id, l.grant_id FROM access_delegation d JOIN access_lent l ON l.delegation_id = d.id"
                "   WHERE d.taken_back_at IS NULL AND (now() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN d.since AND d.until - 1) h"
                " JOIN access_grant g USING (id) JOIN access_role r ON r.id = g.role_id"
                " CROSS JOIN (SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date AS today) AS d"
                " WHERE g.since <= d.today AND (g.until IS NULL OR g.until > d.today) AND r.retired_at IS NULL"
            )
            self.grants = cursor.fetchall()
            cursor.execute("SELECT person_id FROM access_account WHERE disabled_at IS NULL")
            self.active = {person for (person,) in cursor.fetchall()}

    def may(self, person: int, permission: str | None, unit: int | None = None) -> bool:
        """Whether a person with a working account has a permission at a unit, or anywhere; None is any permission."""
        return person in self.active and any(
            self._covers(unit, organization, below) and (permission is None or any(_is_in(permission, one) for one in permissions))
            for holder, organization, below, permissions in self.grants
            if holder == person
        )

    def stands_below(self, person: int, unit: int) -> bool:
        """Whether a person holds a grant over a unit that stands below."""
        return person in self.active and any(
            holder == person and self._covers(organization, unit, True)
            for holder, organization, _below, _permissions in self.grants
        )

    def _covers(self, unit: int | None, organization: int, below: bool) -> bool:
        if unit is None or unit == organization:
            return True
        while below and unit is not None:
            unit = self.parents[unit]
            if unit == organization:
                return True
        return False


def _is_in(permission: str, pattern: str) -> bool:
    head, star, _tail = pattern.partition("*")
    return permission.startswith(head) if star else permission == pattern


@dataclass
class World:
    """The cast with one object of each room in each unit, and the canary that each carries."""

    cast: Cast
    tokens: dict[str, str]
    kwargs: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    _addresses: dict[str, list[str]] = field(default_factory=dict)

    def linked(self, key: str, text: str) -> bool:
        """Whether a page names the object of a unit or links to a page of it."""
        return self.tokens[key] in text or any(address in text for address in self._of(key))

    def _of(self, key: str) -> list[str]:
        if key not in self._addresses:
            mine = [(name, found[key]) for name, found in self.kwargs.items() if found.get(key)]
            kept = [(name, one) for name, one in mine if not isinstance(one, FromBelow)]
            self._addresses[key] = sorted({f'"{reverse(name, kwargs=dict(one))}"' for name, one in kept})
        return self._addresses[key]

    def sampled(self, route: Route) -> bool:
        """Whether a room told how to call this route."""
        return route.name in self.kwargs


def makers() -> dict[str, Maker]:
    """What the packages of the house declare in `tests/matrix.py`, by package."""
    found: dict[str, Maker] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.tests.matrix"
        if (
            config.name.startswith("unionhall.")
            and importlib.util.find_spec(f"{config.name}.tests")
            and importlib.util.find_spec(name)
        ):
            found[config.name] = importlib.import_module(name).objects
    return found


def build(cast: Cast, made_by: Mapping[str, Maker] | None = None) -> World:
    """One object of each room in each unit, with a canary of the unit in its text."""
    world = World(cast, {key: f"CANARY{key.replace('_', '').upper()}XQ" for key in UNITS})
    for maker in (makers() if made_by is None else made_by).values():
        for key in UNITS:
            for name, kwargs in maker(cast, cast.units[key], world.tokens[key]).items():
                world.kwargs.setdefault(name, {})["" if isinstance(kwargs, Anywhere) else key] = kwargs
    return world


@dataclass(frozen=True, slots=True)
class Breach:
    """One cell of the matrix that did not hold."""

    route: str
    method: str
    who: str
    unit: str
    said: str


def undeclared() -> list[str]:
    """Routes whose door does not say who may open it."""
    return [route.name for route in routes() if not route.declared]


def unsampled(world: World) -> list[str]:
    """Routes with a permission and parameters that no room told how to call."""
    return [route.name for route in routes() if route.permission and route.parameters and not world.sampled(route)]


def breaches(world: World, *, people: Iterable[str] = TRIED_BY, whole: bool = False) -> list[Breach]:
    """Try every sampled route and method as everybody; what does not hold, in order.

    Each is tried on one object inside the person's scope and the nearest and farthest outside, and "outside" is compared with
    "absent" for the first of the people who is refused; `whole` takes all objects and compares for everybody.
    """
    return list(each_breach(world, people=people, whole=whole))


def each_breach(world: World, *, people: Iterable[str] = TRIED_BY, whole: bool = False) -> Iterator[Breach]:
    """`breaches` one by one, for those who only want to know whether there is any."""
    oracle, compared = Oracle(), set[tuple[str, str]]()
    for who in people:
        client = Client(raise_request_exception=False)
        _sign_in(client, world.cast, who)
        for route in routes():
            if route.permission is not None:
                yield from _try_route(world, oracle, client, who, route, None if whole else compared)


def _sign_in(client: Client, cast: Cast, who: str) -> None:
    signed = cast.steady(who)
    client.cookies = signed.cookies


def _cases(world: World, oracle: Oracle, person: int, route: Route, whole: bool) -> list[tuple[str, Mapping[str, Any]]]:
    """On which objects a route is tried as a person."""
    cases = world.kwargs.get(route.name) or ({} if route.parameters else {"": {}})
    inside = [key for key in cases if key and oracle.may(person, route.permission, world.cast.units[key].pk)]
    outside = [key for key in cases if key and key not in inside]
    if whole or not outside + inside:
        return list(cases.items())
    if not oracle.may(person, route.permission):
        return [(outside[0], cases[outside[0]])]
    chosen = [*inside[-1:], *outside[:1], *outside[1:][-1:]]
    return [(key, cases[key]) for key in chosen]


def _try_route(
    world: World, oracle: Oracle, client: Client, who: str, route: Route, before: set[tuple[str, str]] | None
) -> Iterator[Breach]:
    person, compared = world.cast.people[who].pk, set[tuple[str, str]]() if before is None else before
    for key, kwargs in _cases(world, oracle, person, route, whole=before is None):
        unit = world.cast.units[key].pk if key and route.parameters else None
        for method in sorted(route.methods & {"GET", "POST"}):
            answer = _ask(client, route, method, kwargs, search=key if not route.parameters else "")
            said = _judge(oracle, person, route, unit, answer.status_code, posted=method == "POST")
            if said.endswith("outside") and isinstance(kwargs, FromBelow) and unit and oracle.stands_below(person, unit):
                said = "" if answer.status_code == 403 else f"answers {answer.status_code} to somebody below"
            said = said or _canary(world, oracle, person, route, answer)
            if not said and unit and answer.status_code == 404 and (route.name, method) not in compared:
                compared.add((route.name, method))
                said = _unlike_absence(client, route, method, kwargs, answer)
            if (
                not said
                and key
                and not route.parameters
                and method == "GET"
                and oracle.may(person, route.permission, world.cast.units[key].pk)
            ):
                said = "" if world.linked(key, _body(answer).decode(errors="replace")) else "does not find its own"
            if said:
                yield Breach(route.name, method, who, key, said)


def _ask(client: Client, route: Route, method: str, kwargs: Mapping[str, Any], *, search: str = "") -> Any:
    url = reverse(route.name, kwargs=dict(kwargs))
    if method == "GET":
        return client.get(url, {"q": "CANARY" + search.replace("_", "").upper()})
    since, savepoint = clock.now(), transaction.savepoint()
    answer: Any = client.post(url)
    answer.recorded = trail.done_since(since) if answer.status_code in REFUSED else 0
    transaction.savepoint_rollback(savepoint)
    return answer


def _body(answer: Any) -> bytes:
    """What an answer holds; a file on its way out is read once and kept."""
    if answer.streaming and not hasattr(answer, "read_once"):
        answer.read_once = answer.getvalue()
        for closer in answer._resource_closers:  # close() would end the test's connection
            closer()
    return answer.read_once if answer.streaming else answer.content


def _judge(oracle: Oracle, person: int, route: Route, unit: int | None, status: int, *, posted: bool) -> str:
    """What is wrong with a status, or nothing."""
    if status >= 500:
        return f"breaks with {status}"
    if person not in oracle.active:
        return "" if status in {302, 401} else f"answers {status} to a disabled account"
    if not oracle.may(person, route.permission):
        return "" if status == 403 else f"answers {status} without the permission"
    if unit is None:  # what holds for the whole house may be changed only by those over all of it: 403 for the others
        return "" if status < 400 or status == 422 or (posted and status == 403) else f"answers {status} to somebody who may"
    if oracle.may(person, route.permission, unit):
        return "" if status not in {401, 403, 404, 405} else f"answers {status} to somebody inside"
    seen = oracle.may(person, None, unit)
    return "" if status == 404 or (seen and status == 403) else f"answers {status} to somebody outside"


def _canary(world: World, oracle: Oracle, person: int, route: Route, answer: HttpResponse) -> str:
    """Which foreign unit's canary an answer, its headers or a message sends out."""
    sent = "".join(f"{message.subject}{message.body}" for message in mail.outbox)
    text = _body(answer).decode(errors="replace") + str(answer.headers) + sent
    for key, token in world.tokens.items():
        unit = world.cast.units[key].pk
        inside = oracle.may(person, None, unit)
        if route.parameters == frozenset() and answer.status_code == 200 and not inside and world.linked(key, text):
            return f"lists the object of {key}"
        if (token in text and not inside) or (from_below(token) in text and not inside and not oracle.stands_below(person, unit)):
            return f"shows the canary of {key}"
    return "writes although it refuses" if getattr(answer, "recorded", 0) else ""


def _unlike_absence(client: Client, route: Route, method: str, kwargs: Mapping[str, Any], answer: HttpResponse) -> str:
    """Whether "outside" can be told from "absent": other words, headers or number of queries."""
    absent = {name: ABSENT if isinstance(value, int) else value for name, value in kwargs.items()}
    if absent == dict(kwargs):
        return ""
    with CaptureQueriesContext(connection) as there:
        again = _ask(client, route, method, kwargs)
    with CaptureQueriesContext(connection) as nowhere:
        other = _ask(client, route, method, absent)
    paths = [reverse(route.name, kwargs=dict(one)) for one in (absent, kwargs)]
    if other.status_code != answer.status_code or _plain(other, paths[0]) != _plain(again, paths[1]):
        return "can be told from an absent one by its words"
    return "" if len(there) == len(nowhere) else "can be told from an absent one by its queries"


def _plain(answer: HttpResponse, path: str) -> str:
    """The body without its address and without what is drawn anew for each answer (tokens, nonces)."""
    return re.sub(
        r"[A-Za-z0-9]{32,64}|nonce-[^'\"]+|nonce=\"[^\"]+\"", "*", _body(answer).decode(errors="replace").replace(path, "*")
    )
