"""kill -9 inside an act, at a moment that has a name or a number: what shows whether anything half done survives.

The act runs in a child of this process on a connection of its own and is killed there; nothing of it stands in the act's code.
A writing statement is a step and bears the name of what it writes ("INSERT grants_batch"), in the act's order; the same again is
"UPDATE funds_budgetline 2". Before the commit and after it, when the answer has not gone out yet, are moments as well.
Use it in tests with `django_db(transaction=True)` only.
"""

import os
import re
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.db import connection

from unionhall.lib import copying

COMMIT, ANSWER = "commit", "answer"
"""Everything is written and nothing is kept; everything is kept and nobody was told."""
_WRITES = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM|COPY) \"?([a-z]+_\w+)")  # not "FOR UPDATE" nor "DO UPDATE SET"
Act = Callable[[], object]


class Watch:
    """Sees every statement of an act; kills its own process before the one with this number or this name."""

    def __init__(self, at: int | str | None) -> None:
        self.at, self.seen, self.steps = at, 0, Counter[str]()
        self.names: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        self.meet(sql)
        return execute(sql, params, many, context)

    def meet(self, sql: str) -> None:
        """One statement is about to run."""
        if self.at == self.seen:
            _die()
        self.seen += 1
        if found := _WRITES.findall(sql):
            verb, table = found[-1]  # what a statement of several comes to
            self.reach(f"{verb.split()[0]} {table}")

    def reach(self, step: str) -> None:
        """One step with a name is about to be done."""
        self.steps[step] += 1
        name = step if self.steps[step] == 1 else f"{step} {self.steps[step]}"
        self.names.append(name)
        if self.at == name:
            _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed(act: Act, at: int | str) -> bool:
    """Do the act in a child that is killed at this moment; True if it was killed, False where it had ended before."""
    child = os.fork()
    if child == 0:
        try:
            _child(act, Watch(at))
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def steps(act: Act) -> list[str]:
    """The names of what an act writes up to its first commit, in its order; nothing of it is kept."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        watch = Watch(None)
        with suppress(BaseException):
            _child(act, watch, lambda: os.write(writing, "\n".join(watch.names).encode()))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        names = told.read()
    os.waitpid(child, 0)
    return names.split("\n") if names else []


def _child(act: Act, watch: Watch, last: Act | None = None) -> None:
    """The act on a connection of its own. The parent's is never closed here: that would end its session."""
    kept, connection.connection = connection.connection, None
    options = {key: value for key, value in connection.settings_dict["OPTIONS"].items() if key != "pool"}
    connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}  # the pool stays the parent's as well
    copy, commit = copying.copy, connection.commit

    def copied(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        watch.meet(f"COPY {table}")
        copy(table, columns, rows)

    def committed() -> None:
        watch.reach(COMMIT)
        if last is not None:
            last()
            _die()
        commit()

    copying.copy = copied
    connection.commit = committed  # type: ignore[method-assign]
    with connection.execute_wrapper(watch):
        act()
    watch.reach(ANSWER)
    assert kept is not connection.connection
