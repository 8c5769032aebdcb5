"""Many real connections that act at the same moment: what a race needs to show itself."""

from collections.abc import Callable
from contextvars import copy_context
from threading import Barrier, Thread
from typing import Any

from django.db import connections


def at_once(count: int, act: Callable[[int], object]) -> list[Any]:
    """Run `act(number)` on so many connections of their own at once; gives each result or the exception raised.

    The threads start with the caller's clock. Use it in tests with `django_db(transaction=True)` only.
    """
    start = Barrier(count)
    results: list[Any] = [None] * count

    def run(number: int) -> None:
        connection = connections["default"]
        options = {key: value for key, value in connection.settings_dict["OPTIONS"].items() if key != "pool"}
        connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}  # a connection outside the pool
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            results[number] = act(number)
        except Exception as raised:  # noqa: BLE001 - handed to the test, which says what it expects
            results[number] = raised
        finally:
            connection.close()

    threads = [Thread(target=copy_context().run, args=(run, number)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results
