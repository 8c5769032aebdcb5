"""Building the roll-ups behind a watermark.

Everything here is derived from the entries and can be thrown away and built again. One build takes the entries between
the old and the new watermark, adds them to the sums of every kept node above them, and corrects for their subjects how
many occur in which month. A node is kept from KEEP_FROM entries on; smaller ones are counted from their entries.
"""

from datetime import date
from typing import Any

from django.db import connection, transaction

from unionhall.kernel.ledger import registry, rules
from unionhall.kernel.ledger.models import FactNumber, Measure
from unionhall.kernel.organizations.rules import path_range

LOCK = 0x6C6564676572  # "ledger": one builder at a time
KEEP_FROM = 10_000
STEP = 1_000_000
FIRST_STEP = 20_000_000  # from nothing, one pass over everything is many times faster than steps that look back
WORK_MEMORY = "192MB"  # for one builder at a time: sorting on disk would double its time

SETTLE = """
INSERT INTO ledger_watermark AS w (id, settled, built) VALUES (1, 0, 0) ON CONFLICT (id) DO UPDATE
   SET settled = CASE WHEN w.candidate_transaction <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                      THEN GREATEST(w.settled, w.candidate) ELSE w.settled END,
       candidate = CASE WHEN w.candidate_transaction BETWEEN pg_snapshot_xmin(pg_current_snapshot())::text::bigint + 1
                                                        AND pg_snapshot_xmax(pg_current_snapshot())::text::bigint
                        THEN w.candidate END
RETURNING settled, candidate
"""
LAST_NUMBER = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ledger_entry_id_seq"
PROPOSE = """
UPDATE ledger_watermark SET candidate = %(number)s, candidate_transaction = pg_current_xact_id()::text::bigint
"""
PREFIXES = """
CROSS JOIN LATERAL (SELECT left(s.org_path, g) AS path, true AS below FROM generate_series(4, length(s.org_path), 4) AS g
                    UNION ALL SELECT s.org_path, false) AS p
"""
COUNT_NODES = f"""
INSERT INTO ledger_node AS n (path, below, entries, kept)
SELECT p.path, p.below, sum(s.entries), false
  FROM (SELECT org_path, count(*) AS entries FROM ledger_entry WHERE id > %(low)s AND id <= %(high)s GROUP BY 1) AS s {PREFIXES}
 GROUP BY 1, 2 ORDER BY 1, 2
ON CONFLICT (path, below) DO UPDATE SET entries = n.entries + excluded.entries
"""
ABOVE = """
above AS MATERIALIZED (SELECT s.org_path, k.path, k.below FROM (SELECT DISTINCT org_path FROM {leaves}) AS s {nodes})
"""
ADD_SUMS = """
WITH leaves AS MATERIALIZED ({leaves}), {above},
months AS MATERIALIZED (
    SELECT k.path, k.below, s.fact_id, s.month, s.dimensions_id, s.manual, sum(s.occurrences) AS occurrences,
           sum(s.quantity) AS quantity, sum(s.amount) AS amount
      FROM leaves s JOIN above k ON k.org_path = s.org_path GROUP BY 1, 2, 3, 4, 5, 6)
INSERT INTO ledger_periodsum AS t (path, below, fact_id, period, dimensions_id, manual, occurrences, quantity, amount)
SELECT path, below, fact_id, month, dimensions_id, manual, occurrences, quantity, amount FROM months
UNION ALL
SELECT path, below, fact_id, -(month / 12), dimensions_id, manual, sum(occurrences), sum(quantity), sum(amount) FROM months
 GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
ON CONFLICT (path, below, fact_id, period, dimensions_id, manual) DO UPDATE
   SET occurrences = t.occurrences + excluded.occurrences, quantity = t.quantity + excluded.quantity,
       amount = t.amount + excluded.amount
"""
KEPT_NODES = f"{PREFIXES} JOIN ledger_node k ON k.path = p.path AND k.below = p.below AND k.kept"
FRESH_SUMS = """
SELECT fact_id, org_path, month, dimensions_id, manual, sum(CASE WHEN reversal_of IS NULL THEN 1 ELSE -1 END) AS occurrences,
       sum(quantity)::bigint AS quantity, sum(amount)::bigint AS amount
  FROM ledger_entry WHERE id > %(low)s AND id <= %(high)s GROUP BY 1, 2, 3, 4, 5
"""
NEW_NODE_ENTRIES = """
  FROM unnest(%(paths)s::text[], %(belows)s::bool[], %(tops)s::text[]) AS k(path, below, top)
 CROSS JOIN unnest(%(facts)s::smallint[]) AS f(id) CROSS JOIN generate_series(%(first)s, %(last)s) AS m(month)
  JOIN ledger_entry s ON s.fact_id = f.id AND s.month = m.month AND s.org_path >= k.path AND s.org_path < k.top
   AND s.id <= %(high)s
"""
MATCHES = """
matching AS (
    SELECT m.id AS measure, d.id AS dimensions_id FROM ledger_measure m CROSS JOIN
           (SELECT id, values FROM ledger_dimensionset UNION ALL SELECT 0, '{}'::jsonb) AS d
     WHERE m.filters <> '{}'::jsonb AND NOT EXISTS (
           SELECT 1 FROM jsonb_each(m.filters) AS f WHERE NOT jsonb_exists(f.value, COALESCE(d.values ->> f.key, ''))))
"""
MEASURED = """
JOIN ledger_measure m ON m.fact_id = s.fact_id AND {which}
 AND (m.filters = '{{}}'::jsonb OR EXISTS (SELECT 1 FROM matching q WHERE q.measure = m.id AND q.dimensions_id = s.dimensions_id))
"""
LINKS = """
INSERT INTO ledger_presence AS t (path, below, measure_id, month, previous, subjects)
SELECT path, below, measure, month, previous, sum(way) FROM (
    SELECT path, below, measure, month, -1 AS way,
           COALESCE(lag(month) OVER (PARTITION BY path, below, measure, subject ORDER BY month), 0) AS previous
      FROM cells WHERE before > 0
    UNION ALL
    SELECT path, below, measure, month, 1,
           COALESCE(lag(month) OVER (PARTITION BY path, below, measure, subject ORDER BY month), 0)
      FROM cells WHERE after > 0) AS links
 GROUP BY 1, 2, 3, 4, 5 HAVING sum(way) <> 0 ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (path, below, measure_id, month, previous) DO UPDATE SET subjects = t.subjects + excluded.subjects
"""
FRESH_LINKS = f"""
WITH {MATCHES},
fresh AS (SELECT fact_id, subject, month, org_path, dimensions_id, sum(quantity) AS quantity FROM ledger_entry
           WHERE id > %(low)s AND id <= %(high)s AND subject IS NOT NULL AND NOT manual GROUP BY 1, 2, 3, 4, 5),
touched AS (SELECT DISTINCT fact_id, subject FROM fresh),
s AS MATERIALIZED (SELECT o.fact_id, o.subject, o.month, o.org_path, o.dimensions_id, o.quantity AS before, o.quantity AS after
        FROM touched JOIN ledger_trace o USING (fact_id, subject)
      UNION ALL SELECT fact_id, subject, month, org_path, dimensions_id, 0, quantity FROM fresh),
{ABOVE.format(leaves="s", nodes=KEPT_NODES)},
cells AS (SELECT k.path, k.below, m.id AS measure, s.subject, s.month, sum(s.before) AS before, sum(s.after) AS after
            FROM s {MEASURED.format(which="m.built")} JOIN above k ON k.org_path = s.org_path GROUP BY 1, 2, 3, 4, 5)
{LINKS}
"""
ADD_TRACE = """
INSERT INTO ledger_trace AS t (fact_id, subject, month, org_path, dimensions_id, quantity)
SELECT fact_id, subject, month, org_path, dimensions_id, sum(quantity) FROM ledger_entry
 WHERE id > %(low)s AND id <= %(high)s AND subject IS NOT NULL AND NOT manual
 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (fact_id, subject, month, org_path, dimensions_id) DO UPDATE SET quantity = t.quantity + excluded.quantity
"""
NEW_NODE_SUMS = f"""
INSERT INTO ledger_periodsum (path, below, fact_id, period, dimensions_id, manual, occurrences, quantity, amount)
SELECT a.path, a.below, a.fact_id, x.period, a.dimensions_id, a.manual, sum(occurrences), sum(quantity), sum(amount)
  FROM (SELECT k.path, k.below, s.fact_id, s.month, s.dimensions_id, s.manual,
               sum(CASE WHEN s.reversal_of IS NULL THEN 1 ELSE -1 END) AS occurrences, sum(s.quantity) AS quantity,
               sum(s.amount) AS amount
{NEW_NODE_ENTRIES} GROUP BY 1, 2, 3, 4, 5, 6) AS a
 CROSS JOIN LATERAL (VALUES (a.month), (-(a.month / 12))) AS x(period)
 GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
"""
NEW_NODE_LINKS = f"""
WITH {MATCHES},
s AS (SELECT k.path, k.below, s.fact_id, s.subject, s.month, s.dimensions_id, sum(s.quantity) AS quantity
{NEW_NODE_ENTRIES} WHERE s.subject IS NOT NULL AND NOT s.manual GROUP BY 1, 2, 3, 4, 5, 6),
cells AS (SELECT s.path, s.below, m.id AS measure, s.subject, s.month, 0 AS before, sum(s.quantity) AS after
            FROM s {MEASURED.format(which="m.built")} GROUP BY 1, 2, 3, 4, 5)
{LINKS}
"""
NEW_MEASURE_LINKS = f"""
WITH {MATCHES}, {ABOVE.format(leaves="ledger_trace", nodes=KEPT_NODES)},
cells AS (SELECT k.path, k.below, m.id AS measure, s.subject, s.month, 0 AS before, sum(s.quantity) AS after
            FROM ledger_trace s {MEASURED.format(which="NOT m.built")} JOIN above k ON k.org_path = s.org_path
           GROUP BY 1, 2, 3, 4, 5)
{LINKS}
"""
NEW_NODES = """
UPDATE ledger_node SET kept = true WHERE entries >= %(keep_from)s AND NOT kept RETURNING path, below
"""
ADVANCE = """
UPDATE ledger_watermark w SET built = %(high)s, earliest = LEAST(w.earliest, e.first), latest = GREATEST(w.latest, e.last)
  FROM (SELECT min(day) AS first, max(day) AS last FROM ledger_entry WHERE id > %(low)s AND id <= %(high)s) AS e
"""


