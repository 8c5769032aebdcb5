"""The entry of an act that a crowd does at one moment, written along with the act by the act's own statement, or with what the
act gathers.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import DatabaseError
from psycopg.errors import NotNullViolation

from unionhall.kernel.ledger import actions
from unionhall.kernel.ledger.actions import bulk
from unionhall.kernel.ledger.facts import Fact
from unionhall.kernel.organizations.models import Organization
from unionhall.lib import statement

CUT = """
INSERT INTO ledger_dimensionset (id, values)
SELECT %(entry_dimensions_id)s, %(entry_values)s::jsonb WHERE %(entry_dimensions_id)s <> 0 ON CONFLICT DO NOTHING
"""
_GIVEN = [name for name in actions.COLUMNS if name not in {"source_id", "fact_id", "source_kind_id"}]
ENTRY = f"""
INSERT INTO ledger_entry (fact_id, source_kind_id, source_id, {", ".join(_GIVEN)})
SELECT (SELECT id FROM ledger_factnumber WHERE code = %(entry_fact)s),
       (SELECT id FROM ledger_sourcekind WHERE label = %(entry_source_kind)s), %(source)s,
       {", ".join(f"%(entry_{name})s" for name in _GIVEN)}
"""


def later(
    fact: Fact, *, kind: str, source: int, at: Organization, day: date, subject: int | None, dimensions: Mapping[str, str]
) -> None:
    """Post the first entry of a source that is new itself, with what is gathered (`statement.gathered`); see `again`."""
    told = {**entry(fact, kind=kind, at=at, day=day, subject=subject, dimensions=dimensions), "source": source}
    statement.later(CUT, told)
    statement.later(ENTRY, told)


def post(act: str) -> str:
    """The parts of a statement that post an entry for each row of its part `act`, which names the source and the subject.

    A fact or kind of source without a number leaves the entry without one, and such an entry is refused with all of the
    statement: see `again`.
    """
    given = [name for name in actions.COLUMNS if name not in {"source_id", "subject", "fact_id", "source_kind_id"}]
    return f"""
cut AS (INSERT INTO ledger_dimensionset (id, values)
        SELECT DISTINCT %(entry_dimensions_id)s::bigint, %(entry_values)s::jsonb FROM {act}
         WHERE %(entry_dimensions_id)s <> 0 ON CONFLICT DO NOTHING),
entry AS (INSERT INTO ledger_entry (fact_id, source_kind_id, source_id, subject, {", ".join(given)})
          SELECT (SELECT id FROM ledger_factnumber WHERE code = %(entry_fact)s),
                 (SELECT id FROM ledger_sourcekind WHERE label = %(entry_source_kind)s), {act}.source, {act}.subject,
                 {", ".join(f"%(entry_{name})s" for name in given)} FROM {act})
"""


def entry(
    fact: Fact, *, kind: str, at: Organization, day: date, subject: int | None, dimensions: Mapping[str, str]
) -> dict[str, Any]:
    """The parameters of `post`: what `ledger.post` is told, with the kind of the source in place of the source."""
    bulk.check_registered(fact)
    bulk.check(fact, subject, 1, 0, dimensions)
    row = actions.cells(fact, at, day, (kind, 0), subject, 1, 0, dimensions, 0, manual=False)
    row["dimensions_id"], row["organization_id"], row["reversal_of"] = row["dimensions"], row["organization"], None
    return {f"entry_{name}": value for name, value in row.items()}


def again(failure: DatabaseError, fact: Fact, kind: str) -> bool:
    """Whether a statement failed only because the fact or the kind had no number; from now on they have."""
    cause = failure.__cause__
    if not (isinstance(cause, NotNullViolation) and cause.diag.table_name == "ledger_entry"):
        return False
    actions.give_numbers(fact.code, kind)
    return True
