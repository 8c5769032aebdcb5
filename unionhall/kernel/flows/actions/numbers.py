"""Reference numbers without gaps, by series, unit and year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from unionhall.kernel.flows.models import Step
from unionhall.kernel.organizations.models import Organization
from unionhall.lib import copying, dates, statement

TAKE = """
INSERT INTO flows_series (prefix, organization_id, year, last)
SELECT %s, unit, %s, count FROM unnest(%s::bigint[], %s::int[]) AS asked(unit, count) ORDER BY unit
    ON CONFLICT (prefix, organization_id, year) DO UPDATE SET last = flows_series.last + excluded.last
RETURNING organization_id, last
"""
ONE = """
INSERT INTO flows_series (prefix, organization_id, year, last) VALUES (%(prefix)s, %(unit)s, %(year)s, 1)
    ON CONFLICT (prefix, organization_id, year) DO UPDATE SET last = flows_series.last + 1
RETURNING year, last, nextval(pg_get_serial_sequence('{record}', 'id')) AS record,
          nextval(pg_get_serial_sequence('{step}', 'id')) AS step
"""


@dataclass(frozen=True, slots=True)
class Place:
    """What a new record is known by before it is written: its reference, its key and that of its first step."""

    reference: str
    record: int
    step: int


def place(prefix: str, at: Organization, kind: type[Model]) -> Place:
    """The next reference of a unit's series this year with the keys of a record of this kind and of its first step, by one
    statement; so that all that a start writes can go together (`statement.gathered`).
    """
    asked = asking(prefix, at, kind)
    row = statement.one(asked.sql, asked.params, aside=True)
    assert row is not None
    return placed(prefix, at, row)


def asking(prefix: str, at: Organization, kind: type[Model]) -> statement.Asked:
    """The question of `place`, for an act that asks more at once (`statement.ones`); `placed` reads the answer."""
    sql = ONE.format(record=kind._meta.db_table, step=Step._meta.db_table)
    return statement.Asked(sql, {"prefix": prefix, "unit": at.pk, "year": dates.today().year}, 4)


def placed(prefix: str, at: Organization, row: Sequence[Any]) -> Place:
    """What `asking` was answered."""
    year, last, record, step = row
    return Place(_written(prefix, year, at.code or str(at.pk), last), record, step)


def _written(prefix: str, year: int, code: str, number: int) -> str:
    return f"{prefix}-{year}-{code}-{number:04d}"


def number(prefix: str, at: Organization, *, year: int | None = None) -> str:
    """The next reference of a unit's series in a year: "WT-2025-4201-0007".

    Taken in the caller's transaction: rolled back, the number is given again; at the same moment, the second waits.
    """
    return numbers(prefix, at, 1, year=year)[0]


def numbers(prefix: str, at: Organization, count: int, *, year: int | None = None) -> list[str]:
    """The next so many references, for imports."""
    return numbers_of_many(prefix, {at: count}, year=year)[at.pk] if count > 0 else []


def numbers_of_many(prefix: str, counts: Mapping[Organization, int], *, year: int | None = None) -> dict[int, list[str]]:
    """The next references of several units in one statement, by the unit's primary key; series are locked in the order of those."""
    when = year or dates.today().year
    units = {unit.pk: (unit.code or str(unit.pk), count) for unit, count in counts.items()}
    keys = sorted(units)
    ends = dict(statement.rows(TAKE, [prefix, when, copying.numbers(keys), copying.numbers(units[key][1] for key in keys)]))
    return {
        key: [_written(prefix, when, code, each) for each in range(ends[key] - count + 1, ends[key] + 1)]
        for key, (code, count) in units.items()
    }
