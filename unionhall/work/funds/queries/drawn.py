"""What budget lines have paid for other rooms: each draw with the record behind it, and the sums of a year by source."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.work.funds import access
from unionhall.work.funds.models import BudgetLine, Draw

OWN = "funds."  # keys of this room's own movements, which the table of the year counts already


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw on a line, and the record that asked for it: its reference, kind and number; empty for a key that names none."""

    draw: Draw
    reference: str
    kind: str
    number: str


def draws(line: BudgetLine, state: str = "") -> "QuerySet[Draw]":
    """What draws on a line, the newest first; of one state where one is asked for."""
    found = line.draws.order_by("-id")
    return found.filter(state=state) if state in (Draw.HELD, Draw.SPENT, Draw.FREED) else found


def named(found: Iterable[Draw]) -> list[Drawn]:
    """Draws with the references of their records, in one statement for each kind of record."""
    parts = [(one, *one.key.partition(":")[::2]) for one in found]
    numbers = flows.references((kind, int(number)) for _one, kind, number in parts if number.isdecimal())
    return [
        Drawn(one, numbers.get((kind, int(number)), "") if number.isdecimal() else "", kind, number) for one, kind, number in parts
    ]


def paid_by_source(by: Person, unit: Organization, year: int) -> dict[str, int]:
    """What the lines of a year in a unit and below have paid for other rooms, by source."""
    lines = organizations.within(access.lines_for(by), unit).filter(year=year).order_by()
    spent = Draw.objects.filter(line__in=lines.values("pk"), state=Draw.SPENT).exclude(key__startswith=OWN).order_by()
    return dict(spent.values_list("line__source").annotate(total=Sum("amount")))
