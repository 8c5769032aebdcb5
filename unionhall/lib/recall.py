"""What was just read and cannot have changed meanwhile: kept for the length of one request or job, never longer.

Outside of `recalling()` nothing is kept. Whoever changes what others may have recalled calls `forget()`. What a crowd is shown
in one moment may be a second old (`lately`); what is decided is always read anew.
"""

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connection

Made = TypeVar("Made")

SECOND = 1.0
MOST = 1_000  # things of the last second; a crowd asks for the same few

_lately: dict[Hashable, tuple[float, Any]] = {}
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("unionhall_recall", default=None)


@contextmanager
def recalling() -> Iterator[None]:
    """Keep what is read inside until the block ends."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def recall(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gave for this key before, or gives now."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    return kept[key]


def lately(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gave for this key within the last second, in this process, or gives now: for pages that decide nothing.

    Inside a transaction, which must see what it wrote itself, it always makes it. What is given is shared: nobody changes it.
    """
    if connection.in_atomic_block:
        return make()
    moment, found = _lately.get(key, (None, None))
    now = time.monotonic()
    if moment is None or now - moment > SECOND:
        found = make()
        if len(_lately) >= MOST:
            _lately.clear()
        _lately[key] = now, found
    return found  # type: ignore[return-value]  # kept under its own key


def on() -> bool:
    """Whether anything is kept just now."""
    return _kept.get() is not None


def forget() -> None:
    """Drop everything that was kept: something has just changed."""
    if (kept := _kept.get()) is not None:
        kept.clear()
