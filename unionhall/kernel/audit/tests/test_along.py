"""A row written along with its act by the act's own statement: whole, or nothing of it."""

import pytest
from django.db import IntegrityError

from unionhall.kernel.audit import actions, queries, registry, rules
from unionhall.kernel.audit.actions import along
from unionhall.kernel.audit.models import Head, Row
from unionhall.lib import statement
from unionhall.lib.text import Text

pytestmark = pytest.mark.django_db
VERB = "audit.tried_along"
WAYS = ("won", "lost", "tied")
ACT = "WITH act AS (SELECT %(way)s::text AS way WHERE %(way)s IS NOT NULL), {hang} SELECT 1"


@pytest.fixture(autouse=True)
def verb(monkeypatch):
    monkeypatch.setitem(registry._verbs, VERB, Text("随行", "along"))


def end(subject=7):
    shard, count, before = statement.one(along.END, {"trail": along.shard_of(subject)})
    if before is None:
        actions.begin_chain(shard)
        return end(subject)
    return shard, count, bytes(before)


def act(way, at_end, subject="t.thing:7"):
    told = along.row(at_end, actions.Act(None, VERB, subject), WAYS, {"won": {"place": 1}, "lost": {"place": None}})
    with statement.alone():
        statement.one(ACT.format(hang=along.hang("act", WAYS)), told | {"way": way})


def test_the_row_tells_the_way_in_which_the_act_ended_and_the_chain_holds():
    act("won", end())
    act("lost", end())
    assert [row.details for row in queries.trail("t.thing", 7)] == [{"place": 1}, {"place": None}]
    assert actions.verify().checked == Head.objects.get(shard=along.shard_of(7)).count == 2
    assert actions.verify().ok


def test_an_act_that_does_not_take_place_leaves_no_row():
    before = end()
    act(None, before)
    assert end() == before
    assert not Row.objects.exists()


def test_where_the_chain_has_moved_on_nothing_holds_and_it_may_be_done_again():
    seen = end()
    act("won", seen)
    with pytest.raises(IntegrityError) as failed:
        act("lost", seen)
    assert along.again(failed.value)
    assert [row.details["place"] for row in queries.trail("t.thing", 7)] == [1]
    act("lost", end())
    assert actions.verify().ok


@pytest.mark.parametrize("way", ["tied", "drawn"])  # one that `row` was not told of, one that the statement does not know
def test_a_way_that_was_not_foreseen_is_refused_and_is_no_reason_to_try_again(way):
    with pytest.raises(IntegrityError) as failed:
        act(way, end())
    assert not along.again(failed.value)
    assert not Row.objects.exists()


def test_rows_of_one_transaction_stay_in_the_chain_of_its_first():
    actions.record(None, VERB, "t.thing:1")
    act("won", end())
    assert {row.shard for row in Row.objects.all()} == {rules.shard_of(None)}
    assert actions.verify().ok


def test_sabotage_a_row_hung_on_without_looking_at_the_end_is_stopped_by_its_key_alone(monkeypatch):
    """The twin: the end moves on wherever it is. Nobody may try again then, as nothing says that the chain had moved."""
    looks, place = "AND h.count = %(trail_seq)s - 1 AND h.hash = %(trail_before)s", "(SELECT count FROM moved), %("
    blind = along.hang("act", WAYS).replace(looks, "").replace(place, "%(trail_seq)s, %(")
    monkeypatch.setattr(along, "hang", lambda _act, _ways: blind)
    seen = end()
    act("won", seen)
    with pytest.raises(IntegrityError) as failed:
        act("lost", seen)
    assert not along.again(failed.value)
