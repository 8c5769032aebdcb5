"""`backup verify`: nothing is believed that was not restored and counted."""

import json
import os
import subprocess
import sys
import tarfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from unionhall.config.backup import manifest, server
from unionhall.config.launcher import binaries
from unionhall.config.launcher.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found; `faults` is empty for a good backup."""

    ok: bool
    tables: int
    rows: int
    audit_rows: int
    faults: list[str]

    def as_json(self) -> dict[str, object]:
        """For --json."""
        return asdict(self)


def verify(folder: Path) -> Report:
    """Restore a backup into a scratch database and compare counts, chains and files with its manifest."""
    told = manifest.read(folder)
    faults = changed_parts(folder, told)
    checked = 0
    if not faults:
        with server.scratch(server.url()) as scratch:
            try:
                restore_into(folder, scratch)
                found, checked = compare(scratch, told)
                faults += found
                faults += missing_files(folder, scratch, told)
            except Trouble as trouble:
                faults.append(str(trouble))
    return Report(ok=not faults, tables=len(told.counts), rows=sum(told.counts.values()), audit_rows=checked, faults=faults)


def changed_parts(folder: Path, told: manifest.Manifest) -> list[str]:
    """Parts that are missing or are not the ones that were written."""
    faults = []
    for name, sha in told.parts.items():
        path = folder / name
        if not path.exists():
            faults.append(f"{name}: missing")
        elif manifest.digest(path) != sha:
            faults.append(f"{name}: changed since it was written")
    return faults


def restore_into(folder: Path, address: str) -> None:
    """Fill an empty database from a backup. Raises Trouble."""
    with server.connect(address) as connection:
        programs = binaries.tools(server.major(connection))
    server.restore(folder / manifest.DUMP, address, programs)


def compare(address: str, told: manifest.Manifest) -> tuple[list[str], int]:
    """What in a restored database differs from the manifest, and how many audit rows were recomputed."""
    with server.connect(address) as connection:
        counts, heads = server.counts(connection), server.heads(connection)
    faults = [
        f"{table}: {counts.get(table, 0)} rows instead of {told.counts.get(table, 0)}"
        for table in sorted({*counts, *told.counts})
        if counts.get(table, 0) != told.counts.get(table, 0)
    ]
    if heads != told.heads:
        faults.append("audit: the ends of the chains differ")
    verdict = _audit(address)
    if not verdict["ok"]:
        faults.append(f"audit: the chain is broken at {verdict['first_bad']}")
    return faults, int(verdict["checked"])


def _audit(address: str) -> dict[str, Any]:
    # In a process of its own: this one is set up for the house's own database
    command = [sys.executable, "-m", "unionhall.config.cli.main", "audit", "verify", "--json"]
    environment = {**os.environ, "DATABASE_URL": address, "UNIONHALL_DB_ROLE": ""}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if not answer.stdout.strip():
        return {"ok": False, "checked": 0, "first_bad": answer.stderr.strip().splitlines()[-1:]}
    found = json.loads(answer.stdout)
    assert isinstance(found, dict)
    return found


def missing_files(folder: Path, address: str, told: manifest.Manifest) -> list[str]:
    """Files that the restored rows name and the archive does not hold."""
    with tarfile.open(folder / manifest.FILES) as archive:
        held = set(archive.getnames())
    faults = [] if len(held) == told.stored_files else [f"files: {len(held)} instead of {told.stored_files}"]
    with server.connect(address) as connection:
        named = connection.execute("SELECT stored_as FROM files_file WHERE withdrawn_at IS NULL").fetchall()
    return faults + [f"files: {name} is missing" for (name,) in named if name not in held]
