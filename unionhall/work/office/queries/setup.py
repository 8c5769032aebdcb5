"""How far the first run has come: read from the data, never ticked by hand."""

from dataclasses import dataclass
from typing import Any

from django.core import signing

from unionhall.kernel.access.models import Account
from unionhall.kernel.files import rules as files
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.policies.models import PolicyValue
from unionhall.kernel.programmes.models import World
from unionhall.lib import dates, sheets
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

MOST_ROWS = 5000
MOST_BYTES = 10 * 1024 * 1024
SALT = "unionhall.office.setup"
HEADINGS: dict[str, Text] = {
    "code": Text("单位编码", "Unit code"),
    "name": Text("名称", "Name"),
    "short_name": Text("简称", "Short name"),
    "level": Text("层级", "Level"),
    "kind": Text("类型", "Kind"),
    "parent_code": Text("上级编码", "Code of the unit above"),
    "division_code": Text("行政区划代码", "Division code"),
    "credit_code": Text("统一社会信用代码", "Unified credit code"),
    "since": Text("成立日期", "Founded on"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is there already."""

    accounts: int
    units: int
    calendar: bool
    values: int
    worlds: int


def standing() -> Standing:
    """Counts that tell which steps are done."""
    return Standing(
        accounts=Account.objects.filter(disabled_at=None).count(),
        units=Organization.objects.filter(until=None).count(),
        calendar=policies.has_calendar(dates.today().year),
        values=PolicyValue.objects.count(),
        worlds=World.objects.count(),
    )


def read_units(name: str, content: bytes) -> list[dict[str, str]]:
    """The rows of an uploaded sheet under the import's own column names, Chinese and English headings alike.

    Raises Refused for a file that is no sheet, lacks a column, or is too long for the screen.
    """
    try:
        fit = files.examine(name, content, most_bytes=MOST_BYTES)
        text = files.decoded(content) if fit.extension in {"csv", "txt"} else None
        rows = sheets.rows(content, text=text, most=MOST_ROWS)
    except files.Unfit:
        raise Refused(
            Text("这不是可用的表格文件，请另存为 .xlsx 或 .csv 再上传。", "This is no readable sheet: save it as .xlsx or .csv."),
            field="file",
        ) from None
    except sheets.Unreadable:
        raise Refused(
            Text(
                f"表格没有表头，或超过 {MOST_ROWS} 行；大表请用命令 unionhall org import。",
                f"The sheet has no header or more than {MOST_ROWS} rows; use the command unionhall org import for large ones.",
            ),
            field="file",
        ) from None
    known = {word: column for column, words in HEADINGS.items() for word in (column, words.zh, words.en)}
    named = [{known[key]: value for key, value in row.items() if key in known} for row in rows]
    missing = {"code", "name"} - set().union(*(row.keys() for row in named), set())
    if missing:
        lacking = Text(
            "、".join(HEADINGS[one].zh for one in sorted(missing)), ", ".join(HEADINGS[one].en for one in sorted(missing))
        )
        raise Refused(Text(f"缺少必需列：{lacking.zh}。", f"Missing columns: {lacking.en}."), field="file")
    return [_coded(row) for row in named]


LEVELS = {
    "全国": "nation",
    "省": "province",
    "市": "city",
    "县": "county",
    "区": "county",
    "县（区）": "county",
    "乡镇": "township",
    "街道": "township",
    "乡镇（街道）": "township",
    "基层": "grassroots",
    "小组": "group",
}
KINDS = {
    "总工会": "federation",
    "产业工会": "industry",
    "工会联合会": "joint",
    "联合会": "joint",
    "基层工会": "grassroots",
    "分会": "branch",
    "工会小组": "group",
}


def _coded(row: dict[str, str]) -> dict[str, str]:
    return {
        **row,
        "level": LEVELS.get(row.get("level", ""), row.get("level", "")),
        "kind": KINDS.get(row.get("kind", ""), row.get("kind", "")),
    }


def sealed(rows: list[dict[str, str]]) -> str:
    """Checked rows as a signed text for the confirm step, so that what is imported is what was shown."""
    return signing.dumps(rows, salt=SALT, compress=True)


def opened(text: str) -> list[dict[str, str]]:
    """The rows of a signed text. Raises Refused for one that was altered or is a day old."""
    try:
        return signing.loads(text, salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        raise Refused(
            Text("核对结果已过期，请重新上传表格。", "The check has expired: upload the sheet again."), field="file"
        ) from None


def template() -> list[str]:
    """The headings of the template."""
    return [words.zh for words in HEADINGS.values()]


def column_name(column: str) -> Any:
    """A column of the import in words."""
    return HEADINGS.get(column, column)
