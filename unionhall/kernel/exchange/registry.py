"""What the house can do at length (jobs), hand out (tables) and take in (imports): filled by rooms in `apps.py`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol, get_args

from unionhall.kernel.exchange.rules.values import LONGEST, MOST
from unionhall.lib.later import Later
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


Kind = Literal[
    "text",  # letters as they stand
    "number",  # leaves the house only: a whole number in a number's cell
    "moment",  # leaves the house only: a day with its time
    "money",  # fen; yuan in the sheet
    "sum",  # leaves the house only: fen; yuan in a number's cell, for banks and accountants who count on with it
    "date",  # a day
    "day_month",  # a month, or a day in it, as the date of that day or of the first: 2025-03, 2025年3月
    "whole",  # a whole number from 0
    "choice",  # one of `choices`: the code
    "unit",  # a unit in the importer's scope, by code, full or short name: the Organization
    "yes_no",  # True or False
    "id_number",  # a checked document number
    "phone",  # a checked telephone number
]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a column of kind "choice": what is kept, what is written, and what people write instead."""

    code: str
    label: Text
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table that enters or leaves the house. Money is fen within and yuan in the sheet; text stays text.

    `extra` columns leave only when all columns are asked for. `required`, `choices`, `example`, `aliases` and `note` matter on the
    way in: the template shows them, and other headings under which people send the column are guessed by `aliases`. A text of more
    than `longest` characters and a whole number above `most` are refused in their cells.
    """

    code: str
    label: Text
    kind: Kind = "text"
    width: int = 16
    extra: bool = field(default=False, kw_only=True)
    required: bool = field(default=False, kw_only=True)
    choices: tuple[Choice, ...] = field(default=(), kw_only=True)
    example: str = field(default="", kw_only=True)
    aliases: tuple[str, ...] = field(default=(), kw_only=True)
    note: Text | None = field(default=None, kw_only=True)
    longest: int = field(default=LONGEST, kw_only=True)
    most: int = field(default=MOST, kw_only=True)

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"column {self.code}: no such kind {self.kind!r}")
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError(f"column {self.code}: choices belong to the kind choice")


@dataclass(frozen=True, slots=True)
class Table:
    """A table that people may take along: `rows(by, filters)` yields mappings by column code, already scoped and masked.

    `plain(by, filters, reason)` yields the same unmasked, for people who hold `plain_permission` at the unit and say why; it
    puts each reading on record by itself and runs outside any transaction.
    """

    code: str
    name: Text
    columns: tuple[Column, ...]
    rows: Callable[[Any, Mapping[str, str]], Iterable[Mapping[str, Any]]]
    permission: str
    masking: Text = field(default_factory=lambda: Text("姓名、证件号、手机号均已脱敏", "Names, ID numbers and phones are masked"))
    plain: Callable[[Any, Mapping[str, str], str], Iterable[Mapping[str, Any]]] | None = None
    plain_permission: str = ""
    count: Callable[[Any, Mapping[str, str]], int] | None = None  # with it the table has a page of its own: office:export
    filters: tuple[str, ...] = ("q", "level", "kind", "own", "closed")  # the words of an address that narrow it
    values: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # what the values of a filter are called
    named: Mapping[str, Callable[[Any, str], str]] = field(default_factory=dict)  # what a record that a filter names is called


FILTERS: Mapping[str, Text] = {  # what the words of an address are called, in the file and on the page of an export
    "q": Text("搜索", "Search"),
    "unit": Text("单位", "Unit"),
    "own": Text("仅本单位", "This unit only"),
    "programme": Text("工作项目", "Programme"),
    "state": Text("状态", "State"),
    "light": Text("时限", "Light"),
    "kind": Text("类别", "Kind"),
    "level": Text("层级", "Level"),
    "closed": Text("含已撤销", "Closed ones too"),
    "since": Text("起始日期", "From"),
    "until": Text("截止日期", "To"),
    "year": Text("年度", "Year"),
    "batch": Text("批次", "Batch"),
    "list": Text("清单", "List"),
    "source": Text("来源", "Source"),
    "stage": Text("环节", "Stage"),
    "purpose": Text("用途", "Purpose"),
    "form": Text("形式", "Form"),
    "lacking": Text("缺凭证或佐证", "Without voucher or evidence"),
    "grade": Text("等级", "Grade"),
    "flag": Text("旗帜", "Flag"),
    "listed": Text("专项名单", "Special list"),
    "worker": Text("职工类型", "Kind of worker"),
    "cause": Text("致困原因", "Cause"),
    "recipient": Text("走访对象", "Whom"),
    "occupation": Text("职业类别", "Occupation"),
    "hired": Text("用工方式", "Hired"),
    "checked": Text("实名核验", "Authentication"),
    "migrant": Text("农民工", "Migrant workers"),
    "employer": Text("工作单位", "Employer"),
    "tag": Text("标签", "Tag"),
    "stale": Text("久未核对", "Not confirmed for long"),
    "tab": Text("页签", "Tab"),
    "raised": Text("只看已上报", "Escalated only"),
}
TICKED = frozenset({"own", "closed", "lacking", "migrant", "raised"})  # filters that are there or not


class Row(NamedTuple):
    """One line of an imported sheet: its number there and the parsed values by column code.

    Texts, document numbers, phones and choices that are absent are "", everything else absent is None.
    """

    number: int
    values: Mapping[str, Any]


Level = Literal["error", "doubt", "changed", "same"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What `check` says about one row: an error keeps it out, a doubt asks the person; `column` is a code or "".

    Messages never repeat a document number or a phone: the page shows the cell itself to whoever brought it.
    """

    row: int
    column: str
    message: object
    mend: object = ""
    level: Level = "error"


