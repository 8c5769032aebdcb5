"""A prepared statement asked of the database's own client library, without the driver's cursor around it.

The driver sends each statement, gives way to others and waits by turns, in Python: that takes four times as long as the library
does, which lets other threads go on while it waits as well. Values are written and read by the driver's own adapters, as ever.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import abc, pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, error_from_result

MOST = 200  # statements that a connection knows at a time
_IDLE, _INSIDE = pq.TransactionStatus.IDLE, pq.TransactionStatus.INTRANS
_DONE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)
Answer = tuple[pq.abc.PGresult, abc.Transformer]
_KNOWN, _COUNT = "unionhall_known", "unionhall_count"


def ask(raw: psycopg.Connection[Any], text: bytes, params: Sequence[Any]) -> Answer:
    """Run a statement with its places numbered ($1); the answer and what reads it. Raises as the driver does."""
    library = raw.pgconn
    if not raw.autocommit and library.transaction_status == _IDLE:
        _checked(raw, library.exec_(raw._get_tx_start_command()))
    told = Transformer(raw)
    cells = told.dump_sequence(params, [PyFormat.AUTO] * len(params)) if params else ()
    types = told.types or ()
    known: dict[tuple[bytes, tuple[int, ...]], bytes] = raw.__dict__.setdefault(_KNOWN, {})
    name = known.pop((text, types), None) or _learned(raw, known, text, types)
    known[text, types] = name  # the last that was used
    try:
        answer = _checked(raw, library.exec_prepared(name, cells, told.formats))  # type: ignore[arg-type]  # None is NULL
    except FeatureNotSupported:  # what it reads has got another type since: it is planned anew the next time
        known.pop((text, types))
        raise
    told.set_pgresult(answer)
    return answer, told


def rows(answer: Answer) -> list[tuple[Any, ...]]:
    """All rows of an answer."""
    found, told = answer
    return told.load_rows(0, found.ntuples, tuple)


def first(answer: Answer) -> tuple[Any, ...] | None:
    """The first row of an answer, if it has any."""
    found, told = answer
    return told.load_row(0, tuple) if found.ntuples else None


def touched(answer: Answer) -> int:
    """How many rows a statement touched."""
    return answer[0].command_tuples or 0


def commit(raw: psycopg.Connection[Any]) -> bool:
    """End a transaction that stands; False where none does. Raises as the driver does."""
    stands = raw.pgconn.transaction_status == _INSIDE
    if stands:
        _checked(raw, raw.pgconn.exec_(b"COMMIT"))
    return stands


def _learned(raw: psycopg.Connection[Any], known: dict[Any, bytes], text: bytes, types: tuple[int, ...]) -> bytes:
    if len(known) >= MOST:
        longest_unused = next(iter(known))
        _checked(raw, raw.pgconn.exec_(b"DEALLOCATE " + known.pop(longest_unused)))
    count = raw.__dict__[_COUNT] = raw.__dict__.get(_COUNT, 0) + 1
    name = b"unionhall_%d" % count
    _checked(raw, raw.pgconn.prepare(name, text, types))
    return name


def _checked(raw: psycopg.Connection[Any], answer: pq.abc.PGresult) -> pq.abc.PGresult:
    if answer.status not in _DONE:
        if raw.pgconn.status == pq.ConnStatus.BAD:
            raise psycopg.OperationalError(answer.error_message.decode(errors="replace"))
        raise error_from_result(answer, raw.info.encoding)
    return answer
