"""How fast sheets come in, beside a staged upsert of the same rows: `python bench/exchange.py [rows]` (default 20,000).

Ours is the whole way: a .csv is read apart, sealed, validated, checked for doubles, and written in slices: visits with their
stops, some five entries in the ledger and an audit row each; people with sealed values, keyed hashes, pinyin and an audit row
each. The limit is COPY into a staging table and one INSERT ... ON CONFLICT of a row of twelve columns with four indexes for each
row of the sheet: its own columns, filled up with what every record bears. The goal stands beside the second limit: every row
that came of it (records, entries, trail), upserted into tables with the same indexes (decision 0006). Processor seconds stand
beside, because those of a busy machine say more. Runs on a database of its own beside the one of DATABASE_URL and with keys of
its own, and removes both.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness

harness.setup(own="bench_exchange")

from aid_imports import counted, tables, upserted  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import connection  # noqa: E402

from tests.crash.import_driver import sheet  # noqa: E402
from unionhall.kernel.exchange.actions import bring, check, write  # noqa: E402
from unionhall.kernel.exchange.models import Import  # noqa: E402
from unionhall.kernel.programmes import actions as programmes  # noqa: E402
from unionhall.lib import dates, keyring  # noqa: E402
from unionhall.testing import cast as standing  # noqa: E402

VISITS = {
    "day": "日期",
    "recipient": "走访对象类别",
    "household": "家庭档案编号",
    "heads": "慰问人次",
    "goods": "慰问品价值",
    "cash": "慰问金",
}
PEOPLE = ("name", "number", "phone", "unit")
BORNE = {  # what a record bears besides what its sheet says
    "organization": ("bigint", "1"), "org_path": ("text", "000100020003"), "made_by": ("bigint", "7"),
    "made_at": ("timestamptz", "2026-01-20 08:00:00+00"), "state": ("text", "open"), "version": ("int", "1"),
    "reference": ("text", "A-1"), "note": ("text", ""),
}  # fmt: skip
WIDTH = 12


def households(rows: int) -> bytes:
    """A sheet of visits to so many households in the days before today; one row in a hundred has no household."""
    today = dates.today()
    lines = [",".join(VISITS.values())]
    for number in range(rows):
        household = "" if number % 100 == 99 else f"DK-{number:07}"
        lines.append(f"{today - timedelta(days=number % 20)},困难职工,{household},{number % 4 + 1},{number % 9 * 50}.00,500.00")
    return "\n".join(lines).encode()


def staged_upsert(content: bytes, columns: Sequence[str], key: str) -> None:
    """The least that any import must do: COPY the rows, twelve columns wide, then INSERT those that are new under four indexes."""
    borne = dict(list(BORNE.items())[: WIDTH - len(columns)])
    lines = [line.split(",") + [value for _kind, value in borne.values()] for line in content.decode().splitlines()[1:]]
    kinds = dict.fromkeys(columns, "text") | {name: kind for name, (kind, _value) in borne.items()}
    named, declared = ", ".join(kinds), ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    kept = [name for name in kinds if name not in key]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_row")
        cursor.execute(f"CREATE TABLE bench_row ({declared}, UNIQUE ({key}))")
        for indexed in ("org_path", "organization, made_at", columns[0]):
            cursor.execute(f"CREATE INDEX ON bench_row ({indexed})")
        cursor.execute(f"CREATE TEMP TABLE bench_stage ({declared})")
        with cursor.copy(f"COPY bench_stage ({named}) FROM STDIN") as copy:
            for line in lines:
                copy.write_row(line)
        cursor.execute(
            f"INSERT INTO bench_row ({named}) SELECT DISTINCT ON ({key}) {named} FROM bench_stage"
            f" ON CONFLICT ({key}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in kept)}"
        )
        cursor.execute("DROP TABLE bench_stage")


def timed(act: Callable[[], object]) -> tuple[float, float, float]:
    """Seconds by the wall, of this process and of the database's."""
    own, base = time.process_time(), harness.database_seconds()
    wall = harness.seconds(act)
    return wall, time.process_time() - own, harness.database_seconds() - base


