"""Secrets that the house makes for itself on its first run and keeps in its data folder, readable by it alone."""

import os
import secrets
from pathlib import Path

from unionhall.config.launcher.trouble import from_os_error


def secret(path: Path) -> str:
    """The secret in a file; made (0600) where there is none. Raises Trouble where the folder cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise from_os_error(error, path) or error from error
