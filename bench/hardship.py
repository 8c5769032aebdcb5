"""Hardship files in volume: a rule tried on all of them, all worked out anew, list and search of a county, a sheet taken in.

    python bench/hardship.py [--files 400000] [--taken 2000]

Runs on a database of its own beside the one of DATABASE_URL and with keys of its own, and removes both. Processor seconds of
this process and of the database's stand beside the seconds by the wall: those of a busy machine say more.
"""

import argparse
import logging
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness

harness.setup(own="bench_hardship")

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import reverse  # noqa: E402
from members_at_size import line, signed_in  # noqa: E402
from people import invented  # noqa: E402

from unionhall.kernel.access import actions as grants  # noqa: E402
from unionhall.kernel.access.models import Role  # noqa: E402
from unionhall.kernel.organizations import actions as organizations  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.people import actions as persons  # noqa: E402
from unionhall.kernel.people import queries as people  # noqa: E402
from unionhall.kernel.people.rules import NewPerson  # noqa: E402
from unionhall.kernel.policies import actions as policies  # noqa: E402
from unionhall.lib import copying, keyring  # noqa: E402
from unionhall.work.hardship import access  # noqa: E402
from unionhall.work.hardship.actions import intake, replays, trials  # noqa: E402
from unionhall.work.hardship.models.files import Household  # noqa: E402
from unionhall.work.hardship.models.rounds import Sheet  # noqa: E402
from unionhall.work.hardship.queries import sheets  # noqa: E402
from unionhall.work.hardship.queries import trials as trial_queries  # noqa: E402
from unionhall.work.hardship.rules.means import Measure  # noqa: E402

GOALS = {"preview": 5.0, "recompute": 60.0}  # seconds for 400,000 files
SLICE = 5_000
NUMBERED = 10  # every so many-th head has given a document number and a phone
COLUMNS = (
    "id", "organization_id", "org_path", "reference", "state", "state_since", "version", "created_by_id", "created_at", "head_id",
    "size", "level", "worker", "months", "employer", "cause", "second_cause", "housing", "note", "kind", "book", "visited",
    "answered", "leaving",
)  # fmt: skip
MEMBER = ("household_id", "person_id", "relation", "school", "open", "since")


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


def heads(units: list[Organization], first: int, count: int) -> list[int]:
    """A slice of people, one for each file; some with numbers by which they are found."""
    new = []
    for number in range(first, first + count):
        one = invented(number, units[number % len(units)])
        new.append(one if number % NUMBERED == 0 else NewPerson(name=one.name, home=one.home))
    return [person.pk for person in persons.register_many(new, by=None).people if person is not None]


