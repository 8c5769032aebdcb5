"""A written report as an official document: the text with a link behind every figure, and an appendix of sources."""

from collections.abc import Callable
from typing import Any

from unionhall.lib import dates, official_document
from unionhall.lib.official_document import Letter, Paragraph, Run, Table
from unionhall.work.reports.models import Report

LONG = 200


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
    """附：数据来源 … every figure with its exact value, period, unit and address."""
    if not report.figures:
        return []
    mark = f"以下数字均由业务台账计数得出，台账截止标记为{report.mark}，带下划线的文字为手工改写。"
    rows = [
        [
            str(place + 1),
            Run(one["name"] + (f"（{one['place']}）" if one.get("place") else ""), address(place)),
            one["printed"],
            _exact(one) + (f"（另报送{one.get('apart') or one['manual']}）" if one["manual"] else ""),
            f"{one['since'] or '累计'}～{one['until']}",
        ]
        for place, one in enumerate(report.figures)
    ]
    return [
        Paragraph(["附：数据来源"], level=0),
        Paragraph([mark]),
        Table("", ["序号", "指标", "文中写作", "准确值", "期间"], rows),
    ]


def _exact(one: dict[str, Any]) -> str:
    if one["above"] is not None and one["under"] is not None:
        return f"{one['above']}÷{one['under']}"
    number = one["number"]
    if number is None:
        return "--"
    if one["classifier"] == "元" and "/" not in number:
        return f"{int(number) / 100:.2f}元"
    return f"{number[:LONG]}{one['classifier']}"
