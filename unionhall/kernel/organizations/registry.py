"""What other packages hang onto the tree: their copied path columns, and what they do when a unit is merged."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_path_columns: "dict[tuple[str, str], PathColumn]" = {}
_heirs: list[Callable[..., None]] = []


@dataclass(frozen=True, slots=True)
class PathColumn:
    """A text column that carries a copy of the path of the unit that `unit` points to, in "people.Person" say."""

    model_label: str
    field: str
    unit: str


def register_path_column(model_label: str, field: str = "org_path", unit: str = "") -> None:
    """Have this column rewritten whenever units move. Call it in apps.py; books that keep the past do not.

    `unit` names the foreign key whose path is copied; left out, it is "organization" or the only key to a unit.
    """
    _path_columns[model_label, field] = PathColumn(model_label, field, unit)


def path_columns() -> list[PathColumn]:
    """All registered columns, in the order of registration."""
    return list(_path_columns.values())


def register_heir(take_over: Callable[..., None]) -> None:
    """Have `take_over(old=, new=, by=)` called inside the merge, so that living records find their new unit."""
    if take_over not in _heirs:
        _heirs.append(take_over)


def heirs() -> list[Callable[..., Any]]:
    """Everybody who takes over at a merge."""
    return list(_heirs)
