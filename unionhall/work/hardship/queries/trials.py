"""A rule tried on all files of a unit: who gains, who loses, what it costs, county by county.

The figures are read from the sealed sheets, not from the books: one seal for hundreds of files, so that a whole province is
tried in seconds while nothing lies open in the database.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.organizations.queries import in_range
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.work.hardship import access
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.rounds import Sheet
from unionhall.work.hardship.queries import lines, sheets
from unionhall.work.hardship.rules import means
from unionhall.work.hardship.rules.means import Lines

NAMED = 200  # files that a trial names one by one; the rest are counted
RANK = {"none": 0, "near": 1, "accident": 2, "relative": 3, "deep": 4}


def gains(old: str, new: str) -> bool:
    """Whether a household comes into a better kind."""
    return RANK[new] > RANK[old]


@dataclass(slots=True)
class Place:
    """What a change does in one county (or the unit itself): moves between kinds, and the yearly cost in fen."""

    name: str
    files: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    before: int = 0
    after: int = 0

    @property
    def gain(self) -> int:
        """Files that come into a better kind."""
        return sum(number for (old, new), number in self.moves.items() if RANK[new] > RANK[old])

    @property
    def lose(self) -> int:
        """Files that fall into a lesser kind."""
        return sum(number for (old, new), number in self.moves.items() if RANK[new] < RANK[old])

    @property
    def cost(self) -> int:
        """What the change costs more in a year, in fen; negative where it saves."""
        return self.after - self.before


@dataclass(slots=True)
class Outcome:
    """What a change does in all."""

    places: list[Place]
    total: Place
    named: list[tuple[int, str, str]]  # files that change: key, kind before and after; the first `NAMED` of them

    @property
    def moves(self) -> list[tuple[str, str, int]]:
        """From which kind to which, and how many; the falls first."""
        changed = [(old, new, number) for (old, new), number in self.total.moves.items() if old != new]
        return sorted(changed, key=lambda move: (RANK[move[1]] - RANK[move[0]], move))


Scale = tuple[int, int, int, int, int, int, tuple[int, ...], tuple[int, ...], int]


def scale(rule: Lines) -> Scale:
    """The rule as plain numbers, for hundreds of thousands of rows."""
    means.check_lines(rule)
    incomes = tuple(rule.shares.get(kind, 100) for kind in means.INCOMES)
    spending = tuple(rule.shares.get(kind, 100) for kind in means.SPENDING)
    whole = int(set(incomes) | set(spending) == {100})
    return rule.line, rule.deep, rule.relative, rule.near, rule.accident, rule.migrant_months, incomes, spending, whole


def reason_of(row: tuple[int, ...], by: Scale) -> str:
    """Why a sheet's row is of its kind (`means.KIND_OF`); the same decision as `means.judge`, held against it row by row."""
    line, deep, relative, near, accident, settled, incomes, spending, whole = by
    if row[15]:
        return "excluded"
    if row[14] and row[2] < settled:
        return "migrant_months"
    income = row[3] + row[4] + row[5] + row[6] + row[7] + row[8]
    if whole:
        held = (income - row[9] - row[10] - row[11] - row[12]) * 100
    else:
        counted = sum(map(int.__mul__, row[3:9], incomes)) // 100
        held = (counted - sum(map(int.__mul__, row[9:13], spending)) // 100) * 100
    year = line * 12 * row[1]
    if held < year * deep:
        return "below_line"
    if held < year * relative:
        return "below_relative"
    if row[13] * 100 > income * accident and row[13]:
        return "accident_share"
    return "below_near" if held < year * near else "above_lines"


def preview(unit: Organization, change: Mapping[str, Any], *, on: date | None = None) -> Outcome:
    """What a change of the rule would do to every open file of a unit and everything below it, against today's rule."""
    day = on or dates.today()
    key, known = access.room_key(), lines.tables(day)
    counties = _counties(unit)
    places: dict[str, Place] = {}
    now: dict[int, tuple[Scale, Scale, Mapping[str, int], int, int]] = {}
    owners = {one.pk: one for one in Organization.objects.filter(in_range(unit.path, "path"), pk__in=_keepers(unit))}
    named: list[tuple[int, str, str]] = []
    for sheet in Sheet.objects.filter(in_range(unit.path)).exclude(rows=b"").order_by("pk").iterator(chunk_size=200):
        owner = owners[sheet.organization_id]
        if owner.pk not in now:
            base = lines.lines(owner, day, known)
            wanted = lines.changed(base, change)
            months: Any = known[lines.COST].value(owner).value
            now[owner.pk] = (scale(base), scale(wanted), dict(months), base.line, wanted.line)
        path = _county_of(owner.path, counties)
        place = places.setdefault(path, Place(counties.get(path, unit.name)))
        named += _try(place, sheet, now[owner.pk], key)[: NAMED - len(named)]
    total = Place(unit.name)
    for place in places.values():
        total.files += place.files
        total.moves.update(place.moves)
        total.before, total.after = total.before + place.before, total.after + place.after
    return Outcome([places[path] for path in sorted(places)], total, named)


def _try(
    place: Place, sheet: Sheet, rules: tuple[Scale, Scale, Mapping[str, int], int, int], key: bytes
) -> list[tuple[int, str, str]]:
    old, new, months, old_line, new_line = rules
    counted: dict[tuple[str, str], int] = defaultdict(int)
    persons: dict[tuple[str, str], int] = defaultdict(int)
    named: list[tuple[int, str, str]] = []
    for row in sheets.rows_of(sheet, key):
        pair = (reason_of(row, old), reason_of(row, new))
        counted[pair] += 1
        persons[pair] += row[1]
        if pair[0] != pair[1] and len(named) < NAMED and means.KIND_OF[pair[0]] != means.KIND_OF[pair[1]]:
            named.append((row[0], means.KIND_OF[pair[0]], means.KIND_OF[pair[1]]))
    for pair, number in counted.items():
        before, after = means.KIND_OF[pair[0]], means.KIND_OF[pair[1]]
        place.files += number
        place.moves[before, after] += number
        place.before += persons[pair] * months.get(before, 0) * old_line
        place.after += persons[pair] * months.get(after, 0) * new_line
    return named


def named(by: Person, outcome: Outcome) -> list[tuple[Household, str, str]]:
    """The files that a trial names, those in sight, with the kinds before and after."""
    keys = [key for key, _old, _new in outcome.named]
    known = access.visible_to(by).select_related("head", "organization").in_bulk(keys)
    return [(known[key], old, new) for key, old, new in outcome.named if key in known]


def _keepers(unit: Organization) -> Any:
    return Sheet.objects.filter(in_range(unit.path)).values("organization")


def _counties(unit: Organization) -> dict[str, str]:
    return dict(Organization.objects.filter(in_range(unit.path, "path"), level="county").values_list("path", "short_name"))


def _county_of(path: str, counties: Mapping[str, str]) -> str:
    return next((path[:end] for end in range(4, len(path) + 1, 4) if path[:end] in counties), "")
