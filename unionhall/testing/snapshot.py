"""Putting rows back that were built once: what makes a large cast cheap enough for every test.

The first build of a session runs through the house's actions; the rows that it added are kept as COPY text and poured
in for later tests. Their ids were taken from the sequences, so no later row can take them again.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models, transaction


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The text of the added rows, table by table."""

    rows: dict[str, bytes]


def counts() -> dict[str, int]:
    """How many rows each table of the house has."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True) if _is_table(model)})
    union = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {connection.ops.quote_name(table)}" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(union)
        return {str(table): int(count) for table, count in cursor.fetchall()}


def _is_table(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy


def take(before: dict[str, int]) -> Snapshot | None:
    """Keep the rows of every table that was empty before; None when a table that had rows grew (nothing to pour into)."""
    kept: dict[str, bytes] = {}
    for table, count in counts().items():
        if count == before[table]:
            continue
        if before[table]:
            return None
        kept[table] = _copy_out(table)
    return Snapshot(kept)


def _copy_out(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {connection.ops.quote_name(table)} TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def pour(snapshot: Snapshot) -> None:
    """Put the rows back. Foreign keys are checked when the transaction ends, so the order of tables does not matter."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in snapshot.rows.items():
            with cursor.copy(f"COPY {connection.ops.quote_name(table)} FROM STDIN") as copy:
                copy.write(rows)
