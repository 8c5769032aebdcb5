"""What the database server must promise before the house trusts it with an act."""

import os

from django.db import connection

from unionhall.config.launcher.trouble import Trouble
from unionhall.lib.text import Text

PROMISES = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "remote_write", "remote_apply"},
}


def broken() -> dict[str, str]:
    """The promises that the server does not give, with the values found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(PROMISES)])
        found = dict(cursor.fetchall())
    return {name: found[name] for name, good in PROMISES.items() if found[name] not in good}


def require() -> None:
    """Refuse to run on a server that could lose acknowledged writes; UNIONHALL_UNSAFE=1 overrides for trials."""
    if os.environ.get("UNIONHALL_UNSAFE") == "1":
        return
    if wrong := broken():
        listed = ", ".join(f"{name}={value}" for name, value in wrong.items())
        raise Trouble(
            Text(zh=f"数据库可能丢失已确认的数据（{listed}）。", en=f"The database may lose acknowledged writes ({listed})."),
            Text(
                zh="请在 postgresql.conf 中打开这些选项；仅试验时可设置 UNIONHALL_UNSAFE=1。",
                en="Turn these settings on in postgresql.conf; for a trial only, set UNIONHALL_UNSAFE=1.",
            ),
        )
