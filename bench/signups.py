"""Sign-ups for a scarce event over HTTP beside a bare view that claims a place by one statement, in one run; check-ins by the way.

    python bench/signups.py [CLIENTS] [ROUNDS]

Both are served by granian with two workers on one database: the whole house (session, rights, one-statement claim, ledger,
audit, answer), and a Django with nothing around its view (`peers/bare_claim.py`). Fifty connections press at once; each round
gives ours a new event and every worker one press, then the bare view as many. A place that was given away must not be lost, so
both stand on a server that keeps its commits, made for the run where the one of DATABASE_URL does not; on a database of its own.
"""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness

os.environ["UNIONHALL_SECRET_KEY"] = "bench-of-sign-ups-0123456789"  # before the house is set up: the servers read the same
harness.setup(own="bench_signups", safe=True)

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import connection  # noqa: E402

from unionhall.config import running  # noqa: E402
from unionhall.kernel.access.adapters import SessionStore  # noqa: E402
from unionhall.kernel.access.models import Account  # noqa: E402
from unionhall.kernel.organizations import actions as organizations  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.people import actions as people  # noqa: E402
from unionhall.kernel.people import queries as known  # noqa: E402
from unionhall.kernel.programmes import queries as catalogue  # noqa: E402
from unionhall.lib import clock  # noqa: E402
from unionhall.work.campaigns import rules  # noqa: E402
from unionhall.work.campaigns.actions import attendance, sessions  # noqa: E402
from unionhall.work.campaigns.models import Attendance, Pool, Session, SignUp  # noqa: E402

GOAL = 1 / 3
CONNECTIONS = 50
DOOR = 8  # phones at the door at once
TOKEN = "b" * 32


def event(county: Organization, places: int, *, today: bool = False) -> Session:
    """An event of the county whose sign-up runs now."""
    now, house = clock.now(), known.house()
    starts = now + timedelta(hours=1) if today else now + timedelta(days=1)
    new = sessions.NewSession(
        programme=catalogue.programme("volunteer_service"), name="测速活动", place="测速", method="first", places=places,
        starts_at=starts, ends_at=starts + timedelta(hours=2), opens_at=now - timedelta(hours=1), closes_at=starts,
    )  # fmt: skip
    made = sessions.plan_session(organization=county, new=new, by=house)
    return sessions.publish_session(session_id=made.pk, by=house)


def workers(county: Organization, count: int) -> list[str]:
    """The cookies of so many signed-in workers of the county."""
    cookies, now = [], clock.now().timestamp()
    for number in range(count):
        person = people.register(by=None, name=f"职工{chr(0x4E00 + number)}", home=county)
        account = Account.objects.create(person=person, username=f"bench{person.pk}", password="!", must_change_password=False)
        store = SessionStore()
        store.update(
            {
                SESSION_KEY: str(account.pk),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                HASH_SESSION_KEY: account.get_session_auth_hash(),
                AUTHENTICATION_METHODS_SESSION_KEY: [{"method": "phone", "at": now, "reauthenticated": True}],
                "signed_in_at": now,
                "seen_at": now + 3600,
            }
        )
        store.create()
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={store.session_key}; {settings.CSRF_COOKIE_NAME}={TOKEN}")
    return cookies


def post(path: str, cookie: str = "", body: str = "") -> bytes:
    """One request as it goes over the wire."""
    head = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    head += ["Content-Type: application/x-www-form-urlencoded", f"X-CSRFToken: {TOKEN}", *([f"Cookie: {cookie}"] if cookie else [])]
    return "\r\n".join([*head, "", body]).encode()


