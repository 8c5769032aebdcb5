"""What was just read and cannot have changed meanwhile: kept for the length of one request or job, never longer.

Outside of `recalling()` nothing is kept. Whoever changes what others may have recalled calls `forget()`. What a crowd is shown
in one moment may be a second old (`lately`), and what bears a mark that every edit changes is read once a mark (`marked`). What
is decided is read anew, or the act looks by its own statement whether what it rests on still stands (`Stale`, `while_it_stands`).
"""

import time
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connection

from unionhall.lib.within import Within

Made = TypeVar("Made")

SECOND = 1.0
MOST = 1_000  # things of the last second, or under a mark; a crowd asks for the same few

_lately: dict[Hashable, tuple[float, Any]] = {}
_marked: dict[Hashable, tuple[Hashable, Any]] = {}
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("unionhall_recall", default=None)
_anew: ContextVar[bool] = ContextVar("unionhall_recall_anew", default=False)


class Stale(Exception):
    """What an act took as of the last second has changed since: nothing was done."""


def recalling() -> Within[dict[Hashable, Any] | None]:
    """Keep what is read inside until the block ends."""
    return Within(_kept, {})


def recall(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gave for this key before, or gives now."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    return kept[key]


def suppose(key: Hashable, value: object) -> None:
    """Keep what was found out already, for whoever asks for it by `supposed`."""
    recall(key, lambda: value)


def supposed(key: Hashable, make: Callable[[], Made]) -> Made:
    """What was supposed, or what `make` gives now, which is not kept."""
    kept = _kept.get()
    return kept[key] if kept is not None and key in kept else make()


def lately(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gave for this key within the last second, in this process, or gives now: for pages that decide nothing.

    Inside a transaction, which must see what it wrote itself, it always makes it. What is given is shared: nobody changes it.
    """
    if connection.in_atomic_block:
        return make()
    moment, found = _lately.get(key, (None, None))
    now = time.monotonic()
    if moment is None or now - moment > SECOND or _anew.get():
        found = make()
        _keep(_lately, key, (now, found))
    return found  # type: ignore[return-value]  # kept under its own key


def marked(mark: Hashable, key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gave for this key under the same mark, in this process, or gives now.

    The mark is read before what it marks, so that an edit in between shows in the next one. Otherwise like `lately`.
    """
    if connection.in_atomic_block:
        return make()
    kept = _marked.get(key)
    if kept is None or kept[0] != mark or _anew.get():
        kept = mark, make()
        _keep(_marked, key, kept)
    return kept[1]  # of this kind, under its own key


def _keep(among: dict[Hashable, Any], key: Hashable, value: Any) -> None:
    if len(among) >= MOST:
        among.clear()
    among[key] = value


def while_it_stands(act: Callable[[], Made]) -> Made:
    """Do what rests on things of the last second; where it finds that they stand no longer, again with all of them read anew."""
    try:
        return act()
    except Stale:
        token = _anew.set(True)
    try:
        while True:
            forget()
            try:
                return act()
            except Stale:  # changed within these few milliseconds
                continue
    finally:
        _anew.reset(token)


def on() -> bool:
    """Whether anything is kept just now."""
    return _kept.get() is not None


def forget() -> None:
    """Drop everything that was kept: something has just changed."""
    if (kept := _kept.get()) is not None:
        kept.clear()
