"""What `unionhall doctor` looks at."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

import django
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from unionhall.config import durability
from unionhall.config.launcher import resolve
from unionhall.config.launcher.trouble import Trouble, disk_full, no_write_access, words
from unionhall.lib.text import Text

ROOM_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, whether it is well, and how to mend it."""

    name: str
    ok: bool
    detail: str
    mend: str = ""

    def as_json(self) -> dict[str, object]:
        """For --json."""
        return asdict(self)

    def as_line(self) -> str:
        """For people."""
        return f"{'ok ' if self.ok else 'BAD'}  {self.name:<12}{self.detail}{'  → ' + self.mend if self.mend else ''}"


def run() -> list[Finding]:
    """Every finding; the later ones are left out where an earlier one makes them pointless."""
    findings = [_python(), _folder(), _disk()]
    database = _database()
    findings.append(database)
    if database.ok:
        django.setup()
        findings += [_guarded("tables", _tables), _guarded("durability", _durability)]
    return findings


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", sys.version_info >= (3, 11), version)


def _folder() -> Finding:
    folder = resolve.data_folder()
    nearest = next(path for path in [folder, *folder.parents] if path.exists())
    ok = os.access(nearest, os.W_OK)
    return Finding("folder", ok, str(folder), "" if ok else words(no_write_access(folder).mend))


def _disk() -> Finding:
    folder = resolve.data_folder()
    nearest = next(path for path in [folder, *folder.parents] if path.exists())
    free = shutil.disk_usage(nearest).free
    return Finding(
        "disk", free >= ROOM_BYTES, f"{free / 2**30:.1f} GiB", "" if free >= ROOM_BYTES else words(disk_full(nearest).mend)
    )


def _database() -> Finding:
    try:
        resolve.attach()
    except Trouble as trouble:
        return Finding("database", False, words(trouble.what), words(trouble.mend))
    return Finding("database", True, resolve.described(os.environ["DATABASE_URL"]))


def _guarded(name: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except DatabaseError as error:
        return Finding(name, False, str(error).splitlines()[0])


def _tables() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    mend = words(Text(zh="请运行 unionhall migrate", en="Run unionhall migrate")) if missing else ""
    return Finding("tables", not missing, f"{len(missing)} missing" if missing else "up to date", mend)


def _durability() -> Finding:
    wrong = durability.broken()
    detail = ", ".join(f"{name}={value}" for name, value in wrong.items())
    return Finding("durability", not wrong, detail or "on", "postgresql.conf" if wrong else "")
