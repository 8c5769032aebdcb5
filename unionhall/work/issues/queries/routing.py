"""Where an issue should go, and which cells of the routing table are empty."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from unionhall.kernel.access import queries as access
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.text import Text
from unionhall.work.issues import registry, rules
from unionhall.work.issues.models import Issue, Route
from unionhall.work.issues.queries import kinds
from unionhall.work.issues.rules import RouteRow


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The unit that an issue should go to, with the reason that a dispatcher reads."""

    unit: Organization
    why: Text
    route_id: int | None
    earlier: int


def in_force(on: date) -> QuerySet[Route]:
    """The lines that count on a day."""
    return Route.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on)


def rows_above(paths: set[str], on: date) -> list[RouteRow]:
    """The lines in force for areas that cover any of the paths."""
    covering = {above for path in paths for above in [*tree.ancestor_paths(path), path]}
    found = in_force(on).filter(org_path__in=covering)
    return [RouteRow(*row) for row in found.values_list("id", "org_path", "kind", "grade", "target_id")]


def suggest(issue: Issue, *, grade: str = "") -> Suggestion:
    """The unit for one issue: the best line of the table, else the area's own union, else the listing unit."""
    best = rules.best_route(
        rows_above({issue.area.path}, dates.today()), area_path=issue.area.path, kind=issue.kind, grade=grade or issue.grade
    )
    unit = Organization.objects.get(pk=best.target) if best is not None else issue.area
    earlier = (
        Issue.objects.filter(organization_id=issue.organization_id, kind=issue.kind, handler=unit).exclude(pk=issue.pk).count()
    )
    return Suggestion(unit, _why(best), best.id if best else None, earlier)


def suggest_many(issues: list[Issue]) -> dict[int, int]:
    """The suggested unit's id for each of many issues: two queries, whatever their number."""
    rows = rows_above({issue.area.path for issue in issues}, dates.today())
    found = {}
    for issue in issues:
        best = rules.best_route(rows, area_path=issue.area.path, kind=issue.kind, grade=issue.grade)
        found[issue.pk] = best.target if best is not None else issue.area_id
    return found


def _why(best: RouteRow | None) -> Text:
    if best is None:
        return Text("派单表没有匹配的行，按问题所在单位", "no line of the table fits: the unit where the issue lies")
    if best.kind and best.grade:
        return Text("按区域、类别和等级", "by area, kind and grade")
    if best.kind:
        return Text("按区域和类别", "by area and kind")
    if best.grade:
        return Text("按区域和等级", "by area and grade")
    return Text("本区域兜底单位", "the area's default desk")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the coverage view. `state` is "line", "desk" (caught by a default desk) or "empty"."""

    kind: str
    name: str
    grade: str
    state: str
    target: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """An area's cells and how many of them nobody is named for."""

    area: Organization
    cells: list[Cell]
    empty: int
    desks: int


def coverage(area: Organization) -> Coverage:
    """Each kind and grade of an area: which line catches it, or that nothing does; with the issues waiting there."""
    rows = rows_above({area.path}, dates.today())
    targets = dict(Organization.objects.filter(pk__in={row.target for row in rows}).values_list("pk", "name"))
    waiting: dict[tuple[str, str], int] = defaultdict(int)
    undispatched = organizations.within(Issue.objects.filter(state__in=("found", "graded", "returned")), area)
    for kind, grade, number in undispatched.values_list("kind", "grade").annotate(number=Count("pk")).order_by():
        waiting[kind, grade] += number
    cells = []
    for kind, name in kinds.names(area).items():
        for grade in registry.GRADES:
            best = rules.best_route(rows, area_path=area.path, kind=kind, grade=grade)
            state = "empty" if best is None else "line" if best.kind or best.grade else "desk"
            cells.append(Cell(kind, str(name), grade, state, targets[best.target] if best else "", waiting[kind, grade]))
    return Coverage(area, cells, sum(cell.state == "empty" for cell in cells), sum(cell.state == "desk" for cell in cells))


def uncovered_areas(top: Organization) -> list[Organization]:
    """The units directly below, and the unit itself, that no default desk catches: an issue there goes to the area's own union."""
    areas = [top, *organizations.children(top)]
    rows = rows_above({area.path for area in areas}, dates.today())
    return [area for area in areas if rules.best_route(rows, area_path=area.path, kind="-", grade="-") is None]


def neighbours(issue: Issue, suggested: Organization) -> list[Organization]:
    """Other units that a dispatcher may want at hand: the area's own union and those above it up to the listing unit."""
    near = Organization.objects.filter(
        Q(pk=issue.area_id) | Q(path__in=tree.ancestor_paths(issue.area.path), path__startswith=issue.organization.path), until=None
    )
    return list(near.exclude(pk=suggested.pk).order_by("-depth")[:4])


def reachable(by: Person, unit: Organization | None, text: str = "") -> QuerySet[Organization]:
    """The open units that a person may send issues to: those in scope, and those above the unit one works for."""
    found = organizations.search(text) if text else Organization.objects.filter(until=None).order_by("path")
    near = access.in_ranges(access.ranges(by, "issues.see"), "path")
    if unit is not None:
        near |= Q(path__in=tree.ancestor_paths(unit.path))
    return found.filter(near)
