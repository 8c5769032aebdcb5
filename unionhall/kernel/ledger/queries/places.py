"""Which places of the tree a scope means.

A flow belongs to the units above the place where its unit stood on the entry's day: the entry keeps that path, and a path
is never given twice, so a scope is every path that its unit ever had. A stock stands where its unit stands on the day of
the balance: what was posted by units that have moved or merged since is carried over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Length

from unionhall.kernel.ledger.facts import Scope
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization, PathSpan
from unionhall.kernel.organizations.rules import STEP

MOVES = """
heir AS (
    SELECT at.day, o.id, o.id AS last, 0 AS steps FROM unnest(%(days)s::date[]) AS at(day) CROSS JOIN organizations_organization o
     WHERE o.path_since IS NOT NULL OR o.successor_id IS NOT NULL
    UNION ALL
    SELECT h.day, h.id, o.successor_id, h.steps + 1 FROM heir h JOIN organizations_organization o ON o.id = h.last
     WHERE o.successor_id IS NOT NULL AND o.until <= h.day AND h.steps < 50
), final AS (SELECT DISTINCT ON (day, id) day, id, last FROM heir ORDER BY day, id, steps DESC),
moves AS MATERIALIZED (
    SELECT DISTINCT f.day, was.path AS was, now.path AS now
      FROM final f
      JOIN organizations_pathspan was ON was.organization_id = f.id
      JOIN organizations_pathspan now ON now.organization_id = f.last
       AND (now.since IS NULL OR now.since <= f.day) AND (now.until IS NULL OR now.until > f.day)
     WHERE was.path <> now.path)
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A place whose sums are added (or, with sign -1, taken off): one path, alone or with everything below it."""

    path: str
    below: bool
    sign: int = 1

    @property
    def range(self) -> tuple[str, str]:
        """Bounds low <= path < high; "!" sorts before every character of a path."""
        return organizations.path_range(self.path) if self.below else (self.path, self.path + "!")

    def holds(self, path: str) -> bool:
        """Whether an entry of this path belongs to the place."""
        return path.startswith(self.path) if self.below else path == self.path


def of_flows(scopes: Iterable[Scope]) -> dict[Scope, list[Part]]:
    """The places that make up each scope for flows, in at most one statement."""
    wanted = list(scopes)
    units = {unit.pk: unit for scope in wanted for unit in (scope.organization, scope.inside) if unit is not None}
    paths: dict[int, set[str]] = {id: {unit.path} for id, unit in units.items()}
    if moved := [id for id, unit in units.items() if unit.path_since is not None]:
        for id, path in PathSpan.objects.filter(organization__in=moved).values_list("organization", "path"):
            paths[id].add(path)
    found: dict[Scope, list[Part]] = {}
    for scope in wanted:
        around = tuple(paths[scope.inside.pk]) if scope.inside else ("",)
        found[scope] = [Part(path, scope.below) for path in sorted(paths[scope.organization.pk]) if path.startswith(around)]
    return found


def of_stocks(scopes: Iterable[Scope], day: date, moves: Sequence[tuple[str, str]]) -> dict[Scope, list[Part]]:
    """The places that make up each scope for balances at a day: where it stood then, and what moved in or out."""
    found: dict[Scope, list[Part]] = {}
    for scope in scopes:
        base = Part(organizations.path_on(scope.organization, day), scope.below)
        if scope.inside is not None and not base.path.startswith(organizations.path_on(scope.inside, day)):
            found[scope] = []
            continue
        carried = [Part(was, False, base.holds(now) - base.holds(was)) for was, now in moves]
        found[scope] = [base, *(part for part in carried if part.sign)]
    return found


def below(organization: Organization) -> list[Scope]:
    """The units that stand, or once stood, directly below a unit, each for the time it did."""
    paths = {part.path for part in of_flows([Scope(organization)])[Scope(organization)]}
    ranges = reduce(or_, [organizations.in_range(path, "path") for path in paths])
    lengths = {len(path) + STEP for path in paths}
    spans = PathSpan.objects.filter(ranges).annotate(long=Length("path")).filter(long__in=lengths)
    known = {span.path: span.organization for span in spans.select_related("organization") if span.path[:-STEP] in paths}
    units = dict.fromkeys(known[path] for path in sorted(known))
    return [Scope(unit, inside=organization) for unit in units]


def elsewhere(day: date) -> list[tuple[str, str]]:
    """Paths under which a unit posted once, and where that unit (or its heir) stands on the day."""
    with connection.cursor() as cursor:
        cursor.execute(f"WITH RECURSIVE {MOVES} SELECT was, now FROM moves", {"days": [day]})
        return [(was, now) for was, now in cursor.fetchall()]


def condition(scope: Scope, day: date | None) -> Q:
    """The scope as a condition on entries: for flows, or with a day for balances at it."""
    parts = of_flows([scope])[scope] if day is None else of_stocks([scope], day, elsewhere(day))[scope]
    wholes = [part for part in parts if part.sign > 0]
    found = reduce(or_, [_within(part) for part in wholes], Q(pk__in=[]))
    if gone := [part.path for part in parts if part.sign < 0]:
        found &= ~Q(org_path__in=gone)
    return found


def _within(part: Part) -> Q:
    low, high = part.range
    return Q(org_path__gte=low, org_path__lt=high)
