"""Reference numbers without gaps, by series, unit and year."""

from django.db import connection

from unionhall.kernel.organizations.models import Organization
from unionhall.lib import dates


def number(prefix: str, at: Organization, *, year: int | None = None) -> str:
    """The next reference of a unit's series in a year: "WT-2025-4201-0007".

    Taken in the caller's transaction: rolled back, the number is given again; at the same moment, the second waits.
    """
    return numbers(prefix, at, 1, year=year)[0]


def numbers(prefix: str, at: Organization, count: int, *, year: int | None = None) -> list[str]:
    """The next so many references, for imports."""
    if count < 1:
        return []
    when = year or dates.today().year
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO flows_series (prefix, organization_id, year, last) VALUES (%s, %s, %s, %s)
            ON CONFLICT (prefix, organization_id, year) DO UPDATE SET last = flows_series.last + excluded.last
            RETURNING last
            """,
            [prefix, at.pk, when, count],
        )
        last = cursor.fetchone()[0]
    unit = at.code or str(at.pk)
    return [f"{prefix}-{when}-{unit}-{each:04d}" for each in range(last - count + 1, last + 1)]
