"""What can be had once: the keys that a grant uses up."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unionhall.work.grants.rules import Terms


def keys(
    terms: "Terms", *, subject: str, year: int, edition: int, months: Iterable[date] = (), matter: str = ""
) -> list[str]:  # fmt: skip
    """The entitlements that a grant uses up: each may be held by one grant only, whichever programme it stands in."""
    head = f"{terms.group}/{subject}"
    thing = f"{terms.group}/matter-{' '.join(matter.split())}"
    if terms.period == "month":
        heads = [head, thing] if terms.matter else [head]
        return [f"{each}/{month:%Y-%m}" for each in heads for month in sorted(set(months))]
    if terms.period in ("matter", "matter_year"):
        return [f"{thing}/{year}" if terms.period == "matter_year" else thing]
    if terms.period == "ever":
        return [head]
    if terms.period == "own_matter":
        return [f"{head}/{thing.rpartition('/')[2]}"]
    return [f"{head}/edition-{edition}" if terms.period == "edition" else f"{head}/{year}"]
