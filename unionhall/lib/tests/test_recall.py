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
