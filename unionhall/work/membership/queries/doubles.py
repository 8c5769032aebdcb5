"""Likely doubles among the members: who stands on the worklist, two files side by side, what was merged."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from unionhall.kernel.access import queries as grants
from unionhall.kernel.people import access as people_access
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Merger, Pair, Person
from unionhall.lib.likeness import File
from unionhall.lib.scope import mark
from unionhall.work.membership import access
from unionhall.work.membership.models import Membership

FIELDS = ("name", "id_number", "sex", "birth", "phone", "home")
COLUMNS = ("pk", "name", "name_pinyin", "birth", "sex", "id_last4", "phone_last4", "phone_blind", "home")


def files() -> Iterator[File]:
    """Every person of the registry as the search for doubles compares them, with the employer of a member."""
    alive = Membership.objects.filter(until=None).exclude(employer="").values_list("person_id", "employer")
    employers = dict(alive.iterator(chunk_size=20_000))
    rows = people.people().order_by("pk").values_list(*COLUMNS)
    for pk, name, sound, birth, sex, tail, phone_tail, phone, home in rows.iterator(chunk_size=20_000):
        yield File(pk, name, sound, birth, sex, tail, phone_tail, bytes(phone or b""), employers.get(pk, ""), home)


def _both(by: Person, one: str, other: str) -> Q:
    """Both files inside the scope in which a person moves memberships."""
    found = grants.ranges(by, "membership.move")
    if not found:
        return Q(pk__in=[])
    if found == [grants.EVERYTHING]:
        return Q()
    return grants.in_ranges(found, f"{one}__org_path") & grants.in_ranges(found, f"{other}__org_path")


def waiting(by: Person) -> QuerySet[Pair]:
    """The pairs that somebody who moves memberships has to decide: both files within the own scope."""
    return mark(people.open_pairs().filter(_both(by, "first", "second")))


def pair(by: Person, id: int) -> Pair:
    """One of them. Raises NotVisible."""
    return access.one(waiting(by), id)


def of_person(by: Person, person: Person) -> Pair | None:
    """The likeliest open pair of a person, for the banner of the member's page."""
    return waiting(by).filter(Q(first=person) | Q(second=person)).first()


def merged(by: Person) -> QuerySet[Merger]:
    """The files made one within the own scope."""
    return mark(people.mergers().filter(_both(by, "kept", "gone")))


def merger(by: Person, id: int) -> Merger:
    """One of them. Raises NotVisible."""
    return access.one(merged(by), id)


BLIND = {"id_number": "id_blind", "phone": "phone_blind"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of two files: the person, what is sealed as masks, the alive membership and how many there were."""

    person: Person
    masked: dict[str, str]
    membership: Membership | None
    memberships: int

    def value(self, field: str) -> Any:
        """What stands in a field, masked where it is sealed."""
        if field in ("name", "birth"):
            return getattr(self.person, field)
        if field == "sex":
            return self.person.get_sex_display()
        if field == "home":
            return self.person.home.name if self.person.home else ""
        return self.masked.get(field, "")


def sides(by: Person, first: Person, second: Person) -> tuple[Side, Side]:
    """Both files of a pair."""
    both = (first, second)
    rows = Membership.objects.filter(person__in=both).select_related("organization").order_by("-id")
    held: dict[int, list[Membership]] = {one.pk: [] for one in both}
    for row in rows:
        held[row.person_id].append(mark(row))
    with transaction.atomic(), people_access.fence(by, "membership.move"):
        masks = people.sealed_fields_of_both(first, second)
    made = [Side(one, masks[one.pk], next((row for row in held[one.pk] if row.alive), None), len(held[one.pk])) for one in both]
    return made[0], made[1]


def differ(first: Side, second: Side, field: str) -> bool:
    """Whether two files say different things; of what is sealed equal masks prove nothing, but equal keyed hashes do."""
    if blind := BLIND.get(field):
        one, other = getattr(first.person, blind), getattr(second.person, blind)
        return bytes(one or b"") != bytes(other or b"")
    return first.value(field) != second.value(field) or (field in first.masked and field in second.masked)


def fields(first: Side, second: Side) -> list[str]:
    """What there is to choose: the fields of the file, and what is sealed on either side."""
    more = sorted({*first.masked, *second.masked} - {*FIELDS})
    return [*FIELDS, *more]
