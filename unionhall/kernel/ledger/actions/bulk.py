"""Posting many entries by COPY: the way of imports and replays."""

import itertools
import struct
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F, Model
from psycopg.errors import UniqueViolation

from unionhall.kernel.ledger import registry, rules
from unionhall.kernel.ledger.facts import Fact, Unit
from unionhall.kernel.ledger.models import DimensionSet, FactNumber, SourceKind
from unionhall.kernel.organizations.models import Organization, PathSpan
from unionhall.lib import clock

CHUNK = 2000
HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = struct.pack("!h", -1)
ALIKE = struct.Struct("!h iq iq iq ii ii ii ih ih ih ib i")
WITH_SUBJECT = struct.Struct("!iq iq iq iq")
WITHOUT_SUBJECT = struct.Struct("!iq iq iq i")
MILLENNIUM = datetime(2000, 1, 1, tzinfo=UTC)  # where PostgreSQL's binary dates begin
EPOCH = MILLENNIUM.toordinal()
COLUMNS = (
    "organization_id, posted_at, dimensions_id, day, month, occurrence, fact_id, source_kind_id, generation, manual, org_path,"
    " quantity, amount, source_id, subject"
)
MOST_MOULDS = 10_000
STAGE = """
CREATE TEMPORARY TABLE ledger_stage (organization_id bigint, posted_at timestamptz, dimensions_id bigint, day date, month int,
    occurrence int, fact_id smallint, source_kind_id smallint, generation smallint, manual boolean, org_path text,
    quantity bigint, amount bigint, source_id bigint, subject bigint) ON COMMIT DROP
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
SELECT organization_id, posted_at, dimensions_id, day, month, occurrence, fact_id, source_kind_id,
       (SELECT count(*) FROM ledger_entry p WHERE p.source_kind_id = s.source_kind_id AND p.source_id = s.source_id
           AND p.fact_id = s.fact_id AND p.occurrence = s.occurrence AND p.reversal_of IS NULL), manual, org_path,
       quantity, amount, source_id, subject
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


def check_registered(fact: Fact) -> None:
    """Raise ValueError for a fact that nobody registered."""
    if registry.facts_by_code().get(fact.code) != fact:
        raise ValueError(f"{fact.code} is not registered")


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


Given = tuple[Fact, Row]


def copy(given: Iterable[Given]) -> int:
    """Post entries in one transaction and return how many were new; those that stand already are passed over.

    The first attempt goes straight into the books; only where some stand already do all go through a stage.
    """
    kept, again = itertools.tee(given) if isinstance(given, Iterator) else (given, given)
    with transaction.atomic():
        try:
            with transaction.atomic():
                return Writer("ledger_entry").write(kept)
        except UniqueViolation:
            pass
        with connection.cursor() as cursor:
            cursor.execute(STAGE)
            Writer("ledger_stage").write(again)
            cursor.execute(CONTRADICTED)
            if cursor.fetchone()[0]:
                raise Contradicted
            cursor.execute(REMAINING)
            added = cursor.rowcount
            cursor.execute("DROP TABLE ledger_stage")
        return added


class Mould(NamedTuple):
    """What entries have in common that differ in quantity, amount, source and subject only: their bytes, and what is allowed."""

    head: bytes
    has_subject: bool
    in_money: bool
    stock: bool
    cut: Mapping[str, str]  # held, so that no other mapping can bear its identity meanwhile


class Writer:
    """A COPY of entries, interrupted only to give a new fact or kind of source its number."""

    def __init__(self, table: str) -> None:
        self.facts = dict(FactNumber.objects.values_list("code", "id"))
        self.kinds = dict(SourceKind.objects.values_list("label", "id"))
        self.sql = f"COPY {table} ({COLUMNS}) FROM STDIN (FORMAT binary)"
        self.moment = (clock.now() - MILLENNIUM) // timedelta(microseconds=1)
        self.sets: dict[tuple[tuple[str, str], ...], int] = {}
        self.moulds: dict[tuple[str, int, date, int, int, str], Mould] = {}  # cuts by identity, which is cheaper than content
        self.histories: dict[int, list[tuple[date | None, str]]] = {}
        for id, until, path in (
            PathSpan.objects.exclude(until=None).order_by(F("until").desc()).values_list("organization", "until", "path")
        ):
            self.histories.setdefault(id, []).append((until, path))

    def write(self, given: Iterable[Given]) -> int:
        """Copy all entries and store the new dimension sets; returns how many entries there were."""
        pending = iter(given)
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

    def _learn(self, chunk: list[Given]) -> None:
        for code in {fact.code for fact, _row in chunk} - self.facts.keys():
            self.facts[code] = FactNumber.objects.get_or_create(code=code)[0].pk
        for label in {rules.source_key(row.source)[0] for _fact, row in chunk} - self.kinds.keys():
            self.kinds[label] = SourceKind.objects.get_or_create(label=label)[0].pk

    def _block(self, chunk: list[Given]) -> bytes:
        """The entries as COPY reads them; empty where one has a fact or a kind of source that has no number yet."""
        moulds, parts = self.moulds, []
        with_subject, without = WITH_SUBJECT.pack, WITHOUT_SUBJECT.pack
        for fact, row in chunk:
            at, day, given, about, quantity, amount, cut, occurrence = row
            label, source = given if isinstance(given, tuple) else rules.source_key(given)
            key = (fact.code, at.id, day, id(cut), occurrence, label)
            mould = moulds.get(key)
            if mould is None:
                if fact.code not in self.facts or label not in self.kinds:
                    return b""
                mould = moulds[key] = self._cast(fact, row, label)
            head, has_subject, in_money, stock, _cut = mould
            subject = about if isinstance(about, int) else rules.subject_key(about)
            wrong = (subject is None) is has_subject or (amount and not in_money)
            if wrong or ((quantity < 1 or amount < 0) and not stock):
                check(fact, subject, quantity, amount, cut)
            parts.append(head)
            if subject is None:
                parts.append(without(8, quantity, 8, amount, 8, source, -1))
            else:
                parts.append(with_subject(8, quantity, 8, amount, 8, source, 8, subject))
        return b"".join(parts)

    def _cast(self, fact: Fact, row: Row, label: str) -> Mould:
        """The mould of an entry and of all that are like it. Raises ValueError for a fact or a cut that is not declared."""
        check_registered(fact)
        if len(self.moulds) >= MOST_MOULDS:
            self.moulds.clear()
        at, day = row.at, row.day
        path = (at.path if at.path_since is None or day >= at.path_since else self._path(at, day)).encode()
        dimensions = self._set_number(fact, row) if row.dimensions else 0
        head = ALIKE.pack(
            15, 8, at.id, 8, self.moment, 8, dimensions, 4, day.toordinal() - EPOCH, 4, rules.month_of(day), 4, row.occurrence,
            2, self.facts[fact.code], 2, self.kinds[label], 2, 0, 1, 0, len(path),
        )  # fmt: skip
        return Mould(head + path, fact.subject is not None, fact.unit is Unit.CNY, fact.stock, row.dimensions)

    def _set_number(self, fact: Fact, row: Row) -> int:
        check(fact, rules.subject_key(row.subject), row.quantity, row.amount, row.dimensions)
        content = tuple(row.dimensions.items())
        if content not in self.sets:
            self.sets[content] = rules.dimension_key(row.dimensions)[0]
        return self.sets[content]

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
