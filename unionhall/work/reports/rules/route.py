"""The way of a filled table up the tree: from the unit that filled it in to the unit that asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

INNER = frozenset({"branch", "team", "department", "group"})


@dataclass(frozen=True, slots=True)
class Above:
    """A unit above: its key, its kind, and whether somebody there deals with tables."""

    id: int
    kind: str
    staffed: bool


def next_above(above: Sequence[Above], owner: int) -> int:
    """Where a table lies next, of the units above, from the root down: the nearest that takes part, at the latest its owner.

    Inner units and those where nobody deals with tables are passed over. What no longer stands below the owner goes straight to it.
    """
    if all(unit.id != owner for unit in above):
        return owner
    return next(unit.id for unit in reversed(above) if unit.id == owner or (unit.staffed and unit.kind not in INNER))