def settle() -> int:
    """Find out up to which number no entry can still appear, and return it.

    First the last number given so far is read, then a transaction of its own proposes it together with its own number; the
    proposal holds once every transaction before that one has ended. An entry gets its number only after its transaction
    has one (the column's default sees to it), so none can slip under. A proposal that came with a restore from another
    server is dropped or harmless: nothing of that server is under way here. Must be called outside a transaction.
    """
    settled = 0
    with connection.cursor() as cursor:
        for _attempt in range(2):
            cursor.execute(LAST_NUMBER)
            last = cursor.fetchone()[0]
            with transaction.atomic(durable=True):
                cursor.execute(SETTLE)
                settled, candidate = cursor.fetchone()
                if candidate is None:
                    cursor.execute(PROPOSE, {"number": last})
    return int(settled)


def build(upto: int, *, keep_from: int = KEEP_FROM, step: int = STEP, first_step: int = FIRST_STEP) -> int:
    """Roll up the entries to a settled number, `step` of them in a transaction; returns the new watermark."""
    built = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
            cursor.execute("INSERT INTO ledger_watermark (id, settled, built) VALUES (1, 0, 0) ON CONFLICT DO NOTHING")
            cursor.execute("SELECT built FROM ledger_watermark FOR UPDATE")
            built = int(cursor.fetchone()[0])
            if built >= upto:
                return built
            cursor.execute("SELECT min(id) FROM ledger_entry WHERE id > %s", [built])
            first = cursor.fetchone()[0] or upto
            _advance(built, min(upto, max(first - 1, built) + (step if built else first_step)), keep_from)


