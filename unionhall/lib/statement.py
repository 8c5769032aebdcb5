"""A statement that every request repeats: the database plans it once a connection and then only runs it.

Django composes and the database plans each query anew; where that costs more than the query itself, the statement is written
out and prepared. It runs on Django's own connection, in its transaction, and is seen by its wrappers and counters.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from operator import attrgetter, methodcaller
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Model
from django.db.models.base import ModelState
from psycopg import RawCursor

Kept = TypeVar("Kept", bound=Model)
Params = Sequence[Any] | Mapping[str, Any]
_PLACE = re.compile(r"%(?:\((?P<name>\w+)\)s|s|%)")


@cache
def numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with its places numbered as the database knows them, and the names of those that have one, in that order.

    The driver would read a long statement anew each time, which takes as long as the answer.
    """
    names: dict[str, int] = {}
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        if found[0] == "%%":
            return "%"
        count += 1
        return f"${names.setdefault(found['name'], len(names) + 1) if found['name'] else count}"

    return _PLACE.sub(number, sql).encode(), tuple(names)


class _Prepared(RawCursor[Any]):
    def execute(self, query: Any, params: Any = None, **_more: Any) -> "_Prepared":
        text, names = numbered(query)
        super().execute(text, [params[name] for name in names] if names else params, prepare=True)
        return self


class _Shown(_Prepared):
    def execute(self, query: Any, params: Any = None, **_more: Any) -> "_Shown":
        super().execute(query, params)
        self._query = self._convert_query(query)  # what Django's log of queries shows; values stay out of it
        return self


def one(sql: str, params: Params) -> tuple[Any, ...] | None:
    """The first row of a statement that is known to this connection from then on; None where there is none."""
    found: tuple[Any, ...] | None = _run(sql, params, methodcaller("fetchone"))
    return found


def rows(sql: str, params: Params) -> list[tuple[Any, ...]]:
    """All rows of such a statement."""
    found: list[tuple[Any, ...]] = _run(sql, params, methodcaller("fetchall"))
    return found


def run(sql: str, params: Params) -> int:
    """Such a statement that gives no rows back; how many it touched."""
    count: int = _run(sql, params, attrgetter("rowcount"))
    return count


def _run(sql: str, params: Params, fetch: Callable[[Any], Any]) -> Any:
    known = connections[DEFAULT_DB_ALIAS]  # asked for once: `connection` looks it up again for each of its attributes
    known.close_if_health_check_failed()
    known.ensure_connection()
    raw = known.connection
    raw.prepare_threshold = raw.prepare_threshold or 0
    if known.execute_wrappers or known.queries_logged:
        with known._prepare_cursor(_Shown(raw)) as cursor:  # type: ignore[attr-defined]  # what `cursor()` itself calls
            cursor.execute(sql, params)
            return fetch(cursor)
    known.validate_no_broken_transaction()
    with known.wrap_database_errors, _Prepared(raw) as cursor:
        cursor.execute(sql, params)
        return fetch(cursor)


@cache
def _names(model: type[Model], left: frozenset[str] = frozenset()) -> tuple[list[str], list[str]]:
    fields = [field for field in model._meta.concrete_fields if field.attname not in left]
    return [str(field.column) for field in fields], [field.attname for field in fields]


def columns(model: type[Model], alias: str, left: frozenset[str] = frozenset()) -> str:
    """The columns of a table in the order in which `records` takes them, without those that are left where they are; for models
    without fields that convert what they read.
    """
    return ", ".join(f"{alias}.{column}" for column in _names(model, left)[0])


def records(row: Sequence[Any], *models: type[Model], left: frozenset[str] = frozenset()) -> list[Any]:
    """The records that stand side by side in a row of `columns`; None for one of which an outer join found nothing."""
    made, end = [], 0
    for model in models:
        begin, attributes = end, _names(model, left)[1]
        end = begin + len(attributes)
        made.append(None if row[begin] is None else record_of(model, attributes, row[begin:end]))
    return made


def record_of(model: type[Kept], attributes: Sequence[str], values: Sequence[Any]) -> Kept:
    """A record as the database holds it; what is not named is read when somebody asks for it.

    `from_db` of Django, which looks up every field and tells two signals that nobody here listens to, takes six times as long.
    """
    made = model.__new__(model)
    made.__dict__.update(zip(attributes, values, strict=True))
    made._state = state = ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    return made


@contextmanager
def alone() -> Iterator[None]:
    """A single statement that holds as a whole or not at all: its own transaction, or a savepoint of the one that runs.

    On its own it asks for no beginning and no end, and what it locks is free as soon as the database has done it.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    else:
        yield


@cache
def _written(model: type[Model]) -> tuple[str, tuple[Any, ...], tuple[Any, ...]]:
    """The statement that inserts one row of a table, the fields it takes and those that the database gives."""
    meta = model._meta
    given = tuple(meta.db_returning_fields)
    taken = tuple(field for field in meta.local_concrete_fields if field not in given and not field.generated)
    quote = connection.ops.quote_name
    names, back = (", ".join(quote(str(field.column)) for field in fields) for fields in (taken, given))
    places = ", ".join(["%s"] * len(taken))
    return f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ({places}) RETURNING {back}", taken, given


def insert(record: Model) -> None:
    """Save a new record as `save(force_insert=True)` does, for tables that are written with every act."""
    sql, taken, given = _written(type(record))
    row = one(sql, [field.get_db_prep_save(field.pre_save(record, add=True), connection) for field in taken])
    for field, value in zip(given, row or (), strict=True):
        setattr(record, field.attname, value)
    record._state.adding, record._state.db = False, connection.alias
