"""What the import pages show: the columns to assign, the rows with something to say, the receipt."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from unionhall.kernel.exchange import queries as exchange
from unionhall.kernel.exchange.actions import take_back
from unionhall.kernel.exchange.models import Import
from unionhall.kernel.exchange.registry import Column, ImportKind
from unionhall.kernel.exchange.rules import headings
from unionhall.lib.text import Text

SAMPLES = 3
SHOWN = 4
STEPS = (Text("下载模板", "Template"), Text("上传", "Upload"), Text("核对", "Check"), Text("完成", "Done"))
STATES: dict[str, tuple[Text, str]] = {
    "read": (Text("待对应列", "Columns to assign"), "soon"),
    "checking": (Text("核对中", "Being checked"), "info"),
    "checked": (Text("待确认", "To be confirmed"), "soon"),
    "running": (Text("导入中", "Running"), "info"),
    "stopped": (Text("已暂停", "Stopped"), "soon"),
    "done": (Text("已完成", "Done"), "ok"),
    "undoing": (Text("撤回中", "Being taken back"), "info"),
    "undone": (Text("已撤回", "Taken back"), "plain"),
}
COUNTS: tuple[tuple[str, Text, str], ...] = (
    ("made", Text("新增", "New"), "ok"),
    ("changed", Text("更新", "Changed"), ""),
    ("same", Text("相同", "Unchanged"), ""),
    ("doubtful", Text("存疑", "Doubtful"), "soon"),
    ("refused", Text("错误", "Wrong"), "late"),
    ("skipped", Text("不导入", "Left out"), ""),
)
WORKING = {"checking", "running", "undoing"}


@dataclass(frozen=True, slots=True)
class Assigned:
    """One column of the file on the mapping page: what it is called, what stands in it, what it is taken for."""

    place: int
    heading: str
    samples: list[str]
    code: str


@dataclass(frozen=True, slots=True)
class Told:
    """One cell of a row with findings: its text, and what is wrong with it."""

    column: Column
    text: str
    findings: list[Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the preview: its number, some cells to know it by, the cells to mend, what else is said, what was decided."""

    number: int
    cells: list[tuple[Text, str]]
    wrong: list[Told]
    general: list[Any]
    light: str
    decided: str


def kind_name(one: Import) -> str:
    """The name of the kind of an import."""
    return str(exchange.kind_of(one).name)


def assigned(one: Import) -> list[Assigned]:
    """The columns of the file with samples and what they are taken for; columns without heading and content are left out."""
    lines = exchange.first_lines(one, SAMPLES)
    shown = []
    for place, heading in enumerate(one.headings):
        samples = [cells[place] for _number, cells in lines if place < len(cells) and cells[place]]
        if (heading or samples) and not headings.is_marks(heading):
            shown.append(Assigned(place, heading, samples, one.mapping.get(str(place), "")))
    return shown


def counts(one: Import) -> list[tuple[str, Text, str, int]]:
    """The counts that add up to the rows of the file."""
    return [(name, word, light, getattr(one, name)) for name, word, light in COUNTS]


def telling_rows(one: Import, level: str) -> "QuerySet[Any, int]":
    """The numbers of the rows about which something is said."""
    return exchange.findings(one, level).order_by("row").values_list("row", flat=True).distinct()


def lines(one: Import, kind: ImportKind, rows: list[int]) -> list[Line]:
    """Some rows of the preview."""
    found: dict[int, list[Any]] = {}
    for finding in exchange.findings(one).filter(row__in=rows):
        found.setdefault(finding.row, []).append(finding)
    take, leave = exchange.decided(one)
    return [
        _line(one, kind, number, cells, found.get(number, []), "take" if number in take else "leave" if number in leave else "")
        for number, cells in exchange.some_lines(one, rows)
    ]


def _line(one: Import, kind: ImportKind, number: int, cells: list[str], found: list[Any], decided: str) -> Line:
    places = {code: int(place) for place, code in one.mapping.items()}

    def text(code: str) -> str:
        place = places.get(code, -1)
        return cells[place] if 0 <= place < len(cells) else ""

    by_column: dict[str, list[Any]] = {}
    for finding in found:
        by_column.setdefault(finding.column if finding.column in places else "", []).append(finding)
    wrong = [Told(kind.column(code), text(code), said) for code, said in by_column.items() if code]
    shown = [(column.label, text(column.code)) for column in heads(one, kind)]
    light = "late" if any(finding.level == "error" for finding in found) else "soon"
    return Line(number, shown, wrong, by_column.get("", []), light, decided)


def heads(one: Import, kind: ImportKind) -> list[Column]:
    """The columns by which a row is known on the preview."""
    return [column for column in kind.columns if column.code in one.mapping.values()][:SHOWN]


def may_undo(one: Import) -> bool:
    """Whether an import can still be taken back."""
    return take_back.may_undo(one)


def step_of(one: Import | None) -> int:
    """Which of the four steps somebody stands at."""
    if one is None:
        return 1
    return 2 if one.state in {"read", "checking", "checked"} else 3


def written_so_far(one: Import) -> int:
    """How many rows of a stopped run are written."""
    return exchange.written_rows(one)