def _advance(low: int, high: int, keep_from: int) -> None:
    span = {"low": low, "high": high, "keep_from": keep_from}
    _name_measures()
    with connection.cursor() as cursor:
        cursor.execute(COUNT_NODES, span)
        if low == 0:
            cursor.execute(NEW_NODES, span)
            cursor.execute("UPDATE ledger_measure SET built = true WHERE NOT built")
        cursor.execute(ADD_SUMS.format(leaves=FRESH_SUMS, above=ABOVE.format(leaves="leaves", nodes=KEPT_NODES)), span)
        cursor.execute(FRESH_LINKS, span)
        cursor.execute(ADD_TRACE, span)
        cursor.execute(ADVANCE, span)
        cursor.execute(NEW_NODES, span)
        if nodes := cursor.fetchall():
            cursor.execute("SELECT earliest, latest FROM ledger_watermark")
            _fill(nodes, high, *cursor.fetchone())
        cursor.execute("SELECT 1 FROM ledger_measure WHERE NOT built LIMIT 1")
        if cursor.fetchone():
            cursor.execute(NEW_MEASURE_LINKS)
            cursor.execute("UPDATE ledger_measure SET built = true WHERE NOT built")


def _fill(nodes: list[tuple[str, bool]], high: int, earliest: date, latest: date) -> None:
    """Give new nodes their history, found through the index on fact, month and path."""
    given: dict[str, Any] = {
        "paths": [path for path, _below in nodes],
        "belows": [below for _path, below in nodes],
        "tops": [path_range(path)[1] if below else path + "!" for path, below in nodes],
        "facts": list(FactNumber.objects.values_list("id", flat=True)),
        "first": rules.month_of(earliest),
        "last": rules.month_of(latest),
        "high": high,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEW_NODE_SUMS, given)
        cursor.execute(NEW_NODE_LINKS, given)


