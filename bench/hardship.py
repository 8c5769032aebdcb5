"""Hardship files in volume: a rule tried on all of them, all of them worked out anew, and a sheet of them taken in.

    python bench/hardship.py [--files 400000] [--taken 2000]

Works in one transaction that is rolled back: the database named by DATABASE_URL must be migrated and is left as it was.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from unionhall.kernel.access import actions as grants  # noqa: E402
from unionhall.kernel.access.models import Role  # noqa: E402
from unionhall.kernel.organizations import actions as organizations  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.people import actions as persons  # noqa: E402
from unionhall.kernel.people import queries as people  # noqa: E402
from unionhall.kernel.policies import actions as policies  # noqa: E402
from unionhall.work.hardship import access  # noqa: E402
from unionhall.work.hardship.actions import intake, replays, trials  # noqa: E402
from unionhall.work.hardship.models.rounds import Sheet  # noqa: E402
from unionhall.work.hardship.queries import sheets  # noqa: E402
from unionhall.work.hardship.queries import trials as trial_queries  # noqa: E402
from unionhall.work.hardship.rules.means import Measure  # noqa: E402

GOALS = {"preview": 5.0, "recompute": 60.0}  # seconds for 400,000 files


class Undone(Exception):
    """Ends the bench's transaction."""


def tree() -> tuple[Organization, list[Organization]]:
    """A city, ten counties with ten townships each."""
    house, units = people.house(), []

    def found(name: str, level: str, parent: Organization | None) -> Organization:
        return organizations.found(name=name, level=level, kind="federation", parent=parent, by=house, since=date(2015, 1, 1))

    city = found("市", "city", found("省", "province", None))
    for n in range(10):
        county = found(f"县{n}", "county", city)
        units += [found(f"镇{n}-{m}", "township", county) for m in range(10)]
    return city, units


def fill(units: list[Organization], count: int) -> None:
    """Files spread over the townships, each with its row on a sealed sheet."""
    chance, house, key = random.Random(1), people.house(), access.room_key()
    head = persons.register(by=None, name="赵大勇", home=units[0])
    columns = (
        "id, organization_id, org_path, reference, state, state_since, version, created_by_id, created_at, head_id, size, level,"
        " worker, months, employer, cause, second_cause, housing, note, kind, book, visited, answered, leaving"
    )
    now, rows = "2026-01-05 09:00+08", dict[tuple[int, int], list[bytes]]()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('hardship_household', 'id')) FROM generate_series(1, %s)", [count])
        keys = [number for (number,) in cursor.fetchall()]
        with cursor.copy(f"COPY hardship_household ({columns}) FROM STDIN") as copy:
            for number, pk in enumerate(keys):
                unit = units[number % len(units)]
                wage, medical, size = (
                    chance.randint(0, 9_000_000),
                    chance.choice((0, 0, chance.randint(0, 3_000_000))),
                    chance.randint(1, 5),
                )
                copy.write_row(
                    (
                        pk,
                        unit.pk,
                        unit.path,
                        f"KN-B-{pk}",
                        "applied",
                        now,
                        1,
                        house.pk,
                        now,
                        head.pk,
                        size,
                        "county",
                        "employed",
                        0,
                        "",
                        "illness",
                        "",
                        "own",
                        "",
                        "deep",
                        b"",
                        False,
                        False,
                        "",
                    )
                )
                one = Measure(size, (wage, 0, 0, 0, 0, 0), (medical, 0, 0, 0))
                rows.setdefault((number % len(units), pk // sheets.BLOCK), []).append(sheets.packed(pk, one))
    for (place, block), held in rows.items():
        sheet = Sheet.objects.create(organization=units[place], org_path=units[place].path, block=block)
        sheet.rows = access.seal_bytes(f"sheet|{sheet.pk}", b"".join(held), key)
        sheet.save(update_fields=["rows"])


def timed(act: Callable[[], object]) -> tuple[float, object]:
    """Seconds and result of one act."""
    start = time.perf_counter()
    found = act()
    return time.perf_counter() - start, found


def run(files: int, taken: int) -> None:
    """Measure and print."""
    house = people.house()
    grants.load_roles()
    city, units = tree()
    policies.set_value("hardship.income_line", 106_200, organization=city, since=date(2020, 1, 1), source="bench", by=house)
    seconds, _none = timed(lambda: fill(units, files))
    print(f"filled {files:,} files in {seconds:.1f} s")
    change = {"line": 120_000, "relative": 180}
    preview, outcome = timed(lambda: trial_queries.preview(city, change))
    total = outcome.total  # type: ignore[attr-defined]
    print(f"preview: {preview:.2f} s, {total.gain:,} gain, {total.lose:,} lose, {len(outcome.places)} counties")  # type: ignore[attr-defined]
    again, count = timed(lambda: trials.recompute(organization=city, by=house))
    print(f"recompute with reasons: {again:.1f} s for {count:,} files")
    for name, measured in (("preview", preview), ("recompute", again)):
        limit = GOALS[name] * files / 400_000
        print(f"  {name}: {measured / limit:.2f} of its limit ({limit:.1f} s for this many)")
    chance = random.Random(2)
    rows = [replays.household(chance, units[0], date(2026, 1, 5)) for _ in range(taken)]
    clerk = persons.register(by=None, name="钱秀兰", home=units[0])
    grants.grant(clerk, role=Role.objects.get(code="county_clerk"), at=units[0], by=None, since=date(2020, 1, 1))
    seconds, _made = timed(lambda: intake.take_many(organization=units[0], rows=rows, by=clerk))
    print(f"taken in: {taken / seconds:,.0f} households a second, with people, standings, books and ledger")


def main() -> None:
    """Run in a transaction that is rolled back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=400_000)
    parser.add_argument("--taken", type=int, default=2000)
    told = parser.parse_args()
    try:
        with transaction.atomic():
            run(told.files, told.taken)
            raise Undone
    except Undone:
        return


if __name__ == "__main__":
    main()
