"""How fast a sheet comes in, beside a staged upsert of the same rows: `python bench/exchange.py [rows]` (default 20,000).

Ours is the whole way: a .csv is read apart, sealed, checked for doubles, and written in slices with sealed values, keyed hashes,
pinyin and an audit row for each person. The limit is COPY into a staging table and one INSERT ... ON CONFLICT of the same columns.
Runs on a database of its own beside the one of DATABASE_URL and with keys of its own, and removes both.
"""

import os
import resource
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from tests.crash.import_driver import sheet  # noqa: E402
from unionhall.kernel.exchange.actions import bring, check, write  # noqa: E402
from unionhall.kernel.exchange.models import Import  # noqa: E402
from unionhall.lib import keyring  # noqa: E402
from unionhall.testing import cast as standing  # noqa: E402


def staged_upsert(content: bytes) -> None:
    """The least that any import must do: COPY the rows, then INSERT those that are new."""
    lines = [line.split(",") for line in content.decode().splitlines()[1:]]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_person (number text PRIMARY KEY, name text, phone text, unit text)")
        cursor.execute("TRUNCATE bench_person")
        cursor.execute("CREATE TEMP TABLE bench_stage (name text, number text, phone text, unit text)")
        with cursor.copy("COPY bench_stage FROM STDIN") as copy:
            for line in lines:
                copy.write_row(line)
        cursor.execute(
            "INSERT INTO bench_person (number, name, phone, unit) SELECT number, name, phone, unit FROM bench_stage"
            " ON CONFLICT (number) DO UPDATE SET name = excluded.name, phone = excluded.phone, unit = excluded.unit"
        )
        cursor.execute("DROP TABLE bench_stage")


def measure(rows: int) -> None:
    """Bring, check and write; then the upsert; one table."""
    cast, content = standing.build(), sheet(rows)
    by, at = cast.people["county_clerk"], cast.units["county"]
    told: dict[str, Import] = {}

    def brought() -> None:
        told["one"] = bring.bring(kind="people.register", upload=SimpleUploadedFile("名单.csv", content), by=by, at=at)

    def checked() -> None:
        one = told["one"]
        told["one"] = check.judge(Import.objects.select_related("organization", "started_by").get(pk=one.pk), check.Silent())

    def written() -> None:
        begun = write.begin(import_id=told["one"].pk, by=by)
        write.run(begun.pk, check.Silent())

    times = {act.__name__: harness.seconds(act) for act in (brought, checked, written)}
    limit = harness.seconds(lambda: staged_upsert(content))
    one = Import.objects.get(pk=told["one"].pk)
    assert (one.state, one.made) == ("done", rows - rows // 100), (one.state, one.made)
    whole = sum(times.values())
    table = harness.Table("exchange", f"{rows:,} people, one in a hundred wrong")
    for name, taken in times.items():
        table.add(name, f"{rows / taken:,.0f} rows/s")
    ratio = limit / whole
    table.add("import of people, whole, beside a staged upsert", f"{rows / whole:,.0f} rows/s", limit=f"{rows / limit:,.0f} rows/s",
              ratio=ratio, goal="1/6", met=ratio >= 1 / 6)  # fmt: skip
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    table.add("memory: house, reader", f"{most} MB, {child} MB", goal="512 MB", met=max(most, child) <= 512)


def main() -> None:
    """Make a database and keys, measure, take them away."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    name = "bench_exchange"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.IDENTITY_KEYS = Path(folder)
            keyring.create(Path(folder))
            call_command("migrate", verbosity=0)
            measure(rows)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


if __name__ == "__main__":
    main()
