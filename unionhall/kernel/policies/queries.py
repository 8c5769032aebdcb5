"""What rule holds here today, and on which day so many working days are over."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Case, DateField, Expression, F, Q, QuerySet, When
from django.db.models import Value as Constant

from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.organizations.queries import in_range
from unionhall.kernel.policies import registry
from unionhall.kernel.policies.models import CalendarDay, PolicyValue
from unionhall.kernel.policies.rules import WorkingDays, published_days
from unionhall.lib import recall, statement

CALENDAR = "policies.calendar"
# For the statement of an act: a text that is another one after every edit of a value or of the calendar.
MARK = """
concat_ws(' ', (SELECT mark FROM policies_policystamp WHERE id = 1), (SELECT mark FROM policies_calendarstamp ORDER BY id LIMIT 1))
"""
STATE_OF_CALENDAR = """
(SELECT mark FROM policies_calendarstamp ORDER BY id LIMIT 1) AS mark, ARRAY(SELECT year FROM policies_calendaryear) AS years
"""
IN_FORCE = f"""
SELECT {STATE_OF_CALENDAR}, (
    SELECT COALESCE(jsonb_agg(jsonb_build_array(v.policy, v.id, COALESCE(o.path, ''), v.level, v.value, v.source)), '[]')
      FROM policies_policyvalue v LEFT JOIN organizations_organization o ON o.id = v.organization_id
     WHERE v.policy = ANY(%(codes)s) AND v.since <= %(on)s AND (v.until IS NULL OR v.until > %(on)s)
       AND (%(near)s::text[] IS NULL OR o.path IS NULL OR o.path = ANY(%(near)s)))
"""


@dataclass(frozen=True, slots=True)
class Value:
    """A rule's value as it holds for an organization on a day.

    `version_id` is the row that a decision keeps beside its result; None is the default that the house ships with.
    """

    value: object
    version_id: int | None
    source: str

    @property
    def whole(self) -> int:
        """The value as the whole number that it is."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise TypeError(f"not a whole number: {self.value!r}")
        return self.value


def value(code: str, *, at: Organization, on: date) -> Value:
    """The value for an organization on a day: the nearest ancestor's, there the one for its level first, else the default."""
    return Table.load(code, on=on, near=_lineage(at)).value(at)


def expect(codes: Collection[str], *, at: Organization, on: date) -> None:
    """Read rules that are about to be asked for, in one query; outside of `recalling()`, where nothing is kept, it does nothing."""
    if recall.on() and codes:
        Table.load_many(codes, on=on, near=_lineage(at))


@dataclass(frozen=True, slots=True)
class Held:
    """Rules as they were read a moment ago for one place and day, with the state of the calendar; MARK says whether they stand."""

    on: date
    near: tuple[str, ...]
    tables: Mapping[str, "Table"]
    calendar: tuple[UUID | None, frozenset[int]]


def hold(codes: Collection[str], *, at: Organization, on: date) -> Held:
    """Read some rules, to be taken up by `suppose` a moment later."""
    near = tuple(_lineage(at))
    return Held(on, near, *Table.read(codes, on, near))


def suppose(held: Held) -> None:
    """Let the rest of this request go by rules that were read before."""
    recall.suppose(CALENDAR, held.calendar)
    for code, table in held.tables.items():
        recall.suppose(("policies", code, held.on, held.near), table)


def values(*, at: Organization, on: date) -> dict[str, Value]:
    """Every declared rule with its value for an organization on a day, in one query."""
    day = Q(until__isnull=True) | Q(until__gt=on)
    near = Q(organization__isnull=True) | Q(organization__path__in=_lineage(at))
    rows = PolicyValue.objects.filter(day, near, since__lte=on)
    held: dict[str, dict[tuple[str, str], Value]] = {}
    for code, pk, path, level, value, source in rows.values_list("policy", "pk", "organization__path", "level", "value", "source"):
        held.setdefault(code, {})[path or "", level] = Value(value, pk, source)
    return {
        rule.code: Table(Value(rule.default, None, str(rule.source)), held.get(rule.code, {})).value(at)
        for rule in registry.policies()
    }


def _lineage(at: Organization) -> list[str]:
    return [*tree.ancestor_paths(at.path), at.path]


