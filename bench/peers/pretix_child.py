"""pretix as a child of the bench: serves its REST API by granian, makes an event for each line it reads, counts what was sold.

Usage: python pretix_child.py postgresql://user@host:port/postgres PORT GRANIAN...

GRANIAN is the rest of the server's command line, so that both sides are served alike. A Redis of its own runs beside it where
`redis-server` is on PATH, as pretix's own guide wants it. Lines: `event PLACES` answers the path of the event's orders and the
body of one order; `sold` answers how many places the last event gave away.
"""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg2
import psycopg2.extensions

NAME = f"bench_pretix_{os.getpid()}"
address, port, granian = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
CACHED = shutil.which("redis-server") is not None


def told(folder: str) -> dict[str, str]:
    """What pretix and its server must know, as environment."""
    server = psycopg2.extensions.parse_dsn(address)
    known = {
        "PRETIX_DATABASE_BACKEND": "postgresql",
        "PRETIX_DATABASE_NAME": NAME,
        "PRETIX_PRETIX_DATADIR": folder,
        "PRETIX_PRETIX_URL": f"http://localhost:{port}",
        "PRETIX_DJANGO_SECRET": "bench",
        "DJANGO_SETTINGS_MODULE": "pretix_settings",
        "PYTHONPATH": str(Path(__file__).parent),
    }
    cache = {"PRETIX_REDIS_LOCATION": f"unix://{folder}/redis.sock", "PRETIX_REDIS_SESSIONS": "true"}
    reached = {f"PRETIX_DATABASE_{part.upper()}": server[part] for part in ("user", "password", "host", "port") if part in server}
    return known | reached | (cache if CACHED else {})


def start(*command: str) -> None:
    """A program beside this one, killed with all its workers when this one ends."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True)
    atexit.register(child.wait)
    atexit.register(os.killpg, child.pid, signal.SIGKILL)  # nothing of it is kept, so nothing needs to end in order


def anew(then: str = "") -> None:
    """Drop the database; make it again when told."""
    with closing(psycopg2.connect(address)) as server:
        server.autocommit = True
        for statement in filter(None, [f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", then]):
            server.cursor().execute(statement)


def prepare() -> None:
    """A folder, a cache and an empty database, all gone at the end."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.update(told(folder))
    anew(then=f"CREATE DATABASE {NAME}")
    atexit.register(anew)
    if CACHED:
        start("redis-server", "--port", "0", "--unixsocket", f"{folder}/redis.sock", "--save", "", "--dir", folder)
        while not Path(folder, "redis.sock").exists():
            time.sleep(0.1)


prepare()

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from django_scopes import scope  # noqa: E402
from pretix.base.models import Event, OrderPosition, Organizer, Team  # noqa: E402


def event(organizer: Organizer, number: int, places: int) -> dict[str, str]:
    """An event with one free product and a quota; where and how to order one."""
    starts = now() + timedelta(days=1)
    made = Event.objects.create(
        organizer=organizer, name="测速活动", slug=f"e{number}", date_from=starts, live=True, plugins="pretix.plugins.sendmail"
    )
    item = made.items.create(name="名额", default_price=0)
    made.quotas.create(name="名额", size=places).items.add(item)
    position = {"item": item.pk, "variation": None, "price": "0.00", "answers": []}
    order = {"email": "worker@example.org", "locale": "en", "payment_provider": "free", "status": "p", "positions": [position]}
    return {"path": f"/api/v1/organizers/bench/events/{made.slug}/orders/", "body": json.dumps(order)}


def answer(organizer: Organizer) -> None:
    """Line by line, until the bench closes the pipe."""
    number = 0
    for line in sys.stdin:
        work, _space, given = line.strip().partition(" ")
        if work == "event":
            number += 1
            found = event(organizer, number, int(given))
        else:
            sold = OrderPosition.objects.filter(order__event__slug=f"e{number}", order__status="p").count()
            found = {"sold": sold}
        print(json.dumps(found), flush=True)


def main() -> None:
    """Make the tables, the organizer and a token; serve; answer."""
    call_command("migrate", verbosity=0, run_syncdb=True)
    organizer = Organizer.objects.create(name="测速", slug="bench")
    with scope(organizer=organizer):
        team = Team.objects.create(organizer=organizer, name="bench", all_events=True, all_event_permissions=True)
        token = team.tokens.create(name="bench").token
        start(sys.executable, "-m", "granian", "--port", str(port), *granian, "pretix.wsgi:application")
        print(json.dumps({"token": token, "cache": "with Redis" if CACHED else "without a cache"}), flush=True)
        answer(organizer)


if __name__ == "__main__":
    main()
