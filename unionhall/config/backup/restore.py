"""`backup restore`: the house as it stood, checked before it takes the place of what is there; the old one is kept aside."""

import os
import secrets
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path

from unionhall.config.backup import keybox, manifest, server, verify
from unionhall.config.backup.create import Places
from unionhall.config.backup.unpacking import unpack
from unionhall.config.launcher.trouble import Trouble
from unionhall.lib.text import Text


def holds_something(address: str) -> bool:
    """Whether a database has any table that a restore would put aside."""
    with server.connect(address) as connection:
        return bool(connection.execute(server.TABLES).fetchone())


def restore(folder: Path, places: Places) -> dict[str, object]:
    """Bring a backup into the house's database, files and keys. Raises Trouble, and then nothing has changed."""
    told = manifest.read(folder)
    faults = verify.changed_parts(folder, told)
    if faults:
        raise _not_good(faults)
    key = keybox.known_key(places.recovery_key)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    new_keys = places.keys.with_name(f"{places.keys.name}.restoring-{stamp}")
    keybox.unseal((folder / manifest.KEYS).read_bytes(), key, new_keys)
    address = server.url()
    fresh = f"{server.name_of(address)}_restoring_{secrets.token_hex(3)}"
    server.create_database(address, fresh)
    try:
        verify.restore_into(folder, server.beside(address, fresh))
        faults, checked = verify.compare(server.beside(address, fresh), told)
        if faults:
            raise _not_good(faults)
    except Trouble:
        server.drop_database(address, fresh)
        raise
    aside = f"{server.name_of(address)}_before_{stamp.lower()}"
    server.swap(address, new=fresh, aside=aside)
    _replace(places.keys, new_keys, stamp)
    _bring_files(folder, places.files, stamp)
    _bring_up_to_date(address)
    return {"restored": str(folder), "rows": sum(told.counts.values()), "audit_rows": checked, "kept_aside": aside}


def _not_good(faults: list[str]) -> Trouble:
    return Trouble(
        Text(zh=f"备份不完好：{'；'.join(faults[:5])}。", en=f"The backup is not good: {'; '.join(faults[:5])}."),
        Text(zh="未做任何更改，请换一份备份。", en="Nothing was changed; take another backup."),
    )


def _replace(old: Path, new: Path, stamp: str) -> None:
    if old.exists():
        old.rename(old.with_name(f"{old.name}.before-{stamp}"))
    new.rename(old)


def _bring_files(folder: Path, target: Path, stamp: str) -> None:
    new = target.with_name(f"{target.name}.restoring-{stamp}")
    new.mkdir(parents=True, mode=0o700)
    with tarfile.open(folder / manifest.FILES) as archive:
        unpack(archive, new)
    _replace(target, new, stamp)


def _bring_up_to_date(address: str) -> None:
    command = [sys.executable, "-m", "unionhall.config.cli.main", "migrate", "--quiet"]
    environment = {**os.environ, "DATABASE_URL": address}
    environment.pop("UNIONHALL_DB_ROLE", None)
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise Trouble(
            Text(zh="数据已恢复，但升级表结构失败。", en="The data are back, but bringing the tables up to date failed."),
            Text(zh="请运行 unionhall migrate 查看原因。", en="Run unionhall migrate to see why."),
        )
