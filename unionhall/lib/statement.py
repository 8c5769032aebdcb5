"""A statement that every request repeats: the database plans it once a connection and then only runs it.

Django composes and the database plans each query anew; where that costs more than the query itself, the statement is written
out and prepared. It runs on Django's own connection, in its transaction, and is seen by its wrappers and counters.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from itertools import islice
from operator import attrgetter, methodcaller
from typing import Any, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.db.models import Model
from django.db.models.base import ModelState
from psycopg import RawCursor

from unionhall.lib import prepared

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


class _Shown(RawCursor[Any]):
    def execute(self, query: Any, params: Any = None, **_more: Any) -> "_Shown":
        text, names = numbered(query)
        super().execute(text, _in_order(names, params))
        self._query = self._convert_query(query)  # what Django's log of queries shows; values stay out of it
        return self


def one(sql: str, params: Params, *, aside: bool = False) -> tuple[Any, ...] | None:
    """The first row of a statement that is known to this connection from then on; None where there is none.

    `aside`: what is gathered (`gathered`) has nothing to do with it, and waits.
    """
    found: tuple[Any, ...] | None = _run(sql, params, prepared.first, methodcaller("fetchone"), aside)
    return found


def rows(sql: str, params: Params, *, aside: bool = False) -> list[tuple[Any, ...]]:
    """All rows of such a statement."""
    found: list[tuple[Any, ...]] = _run(sql, params, prepared.rows, methodcaller("fetchall"), aside)
    return found


class Asked(NamedTuple):
    """A statement that gives exactly one row, of so many columns, each with a name of its own."""

    sql: str
    params: Mapping[str, Any]
    width: int


def ones(*asked: Asked) -> list[tuple[Any, ...]]:
    """The one row of each of several statements, asked by one; what they write does not touch what another of them reads."""
    text, order = _joined(tuple(each.sql for each in asked), answered=True)
    row = one(text, [asked[place].params[str(name)] for place, name in order])
    assert row is not None
    cells = iter(row)
    return [tuple(islice(cells, each.width)) for each in asked]


def run(sql: str, params: Params) -> int:
    """Such a statement that gives no rows back; how many it touched."""
    count: int = _run(sql, params, prepared.touched, attrgetter("rowcount"))
    return count


def _run(sql: str, params: Params, fetch: Callable[[Any], Any], seen: Callable[[Any], Any], aside: bool = False) -> Any:
    """Ask, and `fetch` the answer; where others want to see what is asked, by a cursor, from which it is `seen`."""
    if not aside:
        settle()
    known = connections[DEFAULT_DB_ALIAS]  # asked for once: `connection` looks it up again for each of its attributes
    known.close_if_health_check_failed()
    known.ensure_connection()
    raw = known.connection
    if known.queries_logged or any(wrapper is not _settled for wrapper in known.execute_wrappers):
        token = _parts.set(None)  # what has to be written before is
        try:
            with known._prepare_cursor(_Shown(raw)) as cursor:  # type: ignore[attr-defined]  # what `cursor()` itself calls
                cursor.execute(sql, params)
                return seen(cursor)
        finally:
            _parts.reset(token)
    known.validate_no_broken_transaction()
    text, names = numbered(sql)
    with known.wrap_database_errors:
        return fetch(prepared.ask(raw, text, _in_order(names, params)))


def _in_order(names: tuple[str, ...], params: Params) -> Sequence[Any]:
    """The values in the order in which the database knows their places; a list has it already."""
    return [params[name] for name in names] if isinstance(params, Mapping) else params


_parts: ContextVar[list[tuple[str, Params]] | None] = ContextVar("unionhall_statement_parts", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """What is told to `later` inside goes to the database as one statement: at the end, or before anything else is asked of it.

    A deed of a dozen rows that nobody reads back then costs one trip instead of a dozen. All of it holds or nothing does, and
    references between its rows are looked at when all of them stand. Inside another it goes with that. Nothing goes where the
    block fails.
    """
    if _parts.get() is not None:
        yield
        return
    token = _parts.set([])
    try:
        with connection.execute_wrapper(_settled):
            yield
            settle()
    finally:
        _parts.reset(token)


def later(sql: str, params: Params) -> None:
    """Write something of which nobody wants to know how it went: with the others of the block, or at once where none is open.

    For one INSERT, UPDATE or DELETE without a WITH of its own. Of a block none must touch what another one touches: which of
    them comes first, the database decides.
    """
    parts = _parts.get()
    if parts is None:
        run(sql, params)
    else:
        parts.append((sql, params))


def waits(sql: str) -> bool:
    """Whether such a one is gathered and not yet written."""
    return any(text == sql for text, _params in _parts.get() or ())


def settle() -> None:
    """Write what is gathered now."""
    parts = _parts.get()
    if not parts:
        return
    given, parts[:] = list(parts), []
    text, order = _joined(tuple(sql for sql, _params in given))
    told = [given[place][1][name] for place, name in order]  # type: ignore[index]  # by its name or number
    _run(text, told, prepared.touched, attrgetter("rowcount"), aside=True)


def _settled(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if sql.startswith("ROLLBACK TO"):
        (_parts.get() or []).clear()  # what stood before the savepoint was written before it
    settle()
    return execute(sql, params, many, context)


@cache
def _joined(texts: tuple[str, ...], answered: bool = False) -> tuple[str, list[tuple[int, str | int]]]:
    """One statement of several, each with names of its own, and whose value by which name or number stands at each of its places;
    where it is `answered`, by the rows of all of them side by side.
    """
    parts = []
    for place, text in enumerate(texts):
        count = iter(range(text.count("%s")))

        def renamed(found: re.Match[str], place: int = place, count: Iterator[int] = count) -> str:
            return found[0] if found[0] == "%%" else f"%({place}_{found['name'] or next(count)})s"

        parts.append(f"part_{place} AS ({_PLACE.sub(renamed, text)})")
    rows = ", ".join(f"part_{place}" for place in range(len(texts)))
    whole = f"WITH {', '.join(parts)} SELECT {f'* FROM {rows}' if answered else '1'}"
    places = [name.partition("_") for name in numbered(whole)[1]]
    return whole, [(int(place), int(name) if name.isdecimal() else name) for place, _line, name in places]


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


@cache
def _blank(model: type[Model]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...], dict[str, str]]:
    """What a new record holds before it is told anything, what is made anew for each, and where the key of each relation stands."""
    still, made, keys = {}, [], {"pk": str(model._meta.pk.attname)} if model._meta.pk else {}
    for field in model._meta.concrete_fields:
        if callable(field.default):
            made.append((field.attname, field.get_default))
        else:
            still[field.attname] = field.get_default()
        keys[field.name] = field.attname
    return still, tuple(made), keys


def new(model: type[Kept], **values: Any) -> Kept:
    """A record that is not saved yet, as `model(**values)` makes it, which looks up every field and takes three times as long.

    Raises TypeError for what is no column or relation of it.
    """
    still, fresh, keys = _blank(model)
    record = model.__new__(model)
    own, record._state = record.__dict__, ModelState()
    known = record._state.fields_cache
    own.update(still)
    for name, make in fresh:
        own[name] = make()
    for name, value in values.items():
        key = keys.get(name, name)
        if key != name and name != "pk":
            known[name] = value
            value = None if value is None else value.pk
        if key not in own:
            raise TypeError(f"{model.__name__} has no {name!r}")
        own[key] = value
    return record


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


# Fields that write a value of this very type as it is; asking each of them costs as much as the insert itself.
_PLAIN: dict[type[Any], type] = {
    models.CharField: str, models.TextField: str, models.BooleanField: bool, models.BigAutoField: int, models.BigIntegerField: int,
    models.IntegerField: int, models.PositiveIntegerField: int, models.PositiveSmallIntegerField: int, models.DateField: date,
    models.DateTimeField: datetime,
}  # fmt: skip


def _kind(field: Any) -> type | None:
    """The type whose values a field writes as they are; None where it has to be asked."""
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return None
    return _PLAIN.get(type(field.target_field if isinstance(field, models.ForeignKey) else field))


def _cells(record: Model, taken: tuple[tuple[Any, str, type | None], ...]) -> list[Any]:
    own = record.__dict__
    return [
        value
        if kind is not None and ((value := own[name]) is None or type(value) is kind)
        else field.get_db_prep_save(field.pre_save(record, add=True), connection)
        for field, name, kind in taken
    ]


@cache
def _written(model: type[Model], keyed: bool) -> tuple[str, tuple[tuple[Any, str, type | None], ...], tuple[Any, ...]]:
    """The statement that inserts one row of a table, the fields it takes and those that the database gives."""
    meta = model._meta
    given = () if keyed else tuple(meta.db_returning_fields)
    taken = tuple(field for field in meta.local_concrete_fields if field not in given and not field.generated)
    quote = connection.ops.quote_name
    names, back = (", ".join(quote(str(field.column)) for field in fields) for fields in (taken, given))
    insert = f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ({', '.join(['%s'] * len(taken))})"
    return f"{insert} RETURNING {back}" if back else insert, tuple((each, each.attname, _kind(each)) for each in taken), given


def insert(record: Model, *, unread: bool = False) -> None:
    """Save a new record as `save(force_insert=True)` does, for tables that are written with every act.

    One whose key was drawn before, and one that is `unread`, since nobody asks for its key, goes with what is gathered.
    """
    sql, taken, given = _written(type(record), record.pk is not None)
    cells = _cells(record, taken)
    if not given or (unread and _parts.get() is not None):
        later(sql, cells)
        given = ()
    for field, value in zip(given, (one(sql, cells) or ()) if given else (), strict=True):
        setattr(record, field.attname, value)
    record._state.adding, record._state.db = False, connection.alias
