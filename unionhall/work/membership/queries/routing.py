"""Which union an applicant without a code belongs to: by the employer, by a union's name, by the place where they live."""

from collections.abc import Iterator
from dataclasses import dataclass

from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Employer, Organization
from unionhall.lib.refusal import absent

MOST = 6
HOME = "township"  # the level whose union is the home for members online


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One union that would take the application, and by what it was found: employer, name or place."""

    union: Organization
    by: str


def takes_members(unit: Organization) -> bool:
    """Whether workers can apply at a unit: a grassroots union, or the home for members online of a township."""
    return unit.until is None and unit.level in {"grassroots", HOME} and unit.kind not in {"team", "department"}


def union(id: int) -> Organization:
    """A union at which workers can apply. Raises NotVisible for none."""
    found = Organization.objects.filter(pk=id).first()
    if found is None or not takes_members(found):
        raise absent()
    return found


def suggest(employer: str, place: str) -> list[Suggestion]:
    """The unions that fit, the nearest first; without a union at the workplace, the township's home."""
    found: dict[int, Suggestion] = {}
    for suggestion in [*_by_employer(employer), *_by_place(place)]:
        found.setdefault(suggestion.union.pk, suggestion)
    return list(found.values())[:MOST]


def _by_employer(text: str) -> Iterator[Suggestion]:
    plain = text.strip()
    if len(plain) < 2:
        return
    known = Employer.objects.filter(name__icontains=plain, until=None).select_related("organization")[:MOST]
    for one in known:
        if takes_members(one.organization):
            yield Suggestion(one.organization, "employer")
    for unit in organizations.search(plain).filter(level="grassroots")[:MOST]:
        if takes_members(unit):
            yield Suggestion(unit, "name")


def _by_place(text: str) -> Iterator[Suggestion]:
    plain = text.strip()
    if len(plain) < 2:
        return
    for unit in organizations.search(plain).filter(level=HOME)[:MOST]:
        if takes_members(unit):
            yield Suggestion(unit, "place")
