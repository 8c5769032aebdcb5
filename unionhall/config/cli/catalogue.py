"""`unionhall catalogue`: which programmes live."""

from unionhall.catalogue import live
from unionhall.config.cli import frame
from unionhall.lib.text import Text

catalogue = frame.noun("catalogue", Text(zh="工作项目目录", en="The catalogue of programmes"))


@frame.verb(
    catalogue,
    "status",
    Text(zh="每个工作项目是否已可用（由流程测试证明）", en="Whether each programme is live, as journey tests have shown"),
    examples=["unionhall catalogue status", "unionhall catalogue status --json"],
)
def status(console: frame.Console) -> None:
    """Say for each programme whether it is live."""
    rows = live.catalogue_status()
    alive = [row for row in rows if row["live"]]
    lines = [f"{'live' if row['live'] else '  · '}  {row['domain']}  {row['code']}" for row in rows]
    console.result({"programmes": rows}, [*lines, f"{len(alive)} / {len(rows)}"])
