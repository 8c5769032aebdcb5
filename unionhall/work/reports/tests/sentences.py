"""The sentences of `sentences.toml`, the passages of `unseen.toml` and `practice.toml`, and how a find is compared with them."""

import re
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
    fact: str = ""
    at: int = -1

    @property
    def rights(self) -> list[frozenset[str]]:
        """The facts that a right proposal asks: those of any of its readings (a/b), both ends of a rate (a&b)."""
        return [frozenset(one.split("&")) for one in self.fact.split("/")]


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


MARKED = re.compile(r"\{([^{}|]*)(?:\|([^{}]*))?\}")


def passages(name: str) -> Iterator[tuple[str, list[Expected]]]:
    """Each passage of a file without its braces, with the figures that stand in them: {printed|value|unit|qualifier|fact}."""
    for one in tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))["passage"]:
        text, meant, last = "", [], 0
        for mark in MARKED.finditer(one["text"]):
            text += one["text"][last : mark.start()]
            value, unit, qualifier, fact = [*(mark.group(2) or "").split("|"), "", "", "", ""][:4]
            if value:
                meant.append(Expected(mark.group(1), Decimal(value), unit, qualifier or "exact", fact, len(text)))
            text += mark.group(1)
            last = mark.end()
        yield text + one["text"][last:], meant


def tally(pairs: Iterator[tuple[str, list[Expected]]]) -> tuple[Tally, list[str]]:
    """Count over sentences; and a line for everything that is missed, false or wrongly described."""
    total, lines = Tally(), []
    for text, meant in pairs:
        found = list(report.read(text, until=UNTIL).mentions)
        total.meant += len(meant)
        for one in meant:
            hit = next((item for item in found if item.value == one.value and overlap(text, item, one)), None)
            if hit is None:
                lines.append(f"missed {one.printed} in {text}")
                continue
            found.remove(hit)
            total.found += 1
            if (hit.full_unit, hit.qualifier) == (one.unit, one.qualifier):
                total.right += 1
            else:
                lines.append(f"{one.printed}: {hit.full_unit} {hit.qualifier}, meant {one.unit} {one.qualifier} in {hit.clause}")
        false = [item for item in found if not any(one.at >= 0 and overlap(text, item, one) for one in meant)]
        total.false += len(false)
        lines.extend(f"false {item.printed} in {text}" for item in false)
    return total, lines


def overlap(text: str, item: report.Mention, one: Expected) -> bool:
    """Whether a find and an expected figure share a character; one without a place may stand anywhere."""
    at = one.at if one.at >= 0 else text.find(one.printed)
    while at >= 0:
        if item.start < at + len(one.printed) and at < item.end:
            return True
        at = -1 if one.at >= 0 else text.find(one.printed, at + 1)
    return False
