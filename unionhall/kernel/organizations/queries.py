"""Every reading question about the union tree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Case, F, FilteredRelation, IntegerField, Model, Q, QuerySet, Value, When

from unionhall.kernel.organizations import rules
from unionhall.kernel.organizations.models import NameSpan, Organization, PathSpan, Post, Tenure
from unionhall.lib import statement

Row = TypeVar("Row", bound=Model)
path_range = rules.path_range


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which a unit's subtree was the range low <= path < high; `until` is not included."""

    low: str
    high: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Then:
    """A unit as it was on a day."""

    organization: Organization
    name: str
    short_name: str
    path: str
    open: bool


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A unit that stays below a floor, and how many it has."""

    organization: Organization
    count: int


def in_range(path: str, field: str = "org_path") -> Q:
    """The condition "in the subtree of `path`" on a column that carries copied paths."""
    low, high = rules.path_range(path)
    return Q(**{f"{field}__gte": low, f"{field}__lt": high})


def within(queryset: "QuerySet[Row]", organization: "Organization | str", field: str = "org_path") -> "QuerySet[Row]":
    """The rows of the unit and everything below it."""
    path = organization if isinstance(organization, str) else organization.path
    return queryset.filter(in_range(path, field))


def organization(id: int) -> Organization:
    """One unit by its id; raises Organization.DoesNotExist."""
    return Organization.objects.get(pk=id)


def ancestors(organization: Organization) -> "QuerySet[Organization]":
    """The units above, from the root down, without the unit itself."""
    return Organization.objects.filter(path__in=rules.ancestor_paths(organization.path)).order_by("depth")


ABOVE = f"SELECT {statement.columns(Organization, 'o')} FROM organizations_organization o WHERE o.path = ANY(%s) ORDER BY o.depth"


def above(organization: Organization) -> list[Organization]:
    """The same, read at once, by a statement that the connection knows: for pages that everybody is shown."""
    return [statement.records(row, Organization)[0] for row in statement.rows(ABOVE, [rules.ancestor_paths(organization.path)])]


def children(organization: Organization, *, closed: bool = False) -> "QuerySet[Organization]":
    """The units directly below, in the order in which they were founded here."""
    found = Organization.objects.filter(parent=organization).order_by("path")
    return found if closed else found.filter(until=None)


def roots() -> "QuerySet[Organization]":
    """The units that stand under nobody in this house."""
    return Organization.objects.filter(parent=None).order_by("path")


def subtree(organization: Organization, *, closed: bool = False) -> "QuerySet[Organization]":
    """The unit and everything below it, in tree order."""
    found = within(Organization.objects.order_by("path"), organization, "path")
    return found if closed else found.filter(until=None)


def is_within(lower: Organization, upper: Organization) -> bool:
    """Whether `lower` is `upper` or stands below it now."""
    return rules.contains(upper.path, lower.path)


def path_on(organization: Organization, day: date) -> str:
    """The path the unit had on a day: the present one without a query where it already counted then."""
    if organization.path_since is None or day >= organization.path_since:
        return organization.path
    spans = PathSpan.objects.filter(organization=organization)
    return spans.get(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gt=day)).path


def paths_on(organization_ids: list[int], day: date) -> dict[int, str]:
    """`path_on` for many units at once."""
    spans = PathSpan.objects.filter(organization__in=organization_ids)
    return dict(
        spans.filter(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gt=day)).values_list("organization_id", "path")
    )


def spans(organization: Organization, start: date | None = None, end: date | None = None) -> list[Span]:
    """The ranges that were the unit's subtree between two days (both included), oldest first."""
    if organization.path_since is None or (start is not None and start >= organization.path_since):
        return [Span(*rules.path_range(organization.path), organization.path_since, None)]
    found = PathSpan.objects.filter(organization=organization).order_by(F("since").asc(nulls_first=True))
    if start is not None:
        found = found.filter(Q(until=None) | Q(until__gt=start))
    if end is not None:
        found = found.filter(Q(since=None) | Q(since__lte=end))
    return [Span(*rules.path_range(span.path), span.since, span.until) for span in found]


def subtree_on(organization: Organization, day: date) -> "QuerySet[Organization]":
    """The units that stood in the unit's subtree on a day, by their ids; those not yet founded or closed are left out."""
    low, high = rules.path_range(path_on(organization, day))
    stood = PathSpan.objects.filter(
        Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gt=day), path__gte=low, path__lt=high
    )
    alive = Organization.objects.filter(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gt=day))
    return alive.filter(pk__in=stood.values("organization"))


def at(organization: Organization, day: date) -> Then:
    """The unit as it was on a day: its name, its place, and whether it existed."""
    names = NameSpan.objects.filter(organization=organization)
    named = names.filter(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gt=day)).first()
    existed = (organization.since is None or organization.since <= day) and (organization.until is None or day < organization.until)
    return Then(
        organization,
        named.name if named else organization.name,
        named.short_name if named else organization.short_name,
        path_on(organization, day),
        existed,
    )


