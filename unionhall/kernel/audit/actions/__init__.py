"""Writing the trail and proving it whole."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import orjson
from django.db import connection, models
from django.db.transaction import TransactionManagementError

from unionhall.kernel.audit import registry, rules
from unionhall.kernel.audit.actions import deputies
from unionhall.kernel.audit.models import Head, Row
from unionhall.lib import clock, copying, statement


class Actor(Protocol):
    """Whoever acts: a person, known here by the primary key only."""

    pk: Any


class Place(Protocol):
    """The organization at which something happened."""

    pk: Any
    path: str


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Act(NamedTuple):
    """One act for `record_many`; the same words as `record`. A `plain` reason is the house's own sentence, about nobody."""

    by: Actor | None
    verb: str
    subject: models.Model | str
    at: Place | None = None
    outcome: str = "done"
    reason: str = ""
    details: Mapping[str, Any] = NOTHING
    plain: bool = False


_circumstances: ContextVar[Mapping[str, Any]] = ContextVar("unionhall_audit_circumstances", default=NOTHING)


@contextmanager
def circumstances(**known: Any) -> Iterator[None]:
    """Note with every row written inside: request id, account, address. For middleware and jobs.

    For whom somebody acts (`deputies.stand_in`) is forgotten at its end.
    """
    token = _circumstances.set({**_circumstances.get(), **known})
    try:
        with deputies.forgotten():
            yield
    finally:
        _circumstances.reset(token)


