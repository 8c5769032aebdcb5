"""The list of members on its way out: masked for everybody who sees it, in the clear by right and reason."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.people import access as people_access
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.models import Person
from unionhall.lib import dates, masking
from unionhall.lib.refusal import NotVisible, Refused
from unionhall.lib.text import Text
from unionhall.work.membership import registry, rules
from unionhall.work.membership.models import Membership
from unionhall.work.membership.queries import browse

MOST_PLAIN, BATCH = 2_000, 500


def _listed(by: Person, given: Mapping[str, str]) -> QuerySet[Membership]:
    return browse.members(by, browse.filters_of(given)).order_by("org_path", "id")


def counted(by: Person, given: Mapping[str, str]) -> int:
    """How many rows the list has."""
    return _listed(by, given).count()


def masked(by: Person, given: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of the list for a spreadsheet, already scoped; names, document numbers and phones masked."""
    today = dates.today()
    for some in _parts(_listed(by, given).iterator(chunk_size=2000)):
        persons = [one.person for one in some]
        with transaction.atomic(), people_access.fence(by, "membership.see"):
            numbers, phones = people_queries.masked(persons, "id_number"), people_queries.masked(persons, "phone")
        for one in some:
            shown = {
                "name": masking.name(one.person.name),
                "id_number": numbers.get(one.person_id),
                "phone": phones.get(one.person_id),
            }
            yield _row(one, today) | shown


def _parts(rows: Iterator[Membership]) -> Iterator[list[Membership]]:
    part: list[Membership] = []
    for one in rows:
        part.append(one)
        if len(part) == BATCH:
            yield part
            part = []
    if part:
        yield part


def plainly(by: Person, given: Mapping[str, str], reason: str) -> Iterator[dict[str, Any]]:
    """The same in the clear; each value read is on record with its reason, as when it is revealed on a page.

    Raises Refused above MOST_PLAIN members, Denied for somebody at a unit where `by` may not reveal.
    """
    rows, today = _listed(by, given), dates.today()
    if rows.count() > MOST_PLAIN:
        most = f"{MOST_PLAIN:,}"
        raise Refused(
            Text(f"未脱敏导出一次最多 {most} 人，请缩小范围。", f"At most {most} members in the clear; narrow the list."),
            field="reason",
        )
    for one in rows:
        access_actions.require(by, "people.reveal", one.org_path)
        access_actions.require(by, "people.reveal", one.person.org_path)
        shown = {field: _revealed(by, one.person, field, reason) for field in ("id_number", "phone")}
        yield _row(one, today) | shown


def _revealed(by: Person, person: Person, field: str, reason: str) -> str:
    try:
        return people.reveal(by=by, person=person, field=field, reason=reason, via="export")
    except NotVisible:
        return ""


def _row(one: Membership, today: date) -> dict[str, Any]:
    return {
        "number": one.number,
        "name": one.person.name,
        "sex": one.person.get_sex_display(),
        "age": rules.age_on(one.person.birth, today) if one.person.birth else None,
        "organization": one.organization.name,
        "employer": one.employer,
        "occupation": registry.OCCUPATIONS.get(one.occupation, one.occupation),
        "hired": registry.HIRED.get(one.hired, one.hired),
        "state": registry.STATES.get(one.state, one.state),
        "joined_on": one.joined_on,
        "since": one.since,
        "authenticated_on": one.authenticated_on,
        "tags": one.tags.strip("|").replace("|", "、"),
        "unit_code": one.organization.code or "",
        "migrant": one.migrant,
        "platform": one.platform,
        "checked_on": one.checked_on,
    }
