"""Temporary aid outside the hardship files and relief on a file: who has the one in a year does not have the other."""

from dataclasses import dataclass

from unionhall.work.grants.rules.findings import Finding


@dataclass(frozen=True, slots=True)
class Apart:
    """What stands against one of the two: the person is on a file, or the other was given in the year (by reference)."""

    off_file: bool  # asked for is the temporary aid
    on_file: bool
    others: tuple[str, ...]
    version: int | None = None
    source: str = ""

    def finding(self) -> Finding | None:
        """The rule as a sentence; None for relief on a file that nothing stands against."""
        named = "、".join(self.others)
        if not self.off_file:
            if not self.others:
                return None
            return Finding(
                "outside", False, f"今年已有档外临时救助{named}，同一年内不再享受档内救助。",
                f"Temporary aid outside the files was given this year ({named}): no relief on a file in the same year.",
                self.version, self.source,
            )  # fmt: skip
        if self.on_file:
            return Finding(
                "outside", False, "已在困难职工档案内，请按档案申请救助，不享受档外临时救助。",
                "On a hardship file: ask for relief on the file, not for temporary aid.",
            )  # fmt: skip
        if self.others:
            return Finding(
                "outside", False, f"今年已有档内救助{named}，不再享受档外临时救助。",
                f"Relief on a file was given this year ({named}): no temporary aid.",
                self.version, self.source,
            )  # fmt: skip
        return Finding(
            "outside", True, "不在困难职工档案内，今年没有档内救助。", "On no hardship file, and no relief on one this year."
        )
