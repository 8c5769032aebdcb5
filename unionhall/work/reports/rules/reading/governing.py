"""What a figure is by the verb that governs it: the last one before it in its clause, and for whom something is done."""

import re
from functools import cache
from typing import Any

from unionhall.work.reports.rules.reading import vocabulary
from unionhall.work.reports.rules.reading.report import Mention


def governed(mention: Mention) -> tuple[str, ...]:
    """The facts that the last known verb before a figure speaks of, the likeliest first: 投入 … 46万元 is spent.

    What follows the figure may tell for what somebody is done something: 为26名工友义诊.
    """
    known = _governors(mention.unit)
    if known is None:
        return ()
    verbs, rows = known
    last = None
    for found in verbs.finditer(mention.before):
        last = found
    if last is None:
        return ()
    row = rows[int((last.lastgroup or "f0")[1:])]
    follows = mention.clause[len(mention.before) :]
    told = (one["facts"] for one in row.get("then", ()) if re.search(one["words"], follows))
    return tuple(next(told, row["facts"]))


@cache
def _governors(unit: str) -> tuple[re.Pattern[str], list[dict[str, Any]]] | None:
    """The verbs of a unit as one pattern, a group for each row of the vocabulary, and these rows."""
    rows = [row for row in vocabulary.at("governed") if unit in row["units"]]
    if not rows:
        return None
    shapes = [f"(?P<f{index}>{row['verbs']})" for index, row in enumerate(rows)]
    return re.compile("|".join(shapes)), rows
