"""Pupils' grants and household files from sheets, beside a staged upsert of the very same rows.

    python bench/aid_imports.py [pupils] [households]        (default 35,000 and 20,000; the goal is for 400,000 households)

Ours is the whole way: a .csv is read apart, sealed, checked line by line by the rules, and written with people, sealed values,
keyed hashes, standings, entitlements or members, the means test's result, flow, entries in the ledger and the trail. The limit
is every row that came of it, sealed columns, flow, ledger and trail and all, copied into a staging table and upserted into a
table with the same indexes: nothing read, judged, sealed or hashed (decision 0006). The stricter limit upserts the applications
or households alone. Processor seconds (of this process and of the database's) stand beside, because those of a busy machine say
more. Runs on a database of its own beside the one of DATABASE_URL and with keys of its own.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness

harness.setup(own="bench_aid")

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import ForeignKey, IntegerField  # noqa: E402
from people import invented  # noqa: E402

from unionhall.kernel.exchange.actions import bring, check, write  # noqa: E402
from unionhall.kernel.exchange.models import Import  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.people import access as identity  # noqa: E402
from unionhall.kernel.people import actions as persons  # noqa: E402
from unionhall.kernel.people import queries as people  # noqa: E402
from unionhall.kernel.people.actions import bulk  # noqa: E402
from unionhall.kernel.policies import actions as policies  # noqa: E402
from unionhall.kernel.programmes import actions as programmes  # noqa: E402
from unionhall.kernel.programmes import queries as catalogue  # noqa: E402
from unionhall.lib import dates, keyring  # noqa: E402
from unionhall.testing import cast as standing  # noqa: E402

FILED, SINCE, GOAL, SLICE = "2026-01-05", date(2015, 1, 1), 1 / 6, 5_000
HEADS = "户主姓名,身份证号,职工类别,主要致困原因,共同生活人口,家庭成员,家庭年工资收入,年自负医疗费,病情,建档日期"
Spent = tuple[float, float]


def pupils(cast: standing.Cast, count: int) -> bytes:
    """So many pupils on file in the county, and the sheet that asks a grant for each."""
    county, lines = cast.units["county"], ["姓名,身份证号,项目和类别,申请金额,申请事由,不予资助情形"]
    for first in range(0, count, SLICE):
        new = [invented(number, county) for number in range(first, min(first + SLICE, count))]
        made = [one for one in persons.register_many(new, by=None).people if one is not None]
        rows = [bulk.NewStanding(one, county, one) for one in made]
        bulk.set_standings(rows, kind="hardship_member", since=dates.today(), until=None, by=None)
        lines += [f"{one.name},{one.id_number},金秋助学·大学,5000.00,就读大学一年级,均不属于" for one in new]
    return "\n".join(lines).encode()


def families(first: int, count: int, home: Organization) -> bytes:
    """A sheet of households, each with a partner and a child."""
    lines = [HEADS]
    for number in range(first, first + count * 3, 3):
        head, partner, child = (invented(number + place, home) for place in range(3))
        named = f"{partner.name}/配偶/{partner.id_number}；{child.name}/子女/{child.id_number}"
        lines.append(
            f"{head.name},{head.id_number},在职职工,本人或家属患病,3,{named},"
            f"{18000 + number % 900}.00,{number % 7 * 500}.00,慢性病,{FILED}"
        )
    return "\n".join(lines).encode()


@contextmanager
def spending(told: list[Spent]) -> Iterator[None]:
    """Note seconds by the wall and of the processors."""
    wall, own, base = time.perf_counter(), time.process_time(), harness.database_seconds()
    yield
    told.append((time.perf_counter() - wall, time.process_time() - own + harness.database_seconds() - base))


def tables(*labels: str) -> list[tuple[str, str]]:
    """The tables of some packages with their keys, which are whole numbers."""
    models = [model for label in labels for model in apps.get_app_config(label).get_models() if model._meta.managed]
    numbered = [model for model in models if isinstance(model._meta.pk, IntegerField | ForeignKey)]
    return [(model._meta.db_table, model._meta.pk.column) for model in numbered]


def counted(within: list[tuple[str, str]]) -> dict[str, int]:
    """The highest key of each table."""
    with transaction.atomic(), identity.scope("*"), connection.cursor() as cursor:
        found = {}
        for table, key in within:
            cursor.execute(f"SELECT coalesce(max({key})::bigint, 0) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def upserted(within: list[tuple[str, str]], before: dict[str, int]) -> tuple[Spent, int]:
    """Every row that stands since, through a staging table into a table like its own, with its indexes."""
    spent: list[Spent] = []
    rows = 0
    for table, key in within:
        with transaction.atomic(), identity.scope("*"), connection.cursor() as cursor:
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
                " AND attgenerated = ''", [table],
            )  # fmt: skip
            names = [name for (name,) in cursor.fetchall()]
            listed = ", ".join(f'"{name}"' for name in names)
            with cursor.copy(f"COPY (SELECT {listed} FROM {table} WHERE {key} > {before[table]}) TO STDOUT") as out:
                held = b"".join(bytes(part) for part in out)
            if not held:
                continue
            cursor.execute(f"CREATE TABLE bench_like (LIKE {table} INCLUDING ALL)")
            with spending(spent):
                cursor.execute(f"CREATE TEMP TABLE bench_stage AS SELECT {listed} FROM {table} WITH NO DATA")
                with cursor.copy("COPY bench_stage FROM STDIN") as copy:
                    copy.write(held)
                changed = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name != key)
                cursor.execute(
                    f"INSERT INTO bench_like ({listed}) OVERRIDING SYSTEM VALUE SELECT {listed} FROM bench_stage"
                    f" ON CONFLICT ({key}) DO UPDATE SET {changed}"
                )
                rows += cursor.rowcount
            cursor.execute("DROP TABLE bench_like, bench_stage")
    return (sum(one for one, _cpu in spent), sum(cpu for _one, cpu in spent)), rows


def brought(cast: standing.Cast, kind: str, content: bytes) -> list[tuple[str, Spent]]:
    """One sheet from the upload to its receipt, step by step."""
    by, at, held = cast.people["county_clerk"], cast.units["county"], dict[str, Import]()
    upload = SimpleUploadedFile("名单.csv", content)

    def checked() -> None:
        one = Import.objects.select_related("organization", "started_by").get(pk=held["one"].pk)
        held["one"] = check.judge(one, check.Silent())

    def written() -> None:
        write.run(write.begin(import_id=held["one"].pk, by=by).pk, check.Silent())

    def read() -> None:
        held["one"] = bring.bring(kind=kind, upload=upload, by=by, at=at, options={})

    acts: list[tuple[str, Callable[[], Any]]] = [("read", read), ("checked", checked), ("written", written)]
    steps = []
    for name, act in acts:
        spent: list[Spent] = []
        with spending(spent):
            act()
        steps.append((name, spent[0]))
    one = Import.objects.get(pk=held["one"].pk)
    assert (one.state, one.made) == ("done", content.count(b"\n")), (one.state, one.made, one.counts)
    return steps


def measure(table: harness.Table, cast: standing.Cast, kind: str, room: str, own: str, sheets: list[bytes]) -> None:
    """Bring the sheets, then upsert what came of them: every row, and of these alone the rows that the lines became (`own`)."""
    within = tables("people", "flows", "ledger", "audit", room)
    before, steps = counted(within), dict[str, list[Spent]]()
    for content in sheets:
        for name, spent in brought(cast, kind, content):
            steps.setdefault(name, []).append(spent)
    lines = sum(content.count(b"\n") for content in sheets)
    (limit, limit_cpu), rows = upserted(within, before)
    (bare, bare_cpu), alone = upserted([one for one in within if one[0] == own], before)
    whole = [sum(each[place] for spent in steps.values() for each in spent) for place in (0, 1)]
    for name, spent in steps.items():
        wall, cpu = (sum(each[place] for each in spent) for place in (0, 1))
        table.add(f"{kind}: {name}", f"{lines / wall:,.0f} lines/s", limit=f"{cpu:.1f} s of processors")
    table.add(
        f"{kind}, whole, beside an upsert of {rows:,} rows", f"{whole[0]:.1f} s", limit=f"{limit:.1f} s",
        ratio=limit / whole[0], goal=f">= {GOAL:.2f}", met=limit / whole[0] >= GOAL,
    )  # fmt: skip
    table.add("  the same by processor seconds", f"{whole[1]:.1f} s", limit=f"{limit_cpu:.1f} s", ratio=limit_cpu / whole[1])
    table.add(f"  beside {alone:,} rows of {own} alone", f"{whole[0]:.1f} s", limit=f"{bare:.1f} s", ratio=bare / whole[0])
    table.add("  the same by processor seconds", f"{whole[1]:.1f} s", limit=f"{bare_cpu:.1f} s", ratio=bare_cpu / whole[1])


def main() -> None:
    """With keys of its own, which are destroyed at the end."""
    wanted = [int(each.replace("_", "")) for each in sys.argv[1:]]
    asked, households = [*wanted, 35_000, 20_000][:2] if len(wanted) != 1 else [wanted[0], 20_000]
    with tempfile.TemporaryDirectory() as folder:
        settings.IDENTITY_KEYS = Path(folder)
        keyring.create(Path(folder))
        cast = standing.build()
        programmes.load_catalogue()
        county, house = cast.units["county"], people.house()
        policies.set_value("hardship.income_line", 106_200, organization=cast.units["city"], since=SINCE, source="bench", by=house)
        today = dates.today()
        programmes.open_edition(
            programme=catalogue.programme("autumn_aid"), organization=county, by=house, since=today, until=today
        )  # fmt: skip
        table = harness.Table("aid imports", f"{asked:,} pupils, {households:,} households of three")
        measure(table, cast, "grants.applications", "grants", "grants_application", [pupils(cast, asked)])
        parts = range(0, households, 100_000)
        sheets = [families(500_000 + first * 3, min(100_000, households - first), county) for first in parts]
        measure(table, cast, "hardship.files", "hardship", "hardship_household", sheets)


if __name__ == "__main__":
    main()
