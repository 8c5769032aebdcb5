"""Many rows at once: numbers reserved in one statement, rows by COPY, arrays as one literal.

A model for each row costs more than the row itself, and so does asking the driver how to write each cell; imports of rosters
go this way.
"""

import datetime
import json
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any, Generic, TypeVar

import orjson
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import ForeignKey, JSONField, Model
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault, RawSQL

from unionhall.lib import statement

M = TypeVar("M", bound=Model)
FEW = 50  # instances for which one INSERT is as cheap
BLOCK = 1_000  # rows that are handed to the driver at once
_MARKS = re.compile(r"[\\\n\r\t]")


# the name of the sequence is looked up once, not once a key
RESERVE = "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass)) FROM generate_series(1, %s)"


def reserve(table: str, count: int) -> list[int]:
    """So many fresh primary keys of a table."""
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, [table, count])
        return [number for (number,) in cursor.fetchall()]


class Told(str):
    """Several neighbouring cells as COPY reads them: what many rows have in common is written out once."""


def told(cells: Iterable[Any]) -> Told:
    """Neighbouring cells, written out for `copy`."""
    return Told("\t".join([_CELLS[type(cell)](cell) if type(cell) in _CELLS else _cell(cell) for cell in cells]))


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows into a table that no policy of rows guards. Raises IntegrityError as an INSERT would.

    Cells may be None, texts, whole numbers, booleans, days, moments, byte strings, mappings (as JSON) and lists of texts or of
    whole numbers, or `Told`, which fills several columns; raises TypeError for anything else.
    """
    statement.settle()
    copying = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(copying) as copy:
        given = iter(rows)
        while block := list(islice(given, BLOCK)):
            copy.write(_written(block))


def fill(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """New rows of a model, without an instance for each; returns their keys. What `columns` do not name takes its default.

    Otherwise as `insert`.
    """
    given, meta = list(rows), model._meta
    named = {"id", *columns}
    rest = [field for field in meta.concrete_fields if not (field.generated or field.has_db_default() or field.attname in named)]
    alike = [told(_teller(field)(field.get_default()) for field in rest)] if rest else []
    keys = reserve(meta.db_table, len(given)) if given else []
    order = [f'"{name}"' for name in ("id", *columns, *(field.attname for field in rest))]
    copy(meta.db_table, order, ((key, *row, *alike) for key, row in zip(keys, given, strict=True)))
    return keys


def insert(made: Sequence[M]) -> Sequence[M]:
    """Save many new instances of one model; they have their keys then. Few go in as an INSERT, many by COPY.

    As `bulk_create`, a third of its price: what they refer to is saved, nothing is told of it, and no policy of rows guards the
    table. Raises IntegrityError.
    """
    if len(made) < FEW:
        return type(made[0])._base_manager.bulk_create(made) if made else made
    meta = made[0]._meta
    fields = [field for field in meta.concrete_fields if not (field.generated or _left(field, made))]
    unkeyed = [one for one in made if one.pk is None]
    if unkeyed:
        for one, key in zip(unkeyed, reserve(meta.db_table, len(unkeyed)), strict=True):
            one.pk = key
    columns = (map(_teller(field), map(attrgetter(field.attname), made)) for field in fields)
    copy(meta.db_table, [f'"{field.column}"' for field in fields], zip(*columns, strict=True))
    for one in made:
        one._state.adding, one._state.db = False, connection.alias
    return made


def _left(field: Any, made: Sequence[Model]) -> bool:
    """Whether the database fills a field in by its default, since no instance says anything; TypeError where only some do."""
    if not field.has_db_default():
        return False
    silent = {isinstance(getattr(one, field.attname), DatabaseDefault) for one in made}
    if len(silent) > 1:
        raise TypeError(f"{field}: some rows leave it to the database and some do not; say it for all or for none")
    return silent == {True}


class Mould(Generic[M]):
    """Casts new instances that differ from a pattern in few fields; `Model(…)` goes through every field each time.

    What a cast does not name it has from the pattern, lists and mappings copied; a related instance is given by its name.
    """

    def __init__(self, pattern: M) -> None:
        self.kind = type(pattern)
        self.values = {name: value for name, value in vars(pattern).items() if name != "_state"}
        self.own = [name for name, value in self.values.items() if isinstance(value, list | dict)]
        self.related = dict(pattern._state.fields_cache)
        relations = (field for field in self.kind._meta.concrete_fields if isinstance(field, ForeignKey))
        self.keys = {field.name: (field.attname, field.target_field.attname) for field in relations}

    def cast(self, **told: Any) -> M:
        """A new instance of the pattern's model. Raises AttributeError for a name that is none of its fields."""
        one = self.kind.__new__(self.kind)
        one._state = state = ModelState()
        state.fields_cache = self.related.copy()
        values = vars(one)
        values |= self.values
        for name in self.own:
            values[name] = values[name].copy()
        for name, value in told.items():
            if name in self.keys:
                column, key = self.keys[name]
                state.fields_cache[name], values[column] = value, getattr(value, key)
            elif name in values:
                values[name] = value
            else:
                raise AttributeError(name)
        return one


