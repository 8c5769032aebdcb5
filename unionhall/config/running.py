"""The processes of the house: the web server, the job worker, and what comes before both."""

import contextlib
import hashlib
import os
import socket
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from procrastinate.contrib.django import app

from unionhall.config import durability, grants, timetable
from unionhall.config.launcher.trouble import port_busy
from unionhall.kernel.access import actions as access
from unionhall.kernel.people import access as identity
from unionhall.kernel.people import queries as people
from unionhall.kernel.policies import actions as policies
from unionhall.kernel.programmes import actions as programmes

GRACE_SECONDS = 10
# A page may wait 3 s for a lock and work 5 s on one query; the doors turn either into a sentence
PAGE_LIMITS = "-c statement_timeout=5000 -c lock_timeout=3000"


def migrate() -> list[str]:
    """Bring the database up to date: keys, tables, rights, roles, calendar, catalogue; returns the migrations applied.

    A second run changes nothing.
    """
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", interactive=False, verbosity=0)
    grants.apply()
    identity.prepare_keys()
    access.load_roles()
    policies.load_calendar(by=people.house())
    programmes.load_catalogue(by=people.house())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def let_go() -> None:
    """Close this process's connections, so that the processes it starts begin with their own."""
    connection.close()
    with contextlib.suppress(AttributeError):
        connection.close_pool()  # type: ignore[attr-defined]


def require_port(host: str, port: int) -> None:
    """Raise Trouble where another program already listens."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise port_busy(host, port) from error


def collect_static() -> None:
    """Gather the style sheet, scripts and pictures under names that carry their content, when any has changed."""
    root = Path(settings.STATIC_ROOT)
    print_ = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            print_.update(f"{path}:{storage.size(path)}:{storage.get_modified_time(path).timestamp()}\n".encode())
    mark = root / ".collected"
    if mark.exists() and mark.read_text(encoding="ascii") == print_.hexdigest():
        return
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    mark.write_text(print_.hexdigest(), encoding="ascii")


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Run the web server until it is stopped. Raises Trouble where the port is busy or the database unsafe."""
    require_port(host, port)
    durability.require()
    collect_static()
    let_go()
    os.environ.setdefault("UNIONHALL_DB_LIMITS", PAGE_LIMITS)
    Granian(
        "unionhall.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=1,
        workers_kill_timeout=GRACE_SECONDS,
        log_level=LogLevels.warning,
    ).serve()


def work(*, concurrency: int) -> None:
    """Run the job worker until it is stopped. Raises Trouble where the database is unsafe."""
    durability.require()
    timetable.register(app)
    let_go()
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(concurrency=concurrency, delete_jobs="never")
