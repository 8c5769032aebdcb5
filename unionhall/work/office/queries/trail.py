"""What the trail shows of the acts and reads in a person's scope."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from unionhall.kernel.access import queries as access
from unionhall.kernel.access.rules import lending
from unionhall.kernel.audit import actions as audit_actions
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.audit import registry
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.queries import words
from unionhall.lib import dates
from unionhall.lib.text import Text

SEE = "audit.see"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the query form over the trail asks for; days are included."""

    who: str = ""
    verb: str = ""
    since: date | None = None
    until: date | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row in words."""

    row: Any
    verb: object
    actor: Person | None
    behalf: Person | None = None
    reason: str = ""

    @property
    def who(self) -> Text | None:
        """Who acted: "X", or "X for Y" where X did it as the deputy of Y."""
        return lending.doer(self.actor.name, self.behalf.name if self.behalf else "") if self.actor else None


def rows(by: Person, wanted: Wanted) -> QuerySet[Any]:
    """The rows in scope, newest first; who holds everything also sees those that belong to no unit."""
    found = audit.rows(
        verb=wanted.verb or None,
        outcome=wanted.outcome or None,
        since=dates.start_of(wanted.since) if wanted.since else None,
        until=dates.start_of(wanted.until + timedelta(days=1)) if wanted.until else None,
    )
    ranges = access.ranges(by, SEE)
    if wanted.who:
        found = found.filter(actor__in=people.find(wanted.who, ranges).order_by().values("pk"))
    return found if ranges == [access.EVERYTHING] else found.filter(access.in_ranges(ranges))


def lines(page: Any) -> list[Line]:
    """The rows of a page in words, with who acted and why."""
    shown = list(page)
    stood_for = {row.pk: row.circumstances.get("for") for row in shown}
    people = Person.objects.in_bulk({row.actor for row in shown if row.actor} | {key for key in stood_for.values() if key})
    names, reasons = registry.verbs(), words.reasons(shown)
    return [
        Line(row, names.get(row.verb, row.verb), people.get(row.actor), people.get(stood_for[row.pk]), reasons[row.pk])
        for row in shown
    ]


def verbs() -> list[tuple[str, object]]:
    """Every verb with its words, for the filter."""
    return list(registry.verbs().items())


def verify() -> Any:
    """Recompute the whole trail; the verdict names the first bad row."""
    return audit_actions.verify()