def _teller(field: Any) -> Callable[[Any], Any]:
    """How a field's value is told to COPY: lists and mappings of JSON as text, lists of days as texts, the rest as it is."""
    if isinstance(field, JSONField):
        return _Json((field.encoder or json.JSONEncoder)(ensure_ascii=False).encode)
    if isinstance(field, ArrayField):
        return lambda value: None if value is None else [one if isinstance(one, int | str) else str(one) for one in value]
    return lambda value: value if type(value) in _CELLS else field.get_prep_value(value)


class _Json:
    """Tells values of JSON; one that many rows share is written out once."""

    def __init__(self, encode: Callable[[Any], str]) -> None:
        self.encode = encode
        self.known: dict[int, tuple[str, Any]] = {}  # by identity; held, so that no other value can bear it meanwhile

    def __call__(self, value: Any) -> str | None:
        if value is None:
            return None
        if id(value) not in self.known:
            self.known[id(value)] = self.encode(value), value
        return self.known[id(value)][0]


def _written(rows: Sequence[Sequence[Any]]) -> str:
    """Rows in the text format of COPY: written column by column, as the cells of one are mostly of one kind, often all the same."""
    columns = [_column(cells) for cells in zip(*rows, strict=True)]
    return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


def _column(cells: Sequence[Any]) -> Sequence[str]:
    if len(set(map(type, cells))) > 1:
        return [_CELLS.get(type(cell), _cell)(cell) for cell in cells]
    first, kind = cells[0], type(cells[0])
    tell = _CELLS.get(kind, _cell)
    if cells.count(first) == len(cells):
        return [tell(first)] * len(cells)
    if kind is Told or (kind is str and not _MARKS.search("".join(cells))):
        return cells
    return list(map(tell, cells))


def _text(value: str) -> str:
    if not _MARKS.search(value):
        return value
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _list(values: Sequence[Any]) -> str:
    """An array: of texts where it begins with one, else of whole numbers."""
    return _text(texts(values)) if values and isinstance(values[0], str) else numbers(values)


_CELLS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _value: "\\N",
    Told: str,
    str: _text,
    int: str,
    bool: lambda value: "t" if value else "f",
    bytes: lambda value: "\\\\x" + value.hex(),
    datetime.date: datetime.date.isoformat,
    datetime.datetime: datetime.datetime.isoformat,
    dict: lambda value: _text(orjson.dumps(value).decode()),
    list: _list,
}


def _cell(value: Any) -> str:
    """A cell of a kind derived from one that is known, a choice of an enumeration for instance."""
    for kind in (str, int, bytes, datetime.datetime, datetime.date):
        if isinstance(value, kind):
            return _CELLS[kind](kind.__str__(value) if kind is str else value)
    raise TypeError(f"COPY knows no {type(value).__name__}")


def texts(values: Iterable[str]) -> str:
    """Texts as one array literal, which is cheaper than asking the driver for each."""
    given = list(values)
    plain = "".join(given)
    if "\\" in plain or '"' in plain:
        given = [value.replace("\\", "\\\\").replace('"', '\\"') for value in given]
    return '{"' + '","'.join(given) + '"}' if given else "{}"


def numbers(values: Iterable[int]) -> str:
    """Whole numbers as one array literal."""
    return "{" + ",".join(map(str, values)) + "}"


def among(keys: Iterable[int]) -> RawSQL:
    """For `filter(…__in=…)` with thousands of whole numbers: one value for the driver instead of one for each."""
    return RawSQL("SELECT unnest(%s::bigint[])", [numbers(keys)])


def among_texts(keys: Iterable[str]) -> RawSQL:
    """The same for texts."""
    return RawSQL("SELECT unnest(%s::text[])", [texts(keys)])


def among_octets(keys: Iterable[bytes]) -> RawSQL:
    """The same for byte strings, such as keyed hashes."""
    return RawSQL("SELECT unnest(%s::bytea[])", [octets(keys)])


def octets(values: Iterable[bytes]) -> str:
    """Byte strings as one array literal."""
    return "{" + ",".join(['"\\\\x' + value.hex() + '"' for value in values]) + "}"
