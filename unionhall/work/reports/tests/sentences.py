"""The sentences of `sentences.toml`, and how what was found in one is compared with what it says."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from unionhall.work.reports.rules.reading import report

UNTIL = date(2023, 12, 31)


@dataclass(frozen=True, slots=True)
class Expected:
    """One figure of a sentence as its author meant it."""

    printed: str
    value: Decimal
    unit: str
    qualifier: str


@dataclass
class Tally:
    """What was found of what was meant."""

    meant: int = 0
    found: int = 0
    false: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        """Share of the meant figures that were found."""
        return self.found / self.meant

    @property
    def false_share(self) -> float:
        """Share of the finds that nobody meant."""
        return self.false / (self.found + self.false)

    @property
    def described(self) -> float:
        """Share of the finds whose unit and qualifier are right."""
        return self.right / self.found


def sentences() -> Iterator[tuple[str, list[Expected]]]:
    """Each sentence with the figures that it is meant to have."""
    for one in tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))["sentence"]:
        parts = [figure.split("|") for figure in one["figures"]]
        yield one["text"], [Expected(printed, Decimal(value), unit, qualifier) for printed, value, unit, qualifier in parts]


def tally(pairs: Iterator[tuple[str, list[Expected]]]) -> tuple[Tally, list[str]]:
    """Count over sentences; and a line for everything that is missed, false or wrongly described."""
    total, lines = Tally(), []
    for text, meant in pairs:
        found = list(report.read(text, until=UNTIL).mentions)
        total.meant += len(meant)
        for one in meant:
            hit = next((item for item in found if item.value == one.value and _overlap(text, item, one.printed)), None)
            if hit is None:
                lines.append(f"missed {one.printed} in {text}")
                continue
            found.remove(hit)
            total.found += 1
            if (hit.full_unit, hit.qualifier) == (one.unit, one.qualifier):
                total.right += 1
            else:
                lines.append(f"{one.printed}: {hit.full_unit} {hit.qualifier}, meant {one.unit} {one.qualifier}")
        total.false += len(found)
        lines.extend(f"false {item.printed} in {text}" for item in found)
    return total, lines


def _overlap(text: str, item: report.Mention, printed: str) -> bool:
    at = text.find(printed)
    while at >= 0:
        if item.start < at + len(printed) and at < item.end:
            return True
        at = text.find(printed, at + 1)
    return False
