"""The embedded PostgreSQL of one data folder: made, started, found running, stopped.

The folder holds `data` (the cluster), `password` (scram, ours alone), `log`, `users.lock` (who uses the server now)
and, while we are the ones who started it, `ours`. A cluster is built under another name and renamed when it is whole,
so that an interrupted first run leaves nothing half made.
"""

import contextlib
import hashlib
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from unionhall.config.launcher import binaries, identity
from unionhall.config.launcher.trouble import Trouble, from_os_error, from_output
from unionhall.lib.text import Text

USER = "unionhall"
DATABASE = "unionhall"
LONGEST_SOCKET = 107  # bytes that a socket's path may have, its name included
SOCKET_NAME = "/.s.PGSQL.5432.lock"
STALE_SECONDS = 10.0  # how long a killed postmaster may stay a zombie where nobody reaps it
START_SECONDS = 120  # crash recovery may take long


@dataclass(frozen=True, slots=True)
class Cluster:
    """One embedded server and the folder it lives in. `safe=False` only for throwaway clusters: no fsync."""

    folder: Path
    programs: binaries.Binaries
    who: identity.Identity
    safe: bool = True

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        """The folder of the socket: in our own, or a short one in the temp folder where the path grows too long."""
        own = self.folder / "socket"
        if len(os.fsencode(own)) + len(SOCKET_NAME) <= LONGEST_SOCKET:
            return own
        digest = hashlib.sha256(os.fsencode(self.folder.resolve())).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"unionhall-{os.geteuid()}-{digest}"

    @property
    def url(self) -> str:
        """The address of the house's database, password included: for the environment, never for a log."""
        password = quote((self.folder / "password").read_text(encoding="ascii"), safe="")
        return f"postgresql://{USER}:{password}@/{DATABASE}?host={quote(str(self.socket), safe='')}"

    def running(self) -> bool:
        """Whether the server of this folder answers; waits while it recovers from a crash."""
        if not (self.folder / "password").exists():
            return False
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with self._connect("postgres") as connection:
                    place = connection.execute("SHOW data_directory").fetchone()
            except psycopg.OperationalError as error:
                if "starting up" not in str(error) and "not yet accepting" not in str(error):
                    return False
                time.sleep(0.2)
            else:
                return place is not None and Path(place[0]).resolve() == self.data.resolve()
        return False

    def _connect(self, name: str) -> psycopg.Connection[tuple[str, ...]]:
        password = (self.folder / "password").read_text(encoding="ascii")
        return psycopg.connect(host=str(self.socket), user=USER, password=password, dbname=name, connect_timeout=5, autocommit=True)

    def make_folder(self) -> None:
        """Make the folder that everything lies in, ours alone. Raises Trouble."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.chmod(0o700)
            self.who.give(self.folder)
        except OSError as error:
            raise from_os_error(error, self.folder) or error from error

    def prepare(self) -> None:
        """Make the cluster where there is none yet; by one process at a time. Raises Trouble."""
        self.make_folder()
        try:
            self._prepare_socket()
            for half in self.folder.glob("new-*"):
                shutil.rmtree(half)
            if not self.data.exists():
                self._build()
        except OSError as error:
            raise from_os_error(error, self.folder) or error from error

    def _prepare_socket(self) -> None:
        self.socket.mkdir(exist_ok=True, mode=0o700)
        if self.socket.is_symlink() or (self.who.owner is None and self.socket.stat().st_uid != os.geteuid()):
            raise Trouble(
                Text(zh=f"目录 {self.socket} 属于其他用户。", en=f"The folder {self.socket} belongs to somebody else."),
                Text(zh="请删除它，或设置 TMPDIR 换一个临时目录。", en="Remove it, or choose another temp folder with TMPDIR."),
            )
        self.socket.chmod(0o700)
        self.who.give(self.socket)

    def _build(self) -> None:
        password = self.folder / "password"
        with contextlib.suppress(FileNotFoundError):
            password.unlink()
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(32), encoding="ascii")
        self.who.give(self.folder)
        half = self.folder / f"new-{secrets.token_hex(4)}"
        command = [self.programs.path("initdb"), "-D", str(half), "-U", USER, f"--pwfile={password}", "-E", "UTF8", *self._locale()]
        command += ["--auth=scram-sha-256", "--lc-messages=C"]
        command += [] if self.safe else ["--no-sync"]
        command += ["--data-checksums"] if self.programs.major < 18 else []  # the default from 18 on
        self._run(command)
        half.rename(self.data)

    def _locale(self) -> list[str]:
        # A plain C locale would leave trigram search on Chinese names silently useless
        if self.programs.major >= 17:
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C.UTF-8"]
        return ["--locale-provider=libc", "--locale=C.UTF-8"]

    def _run(self, command: list[str]) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PG", "LANG"))}
        answer = subprocess.run(
            [*self.who.prefix, *command],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            env=environment | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
        )
        if answer.returncode != 0:
            output = answer.stdout + answer.stderr
            raise from_output(output + self._log_tail(), self.folder) or Trouble(
                Text(zh=f"PostgreSQL 未能启动：{_last_line(output)}", en=f"PostgreSQL did not start: {_last_line(output)}"),
                Text(zh=f"详情见 {self.folder / 'log'}。", en=f"The log is {self.folder / 'log'}."),
            )

    def _log_tail(self) -> str:
        log = self.folder / "log"
        return log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""

    def settings(self) -> dict[str, str]:
        """What the server is started with; memory follows the machine's, within bounds."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        values = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "shared_buffers": f"{max(32, min(512, memory // 8)) if self.safe else 128}MB",
            "work_mem": "32MB",
            "maintenance_work_mem": f"{max(64, min(256, memory // 16))}MB",
            "effective_cache_size": f"{max(128, min(4096, memory // 2))}MB",
            "max_wal_size": "4GB",
            "jit": "off",
            "random_page_cost": "1.1",
            "timezone": "UTC",
            "log_min_duration_statement": "-1",
            "log_parameter_max_length_on_error": "0",  # no personal data in the server's log
        }
        if not self.safe:
            values |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        return values

    def start(self) -> None:
        """Start the server and wait until it answers; a killed postmaster is given time to vanish. Raises Trouble."""
        options = " ".join(f"-c {name}='{value}'" for name, value in self.settings().items())
        command = [self.programs.path("pg_ctl"), "-D", str(self.data), "-l", str(self.folder / "log")]
        command += ["-w", "-t", str(START_SECONDS), "-s", "-o", options, "start"]
        deadline = time.monotonic() + STALE_SECONDS
        while True:
            try:
                return self._run(command)
            except Trouble:
                # Somebody else may have been quicker, or the killed predecessor still holds its lock file
                if self.running():
                    return None
                if time.monotonic() > deadline or "lock file" not in self._log_tail():
                    raise
                time.sleep(0.5)

    def stop(self, *, mode: str = "fast") -> None:
        """Stop the server; `immediate` skips the last checkpoint."""
        self._run([self.programs.path("pg_ctl"), "-D", str(self.data), "-m", mode, "-w", "-t", "60", "-s", "stop"])

    def create_database(self) -> None:
        """Create the house's own database where it is missing."""
        with self._connect("postgres") as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(DATABASE)))


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip() and "Examine the log" not in line]
    return lines[-1] if lines else "?"


def at(folder: Path, *, safe: bool = True, who: identity.Identity | None = None) -> Cluster:
    """The cluster of a folder, with the programs of its own version. Raises Trouble."""
    version = folder / "data" / "PG_VERSION"
    try:
        major = int(version.read_text(encoding="ascii")) if version.exists() else None
    except OSError as error:
        raise from_os_error(error, folder) or error from error
    chosen = who or identity.ours()
    return Cluster(folder=folder.absolute(), programs=binaries.find(major), who=chosen, safe=safe)


def known(folder: Path) -> str | None:
    """The address of a folder's database as it was last made, running or not; None where there is none."""
    if not (folder / "password").exists() or not (folder / "data").exists():
        return None
    nobody = binaries.Binaries(folder=folder, major=0, source="unknown")
    return Cluster(folder=folder.absolute(), programs=nobody, who=identity.Identity()).url
