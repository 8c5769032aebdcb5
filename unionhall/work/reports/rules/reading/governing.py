"""What a figure is by the verb that governs it: the last one before it in its clause, and for whom something is done."""

import re
from functools import cache

from unionhall.work.reports.rules.reading import vocabulary
from unionhall.work.reports.rules.reading.report import Mention


def governed(mention: Mention) -> tuple[str, ...]:
    """The facts that the last known verb before a figure speaks of, the likeliest first: 投入 … 46万元 is spent."""
    known = _governors(mention.unit)
    if known is None:
        return ()
    verbs, facts = known
    last = None
    for found in verbs.finditer(mention.before):
        last = found
    return facts[int((last.lastgroup or "f0")[1:])] if last else ()


@cache
def _governors(unit: str) -> tuple[re.Pattern[str], list[tuple[str, ...]]] | None:
    """The verbs of a unit as one pattern, a group for each row of the vocabulary, and the facts of each."""
    rows = [row for row in vocabulary.at("governed") if unit in row["units"]]
    if not rows:
        return None
    shapes = [f"(?P<f{index}>{row['verbs']})" for index, row in enumerate(rows)]
    return re.compile("|".join(shapes)), [tuple(row["facts"]) for row in rows]
