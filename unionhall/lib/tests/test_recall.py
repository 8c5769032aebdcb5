import time

import pytest

from unionhall.lib import recall


def test_outside_nothing_is_kept():
    reads = []
    for _ in range(2):
        recall.recall("a", lambda: reads.append(1))
    assert reads == [1, 1]


def test_inside_a_value_is_read_once_and_the_next_block_starts_anew():
    reads = []

    def read():
        reads.append(1)
        return len(reads)

    with recall.recalling():
        assert [recall.recall("a", read), recall.recall("a", read), recall.recall("b", read)] == [1, 1, 2]
    with recall.recalling():
        assert recall.recall("a", read) == 3


def test_what_changed_is_forgotten():
    with recall.recalling():
        assert recall.recall("a", lambda: 1) == 1
        recall.forget()
        assert recall.recall("a", lambda: 2) == 2


@pytest.fixture
def seconds(monkeypatch):
    """A clock that stands still until it is told to go on."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(recall, "_lately", {})
    monkeypatch.setattr(recall, "_marked", {})
    return now


@pytest.mark.django_db(transaction=True)
def test_what_a_crowd_is_shown_may_be_a_second_old(seconds):
    reads = []
    assert [recall.lately("a", lambda: reads.append(1) or len(reads)) for _ in range(3)] == [1, 1, 1]
    seconds[0] += 1.0
    assert recall.lately("a", lambda: 2) == 1
    seconds[0] += 0.1
    assert recall.lately("a", lambda: 2) == 2


@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_of_what_failed(seconds):
    with pytest.raises(LookupError):
        recall.lately("a", lambda: {}["nothing"])
    assert recall.lately("a", lambda: None) is None


@pytest.mark.django_db(transaction=True)
def test_the_crowd_asks_for_a_few_things_only(seconds, monkeypatch):
    monkeypatch.setattr(recall, "MOST", 3)
    for number in range(5):
        assert recall.lately(number, lambda number=number: number) == number
    assert set(recall._lately) == {3, 4}


@pytest.mark.django_db(transaction=True)
def test_what_bears_a_mark_is_read_once_a_mark(seconds):
    assert [recall.marked("m", "a", lambda: 1), recall.marked("m", "b", lambda: 2)] == [1, 2]
    seconds[0] += 3600.0
    assert [recall.marked("m", "a", lambda: 3), recall.marked("n", "a", lambda: 4), recall.marked("m", "a", lambda: 5)] == [1, 4, 5]


@pytest.mark.django_db
def test_inside_a_transaction_it_is_read_each_time(seconds):
    assert [recall.lately("a", lambda: 1), recall.lately("a", lambda: 2)] == [1, 2]
    assert [recall.marked("m", "a", lambda: 1), recall.marked("m", "a", lambda: 2)] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_what_rests_on_something_old_is_done_again_upon_what_is_new(seconds):
    now, acted = [1], []

    def act():
        with recall.recalling():
            acted.append(recall.recall("a", lambda: recall.lately("a", lambda: now[0])))
            if acted[-1] != now[0]:
                raise recall.Stale
            return f"done upon {acted[-1]}"

    assert recall.while_it_stands(act) == "done upon 1"
    now[0] = 2
    assert recall.while_it_stands(act) == "done upon 2"
    assert acted == [1, 1, 2]
    assert recall.lately("a", lambda: 3) == 2  # for others it is as of this second again


def test_what_was_supposed_is_taken_and_nothing_else_kept():
    assert recall.supposed("a", lambda: 1) == 1
    with recall.recalling():
        assert [recall.supposed("a", lambda: 1), recall.supposed("a", lambda: 2)] == [1, 2]
        recall.suppose("a", 3)
        assert recall.supposed("a", lambda: 4) == 3
        recall.forget()
        assert recall.supposed("a", lambda: 5) == 5
