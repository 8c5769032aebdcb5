"""Posting many entries of one fact by COPY: the way of imports and replays."""

import itertools
import struct
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F, Model
from psycopg.errors import UniqueViolation

from unionhall.kernel.ledger import rules
from unionhall.kernel.ledger.facts import Fact, Unit
from unionhall.kernel.ledger.models import DimensionSet, FactNumber, SourceKind
from unionhall.kernel.organizations.models import Organization, PathSpan
from unionhall.lib import clock

CHUNK = 2000
HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = struct.pack("!h", -1)
WITH_SUBJECT = struct.Struct("!h iq iq iq iq iq iq iq ii ii ii ih ih ih ib i")
WITHOUT_SUBJECT = struct.Struct("!h iq iq iq iq iq iq i ii ii ii ih ih ih ib i")
MILLENNIUM = datetime(2000, 1, 1, tzinfo=UTC)  # where PostgreSQL's binary dates begin
EPOCH = MILLENNIUM.toordinal()
COLUMNS = (
    "organization_id, posted_at, quantity, amount, dimensions_id, source_id, subject, day, month, occurrence, fact_id,"
    " source_kind_id, generation, manual, org_path"
)
STAGE = """
CREATE TEMPORARY TABLE ledger_stage (organization_id bigint, posted_at timestamptz, quantity bigint, amount bigint,
    dimensions_id bigint, source_id bigint, subject bigint, day date, month int, occurrence int, fact_id smallint,
    source_kind_id smallint, generation smallint, manual boolean, org_path text) ON COMMIT DROP
"""
LIVE = """
  JOIN ledger_entry e ON e.source_kind_id = s.source_kind_id AND e.source_id = s.source_id AND e.fact_id = s.fact_id
   AND e.occurrence = s.occurrence AND e.reversal_of IS NULL
   AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reversal_of = e.id)
"""
CONTRADICTED = f"""
SELECT count(*) FROM ledger_stage s {LIVE}
 WHERE (e.organization_id, e.day, e.quantity, e.amount, e.dimensions_id) <>
       (s.organization_id, s.day, s.quantity, s.amount, s.dimensions_id) OR e.subject IS DISTINCT FROM s.subject
"""
REMAINING = f"""
INSERT INTO ledger_entry ({COLUMNS})
SELECT organization_id, posted_at, quantity, amount, dimensions_id, source_id, subject, day, month, occurrence, fact_id,
       source_kind_id,
       (SELECT count(*) FROM ledger_entry p WHERE p.source_kind_id = s.source_kind_id AND p.source_id = s.source_id
           AND p.fact_id = s.fact_id AND p.occurrence = s.occurrence AND p.reversal_of IS NULL), manual, org_path
  FROM ledger_stage s
 WHERE NOT EXISTS (SELECT 1 FROM ledger_stage t {LIVE}
                    WHERE t.source_kind_id = s.source_kind_id AND t.source_id = s.source_id AND t.occurrence = s.occurrence)
ON CONFLICT DO NOTHING
"""


NOTHING: Mapping[str, str] = MappingProxyType({})


class Row(NamedTuple):
    """One entry to be posted in bulk. Rows that are cut alike may share one mapping of dimensions: it is read once."""

    at: Organization
    day: date
    source: "Model | str | tuple[str, int]"
    subject: "Model | int | str" = ""
    quantity: int = 1
    amount: int = 0
    dimensions: Mapping[str, str] = NOTHING
    occurrence: int = 0


def check(fact: Fact, subject: int | None, quantity: int, amount: int, dimensions: Mapping[str, str]) -> None:
    """Raise ValueError where an entry would say something that its fact does not declare."""
    rules.check_entry(
        fact.code,
        stock=fact.stock,
        in_money=fact.unit is Unit.CNY,
        has_subject=fact.subject is not None,
        declared=fact.dimensions,
        subject=subject,
        quantity=quantity,
        amount=amount,
        dimensions=dimensions,
    )


class Contradicted(Exception):
    """Rows whose source already posted the fact with other content; nothing was posted."""


def copy(fact: Fact, rows: Iterable[Row]) -> int:
    """Post the rows in one transaction and return how many were new; rows that stand already are passed over.

    The first attempt goes straight into the books; only where some rows stand already do all go through a stage.
    """
    kept, again = itertools.tee(rows) if isinstance(rows, Iterator) else (rows, rows)
    with transaction.atomic():
        try:
            with transaction.atomic():
                return Writer(fact, "ledger_entry").write(kept)
        except UniqueViolation:
            pass
        with connection.cursor() as cursor:
            cursor.execute(STAGE)
            Writer(fact, "ledger_stage").write(again)
            cursor.execute(CONTRADICTED)
            if cursor.fetchone()[0]:
                raise Contradicted
            cursor.execute(REMAINING)
            added = cursor.rowcount
            cursor.execute("DROP TABLE ledger_stage")
        return added


