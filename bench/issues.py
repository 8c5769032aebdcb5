"""The room `issues` at 100,000 issues, as scoped users, in process, whole HTML; beside django-helpdesk where it is installed.

    python bench/issues.py [ISSUES]

Works in a database of its own beside DATABASE_URL's, committed, vacuumed and with its roll-ups built as a house in use has
them; it is dropped at the end. The peer runs as a child with its own database when UNIONHALL_PEER_PYTHON or
`var/peers/helpdesk/bin/python` exists (peers/README.md); else its column stays empty.
"""

import gc
import json
import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import harness

harness.setup(own="bench_issues")

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from unionhall.kernel.access import actions as access  # noqa: E402
from unionhall.kernel.access.models import Account, Role  # noqa: E402
from unionhall.kernel.ledger import actions as ledger  # noqa: E402
from unionhall.kernel.ledger.models import Entry  # noqa: E402
from unionhall.kernel.organizations import actions as organizations  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.people import queries as people  # noqa: E402
from unionhall.kernel.people.models import Person  # noqa: E402
from unionhall.lib import clock, dates  # noqa: E402
from unionhall.work.issues.actions import bulk  # noqa: E402
from unionhall.work.issues.actions.register import NewIssue  # noqa: E402
from unionhall.work.issues.models import Issue  # noqa: E402

HERE = Path(__file__).resolve().parent
PEER = Path(os.environ.get("UNIONHALL_PEER_PYTHON", HERE.parent / "var/peers/helpdesk/bin/python"))
PLACES = ("城关", "东山", "红旗", "建设", "河西")
MATTERS = ("拖欠工资", "书屋图书陈旧", "议事规则不规范", "加班费未付", "站点设施损坏", "换届超期")
KINDS = ("rights", "poor_sites", "loose_procedure", "rights", "backward_sites", "weak_grassroots")
ROUNDS = 15


def counties() -> list[Organization]:
    """A city with ten counties of three townships."""
    house = people.house()

    def found(name: str, level: str, parent: Organization | None) -> Organization:
        return organizations.found(name=name, level=level, kind="federation", parent=parent, by=house, since=date(2015, 1, 1))

    city = found("示范市总工会", "city", found("示范省总工会", "province", None))
    made = [found(f"{PLACES[n % 5]}{n}区总工会", "county", city) for n in range(10)]
    for county in made:
        for n in range(3):
            found(f"{county.name[:3]}街道{n}总工会", "township", county)
    return made


def fill(units: list[Organization], count: int) -> float:
    """Register the issues in sets, unit by unit; returns issues a second."""
    rng, today, house = harness.dice(), dates.today(), people.house()
    start, share = time.perf_counter(), count // len(units)
    for unit in units:
        for first in range(0, share, 5_000):
            rows = []
            for n in range(first, min(first + 5_000, share)):
                matter = rng.randrange(len(MATTERS))
                title = f"{rng.choice(PLACES)}{MATTERS[matter]} {n}"
                found_on = today - timedelta(days=rng.randrange(700))
                rows.append(NewIssue(title=title, kind=KINDS[matter], found_on=found_on, grade="general"))
            bulk.register_many(organization=unit, rows=rows, by=house)
    rate = count / (time.perf_counter() - start)
    while ledger.build_rollups() < Entry.objects.latest("pk").pk:
        time.sleep(0.1)
    harness.vacuum()
    gc.collect()
    gc.freeze()  # no web worker carries what filling left behind
    return rate


def signed_in(unit: Organization, name: str) -> tuple[Person, Client]:
    """A clerk of a unit in a browser."""
    person = Person.objects.create(name="周文静", home=unit, org_path=unit.path, registered_at=clock.now())
    account, _password = access.open_account(person, username=name, by=None)
    access.note_own_password(account)
    access.grant(person, role=Role.objects.get(code="county_clerk"), at=unit, by=None, since=date(2015, 1, 1))
    client = Client()
    client.force_login(Account.objects.get(pk=account.pk))
    return person, client