@dataclass(frozen=True)
class Sheet:
    """One measured import: the kind, the file, what an upsert keys on, and the goal."""

    kind: str
    content: bytes
    columns: Sequence[str]
    key: str
    goal: float
    options: Mapping[str, Any]


def measure_one(table: harness.Table, rows: int, sheet: Sheet, cast: standing.Cast) -> None:
    """Bring, check and write; then the upsert."""
    by, at = cast.people["county_clerk"], cast.units["county"]
    told: dict[str, Import] = {}
    within = tables("people", "ledger", "audit", "campaigns")
    before = counted(within)

    def brought() -> None:
        upload = SimpleUploadedFile("名单.csv", sheet.content)
        told["one"] = bring.bring(kind=sheet.kind, upload=upload, by=by, at=at, options=sheet.options)

    def checked() -> None:
        one = told["one"]
        told["one"] = check.judge(Import.objects.select_related("organization", "started_by").get(pk=one.pk), check.Silent())

    def written() -> None:
        begun = write.begin(import_id=told["one"].pk, by=by)
        write.run(begun.pk, check.Silent())

    times = {act.__name__: timed(act) for act in (brought, checked, written)}
    limit = timed(lambda: staged_upsert(sheet.content, sheet.columns, sheet.key))
    one = Import.objects.get(pk=told["one"].pk)
    assert (one.state, one.made) == ("done", rows - rows // 100), (one.state, one.made)
    for name, (taken, own, base) in times.items():
        table.add(f"{sheet.kind}: {name}", f"{rows / taken:,.0f} rows/s", limit=f"CPU {own:.1f} | {base:.1f} s")
    whole, own, base = (sum(each[place] for each in times.values()) for place in range(3))
    table.add(
        f"{sheet.kind}, whole, beside an upsert of the sheet's rows", f"{rows / whole:,.0f} rows/s",
        limit=f"{rows / limit[0]:,.0f} rows/s", ratio=limit[0] / whole,
    )  # fmt: skip
    table.add(
        "  the same by processor seconds, house | database", f"{own:.2f} | {base:.2f} s", limit=f"{sum(limit[1:]):.2f} s",
        ratio=sum(limit[1:]) / (own + base),
    )  # fmt: skip
    (all_rows, all_cpu), made = upserted(within, before)
    ratio = all_rows / whole
    table.add(
        f"  beside an upsert of the {made:,} rows that came of it", f"{whole:.1f} s", limit=f"{all_rows:.1f} s",
        ratio=ratio, goal=f">= {sheet.goal:.2f}", met=ratio >= sheet.goal,
    )  # fmt: skip
    table.add("  the same by processor seconds", f"{own + base:.2f} s", limit=f"{all_cpu:.2f} s", ratio=all_cpu / (own + base))


def measure(rows: int) -> None:
    """Visits, then people; one table."""
    cast = standing.build()
    programmes.load_catalogue()
    table = harness.Table("exchange", f"{rows:,} rows, one in a hundred wrong")
    visits = Sheet(
        "campaigns.visits", households(rows), tuple(VISITS), "day, recipient, household", 1 / 3, {"programme": "warmth_sending"}
    )
    measure_one(table, rows, visits, cast)
    measure_one(table, rows, Sheet("people.register", sheet(rows), PEOPLE, "number", 1 / 6, {}), cast)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    table.add("memory: house, reader", f"{most} MB, {child} MB", goal="512 MB", met=max(most, child) <= 512)


def main() -> None:
    """With keys of its own, which are destroyed at the end."""
    with tempfile.TemporaryDirectory() as folder:
        settings.IDENTITY_KEYS = Path(folder)
        keyring.create(Path(folder))
        measure(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 20_000)


if __name__ == "__main__":
    main()
