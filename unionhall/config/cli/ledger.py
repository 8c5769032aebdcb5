"""`unionhall ledger`: the books against the rooms' own records, and the roll-ups made anew."""

import importlib
from pathlib import Path

import click

from unionhall.config.cli import frame
from unionhall.config.launcher.trouble import Trouble
from unionhall.kernel.ledger import actions, queries
from unionhall.kernel.ledger.actions import rollups
from unionhall.lib.text import Text

ledger = frame.noun("ledger", Text(zh="台账", en="The ledger"))


@frame.verb(
    ledger,
    "reconcile",
    Text(zh="按业务记录重新计数，差异应为 0", en="Count again from the rooms' records; the difference must be 0"),
    examples=["unionhall ledger reconcile --json"],
)
def reconcile(console: frame.Console) -> int:
    """Compare the books with the records; exits with 4 where they differ."""
    rows = [
        {
            "fact": one.fact.code,
            "organization": one.organization_id,
            "day": one.day.isoformat(),
            "value": one.value,
            "posted": one.posted,
            "recounted": one.recounted,
        }
        for one in queries.reconcile()
    ]
    lines = [
        f"{row['fact']}  {row['organization']}  {row['day']}  {row['value']}  {row['posted']} ≠ {row['recounted']}" for row in rows
    ]
    console.result({"differences": rows}, [*lines, f"differences: {len(rows)}"])
    return frame.CHECK_FAILED if rows else 0


@frame.verb(ledger, "rebuild", Text(zh="重建汇总", en="Build the roll-ups anew"), examples=["unionhall ledger rebuild"])
def rebuild(console: frame.Console) -> None:
    """Drop the roll-ups and build them from the entries."""
    rollups.clear()
    mark = actions.build_rollups()
    console.result({"built": mark}, [str(mark)])


@frame.verb(
    ledger,
    "export",
    Text(zh="把台账和身份导出为 Parquet", en="Write the books and the standings as Parquet"),
    examples=["unionhall ledger export books/"],
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(console: frame.Console, folder: Path) -> None:
    """Write entries.parquet, dimensions.parquet and standings.parquet into a folder; needs the extra `scale`."""
    try:
        adapters = importlib.import_module("unionhall.kernel.ledger.adapters")
    except ImportError as absent:
        raise Trouble(
            Text(zh="没有安装扩展 scale，无法导出 Parquet。", en="The extra `scale` is not installed, so there is no Parquet."),
            Text(
                zh='请在项目目录运行 .venv/bin/pip install -e ".[scale]"。',
                en='Run .venv/bin/pip install -e ".[scale]" in the project\'s folder.',
            ),
        ) from absent
    written = adapters.export(folder)
    console.result(written, [f"{name}.parquet: {rows:,}" for name, rows in written.items()])