def fill(units: list[Organization], count: int) -> None:
    """Files spread over the townships, each with its head and its row on a sealed sheet."""
    chance, house, key = random.Random(1), people.house(), access.room_key()
    now, rows = "2026-01-05 09:00+08", dict[tuple[int, int], list[bytes]]()
    for first in range(0, count, SLICE):
        keys = copying.reserve("hardship_household", min(SLICE, count - first))
        held, files = heads(units, first, len(keys)), []
        for number, (pk, head) in enumerate(zip(keys, held, strict=True), start=first):
            unit, size = units[number % len(units)], chance.randint(1, 5)
            wage, medical = chance.randint(0, 9_000_000), chance.choice((0, 0, chance.randint(0, 3_000_000)))
            files.append(
                (
                    pk, unit.pk, unit.path, f"KN-2026-{pk:06}", "applied", now, 1, house.pk, now, head, size, "county",
                    "employed", 0, "", "illness", "", "own", "", ("deep", "relative", "near")[number % 3], b"", False, False, "",
                )
            )  # fmt: skip
            one = Measure(size, (wage, 0, 0, 0, 0, 0), (medical, 0, 0, 0))
            rows.setdefault((number % len(units), pk // sheets.BLOCK), []).append(sheets.packed(pk, one))
        copying.copy("hardship_household", COLUMNS, files)
        members = [(pk, head, "self", "", True, date(2026, 1, 5)) for pk, head in zip(keys, held, strict=True)]
        copying.copy("hardship_member", MEMBER, members)
    for (place, block), packed in rows.items():
        sheet = Sheet.objects.create(organization=units[place], org_path=units[place].path, block=block)
        sheet.rows = access.seal_bytes(f"sheet|{sheet.pk}", b"".join(packed), key)
        sheet.save(update_fields=["rows"])


def timed(act: Callable[[], object]) -> tuple[float, str, object]:
    """Wall seconds, processor seconds of this process and of the database's in words, and the result of one act."""
    before, own, start = harness.database_seconds(), time.process_time(), time.perf_counter()
    found = act()
    wall, python, database = time.perf_counter() - start, time.process_time() - own, harness.database_seconds() - before
    return wall, f"processor {python:.1f} s in Python, {database:.1f} s in the database", found


def pages(files: int, county: Organization) -> None:
    """What the clerk of a county asks of its files: the list with filters and deep pages, and every way of searching."""
    table = harness.Table("hardship pages (p95)", f"{files:,} files, a tenth of them in the county")
    client, listing = signed_in(county, "bench.hardship"), reverse("hardship:desk-list")
    some = list(Household.objects.filter(org_path__startswith=county.path).select_related("head").order_by("id")[:24])
    numbered = [one for one in some if one.head.id_last4] or some
    for what, given in {
        "list": "", "deep page": "page=480", "by kind": "kind=relative", "open ones": "state=open",
        "by day of verification": "sort=verified", "never helped": "listed=never_helped", "late": "light=late",
    }.items():  # fmt: skip
        line(table, client, f"county: {what}", lambda _n, g=given: f"{listing}?{g}")

    def search(what: str, words: Callable[[int], str]) -> None:
        line(table, client, f"county: search {what}", lambda n: f"{listing}?q={words(n)}")

    search("reference", lambda n: some[n % len(some)].reference)
    search("name", lambda n: some[n % len(some)].head.name)
    search("pinyin", lambda n: some[n % len(some)].head.name_pinyin)
    search("last four of the ID", lambda n: numbered[n % len(numbered)].head.id_last4)


def run(files: int, taken: int) -> None:
    """Measure and print."""
    house = people.house()
    grants.load_roles()
    city, units = tree()
    policies.set_value("hardship.income_line", 106_200, organization=city, since=date(2020, 1, 1), source="bench", by=house)
    seconds, _used, _none = timed(lambda: fill(units, files))
    print(f"filled {files:,} files in {seconds:.1f} s")
    harness.vacuum()
    change = {"line": 120_000, "relative": 180}
    preview, used, outcome = timed(lambda: trial_queries.preview(city, change))
    total = outcome.total  # type: ignore[attr-defined]
    print(f"preview: {preview:.2f} s, {total.gain:,} gain, {total.lose:,} lose, {len(outcome.places)} counties; {used}")  # type: ignore[attr-defined]
    again, used, count = timed(lambda: trials.recompute(organization=city, by=house))
    print(f"recompute with reasons: {again:.1f} s for {count:,} files; {used}")
    for name, measured in (("preview", preview), ("recompute", again)):
        limit = GOALS[name] * files / 400_000
        print(f"  {name}: {measured / limit:.2f} of its limit ({limit:.1f} s for this many)")
    harness.vacuum()
    county = units[0].parent
    assert county is not None
    pages(files, county)
    chance = random.Random(2)
    rows = [replays.household(chance, units[0], date(2026, 1, 5)) for _ in range(taken)]
    clerk = persons.register(by=None, name="钱秀兰", home=units[0])
    grants.grant(clerk, role=Role.objects.get(code="county_clerk"), at=units[0], by=None, since=date(2020, 1, 1))
    seconds, used, _made = timed(lambda: intake.take_many(organization=units[0], rows=rows, by=clerk))
    print(f"taken in: {taken / seconds:,.0f} households a second, with people, standings, books and ledger; {used}")


def main() -> None:
    """With keys of its own, which are destroyed at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=400_000)
    parser.add_argument("--taken", type=int, default=2000)
    told = parser.parse_args()
    settings.ALLOWED_HOSTS = ["testserver"]
    logging.disable(logging.WARNING)
    call_command("collectstatic", interactive=False, verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        settings.IDENTITY_KEYS = Path(folder)
        keyring.create(Path(folder))
        run(told.files, told.taken)


if __name__ == "__main__":
    main()
