"""Who uses the embedded server now: the last one out stops it, and only if one of us had started it.

Each process that uses the server holds a shared lock on one file. The operating system lets go of it however the
process ends, so there is no list that a kill could leave behind.
"""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from unionhall.config.launcher.cluster import Cluster


@dataclass(slots=True)
class Lease:
    """A process's use of a cluster, from `take` until `release`."""

    cluster: Cluster
    _users: int = -1

    @property
    def started_by_us(self) -> Path:
        """The mark that a process of the house, and nobody else, started the server."""
        return self.cluster.folder / "ours"

    def take(self) -> str:
        """Have the server run and count ourselves among its users; returns its address. Raises Trouble."""
        self.cluster.make_folder()
        starting = _open(self.cluster.folder / "starting.lock")
        try:
            fcntl.flock(starting, fcntl.LOCK_EX)
            self.cluster.prepare()
            self._users = _open(self.cluster.folder / "users.lock")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            if not self.cluster.running():
                self.started_by_us.touch()
                self.cluster.start()
            self.cluster.create_database()
        except BaseException:
            self._forget()
            raise
        finally:
            os.close(starting)
        return self.cluster.url

    def release(self) -> None:
        """Give the server up; stop it when nobody else uses it and it was ours to start."""
        if self._users < 0:
            return
        starting = _open(self.cluster.folder / "starting.lock")
        try:
            fcntl.flock(starting, fcntl.LOCK_EX)
            if self._alone() and self.started_by_us.exists() and self.cluster.running():
                self.cluster.stop()
                self.started_by_us.unlink()
        finally:
            self._forget()
            os.close(starting)

    def _alone(self) -> bool:
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _forget(self) -> None:
        if self._users >= 0:
            os.close(self._users)
            self._users = -1

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
