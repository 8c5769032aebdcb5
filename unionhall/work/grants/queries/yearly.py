"""What a person has been given in a year, of all kinds that share one limit."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db import connection

from unionhall.lib import copying
from unionhall.work.grants import flow, registry
from unionhall.work.grants.models import Application
from unionhall.work.grants.queries.asked import Asked

COUNTED = (*flow.UNDECIDED, *flow.UNPAID, "paid", "recovering")
"""Undecided ones count by what they ask: of two that would pass the limit together neither is granted by chance."""


def had(person: int, limit: str, year: int) -> int:
    """The fen of a person's grants of a year under one limit."""
    return sum(amount for _pk, at, amount in _counted({person}) if at == (limit, person, year))


def _counted(persons: Iterable[int]) -> Iterator[tuple[int, tuple[str, int, int], int]]:
    """The grants of some people under limits for a year: key, (limit, person, year) and fen."""
    rows = Application.objects.filter(person__in=copying.among(persons), state__in=COUNTED).exclude(submitted_on=None)
    columns = ("pk", "person_id", "programme__code", "kind", "approved", "asked", "submitted_on")
    for pk, person, programme, kind, approved, asked, day in rows.values_list(*columns):
        terms = registry.TERMS.get(programme, {}).get(kind)
        if terms is not None and terms.most_year:
            yield pk, (terms.most_year, person, day.year), approved or asked


class Years:
    """The sums of some people's years under the limits that some grants ask for, in one statement."""

    def __init__(self, ones: Sequence[Asked], today: date) -> None:
        self.today = today
        self.sums: dict[tuple[str, int, int], int] = {}
        self.own: dict[tuple[int, str], tuple[int, int]] = {}
        persons = {one.person for one in ones if one.terms.most_year}
        for pk, place, amount in _counted(persons) if persons else ():
            limit, _person, year = place
            self.sums[place] = self.sums.get(place, 0) + amount
            self.own[pk, limit] = (year, amount)

    def before(self, one: Asked) -> int:
        """The fen of the person's other grants in the year, under the same limit."""
        if not one.terms.most_year:
            return 0
        year = (one.submitted_on or self.today).year
        own = self.own.get((one.pk, one.terms.most_year), (year, 0))
        return self.sums.get((one.terms.most_year, one.person, year), 0) - (own[1] if own[0] == year else 0)


def await_others(ones: Iterable[Application]) -> None:
    """Of two that decide at once about one person under such a limit the second waits, and counts what the first granted.

    For the rest of the transaction, in one order of persons.
    """
    persons = sorted({one.person_id for one in ones if one.terms.most_year})
    if persons:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('grants.year ' || key, 0)) FROM unnest(%s::text[]) AS key",
                [[str(person) for person in persons]],
            )
