"""Whether rosters come in as fast beside five million members as beside one million.

    python bench/roster_growth.py [small] [large] [rows]     (default 1,000,000, 5,000,000 and 20,000; about 6 GB a million)

A base is brought in by the action of the roster import; the rest are copies of its rows, made by SQL under keys, numbers and blind
indexes of their own, so that every table and index of a roster has the size that so many members give it. Then a roster is
brought in by the action beside each size; processor seconds stand beside, because those of a busy machine say more. Runs on a
database of its own beside the one of DATABASE_URL and with keys of its own, and removes both.
"""

import statistics
import sys
import tempfile
import time
from math import ceil
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness

harness.setup(own="bench_growth")

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from members_at_size import rows_of, units  # noqa: E402

from unionhall.kernel.audit.rules import SHARDS  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.people import queries as people  # noqa: E402
from unionhall.lib import keyring  # noqa: E402
from unionhall.work.membership.actions import rosters  # noqa: E402
from unionhall.work.membership.models import Membership  # noqa: E402

BASE, SLICE, GOAL, APART = 20_000, 2_000, 0.75, 1_000_000_000
PERSON = {"person_id"}
COPIED = {  # the tables that a roster fills, with the columns that name a row of one of them
    "people_person": {"id"}, "people_datakey": PERSON, "people_sealed": {"id"} | PERSON, "people_contact": {"id"} | PERSON,
    "people_standing": {"id"} | PERSON, "membership_membership": {"id"} | PERSON, "membership_change": {"id", "membership_id"},
    "ledger_entry": {"id", "subject", "source_id"}, "ledger_trace": {"subject"}, "audit_row": {"id", "seq"},
}  # fmt: skip
ITS_OWN = {"id_blind": "sha256(id_blind || int4send({k}))", "phone_blind": "sha256(phone_blind || int4send({k}))",
           "number": "md5(number || '{k}')"}  # fmt: skip


def multiply(members: int) -> None:
    """Copy what stands until there are so many members; each pass takes no more of it than is wanted."""
    while (standing := Membership.objects.count()) < members:
        passed = (Membership.objects.latest("pk").pk // APART).bit_length() + 1
        share = min(1.0, (members - standing) / standing)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # the copies are whole because what they copy is
            for table, keys in COPIED.items():
                cursor.execute(copying(table, keys, passed, share))
        print(f"  {Membership.objects.count():,} members", flush=True)


def copying(table: str, keys: set[str], passed: int, share: float) -> str:
    """One statement that copies a share of a table, by the remainder of its first key, under keys further on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = ''", [table],
        )  # fmt: skip
        names = [name for (name,) in cursor.fetchall()]
    further = APART * 2 ** (passed - 1)
    told = []
    for name in names:
        steps = further * SHARDS if (table, name) == ("audit_row", "id") else further
        told.append(f'"{name}" + {steps}' if name in keys else ITS_OWN.get(name, f'"{name}"').format(k=passed))
    listed = ", ".join(f'"{name}"' for name in names)
    pick = next(iter(sorted(keys & {"person_id", "membership_id", "subject"} or keys)))
    people_only = " AND kind = 'person'" if table == "people_person" else ""  # the house itself stands once
    wanted = f"abs(hashint8({pick})::bigint) % 1000 < {ceil(share * 1000)}{people_only}"
    return f"INSERT INTO {table} ({listed}) OVERRIDING SYSTEM VALUE SELECT {', '.join(told)} FROM {table} WHERE {wanted}"


def brought(first: int, count: int, city: Organization, unions: list[Organization]) -> tuple[list[float], float]:
    """Bring a roster in by slices: rows a second of each, and processor seconds of house and database in all."""
    house, rates = people.house(), []
    spent = time.process_time() + harness.database_seconds()
    for start in range(first, first + count, SLICE):
        rows = rows_of(start, SLICE, unions)
        begun = time.perf_counter()
        with transaction.atomic():
            rosters.check(rows, at=city, by=house, options={})
            rosters.write(rows, at=city, by=house, options={}, source="bench")
        rates.append(SLICE / (time.perf_counter() - begun))
    return rates, time.process_time() + harness.database_seconds() - spent


def main() -> None:
    """With keys of its own, which are destroyed at the end."""
    told = [int(each.replace("_", "")) for each in sys.argv[1:]]
    small, large, rows = [*told, *(1_000_000, 5_000_000, 20_000)[len(told) :]]
    with tempfile.TemporaryDirectory() as folder:
        settings.IDENTITY_KEYS = Path(folder)
        keyring.create(settings.IDENTITY_KEYS)
        city, _counties, unions = units(small)
        brought(0, BASE, city, unions)
        table, found = harness.Table("roster growth", f"{rows:,} rows beside {small:,} and {large:,} members"), []
        for place, members in enumerate((small, large)):
            multiply(members)
            harness.vacuum()
            rates, spent = brought(BASE + place * rows, rows, city, unions)
            found.append((statistics.median(rates), rows / spent))
            table.add(f"beside {members:,} members", f"{found[-1][0]:,.0f} rows/s", limit=f"{found[-1][1]:,.0f} a CPU second")
        (before, before_cpu), (after, after_cpu) = found
        ratio = after / before
        table.add("the rate kept", "", ratio=ratio, goal=f">= {GOAL:.2f}", met=ratio >= GOAL)
        table.add("  the same by processor seconds", "", ratio=after_cpu / before_cpu)


if __name__ == "__main__":
    main()
