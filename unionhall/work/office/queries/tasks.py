"""What my desk and the worklist show of the tasks of all rooms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows import registry
from unionhall.kernel.flows.queries import Filters, signatures
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.lib import dates, rowid
from unionhall.lib.refusal import absent
from unionhall.lib.text import Text
from unionhall.work.office import access

LIGHTS = ("late", "soon", "ok", "paused")


@dataclass(frozen=True, slots=True)
class Line:
    """A task as a row: what it waits for in words, and the working days left."""

    task: Any
    awaits: object
    left: int | None

    @property
    def forwardable(self) -> bool:
        """Whether it is open, nobody's draft, and the unit's main task."""
        return self.task.done_at is None and self.task.lead and not self.task.draft


def rows(by: Person, filters: Filters) -> Any:
    """One tab of the worklist, the most urgent first."""
    return flows.worklist(by, filters)


def lines(tasks: Iterable[Any]) -> list[Line]:
    """The rows of one page in words; the calendar is read once."""
    sign = Text("签署意见", "Give your opinion")
    names = {(each.label, move.code): move.name for each in registry.flows() for move in each.flow.moves}
    today = dates.today()
    calendar = policies.working_calendar()
    return [
        Line(
            task,
            sign if task.move == signatures.SIGN else names.get((task.record_kind, task.move), task.move),
            calendar.between(today, task.due_on) if task.due_on and not task.paused_at else None,
        )
        for task in tasks
    ]


def to_forward(by: Person, kind: str, record: int) -> Any:
    """The open task of a record that the person may pass on. Raises NotVisible."""
    return flows.task_to_forward(by, kind, record)


def colleagues(task: Any, by: Person) -> list[Person]:
    """Who could be given the task."""
    return flows.may_take(task, besides=by)


def forwarding(task: Any, step: int) -> Any:
    """A forwarding of the task's record. Raises NotVisible."""
    found = flows.forwardings(task).filter(pk=step).first()
    if found is None:
        raise absent()
    return found


def counts(by: Person) -> Mapping[str, int]:
    """How many rows each tab holds."""
    return flows.counts(by)


def waiting(by: Person) -> int:
    """How many tasks wait for a person, counted up to flows.MOST; one query."""
    return flows.waiting(by)


def lights(by: Person, filters: Filters) -> Mapping[str, int]:
    """How many rows of a tab stand at each light."""
    return flows.lights(by, filters)


def kinds() -> list[tuple[str, object]]:
    """The kinds of record that a worklist can hold, with their names."""
    return [(each.model._meta.label_lower, each.flow.name) for each in registry.flows()]


def kind_named(_by: Person, kind: str) -> str:
    """What a kind of record that a worklist is narrowed to is called; "" for one that no worklist holds."""
    return str(dict(kinds()).get(kind, ""))


def narrowed_to(by: Person, unit: str) -> Organization | None:
    """The unit that a filter names, if the person sees it."""
    asked = rowid.read(unit)
    return access.unit(by, asked) if asked is not None else None


def has_calendar() -> bool:
    """Whether this year's working days are known; without, pages warn that only weekends count."""
    return policies.has_calendar(dates.today().year)


def below(unit: Organization) -> Any:
    """The units directly below, for the filter of the worklist."""
    return organizations.children(unit)
