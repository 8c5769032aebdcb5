"""Who presses while another's statement is under way: taken along once, or alone; never lost, never waiting for ever."""

from threading import Event, Thread

import pytest

from unionhall.work.campaigns.actions import line as lines
from unionhall.work.campaigns.actions.line import Line

FIVE = ["b", "c", "d", "e", "f"]


class Counter:
    """What is served: by whom, with whom, and what came of it."""

    def __init__(self, fails=None):
        self.line, self.alone, self.together, self.fails = Line(), [], [], fails
        self.begun, self.may_end, self.got = Event(), Event(), {}

    def first(self):
        """Goes alone, and is under way until it may end."""
        self.begun.set()
        assert self.may_end.wait(20)
        return "a alone"

    def serve(self, wishes):
        self.together.append(list(wishes))
        if isinstance(self.fails, Exception):
            raise self.fails
        return None if self.fails else [f"{wish} together" for wish in wishes]

    def by_itself(self, wish):
        self.alone.append(wish)
        return f"{wish} alone"

    def press(self, wish):
        try:
            self.got[wish] = self.line.through(lambda: wish, self.serve, lambda: self.by_itself(wish))
        except Exception as raised:  # noqa: BLE001 (handed to the test)
            self.got[wish] = raised

    def begin(self):
        """Somebody is under way."""
        thread = Thread(target=lambda: self.line.through(lambda: "a", self.serve, self.first))
        thread.start()
        assert self.begun.wait(20)
        return thread

    def stand(self, wishes):
        """These stand behind, in that order."""
        made = []
        for number, wish in enumerate(wishes, start=1):
            made.append(Thread(target=self.press, args=(wish,)))
            made[-1].start()
            while len(self.line._waiting) < number:
                pass
        return made

    def run(self, wishes):
        threads = [self.begin(), *self.stand(wishes)]
        self.may_end.set()
        for thread in threads:
            thread.join(20)
        assert (self.line._under_way, list(self.line._waiting)) == (False, [])
        return self.got


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    monkeypatch.setattr(lines, "PATIENCE", 20.0)


def test_whoever_presses_while_nobody_does_goes_alone_and_need_not_say_the_wish():
    counter = Counter()
    for _twice in range(2):
        assert counter.line.through(lambda: pytest.fail("asked for"), counter.serve, lambda: "alone") == "alone"
    assert (counter.together, counter.line._under_way) == ([], False)


def test_the_foremost_takes_along_who_stands_behind():
    counter = Counter()
    assert counter.run(FIVE) == {wish: f"{wish} together" for wish in FIVE}
    assert (counter.together, counter.alone) == ([FIVE], [])


def test_no_more_than_eight_at_once_and_one_who_is_left_goes_alone():
    counter = Counter()
    wishes = list("bcdefghij")
    assert counter.run(wishes) == {**{wish: f"{wish} together" for wish in wishes[:8]}, "j": "j alone"}
    assert (counter.together, counter.alone) == ([wishes[:8]], ["j"])


def test_where_nothing_comes_of_it_each_goes_alone_once():
    counter = Counter(fails=True)
    assert counter.run(FIVE) == {wish: f"{wish} alone" for wish in FIVE}
    assert (counter.together, sorted(counter.alone)) == ([FIVE], FIVE)


def test_what_is_raised_is_raised_for_the_foremost_and_the_others_go_alone():
    failure = OSError("away")
    counter = Counter(fails=failure)
    assert counter.run(FIVE) == {"b": failure, **{wish: f"{wish} alone" for wish in FIVE[1:]}}
    assert sorted(counter.alone) == FIVE[1:]


def test_whoever_fails_alone_lets_the_next_one_through():
    counter = Counter()
    with pytest.raises(OSError, match="away"):
        counter.line.through(lambda: "a", counter.serve, lambda: (_ for _ in ()).throw(OSError("away")))
    assert counter.line.through(lambda: "b", counter.serve, lambda: "b alone") == "b alone"


def test_whoever_has_nothing_to_say_in_line_goes_alone_at_once():
    counter = Counter()
    thread = counter.begin()
    assert counter.line.through(lambda: None, counter.serve, lambda: "b alone") == "b alone"
    counter.may_end.set()
    thread.join(20)
    assert (counter.together, counter.line._under_way) == ([], False)


def test_nobody_waits_for_ever_and_who_has_left_is_not_taken_along(monkeypatch):
    monkeypatch.setattr(lines, "PATIENCE", 0.05)
    counter = Counter()
    thread = counter.begin()
    counter.press("b")
    assert (counter.got, list(counter.line._waiting)) == ({"b": "b alone"}, [])
    counter.may_end.set()
    thread.join(20)
    assert (counter.together, counter.line._under_way) == ([], False)


def test_nor_for_one_who_took_the_wish_along_and_does_not_come_back(monkeypatch):
    """Served twice then: what serves must know whom it has served, as the sign-ups' index does."""
    counter, stuck, gone = Counter(), Event(), Event()
    serve = counter.serve

    def late(wishes):
        stuck.set()
        assert gone.wait(20)
        return serve(wishes)

    counter.serve = late
    threads = [counter.begin(), *counter.stand(["b"])]
    monkeypatch.setattr(lines, "PATIENCE", 1.0)
    impatient = Thread(target=counter.press, args=("c",))
    impatient.start()
    while len(counter.line._waiting) < 2:
        pass
    counter.may_end.set()
    assert stuck.wait(20)
    impatient.join(20)
    assert counter.got == {"c": "c alone"}
    gone.set()
    for thread in threads:
        thread.join(20)
    assert (counter.got, counter.together) == ({"b": "b together", "c": "c alone"}, [["b", "c"]])