def _name_measures() -> None:
    """Every posted fact with a subject is a measure, and so is every registered distinct count with filters."""
    numbers = dict(FactNumber.objects.values_list("code", "id"))
    wanted: list[tuple[int, dict[str, list[str]]]] = [
        (numbers[fact.code], {}) for fact in registry.facts() if fact.subject and not fact.stock and fact.code in numbers
    ]
    for one in registry.indicators():
        if one.formula == "distinct" and one.filters and one.facts[0].code in numbers:
            wanted.append((numbers[one.facts[0].code], one.allowed))
    known = {(fact, rules.dimension_text(filters)) for fact, filters in Measure.objects.values_list("fact", "filters")}
    missing = [(fact, filters) for fact, filters in wanted if (fact, rules.dimension_text(filters)) not in known]
    Measure.objects.bulk_create([Measure(fact_id=fact, filters=filters) for fact, filters in missing], ignore_conflicts=True)


def clear() -> None:
    """Forget everything rolled up; which nodes are kept stays known, so that readers stay exact meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        for table in ("ledger_periodsum", "ledger_presence", "ledger_trace"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("UPDATE ledger_node SET entries = 0")
        cursor.execute("UPDATE ledger_measure SET built = false")
        cursor.execute("UPDATE ledger_watermark SET built = 0, earliest = NULL, latest = NULL")
