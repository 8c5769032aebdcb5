"""What a figure is by the verb that governs it: the last one before it in its clause, and for whom something is done."""

import re
from functools import cache
from typing import Any

from unionhall.work.reports.rules.reading import vocabulary
from unionhall.work.reports.rules.reading.report import Mention

TOLD, SPOKEN = 1.6, 1.3  # how much a fact is favoured of which the verb is sure, or speaks


def governed(mention: Mention) -> tuple[tuple[str, ...], float]:
    """The facts that the last known verb before a figure speaks of, the likeliest first, and how much they are favoured:
    投入 … 8万元 is spent.

    What follows the figure may tell for what somebody is done something (为26名工友义诊), and where no verb before it says
    anything what it does itself (9家门店参与). A verb that is `sure`, and what follows, say more than another verb.
    """
    follows = mention.clause[len(mention.before) :]
    if last := _verb(mention):
        row = _rows("governed", mention.unit)[1][int((last.lastgroup or "f0")[1:])]
        if told := next((one["facts"] for one in row.get("then", ()) if re.search(one["words"], follows)), None):
            return tuple(told), TOLD
        if row["facts"] or "then" not in row:
            return tuple(row["facts"]), TOLD if row.get("sure") else SPOKEN
    verbs, rows = _rows("acting", mention.unit)
    acts = verbs.search(follows)
    return tuple(rows[int((acts.lastgroup or "f0")[1:])]["facts"]) if acts else (), SPOKEN


def from_verb(mention: Mention) -> str:
    """The clause from that verb up to the figure where the verb is `alone`, what stands before being said of something else."""
    last, (_verbs, rows) = _verb(mention), _rows("governed", mention.unit)
    alone = last is not None and rows[int((last.lastgroup or "f0")[1:])].get("alone", False)
    return mention.before[last.start() :] if last and alone else mention.before


def _verb(mention: Mention) -> re.Match[str] | None:
    verbs, _rows_of = _rows("governed", mention.unit)
    return next(reversed(list(verbs.finditer(mention.before))), None)


@cache
def _rows(table: str, unit: str) -> tuple[re.Pattern[str], list[dict[str, Any]]]:
    """The verbs of a unit as one pattern, a group for each row of a table of the vocabulary, and these rows."""
    rows = [row for row in vocabulary.at(table) if unit in row["units"]]
    return re.compile("|".join(f"(?P<f{index}>{row['verbs']})" for index, row in enumerate(rows)) or "(?!)"), rows