_gathered: ContextVar[list[dict[str, Any]] | None] = ContextVar("unionhall_audit_gathered", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Hang all acts of a deed onto the chain at its end, in their order, with two statements for all of them.

    The chain is locked only then, so deeds at one unit run side by side until their last statement. What `record` answers
    inside has no place on the chain yet. Nothing is written where the deed fails; inside another it waits for the outer end.
    Let no failure be caught inside: an act that a savepoint took back would stay on record.
    """
    if _gathered.get() is not None:
        yield
        return
    _in_transaction()
    drafts: list[dict[str, Any]] = []
    token = _gathered.set(drafts)
    try:
        yield
    finally:
        _gathered.reset(token)
    _hang(drafts, few=FEW)


def record(
    by: Actor | None,
    verb: str,
    subject: models.Model | str,
    *,
    at: Place | None = None,
    outcome: str = "done",
    reason: str = "",
    **details: Any,
) -> Row:
    """Write down one act in its own transaction: no row, no act; rolled back together.

    `by` is None for the house itself. `subject` is a saved instance or "kind:id". `at` is where it happened; left out,
    it is the subject's own organization if it has one. `details` hold ids and plain values, never personal data.
    Raises LookupError for an unregistered verb and TransactionManagementError outside a transaction.
    """
    return record_many([Act(by, verb, subject, at, outcome, reason, details)])[0]


def record_read(by: Actor | None, subject: models.Model | str, *, field: str, reason: str, via: str = "page") -> Row:
    """Write down that somebody is about to see a sensitive value. Raises ValueError without a reason."""
    if not reason.strip():
        raise ValueError("a sensitive value is read for a reason")
    return record(by, registry.READ, subject, reason=reason, field=field, via=via)


def record_many(acts: Iterable[Act]) -> list[Row]:
    """Write down many acts of one transaction at the price of one: the chain is locked and moved on once.

    All rows of a transaction go to the chain of its first act, so two transactions never wait for each other in a
    circle. Call it at the end of a bulk act: the chain stays locked until the transaction ends.
    """
    given = registry.sealed(list(acts))
    _in_transaction()
    around, now = rules.plain(_circumstances.get()), clock.now()  # one moment: what a deed did to many, it did at once
    drafts = [_draft(act, now, around) for act in given]
    if (waiting := _gathered.get()) is not None:
        waiting += drafts
        return [statement.record_of(Row, COLUMNS, [draft.get(name) for name in COLUMNS]) for draft in drafts]
    return [statement.record_of(Row, COLUMNS, cells) for cells in _hang(drafts)]


def record_all(acts: Iterable[Act]) -> int:
    """The same for thousands of acts of which nobody wants the rows back; returns how many there were."""
    given = registry.sealed(list(acts))
    _in_transaction()
    if not given:
        return 0
    if _gathered.get() is not None:
        return len(record_many(given))
    chain = _Chain(*_lock_head(rules.shard_of(_place(given[0])[0])))
    copying.copy("audit_row", (*PLACED, *ALIKE), map(chain.next, given))
    with connection.cursor() as cursor:
        cursor.execute(MOVE_HEAD, [chain.seq, chain.before, chain.shard, str(chain.shard)])
    return len(given)


def _in_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("an audit row is written in the transaction of its act")


PLACED = ("id", "seq", "subject_id", "before", "hash", "details")
ALIKE = (
    "shard", "moment", "actor", "verb", "subject_kind", "organization", "org_path", "outcome", "reason", "circumstances",
    "algorithm",
)  # fmt: skip
MOST_MOULDS = 1_000


class _Chain:
    """The end of a chain while a list of acts is hung onto it. Acts that are alike are cast from one mould."""

    def __init__(self, shard: int, seq: int, before: bytes) -> None:
        self.shard, self.seq, self.before = shard, seq, before
        self.now, self.around = clock.now(), rules.plain(_circumstances.get())
        self.moulds: dict[tuple[Any, ...], tuple[rules.Mould, copying.Told]] = {}
        # by identity: a list often gives one and the same mapping with all of its acts; held, so that it stays the only one
        self.details: dict[int, tuple[bytes, copying.Told, Mapping[str, Any]]] = {}

    def next(self, act: Act) -> tuple[Any, ...]:
        """The next row: its place, then what it has in common with others."""
        kind, subject_id = _subject(act.subject)
        organization, path = _place(act)
        alike = (None if act.by is None else act.by.pk, act.verb, kind, organization, path, act.outcome, act.reason)
        mould, rest = self.moulds.get(alike) or self._learn(alike, act)
        written, cell, _given = self.details.get(id(act.details)) or self._write(act.details)
        self.seq += 1
        before, self.before = self.before, rules.linked(self.before, mould.canonical(written, self.seq, subject_id))
        return (rules.row_id(self.shard, self.seq), self.seq, subject_id, before, self.before, cell, rest)

    def _learn(self, alike: tuple[Any, ...], act: Act) -> tuple[rules.Mould, copying.Told]:
        if len(self.moulds) >= MOST_MOULDS:
            self.moulds.clear()
        content = rules.Content(shard=self.shard, seq=0, **_draft(act, self.now, self.around))
        self.moulds[alike] = rules.Mould.of(content), copying.told(getattr(content, name) for name in ALIKE)
        return self.moulds[alike]

    def _write(self, details: Mapping[str, Any]) -> tuple[bytes, copying.Told, Mapping[str, Any]]:
        if len(self.details) >= MOST_MOULDS:
            self.details.clear()
        kept = rules.plain(details)
        assert isinstance(kept, dict)
        self.details[id(details)] = rules.written(kept), copying.told([kept]), details
        return self.details[id(details)]


def _hang(drafts: list[dict[str, Any]], few: int = 1) -> list[tuple[Any, ...]]:
    """Give each its place on the chain, and write them; up to `few` by one statement."""
    if not drafts:
        return []
    shard, count, before = _lock_head(rules.shard_of(drafts[0]["organization"]))
    rows = []
    for seq, draft in enumerate(drafts, start=count + 1):
        rows.append(_cells(rules.Content(shard=shard, seq=seq, **draft), before))
        before = rows[-1][-1]
    _write(rows, few)
    return rows


def draft(act: Act) -> dict[str, Any]:
    """All of the content of an act's row but its place on the chain, as of now."""
    return _draft(registry.sealed([act])[0], clock.now(), rules.plain(_circumstances.get()))


def _draft(act: Act, now: datetime, around: rules.Plain) -> dict[str, Any]:
    registry.verb_name(act.verb)
    behalf = None if act.by is None else deputies.behalf_of(act.by.pk)
    if act.outcome not in rules.OUTCOMES:
        raise ValueError(f"no such outcome: {act.outcome!r}")
    kind, subject_id = _subject(act.subject)
    organization, path = _place(act)
    return {
        "moment": now,
        "actor": None if act.by is None else act.by.pk,
        "verb": act.verb,
        "subject_kind": kind,
        "subject_id": subject_id,
        "organization": organization,
        "org_path": path,
        "outcome": act.outcome,
        "reason": rules.clean(act.reason),
        "details": rules.plain(act.details),
        "circumstances": around if behalf is None else rules.plain({**_circumstances.get(), "for": behalf}),
    }


def _subject(subject: models.Model | str) -> tuple[str, str]:
    if isinstance(subject, str):
        kind, colon, subject_id = subject.partition(":")
        if not (kind and colon and subject_id):
            raise ValueError('a subject is a saved instance or "kind:id"')
        return kind, subject_id
    if subject.pk is None:
        raise ValueError(f"the {subject._meta.label_lower} is not saved yet")
    return subject._meta.label_lower, str(subject.pk)


def _place(act: Act) -> tuple[int | None, str]:
    if act.at is not None:
        return act.at.pk, act.at.path
    own = next((name for name in ("organization_id", "home_id") if getattr(act.subject, name, None) is not None), None)
    return (None, "") if own is None else (getattr(act.subject, own), getattr(act.subject, "org_path", ""))


def _cells(content: rules.Content, before: bytes) -> tuple[Any, ...]:
    """A row as its columns stand, the hash last."""
    place = rules.row_id(content.shard, content.seq)
    return (place, *[getattr(content, name) for name in CONTENT], before, rules.chained(before, content))


def _lock_head(shard: int) -> tuple[int, int, bytes]:
    """Lock the chain's end until the transaction ends: the chain that this transaction already writes to, else `shard`."""
    select = f"SELECT shard, count, hash FROM audit_head WHERE shard = {WANTED} FOR UPDATE"
    head = statement.one(select, [shard], aside=not statement.waits(MOVE_HEAD))  # of what is gathered only acts matter here
    if head is None:
        begin_chain(shard)
        head = statement.one(select, [shard])
    assert head is not None
    return head[0], head[1], bytes(head[2])


def begin_chain(shard: int) -> None:
    """Put the end of a chain in place that has no rows yet."""
    start = f"INSERT INTO audit_head (shard, count, hash) VALUES ({WANTED}, 0, %s) ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor:
        cursor.execute(start, [shard, rules.START])


WANTED = "coalesce(nullif(current_setting('unionhall.audit_shard', true), '')::smallint, %s)"
COLUMNS = tuple(str(field.column) for field in Row._meta.concrete_fields)
CONTENT = COLUMNS[1:-2]
SHARD, SEQ = COLUMNS.index("shard"), COLUMNS.index("seq")


MOVE_HEAD = "UPDATE audit_head SET count = %s, hash = %s WHERE shard = %s RETURNING set_config('unionhall.audit_shard', %s, true)"
INSERT, ONE = f"INSERT INTO audit_row ({', '.join(COLUMNS)}) VALUES ", f"({', '.join(['%s'] * len(COLUMNS))})"
FEW = 8  # rows of one deed that one statement writes cheaper than a COPY and another


def _write(rows: list[tuple[Any, ...]], few: int) -> None:
    """The rows and the chain's new end: one statement for a few rows, COPY for many."""
    last = rows[-1]
    end: list[Any] = [last[SEQ], last[-1], last[SHARD], str(last[SHARD])]
    if len(rows) <= few:
        with statement.gathered():
            statement.later(MOVE_HEAD, end)
            statement.later(INSERT + ", ".join([ONE] * len(rows)), [cell(each) for row in rows for each in row])
        return
    copying.copy("audit_row", COLUMNS, rows)
    with connection.cursor() as cursor:
        cursor.execute(MOVE_HEAD, end)


def cell(value: Any) -> Any:
    """A value of a row as a statement takes it."""
    return orjson.dumps(value).decode() if isinstance(value, dict) else value


@dataclass(frozen=True, slots=True)
class BadRow:
    """The first row of a chain that does not hold, and what is wrong with it."""

    shard: int
    seq: int
    row_id: int
    fault: str  # edited | missing | inserted | misplaced | cut off | head | algorithm | rewritten


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: `first_bad` is the earliest fault of the lowest chain that has one."""

    ok: bool
    checked: int
    first_bad: BadRow | None


@dataclass(frozen=True, slots=True)
class Anchor:
    """The ends of all chains at a moment and one hash over them, to be kept outside the house."""

    moment: str
    count: int
    root: str
    heads: list[tuple[int, int, str]]


def verify(shard: int | None = None, anchor: Anchor | None = None) -> Verdict:
    """Recompute the chains (or one) and name the first bad row. Reads only.

    With an anchor it also proves that nothing that the anchor covers was rewritten since, heads included.
    """
    checked, bad = 0, None
    known = {number: (count, bytes.fromhex(head)) for number, count, head in anchor.heads} if anchor else {}
    for number in range(rules.SHARDS) if shard is None else [shard]:
        rows, fault = _verify_shard(number, known.get(number))
        checked += rows
        bad = bad or fault
    if bad is None and shard is None:
        bad = _stray()
    return Verdict(bad is None, checked, bad)


def anchor() -> Anchor:
    """Take the present ends of all chains, for a printed ledger, a mail, another machine's log."""
    heads = [(head.shard, head.count, bytes(head.hash)) for head in Head.objects.order_by("shard")]
    told = [(shard, count, head.hex()) for shard, count, head in heads]
    return Anchor(rules.stamp(clock.now()), sum(count for _shard, count, _hash in heads), rules.root(heads).hex(), told)


def _verify_shard(shard: int, known: tuple[int, bytes] | None) -> tuple[int, BadRow | None]:
    """Walk one chain to its first fault; returns how many rows hold."""
    head = Head.objects.filter(shard=shard).first()
    end = (head.count, bytes(head.hash)) if head else (0, rules.START)
    seq, before = 0, rules.START
    for row in Row.objects.filter(shard=shard).order_by("seq", "id").iterator(chunk_size=5000):
        fault = _fault(row, seq + 1, before)
        if fault is None and known is not None and known[0] == row.seq and known[1] != bytes(row.hash):
            fault = "rewritten"
        if fault is None and row.seq > end[0]:
            fault = "inserted"
        if fault is not None:
            return seq, BadRow(shard, seq + 1 if fault == "missing" else row.seq, row.pk, fault)
        seq, before = row.seq, bytes(row.hash)
    if seq < max(end[0], known[0] if known else 0):
        return seq, BadRow(shard, seq + 1, rules.row_id(shard, seq + 1), "cut off")
    if before != end[1]:
        return seq, BadRow(shard, seq, rules.row_id(shard, seq), "head")
    return seq, None


def _fault(row: Row, expected: int, before: bytes) -> str | None:
    """What is wrong with a row at this place of its chain, or None."""
    if row.seq > expected:
        return "missing"
    if row.seq < expected:
        return "inserted"
    if row.algorithm != rules.ALGORITHM:
        return "algorithm"
    content = rules.Content(**{name: getattr(row, name) for name in rules.Content.__slots__})
    if row.pk != rules.row_id(row.shard, row.seq) or bytes(row.hash) != rules.chained(bytes(row.before), content):
        return "edited"
    return None if bytes(row.before) == before else "misplaced"


def _stray() -> BadRow | None:
    """A row of a chain that does not exist."""
    row = Row.objects.exclude(shard__gte=0, shard__lt=rules.SHARDS).order_by("id").first()
    return BadRow(row.shard, row.seq, row.pk, "inserted") if row else None
