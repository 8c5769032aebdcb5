"""Grants in volume: many taken up, reviewed, approved; one batch prepared, checked, released with its bank file, settled.

    python bench/grants.py [--payments 100000]

Works in a database of its own beside the one of DATABASE_URL, as the reading of accounts is committed, and with keys of its own.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import harness

harness.setup(own="bench_grants")

from django.conf import settings  # noqa: E402

from unionhall.kernel.access import actions as access  # noqa: E402
from unionhall.kernel.access.models import Role  # noqa: E402
from unionhall.kernel.exchange.actions import export_table  # noqa: E402
from unionhall.kernel.organizations import actions as organizations  # noqa: E402
from unionhall.kernel.people import actions as persons  # noqa: E402
from unionhall.kernel.people import queries as people  # noqa: E402
from unionhall.kernel.people.actions import bulk as people_bulk  # noqa: E402
from unionhall.kernel.people.rules import NewPerson  # noqa: E402
from unionhall.kernel.programmes import actions as programmes  # noqa: E402
from unionhall.kernel.programmes import queries as programme_queries  # noqa: E402
from unionhall.lib import dates, keyring  # noqa: E402
from unionhall.work.funds.actions import lines  # noqa: E402
from unionhall.work.grants.actions import batches, many, settling  # noqa: E402
from unionhall.work.grants.queries import browse  # noqa: E402
from unionhall.work.grants.rules.bank import Answer  # noqa: E402

GOAL = 60.0  # seconds for 100,000 payments prepared, checked and exported
SINCE = date(2015, 1, 1)
spent: dict[str, float] = {}


def timed(name: str, act: Callable[[], Any]) -> tuple[Any, float]:
    """Do it once; print wall seconds, and the processor seconds of this process and of the database's."""
    before, used, start = harness.database_seconds(), resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    made = act()
    after, wall = resource.getrusage(resource.RUSAGE_SELF), time.monotonic() - start
    python, database = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime, harness.database_seconds() - before
    print(f"{name:<28} {wall:8.1f} s, processor {python:6.1f} s in Python, {database:6.1f} s in the database", flush=True)
    spent[name] = python + database
    return made, wall


def main() -> int:
    """With keys of its own, which are destroyed at the end."""
    options = argparse.ArgumentParser()
    options.add_argument("--payments", type=int, default=100_000)
    count = options.parse_args().payments
    with tempfile.TemporaryDirectory() as folder:
        settings.IDENTITY_KEYS = Path(folder)
        keyring.create(Path(folder))
        return run(count)


def run(count: int) -> int:
    """Build a union, take many grants all the way, print each step."""
    access.load_roles()
    programmes.load_catalogue()
    city = organizations.found(name="市总工会", level="city", kind="federation", parent=None, by=None, since=SINCE)
    staff = [persons.register(by=None, name=name, home=city) for name in ("经办", "审批", "复核", "发放")]
    for person in staff:
        access.grant(person, role=Role.objects.get(code="city_clerk"), at=city, by=None, since=SINCE)
    clerk, decider, checker, payer = staff
    programme, today = programme_queries.programme("daily_student_relief"), dates.today()
    programmes.open_edition(programme=programme, organization=city, by=people.house(), since=today, until=today)
    line = lines.open_line(
        organization=city, year=today.year, name="助学", source="own", purpose="relief", ceiling=10**12 - 1, by=clerk
    )  # fmt: skip
    new = [NewPerson(name="赵大勇", home=city, sealed={"bank_account": f"99{place:014d}"}) for place in range(count)]
    made, _wall = timed("persons registered", lambda: persons.register_many(new, by=None).people)
    rows = [people_bulk.NewStanding(one, city, one) for one in made]
    timed("standings", lambda: people_bulk.set_standings(rows, kind="hardship_member", since=today, until=None, by=None))
    wanted = [many.Wanted(person=one, kind="illness", amount=100_000) for one in made]
    taken, _wall = timed("taken up", lambda: many.apply(organization=city, programme=programme, rows=wanted, by=clerk))
    reviewed, _wall = timed("reviewed", lambda: many.review(taken.done, by=decider))
    granted, _wall = timed("approved", lambda: many.approve(reviewed.done, funder=city, line_id=line.pk, by=decider))
    keys = [one.pk for one in granted.done]
    prepared, first = timed("prepared", lambda: batches.prepare(organization=city, application_ids=keys, by=decider))
    batch = prepared.batch
    _done, second = timed(
        "checked", lambda: batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=checker)
    )  # fmt: skip
    _done, released = timed("released", lambda: batches.export(batch_id=batch.pk, by=payer))
    wish = export_table.Wish(form="csv", reason="发放")
    asked: dict[str, Any] = {"code": "grants.bank", "by": payer, "at": city, "filters": {"batch": str(batch.pk)}, "wish": wish}
    _file, third = timed("bank file", lambda: export_table.export_table(**asked))
    answers = [Answer(one.reference, one.amount, True) for one in batches.live(batch)]
    timed("settled", lambda: settling.settle(batch_id=batch.pk, answers=answers, by=payer))
    whole = first + second + released + third
    tied = browse.tie(batch)
    busy = sum(spent[name] for name in ("prepared", "checked", "released", "bank file"))
    print(f"{count} payments prepared, checked, exported in {whole:.1f} s, {busy:.1f} s of a processor")
    print(f"goal: {GOAL:.0f} s for 100,000")
    print(f"tie holds: {tied.holds}, paid {tied.paid}")
    return int(not tied.holds)


if __name__ == "__main__":
    sys.exit(main())
