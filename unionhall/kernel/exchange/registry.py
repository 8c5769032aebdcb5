"""What the house can do at length (jobs) and hand out (tables): filled by rooms in `apps.py`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from unionhall.lib.text import Text


class Progress(Protocol):
    """What a long job tells while it runs."""

    def report(self, done: int, total: int | None = None) -> None:
        """Say how many items are done, of how many. Raises `Cancelled` when somebody asked to stop."""

    def result(self, name: str, content: bytes) -> None:
        """Keep a file (its name for people, its bytes) for whoever started the job."""


class Cancelled(Exception):
    """The job was asked to stop; raised from `Progress.report` so that the transaction around a step rolls back."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of long work: `run(job, by, params, progress)` returns the sentence that closes it."""

    code: str
    name: Text
    run: Callable[[Any, Mapping[str, Any], Progress], object]


Kind = Literal["text", "number", "money", "date", "moment"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table that leaves the house. Money arrives in fen and leaves in yuan; text stays text."""

    key: str
    label: Text
    kind: Kind = "text"
    width: int = 16


@dataclass(frozen=True, slots=True)
class Table:
    """A table that people may take along: `rows(by, filters)` yields mappings by column key, already scoped and masked."""

    code: str
    name: Text
    columns: tuple[Column, ...]
    rows: Callable[[Any, Mapping[str, str]], Iterable[Mapping[str, Any]]]
    permission: str
    masking: Text = field(default_factory=lambda: Text("姓名、证件号、手机号均已脱敏", "Names, ID numbers and phones are masked"))


_jobs: dict[str, JobKind] = {}
_tables: dict[str, Table] = {}


def register_jobs(kinds: Iterable[JobKind]) -> None:
    """Add kinds of long work. Raises ValueError for a code used twice."""
    for kind in kinds:
        if kind.code in _jobs:
            raise ValueError(f"job kind {kind.code} is registered twice")
        _jobs[kind.code] = kind


def register_tables(tables: Iterable[Table]) -> None:
    """Add tables for export. Raises ValueError for a code used twice."""
    for table in tables:
        if table.code in _tables:
            raise ValueError(f"table {table.code} is registered twice")
        _tables[table.code] = table


def job_kind(code: str) -> JobKind:
    """The kind of long work of that code. Raises KeyError."""
    return _jobs[code]


def job_kinds() -> dict[str, JobKind]:
    """All kinds of long work, by code."""
    return dict(_jobs)


def table(code: str) -> Table:
    """The exportable table of that code. Raises KeyError."""
    return _tables[code]


def tables() -> dict[str, Table]:
    """All exportable tables, by code."""
    return dict(_tables)
