"""The demo city: its ground (`city`), and upon it what the packages' own `demo.py` add, each through its own actions.

A package's `demo.py` has `load()`, called in the order of the house inside one transaction: the city is there whole or
not at all. The database itself remembers that it holds a demo, so that `clear` cannot meet real data.
"""

import importlib
import importlib.util
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.db import connection, transaction

from unionhall.config import city, house, running
from unionhall.config.launcher.trouble import Trouble, words
from unionhall.lib.text import Text

MARK = "unionhall.demo"


@dataclass(frozen=True, slots=True)
class Door:
    """An account of the demo city; `password` is a one-time one, None once its holder has chosen another."""

    username: str
    password: str | None
    title: str

    def as_json(self) -> dict[str, str | None]:
        """For --json."""
        return asdict(self)

    def shown(self) -> str:
        """The password, or the words for one that only its holder knows."""
        return self.password or words(Text(zh="（已修改）", en="(changed)"))


def parts() -> list[ModuleType]:
    """The `demo` modules of the house, kernel first."""
    names = [f"{package}.demo" for package in [*house.KERNEL, *house.ROOMS]]
    return [importlib.import_module(name) for name in names if importlib.util.find_spec(name)]


def loaded() -> bool:
    """Whether this database holds the demo city."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase"
            " WHERE d.datname = current_database() AND %s = ANY(s.setconfig)",
            [f"{MARK}=on"],
        )
        return bool(cursor.fetchone()[0])


def load() -> list[Door]:
    """Build the demo city, whole or not at all, unless it stands already; returns the accounts of its visitors."""
    with transaction.atomic():
        if not loaded():
            _require_empty()
            city.build()
            for part in parts():
                part.load()
            _mark()
    return [Door(*door) for door in city.doors()]


def _mark() -> None:
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} SET {MARK} = 'on'")


def _require_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM organizations_organization)")
        if cursor.fetchone()[0]:
            raise Trouble(
                Text(zh="数据库中已有正式数据。", en="This database holds real data already."),
                Text(
                    zh="请用另一个数据库装入演示城市（UNIONHALL_DATA 或 DATABASE_URL）。",
                    en="Load the demo city into another one (UNIONHALL_DATA or DATABASE_URL).",
                ),
            )


def require_demo() -> None:
    """Raise Trouble where the database is not a demo."""
    if not loaded():
        raise Trouble(
            Text(zh="这不是演示数据库，未做任何更改。", en="This is no demo database; nothing was changed."),
            Text(zh="只有 unionhall demo load 装入的数据可以这样清除。", en="Only what unionhall demo load made can be cleared."),
        )


def clear() -> None:
    """Empty a demo database and its files, and set up the bare house again."""
    require_demo()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} RESET {MARK}")
    shutil.rmtree(Path(settings.MEDIA_ROOT), ignore_errors=True)
    running.migrate()
