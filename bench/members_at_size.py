"""A registry at size: who is found, listed and opened how fast, as the clerk of one county of twenty and as the city's.

    python bench/members_at_size.py [how many]        (default 100,000; the goals are for 1,000,000 in 14,000 unions)

Fills the database that DATABASE_URL names by the action of the roster import, goes on where an earlier run was cut off, and leaves
it filled: use a database of its own. Each line has the 95th percentile of what a page costs (CPU of this process and what the
database says it needs for all its statements; wall beside it, which on a busy machine says little), and median and 95th percentile
of what the database needs to plan and run the statements about people and members.
"""

import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()

import harness  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from people import invented  # noqa: E402

from unionhall.kernel.access import actions as access  # noqa: E402
from unionhall.kernel.access.models import Account, Role  # noqa: E402
from unionhall.kernel.exchange.registry import Row  # noqa: E402
from unionhall.kernel.ledger import actions as ledger  # noqa: E402
from unionhall.kernel.ledger.models import Entry  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.people import access as people_access  # noqa: E402
from unionhall.kernel.people import actions as registered  # noqa: E402
from unionhall.kernel.people import queries as people  # noqa: E402
from unionhall.kernel.people.models import Person  # noqa: E402
from unionhall.lib import clock, keyring  # noqa: E402
from unionhall.work.membership import registry  # noqa: E402
from unionhall.work.membership.actions import rosters  # noqa: E402
from unionhall.work.membership.models import Membership  # noqa: E402

SLICE, COUNTIES, A_UNION, TURNS = 5_000, 20, 71, 24
FOUNDED = date(2015, 1, 1)


