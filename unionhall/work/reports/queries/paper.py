"""A written report as an official document: the text with a link behind every figure, and an appendix of sources."""

from collections.abc import Callable
from typing import Any

from unionhall.lib import dates, money, official_document
from unionhall.lib.official_document import Letter, Paragraph, Run, Table
from unionhall.work.reports.models import Report
from unionhall.work.reports.queries import written

LONG = 200
WIDTHS = (13, 85, 26, 32)  # millimetres: 156 together


def document(report: Report, address: Callable[[int], str]) -> bytes:
    """The report as .docx; `address` gives the absolute address of a figure's trace."""
    return official_document.write(letter(report, address))


def letter(report: Report, address: Callable[[int], str]) -> Letter:
    """The report as a letter of the house."""
    issuer = report.organization.name
    return Letter(
        title=report.title,
        issuer=issuer,
        number=report.number,
        paragraphs=[_part(one, address) for one in report.content["paragraphs"] if not one.get("gone")],
        day=report.issued_on or dates.day_of(report.generated_at),
        appendix=_sources(report, address),
    )


def _part(one: dict[str, Any], address: Callable[[int], str]) -> Paragraph | Table:
    if table := one.get("table"):
        rows = [[_run(cell, address) for cell in row] for row in table["rows"]]
        return Table(table["title"], table["head"], rows)
    return Paragraph([_run(run, address, marked=one["hand"]) for run in one["runs"]], level=one["level"])


def _run(run: dict[str, Any], address: Callable[[int], str], *, marked: bool = False) -> Run:
    return Run(run["t"], address(run["f"]) if "f" in run else "", marked=marked and "f" not in run)


def _sources(report: Report, address: Callable[[int], str]) -> list[Paragraph | Table]:
    """附：数据来源 … every figure in a line of fine print: its name with the unit where it is not the report's and the period
    where it is another, what the text says, the exact value; the name is a link to the trace."""
    if not report.figures:
        return []
    whole = _period(report.since.isoformat(), report.until.isoformat())
    told = (
        f"以下数字均由业务台账计数得出，点按指标名称可查看来历；未注明期间的为{whole}。"
        f"台账截止标记为{report.mark}，带下划线的文字为手工改写。"
    )
    rows = [
        [
            str(place + 1),
            Run(written.called(one) + _aside(one.get("place", "")) + _aside(_other_period(one, whole)), address(place)),
            one["printed"],
            _exact(one) + (f"（另报送{one.get('apart') or one['manual']}）" if one["manual"] else ""),
        ]
        for place, one in enumerate(report.figures)
    ]
    return [
        Paragraph(["附：数据来源"], level=0),
        Paragraph([told]),
        Table("", ["序号", "指标", "文中写作", "准确值"], rows, widths=WIDTHS, fine=True),
    ]


def _other_period(one: dict[str, Any], whole: str) -> str:
    found = _period(one["since"], one["until"])
    return "" if found == whole else found


def _period(since: str | None, until: str) -> str:
    return f"{since}～{until}" if since else f"累计至{until}"


def _aside(text: str) -> str:
    return f"（{text}）" if text else ""


def _exact(one: dict[str, Any]) -> str:
    if one["above"] is not None and one["under"] is not None:
        return f"{one['above']}÷{one['under']}"
    number = one["number"]
    if one["kind"] == "change" and one["above"] is not None and "/" not in (one["before"] or ""):
        ends = [one["above"], None if one["before"] is None else int(one["before"])]
        if written.in_money(one):
            return "比".join("--" if end is None else f"{money.yuan(end)}元" for end in ends)
        return "比".join("--" if end is None else str(end) for end in ends)
    if number is None:
        return "--"
    if one["classifier"] == "元" and "/" not in number:
        return f"{int(number) / 100:.2f}元"
    return f"{number[:LONG]}{one['classifier']}"
