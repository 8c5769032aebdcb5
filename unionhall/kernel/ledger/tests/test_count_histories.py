"""Roll-up = recount and stock = recount at every node, after random histories with backdating, reversal, moves and merges."""

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import queries, registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.ledger.models import Entry, Node, PeriodSum, Presence
from unionhall.kernel.ledger.tests import history

number = st.integers
STEP = st.one_of(
    st.tuples(st.just("post"), number(0, 4), number(0, 6), number(0, 70), number(1, 5), number(1, 6)),
    st.tuples(st.just("post"), number(0, 4), number(0, 6), number(0, 10), number(1, 5), number(1, 6)),
    st.tuples(st.just("post"), st.just(1), number(0, 6), number(0, 120), number(1, 3), number(1, 6)),
    st.tuples(st.just("take_back"), number(0, 50)),
    st.tuples(st.just("wait"), number(1, 35)),
    st.tuples(st.just("move"), number(0, 6), number(0, 6)),
    st.tuples(st.just("merge"), number(0, 6), number(0, 6)),
    st.tuples(st.just("build"), number(0, 4)),
    st.tuples(st.just("take_mark")),
)


@pytest.fixture(autouse=True)
def measured(monkeypatch):
    registry.register_indicators([history.MAJOR_VISITS])


def differences_after(steps):
    """Play a history in a transaction of its own and take everything back."""
    with transaction.atomic():
        found = history.play(steps).differences()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@settings(max_examples=100, deadline=None, derandomize=True, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
@given(st.lists(STEP, min_size=12, max_size=45))
def test_figures_equal_a_recount(steps):
    assert differences_after(steps) == []


@pytest.mark.long
@pytest.mark.django_db
@settings(max_examples=2000, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
@given(st.lists(STEP, min_size=100, max_size=300))
def test_figures_equal_a_recount_of_long_histories(steps):
    assert differences_after(steps) == []


def busy_history():
    """A fixed history in which everything occurs."""
    posts = [("post", n % 5, n * 3, n * 7 % 60, n % 4 + 1, n % 6 + 1) for n in range(60)]
    return [
        *posts[:25],
        ("build", 0),
        *posts[25:40],
        ("move", 3, 2),
        ("wait", 20),
        *posts[40:],
        ("build", 1),
        ("take_back", 3),
        ("take_back", 30),
        ("merge", 4, 6),
        ("wait", 10),
        ("build", 0),
        ("take_mark",),
        *posts[:5],
        ("take_back", 11),
    ]


def test_a_busy_history_is_counted_from_rollups(tree_free):
    played = history.play(busy_history())
    assert played.differences() == []
    assert PeriodSum.objects.exists() and Presence.objects.exists() and Node.objects.filter(kept=True).count() > 4


@pytest.mark.parametrize(
    "sabotage",
    [
        "UPDATE ledger_periodsum SET quantity = quantity + 1 WHERE below",
        "UPDATE ledger_periodsum SET amount = amount - 1 WHERE amount > 0",
        "UPDATE ledger_presence SET previous = 0 WHERE previous > 0 AND NOT EXISTS (SELECT 1 FROM ledger_presence q WHERE q.path ="
        " ledger_presence.path AND q.below = ledger_presence.below AND q.measure_id = ledger_presence.measure_id AND q.month ="
        " ledger_presence.month AND q.previous = 0)",
        "UPDATE ledger_watermark SET built = built - 1",
        "UPDATE organizations_pathspan SET path = '00010009' WHERE until IS NOT NULL",
        "UPDATE organizations_organization SET successor_id = NULL",
    ],
)
def test_a_tampered_rollup_or_tree_is_noticed(tree_free, sabotage):
    played = history.play(busy_history())
    with connection.cursor() as cursor:
        cursor.execute(sabotage)
        assert cursor.rowcount > 0
    assert played.differences() != []


def test_without_the_tail_figures_would_lag(tree_free, monkeypatch):
    played = history.play([*busy_history(), ("post", 0, 1, 1, 1, 1)])
    assert played.differences() == []
    monkeypatch.setattr(queries.cells.Books, "tail", lambda self: "SELECT e.*, 1 AS way FROM ledger_entry e WHERE false")
    assert played.differences() != []


def test_entries_behind_add_up_to_the_figure(tree_free):
    played = history.play(busy_history())
    mark = queries.mark()
    for one in history.INDICATORS:
        for scope in played.scopes():
            for window in played.windows(played.today)[3:5]:
                behind = queries.entries_behind(one, scope, window, mark)
                figure = queries.value(one, scope, window, as_of=mark).number
                net: dict[int | None, int] = {}
                for entry in behind:
                    net[entry.subject] = net.get(entry.subject, 0) + entry.quantity
                counted = {
                    "distinct": sum(quantity > 0 for quantity in net.values()),
                    "amount": sum(entry.amount for entry in behind),
                    "count": sum(1 if entry.reversal_of is None else -1 for entry in behind),
                }.get(one.formula, sum(net.values()))
                assert counted == figure, (one.code, scope, window)


def test_the_parts_of_every_unit_add_up_to_the_whole(tree_free):
    played = history.play(busy_history())
    added = [one for one in history.INDICATORS if one.formula != "distinct"]
    assert len({span for spans in played.spans.values() for span in spans}) > len(played.spans), "somebody moved"
    for scope in played.scopes():
        for window in played.windows(played.today)[1:4]:
            for one in added:
                whole = queries.value(one, scope, window).number
                if scope.below:
                    assert sum(figure.number for _cut, figure in queries.by_child(one, scope, window)) == whole, (one.code, scope)


def test_a_rebuild_gives_the_same_rollups(tree_free):
    played = history.play(busy_history())
    before = sorted(PeriodSum.objects.values_list()), sorted(Presence.objects.exclude(subjects=0).values_list())
    history.rollups.clear()
    assert played.differences() == []
    history.rollups.build(Entry.objects.latest("id").pk, keep_from=3, step=11, first_step=11)
    history.rollups.build(Entry.objects.latest("id").pk, keep_from=3)
    assert played.differences() == []
    after = sorted(PeriodSum.objects.values_list()), sorted(Presence.objects.exclude(subjects=0).values_list())
    assert len(after[0]) >= len(before[0]) and len(after[1]) >= len(before[1])


def test_an_event_of_two_levels_is_counted_once_in_the_rollup(tree):
    event = "event:5"
    day = history.START
    ledger.post(history.HELD, at=tree["P"], day=day, source="trial.event:5", subject=event)
    ledger.post(history.HELD, at=tree["A"], day=day, source="trial.venue:1", subject=event)
    held = registry.indicator("trial.held.distinct")
    figures = queries.values([held], [Scope(tree["P"]), Scope(tree["P"], below=False), Scope(tree["A"])], [Window.year(day.year)])
    assert [figure.number for figure in figures.values()] == [1, 1, 1]
