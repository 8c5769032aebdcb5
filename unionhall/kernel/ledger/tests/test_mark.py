"""Marks and watermarks with a second, slower writer on a connection of its own."""

import threading
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, transaction

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import queries, registry
from unionhall.kernel.ledger.actions import rollups
from unionhall.kernel.ledger.facts import Mark, Scope, Window
from unionhall.kernel.ledger.models import Entry, Watermark
from unionhall.kernel.ledger.tests import world
from unionhall.kernel.ledger.tests.world import FOUND

DAY = date(2025, 3, 5)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.early]


@contextmanager
def slow_writer(unit):
    """Somebody whose entry has its number and whose transaction ends only with the block."""
    posted, may_end = threading.Event(), threading.Event()

    def write():
        try:
            with transaction.atomic():
                ledger.post(FOUND, at=unit, day=DAY, source="trial.slow:1")
                posted.set()
                may_end.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert posted.wait(30)
    try:
        yield
    finally:
        may_end.set()
        thread.join(30)


@pytest.fixture
def unit():
    """A county in a committed tree, with the fact's number already given so that writers do not wait for each other."""
    tree = world.tree()
    ledger.post(FOUND, at=tree["a"], day=DAY, source="trial.slow:0")
    return tree["a"]


def found(unit, **more):
    return queries.value(registry.indicator("trial.found"), Scope(unit), Window.year(2025), **more).number


def busy_elsewhere():
    """Writers of other databases of the same server; a watermark waits for them too, however long they take."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND datname <> current_database()")
        return cursor.fetchone()[0]


def settled_to(number):
    """Settle until nothing older is under way; a hundred tries, not counting those that others of the server hold back."""
    waiting = threading.Event()
    tries = 0
    while tries < 100:
        if rollups.settle() >= number:
            return True
        tries += not busy_elsewhere()
        waiting.wait(0.05)
    return False


def test_a_late_commit_does_not_slip_under_an_earlier_mark(unit):
    with slow_writer(unit):
        ledger.post(FOUND, at=unit, day=DAY, source="trial.quick:1")
        mark, naive = queries.mark(), Mark(Entry.objects.latest("id").pk)
        assert found(unit) == found(unit, as_of=mark) == found(unit, as_of=naive) == 2
    assert found(unit) == 3
    assert found(unit, as_of=Mark.parse(str(mark))) == 2
    assert found(unit, as_of=naive) == 3, "the highest number alone would have let the late entry in"


def test_a_figure_carries_the_mark_at_which_it_prints_the_same(unit):
    with slow_writer(unit):
        ledger.post(FOUND, at=unit, day=DAY, source="trial.quick:1")
        figure = queries.value(registry.indicator("trial.found"), Scope(unit), Window.year(2025))
    behind = queries.entries_behind(registry.indicator("trial.found"), Scope(unit), Window.year(2025), figure.mark)
    assert figure.number == behind.count() == 2


def test_nothing_is_settled_while_an_older_writer_is_under_way(unit):
    with slow_writer(unit):
        quick = ledger.post(FOUND, at=unit, day=DAY, source="trial.quick:1")
        assert max(rollups.settle() for _attempt in range(5)) < quick.pk - 1
        ledger.build_rollups(keep_from=1)
        assert found(unit) == 2
    assert found(unit) == 3
    assert settled_to(quick.pk)
    rollups.build(quick.pk, keep_from=1)
    assert found(unit) == 3


def test_a_naive_watermark_would_lose_the_late_entry(unit):
    with slow_writer(unit):
        quick = ledger.post(FOUND, at=unit, day=DAY, source="trial.quick:1")
        rollups.build(quick.pk, keep_from=1)
        assert found(unit) == 2
    assert found(unit) == 2, "rolled up to the highest number, the late entry is never seen again"
    rollups.clear()
    rollups.build(quick.pk, keep_from=1)
    assert found(unit) == 3


def test_a_proposal_of_another_server_is_dropped(unit):
    Watermark.objects.update_or_create(id=1, defaults={"candidate": 10**9, "candidate_transaction": 2**60})
    assert max(rollups.settle() for _attempt in range(3)) < 10**9
    assert Watermark.objects.get().candidate_transaction < 2**60


def test_settling_inside_a_transaction_is_refused(unit):
    with pytest.raises(RuntimeError), transaction.atomic():
        rollups.settle()


def test_two_builders_do_not_count_twice(unit):
    last = ledger.post(FOUND, at=unit, day=DAY, source="trial.quick:1").pk

    def build():
        try:
            rollups.build(last, keep_from=1, step=1)
        finally:
            connection.close()

    builders = [threading.Thread(target=build) for _ in range(3)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join(30)
    assert found(unit) == 2


def test_figures_stay_exact_while_rollups_are_thrown_away_and_built(unit):
    for number in range(60):
        ledger.post(FOUND, at=unit, day=DAY, source=f"trial.more:{number}")
    last = Entry.objects.latest("id").pk
    rollups.build(last, keep_from=1)
    ending, seen = threading.Event(), []

    def rebuild():
        try:
            for _round in range(6):
                rollups.clear()
                rollups.build(last, keep_from=1, step=9)
        finally:
            ending.set()
            connection.close()

    builder = threading.Thread(target=rebuild)
    builder.start()
    while not ending.is_set():
        seen.append(found(unit))
    builder.join(30)
    assert set(seen) == {61}


def test_the_same_act_posted_from_two_connections_counts_once(unit):
    start = threading.Barrier(4)

    def act():
        try:
            start.wait(10)
            ledger.post(FOUND, at=unit, day=DAY, source="trial.double:1")
        finally:
            connection.close()

    acts = [threading.Thread(target=act) for _ in range(4)]
    for one in acts:
        one.start()
    for one in acts:
        one.join(30)
    assert found(unit) == 2
