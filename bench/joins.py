"""Joining over HTTP, as a burst does it: a poster hangs out, and everybody scans it at once.

    python bench/joins.py [SECONDS] [PHONES] [UNIONS]

The house is served by granian with two workers on a server that keeps its commits; a text-message gateway listens on the
loopback. First the last press alone, by phones that were proven before. Then so many phones at once go the whole way: ask for the
code, which the gateway gets, prove the phone, send who they are, for the third screen has come with the second and is drawn by the
phone; in turn with the same phones before bare views that do the least of it on the same database with the same gateway
(`peers/bare_join.py`). Then the same without scripts, where the third screen is one more request. At last fifty phones press at
the same moment for one person of the roster, whom the union's rule admits at once, round after round. Every join is recorded,
counted and told; the audit trail is verified at the end, and the books are compared with the records.
"""

import asyncio
import json
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness

os.environ["UNIONHALL_SECRET_KEY"] = "bench-of-sign-ups-0123456789"  # the one that `signups` gives its servers
harness.setup(own="bench_joins", safe=True)

from django.conf import settings  # noqa: E402
from django.core import signing  # noqa: E402
from django.db import connection  # noqa: E402
from signups import TOKEN, free_port, served, told_to_bare  # noqa: E402

from unionhall.config import running  # noqa: E402
from unionhall.kernel.audit import actions as audit  # noqa: E402
from unionhall.kernel.ledger import queries as ledger  # noqa: E402
from unionhall.kernel.organizations import actions as organizations  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.people import actions as people  # noqa: E402
from unionhall.kernel.people import queries as known  # noqa: E402
from unionhall.kernel.people.models import Person  # noqa: E402
from unionhall.kernel.people.rules import NewPerson  # noqa: E402
from unionhall.kernel.policies import actions as policies  # noqa: E402
from unionhall.lib import clock, dates, idnumber  # noqa: E402
from unionhall.work.membership.actions import codes  # noqa: E402
from unionhall.work.membership.hall.join import SALT  # noqa: E402
from unionhall.work.membership.models import Application, Membership  # noqa: E402

GOAL = 200  # joins a second
PAIRS = 5
ROUNDS = 5
AT_ONCE = 50
CODE = re.compile(r"\d{6}")
PROOF = re.compile(rb'name="proof" value="([^"]+)"')
COOKIE = re.compile(rb"(?i)set-cookie: +(device=[^;]+)")
LENGTH = re.compile(rb"(?i)content-length: *(\d+)")


class Line(asyncio.Protocol):
    """A connection that carries one message after the other, both ways: its head, a blank line, so many bytes as the head says."""

    def __init__(self) -> None:
        self.kept = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.kept += data
        head, blank, body = self.kept.partition(b"\r\n\r\n")
        found = LENGTH.search(head) if blank else None
        if blank and len(body) >= (int(found[1]) if found else 0):
            self.kept = b""
            self.told(head, body)

    def told(self, head: bytes, body: bytes) -> None:
        """A whole message has come."""
        raise NotImplementedError


class Gateway(Line):
    """Takes text messages, and keeps the code that each phone was sent last."""

    def __init__(self, sent: dict[str, str]) -> None:
        super().__init__()
        self.sent = sent

    def told(self, head: bytes, body: bytes) -> None:
        told = json.loads(body)
        found = CODE.search(told["text"])
        assert found is not None
        self.sent[told["phone"][-11:]] = found[0]
        answer = json.dumps({"ok": True, "id": told["key"]}).encode()
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))


@contextmanager
def gateway() -> Iterator[tuple[str, dict[str, str]]]:
    """A text-message gateway on the loopback: its address, and the last code that each phone was sent."""
    sent: dict[str, str] = {}
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: Gateway(sent), "127.0.0.1", 0))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/send", sent
    finally:
        loop.call_soon_threadsafe(loop.stop)


class Browser(Line):
    """Asks a server, and waits for its answer."""

    async def ask(self, told: bytes) -> tuple[bytes, bytes]:
        """The head and the page."""
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(told)
        return await self.answer

    def told(self, head: bytes, body: bytes) -> None:
        self.answer.set_result((head, body))

    def connection_lost(self, _fault: Exception | None) -> None:
        if not self.answer.done():
            self.answer.set_exception(ConnectionError("the server has closed the line"))


@dataclass
class Phone:
    """Somebody at a phone, with an address of its own before the proxy: the limits hold for each of them."""

    number: int
    browser: Browser
    device: str = ""
    times: list[float] = field(default_factory=list)

    @property
    def mobile(self) -> str:
        """A number that nobody else has."""
        return f"100{self.number:08d}"

    async def post(self, path: str, told: dict[str, str]) -> tuple[int, bytes]:
        """Send a form; the status and the page."""
        body = urlencode(told).encode()
        cookie = "; ".join(part for part in (f"{settings.CSRF_COOKIE_NAME}={TOKEN}", self.device) if part)
        head = [f"POST {path} HTTP/1.1", "Host: localhost", f"Cookie: {cookie}", f"X-CSRFToken: {TOKEN}"]
        head += [f"X-Forwarded-For: 10.{self.number >> 16}.{self.number >> 8 & 255}.{self.number & 255}"]
        head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "", ""]
        begun = time.perf_counter()
        heads, page = await self.browser.ask("\r\n".join(head).encode() + body)
        self.times.append(time.perf_counter() - begun)
        if kept := COOKIE.search(heads):
            self.device = kept[1].decode()
        return int(heads[9:12]), page


