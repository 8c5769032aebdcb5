"""Questions to outside registers that wait for an answer, and the sheet on which they go to a register that has no line."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from unionhall.kernel.organizations.queries import in_range
from unionhall.kernel.people.models import Person
from unionhall.lib import dates, masking
from unionhall.work.hardship import access, registry
from unionhall.work.hardship.models.files import Inquiry
from unionhall.work.hardship.queries import browse


def waiting(by: Person, filters: Mapping[str, str]) -> "QuerySet[Inquiry]":
    """The questions without an answer about files that a person may cross-check, the oldest first."""
    files = access.visible_to(by, "hardship.check")
    unit = browse.filters_of(filters).unit
    if unit is not None:
        files = files.filter(in_range(unit.path))
    found = Inquiry.objects.filter(answered_at=None, household__in=files.values("pk"))
    if filters.get("source"):
        found = found.filter(source=filters["source"])
    return found.select_related("household__head", "household__organization", "asked_by").order_by("asked_at", "pk")


def counted(by: Person, filters: Mapping[str, str]) -> int:
    """How many there are."""
    return waiting(by, filters).count()


def exported(by: Person, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The same for a sheet, document numbers masked."""
    for one in waiting(by, filters).prefetch_related("household__members__person"):
        here = [member.person for member in one.household.members.all() if member.until is None]
        yield line(one, [(masking.name(person.name), f"**************{person.id_last4}") for person in here])


def line(one: Inquiry, persons: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """A question as a line; the register fills the last three columns in and sends the sheet back."""
    return {
        "number": one.pk,
        "source": registry.SOURCES[one.source],
        "reference": one.household.reference,
        "persons": "；".join(f"{name}/{number}" for name, number in persons),
        "asked_on": dates.day_of(one.asked_at),
        "answer": "",
        "words": "",
        "signature": "",
    }


def by_number(by: Person, numbers: Collection[int]) -> dict[int, Inquiry]:
    """Questions by our number, those about files that a person may cross-check; in one statement."""
    files = access.visible_to(by, "hardship.check").values("pk")
    wanted = [number for number in numbers if number is not None and number < 2**62]
    return {one.pk: one for one in Inquiry.objects.filter(pk__in=wanted, household__in=files)}
