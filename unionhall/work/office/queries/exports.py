"""The tables of the desk that may leave the house, as lists show them."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.people import actions as reveals
from unionhall.kernel.people import queries as kernel_people
from unionhall.kernel.people.models import Person
from unionhall.lib import dates, masking
from unionhall.lib.refusal import NotVisible, Refused
from unionhall.lib.text import Text
from unionhall.work.office import access
from unionhall.work.office.queries import people, units


def _wanted_units(by: Person, filters: Mapping[str, str]) -> units.Wanted:
    return units.Wanted(
        text=filters.get("q", ""),
        level=filters.get("level", ""),
        kind=filters.get("kind", ""),
        below=access.unit(by, int(filters["unit"])),
        own=bool(filters.get("own")),
        closed=bool(filters.get("closed")),
    )


def unit_count(by: Person, filters: Mapping[str, str]) -> int:
    """How many units the list shows."""
    return units.units(by, _wanted_units(by, filters)).count()


def unit_rows(by: Person, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The units as the list shows them."""
    wanted = _wanted_units(by, filters)
    for unit in units.units(by, wanted).order_by("path").iterator(chunk_size=2000):
        yield {
            "name": unit.name,
            "short_name": unit.short_name,
            "level": unit.get_level_display(),
            "kind": unit.get_kind_display(),
            "code": unit.code,
            "credit_code": unit.credit_code,
            "division_code": unit.division_code,
            "above": unit.parent.name if unit.parent else "",
            "since": unit.since,
            "until": unit.until,
            "below": getattr(unit, "below", 0),  # annotated by the query of the list
            "initials": unit.name_initials,
            "depth": unit.depth,
        }


MOST_PLAIN = 2_000
BATCH = 500


def _listed_people(by: Person, filters: Mapping[str, str]) -> QuerySet[Person]:
    """Those of the list who stand where the person may export."""
    wanted = people.Wanted(filters.get("q", ""), access.unit(by, int(filters["unit"])))
    return access_queries.visible(people.listed(by, wanted), by, "people.export")


def people_count(by: Person, filters: Mapping[str, str]) -> int:
    """How many people the list shows."""
    return _listed_people(by, filters).count()


def people_rows(by: Person, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The people as the list shows them, everything sensitive masked."""
    ids = list(_listed_people(by, filters).order_by("org_path", "name_pinyin", "id").values_list("id", flat=True))
    for start in range(0, len(ids), BATCH):
        found = Person.objects.select_related("home").in_bulk(ids[start : start + BATCH])
        part = [found[pk] for pk in ids[start : start + BATCH] if pk in found]
        with access_actions.sealed_scope(by, "people.export"):
            numbers, phones = kernel_people.masked(part, "id_number"), kernel_people.masked(part, "phone")
        for person in part:
            masks = {"name": masking.name(person.name), "id_number": numbers.get(person.pk), "phone": phones.get(person.pk)}
            yield _person(person) | masks


def _person(person: Person) -> dict[str, Any]:
    home = person.home
    return {
        "name": person.name,
        "sex": person.get_sex_display() if person.sex else "",
        "unit": home.name if home else "",
        "unit_code": (home.code or "") if home else "",
        "birth_year": person.birth.year if person.birth else "",
        "registered": dates.day_of(person.registered_at),
    }


def people_plainly(by: Person, filters: Mapping[str, str], reason: str) -> Iterator[dict[str, Any]]:
    """The same in the clear; each value read is on record with its reason, as when it is revealed on a page.

    Raises Refused above MOST_PLAIN people, Denied for somebody at a unit where `by` may not reveal.
    """
    rows = _listed_people(by, filters)
    if rows.count() > MOST_PLAIN:
        most = f"{MOST_PLAIN:,}"
        raise Refused(
            Text(f"未脱敏导出一次最多 {most} 人，请缩小范围。", f"At most {most} people in the clear; narrow the list."),
            field="reason",
        )
    for person in rows.order_by("org_path", "name_pinyin", "id"):
        access_actions.require(by, "people.reveal", person.org_path)
        plain = {field: _revealed(by, person, field, reason) for field in ("id_number", "phone")}
        yield _person(person) | plain


def _revealed(by: Person, person: Person, field: str, reason: str) -> str:
    try:
        return reveals.reveal(by=by, person=person, field=field, reason=reason, via="export")
    except NotVisible:
        return ""