def applicant(number: int) -> dict[str, str]:
    """What the n-th invented worker types on the second and third screen."""
    body = f"990000{1970 + number // 1000 % 30}{1 + number // 30_000 % 12:02d}15{number % 1000:03d}"
    return {
        "name": f"职工{chr(0x4E00 + number % 20_000)}",
        "id_number": body + idnumber.checksum(body),
        "occupation": "regular",
        "willing": "on",
        "personal": "1",  # the version of the text that stood beside the tick
    }


def proof(phone: str, person: int = 0) -> str:
    """The signed word that the first screen gives to whoever has proven a phone."""
    return signing.dumps({"phone": phone, "known": person}, salt=SALT)


async def _many(port: int, phones: int, act: Callable[[Phone], Awaitable[None]], numbers: Iterator[int]) -> list[Phone]:
    made: list[Phone] = []

    async def hand() -> None:
        transport, browser = await asyncio.get_running_loop().create_connection(Browser, "127.0.0.1", port)
        for number in numbers:
            phone = Phone(number, browser)
            made.append(phone)
            await act(phone)
        transport.close()

    await asyncio.gather(*(hand() for _each in range(phones)))
    return made


def until(end: float, numbers: Iterator[int]) -> Iterator[int]:
    """Numbers for as long as it lasts."""
    while time.perf_counter() < end:
        yield next(numbers)


class Burst:
    """Joiners before the served house."""

    def __init__(self, port: int, sent: dict[str, str], posters: Sequence[str], phones: int) -> None:
        self.port, self.sent, self.posters, self.phones = port, sent, posters, phones
        self.numbers = count(1)
        self.statuses: Counter[int] = Counter()

    def _path(self, number: int) -> str:
        return f"/hall/join/{self.posters[number % len(self.posters)]}/"

    async def whole_way(self, phone: Phone, *, scripts: bool = True) -> None:
        """Three screens, four presses, one text message; without scripts each press is a request."""
        path = self._path(phone.number)
        asked, _page = await phone.post(path, {"step": "phone", "phone": phone.mobile, "ask": "1"})
        assert asked == 200, asked
        told = {"step": "phone", "phone": phone.mobile, "code": self.sent.pop(phone.mobile)}
        _status, page = await phone.post(path, told)
        found = PROOF.search(page)
        assert found is not None
        own = applicant(phone.number) | {"proof": found[1].decode()}
        if not scripts:
            shown, _page = await phone.post(path, {"step": "self", **own})
            assert shown == 200, shown
        status, _page = await phone.post(path, {"step": "send", **own})
        self.statuses[status] += 1

    async def last_press(self, phone: Phone) -> None:
        """Only the press that joins."""
        told = {"step": "send", "proof": proof(phone.mobile), **applicant(phone.number)}
        status, _page = await phone.post(self._path(phone.number), told)
        self.statuses[status] += 1

    def sustained(
        self, act: Callable[[Phone], Awaitable[None]], seconds: float, kept: Callable[[], int]
    ) -> tuple[float, list[Phone]]:
        """Joins a second for so long, all of them taken: `kept` counts what the database holds of them."""
        self.statuses.clear()
        before, begun = kept(), time.perf_counter()
        made = asyncio.run(_many(self.port, self.phones, act, until(begun + seconds, self.numbers)))
        taken = time.perf_counter() - begun
        assert self.statuses == {303: len(made)}, self.statuses
        assert kept() - before == len(made)
        return len(made) / taken, made

    def one_of_the_roster(self, person: Person) -> None:
        """Fifty phones press for one person at once: one membership, and the others hear why not."""
        heard: Counter[str] = Counter()

        async def press(phone: Phone) -> None:
            told = {"step": "send", "proof": proof("", person.pk), **applicant(phone.number)}
            status, page = await phone.post(self._path(0), told)
            self.statuses[status] += 1
            heard["member" if "已在工会登记为会员" in page.decode() else "other"] += 1

        self.statuses.clear()
        numbers = iter([next(self.numbers) for _each in range(AT_ONCE)])
        asyncio.run(_many(self.port, AT_ONCE, press, numbers))
        assert self.statuses == {303: 1, 409: AT_ONCE - 1}, self.statuses
        assert heard["member"] == AT_ONCE - 1, heard
        assert Membership.objects.filter(person=person).count() == 1
        assert Application.objects.filter(person=person).count() == 1


