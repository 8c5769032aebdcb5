"""What was rated, and what staff see of it: sums, never persons."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from unionhall.kernel.access import queries as access
from unionhall.kernel.people.models import Person
from unionhall.work.portal.models import Rating
from unionhall.work.portal.registry import LEVELS

FEWEST = 3  # words are shown to staff only from so many ratings on, so that nobody is recognized by being alone


@dataclass(frozen=True, slots=True)
class Sum:
    """How often one level was given."""

    level: str
    count: int


def rated_on(person: Person, kind: str, record_id: int) -> date | None:
    """When somebody rated a service."""
    return Rating.objects.filter(person=person, record_kind=kind, record_id=record_id).values_list("rated_on", flat=True).first()


def sums(by: Person) -> list[Sum]:
    """The ratings of the units that somebody sees, by level."""
    seen = Rating.objects.filter(access.in_ranges(access.ranges(by, "portal.see")))
    counted = dict(seen.values_list("level").annotate(n=Count("pk")).order_by())
    return [Sum(str(name), counted.get(int(code), 0)) for code, name in LEVELS.items()]


def words(by: Person) -> list[str]:
    """What workers wrote beside their ratings, the newest first, without who and when."""
    seen = Rating.objects.filter(access.in_ranges(access.ranges(by, "portal.see"))).exclude(comment="")
    found = list(seen.order_by("-pk").values_list("comment", flat=True)[:50])
    return found if len(found) >= FEWEST else []
