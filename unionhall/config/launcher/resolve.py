"""Which database the house uses: DATABASE_URL, else the embedded server of the data folder."""

import atexit
import os
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from unionhall.config.launcher import cluster
from unionhall.config.launcher.lease import Lease
from unionhall.config.launcher.trouble import Trouble, database_down, server_too_old, wrong_address
from unionhall.lib.text import Text

PROJECT = Path(__file__).resolve().parents[3]
OLDEST = 150000


def data_folder() -> Path:
    """Where this house keeps its data: UNIONHALL_DATA, else `var` beside the code."""
    return Path(os.environ.get("UNIONHALL_DATA") or PROJECT / "var").absolute()


def described(url: str) -> str:
    """An address without its password, for messages."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"


def check(url: str) -> None:
    """Raise Trouble where an address is malformed, does not answer, names no database or a server before 15."""
    if urlsplit(url).scheme not in {"postgres", "postgresql"}:
        raise wrong_address(url.split(":", 1)[0] + ":…")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        text = str(error)
        if "password authentication" in text or "does not exist" in text or "no password supplied" in text:
            raise wrong_address(text.strip().splitlines()[-1].split("FATAL:")[-1].strip()) from error
        raise database_down(described(url)) from error
    except (psycopg.ProgrammingError, ValueError) as error:
        raise wrong_address(str(error).splitlines()[0]) from error
    if version < OLDEST:
        raise server_too_old(f"{version // 10000}")


def attach() -> Lease | None:
    """Set DATABASE_URL for this process and its children, starting the embedded server if it must.

    The lease is given back when the process ends. None where DATABASE_URL named the server. Raises Trouble.
    """
    if url := os.environ.get("DATABASE_URL"):
        check(url)
        return None
    lease = Lease(cluster.at(data_folder() / "postgres"))
    os.environ["DATABASE_URL"] = lease.take()
    atexit.register(lease.release)
    return lease


def require_role(role: str) -> None:
    """Raise Trouble where the database has not got the application's role yet: nobody migrated it."""
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
            raise Trouble(
                Text(zh="数据库尚未初始化。", en="The database is not set up yet."),
                Text(zh="请先运行 unionhall migrate（或 make demo）。", en="Run unionhall migrate first (or make demo)."),
            )
