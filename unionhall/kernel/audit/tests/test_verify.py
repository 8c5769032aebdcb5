"""verify: every tampering is found and the first bad row named; the controls show that the test could fail."""

import dataclasses
import os
import random
import threading
import time
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit import registry, rules
from unionhall.kernel.audit.models import Head, Row
from unionhall.lib.text import Text

registry.register_verbs({"audit.tried": Text(zh="试写", en="tried")})
SEED = int(os.environ.get("SEED", "20251105"))
TAMPERINGS = int(os.environ.get("TAMPERINGS", "1000"))


@dataclasses.dataclass
class Unit:
    pk: int
    path: str


def write(organization: int, count: int) -> int:
    """Rows in the chain of an organization, as a transaction of its own would write them; returns the chain."""
    forget_chain()
    unit = Unit(organization, f"{organization:04d}")
    rows = audit.record_many([audit.Act(None, "audit.tried", f"a.b:{n}", unit, details={"n": n}) for n in range(count)])
    return rows[0].shard


def forget_chain():
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('unionhall.audit_shard', '', true)")


@pytest.fixture
def chains(db):
    """Four chains of 25 rows, and an intruder who owns the database: no triggers, no constraints."""
    found = {write(organization, 25) for organization in (3, 4, 5, 6)}
    assert len(found) == 4
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("ALTER TABLE audit_row DROP CONSTRAINT audit_row_place")
    return sorted(found)


EDITS = {
    "moment": lambda row: row.moment + timedelta(microseconds=1),
    "actor": lambda row: 99,
    "verb": lambda row: "audit.read",
    "subject_kind": lambda row: row.subject_kind + "x",
    "subject_id": lambda row: row.subject_id + "0",
    "organization": lambda row: None,
    "org_path": lambda row: row.org_path[:-1],
    "outcome": lambda row: "denied",
    "reason": lambda row: "because",
    "details": lambda row: {**row.details, "n": row.details["n"] + 1},
    "circumstances": lambda row: {"address": "10.0.0.1"},
    "algorithm": lambda row: "none",
    "before": lambda row: bytes([row.before[0] ^ 1]) + bytes(row.before[1:]),
    "hash": lambda row: bytes(row.hash[:-1]) + bytes([row.hash[-1] ^ 128]),
    "shard": lambda row: 70,
    "seq": lambda row: row.seq + 1000,
    "id": lambda row: row.pk + 64_000,
}


def edit(source, shard):
    row = Row.objects.filter(shard=shard).order_by("?").first()
    column = source.choice(list(EDITS))
    Row.objects.filter(pk=row.pk).update(**{column: EDITS[column](row)})
    return row.seq


def forge(source, shard):
    """An edit with the row's own hash made to fit: the row after it, or the head, gives it away."""
    row = Row.objects.get(shard=shard, seq=source.randint(1, 25))
    row.reason = "forged"
    content = rules.Content(**{name: getattr(row, name) for name in rules.Content.__slots__})
    Row.objects.filter(pk=row.pk).update(reason=row.reason, hash=rules.chained(bytes(row.before), content))
    return min(row.seq + 1, 25)


def delete(source, shard):
    seq = source.randint(1, 25)
    Row.objects.filter(shard=shard, seq=seq).delete()
    return seq


def delete_and_close_up(source, shard):
    seq = source.randint(1, 24)
    Row.objects.filter(shard=shard, seq=seq).delete()
    for row in Row.objects.filter(shard=shard, seq__gt=seq).order_by("seq"):
        Row.objects.filter(pk=row.pk).update(id=row.pk - 64, seq=row.seq - 1)
    return seq


def reorder(source, shard):
    first, second = sorted(source.sample(range(1, 26), 2))
    one, two = Row.objects.get(shard=shard, seq=first), Row.objects.get(shard=shard, seq=second)
    Row.objects.filter(pk=one.pk).update(id=10**9, seq=10**6)
    Row.objects.filter(pk=two.pk).update(id=one.pk, seq=first)
    Row.objects.filter(pk=10**9).update(id=two.pk, seq=second)
    return first


