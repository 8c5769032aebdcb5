"""`unionhall org`: the organization tree in and out."""

import csv
from collections.abc import Iterator
from typing import TextIO

import click

from unionhall.config.cli import frame
from unionhall.config.cli.units import unit
from unionhall.config.launcher.trouble import Trouble
from unionhall.kernel.organizations import actions, queries, rules
from unionhall.kernel.organizations.models import Organization
from unionhall.lib.text import Text

org = frame.noun("org", Text(zh="组织树", en="The organization tree"))


def _rows(file: TextIO) -> list[dict[str, object]]:
    reader = csv.DictReader(file)
    missing = {"code", "name"} - set(reader.fieldnames or ())
    if missing:
        raise Trouble(
            Text(zh=f"文件缺少列：{'、'.join(sorted(missing))}。", en=f"The file lacks the columns {', '.join(sorted(missing))}."),
            Text(zh=f"表头应为：{','.join(rules.COLUMNS)}", en=f"The header is: {','.join(rules.COLUMNS)}"),
        )
    return [dict(row) for row in reader]


@frame.verb(
    org,
    "import",
    Text(zh="导入单位（CSV，可重复）", en="Import units from CSV; the same file twice changes nothing"),
    examples=["unionhall org import units.csv --under 440000", "unionhall org import - --dry-run < units.csv"],
)
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@click.option("--under", metavar="CODE", help="the unit above")
@click.option("--dry-run", is_flag=True, help="only say what would happen")
def _import(console: frame.Console, file: TextIO, under: str | None, dry_run: bool) -> int:
    receipt = actions.import_rows(_rows(file), under=unit(under) if under else None, by=None, dry_run=dry_run)
    errors = [{"row": one.row, "column": one.column, "value": one.value, "message": one.mend} for one in receipt.errors]
    data = {
        "total": receipt.total,
        "new": receipt.new,
        "changed": receipt.changed,
        "same": receipt.same,
        "errors": errors,
        "dry_run": dry_run,
    }
    lines = [f"total {receipt.total}  new {receipt.new}  changed {receipt.changed}  same {receipt.same}  errors {len(errors)}"]
    console.result(data, lines + [f"  row {one['row']} {one['column']}: {one['message']} ({one['value']})" for one in errors])
    return frame.PARTLY if errors else 0


def _chosen(code: str | None) -> list[Organization]:
    return [unit(code)] if code else list(queries.roots())


@frame.verb(
    org,
    "export",
    Text(zh="导出单位（CSV）", en="Export units as CSV"),
    examples=["unionhall org export units.csv", "unionhall org export - | head"],
)
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
@click.option("--unit", "code", metavar="CODE", help="the top of what is exported; all without it")
def _export(console: frame.Console, file: TextIO, code: str | None) -> None:
    writer = csv.DictWriter(file, fieldnames=list(rules.COLUMNS), lineterminator="\n")
    writer.writeheader()
    count = 0
    for top in _chosen(code):
        for row in queries.export_rows(top):
            writer.writerow(row)
            count += 1
    console.note(Text(zh=f"已导出 {count} 个单位。", en=f"{count} units exported."))


def _walk(tops: list[Organization], depth: int) -> Iterator[Organization]:
    for top in tops:
        yield from queries.subtree(top).filter(depth__lt=top.depth + depth).order_by("path")


@frame.verb(org, "tree", Text(zh="显示组织树", en="Show the tree"), examples=["unionhall org tree --unit 440100 --depth 2"])
@click.option("--unit", "code", metavar="CODE")
@click.option("--depth", default=3, show_default=True, type=click.IntRange(1, 20))
def _tree(console: frame.Console, code: str | None, depth: int) -> None:
    tops = _chosen(code)
    found = list(_walk(tops, depth))
    least = min((one.depth for one in found), default=0)
    data = [{"code": one.code, "name": one.name, "level": one.level, "kind": one.kind, "depth": one.depth} for one in found]
    console.result({"units": data}, ["  " * (one.depth - least) + f"{one.name}  {one.code or ''}" for one in found])
