"""Members at size: how fast a roster comes in beside a bare staged upsert, and how fast members are found.

`python bench/membership.py [how many]` (default 100,000). The goal stands beside an upsert of every row that came of the roster
(decision 0006); the line before it has the sheet's own rows, twelve columns wide. Runs on a database of its own beside the one of
DATABASE_URL and with keys of its own, and removes both. Ratios compare what was measured in this run.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness

harness.setup(own="bench_membership")

from aid_imports import counted, tables, upserted  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from people import invented  # noqa: E402

from unionhall.kernel.exchange.registry import Row  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.people import queries as people  # noqa: E402
from unionhall.lib import keyring, recall  # noqa: E402
from unionhall.work.membership.actions import joining, rosters  # noqa: E402
from unionhall.work.membership.queries import browse, counts  # noqa: E402

SLICE, GOAL = 2_000, 1 / 6
UNIONS = 140


def rows_of(first: int, count: int, unions: list[Organization]) -> list[Row]:
    """A slice of a roster, as the importer hands it over."""
    found = []
    for number in range(first, first + count):
        one = invented(number, unions[number % len(unions)])
        values = {
            "name": one.name, "id_number": one.id_number, "phone": one.phone, "unit": one.home, "joined_on": None, "occupation": "",
            "hired": "", "employer": "示范公司", "platform": "", "migrant": None,
        }  # fmt: skip
        found.append(Row(number, values))
    return found


TARGET = (
    "id_number text PRIMARY KEY, name text, phone text, unit bigint, joined_on date, occupation text, hired text, employer text,"
    " platform text, org_path text, state text, since date"
)
BORNE = {"org_path": "000100020003", "state": "member", "since": "2026-01-20"}  # what a membership bears besides


def staged_upsert(rows: list[Row]) -> None:
    """The limit: the same rows, twelve columns wide, copied into a staging table and upserted by key, four indexes in place."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS bench_target ({TARGET})")
        for column in ("name", "phone", "unit"):
            cursor.execute(f"CREATE INDEX IF NOT EXISTS bench_target_{column} ON bench_target ({column})")
        cursor.execute(f"CREATE TEMP TABLE bench_stage ({TARGET}) ON COMMIT DROP")
        names = [column.split()[0] for column in TARGET.split(", ")]
        with cursor.copy(f"COPY bench_stage ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                values = {**row.values, **BORNE, "unit": row.values["unit"].pk}
                copy.write_row([values[name] for name in names])
        changed = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        cursor.execute(f"INSERT INTO bench_target SELECT * FROM bench_stage ON CONFLICT (id_number) DO UPDATE SET {changed}")


def roster(table: harness.Table, count: int, city: Organization, unions: list[Organization]) -> None:
    """Bring a roster in slice by slice, each beside the sheet's rows upserted; then beside every row that came of it."""
    house, ours, limit, used, base = people.house(), 0.0, 0.0, 0.0, 0.0
    within = tables("people", "flows", "ledger", "audit", "membership")
    before = counted(within)
    for first in range(0, count, SLICE):
        rows = rows_of(first, min(SLICE, count - first), unions)
        begun, worked, served = time.perf_counter(), time.process_time(), harness.database_seconds()
        with transaction.atomic():
            rosters.check(rows, at=city, by=house, options={})
            rosters.write(rows, at=city, by=house, options={}, source="bench")
        ours, used = ours + time.perf_counter() - begun, used + time.process_time() - worked
        base += harness.database_seconds() - served
        begun = time.perf_counter()
        staged_upsert(rows)
        limit += time.perf_counter() - begun
    table.add(
        "roster, beside an upsert of the sheet's rows", f"{count / ours:,.0f} rows/s", limit=f"{count / limit:,.0f} rows/s",
        ratio=limit / ours,
    )  # fmt: skip
    (bare, bare_cpu), made = upserted(within, before)
    table.add(
        f"  beside an upsert of the {made:,} rows that came of it", f"{ours:.1f} s", limit=f"{bare:.1f} s",
        ratio=bare / ours, goal=f">= {GOAL:.2f}", met=bare / ours >= GOAL,
    )  # fmt: skip
    table.add("  the same by processor seconds", f"{used + base:.1f} s", limit=f"{bare_cpu:.1f} s", ratio=bare_cpu / (used + base))
    table.add("  a row, house | database", f"{used / count * 1e6:.0f} | {base / count * 1e6:.0f} us")


def acts(table: harness.Table, what: str, act: Callable[[int], object], numbers: Iterable[int]) -> None:
    """Do one act after the other in one process, each as a request does: how many a second, what each costs, what it asks."""
    numbers = list(numbers)
    with CaptureQueriesContext(connection) as caught, recall.recalling():
        act(numbers.pop())
    questions = sum("SAVEPOINT" not in one["sql"] for one in caught.captured_queries)
    begun, worked, served = time.perf_counter(), time.process_time(), harness.database_seconds()
    for number in numbers:
        with recall.recalling():
            act(number)
    count, wall = len(numbers), time.perf_counter() - begun
    ours, servers = (time.process_time() - worked) * 1000 / count, (harness.database_seconds() - served) * 1000 / count
    table.add(
        f"{what}, one after the other, {questions} statements", f"{count / wall:,.0f}/s", limit=f"{ours:.1f} | {servers:.1f} ms"
    )


def joins(table: harness.Table, count: int, first: int, unions: list[Organization]) -> None:
    """Apply as the last of the three screens does: person, application, task, ledger and trail; then each is approved."""
    made = []

    def join(number: int) -> None:
        one = invented(number, unions[number % UNIONS])
        given = joining.Applicant(name=one.name, id_number=one.id_number, phone=one.phone)
        made.append(joining.apply(way=joining.Way(union=unions[number % UNIONS]), given=given).pk)

    acts(table, "joins", join, range(first, first + count))
    acts(table, "approvals", lambda pk: joining.approve(application_id=pk, by=people.house()), made)


def p95(act: Callable[[], object], times: int = 40) -> float:
    """The 95th percentile of so many turns, in milliseconds."""
    taken = []
    for _turn in range(times):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.quantiles(taken, n=20)[-1]


def measure(count: int) -> None:
    """Bring a roster in, then look for people in it."""
    house = people.house()
    city = Organization.objects.create(name="市总工会", level="city", kind="federation", path="0001", depth=1)
    unions = [
        Organization.objects.create(
            name=f"第{n}厂工会",
            level="grassroots",
            kind="grassroots",
            path=f"0001{n:04d}",
            depth=2,
            parent=city,
            code=f"9900{n:04d}",
        )
        for n in range(1, UNIONS + 1)
    ]
    table = harness.Table("membership", f"a roster of {count:,} into {UNIONS} unions")
    roster(table, count, city, unions)
    harness.vacuum()
    for text in ("王伟明", "wwm", "0007", "10000000007", invented(7, city).id_number):
        filters = browse.Filters(q=text)
        slowest = p95(lambda f=filters: list(browse.members(house, f).order_by("org_path", "id")[:20]))
        table.add(f"search {text[:11]}, p95", f"{slowest:.1f} ms")
    found = browse.members(house, browse.Filters(unit=city)).order_by("org_path", "id")
    first, deep = p95(lambda: list(found[:20])), p95(lambda: list(found[count // 2 :][:20]))
    table.add("list, p95: first page | a page in the middle", f"{first:.1f} | {deep:.1f} ms")
    table.add("four counts of the city, p95", f"{p95(lambda: counts.four([city])):.1f} ms")
    joins(table, 200, count, unions)


def main() -> None:
    """With keys of its own, which are destroyed at the end."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        settings.IDENTITY_KEYS = Path(folder)
        keyring.create(settings.IDENTITY_KEYS)
        measure(count)


if __name__ == "__main__":
    main()