def prepared(unions: int) -> tuple[Organization, list[str]]:
    """A county whose unions hang out posters; who is on a roster is admitted at once."""
    house, today = known.house(), clock.now().date()
    county = organizations.found(name="测速区总工会", level="county", kind="federation", parent=None, by=house, since=today)
    found = [
        organizations.found(name=f"第{number}工厂工会", level="grassroots", kind="grassroots", parent=county, by=house, since=today)
        for number in range(unions)
    ]
    policies.set_value("membership.auto_approve", "roster", by=house, organization=county, since=dates.today(), source="测速")
    return found[0], [codes.issue(organization=union, by=house).token for union in found]


def applications() -> int:
    """How many have joined the house."""
    return Application.objects.count()


def bare_joins() -> int:
    """How many have joined by the bare views."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_join")
        return int(cursor.fetchone()[0])


def late(made: Sequence[Phone]) -> float:
    """The time within which 95 of 100 last presses were answered, in milliseconds."""
    return statistics.quantiles([one.times[-1] for one in made], n=20)[-1] * 1000


def pressed(house: Burst, bare: Burst, seconds: float, table: harness.Table) -> None:
    """The last press alone, then the whole way in turn with a bare one."""
    for burst, kept in ((house, applications), (bare, bare_joins)):
        burst.sustained(burst.whole_way, min(seconds, 3), kept)  # warms up
    speed, made = house.sustained(house.last_press, seconds, applications)
    what = f"joins a second, the last press (p95 {late(made):,.0f} ms)"
    table.add(what, f"{speed:,.0f}/s", goal=f">= {GOAL}/s", met=speed >= GOAL)
    for what, scripts, goal in (
        ("whole ways a second, message included", True, f">= {GOAL}/s"),
        ("the same without scripts", False, ""),
    ):
        pairs, ways = [], []
        for _pair in range(PAIRS):
            ours, made = house.sustained(partial(house.whole_way, scripts=scripts), seconds / PAIRS, applications)
            theirs, _made = bare.sustained(partial(bare.whole_way, scripts=scripts), seconds / PAIRS, bare_joins)
            pairs.append((ours, theirs))
            ways += made
        speed, limit = (statistics.median(each) for each in zip(*pairs, strict=True))
        ratio = statistics.median(ours / other for ours, other in pairs)
        told, met = f"{what} (p95 {late(ways):,.0f} ms)", speed >= GOAL if goal else None
        table.add(told, f"{speed:,.0f}/s", limit=f"{limit:,.0f}/s", ratio=ratio, goal=goal, met=met)


def measure(seconds: float, phones: int, unions: int, folder: Path) -> None:
    """Fill the database, start the gateway and the servers, press."""
    running.migrate()
    running.collect_static()  # pages are shown, and they name their style sheet
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_code (phone text PRIMARY KEY, code text, used boolean DEFAULT false)")
        cursor.execute("CREATE TABLE bench_join (id bigserial PRIMARY KEY, phone text, name text, number text)")
    first, posters = prepared(unions)
    with gateway() as (address, sent):
        channels = folder / "channels.json"
        channels.write_text(json.dumps({"sms": {"url": address, "account": "bench", "secret": "bench"}}))
        ours = {
            "UNIONHALL_KEYS": str(folder / "keys"),
            "UNIONHALL_LOG_LEVEL": "ERROR",
            "UNIONHALL_CHANNELS": str(channels),
            "UNIONHALL_BEHIND_PROXY": "1",
            "UNIONHALL_DATA": str(folder),
        }
        limit = {**told_to_bare(), "BENCH_GATEWAY": address}
        house, bare = free_port(), free_port()
        with served("unionhall.config.wsgi:application", house, ours), served("bare_join:application", bare, limit):
            table = harness.Table("Joining over HTTP", f"{phones} phones, {unions} unions, {seconds:.0f} s each, granian 2 workers")
            burst = Burst(house, sent, posters, phones)
            pressed(burst, Burst(bare, sent, ["bare"], phones), seconds, table)
            new = [NewPerson(name=f"花名册{number}", home=first, id_number="") for number in range(ROUNDS)]
            for person in people.register_many(new, by=None).people:
                burst.one_of_the_roster(person)
            told = f"{ROUNDS} rounds of {AT_ONCE} for one person"
            table.add(told, f"1 member, {AT_ONCE - 1} told", goal="each time", met=True)
    assert audit.verify().ok
    assert [one for one in ledger.reconcile() if one.fact.code.startswith("membership.")] == []


def main() -> None:
    """With keys of its own, which are destroyed at the end."""
    given = [int(each) for each in sys.argv[1:]]
    seconds, phones, unions = [*given, *(60, 50, 20)[len(given) :]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "keys").mkdir()
        settings.IDENTITY_KEYS, settings.STATIC_ROOT = folder / "keys", folder / "static"
        measure(seconds, phones, unions, folder)


if __name__ == "__main__":
    main()
