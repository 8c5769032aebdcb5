"""Posting: every way in which something gets into the books.

An act posts inside its own transaction (and has asked before whether the person may). Posting the same thing again is
harmless: it is known by source, fact and occurrence.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import rules
from unionhall.kernel.ledger.actions import bulk, rollups
from unionhall.kernel.ledger.facts import Fact, Window
from unionhall.kernel.ledger.models import Entry, FactNumber, Report, SourceKind
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.lib import clock, copying, statement
from unionhall.lib.refusal import Conflict, Refused

COLUMNS = (
    "organization_id", "posted_at", "subject", "quantity", "amount", "dimensions_id", "source_id", "reversal_of",
    "day", "month", "occurrence", "fact_id", "source_kind_id", "generation", "manual", "org_path",
)  # fmt: skip
INSERT = f"""
WITH d AS (INSERT INTO ledger_dimensionset (id, values) SELECT %(dimensions)s, %(values)s::jsonb WHERE %(dimensions)s <> 0
           ON CONFLICT DO NOTHING)
INSERT INTO ledger_entry ({", ".join(COLUMNS)})
SELECT %(organization)s, %(posted_at)s, %(subject)s, %(quantity)s, %(amount)s, %(dimensions)s, %(source_id)s, NULL,
       %(day)s, %(month)s, %(occurrence)s, f.id, k.id, %(generation)s, %(manual)s, %(org_path)s
  FROM ledger_factnumber f, ledger_sourcekind k WHERE f.code = %(fact)s AND k.label = %(source_kind)s
ON CONFLICT DO NOTHING
RETURNING id, fact_id, source_kind_id
"""
REVERSE = f"""
INSERT INTO ledger_entry ({", ".join(COLUMNS)})
SELECT organization_id, %(posted_at)s, subject, -quantity, -amount, dimensions_id, source_id, id,
       COALESCE(%(day)s::date, day), COALESCE(%(month)s::int, month), occurrence, fact_id, source_kind_id, generation, manual,
       COALESCE((SELECT s.path FROM organizations_pathspan s
                  WHERE %(day)s::date IS NOT NULL AND s.organization_id = e.organization_id
                    AND (s.since IS NULL OR s.since <= %(day)s::date) AND (s.until IS NULL OR s.until > %(day)s::date)), org_path)
  FROM ledger_entry e
 WHERE source_kind_id = (SELECT id FROM ledger_sourcekind WHERE label = %(source_kind)s) AND source_id = ANY(%(numbers)s::bigint[])
   AND (%(fact)s::text IS NULL OR fact_id = (SELECT id FROM ledger_factnumber WHERE code = %(fact)s))
   AND (%(occurrence)s::int IS NULL OR occurrence = %(occurrence)s)
   AND (%(dimensions)s::bigint IS NULL OR dimensions_id = %(dimensions)s)
   AND reversal_of IS NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reversal_of = e.id)