def insert(source, shard):
    row = Row.objects.get(shard=shard, seq=source.randint(1, 25))
    row.pk, row.subject_id = 10**9 + row.pk, "inserted"
    row.save(force_insert=True)
    return row.seq


def insert_at_end(source, shard):
    row = Row.objects.get(shard=shard, seq=25)
    content = {name: getattr(row, name) for name in rules.Content.__slots__} | {"seq": 26}
    fitting = rules.chained(bytes(row.hash), rules.Content(**content))
    Row(**content, id=rules.row_id(shard, 26), before=row.hash, hash=fitting).save(force_insert=True)
    return 26


def cut_tail(source, shard):
    kept = source.randint(0, 24)
    Row.objects.filter(shard=shard, seq__gt=kept).delete()
    return kept + 1


def cut_tail_and_shorten_head(source, shard):
    """Told by the head's hash, which the intruder did not change."""
    kept = source.randint(1, 24)
    Row.objects.filter(shard=shard, seq__gt=kept).delete()
    Head.objects.filter(shard=shard).update(count=kept)
    return kept


def drop_head(source, shard):
    Head.objects.filter(shard=shard).delete()
    return 1


WAYS = [
    edit,
    edit,
    edit,
    forge,
    delete,
    delete_and_close_up,
    reorder,
    insert,
    insert_at_end,
    cut_tail,
    cut_tail_and_shorten_head,
    drop_head,
]


class Undo(Exception):
    pass


def tampered(chains, number):
    """Tamper in random ways, each undone; returns those that went unnoticed or were misnamed."""
    source, missed = random.Random(SEED), []
    for turn in range(number):
        way, shard = source.choice(WAYS), source.choice(chains)
        try:
            with transaction.atomic():
                place = way(source, shard)
                verdict = audit.verify(shard)
                if verdict.ok or (verdict.first_bad.shard, verdict.first_bad.seq) != (shard, place):
                    missed.append((turn, way.__name__, place, verdict.first_bad))
                if turn % 100 == 0 and audit.verify().ok:
                    missed.append((turn, way.__name__, "whole", None))
                raise Undo
        except Undo:
            pass
    return missed


def test_every_one_of_a_thousand_random_tamperings_is_found_and_its_row_named(chains):
    assert audit.verify() == audit.Verdict(True, 100, None)
    assert tampered(chains, TAMPERINGS) == [], f"SEED={SEED}"
    assert audit.verify() == audit.Verdict(True, 100, None)


def test_sabotage_without_recomputed_hashes_edits_go_unnoticed(chains, monkeypatch):
    """The control: a verifier that only counts is fooled, so the test above can fail."""
    monkeypatch.setattr(audit, "_fault", lambda row, expected, before: None if row.seq == expected else "missing")
    assert {way for _turn, way, _place, _bad in tampered(chains, 200)} >= {"edit", "forge", "reorder"}


def test_sabotage_with_hashes_that_say_nothing_tamperings_go_unnoticed(chains, monkeypatch):
    """The control: with a hash that covers neither the content nor the row before, only counting is left."""
    Row.objects.update(hash=rules.START, before=rules.START)
    Head.objects.update(hash=rules.START)
    monkeypatch.setattr(rules, "chained", lambda before, content: rules.START)
    assert audit.verify().ok
    missed = {way for _turn, way, _place, _bad in tampered(chains, 200)}
    assert {"edit", "forge", "reorder", "cut_tail_and_shorten_head"} <= missed


