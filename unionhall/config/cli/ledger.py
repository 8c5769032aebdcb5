"""`unionhall ledger`: the books against the rooms' own records, and the roll-ups made anew."""

from unionhall.config.cli import frame
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
            "posted": one.posted,
            "recounted": one.recounted,
        }
        for one in queries.reconcile()
    ]
    lines = [f"{row['fact']}  {row['organization']}  {row['day']}  {row['posted']} ≠ {row['recounted']}" for row in rows]
    console.result({"differences": rows}, [*lines, f"differences: {len(rows)}"])
    return frame.CHECK_FAILED if rows else 0


@frame.verb(ledger, "rebuild", Text(zh="重建汇总", en="Build the roll-ups anew"), examples=["unionhall ledger rebuild"])
def rebuild(console: frame.Console) -> None:
    """Drop the roll-ups and build them from the entries."""
    rollups.clear()
    mark = actions.build_rollups()
    console.result({"built": mark}, [str(mark)])
