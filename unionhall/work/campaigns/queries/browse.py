"""What the pages of visits, teams and people sent out read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.access.queries import ranges
from unionhall.kernel.files import queries as file_queries
from unionhall.kernel.files.models import File
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.kernel.programmes.models import CustomField, Programme
from unionhall.lib import rowid
from unionhall.lib.refusal import absent
from unionhall.work.campaigns import access, registry
from unionhall.work.campaigns.models import Stop, Team, Visit


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of visits is narrowed to; empty means everything in scope."""

    text: str = ""
    programme: str = ""
    unit: Organization | None = None
    own: bool = False
    recipient: str = ""
    since: date | None = None
    until: date | None = None


def filters_of(given: Mapping[str, Any]) -> Filters:
    """Filters from cleaned values of a form, or from the raw text of an address."""
    unit = given.get("unit")
    if unit and not isinstance(unit, Organization):
        unit = Organization.objects.filter(pk=key).first() if (key := rowid.read(unit)) else None
    programme = given.get("programme")
    return Filters(
        text=str(given.get("q") or ""),
        programme=str(getattr(programme, "code", programme) or ""),
        unit=unit or None,
        own=bool(given.get("own")),
        recipient=str(given.get("recipient") or ""),
        since=_day(given.get("since")),
        until=_day(given.get("until")),
    )


def _day(value: object) -> date | None:
    if isinstance(value, date) or value is None:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def visits(by: Person, filters: Filters) -> QuerySet[Visit]:
    """The visits that match, in the person's scope."""
    found = access.visible_to(by)
    if filters.programme:
        found = found.filter(programme__code=filters.programme)
    if filters.unit is not None:
        found = found.filter(organization=filters.unit) if filters.own else organizations.within(found, filters.unit)
    if filters.since is not None:
        found = found.filter(day__gte=filters.since)
    if filters.until is not None:
        found = found.filter(day__lte=filters.until)
    stops = Stop.objects.filter(visit=OuterRef("pk"))
    if filters.recipient:
        found = found.filter(Exists(stops.filter(recipient=filters.recipient)))
    if filters.text:
        named = Q(name__icontains=filters.text) | Q(household=filters.text)
        found = found.filter(Q(theme__icontains=filters.text) | Exists(stops.filter(named)))
    return found.select_related("organization", "programme")


def told(page: QuerySet[Visit] | list[Visit]) -> dict[int, dict[str, Any]]:
    """For the visits of one page: how many stops and people, what was given, and the first names; two queries."""
    ids = [visit.pk for visit in page]
    sums = Stop.objects.filter(visit__in=ids).order_by().values("visit")
    rows = sums.annotate(stops=Count("pk"), heads=Sum("heads"), goods=Sum("goods"), cash=Sum("cash"), copies=Sum("copies"))
    found: dict[int, dict[str, Any]] = {row["visit"]: {**row} for row in rows}
    for visit_id, name, household, recipient in Stop.objects.filter(visit__in=ids, number=1).values_list(
        "visit", "name", "household", "recipient"
    ):
        found[visit_id] |= {"name": name or household, "recipient": registry.RECIPIENTS[recipient]}
    return found


def visit(by: Person, visit_id: int) -> Visit:
    """One visit in sight; NotVisible when absent or out of sight."""
    related = ("organization", "programme", "edition", "team", "created_by")
    found = access.visible_to(by).select_related(*related).filter(pk=visit_id).first()
    if found is None:
        raise absent()
    return found


def stops_of(one: Visit) -> QuerySet[Stop]:
    """The stops of a visit with what they name."""
    return one.stops.select_related("person", "unit", "area")


def may_open(by: Person, person: Person | None) -> bool:
    """Whether somebody whom a visit names has a file that the reader may open: the last step from a figure to a person."""
    return person is not None and bool(person.org_path) and permissions.may(by, "people.see", at=person.org_path)


def files_of(one: Any) -> list[File]:
    """The photos and papers of a visit or session."""
    return list(file_queries.files_of(one))


def own_values(one: Visit) -> list[tuple[object, str]]:
    """What a visit keeps in the own fields of its programme, as people read it."""
    if not one.custom:
        return []
    fields = CustomField.objects.filter(programme=one.programme, code__in=list(one.custom))
    return [(field.label, str(one.custom[field.code])) for field in fields]


def programmes_of() -> QuerySet[Programme]:
    """The programmes that this room runs, in the order of the catalogue."""
    return programme_queries.programmes(room="campaigns")


def namable(by: Person) -> QuerySet[Person]:
    """The people whom a person may name: those in their scope."""
    return people_queries.people(ranges(by, "people.see"))


def teams(by: Person, unit: Organization) -> QuerySet[Team]:
    """The teams that are not ended of a unit and those above and below it."""
    reach = Q(org_path__in=tree.ancestor_paths(unit.path)) | organizations.in_range(unit.path)
    return access.teams_for(by).filter(reach, ended_on=None)


def exported(by: Person, given: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of the list of visits for a spreadsheet, already scoped; people's names stay out of it."""
    found = visits(by, filters_of(given)).annotate(
        stops_made=Count("stops"), heads=Sum("stops__heads"), goods=Sum("stops__goods"), cash=Sum("stops__cash")
    )
    for one in found.order_by("-day", "-id").iterator(chunk_size=2000):
        yield {
            "day": one.day,
            "programme": one.programme.name,
            "theme": one.theme,
            "organization": one.organization.name,
            "stops": one.stops_made,
            "heads": one.heads,
            "goods": one.goods,
            "cash": one.cash,
            "withdrawn": one.withdrawn_on,
        }