@pytest.mark.parametrize("fault", ["edited", "missing", "inserted", "misplaced", "cut off", "head", "algorithm"])
def test_the_fault_is_told(chains, fault):
    shard, source = chains[0], random.Random(1)
    rows = Row.objects.filter(shard=shard)
    match fault:
        case "edited":
            rows.filter(seq=3).update(reason="x")
        case "missing":
            rows.filter(seq=3).delete()
        case "inserted":
            insert_at_end(source, shard)
        case "misplaced":
            forge(random.Random(2), shard)
        case "cut off":
            rows.filter(seq__gt=3).delete()
        case "head":
            Head.objects.filter(shard=shard).update(hash=b"\x01" * 32)
        case "algorithm":
            rows.filter(seq=3).update(algorithm="rot13")
    assert audit.verify().first_bad.fault == fault


def test_a_whole_chain_rewritten_with_its_head_is_found_by_the_anchor_only(chains):
    kept = audit.anchor()
    shard, before = chains[1], rules.START
    for row in Row.objects.filter(shard=shard).order_by("seq"):
        row.reason = "rewritten"
        content = rules.Content(**{name: getattr(row, name) for name in rules.Content.__slots__})
        after = rules.chained(before, content)
        Row.objects.filter(pk=row.pk).update(reason=row.reason, before=before, hash=after)
        before = after
    Head.objects.filter(shard=shard).update(hash=before)
    assert audit.verify().ok  # what a plain chain cannot see
    verdict = audit.verify(anchor=kept)
    assert (verdict.first_bad.shard, verdict.first_bad.seq, verdict.first_bad.fault) == (shard, 25, "rewritten")


def test_an_anchor_still_fits_after_more_rows_and_tells_a_lost_end(chains):
    kept = audit.anchor()
    assert kept.count == 100 and len(kept.root) == 64
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
    write(3, 5)
    assert audit.verify(anchor=kept) == audit.Verdict(True, 105, None)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    shard = chains[2]
    last = Row.objects.get(shard=shard, seq=20)
    Row.objects.filter(shard=shard, seq__gt=20).delete()
    Head.objects.filter(shard=shard).update(count=20, hash=last.hash)
    assert audit.verify().ok
    assert audit.verify(anchor=kept).first_bad == audit.BadRow(shard, 21, rules.row_id(shard, 21), "cut off")


def racers(threads: int, turns: int) -> list[DatabaseError]:
    """Many connections writing to one organization's chain at once; returns what the database refused."""
    refused = []

    def race():
        try:
            for n in range(turns):
                with transaction.atomic():
                    audit.record(None, "audit.tried", f"a.b:{n}", at=Unit(3, "0003"))
        except DatabaseError as error:
            refused.append(error)
        finally:
            connection.close()

    running = [threading.Thread(target=race) for _number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return refused


@pytest.mark.django_db(transaction=True)
def test_many_writers_leave_one_unforked_chain():
    assert racers(6, 25) == []
    assert audit.verify() == audit.Verdict(True, 150, None)
    assert Head.objects.get().count == 150


@pytest.mark.django_db(transaction=True)
def test_sabotage_without_the_lock_the_chain_would_fork(monkeypatch):
    """The control: writers that do not wait for the head take the same place; only the unique key stops them."""

    def unlocked(shard):
        head = Head.objects.get_or_create(shard=shard, defaults={"hash": rules.START})[0]
        time.sleep(0.002)  # the time an act takes, so that the others meet it
        return head.shard, head.count, bytes(head.hash)

    monkeypatch.setattr(audit, "_lock_head", unlocked)
    assert racers(6, 25) != []


@pytest.mark.django_db(transaction=True)
def test_two_acts_that_touch_two_organizations_in_opposite_order_never_wait_in_a_circle():
    both = [Unit(3, "0003"), Unit(4, "0004")]
    failures = []

    def act(order):
        try:
            for n in range(20):
                with transaction.atomic():
                    for unit in order:
                        audit.record(None, "audit.tried", f"a.b:{n}", at=unit)
        except Exception as error:  # noqa: BLE001 - a thread of a test hands on whatever went wrong
            failures.append(error)
        finally:
            connection.close()

    running = [threading.Thread(target=act, args=(order,)) for order in (both, both[::-1]) * 2]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert failures == []
    assert audit.verify() == audit.Verdict(True, 160, None)