async def _press(port: int, requests: Sequence[bytes], hands: int) -> tuple[float, list[int], list[float]]:
    waiting, statuses, times = iter(requests), [], []
    lines = [await asyncio.open_connection("127.0.0.1", port) for _hand in range(hands)]

    async def hand(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for request in waiting:
            begun = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            statuses.append(int(head[9:12]))
            times.append(time.perf_counter() - begun)

    start = time.perf_counter()
    await asyncio.gather(*(hand(reader, writer) for reader, writer in lines))
    taken = time.perf_counter() - start
    for _reader, writer in lines:
        writer.close()
    return taken, statuses, times


def press(port: int, requests: Sequence[bytes], hands: int = CONNECTIONS) -> tuple[float, Counter[int], list[float]]:
    """Send all requests over so many connections at once: the seconds, the statuses, the time of each."""
    taken, statuses, times = asyncio.run(_press(port, requests, hands))
    return taken, Counter(statuses), times


def free_port() -> int:
    """A port that nobody listens on: granian would share a taken one, and half of the requests would go astray."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(application: str, port: int, environment: dict[str, str]) -> Iterator[None]:
    """A granian with two workers while the block runs."""
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        "2",
        "--blocking-threads",
        "4",
        "--port",
        str(port),
    ]
    paths = os.pathsep.join([str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent / "peers")])
    child = subprocess.Popen(
        [*command, "--no-ws", "--log-level", "error", application], env=os.environ | environment | {"PYTHONPATH": paths}
    )
    try:
        for _attempt in range(300):
            try:
                press(port, [post("/")], hands=1)
                break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        child.terminate()
        child.wait(20)


def told_to_bare() -> dict[str, str]:
    """The variables by which bare views find the database of this run."""
    known_as = connection.settings_dict
    return {f"BENCH_{name}": str(known_as[name] or "") for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}


def sign_ups(county: Organization, count: int, rounds: int, house: int, bare: int) -> None:
    """Pairs of rounds, so that both meet the same machine."""
    cookies, both, turn = workers(county, count), [], iter(range(10**9))
    for _round in range(rounds + 1):
        session = event(county, count)
        ours, statuses, _times = press(house, [post(f"/hall/events/{session.pk}/sign-up/", cookie) for cookie in cookies])
        assert statuses == {303: count}, statuses
        assert Pool.objects.get(session=session).taken == SignUp.objects.filter(session=session, state="seated").count() == count
        limit, statuses, _times = press(bare, [post(f"/claim/{next(turn)}/") for _each in range(count)])
        assert statuses == {201: count}, statuses
        both.append((ours, limit))
    both.pop(0)  # warms up
    ratio = statistics.median(limit / ours for ours, limit in both)
    table = harness.Table(
        "Sign-ups over HTTP", f"{count} workers a round, {rounds} rounds, {CONNECTIONS} connections, granian 2 workers"
    )
    speeds = [f"{count / statistics.median(each):,.0f}/s" for each in zip(*both, strict=True)]
    table.add(
        "sign-up (whole house) beside one bare statement", speeds[0], limit=speeds[1], ratio=ratio, goal=f">= {GOAL:.2f}",
        met=ratio >= GOAL,
    )  # fmt: skip
    check_ins(county, cookies, house, table)


def check_ins(county: Organization, cookies: Sequence[str], house: int, table: harness.Table) -> None:
    """Everybody comes through the door, some phones at once."""
    session = event(county, len(cookies), today=True)
    press(house, [post(f"/hall/events/{session.pk}/sign-up/", cookie) for cookie in cookies])
    for hands in (1, DOOR):
        Attendance.objects.filter(session=session).delete() if hands == 1 else None
        code = rules.place_code(attendance.secret(), session.pk, clock.now())
        share = cookies[: len(cookies) // 2] if hands == 1 else cookies[len(cookies) // 2 :]
        _taken, statuses, times = press(
            house, [post(f"/hall/events/{session.pk}/check-in/", cookie, f"code={code}") for cookie in share], hands
        )
        assert statuses == {303: len(share)}, statuses
        late = statistics.quantiles(times, n=20)[-1] * 1000
        table.add(f"check-in at the door, p95, {hands} at once", f"{late:,.0f} ms", goal="<= 100 ms", met=late <= 100)


def measure(count: int, rounds: int, folder: str) -> None:
    """Fill the database, start both servers, press."""
    running.migrate()  # keys, roles and the catalogue as well
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_pool (id int PRIMARY KEY, places int, taken int)")
        cursor.execute("CREATE TABLE bench_claim (id bigserial PRIMARY KEY, pool int, person bigint UNIQUE)")
        cursor.execute("INSERT INTO bench_pool VALUES (1, 1000000, 0)")
    county = organizations.found(
        name="测速区总工会", level="county", kind="federation", parent=None, by=known.house(), since=clock.now().date()
    )
    ours = {"UNIONHALL_KEYS": folder, "UNIONHALL_LOG_LEVEL": "ERROR"}
    house, bare = free_port(), free_port()
    with served("unionhall.config.wsgi:application", house, ours), served("bare_claim:application", bare, told_to_bare()):
        sign_ups(county, count, rounds, house, bare)


def main() -> None:
    """With keys of its own, which are destroyed at the end."""
    given = [int(each) for each in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        settings.IDENTITY_KEYS = Path(folder)
        measure(given[0] if given else 300, given[1] if len(given) > 1 else 5, folder)


if __name__ == "__main__":
    main()
