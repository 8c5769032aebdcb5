"""What was just read and cannot have changed meanwhile: kept for the length of one request or job, never longer.

Outside of `recalling()` nothing is kept. Whoever changes what others may have recalled calls `forget()`.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Made = TypeVar("Made")

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


def on() -> bool:
    """Whether anything is kept just now."""
    return _kept.get() is not None


def forget() -> None:
    """Drop everything that was kept: something has just changed."""
    if (kept := _kept.get()) is not None:
        kept.clear()
