"""The keys of the house inside a backup: sealed under a recovery key that is kept apart from the backups.

Whoever steals a backup without the recovery key holds no readable identity number; whoever loses the recovery key
restores a house that cannot read its own sealed values. So it is made once, shown, and belongs into a safe.
"""

import base64
import io
import os
import secrets
import tarfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from unionhall.config.backup.unpacking import unpack
from unionhall.config.launcher.trouble import Trouble
from unionhall.lib.text import Text

PURPOSE = b"unionhall backup keys 1"
NONCE = 12


def recovery_key(path: Path) -> tuple[bytes, str | None]:
    """The recovery key in a file (UNIONHALL_RECOVERY_KEY names another) and, where it was only now made, its text."""
    chosen = Path(os.environ.get("UNIONHALL_RECOVERY_KEY") or path)
    if chosen.exists():
        return _read(chosen), None
    if chosen != path:
        raise _no_key(chosen)
    text = base64.b32encode(secrets.token_bytes(32)).decode().rstrip("=")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text + "\n", encoding="ascii")
    return _read(path), text


def known_key(path: Path) -> bytes:
    """The recovery key for a restore. Raises Trouble where there is none: a restore never makes one."""
    chosen = Path(os.environ.get("UNIONHALL_RECOVERY_KEY") or path)
    if not chosen.exists():
        raise _no_key(chosen)
    return _read(chosen)


def _no_key(path: Path) -> Trouble:
    return Trouble(
        Text(zh=f"没有恢复密钥：{path}。", en=f"There is no recovery key: {path}."),
        Text(
            zh="请用 UNIONHALL_RECOVERY_KEY=文件 指定创建备份时保存的恢复密钥。",
            en="Name the one kept when the backup was made: UNIONHALL_RECOVERY_KEY=/path/to/file.",
        ),
    )


def _read(path: Path) -> bytes:
    text = path.read_text(encoding="ascii").strip()
    return base64.b32decode(text + "=" * (-len(text) % 8))


def seal(folder: Path, key: bytes) -> bytes:
    """Everything in a folder, encrypted."""
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode="w") as archive:
        if folder.exists():
            archive.add(folder, arcname=".")
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, kept.getvalue(), PURPOSE)


def unseal(sealed: bytes, key: bytes, folder: Path) -> None:
    """Write what `seal` took up into a folder. Raises Trouble for another key or a changed byte."""
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], PURPOSE)
    except InvalidTag as error:
        raise Trouble(
            Text(zh="恢复密钥不符，或密钥文件已损坏。", en="The recovery key does not fit, or the sealed keys are damaged."),
            Text(zh="请使用创建该备份时的恢复密钥。", en="Use the recovery key of the time when the backup was made."),
        ) from error
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        unpack(archive, folder)