Outcome = Literal["made", "changed", "same"]


class Written(NamedTuple):
    """What `write` made of one row: the record as "kind:id". `before` (plain values) is kept sealed and given back to `undo`."""

    row: int
    record: str
    outcome: Outcome
    before: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ImportKind:
    """A sheet that people may bring, with pages for nothing; link to it as `{% url "office:import" kind.code %}`.

    `check(rows, *, at, by, options) -> list[Finding]` sees every readable row of the file at once and touches nothing. A row
    without a finding will be made; Finding(level="changed" | "same") says so of the others, so that the preview counts truly.
    `write(rows, *, at, by, options, source) -> list[Written]` runs inside the transaction of one slice of rows and answers once
    for each row; a row that became impossible since the check raises `Unfit`.
    `source` ("exchange.import:ID") names the import to the ledger and the audit trail. A slice is never written twice.
    `undo(written, *, at, by, options) -> list[Finding]` takes back what it can, newest first, and says which rows stay and why.
    `options_form(data, *, at, by, initial) -> Form` asks what holds for the whole file (an edition, a day); its cleaned
    values must be JSON.
    `home` is the address of the list that people go to afterwards; `most` the greatest number of rows of one file; `whole`
    that all rows are written in one transaction, because they lean on one another.
    """

    code: str
    name: Text
    permission: str
    columns: tuple[Column, ...]
    check: Callable[..., "list[Finding]"]
    write: Callable[..., "list[Written]"]
    undo: Callable[..., "list[Finding]"] | None = None
    options_form: Later | None = None
    home: str = "office:home"
    whole: bool = False
    most: int = 100_000
    notes: tuple[Text, ...] = ()

    def column(self, code: str) -> Column:
        """One of its columns. Raises KeyError."""
        return {column.code: column for column in self.columns}[code]


class Unfit(Exception):
    """Raised by `write` for a row that can no longer be written: only this row stays out, the slice is written without it."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding.message))
        self.finding = finding


_jobs: dict[str, JobKind] = {}
_tables: dict[str, Table] = {}
_imports: dict[str, ImportKind] = {}


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


def register_import(kind: ImportKind) -> None:
    """Let people bring sheets of this kind. Raises ValueError for a code or a column used twice."""
    if kind.code in _imports:
        raise ValueError(f"import {kind.code} is registered twice")
    codes = [column.code for column in kind.columns]
    if len(set(codes)) != len(codes):
        raise ValueError(f"import {kind.code} has a column twice")
    _imports[kind.code] = kind


def import_kind(code: str) -> ImportKind:
    """The kind of import of that code. Raises KeyError."""
    return _imports[code]


def import_kinds() -> dict[str, ImportKind]:
    """All kinds of import, by code."""
    return dict(_imports)
