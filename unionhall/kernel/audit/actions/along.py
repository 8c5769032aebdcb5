"""The row of an act that a crowd does at one moment, written along with the act by the act's own statement.

`record` locks the end of a chain and keeps it until the transaction is over: who presses the same button waits for that.
Here the end is only read (`END`); the row is worked out for each way in which the act may end; and the statement that acts
writes it and moves the end on (`hang`), provided that nobody did meanwhile. Otherwise nothing of the statement holds, `again`
says so, and the caller reads and acts anew. The lock lasts as long as the statement, and a crowd is spread over all chains.
Whoever acts a moment later need not read: the end that this process wrote itself (`keep_end`, `known_end`) is likely still one.
"""

import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
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
OWN = {"id": "bigint", "seq": "bigint", "actor": "bigint", "subject_id": "text", "before": "bytea", "hash": "bytea"}
ALIKE = ("moment", "verb", "subject_kind", "organization", "org_path", "outcome", "reason", "algorithm")
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


def hang_all(act: str) -> str:
    """The same for several acts (`rows`) that either all took place, and then the part `act` has one row, or none of them.

    Where they did not, or the chain has moved on, their rows have no place and are refused with all of the statement.
    """
    names = ", ".join(OWN)
    arrays = ", ".join(f"%(trail_{name}s)s::{kind}[]" for name, kind in OWN.items())
    return f"""
moved AS (UPDATE audit_head h SET count = h.count + %(trail_many)s::int, hash = %(trail_last)s FROM {act}
           WHERE h.shard = %(trail_shard)s AND h.count = %(trail_count)s AND h.hash = %(trail_end)s
       RETURNING h.shard, set_config('unionhall.audit_shard', h.shard::text, true)),
hung AS (INSERT INTO audit_row (shard, {", ".join(ALIKE)}, {names}, details, circumstances)
         SELECT (SELECT shard FROM moved), {", ".join(f"%(trail_{name})s" for name in ALIKE)}, {names},
                %(trail_details)s::jsonb, around::jsonb
           FROM unnest({arrays}, %(trail_arounds)s::text[]) own ({names}, around))
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
    _keep(End(told["trail_shard"], told["trail_seq"], told[f"trail_hash_{way}"]))


def keep_last(told: Mapping[str, Any]) -> None:
    """The same for a statement with several (`rows`)."""
    _keep(End(told["trail_shard"], told["trail_count"] + told["trail_many"], told["trail_last"]))


def _keep(end: End) -> None:
    if not connection.in_atomic_block:
        _written.append((time.monotonic(), end))


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


def rows(end: End, drafts: Sequence[Mapping[str, Any]], moment: datetime) -> dict[str, Any]:
    """The parameters of `hang_all`: drafts (`actions.draft`) that differ in who acted, on what and around it only."""
    before, own, alike = end.hash, [], {**drafts[0], "moment": moment, "algorithm": rules.ALGORITHM, "shard": end.shard}
    for seq, draft in enumerate(drafts, start=end.length + 1):
        of_its_own = {name: draft[name] for name in ("actor", "subject_id", "circumstances")}
        written = rules.chained(before, rules.Content(**{**alike, **of_its_own, "seq": seq}))
        own.append((rules.row_id(end.shard, seq), seq, draft["actor"], draft["subject_id"], before, written))
        before = written
    return {
        **{f"trail_{name}s": list(column) for name, column in zip(OWN, zip(*own, strict=True), strict=True)},
        **{f"trail_{name}": alike[name] for name in ALIKE},
        "trail_arounds": [actions.cell(draft["circumstances"]) for draft in drafts],
        "trail_details": actions.cell(alike["details"]),
        "trail_many": len(drafts),
        "trail_last": before,
        "trail_shard": end.shard,
        "trail_count": end.length,
        "trail_end": end.hash,
    }


def again(failure: DatabaseError) -> bool:
    """Whether a statement failed only because the chain had moved on."""
    cause = failure.__cause__
    return isinstance(cause, NotNullViolation) and cause.diag.table_name == "audit_row"
