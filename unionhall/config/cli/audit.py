"""`unionhall audit`: whether the trail still holds."""

from dataclasses import asdict

from unionhall.config.cli import frame
from unionhall.kernel.audit import actions
from unionhall.lib.text import Text

audit = frame.noun("audit", Text(zh="审计链", en="The audit chain"))


@frame.verb(
    audit,
    "verify",
    Text(zh="重算整条审计链，指出第一条坏记录", en="Recompute the chains and name the first bad row"),
    examples=["unionhall audit verify --json"],
)
def _verify(console: frame.Console) -> int:
    verdict = actions.verify()
    bad = verdict.first_bad
    data = {"ok": verdict.ok, "checked": verdict.checked, "first_bad": asdict(bad) if bad else None}
    lines = [f"{'ok' if verdict.ok else 'BROKEN'}  {verdict.checked} rows"]
    if bad:
        lines.append(f"first bad row: id {bad.row_id}, chain {bad.shard}, number {bad.seq}: {bad.fault}")
    console.result(data, lines)
    return 0 if verdict.ok else frame.CHECK_FAILED