def search(text: str, within: Organization | None = None, *, closed: bool = False) -> "QuerySet[Organization]":
    """Units by name, short name, pinyin, initials, unit code or credit code, the nearest first."""
    text = text.strip()
    found = Organization.objects.all() if closed else Organization.objects.filter(until=None)
    if within is not None:
        found = found.filter(in_range(within.path, "path"))
    if not text:
        return found.none()
    lower = text.lower().replace(" ", "")
    hit = Q(name__contains=text) | Q(short_name__contains=text)
    if lower.isascii():
        hit |= Q(name_initials__startswith=lower) | Q(name_pinyin__startswith=lower) | Q(code__startswith=text)
        hit |= Q(name_initials__contains=lower) | Q(credit_code=text.upper())
    near = Case(
        When(Q(code=text) | Q(name=text) | Q(short_name=text) | Q(name_initials=lower), then=Value(0)),
        When(Q(name__startswith=text) | Q(short_name__startswith=text), then=Value(1)),
        When(name_initials__startswith=lower, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return found.filter(hit).annotate(nearness=near).order_by("nearness", "depth", "path")


def units_below_floor(
    counts: Mapping[int, int], floor: int, within: Organization, *, level: str = "", kind: str = ""
) -> list[Shortfall]:
    """The open units of a level (or kind) in the subtree that have fewer than `floor`, those with nothing included.

    `counts` maps the id of a unit to its number: the promise "every township has at least one" is kept by every unit
    or not at all, an average says nothing.
    """
    units = subtree(within)
    if level:
        units = units.filter(level=level)
    if kind:
        units = units.filter(kind=kind)
    return [Shortfall(unit, counts.get(unit.pk, 0)) for unit in units if counts.get(unit.pk, 0) < floor]


def holders(organization: Organization, day: date, *, kind: str = "") -> "QuerySet[Tenure]":
    """Who held a post of the unit on a day; the last day in office is included."""
    found = Tenure.objects.filter(post__organization=organization, since__lte=day).filter(Q(until=None) | Q(until__gte=day))
    return (found.filter(post__kind=kind) if kind else found).select_related("post").order_by("post_id", "since")


def posts(organization: Organization) -> "QuerySet[Post]":
    """The posts that the unit has now."""
    return Post.objects.filter(organization=organization, until=None)


def posts_with_terms(organization: Organization, day: date) -> list[tuple[Post, Tenure | None]]:
    """The posts that the unit has now with each term that runs on a day, the last day included; None for a vacant one."""
    running = Q(tenures__since__lte=day) & (Q(tenures__until=None) | Q(tenures__until__gte=day))
    rows: QuerySet[Any] = posts(organization).annotate(term=FilteredRelation("tenures", condition=running))
    columns = {name: F(f"term__{name}") for name in ("id", "person_id", "since", "until")}
    found = rows.annotate(**{f"term_{name}": column for name, column in columns.items()}).order_by("id", "term_since", "term_id")
    terms = [(post, {name: getattr(post, f"term_{name}") for name in columns}) for post in found]
    return [(post, Tenure(post=post, **term) if term["id"] else None) for post, term in terms]


def export_rows(organization: Organization) -> Iterator[dict[str, str]]:
    """The open units of a subtree as lines that an import reads again, parents before children."""
    columns = ("code", "name", "short_name", "level", "kind", "parent__code", "division_code", "credit_code", "since")
    for cells in subtree(organization).values_list(*columns).iterator(chunk_size=5000):
        yield {name: "" if cell is None else str(cell) for name, cell in zip(rules.COLUMNS, cells, strict=True)}


def inconsistencies() -> list[tuple[int, str]]:
    """Units whose path contradicts their parent, their depth or their current span; must be empty."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT o.id, 'parent' FROM organizations_organization o JOIN organizations_organization p ON p.id = o.parent_id
             WHERE left(o.path, -4) <> p.path OR o.depth <> p.depth + 1
            UNION ALL
            SELECT o.id, 'root' FROM organizations_organization o
             WHERE o.parent_id IS NULL AND (length(o.path) <> 4 OR o.depth <> 1)
            UNION ALL
            SELECT o.id, 'span' FROM organizations_organization o
              LEFT JOIN organizations_pathspan s ON s.organization_id = o.id AND s.until IS NULL
             WHERE s.path IS DISTINCT FROM o.path OR s.since IS DISTINCT FROM o.path_since
            UNION ALL
            SELECT p.id, 'counter' FROM organizations_organization p
             WHERE p.last_child < (SELECT count(*) FROM organizations_organization c WHERE c.parent_id = p.id)
             ORDER BY 1, 2
            """
        )
        return [(int(id), str(what)) for id, what in cursor.fetchall()]
