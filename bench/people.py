"""How fast people come in, are found and are opened: `python bench/people.py [how many]` (default 50,000).

Runs on a database of its own beside the one of DATABASE_URL and with keys of its own, and removes both.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.people import actions as people  # noqa: E402
from unionhall.kernel.people import queries  # noqa: E402
from unionhall.kernel.people.rules import NewPerson  # noqa: E402
from unionhall.lib import idnumber, keyring  # noqa: E402

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗单曾解"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国"
BATCH = 5_000


def invented(number: int, home: Organization) -> NewPerson:
    """Somebody who cannot exist."""
    name = SURNAMES[number % 23] + GIVEN[number // 23 % 26] + GIVEN[number // 598 % 26]
    body = f"990{number // 1000 % 1000:03d}{1950 + number % 50}{1 + number % 12:02d}{1 + number % 28:02d}{number % 1000:03d}"
    return NewPerson(name=name, home=home, id_number=body + idnumber.checksum(body), phone=f"100{number:08d}")


def milliseconds(turn: Callable[[], object], times: int = 30) -> float:
    """The median of so many turns."""
    taken = []
    for _time in range(times):
        begun = time.perf_counter()
        turn()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def measure(count: int) -> None:
    """Register, then ask."""
    city = Organization.objects.create(name="市总工会", level="city", kind="federation", path="0001", depth=1)
    unit = Organization.objects.create(name="厂工会", level="grassroots", kind="grassroots", path="00010001", depth=2, parent=city)
    begun, worked, last = time.perf_counter(), 0.0, None
    for start in range(0, count, BATCH):
        home = unit if start == 0 else city
        new = [invented(start + n, home) for n in range(min(BATCH, count - start))]
        used = time.process_time()
        outcome = people.register_many(new, by=None)
        worked += time.process_time() - used
        assert not outcome.refused, str(outcome.refused[0][1])
        last = outcome.people[0]
    taken = time.perf_counter() - begun
    print(
        f"registered {count:,} (two sealed values, hashes, audit row each): {count / taken:,.0f} a second,"
        f" {count / worked:,.0f} a CPU second of this process; load {os.getloadavg()[0]:.1f}"
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE people_person")
    sought = ["王伟明", "伟明", "wwm", "wangwei", "10000000007", "0007", invented(7, unit).id_number]
    for within, label in ((city, "the city"), (unit, f"a unit of {BATCH:,}")):
        told = [f"{text[:11]} {milliseconds(lambda t=text, w=within: list(queries.find(t, w)[:50])):.1f}" for text in sought]
        print(f"find the first 50 in {label}, ms: {'  '.join(told)}")
    opening = milliseconds(lambda: people.reveal(by=None, person=last, field="phone", reason="测速"))
    print(f"reveal, record included: {opening:.1f} ms")
    keyring.add_master(settings.IDENTITY_KEYS)
    for reseal in (False, True):
        begun = time.perf_counter()
        people.rotate_keys(by=None, reseal=reseal)
        print(f"rotation{' with resealing' if reseal else ''}: {count / (time.perf_counter() - begun):,.0f} people/s")


def main() -> None:
    """Make a database and keys, measure, take them away."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as folder:
        settings.IDENTITY_KEYS = Path(folder)
        keyring.create(settings.IDENTITY_KEYS)
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            measure(count)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
