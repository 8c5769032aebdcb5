"""Two subjects were found to be one: what was counted under two numbers is counted under one from now on.

Nothing in the books changes. Each entry that stands gets its counter entry on its own day and place and is posted anew under the
other number, so sums stay what they were, distinct counts fall together, and whatever was printed at an earlier mark prints again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import registry
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, copying

# Rolled-up entries are found by the traces of the subject, the tail after them by its numbers.
STANDING = """
WITH about AS (SELECT id FROM ledger_factnumber WHERE code = ANY(%(facts)s::text[])),
places AS (SELECT DISTINCT t.fact_id, t.month, t.org_path FROM ledger_trace t JOIN about ON about.id = t.fact_id
            WHERE t.subject = %(old)s),
known AS (
    SELECT e.id FROM places p JOIN ledger_entry e ON e.fact_id = p.fact_id AND e.month = p.month AND e.org_path = p.org_path
     WHERE e.subject = %(old)s
    UNION
    SELECT e.id FROM ledger_entry e JOIN about ON about.id = e.fact_id
     WHERE e.subject = %(old)s AND e.id > COALESCE((SELECT built FROM ledger_watermark), 0))
SELECT e.id FROM known JOIN ledger_entry e ON e.id = known.id
 WHERE e.reversal_of IS NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reversal_of = e.id)
   AND (%(only)s::bigint[] IS NULL OR e.id = ANY(%(only)s::bigint[]))
 ORDER BY e.id
"""
COLUMNS = """
organization_id, posted_at, subject, quantity, amount, dimensions_id, source_id, reversal_of, day, month, occurrence, fact_id,
source_kind_id, generation, manual, org_path
"""
COUNTER = f"""
INSERT INTO ledger_entry ({COLUMNS})
SELECT organization_id, %(now)s, subject, -quantity, -amount, dimensions_id, source_id, id, day, month, occurrence, fact_id,
       source_kind_id, generation, manual, org_path
  FROM ledger_entry WHERE id = ANY(%(ids)s::bigint[]) ORDER BY id
"""
ANEW = f"""
INSERT INTO ledger_entry ({COLUMNS})
SELECT organization_id, %(now)s, %(new)s, quantity, amount, dimensions_id, source_id, NULL, day, month, occurrence, fact_id,
       source_kind_id, generation + 1, manual, org_path
  FROM ledger_entry WHERE id = ANY(%(ids)s::bigint[]) ORDER BY id
RETURNING id
"""


@transaction.atomic
def change(kind: str, old: int, new: int, *, only: Sequence[int] | None = None) -> list[int]:
    """Let the flows counted for a subject of a kind ("person") count for another; returns the numbers of the new entries.

    `only` narrows it to some entries, so that a change can be taken back by its own answer. Stocks, of which no subjects are
    counted, stay. The same again changes nothing.
    """
    facts = [fact.code for fact in registry.facts() if fact.subject == kind and not fact.stock]
    asked: dict[str, Any] = {"facts": facts, "old": old, "only": None if only is None else copying.numbers(only)}
    with connection.cursor() as cursor:
        cursor.execute(STANDING, asked)
        told: dict[str, Any] = {"ids": copying.numbers(row[0] for row in cursor.fetchall()), "new": new, "now": clock.now()}
        cursor.execute(COUNTER, told)
        cursor.execute(ANEW, told)
        return [row[0] for row in cursor.fetchall()]


def follow(kept: Person, gone: Person, *, by: audit.Actor | None, wishes: Mapping[str, str]) -> dict[str, Any]:
    """Two files of one person became one: what was counted for the closed file counts for the one that stays."""
    return {"entries": change("person", gone.pk, kept.pk)}


def unfollow(kept: Person, gone: Person, *, by: audit.Actor | None, noted: Mapping[str, Any]) -> None:
    """The two are two again: what went along, and still stands, goes back."""
    if entries := noted.get("entries"):
        change("person", kept.pk, gone.pk, only=entries)