class Writer:
    """A COPY of one fact's entries, interrupted only to give a new kind of source its number."""

    def __init__(self, fact: Fact, table: str) -> None:
        self.fact = fact
        self.number = FactNumber.objects.get_or_create(code=fact.code)[0].pk
        self.kinds = dict(SourceKind.objects.values_list("label", "id"))
        self.sql = f"COPY {table} ({COLUMNS}) FROM STDIN (FORMAT binary)"
        self.moment = (clock.now() - MILLENNIUM) // timedelta(microseconds=1)
        self.has_subject, self.in_money = fact.subject is not None, fact.unit is Unit.CNY
        self.sets: dict[tuple[tuple[str, str], ...], int] = {}
        # by identity, which is cheaper than content; the mapping is held, so that no other can bear its identity meanwhile
        self.seen: dict[int, tuple[int, Mapping[str, str]]] = {}
        self.histories: dict[int, list[tuple[date | None, str]]] = {}
        for id, until, path in (
            PathSpan.objects.exclude(until=None).order_by(F("until").desc()).values_list("organization", "until", "path")
        ):
            self.histories.setdefault(id, []).append((until, path))

    def write(self, rows: Iterable[Row]) -> int:
        """Copy all rows and store the new dimension sets; returns how many rows there were."""
        pending = iter(rows)
        count = 0
        with connection.cursor() as cursor:
            chunk = list(itertools.islice(pending, CHUNK))
            while chunk:
                self._learn(chunk)
                with cursor.copy(self.sql) as copy:
                    copy.write(HEADER)
                    while chunk and (block := self._block(chunk)):
                        copy.write(block)
                        count += len(chunk)
                        chunk = list(itertools.islice(pending, CHUNK))
                    copy.write(TRAILER)
        self._store_sets()
        return count

    def _learn(self, chunk: list[Row]) -> None:
        for label in {rules.source_key(row.source)[0] for row in chunk} - self.kinds.keys():
            self.kinds[label] = SourceKind.objects.get_or_create(label=label)[0].pk

    def _block(self, chunk: list[Row]) -> bytes:
        """The rows as COPY reads them; empty where one has a kind of source that has no number yet."""
        kinds, number, moment, seen, parts = self.kinds, self.number, self.moment, self.seen, []
        with_subject, without = WITH_SUBJECT.pack, WITHOUT_SUBJECT.pack
        for row in chunk:
            at, day, given, about, quantity, amount, cut, occurrence = row
            label, source = given if isinstance(given, tuple) else rules.source_key(given)
            if label not in kinds:
                return b""
            subject = about if isinstance(about, int) else rules.subject_key(about)
            wrong = (subject is None) is self.has_subject or (amount and not self.in_money)
            if wrong or ((quantity < 1 or amount < 0) and not self.fact.stock):
                check(self.fact, subject, quantity, amount, cut)
            dimensions = (seen.get(id(cut)) or self._set_number(row))[0] if cut else 0
            path = (at.path if at.path_since is None or day >= at.path_since else self._path(at, day)).encode()
            head = (15, 8, at.id, 8, moment, 8, quantity, 8, amount, 8, dimensions, 8, source)
            tail: tuple[int, ...] = (4, day.toordinal() - EPOCH, 4, day.year * 12 + day.month - 1, 4, occurrence)
            tail += (2, number, 2, kinds[label], 2, 0, 1, 0, len(path))
            parts.append(without(*head, -1, *tail) if subject is None else with_subject(*head, 8, subject, *tail))
            parts.append(path)
        return b"".join(parts)

    def _set_number(self, row: Row) -> tuple[int, Mapping[str, str]]:
        content = tuple(row.dimensions.items())
        number = self.sets.get(content)
        if number is None:
            check(self.fact, rules.subject_key(row.subject), row.quantity, row.amount, row.dimensions)
            number = self.sets[content] = rules.dimension_key(row.dimensions)[0]
        if len(self.seen) >= CHUNK:
            self.seen.clear()
        self.seen[id(row.dimensions)] = number, row.dimensions
        return self.seen[id(row.dimensions)]

    def _path(self, at: Organization, day: date) -> str:
        """Where a unit that has moved stood on an earlier day."""
        path = at.path
        for until, before in self.histories.get(at.pk, ()):
            if until is None or day >= until:
                break
            path = before
        return path

    def _store_sets(self) -> None:
        sets = {number: DimensionSet(id=number, values=dict(content)) for content, number in self.sets.items()}
        DimensionSet.objects.bulk_create([sets[number] for number in sorted(sets)], ignore_conflicts=True)
