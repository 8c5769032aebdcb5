"""How working figures lie on sheets: fixed rows of whole numbers, sealed together."""

import struct
from collections.abc import Iterator, Mapping

from unionhall.lib import dates
from unionhall.work.hardship import access
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.rounds import Sheet
from unionhall.work.hardship.queries import lines
from unionhall.work.hardship.rules import means
from unionhall.work.hardship.rules.means import Measure

ROW = struct.Struct("<QHH11qBB")  # household, persons, months, six incomes, four kinds of spending, accident, migrant, excluded
BLOCK = 5000  # keys of files that share a sheet within one unit


def measured(household: Household, book: Mapping[str, object], *, excluded: bool) -> Measure:
    """What the means test is given."""
    disease = str(book.get("disease") or "")
    blow = not disease or lines.counts_as_blow(disease, household.organization, dates.today())
    incomes, spending = dict(book.get("incomes") or {}), dict(book.get("spending") or {})  # type: ignore[call-overload]
    return Measure(
        persons=household.size,
        incomes=tuple(int(incomes.get(kind, 0)) for kind in means.INCOMES),
        spending=tuple(int(spending.get(kind, 0)) for kind in means.SPENDING),
        accident=int(str(book.get("accident") or 0)) if blow else 0,
        migrant=household.worker == "migrant",
        months=household.months,
        excluded=excluded,
    )


def packed(household_id: int, one: Measure) -> bytes:
    """A measure as a row."""
    flags = (int(one.migrant), int(one.excluded))
    return ROW.pack(household_id, one.persons, one.months, *one.incomes, *one.spending, one.accident, *flags)


def measure(row: tuple[int, ...]) -> Measure:
    """A row as a measure."""
    return Measure(row[1], row[3:9], row[9:13], row[13], bool(row[14]), row[2], bool(row[15]))


def rows_of(sheet: Sheet, key: bytes) -> Iterator[tuple[int, ...]]:
    """The rows of a sheet, opened. Raises Unreadable for an altered or moved one."""
    if not sheet.rows:
        return iter(())
    return ROW.iter_unpack(access.open_bytes(f"sheet|{sheet.pk}", bytes(sheet.rows), key))
