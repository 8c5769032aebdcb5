"""Many rows at once: numbers reserved in one statement, rows by COPY, arrays as one literal.

A model for each row costs more than the row itself; imports of rosters go this way.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def reserve(table: str, count: int) -> list[int]:
    """So many fresh primary keys of a table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [number for (number,) in cursor.fetchall()]


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows into a table that no policy of rows guards. Raises IntegrityError as an INSERT would."""
    copying = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(copying) as copy:
        for row in rows:
            copy.write_row(row)


def texts(values: Iterable[str]) -> str:
    """Texts as one array literal, which is cheaper than asking the driver for each."""
    return "{" + ",".join(['"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values]) + "}"


def numbers(values: Iterable[int]) -> str:
    """Whole numbers as one array literal."""
    return "{" + ",".join(map(str, values)) + "}"


def octets(values: Iterable[bytes]) -> str:
    """Byte strings as one array literal."""
    return "{" + ",".join(['"\\\\x' + value.hex() + '"' for value in values]) + "}"
