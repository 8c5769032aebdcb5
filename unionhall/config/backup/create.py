"""`backup create`: database, files and keys of one moment, in one folder."""

import os
import shutil
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from unionhall.config.backup import keybox, manifest, server
from unionhall.config.launcher import binaries, resolve
from unionhall.config.launcher.trouble import from_os_error
from unionhall.config.release import VERSION


@dataclass(frozen=True, slots=True)
class Places:
    """Where the house keeps what a backup takes up."""

    files: Path
    keys: Path
    recovery_key: Path


@dataclass(frozen=True, slots=True)
class Created:
    """A finished backup; `new_recovery_key` is set when it was made just now and must be written down."""

    folder: Path
    manifest: manifest.Manifest
    new_recovery_key: str | None


def default_folder() -> Path:
    """Where backups go: UNIONHALL_BACKUPS, else `backups` in the data folder."""
    return Path(os.environ.get("UNIONHALL_BACKUPS") or resolve.data_folder() / "backups")


def create(places: Places, into: Path) -> Created:
    """Make a backup in a new folder under `into`, whole or not at all. Raises Trouble."""
    now = datetime.now(UTC)
    folder = _unused(into, now.strftime("%Y%m%dT%H%M%S"))
    half = into / f".{folder.name}.partial"
    try:
        half.mkdir(parents=True, mode=0o700)
        key, shown = keybox.recovery_key(places.recovery_key)
        made = _fill(half, places, key, now)
        made.write(half)
        half.rename(folder)
    except OSError as error:
        raise from_os_error(error, into) or error from error
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return Created(folder=folder, manifest=made, new_recovery_key=shown)


def _unused(into: Path, stamp: str) -> Path:
    names = (into / f"{stamp}{suffix}Z" for suffix in ("", *(f"-{n}" for n in range(1, 1000))))
    return next(folder for folder in names if not folder.exists())


def _fill(half: Path, places: Places, key: bytes, now: datetime) -> manifest.Manifest:
    with server.snapshot(server.url()) as (connection, moment):
        programs = binaries.tools(server.major(connection))
        counts, heads, version = server.counts(connection), server.heads(connection), server.major(connection)
        server.dump(server.url(), half / manifest.DUMP, moment=moment, programs=programs)
    # After the snapshot: a file is stored before its row, so every row that was dumped finds its content
    stored = _pack(places.files, half / manifest.FILES)
    (half / manifest.KEYS).write_bytes(keybox.seal(places.keys, key))
    return manifest.Manifest(
        created_at=now.isoformat(timespec="seconds"),
        version=VERSION,
        postgres=version,
        counts=counts,
        heads=heads,
        stored_files=stored,
        parts={name: manifest.digest(half / name) for name in (manifest.DUMP, manifest.FILES, manifest.KEYS)},
    )


def _pack(folder: Path, target: Path) -> int:
    found: Iterable[Path] = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []
    count = 0
    with tarfile.open(target, "w") as archive:
        for path in found:
            archive.add(path, arcname=path.relative_to(folder).as_posix(), recursive=False)
            count += 1
    return count
