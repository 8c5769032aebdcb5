"""Which places of the tree a scope means.

A flow belongs to the units above the place where its unit stood on the entry's day: the entry keeps that path, and a path
is never given twice, so a scope is every path that its unit ever had. A stock stands where its unit stands on the day of
the balance: what was posted by units that have moved or merged since is carried over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q

from unionhall.kernel.ledger.facts import Scope
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import PathSpan

ELSEWHERE = """
WITH RECURSIVE heir AS (
    SELECT o.id, o.id AS last, 0 AS steps FROM organizations_organization o
     WHERE o.path_since IS NOT NULL OR o.successor_id IS NOT NULL
    UNION ALL
    SELECT h.id, o.successor_id, h.steps + 1 FROM heir h JOIN organizations_organization o ON o.id = h.last
     WHERE o.successor_id IS NOT NULL AND o.until <= %(day)s AND h.steps < 50
), final AS (SELECT DISTINCT ON (id) id, last FROM heir ORDER BY id, steps DESC)
SELECT DISTINCT was.path, now.path
  FROM final f
  JOIN organizations_pathspan was ON was.organization_id = f.id
  JOIN organizations_pathspan now ON now.organization_id = f.last
   AND (now.since IS NULL OR now.since <= %(day)s) AND (now.until IS NULL OR now.until > %(day)s)
 WHERE was.path <> now.path
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
    moved = {scope.organization.pk for scope in wanted if scope.organization.path_since is not None}
    paths: dict[int, set[str]] = {id: set() for id in moved}
    if moved:
        for id, path in PathSpan.objects.filter(organization__in=moved).values_list("organization", "path"):
            paths[id].add(path)
    return {
        scope: [Part(path, scope.below) for path in sorted(paths.get(scope.organization.pk, set()) | {scope.organization.path})]
        for scope in wanted
    }


def of_stocks(scopes: Iterable[Scope], day: date) -> dict[Scope, list[Part]]:
    """The places that make up each scope for balances at a day: where it stood then, and what moved in or out."""
    moves = elsewhere(day)
    found = {}
    for scope in scopes:
        base = Part(organizations.path_on(scope.organization, day), scope.below)
        carried = [Part(was, False, base.holds(now) - base.holds(was)) for was, now in moves]
        found[scope] = [base, *(part for part in carried if part.sign)]
    return found


def elsewhere(day: date) -> list[tuple[str, str]]:
    """Paths under which a unit posted once, and where that unit (or its heir) stands on the day."""
    with connection.cursor() as cursor:
        cursor.execute(ELSEWHERE, {"day": day})
        return [(was, now) for was, now in cursor.fetchall()]


def condition(scope: Scope, day: date | None) -> Q:
    """The scope as a condition on entries: for flows, or with a day for balances at it."""
    if day is None:
        return reduce(or_, [_within(part) for part in of_flows([scope])[scope]])
    base, *carried = of_stocks([scope], day)[scope]
    found = _within(base)
    if gone := [part.path for part in carried if part.sign < 0]:
        found &= ~Q(org_path__in=gone)
    if come := [part.path for part in carried if part.sign > 0]:
        found |= Q(org_path__in=come)
    return found


def _within(part: Part) -> Q:
    low, high = part.range
    return Q(org_path__gte=low, org_path__lt=high)