@dataclass(frozen=True, slots=True)
class Table:
    """All values of one rule on one day, for answering many organizations at once."""

    default: Value
    rows: dict[tuple[str, str], Value]  # (path, level); the path of a value for the whole house is ""

    @classmethod
    def load(cls, code: str, *, on: date, near: Iterable[str] | None = None) -> "Table":
        """Read the values in force; `near` limits them to the regions that the caller needs."""
        regions = None if near is None else tuple(near)
        return recall.recall(("policies", code, on, regions), lambda: cls._read(code, on, regions))

    @classmethod
    def _read(cls, code: str, on: date, near: tuple[str, ...] | None) -> "Table":
        return cls._read_many([code], on, near)[code]

    @classmethod
    def _read_many(cls, codes: Collection[str], on: date, near: tuple[str, ...] | None) -> dict[str, "Table"]:
        tables, calendar = cls.read(codes, on, near)
        recall.suppose(CALENDAR, calendar)
        return tables

    @classmethod
    def read(
        cls, codes: Collection[str], on: date, near: tuple[str, ...] | None
    ) -> tuple[dict[str, "Table"], tuple[UUID | None, frozenset[int]]]:
        """Ask the database for several rules and for the state of the calendar."""
        declared = {code: registry.policy(code) for code in codes}
        row = statement.one(IN_FORCE, {"codes": list(codes), "on": on, "near": None if near is None else list(near)})
        assert row is not None
        mark, years, rows = row
        found: dict[str, dict[tuple[str, str], Value]] = {code: {} for code in codes}
        for code, pk, path, level, value, source in json.loads(rows):
            found[code][path, level] = Value(value, pk, source)
        tables = {code: cls(Value(rule.default, None, str(rule.source)), found[code]) for code, rule in declared.items()}
        return tables, (mark, frozenset(years))

    @classmethod
    def load_many(cls, codes: Collection[str], *, on: date, near: Iterable[str]) -> None:
        """Recall several rules at once."""
        regions = tuple(near)
        for code, table in cls._read_many(codes, on, regions).items():
            recall.suppose(("policies", code, on, regions), table)

    def value(self, at: Organization) -> Value:
        """The value for one organization."""
        for path in [*reversed(_lineage(at)), ""]:
            for level in (at.level, ""):
                if found := self.rows.get((path, level)):
                    return found
        return self.default

    def day_case(
        self, day_of: Callable[[Value], date], *, path: str = "org_path", level: str = "organization__level"
    ) -> Expression:
        """An SQL expression that gives each row the day which its own organization's value leads to."""
        ranked = sorted(self.rows.items(), key=lambda row: (-len(row[0][0]), row[0][1] == ""))
        branches = []
        for (prefix, narrowed), found in ranked:
            condition = in_range(prefix, path) if prefix else Q(**{f"{path}__gte": ""})
            if narrowed:
                condition &= Q(**{level: narrowed})
            branches.append(When(condition, then=Constant(day_of(found), output_field=DateField())))
        default = Constant(day_of(self.default), output_field=DateField())
        return Case(*branches, default=default, output_field=DateField()) if branches else default


def history(code: str, *, at: Organization | None = None) -> QuerySet[PolicyValue]:
    """Every version of a rule, the newest first; of one region if named."""
    rows = PolicyValue.objects.filter(policy=code).select_related("organization", "set_by")
    return (rows.filter(organization=at) if at else rows).order_by(F("since").desc(), "-pk")


_calendar: tuple[UUID | None, WorkingDays] | None = None


def _state_of_calendar() -> tuple[UUID | None, frozenset[int]]:
    """The mark of the calendar's last edit and the years that it knows; read along with whatever rule is read first."""

    def read() -> tuple[UUID | None, frozenset[int]]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {STATE_OF_CALENDAR}")
            mark, years = cursor.fetchone()
        return mark, frozenset(years)

    return recall.recall(CALENDAR, read)


def working_calendar() -> WorkingDays:
    """The working days as the calendar stands now; this process's copy is renewed as soon as anybody edits a day.

    In a house whose calendar was never filled the published arrangements count.
    """
    global _calendar
    mark, _years = _state_of_calendar()
    if _calendar is None or _calendar[0] != mark:
        if mark is None:
            days = {day: working for day, working, _note in published_days()}
        else:
            days = dict(CalendarDay.objects.values_list("day", "working"))
        _calendar = (mark, WorkingDays.of(days))
    return _calendar[1]


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after a day."""
    return working_calendar().add(day, n)


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`."""
    return working_calendar().between(start, end)


def has_calendar(year: int) -> bool:
    """Has the holiday arrangement of a year been entered? If not, pages that show due dates in it carry a warning."""
    return year in _state_of_calendar()[1]


def years_without_calendar(first: int, last: int) -> list[int]:
    """The years of a span that still count plain weekends."""
    known = _state_of_calendar()[1]
    return [year for year in range(first, last + 1) if year not in known]


def calendar_days(year: int) -> QuerySet[CalendarDay]:
    """The days of a year that differ from the weekly rhythm."""
    return CalendarDay.objects.filter(day__year=year).order_by("day")
