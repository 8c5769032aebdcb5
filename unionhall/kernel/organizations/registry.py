"""What other packages hang onto the tree: their copied path columns, and what they do when a unit is merged."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_path_columns: dict[tuple[str, str], None] = {}
_heirs: list[Callable[..., None]] = []


@dataclass(frozen=True, slots=True)
class PathColumn:
    """A text column that carries a copy of the path of a unit: `model_label` "people.Person", field "org_path"."""

    model_label: str
    field: str


def register_path_column(model_label: str, field: str = "org_path") -> None:
    """Have this column rewritten whenever units move. Call it in apps.py; books that keep the past do not."""
    _path_columns[model_label, field] = None


def path_columns() -> list[PathColumn]:
    """All registered columns, in the order of registration."""
    return [PathColumn(label, field) for label, field in _path_columns]


def register_heir(take_over: Callable[..., None]) -> None:
    """Have `take_over(old=, new=, by=)` called inside the merge, so that living records find their new unit."""
    if take_over not in _heirs:
        _heirs.append(take_over)


def heirs() -> list[Callable[..., Any]]:
    """Everybody who takes over at a merge."""
    return list(_heirs)
