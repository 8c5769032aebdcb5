"""A line of those who press while another's statement is under way, so that one statement serves all who stand there.

A crowd waits for one row of the database whichever way each comes to it. So whoever comes first goes alone, at once; who comes
meanwhile stands in line; and when the first is back, the foremost takes along all who stand behind. Nobody waits for a crowd
that may not come, and nobody for ever: after a while each goes alone, and so does everybody where nothing came of going together.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Wish = TypeVar("Wish")
Got = TypeVar("Got")
MOST = 8  # who go together
PATIENCE = 1.0  # seconds in line, many times what a claim takes


class _Place(Generic[Wish, Got]):
    """A place in line. It is left once: by who stands there, by who takes the wish along, or to lead."""

    __slots__ = ("called", "got", "leads", "wish")

    def __init__(self, wish: Wish) -> None:
        self.wish, self.leads, self.called = wish, False, Lock()
        self.got: Got | None = None
        self.called.acquire()


class Line(Generic[Wish, Got]):
    """Who presses for one thing in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way = False
        self._waiting: deque[_Place[Wish, Got]] = deque()

    def through(
        self,
        wish: Callable[[], Wish | None],
        together: Callable[[Sequence[Wish]], Sequence[Got] | None],
        alone: Callable[[], Got | None],
    ) -> Got | None:
        """What came of one's own wish.

        `wish` says it, in the own thread, where somebody is under way; None: better alone. `together` serves several, all of
        them or none (None); what it raises is raised where it was called, and the others go alone.
        """
        with self._lock:
            first, self._under_way = not self._under_way, True
        place = None
        if not first:
            asked = wish()
            place = None if asked is None else self._stand(asked)
            if place is None or not place.leads:
                return alone() if place is None or place.got is None else place.got
        try:
            answer = None if place is None else self._lead(place, together)
            return alone() if answer is None else answer
        finally:
            self._call_next()

    def _stand(self, wish: Wish) -> _Place[Wish, Got]:
        """Wait until called: to lead, with an answer, or with nothing."""
        place: _Place[Wish, Got] = _Place(wish)
        with self._lock:
            if not self._under_way:
                self._under_way = place.leads = True
                return place
            self._waiting.append(place)
        if not place.called.acquire(timeout=PATIENCE):
            with self._lock:
                if place in self._waiting:
                    self._waiting.remove(place)
        return place

    def _lead(self, place: _Place[Wish, Got], together: Callable[[Sequence[Wish]], Sequence[Got] | None]) -> Got | None:
        with self._lock:
            others = [self._waiting.popleft() for _other in range(min(len(self._waiting), MOST - 1))]
        if not others:
            return None
        answers: Sequence[Got] | None = None
        try:
            answers = together([place.wish, *(other.wish for other in others)])
        finally:
            for number, other in enumerate(others, start=1):
                other.got = None if answers is None else answers[number]
                other.called.release()
        return None if answers is None else answers[0]

    def _call_next(self) -> None:
        with self._lock:
            if not self._waiting:
                self._under_way = False
                return
            place = self._waiting.popleft()
            place.leads = True
        place.called.release()
