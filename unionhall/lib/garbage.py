"""Rest for the collector of garbage while many rows are made that are none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting() -> Iterator[None]:
    """Look for no circles inside; what nobody holds goes as ever.

    Thousands of fresh rows make the collector look through all of them again and again: a fifth of an import's time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
