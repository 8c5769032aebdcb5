"""Deadlines: lights and escalations over a big worklist, in sets. Prints our figures beside the goal and the peer.

    python bench/flows.py [--tasks 100000]

Works in one transaction that is rolled back: the database named by DATABASE_URL must be migrated and is left as it was.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from unionhall.kernel.access import queries as access  # noqa: E402
from unionhall.kernel.access.models import Grant, Role  # noqa: E402
from unionhall.kernel.flows import queries, registry  # noqa: E402
from unionhall.kernel.flows.actions import escalation  # noqa: E402
from unionhall.kernel.flows.models import Step  # noqa: E402
from unionhall.kernel.organizations import actions as organizations  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.people import queries as people  # noqa: E402
from unionhall.kernel.people.models import Person  # noqa: E402
from unionhall.lib import clock, dates  # noqa: E402

GOAL = 5_000  # transitions a second
PEER = 210  # django-helpdesk 2.6.1 on the same kind of machine, 100,000 tickets


class Undone(Exception):
    """Ends the bench's transaction."""


def tree() -> list[Organization]:
    """A province, a city, ten counties with ten townships each."""
    house, units = people.house(), []

    def found(name: str, level: str, parent: Organization | None) -> Organization:
        return organizations.found(name=name, level=level, kind="federation", parent=parent, by=house, since=date(2015, 1, 1))

    city = found("市", "city", found("省", "province", None))
    for n in range(10):
        county = found(f"县{n}", "county", city)
        units += [found(f"镇{n}-{m}", "township", county) for m in range(10)]
    return units


def fill(units: list[Organization], count: int) -> None:
    """Open tasks spread over the townships: a third late, a third soon, a third fine."""
    kind, house, today = registry.flows()[0].label, people.house(), dates.today()
    move = registry.flows()[0].flow.moves[0]
    step = Step.objects.create(record_kind=kind, record_id=0, move="start", by=house, organization=units[0], org_path=units[0].path)
    due = (today - timedelta(days=14), today + timedelta(days=2), today + timedelta(days=60))
    columns = (
        "record_kind, record_id, reference, title, organization_id, org_path, move, permission, lead, draft, signing, due_on, "
    )
    columns += "pause_reason, programme_code, sent_by_id, opened_at, opened_by_id, chases, raised"
    with connection.cursor() as cursor, cursor.copy(f"COPY flows_task ({columns}) FROM STDIN") as copy:
        for n in range(count):
            unit = units[n % len(units)]
            copy.write_row(
                (
                    *(kind, n + 1, f"WT-{n}", f"屋顶漏水 {n}", unit.pk, unit.path, move.code, move.permission, True, False, False),
                    *(due[n % 3], "", "", house.pk, clock.now(), step.pk, 0, 0),
                )
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE flows_task")


def clerk(county: Organization) -> Person:
    """Somebody who supervises a county."""
    person = Person.objects.create(name="李", home=county, org_path=county.path, registered_at=clock.now())
    role, _made = Role.objects.get_or_create(code="bench", defaults={"zh": "x", "permissions": ["*"]})
    Grant.objects.create(person=person, role=role, organization=county, org_path=county.path, since=date(2015, 1, 1))
    return person


def p95(act: Callable[[], object], rounds: int = 30) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times), sorted(times)[int(rounds * 0.95) - 1]


def cpu() -> float:
    """CPU seconds of this process and, where it can be seen, of the database process that serves it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    backend = 0.0
    if stat.exists():
        fields = stat.read_text().rsplit(")", 1)[1].split()
        backend = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + backend


def run(count: int) -> bool:
    """Measure and print; true if the goal is met."""
    units = tree()
    fill(units, count)
    begun, spent = time.perf_counter(), cpu()
    raised = escalation.escalate()
    rate, effort = raised / (time.perf_counter() - begun), raised / (cpu() - spent)
    person = clerk(Organization.objects.get(pk=units[0].parent_id))
    scope = queries.Filters(tab="scope")
    with access.remembering():
        page = p95(lambda: list(queries.worklist(person, scope)[:50]))
        lights = p95(lambda: queries.lights(person, scope))
        counts = p95(lambda: queries.counts(person))
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    print(f"PostgreSQL {version}, {count:,} open tasks, load {os.getloadavg()[0]:.1f}")
    print(f"escalations           {rate:>10,.0f} /s   goal {GOAL:,} /s   django-helpdesk {PEER} /s   ratio {rate / PEER:.0f}")
    print(f"{'':<21} {effort:>10,.0f} per CPU second of ours and of the database's process: what one idle core would do")
    for name, (median, high) in {"worklist page of 50": page, "lights of the county": lights, "counts of all tabs": counts}.items():
        print(f"{name:<21} {median:>10.1f} ms p50 {high:>8.1f} ms p95")
    return rate >= GOAL


def main() -> int:
    """Run inside a transaction that is taken back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    tasks = parser.parse_args().tasks
    met = False
    try:
        with transaction.atomic():
            met = run(tasks)
            raise Undone
    except Undone:
        return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
