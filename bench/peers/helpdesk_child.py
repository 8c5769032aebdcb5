"""django-helpdesk as a child of the bench: reads the name of a piece of work, answers with its milliseconds.

Usage: python helpdesk_child.py postgresql://user@host:port/postgres TICKETS
"""

import json
import os
import random
import sys
import time
from datetime import timedelta
from pathlib import Path

import django
import psycopg

address, size = sys.argv[1], int(sys.argv[2])
os.environ["BENCH_ADDRESS"] = address
os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk_settings"
sys.path.insert(0, str(Path(__file__).parent))
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models import F  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from helpdesk.models import FollowUp, Queue, Ticket  # noqa: E402
from helpdesk.query import query_to_base64  # noqa: E402

NAME = "bench_helpdesk"
ESCALATED = 1000
OPEN = [1, 2]


def fill() -> None:
    """A new database with one queue, one clerk and the tickets; half of them open and due for escalation."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME}")
        connection.execute(f"CREATE DATABASE {NAME}")
    call_command("migrate", verbosity=0)
    rng = random.Random(20261120)
    clerk = User.objects.create_superuser("clerk", "clerk@example.org", "x")
    queue = Queue.objects.create(title="Bench", slug="bench", escalate_days=2)
    now = timezone.now()
    rows = [
        Ticket(
            queue=queue,
            title=f"拖欠工资 {n} {rng.choice(['城关', '东山', '红旗', '建设'])}",
            description="职工反映单位拖欠工资，请协调处理。" * 4,
            status=rng.choice([1, 1, 3, 4]),
            priority=rng.randint(2, 5),
            assigned_to=clerk if n % 3 else None,
        )
        for n in range(size)
    ]
    Ticket.objects.bulk_create(rows, batch_size=2000)
    for days in range(10, 40):  # the peer stamps "created" by itself, so the ages are set afterwards
        Ticket.objects.annotate(age=F("id") % 30).filter(age=days - 10).update(created=now - timedelta(days=days))


def table(search: str) -> str:
    """The address of helpdesk's own data table of open tickets, 25 rows."""
    wanted = {
        "filtering": {"status__in": OPEN},
        "filtering_null": {},
        "sorting": "created",
        "sortreverse": False,
        "search_string": search,
    }
    return f"/datatables_ticket_list/{query_to_base64(wanted)}?draw=1&start=0&length=25&order[0][column]=0&order[0][dir]=desc"


def fetch(client: Client, *paths: str) -> float:
    """Milliseconds until all the pages have answered."""
    start = time.perf_counter()
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
    return (time.perf_counter() - start) * 1000


def create(client: Client) -> float:
    """Milliseconds to file one ticket through its form."""
    form = {"queue": Queue.objects.get().pk, "title": "拖欠工资", "body": "请协调", "priority": 3}
    start = time.perf_counter()
    answer = client.post("/tickets/submit/", {**form, "submitter_email": "a@example.org"})
    assert answer.status_code == 302, answer.status_code
    return (time.perf_counter() - start) * 1000


def escalate() -> float:
    """Escalations per second, over the first thousand due tickets."""
    due = Ticket.objects.filter(status__in=OPEN).order_by("id").values_list("id", flat=True)[:ESCALATED]
    Ticket.objects.update(on_hold=True)
    Ticket.objects.filter(id__in=list(due)).update(on_hold=False, last_escalation=None, priority=5)
    before = FollowUp.objects.count()
    start = time.perf_counter()
    call_command("escalate_tickets", queues=["bench"])
    seconds = time.perf_counter() - start
    Ticket.objects.update(on_hold=False)
    done = FollowUp.objects.count() - before
    assert done == len(due), (done, len(due))
    return done / seconds


def main() -> None:
    """Fill, say ready, then answer line by line."""
    fill()
    client = Client()
    client.force_login(User.objects.get())
    works = {
        "list": lambda: fetch(client, "/tickets/", table("")),
        "search": lambda: fetch(client, table("红旗")),
        "dashboard": lambda: fetch(client, "/dashboard/"),
        "creation": lambda: create(client),
        "escalation": escalate,
    }
    print(json.dumps({"ready": size}), flush=True)
    for line in sys.stdin:
        print(json.dumps({line.strip(): works[line.strip()]()}), flush=True)


if __name__ == "__main__":
    main()
