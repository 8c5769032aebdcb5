"""The database server as a backup sees it: one snapshot, dumps, scratch databases."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from unionhall.config.launcher import binaries
from unionhall.config.launcher.trouble import Trouble, from_output
from unionhall.lib.text import Text

TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
"""


def url() -> str:
    """The address of the house's database."""
    return os.environ["DATABASE_URL"]


def name_of(address: str) -> str:
    """The database an address names."""
    return urlsplit(address).path.removeprefix("/")


def beside(address: str, name: str) -> str:
    """The same server, another database."""
    parts = urlsplit(address)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{quote(name)}{query}"


def connect(address: str, **options: Any) -> "psycopg.Connection[Any]":
    """A plain connection as the owner."""
    return psycopg.connect(address, **options)


def major(connection: "psycopg.Connection[Any]") -> int:
    """The server's major version."""
    return connection.info.server_version // 10000


def counts(connection: "psycopg.Connection[Any]") -> dict[str, int]:
    """Rows by table; partitions count with their parent."""
    names = [name for (name,) in connection.execute(TABLES).fetchall()]
    query = sql.SQL("SELECT count(*) FROM {}")
    found = {}
    for name in names:
        row = connection.execute(query.format(sql.Identifier(name))).fetchone()
        assert row is not None
        found[name] = int(row[0])
    return found


def heads(connection: "psycopg.Connection[Any]") -> list[tuple[int, int, str]]:
    """The ends of the audit chains."""
    rows = connection.execute("SELECT shard, count, encode(hash, 'hex') FROM audit_head ORDER BY shard").fetchall()
    return [(int(shard), int(count), str(value)) for shard, count, value in rows]


@contextmanager
def snapshot(address: str) -> Iterator[tuple["psycopg.Connection[Any]", str]]:
    """A connection that sees one moment, and that moment's name for pg_dump."""
    with connect(address) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield connection, str(row[0])


def dump(address: str, target: Path, *, moment: str, programs: binaries.Binaries) -> None:
    """Write a dump in the custom format. Raises Trouble."""
    _run([programs.path("pg_dump"), "-Fc", f"--snapshot={moment}", f"--file={target}"], address, target.parent)


def restore(source: Path, address: str, programs: binaries.Binaries) -> None:
    """Fill an empty database from a dump; owners and rights are set anew by the house. Raises Trouble."""
    command = [programs.path("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={name_of(address)}"]
    _run([*command, str(source)], address, source.parent)


def _run(command: list[str], address: str, folder: Path) -> None:
    parts = urlsplit(address)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    with connect(address) as connection:
        info = connection.info
        # By the environment, so that no password shows in the list of processes
        known = {"PGHOST": info.host, "PGPORT": str(info.port), "PGUSER": info.user, "PGPASSWORD": info.password}
    environment = os.environ | known | {"PGDATABASE": name_of(address), "LC_ALL": "C"}
    environment |= {"PGSSLMODE": query["sslmode"]} if "sslmode" in query else {}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        line = next((line for line in answer.stderr.splitlines() if "error:" in line), answer.stderr.strip()[-200:])
        raise from_output(answer.stderr, folder) or Trouble(
            Text(zh=f"{Path(command[0]).name} 失败：{line}", en=f"{Path(command[0]).name} failed: {line}"),
            Text(zh="备份或数据库可能已损坏。", en="The backup or the database may be damaged."),
        )


@contextmanager
def scratch(address: str) -> Iterator[str]:
    """An empty database beside the house's own, gone afterwards."""
    name = f"unionhall_verify_{secrets.token_hex(4)}"
    create_database(address, name)
    try:
        yield beside(address, name)
    finally:
        drop_database(address, name)


def create_database(address: str, name: str) -> None:
    """Create an empty database on the same server. Raises Trouble where we may not."""
    try:
        _administer(address, sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise Trouble(
            Text(zh="数据库用户无权新建数据库。", en="The database user may not create databases."),
            Text(zh="请由管理员执行：ALTER ROLE 用户 CREATEDB", en="Have the administrator run: ALTER ROLE user CREATEDB"),
        ) from error


def drop_database(address: str, name: str) -> None:
    """Drop a database, whoever is connected."""
    _administer(address, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def swap(address: str, *, new: str, aside: str) -> None:
    """Put a database in the place of the house's own, which is kept under another name."""
    name = name_of(address)
    terminate = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {} AND pid <> pg_backend_pid()")
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with connect(beside(address, "postgres"), autocommit=True) as connection:
        connection.execute(terminate.format(sql.Literal(name)))
        connection.execute(rename.format(sql.Identifier(name), sql.Identifier(aside)))
        connection.execute(rename.format(sql.Identifier(new), sql.Identifier(name)))


def _administer(address: str, statement: sql.Composed) -> None:
    with connect(beside(address, "postgres"), autocommit=True) as connection:
        connection.execute(statement)
