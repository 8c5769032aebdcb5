"""Whose approval a grant needs by its amount, where its region names a level, and which unit that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.organizations.rules import LEVELS
from unionhall.kernel.policies import queries as policies
from unionhall.lib import dates
from unionhall.work.grants.models import Application
from unionhall.work.grants.queries import asked
from unionhall.work.grants.queries.asked import Asked
from unionhall.work.grants.rules import levels as rules


class Lines:
    """The lines of the regions on a day and the units above those that apply, each read once."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.tables: dict[str, policies.Table] = {}
        self.known: dict[tuple[str, int], tuple[Mapping[str, int], int | None, str]] = {}
        self.units: dict[int, list[Organization]] = {}

    def upward(self, at: Organization) -> list[Organization]:
        """The units above one, from the root down, and itself."""
        if at.pk not in self.units:
            self.units[at.pk] = [*organizations.ancestors(at), at]
        return self.units[at.pk]

    def of(self, one: Asked) -> rules.Bound | None:
        """The level whose approval the amount needs; None where the kind, the region or the amount asks for none."""
        code, at = one.terms.levels, one.organization
        if not code:
            return None
        if (code, at.pk) not in self.known:
            if code not in self.tables:
                self.tables[code] = policies.Table.load(code, on=self.today)
            value = self.tables[code].value(at)
            self.known[code, at.pk] = (rules.approval_levels(value.value), value.version_id, value.source)
        table, version, source = self.known[code, at.pk]
        level = rules.needed(table, one.amount)
        return rules.Bound(level, table[level], version, source) if level else None


@dataclass(frozen=True, slots=True)
class Way:
    """Where an application stands towards the level that its amount needs.

    `holder` decides now; `unit` is to decide: the nearest of the level named or above it, else the highest of the house, which
    then decides by the written approval of a level that is `outside`.
    """

    bound: rules.Bound | None
    holder: Organization
    unit: Organization | None = None
    outside: bool = False

    @property
    def below(self) -> bool:
        """Whether it has to go up first."""
        return self.unit is not None and self.unit.pk != self.holder.pk and len(self.unit.path) < len(self.holder.path)


def way(one: Application, amount: int) -> Way:
    """What an application of this amount needs, and where it lies."""
    lines = Lines(dates.today())
    return _way(one, lines.of(asked.of(one, amount)), flows.holder(one), lines)


def ways(ones: Sequence[Application]) -> dict[int, Way]:
    """The same for many, each for what it asks, by key; those that need no level and were never sent up are left out."""
    lines, found = Lines(dates.today()), {}
    named = [one for one in ones if one.terms.levels]
    holders = flows.holders(named)
    for one in named:
        bound, holder = lines.of(asked.of(one, one.asked)), holders[one.pk]
        if bound is not None or holder.pk != one.organization_id:
            found[one.pk] = _way(one, bound, holder, lines)
    return found


def _way(one: Application, bound: rules.Bound | None, holder: Organization, lines: Lines) -> Way:
    if bound is None:
        return Way(None, holder)
    above = lines.upward(one.organization)
    most = LEVELS.index(bound.level)
    able = [unit for unit in above if LEVELS.index(unit.level) <= most]
    return Way(bound, holder, able[-1] if able else above[0], outside=not able)
