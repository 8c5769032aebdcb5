"""`unionhall doctor`: one line for each thing the house stands on, with its mend."""

from unionhall.config import checkup
from unionhall.config.cli import frame
from unionhall.lib.text import Text


def _doctor(console: frame.Console) -> int:
    findings = checkup.run()
    healthy = all(finding.ok for finding in findings)
    console.result(
        {"ok": healthy, "checks": [finding.as_json() for finding in findings]}, [finding.as_line() for finding in findings]
    )
    return 0 if healthy else frame.CHECK_FAILED


doctor = frame.command_of(
    _doctor, "doctor", Text(zh="逐项检查运行环境", en="Check what the house stands on"), examples=["unionhall doctor --json"]
)
