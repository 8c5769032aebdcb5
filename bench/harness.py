"""What every bench shares: a fixed seed, interleaved pairs, and one table of ours, limit or peer, ratio and goal.

A bench makes a Table, adds lines, prints it. `paired` runs ours and the limit in turn, so that both meet the same machine,
and takes the median of the pairs' ratios; the load of the machine is printed beside, because absolute times depend on it.
"""

import atexit
import importlib.util
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

SEED = 20_260_101
PAIRS = 5
NOT_MEASURED = 3  # the exit code by which `make bench` goes on to the next script


def setup(*, own: str = "", safe: bool = False) -> None:
    """Make the house importable and ready on DATABASE_URL, migrated; with `own`, on a database of that name beside it.

    With `safe`, on a server that keeps what it has acknowledged: the house serves on no other, so what it serves is measured
    there, and the limit beside it too. Where the one of DATABASE_URL is no such server, one is made for this run.
    The own database is made anew, can be committed to and vacuumed as a real one is, and is dropped at the end. A bench
    that uses another one's functions stays where it is: only the first call counts.
    """
    if "django" in sys.modules and sys.modules["django"].apps.apps.ready:
        return
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")
    if safe:
        keeping()
    if own:
        beside(f"{own}_{os.getpid()}")
    import django  # noqa: PLC0415 (a bench is a script: the path is set first)
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)


def keeping() -> None:
    """Let DATABASE_URL name a server that loses nothing that it acknowledged; one of our own is removed when the bench ends."""
    import psycopg  # noqa: PLC0415

    from unionhall.config import durability  # noqa: PLC0415
    from unionhall.config.launcher import throwaway  # noqa: PLC0415

    with psycopg.connect(os.environ["DATABASE_URL"]) as server:
        asked = server.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(durability.PROMISES)])
        if all(setting in durability.PROMISES[name] for name, setting in asked):
            return
    kept = ExitStack()
    atexit.register(kept.close)
    os.environ["DATABASE_URL"] = kept.enter_context(throwaway.server(safe=True)).url


def need_extra(extra: str, *modules: str) -> None:
    """End with NOT_MEASURED, saying so in one line, where an extra of the house is not installed."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        install = f'.venv/bin/pip install -e ".[{extra}]"'
        print(f"{Path(sys.argv[0]).name}: NOT MEASURED, the extra `{extra}` is missing ({', '.join(missing)}): {install}")
        sys.exit(NOT_MEASURED)


def beside(name: str) -> None:
    """A fresh database of this name on the server of DATABASE_URL, which then names it; dropped when the bench ends."""
    import psycopg  # noqa: PLC0415

    address = os.environ["DATABASE_URL"]

    def anew(then: str = "") -> None:
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            if then:
                server.execute(then)

    anew(then=f"CREATE DATABASE {name}")
    atexit.register(anew)
    os.environ["DATABASE_URL"] = urlsplit(address)._replace(path=f"/{name}").geturl()


def vacuum() -> None:
    """Bring the own database into the state in which a real one lives: visible pages known, statistics fresh."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def database_seconds() -> float:
    """Processor seconds of this connection's server process so far; nothing where it runs on another machine."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        told = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not told.exists():
        return 0.0
    fields = told.read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def dice() -> random.Random:
    """The one source of chance, the same in every run."""
    return random.Random(SEED)


def seconds(act: Callable[[], object]) -> float:
    """How long one run took."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def paired(ours: Callable[[], object], limit: Callable[[], object], pairs: int = PAIRS) -> tuple[float, float, float]:
    """Medians of ours and of the limit in seconds, and the median ratio of interleaved pairs (limit / ours)."""
    both = [(seconds(ours), seconds(limit)) for _ in range(pairs)]
    return (
        statistics.median(one for one, _other in both),
        statistics.median(other for _one, other in both),
        statistics.median(other / one for one, other in both),
    )


def middle(act: Callable[[], object], times: int = 9) -> float:
    """The median of some runs in seconds, after one that warms up."""
    act()
    return statistics.median(seconds(act) for _ in range(times))


@dataclass
class Line:
    """One measured row."""

    what: str
    ours: str
    limit: str
    ratio: str
    goal: str
    load: float
    met: bool | None


@dataclass
class Table:
    """The printed result of a bench."""

    title: str
    size: str
    lines: list[Line] = field(default_factory=list)

    def add(
        self, what: str, ours: str, *, limit: str = "", ratio: float | None = None, goal: str = "", met: bool | None = None
    ) -> None:
        """Add a row and print it at once; `met` tells whether the goal was reached in this run."""
        load = os.getloadavg()[0]
        line = Line(what, ours, limit, "" if ratio is None else f"{ratio:.2f}", goal, load, met)
        if not self.lines:
            self._head()
        self.lines.append(line)
        mark = {True: "met", False: "MISSED", None: ""}[line.met]
        print(f"{line.what:<58}{line.ours:>16}{line.limit:>22}{line.ratio:>8}{line.goal:>18}{line.load:>6.1f}  {mark}", flush=True)

    def _head(self) -> None:
        from django.db import connection  # noqa: PLC0415

        server = connection.cursor().connection.info.server_version // 10000
        versions = f"PostgreSQL {server}, Python {platform.python_version()}, {os.cpu_count()} cores, seed {SEED}"
        print(f"{self.title}: {self.size}; {versions}")
        print(f"{'':<58}{'ours':>16}{'limit or peer':>22}{'ratio':>8}{'goal':>18}{'load':>6}")
