"""When what is on file was last confirmed, field by field, and by whom or what.

Whoever calls has put the act itself on record (`people.corrected`, a room's own verb, a sign-in); here only the day moves.
"""

from collections.abc import Collection, Mapping

from unionhall.kernel.people import registry
from unionhall.kernel.people.models import Confirmation, Person
from unionhall.lib import copying, dates, statement

# Sorted, so that two batches about the same people wait for each other instead of locking each other out.
CONFIRM = """
INSERT INTO people_confirmation (person_id, field, "on", source, by_id)
SELECT person, field, %(day)s::date, source, %(by)s::bigint
  FROM unnest(%(persons)s::bigint[]) AS whose(person)
 CROSS JOIN unnest(%(fields)s::text[], %(sources)s::text[]) AS what(field, source)
 ORDER BY person, field
    ON CONFLICT (person_id, field) DO UPDATE SET "on" = excluded."on", source = excluded.source, by_id = excluded.by_id
 WHERE (people_confirmation."on", people_confirmation.source) IS DISTINCT FROM (excluded."on", excluded.source)
"""


def confirm(persons: Collection[int], fields: Mapping[str, str], *, by: Person | None) -> None:
    """Note today as the day on which these fields of these people were confirmed, each by its source, in one statement.

    Raises LookupError for a field that nobody registered and for a source outside `registry.SOURCES`.
    """
    for field, source in fields.items():
        registry.line_name(field)
        if source not in registry.SOURCES:
            raise LookupError(f"unknown source {source!r}")
    if not persons or not fields:
        return
    told = {
        "day": dates.today(), "by": by.pk if by else None, "persons": copying.numbers(persons),
        "fields": copying.texts(fields), "sources": copying.texts(fields.values()),
    }  # fmt: skip
    statement.later(CONFIRM, told)


def forget(person: Person, fields: Collection[str]) -> None:
    """What is on file no more cannot be confirmed."""
    if fields:
        Confirmation.objects.filter(person=person, field__in=fields).delete()
