"""The house's key files: master keys that wrap the keys of persons, and the key of the blind indexes.

One folder, mode 0700; `master-0001.key`, `master-0002.key`, … and `blind.key`, mode 0600, 32 hexadecimal digits each.
The highest master is the one in use; older ones stay until everything is wrapped anew. Losing the folder makes all
sealed values unreadable for good; it is backed up apart from the database.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from unionhall.lib import sm4
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

_MASTER = re.compile(r"master-(\d{4})\.key")
_HEX = re.compile(r"[0-9a-f]{32}")


class KeysMissing(Refused):
    """The key folder is absent, incomplete or damaged."""

    code = "keys_missing"

    def __init__(self, path: Path) -> None:
        super().__init__(
            Text(
                zh=f"找不到可用的身份信息密钥（{path}）。请从密钥备份恢复该目录，或检查环境变量 UNIONHALL_KEYS；切勿另建新密钥。",
                en=f"No usable identity keys at {path}. Restore that folder from the key backup, or check UNIONHALL_KEYS; "
                "do not create new keys for an existing database.",
            )
        )


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys in use; never printed."""

    masters: dict[int, bytes] = field(repr=False)
    blinder: sm4.Blinder = field(repr=False)
    current: int = 0

    def master(self, number: int) -> bytes:
        """A master key by its number. Raises Unreadable for one that is no longer in the folder."""
        if number not in self.masters:
            raise sm4.Unreadable
        return self.masters[number]


def create(folder: Path) -> bool:
    """Make the first keys in an empty or absent folder; returns False and changes nothing where keys are already.

    Called by the launcher before the first migration, never by the application.
    """
    if folder.exists() and any(folder.glob("*.key")):
        return False
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder / "blind.key")
    _write(folder / "master-0001.key")
    return True


def add_master(folder: Path) -> int:
    """Put a new master key beside the old ones and return its number; the first step of a rotation."""
    number = load(folder).current + 1
    _write(folder / f"master-{number:04d}.key")
    return number


def drop_masters(folder: Path, *, below: int) -> int:
    """Destroy the master keys before a number; the last step of a rotation. Returns how many went."""
    old = [path for number, path in _master_paths(folder).items() if number < below]
    for path in old:
        path.unlink()
    return len(old)


def load(folder: Path) -> Keyring:
    """Read the folder. Raises KeysMissing where something is absent or damaged."""
    paths = _master_paths(folder)
    if not paths:
        raise KeysMissing(folder)
    masters = {number: _read(path) for number, path in paths.items()}
    return Keyring(masters, sm4.Blinder(_read(folder / "blind.key")), max(masters))


def _master_paths(folder: Path) -> dict[int, Path]:
    names = {path: _MASTER.fullmatch(path.name) for path in folder.glob("master-*.key")}
    return {int(match.group(1)): path for path, match in sorted(names.items()) if match}


def _read(path: Path) -> bytes:
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise KeysMissing(path) from None
    if not _HEX.fullmatch(text):
        raise KeysMissing(path)
    return bytes.fromhex(text)


def _write(path: Path) -> None:
    """Write a fresh key that nobody else may read, durably, never over an old one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(sm4.new_key().hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
