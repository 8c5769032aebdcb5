"""The row of an act that a crowd does at one moment, written along with the act by the act's own statement.

`record` locks the end of a chain and keeps it until the transaction is over: who presses the same button waits for that.
Here the end is only read (`END`); the row is worked out for each way in which the act may end; and the statement that acts
writes it and moves the end on (`hang`), provided that nobody did meanwhile. Otherwise nothing of the statement holds, `again`
says so, and the caller reads and acts anew. The lock lasts as long as the statement, and a crowd is spread over all chains.
Whoever acts a moment later need not read: the end that this process wrote itself (`keep_end`, `known_end`) is likely still one.
"""

import time
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import DatabaseError, connection
from psycopg.errors import NotNullViolation

from unionhall.kernel.audit import actions, rules

# For the caller's reading: shard, count and hash of the end of %(trail)s, or of the chain that this transaction writes to.
END = f"""
SELECT wanted.shard, h.count, h.hash FROM (SELECT {actions.WANTED.replace("%s", "%(trail)s")} AS shard) wanted
  LEFT JOIN audit_head h ON h.shard = wanted.shard
"""
PLACE = ("id", "shard", "seq", "before")
FRESH = 1.0  # seconds for which an end that was written here is tried again; later, others have likely moved it on


class End(NamedTuple):
    """The end of a chain: how many rows it has and the hash of the last one."""

    shard: int
    length: int
    hash: bytes


_written: deque[tuple[float, End]] = deque(maxlen=rules.SHARDS)  # by this process, each taken by one thread at a time


def shard_of(subject: int) -> int:
    """The chain for somebody in a crowd: by who they are, as all of them act at one unit."""
    return rules.shard_of(subject)


def hang(act: str, ways: Iterable[str]) -> str:
    """The parts of a statement that write the row of an act: its part `act` has one row, with its `way`, if it took place.

    A chain that has moved on leaves the row without a place, a way that `row` was not told of leaves it without details; and
    such a row is refused with all of the statement.
    """
    given = [name for name in actions.COLUMNS if name not in {*PLACE, "details", "hash"}]
    details, hashes = (" ".join(f"WHEN '{way}' THEN %(trail_{cell}_{way})s" for way in ways) for cell in ("details", "hash"))
    return f"""
row AS (SELECT (CASE way {details} END)::jsonb AS details, (CASE way {hashes} END)::bytea AS hash FROM {act}),
moved AS (UPDATE audit_head h SET count = h.count + 1, hash = row.hash FROM row
           WHERE h.shard = %(trail_shard)s AND h.count = %(trail_seq)s - 1 AND h.hash = %(trail_before)s
       RETURNING h.shard, h.count, set_config('unionhall.audit_shard', h.shard::text, true)),
hung AS (INSERT INTO audit_row (id, shard, seq, before, {", ".join(given)}, details, hash)
         SELECT %(trail_id)s, (SELECT shard FROM moved), (SELECT count FROM moved), %(trail_before)s,
                {", ".join(f"%(trail_{name})s" for name in given)}, details, hash FROM row)
"""


def known_end() -> End | None:
    """An end that this process wrote within the last moment and that no other thread hangs onto; None where there is none, and
    inside a transaction, which has a chain of its own."""
    if connection.in_atomic_block:
        return None
    try:
        moment, end = _written.pop()
    except IndexError:
        return None
    if time.monotonic() - moment <= FRESH:
        return end
    _written.clear()  # what lies below is older
    return None


def keep_end(told: Mapping[str, Any], way: str) -> None:
    """Remember the end that a statement with these parameters (`row`) has just written, once it holds."""
    if not connection.in_atomic_block:
        _written.append((time.monotonic(), End(told["trail_shard"], told["trail_seq"], told[f"trail_hash_{way}"])))


def row(
    end: tuple[int, int, bytes], act: actions.Act, ways: Iterable[str], told: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The parameters of `hang` for the same ways: the act, and the details that it has by the way in which it can end now."""
    (shard, count, before), draft = end, actions.draft(act)
    cells = {f"trail_{name}": actions.cell(value) for name, value in draft.items() if name != "details"}
    known = {**draft, "shard": shard, "seq": count + 1}
    cells |= dict.fromkeys(f"trail_{cell}_{way}" for cell in ("details", "hash") for way in ways)
    for way, details in told.items():
        kept = rules.plain(details)
        cells[f"trail_details_{way}"] = actions.cell(kept)
        cells[f"trail_hash_{way}"] = rules.chained(before, rules.Content(**(known | {"details": kept})))
    return cells | {
        "trail_id": rules.row_id(shard, count + 1),
        "trail_shard": shard,
        "trail_seq": count + 1,
        "trail_before": before,
        "trail_algorithm": rules.ALGORITHM,
    }


def again(failure: DatabaseError) -> bool:
    """Whether a statement failed only because the chain had moved on."""
    cause = failure.__cause__
    return isinstance(cause, NotNullViolation) and cause.diag.table_name == "audit_row"
