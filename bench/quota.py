"""A quota over HTTP beside pretix in one run: more people press than there are places; how fast, and how many places each sold.

    python bench/quota.py [PEOPLE] [PLACES] [ROUNDS]

Ours is the worker's page of the served house (`signups.py`), theirs the request of pretix's REST API that checks the quota and
books a free ticket at once: the fewest requests by which it gives a place away. Both by granian with two workers over fifty
connections, on one PostgreSQL server, in turn, each round on a new event. Who finds no place waits in ours, is refused in theirs.
Needs pretix where UNIONHALL_PRETIX_PYTHON or `var/peers/pretix/bin/python` is (peers/README.md); else says so and ends.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness

HERE = Path(__file__).resolve().parent
PRETIX = Path(os.environ.get("UNIONHALL_PRETIX_PYTHON", HERE.parent / "var/peers/pretix/bin/python"))
if not PRETIX.exists():
    print(f"pretix is not installed ({PRETIX}); see bench/peers/README.md")
    sys.exit(0)

os.environ["UNIONHALL_SECRET_KEY"] = "bench-of-sign-ups-0123456789"  # the servers read the same
harness.setup(own="bench_quota")

import signups  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from unionhall.config import running  # noqa: E402
from unionhall.kernel.organizations import actions as organizations  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.people import queries as known  # noqa: E402
from unionhall.lib import clock  # noqa: E402
from unionhall.work.campaigns.models import SignUp  # noqa: E402

ALIKE = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "error"]


@dataclass(frozen=True)
class House:
    """Ours, served: workers of one county, signed in."""

    county: Organization
    port: int
    cookies: list[str]

    def round(self, people: int, places: int) -> tuple[float, int]:
        """So many press once for a new event: the seconds, the places given away."""
        session = signups.event(self.county, places)
        presses = [signups.post(f"/hall/events/{session.pk}/sign-up/", cookie) for cookie in self.cookies[:people]]
        taken, statuses, _times = signups.press(self.port, presses)
        assert statuses == {303: people}, statuses
        return taken, SignUp.objects.filter(session=session, state="seated").count()


class Pretix:
    """The peer, served; the child tells where an order goes and what was sold."""

    def __init__(self) -> None:
        address = urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl()
        self.port = signups.free_port()
        command = [str(PRETIX), str(HERE / "peers/pretix_child.py"), address, str(self.port), *ALIKE]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = self._read()
        self.token, self.cache = ready["token"], ready["cache"]
        for _attempt in range(600):
            with suppress(OSError):
                signups.press(self.port, [signups.post("/")], hands=1)
                break
            time.sleep(0.2)

    def _read(self) -> dict[str, str]:
        assert self.child.stdout is not None
        return json.loads(self.child.stdout.readline())

    def ask(self, line: str) -> dict[str, str]:
        """One line to the child, one answer."""
        assert self.child.stdin is not None
        self.child.stdin.write(f"{line}\n")
        self.child.stdin.flush()
        return self._read()

    def order(self, event: dict[str, str]) -> bytes:
        """One order as it goes over the wire."""
        head = [f"POST {event['path']} HTTP/1.1", f"Host: localhost:{self.port}", f"Authorization: Token {self.token}"]
        head += ["Content-Type: application/json", f"Content-Length: {len(event['body'])}"]
        return "\r\n".join([*head, "", event["body"]]).encode()

    def round(self, people: int, places: int) -> tuple[float, int, int]:
        """The same, and how many waited for its lock longer than its three seconds: they are sent away, place or no place."""
        order = self.order(self.ask(f"event {places}"))
        taken, statuses, _times = signups.press(self.port, [order] * people)
        assert set(statuses) <= {201, 400, 409}, statuses
        return taken, int(self.ask("sold")["sold"]), statuses[409]

    def end(self) -> None:
        """Let the child go, and what it serves."""
        assert self.child.stdin is not None
        self.child.stdin.close()
        self.child.wait(timeout=60)


def compare(table: harness.Table, ours: House, peer: Pretix, people: int, places: int, rounds: int) -> None:
    """Presses a second of both with their ratio, what was sold, and whom the peer sent away because of its lock."""
    both = [(ours.round(people, places), peer.round(people, places)) for _round in range(rounds + 1)][1:]  # the first one warms up
    mine, theirs = zip(*both, strict=True)
    (our_times, sold), (their_times, their_sold, waited) = zip(*mine, strict=True), zip(*theirs, strict=True)
    ratio = statistics.median(their / our for our, their in zip(our_times, their_times, strict=True))
    speeds = [f"{people / statistics.median(times):,.0f}/s" for times in (our_times, their_times)]
    what = f"{people} people press for {places} places"
    table.add(what, speeds[0], limit=speeds[1], ratio=ratio, goal="> 1", met=ratio > 1)
    told = [", ".join(map(str, numbers)) for numbers in (sold, their_sold, waited)]
    right = all(each == min(people, places) for each in sold)
    table.add(f"  places sold of {places}, round by round", told[0], limit=told[1], goal="each and once", met=right)
    table.add("  sent away after 3 s at the lock", ", ".join("0" * rounds), limit=told[2])


def measure(people: int, places: int, rounds: int, folder: str) -> None:
    """Fill, serve both, press."""
    running.migrate()  # keys, roles and the catalogue as well
    call_command("collectstatic", interactive=False, verbosity=0)
    county = organizations.found(
        name="测速区总工会", level="county", kind="federation", parent=None, by=known.house(), since=clock.now().date()
    )
    cookies, peer = signups.workers(county, people), Pretix()
    ours, told = House(county, signups.free_port(), cookies), {"UNIONHALL_KEYS": folder, "UNIONHALL_LOG_LEVEL": "ERROR"}
    try:
        with signups.served("unionhall.config.wsgi:application", ours.port, told):
            size = f"{rounds} rounds, {signups.CONNECTIONS} connections, granian 2 workers, pretix {peer.cache}"
            table = harness.Table("A quota over HTTP beside pretix", size)
            compare(table, ours, peer, people, places, rounds)
            compare(table, ours, peer, min(people, places), places, rounds)
    finally:
        peer.end()


def main() -> None:
    """With keys of its own, which are destroyed at the end."""
    given = [int(each) for each in sys.argv[1:]] + [200, 100, 3][len(sys.argv) - 1 :]
    with tempfile.TemporaryDirectory() as folder:
        settings.IDENTITY_KEYS = Path(folder)
        measure(*given, folder)


if __name__ == "__main__":
    main()
