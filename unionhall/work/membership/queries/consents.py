"""What members agreed to, as far as a clerk sees: numbers by text, the records of one member, and the sheet of all of them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.organizations.queries import in_range
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Consent, ConsentText, Person
from unionhall.kernel.people.registry import WAYS, purpose, purposes
from unionhall.lib import dates, masking, rowid
from unionhall.work.membership import access, registry
from unionhall.work.membership.models import Membership

RIGHT = "membership.register"
SHEET = ("member_number", "member_name", "member_union", "text__purpose", "text__version", "given_at", "way", "withdrawn_at")


def _members(by: Person, unit: Organization | None) -> QuerySet[Membership]:
    found = access.visible_to(by, RIGHT).filter(until=None)
    return found if unit is None else found.filter(in_range(unit.path))


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a text, and how many members of a unit agreed to it and have not, or have, taken it back."""

    text: ConsentText
    holding: int
    withdrawn: int


def versions(by: Person, unit: Organization) -> dict[str, list[Version]]:
    """Every version of every text, the newest first, with the numbers of a unit and below."""
    persons = _members(by, unit).order_by().values("person")
    counted = Consent.objects.filter(person__in=persons).values("text")
    told = counted.annotate(holding=Count("id", Q(withdrawn_at=None)), gone=Count("id", Q(withdrawn_at__isnull=False)))
    numbers = {row["text"]: (row["holding"], row["gone"]) for row in told}
    found: dict[str, list[Version]] = {code: [] for code in purposes()}
    for text in ConsentText.objects.filter(purpose__in=found).order_by("purpose", "-version"):
        found[text.purpose].append(Version(text, *numbers.get(text.pk, (0, 0))))
    return found


def _listed(by: Person, given: Mapping[str, str]) -> QuerySet[Consent]:
    key = rowid.read(given.get("unit", ""))
    unit = Organization.objects.filter(pk=key).first() if key else None
    persons = _members(by, unit).order_by().values("person")
    found = Consent.objects.filter(person__in=persons, text__purpose__in=purposes())
    return found.filter(text__purpose=given["purpose"]) if given.get("purpose") in purposes() else found


def counted(by: Person, given: Mapping[str, str]) -> int:
    """How many rows the sheet has."""
    return _listed(by, given).count()


def exported(by: Person, given: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The records of the members in scope for a spreadsheet, names masked."""
    alive = Q(person__memberships__until=None)
    rows = _listed(by, given).filter(alive).order_by("person_id", "id")
    named = {"member_number": "number", "member_name": "person__name", "member_union": "organization__name"}
    told = rows.annotate(
        **{name: F(f"person__memberships__{path}" if path != "person__name" else path) for name, path in named.items()}
    )
    for number, name, union, code, version, given_at, way, gone in told.values_list(*SHEET).iterator(chunk_size=2000):
        yield {
            "number": number,
            "name": masking.name(name),
            "organization": union,
            "purpose": purpose(code).name,
            "version": version,
            "given_on": dates.day_of(given_at),
            "way": WAYS[way],
            "withdrawn_on": dates.day_of(gone) if gone else None,
        }


def unwilling(persons: Collection[Person]) -> set[int]:
    """Who gets no text messages about events and benefits: took that consent back, or left it open on the page that asks for it.

    Whoever was never asked, as those whom a roster brought, is not among them.
    """
    given = Consent.objects.filter(person__in=persons)
    asked = given.filter(text__purpose=registry.PERSONAL, way="hall").exclude(
        person__in=given.filter(text__purpose=registry.TEXTS).values("person")
    )
    return people.withdrew(persons, registry.TEXTS) | set(asked.values_list("person_id", flat=True))
