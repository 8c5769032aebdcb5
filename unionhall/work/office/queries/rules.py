"""What the pages about rule values and the working calendar read."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as access
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.policies import registry
from unionhall.kernel.policies.models import PolicyValue
from unionhall.kernel.policies.registry import Policy
from unionhall.kernel.policies.rules import read, told
from unionhall.lib import dates, money
from unionhall.lib.refusal import NotVisible, Refused

TABLES = frozenset({"table", "fen_table"})


@dataclass(frozen=True, slots=True)
class Held:
    """A rule and the value that holds at a unit today."""

    policy: Policy
    value: Any

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return shown(self.policy, self.value.value)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar: free or working, and the words for one that differs from the weekly rhythm."""

    day: date
    working: bool
    note: str
    inside: bool


def held(at: Organization) -> list[Held]:
    """Every declared rule with its value at a unit today."""
    values = policies.values(at=at, on=dates.today())
    return [Held(policy, values[policy.code]) for policy in registry.policies()]


def in_force(rule: Policy, at: Organization) -> str:
    """What a rule says at a unit today, as people read it."""
    return shown(rule, policies.value(rule.code, at=at, on=dates.today()).value)


def policy(code: str) -> Policy:
    """One declared rule. Raises NotVisible."""
    try:
        return registry.policy(code)
    except KeyError:
        raise NotVisible("policy") from None


def history(by: Person, code: str, at: Organization) -> list[tuple[PolicyValue, str]]:
    """The versions of a rule that concern a person with their values as people read them, the newest first.

    They are the house's, those above the unit, and those in scope.
    """
    rule, rows = policy(code), policies.history(code)
    above = [*tree.ancestor_paths(at.path), at.path]
    line = Q(organization=None) | Q(organization__path__in=above)
    found = rows.filter(line | access.in_ranges(access.ranges(by, "policies.see"), "organization__path"))
    return [(row, shown(rule, row.value)) for row in found]


def shown(rule: Policy, value: Any) -> str:
    """A value as people read it and as it may be typed again: money in yuan, a table in words."""
    if rule.unit == "fen":
        return money.yuan(value)
    if rule.unit == "yes_no":
        return _("Yes") if value else _("No")
    if rule.unit == "whole_list":
        return "、".join(map(str, value))
    if rule.unit in TABLES:
        amounts = {key: money.yuan(fen) for key, fen in value.items()} if rule.unit == "fen_table" else value
        return told(amounts, rule.words)
    return str(rule.words.get(value, value) if rule.unit == "text" else value)


def offered(rule: Policy) -> list[str]:
    """The values of a rule that takes one of a few, as `shown` writes them; none where anything of its kind may be typed."""
    return [str(word) for word in rule.words.values()] if rule.unit == "text" else []


def typed(rule: Policy, text: str) -> object:
    """A value as it was typed, in the rule's own kind (money in yuan, kept in fen). Raises ValueError."""
    if rule.unit == "text":
        return {str(word): code for code, word in rule.words.items()}[text] if rule.words else text
    if rule.unit == "yes_no":
        return {"是": True, "yes": True, "1": True, "否": False, "no": False, "0": False}[text.strip().lower()]
    if rule.unit in TABLES:
        like: dict[str, Any] = dict(rule.default)  # type: ignore[call-overload]
        number = money.parse if rule.unit == "fen_table" else int
        return {row: number(said) if isinstance(said, str) else said for row, said in read(text, rule.words, like).items()}
    if rule.unit == "whole_list":
        return [int(part) for part in re.split(r"[,，、\s]+", text.strip())]
    return money.parse(text) if rule.unit == "fen" else int(text)


def months(year: int) -> list[tuple[int, list[list[Day]]]]:
    """A year as twelve months of whole weeks, Monday first."""
    notes = {row.day: row for row in policies.calendar_days(year)}
    working = policies.working_calendar()
    shown = []
    for month in range(1, 13):
        weeks = calendar.Calendar().monthdatescalendar(year, month)
        shown.append((month, [[_day(day, month, notes, working) for day in week] for week in weeks]))
    return shown


def _day(day: date, month: int, notes: dict[date, Any], working: Any) -> Day:
    row = notes.get(day)
    return Day(day, working.is_working(day), row.note if row else "", day.month == month)


def keeps_calendar(by: Person) -> bool:
    """Whether a person may change the calendar: it is one for the whole house, so the right must stand at every root."""
    return all(access.may(by, "policies.calendar", root) for root in organizations.roots())


def require_calendar(by: Person) -> None:
    """Raise Refused for those who have the right only over a part of the house."""
    if not keeps_calendar(by):
        raise Refused(_("The calendar holds for the whole house: the administrator of its topmost unit keeps it."))


def confirmed(year: int) -> bool:
    """Whether the year's holidays have been entered."""
    return policies.has_calendar(year)