def units(members: int) -> tuple[Organization, list[Organization], list[Organization]]:
    """A city, its counties and their unions; found again where an earlier run made them."""
    made = Organization.objects.filter(code="9900").first()
    if made is None:
        made = Organization.objects.create(
            name="示范市总工会", level="city", kind="federation", path="0001", depth=1, code="9900", since=FOUNDED
        )
    if not Organization.objects.filter(parent=made).exists():
        Organization.objects.bulk_create(
            Organization(
                name=f"第{n}区总工会", level="county", kind="federation", path=f"{made.path}{n:04d}", depth=2, parent=made,
                code=f"9900{n:02d}", since=FOUNDED,
            )
            for n in range(1, COUNTIES + 1)
        )  # fmt: skip
    counties = list(Organization.objects.filter(parent=made).order_by("path"))
    each = max(1, members // A_UNION // COUNTIES)
    if not Organization.objects.filter(parent=counties[0]).exists():
        Organization.objects.bulk_create(
            [
                Organization(
                    name=f"{county.code}第{n}厂工会", level="grassroots", kind="grassroots", path=f"{county.path}{n:04d}", depth=3,
                    parent=county, code=f"{county.code}{n:04d}", since=FOUNDED,
                )
                for county in counties
                for n in range(1, each + 1)
            ],
            batch_size=2_000,
        )  # fmt: skip
    return made, counties, list(Organization.objects.filter(parent__in=counties).order_by("path"))


def rows_of(first: int, count: int, unions: Sequence[Organization]) -> list[Row]:
    """A slice of a roster, as the importer hands it over."""
    kinds, found = list(registry.OCCUPATIONS), []
    for number in range(first, first + count):
        one = invented(number, unions[number % len(unions)])
        values = {
            "name": one.name, "id_number": one.id_number, "phone": one.phone, "unit": one.home,
            "joined_on": FOUNDED + timedelta(days=number % 3_600),
            "occupation": kinds[number % 50] if number % 50 < len(kinds) else "",
            "hired": "dispatched" if number % 11 == 0 else "", "employer": f"示范{number % 4_999}公司", "platform": "",
            "migrant": number % 7 == 0,
        }  # fmt: skip
        found.append(Row(number, values))
    return found


def fill(members: int, city: Organization, unions: Sequence[Organization]) -> None:
    """Bring the roster in slice by slice, from where it stands."""
    house, before = people.house(), Membership.objects.count()
    begun, worked = time.perf_counter(), time.process_time()
    for first in range(before, members, SLICE):
        with transaction.atomic():
            rosters.write(rows_of(first, min(SLICE, members - first), unions), at=city, by=house, options={}, source="bench")
        if first % 50_000 == 0:
            print(f"  {first:,} after {time.perf_counter() - begun:,.0f} s", flush=True)
    if before < members:
        wall, used = time.perf_counter() - begun, time.process_time() - worked
        rate = (members - before) / wall
        print(f"filled {members - before:,}: {rate:,.0f} a second, {(members - before) / used:,.0f} a CPU second of this process")
        _vary()
    while ledger.build_rollups() < Entry.objects.latest("pk").pk:
        time.sleep(0.1)
    if before < members:
        harness.vacuum()


def _vary() -> None:
    """What no roster brings, so that every filter has something to find: some retained, tagged, nearly all confirmed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE membership_membership SET tags = CASE WHEN id % 50 = 1 THEN '|骨干|' ELSE '' END,"
            " state = CASE WHEN id % 40 = 2 THEN 'retained' ELSE 'member' END,"
            " authenticated_on = CASE WHEN id % 3 = 0 THEN since END WHERE id % 50 = 1 OR id % 40 = 2 OR id % 3 = 0"
        )
        cursor.execute(
            'INSERT INTO people_confirmation (person_id, field, "on", source)'
            " SELECT person_id, 'phone', %s, 'code' FROM membership_membership WHERE id %% 500 <> 7 ON CONFLICT DO NOTHING",
            [clock.now().date()],
        )


def signed_in(unit: Organization, name: str) -> Client:
    """A clerk of a unit in a browser."""
    account = Account.objects.filter(username=name).first()
    if account is None:
        person = Person.objects.create(name="周文静", home=unit, org_path=unit.path, registered_at=clock.now())
        account, _password = access.open_account(person, username=name, by=None)
        access.note_own_password(account)
        access.grant(person, role=Role.objects.get(code="county_clerk"), at=unit, by=None, since=FOUNDED)
    client = Client()
    client.force_login(Account.objects.get(pk=account.pk))
    return client


def p95(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


ASKED = ('FROM "people_person"', 'FROM "membership_membership"')


def in_database(statements: Sequence[str]) -> tuple[float, float]:
    """Milliseconds that the database needs to plan and run a page's questions: about people and members, and all of them."""
    told = everything = 0.0
    with transaction.atomic(), people_access.scope("*"), connection.cursor() as cursor:
        for sql in statements:
            if (
                sql.lstrip().startswith(("SELECT", "WITH"))
                and "%s" not in sql
                and "%(" not in sql
                and not any(w in sql for w in ("UPDATE", "INSERT"))
            ):
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
                found = cursor.fetchone()[0]
                plan = (json.loads(found) if isinstance(found, str) else found)[0]
                spent = plan["Planning Time"] + plan["Execution Time"]
                everything += spent
                told += spent if any(word in sql for word in ASKED) else 0
    return told, everything


def line(table: harness.Table, client: Client, what: str, address: Callable[[int], str], *, database: float | None = None) -> None:
    """One kind of page, asked for with other words each time."""
    walls, cpus, asked = [], [], []
    client.get(address(0))
    for turn in range(TURNS):
        with CaptureQueriesContext(connection) as caught:
            begun, worked = time.perf_counter(), time.process_time()
            answer = client.get(address(turn))
            walls.append((time.perf_counter() - begun) * 1000)
            cpus.append((time.process_time() - worked) * 1000)
        assert answer.status_code == 200, (address(turn), answer.status_code)
        asked.append([one["sql"] for one in caught.captured_queries])
    spent, everything = zip(*[in_database(statements) for statements in asked], strict=True)
    count = max(sum(not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for sql in each) for each in asked)
    page = p95([cpu + database for cpu, database in zip(cpus, everything, strict=True)])
    table.add(
        what,
        f"{page:.0f} (wall {p95(walls):.0f}) ms",
        limit=f"db {statistics.median(spent):.1f}/{p95(spent):.1f} ms, {count} q",
        goal="60 ms" if database is None else f"60 ms, db {database:.0f}",
        met=page <= 60 and count <= 12 and (database is None or p95(spent) <= database),
    )


def pages(table: harness.Table, client: Client, label: str, within: Organization, members: int) -> None:
    """Everything a clerk asks of the register."""
    listing = reverse("membership:desk-list")
    inside = list(Membership.objects.filter(org_path__startswith=within.path).order_by("id").values_list("pk", flat=True)[:TURNS])
    some = list(Membership.objects.filter(pk__in=inside).select_related("person"))
    with transaction.atomic(), people_access.scope("*"):
        ring = people_access.keys()
        known = [{name: registered.stored(one.person, name, ring) for name in ("phone", "id_number")} for one in some]

    def search(what: str, words: Callable[[int], str]) -> None:
        line(table, client, f"{label}: search {what}", lambda n: f"{listing}?q={words(n % len(some))}", database=5)

    search("name", lambda n: some[n].person.name)
    search("part of a name", lambda n: some[n].person.name[1:])
    search("pinyin", lambda n: some[n].person.name_pinyin)
    search("initials", lambda n: some[n].person.name_initials.split()[0])
    search("last four of the ID", lambda n: some[n].person.id_last4)
    search("last four of the phone", lambda n: some[n].person.phone_last4)
    search("whole phone", lambda n: known[n]["phone"])
    search("whole ID number", lambda n: known[n]["id_number"])
    line(table, client, f"{label}: list", lambda n: listing)
    line(table, client, f"{label}: list, deep page", lambda n: f"{listing}?page={480 + n % 20}")
    line(table, client, f"{label}: list, newest, deep page", lambda n: f"{listing}?sort=new&page={480 + n % 20}")
    line(table, client, f"{label}: list, by day of joining", lambda n: f"{listing}?sort=joined&page={1 + n}")
    line(table, client, f"{label}: list, exact count, last pages", lambda n: f"{listing}?count=exact&page={members // 20 - n}")
    for name, given in {
        "state": "state=retained", "occupation": "occupation=rider", "hired": "hired=dispatched", "authenticated": "checked=yes",
        "migrant": "migrant=on", "tag": "tag=骨干", "employer": "employer=示范77公司",
        "joined": "since=2020-03-01&until=2020-03-31",
        "not confirmed, few": "stale=phone", "not confirmed, all": "stale=employer",
        "all": "occupation=courier&hired=dispatched&migrant=on&since=2018-01-01&checked=no",
    }.items():  # fmt: skip
        line(table, client, f"{label}: list, filter {name}", lambda n, g=given: f"{listing}?{g}")
    line(table, client, f"{label}: member page", lambda n: reverse("membership:desk-member", args=[inside[n % len(inside)]]))


def main() -> int:
    """Fill, then measure."""
    members = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 100_000
    settings.ALLOWED_HOSTS = ["testserver"]
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    access.load_roles()
    keyring.create(settings.IDENTITY_KEYS)  # they stay beside the database, for a run that goes on
    city, counties, unions = units(members)
    fill(members, city, unions)
    table = harness.Table("members at size (p95)", f"{members:,} members in {len(unions):,} unions of {COUNTIES} counties")
    pages(table, signed_in(counties[3], "bench.county"), "county", counties[3], members // COUNTIES)
    pages(table, signed_in(city, "bench.city"), "city", city, members)
    return 0


if __name__ == "__main__":
    sys.exit(main())
