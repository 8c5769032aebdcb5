"""`unionhall figures`: the published figures beside what the ledger counts."""

from collections import Counter

from unionhall.catalogue import published
from unionhall.config.cli import frame
from unionhall.lib.text import Text

figures = frame.noun("figures", Text(zh="已发布的数字", en="The published figures"))


@frame.verb(
    figures,
    "status",
    Text(zh="每个已发布的数字：已重现、有差异、尚不可计", en="Each published figure: reproduced, differs, not yet countable"),
    examples=["unionhall figures status", "unionhall figures status --json"],
)
def status(console: frame.Console) -> int:
    """List each figure; exits with 4 where one differs."""
    rows = published.figures_status()
    states = Counter(row["state"] for row in rows)
    lines = [
        f"{row['state']:<14}{row['id']:<10}{row['printed']}  {row['value'] if row['value'] is not None else ''}" for row in rows
    ]
    console.result({"figures": rows}, [*lines, "  ".join(f"{state} {count}" for state, count in sorted(states.items()))])
    return frame.CHECK_FAILED if states["differs"] else 0
