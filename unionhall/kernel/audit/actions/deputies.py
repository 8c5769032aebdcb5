"""For whom somebody acts: noted by whoever lets the act happen, borne by each row that follows (`for` in its circumstances)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_noted: ContextVar[tuple[int, int] | None] = ContextVar("unionhall_audit_stand_in", default=None)


def stand_in(by: int, behalf: int | None) -> None:
    """Note that what a person does from here on is done for another, or again for nobody else (None); both by key."""
    _noted.set(None if behalf is None else (by, behalf))


def behalf_of(by: int) -> int | None:
    """For whom a person acts now, by key; None where for nobody else."""
    noted = _noted.get()
    return noted[1] if noted is not None and noted[0] == by else None


@contextmanager
def forgotten() -> Iterator[None]:
    """For the length of a request or a job; nothing noted inside outlasts it."""
    token = _noted.set(None)
    try:
        yield
    finally:
        _noted.reset(token)
