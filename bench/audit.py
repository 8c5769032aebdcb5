"""How many acts a second can be put on record: one by one, by several writers at once, in bulk; and verified.

`python bench/audit.py [seconds]` runs on a database of its own beside the one of DATABASE_URL and drops it again.
The figure that means something everywhere is the ratio to a bare INSERT of the same row in the same run.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from unionhall.kernel.audit import actions as audit  # noqa: E402
from unionhall.kernel.audit import registry  # noqa: E402
from unionhall.lib.text import Text  # noqa: E402

registry.register_verbs({"audit.benched": Text(zh="测速", en="benched")})


@dataclass
class Unit:
    pk: int
    path: str


def rate(seconds: float, writers: int, turn: Callable[[int, int], None]) -> float:
    """Turns a second of so many connections at once."""
    counts = [0] * writers
    end = time.perf_counter() + seconds

    def work(number: int) -> None:
        while time.perf_counter() < end:
            turn(number, counts[number])
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(writers)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begun)


def bare(number: int, count: int) -> None:
    """The same row without a chain."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare (moment, verb, subject, details, hash) VALUES (now(), %s, %s, %s, %s)",
            ["audit.benched", f"a.b:{count}", "{}", b"\x00" * 64],
        )


def spread(number: int, count: int) -> None:
    """Each writer at many organizations."""
    with transaction.atomic():
        audit.record(None, "audit.benched", f"a.b:{count}", at=Unit(number * 100_000 + count % 997, "0001"))


def crowded(number: int, count: int) -> None:
    """All writers at one organization."""
    with transaction.atomic():
        audit.record(None, "audit.benched", f"a.b:{count}", at=Unit(1, "0001"))


def bulk(count: int) -> float:
    """Rows a second of one bulk act."""
    acts = [audit.Act(None, "audit.benched", f"a.b:{n}", Unit(1, "0001")) for n in range(count)]
    begun = time.perf_counter()
    with transaction.atomic():
        audit.record_many(acts)
    return count / (time.perf_counter() - begun)


def main() -> None:
    """Print the figures."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with connection.cursor() as cursor:
            columns = "id bigserial PRIMARY KEY, moment timestamptz, verb text, subject text, details jsonb, hash bytea"
            cursor.execute(f"CREATE TABLE bare ({columns})")
        plain = rate(seconds, 8, bare)
        lines = [("bare insert, 8 writers", plain)]
        lines += [
            (f"{label}, {writers} writers", rate(seconds, writers, turn))
            for label, writers, turn in [
                ("one organization", 8, crowded),
                ("many organizations", 8, spread),
                ("many organizations", 1, spread),
            ]
        ]
        lines.append(("bulk of 20,000 in one act", bulk(20_000)))
        begun = time.perf_counter()
        verdict = audit.verify()
        assert verdict.ok, verdict
        lines.append((f"verify {verdict.checked:,} rows", verdict.checked / (time.perf_counter() - begun)))
        for label, value in lines:
            print(f"{label:32} {value:10,.0f} rows/s   {value / plain:6.2f} x bare")
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