def times(act: Callable[[], object]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after rounds that warm up: a server's connection has prepared what it asks."""
    for _round in range(6):
        act()
    found = sorted(harness.seconds(act) * 1000 for _ in range(ROUNDS))
    return statistics.median(found), found[int(ROUNDS * 0.95)]


def page(client: Client, address: str) -> None:
    """One whole page."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


class Peer:
    """django-helpdesk in its own environment, or nothing."""

    def __init__(self, size: int) -> None:
        self.child = None
        if PEER.exists():
            server = settings.DATABASES["default"]
            address = f"postgresql://{server['USER']}@{server['HOST']}:{server['PORT']}/postgres"
            command = [str(PEER), str(HERE / "peers/helpdesk_child.py"), address, str(size)]
            self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            assert self.child.stdout is not None
            self.child.stdout.readline()

    def milliseconds(self, work: str) -> float | None:
        """How long the peer took for one piece of work."""
        if self.child is None or self.child.stdin is None or self.child.stdout is None:
            return None
        self.child.stdin.write(f"{work}\n")
        self.child.stdin.flush()
        return float(json.loads(self.child.stdout.readline())[work])

    def end(self) -> None:
        """Let the child go."""
        if self.child is not None and self.child.stdin is not None:
            self.child.stdin.close()
            self.child.wait(timeout=30)


def compare(table: harness.Table, peer: Peer, what: str, work: str, act: Callable[[], object], goal: float) -> None:
    """One line: ours at p95, the peer's median in the same run, the ratio of medians."""
    middle, high = times(act)
    theirs = [ms for ms in (peer.milliseconds(work) for _ in range(3)) if ms is not None]
    other = statistics.median(theirs) if theirs else None
    limit = f"{other:,.0f} ms" if other is not None else ""
    ratio = other / middle if other is not None else None
    table.add(what, f"{middle:.0f}/{high:.0f} ms", limit=limit, ratio=ratio, goal=f"p95 {goal:.0f} ms", met=high <= goal)


def measure(count: int) -> None:
    """Fill, then measure as a county's clerk and as the city's."""
    access.load_roles()
    units, peer = counties(), Peer(count)
    table = harness.Table("issues (p50/p95)", f"{count:,} issues in 10 counties")
    table.add("registering in sets, end to end", f"{fill(units, count):,.0f} /s")
    person, county = signed_in(units[0], "bench.county")
    _city, city = signed_in(units[0].parent, "bench.city")
    listing = reverse("issues:desk-list")
    compare(table, peer, "list, county", "list", lambda: page(county, listing), 60)
    compare(table, peer, "list, city (all of them)", "list", lambda: page(city, listing), 60)
    compare(table, peer, "search 红旗, county", "search", lambda: page(county, f"{listing}?q=红旗"), 60)
    compare(table, peer, "search 红旗, city", "search", lambda: page(city, f"{listing}?q=红旗"), 60)
    compare(table, peer, "late ones, city", "list", lambda: page(city, f"{listing}?light=late&sort=due"), 60)
    compare(table, peer, "closing report, city", "dashboard", lambda: page(city, reverse("issues:desk-closing")), 100)
    one = Issue.objects.filter(organization=units[0]).order_by("-id")[0]
    compare(table, peer, "one issue", "list", lambda: page(county, reverse("issues:desk-issue", args=[one.pk])), 60)
    compare(table, peer, "registering by the form", "creation", lambda: register(county), 150)
    with CaptureQueriesContext(connection) as caught:
        page(county, listing)
    table.add("queries of the list", str(len(caught)), goal="12", met=len(caught) <= 12)
    ids = list(Issue.objects.filter(organization=units[0]).order_by("id").values_list("pk", flat=True)[:200])
    start = time.perf_counter()
    outcome = bulk.dispatch_many(ids, by=person, to=Organization.objects.filter(parent=units[0])[0])
    assert len(outcome.done) == len(ids)
    table.add("dispatching 200 at once, each by its rules", f"{len(ids) / (time.perf_counter() - start):.0f} /s")
    peer.end()


def register(client: Client) -> None:
    """File one issue through the form."""
    form = {"title": "拖欠工资", "kind": "rights", "found_on": dates.today().isoformat()}
    answer = client.post(reverse("issues:desk-register"), form)
    assert answer.status_code == 303, answer.status_code


def main() -> int:
    """Measure, and leave nothing."""
    count = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 100_000
    settings.ALLOWED_HOSTS = ["testserver"]
    logging.disable(logging.WARNING)
    call_command("collectstatic", interactive=False, verbosity=0)
    measure(count)
    return 0


if __name__ == "__main__":
    sys.exit(main())
