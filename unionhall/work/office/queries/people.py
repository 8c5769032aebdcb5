"""What the pages about people read. Names are masked in lists; identity stays sealed until somebody reveals it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.people import registry
from unionhall.kernel.people.models import Person, Standing
from unionhall.kernel.people.queries import words
from unionhall.lib import scope
from unionhall.work.office.access import SEE_PEOPLE


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the query form over the people asks for."""

    text: str = ""
    below: Organization | None = None


def found(by: Person, text: str) -> QuerySet[Person]:
    """Whom a text means: name, pinyin, initials, four last characters, a whole number; inside the person's scope."""
    return scope.mark(people.find(text, access.ranges(by, SEE_PEOPLE)).select_related("home"))


def listed(by: Person, wanted: Wanted) -> QuerySet[Person]:
    """The people of a unit and below that match."""
    ranges = access.ranges(by, SEE_PEOPLE)
    rows = people.find(wanted.text, ranges) if wanted.text else people.people(ranges)
    if wanted.below is not None:
        rows = rows.filter(pk__in=people.people(wanted.below).order_by().values("pk"))
    return scope.mark(rows.select_related("home"))


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A sealed value as everybody in scope may see it: its name and its mask."""

    field: str
    name: object
    masked: str


def sealed(by: Person, person: Person) -> list[SealedValue]:
    """What is sealed about a person, masked; read inside the scope that the row policies ask for."""
    with access_actions.sealed_scope(by, SEE_PEOPLE):
        masks = people.sealed_fields_of(person)
    return [SealedValue(field, registry.sealed_field(field).name, mask) for field, mask in masks.items()]


def standings(person: Person) -> QuerySet[Standing]:
    """What the person is and was, the newest first."""
    return people.standings_of(person).select_related("organization")


def standing_names() -> dict[str, object]:
    """The words of the kinds of standing."""
    return dict(registry.standings())


def looked_at(person: Person, most: int = 20) -> list[tuple[Any, Person | None, str]]:
    """Who read a sealed value of the person and why, the latest first: the person may ask for this list (PIPL art. 44)."""
    rows = list(audit.reads(kind="people.person", subject_id=person.pk)[:most])
    readers = Person.objects.in_bulk({row.actor for row in rows if row.actor})
    reasons = words.reasons(rows)
    return [(row, readers.get(row.actor), reasons[row.pk]) for row in rows]


def likely_same(*, name: str, id_number: str, phone: str, home: Organization) -> list[people.Candidate]:
    """Who may be meant already, shown before somebody is registered twice."""
    return people.duplicates(name=name, id_number=id_number, mobile=phone, home=home)