ON CONFLICT DO NOTHING
RETURNING id
"""

WHOLE: Mapping[str, Any] = dict.fromkeys(("fact", "day", "month", "dimensions", "occurrence"))


class AlreadyPosted(Conflict):
    """The source already posted this fact with other content: it must be reversed first."""

    code = "already_posted"


def post(
    fact: Fact,
    *,
    at: Organization,
    day: date,
    source: "Model | str | tuple[str, int]",
    subject: "Model | int | str" = "",
    quantity: int = 1,
    amount: int = 0,
    dimensions: Mapping[str, str] | None = None,
    occurrence: int = 0,
) -> Entry:
    """Post one occurrence of a fact, in the transaction of the act.

    The same source, fact and occurrence again returns the entry that stands; with other content it raises AlreadyPosted.
    A source that posts one fact several times tells them apart by `occurrence`.
    """
    who, values = rules.subject_key(subject), dict(dimensions or {})
    bulk.check_registered(fact)
    bulk.check(fact, who, quantity, amount, values)
    return _post(cells(fact, at, day, rules.source_key(source), who, quantity, amount, values, occurrence, manual=False))


def post_many(fact: Fact, rows: Iterable[bulk.Row]) -> int:
    """Post many occurrences of one fact (`bulk.Row`) in one transaction by COPY; returns how many were new.

    Rows that stand already are passed over, so an interrupted import can be run again; one that stands with other content
    raises AlreadyPosted and nothing is posted.
    """
    return post_together((fact, row) for row in rows)


def post_together(entries: Iterable[bulk.Given]) -> int:
    """The same for entries of several facts, by one COPY in the order given: what one record posts had better stand together."""
    try:
        return bulk.copy(entries)
    except bulk.Contradicted:
        raise AlreadyPosted(_("This was already counted with other content: take it back first.")) from None


def _post(told: dict[str, Any]) -> Entry:
    return _inserted(told) or _again(told)


def cells(
    fact: Fact,
    at: Organization,
    day: date,
    source: tuple[str, int],
    subject: int | None,
    quantity: int,
    amount: int,
    dimensions: Mapping[str, str],
    occurrence: int,
    *,
    manual: bool,
) -> dict[str, Any]:
    """What a statement is told of an entry."""
    number, values = rules.dimension_key(dimensions)
    return {
        "fact": fact.code,
        "organization": at.pk,
        "org_path": organizations.path_on(at, day),
        "day": day,
        "month": rules.month_of(day),
        "posted_at": clock.now(),
        "subject": subject,
        "quantity": quantity,
        "amount": amount,
        "dimensions": number,
        "values": values,
        "source_kind": source[0],
        "source_id": source[1],
        "occurrence": occurrence,
        "generation": 0,
        "manual": manual,
    }


def _inserted(row: dict[str, Any]) -> Entry | None:
    found = statement.one(INSERT, row)
    if found is None:
        return None
    kept = {name: value for name, value in row.items() if name in KEPT}
    return Entry(
        id=found[0],
        fact_id=found[1],
        source_kind_id=found[2],
        organization_id=row["organization"],
        dimensions_id=row["dimensions"],
        reversal_of=None,
        **kept,
    )


KEPT = {"org_path", "day", "month", "posted_at", "subject", "quantity", "amount", "source_id", "occurrence", "generation", "manual"}


def _again(row: dict[str, Any]) -> Entry:
    """The first entry of a fact or kind, a retry, or a new posting after a reversal."""
    give_numbers(row["fact"], row["source_kind"])
    while True:
        last = (
            Entry.objects.filter(
                fact__code=row["fact"],
                source_kind__label=row["source_kind"],
                source_id=row["source_id"],
                occurrence=row["occurrence"],
                reversal_of=None,
            )
            .order_by("generation")
            .last()
        )
        if last is not None and not Entry.objects.filter(reversal_of=last.pk).exists():
            return _same(last, row)
        if entry := _inserted(row | {"generation": 0 if last is None else last.generation + 1}):
            return entry


def give_numbers(fact: str, source_kind: str) -> None:
    """Give a fact and a kind of source the numbers that they keep, if they have none."""
    FactNumber.objects.bulk_create([FactNumber(code=fact)], ignore_conflicts=True)
    SourceKind.objects.bulk_create([SourceKind(label=source_kind)], ignore_conflicts=True)


def _same(entry: Entry, row: dict[str, Any]) -> Entry:
    stands = (entry.organization_id, entry.day, entry.subject, entry.quantity, entry.amount, entry.dimensions_id)
    asked = tuple(row[name] for name in ("organization", "day", "subject", "quantity", "amount", "dimensions"))
    if stands != asked:
        raise AlreadyPosted(_("This was already counted with other content: take it back first."))
    return entry


def reverse(
    source: "Model | str | tuple[str, int]",
    *,
    fact: Fact | None = None,
    day: date | None = None,
    dimensions: Mapping[str, str] | None = None,
    occurrence: int | None = None,
) -> int:
    """Take back what a source posted (all of it, or narrowed): returns how many counter entries were added.

    A counter entry repeats the original with the opposite sign, on the original's day and place: every window forgets the
    occurrence from now on, while marks taken earlier still print it. A stock may be taken back as of another `day`.
    Reversing again adds nothing.
    """
    if day is not None and (fact is None or not fact.stock):
        raise ValueError("only a stock is taken back as of another day; a flow is reversed on its own")
    narrowed = {
        "fact": fact.code if fact else None,
        "day": day,
        "month": rules.month_of(day) if day else None,
        "dimensions": None if dimensions is None else rules.dimension_key(dimensions)[0],
        "occurrence": occurrence,
    }
    kind, number = rules.source_key(source)
    return _reversed(kind, [number], narrowed)


def reverse_many(sources: "Iterable[Model | str | tuple[str, int]]") -> int:
    """Take back all that many sources posted, by one statement a kind; returns how many counter entries were added."""
    numbers: dict[str, list[int]] = {}
    for kind, number in map(rules.source_key, sources):
        numbers.setdefault(kind, []).append(number)
    with transaction.atomic():
        return sum(_reversed(kind, found, WHOLE) for kind, found in numbers.items())


def _reversed(kind: str, numbers: Iterable[int], narrowed: Mapping[str, Any]) -> int:
    told = {**narrowed, "source_kind": kind, "numbers": copying.numbers(numbers), "posted_at": clock.now()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(REVERSE, told)
        return cursor.rowcount


@transaction.atomic
def report_total(
    fact: Fact,
    *,
    at: Organization,
    window: Window,
    evidence: str,
    by: audit.Actor | None,
    quantity: int = 0,
    amount: int = 0,
    dimensions: Mapping[str, str] | None = None,
) -> Entry:
    """Enter what a unit that is not yet on the house reported as its total for a period, with what proves it.

    It counts on the period's last day, in the manual part of figures and never in their number. Taken back by reversing
    its source, the Report.
    """
    bulk.check_registered(fact)
    values = dict(dimensions or {})
    if not evidence.strip():
        raise Refused(_("Say what proves the reported totals."), field="evidence")
    if quantity < 0 or amount < 0:
        raise Refused(_("A reported total is not negative."), field="quantity")
    if fact.stock:
        raise Refused(_("Totals of a stock cannot be reported: report its entries."), field="fact")
    bulk.check(fact, 1 if fact.subject else None, max(quantity, 1), amount, values)
    report = Report.objects.create(
        organization_id=at.pk,
        start=window.start or window.end,
        end=window.end,
        evidence=evidence.strip()[:200],
        reported_by=getattr(by, "pk", None) or 0,
        reported_at=clock.now(),
    )
    source = rules.source_key(report)
    entry = _post(cells(fact, at, window.end, source, None, quantity, amount, values, 0, manual=True))
    audit.record(by, "ledger.reported", report, at=at, fact=fact.code, quantity=quantity, amount=amount)
    return entry


def build_rollups(*, keep_from: int = rollups.KEEP_FROM) -> int:
    """Settle what is certain and roll it up; the job that runs every minute. Returns the new watermark."""
    return rollups.build(rollups.settle(), keep_from=keep_from)


def rebuild(*, keep_from: int = rollups.KEEP_FROM) -> int:
    """Throw every roll-up away and build all again from the entries; figures stay exact meanwhile, only slower."""
    rollups.clear()
    return build_rollups(keep_from=keep_from)
