"""What the crash tests do inside a process of its own: prepare the cast, work as a job worker, tally at the end.

Called as `python -m tests.crash.driver VERB` with DATABASE_URL set; answers in JSON on stdout.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")
django.setup()

from django.db import connection  # noqa: E402
from procrastinate.contrib.django import app  # noqa: E402

from unionhall.config import running  # noqa: E402
from unionhall.kernel.access.models import Account  # noqa: E402
from unionhall.kernel.audit import actions as audit  # noqa: E402
from unionhall.kernel.audit import queries as trail  # noqa: E402
from unionhall.kernel.flows.models import Step  # noqa: E402
from unionhall.kernel.ledger import actions as ledger  # noqa: E402
from unionhall.kernel.ledger import queries as books  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.testing import cast as standing  # noqa: E402
from unionhall.work.issues.actions import bulk, register  # noqa: E402
from unionhall.work.issues.actions.register import NewIssue  # noqa: E402
from unionhall.work.issues.models import Issue  # noqa: E402
from unionhall.work.issues.queries import kinds  # noqa: E402

TITLE = "断电 "
CLERK = "county.clerk"
ROUND_SECONDS = 8


def prepare() -> dict[str, Any]:
    """Build the cast; returns the session of a clerk who may register issues, and a kind to register them under."""
    cast = standing.build()
    client = cast.client("county_clerk")
    county = cast.units["county"]
    return {"cookies": {name: morsel.value for name, morsel in client.cookies.items()}, "kind": next(iter(kinds.names(county)))}


def clerk() -> Any:
    """The clerk as a person."""
    return Account.objects.select_related("person").get(username=CLERK).person


def waiting() -> list[int]:
    """Issues that nobody has dispatched yet."""
    return list(Issue.objects.filter(title__startswith=TITLE, state="found").order_by("pk").values_list("pk", flat=True)[:40])


def work() -> None:
    """A job worker of the house with one more job: dispatch, in bulk, whatever was registered."""

    @app.task(name="crash.dispatch")
    def dispatch() -> None:
        township = Organization.objects.get(code=standing.code_of(7))
        until = time.monotonic() + ROUND_SECONDS
        while time.monotonic() < until:
            if not (ids := waiting()):
                time.sleep(0.05)
                continue
            outcome = bulk.dispatch_many(ids, by=clerk(), to=township)
            if outcome.failed:
                print(json.dumps({"failed": [line.reason for line in outcome.failed][:3]}), file=sys.stderr, flush=True)
        dispatch.defer()

    dispatch.defer()
    running.work(concurrency=1)


def finish() -> None:
    """Dispatch what the killed workers left, and hand their jobs to the living."""
    township = Organization.objects.get(code=standing.code_of(7))
    while ids := waiting():
        bulk.dispatch_many(ids, by=clerk(), to=township)


def stalled() -> int:
    """Hand the jobs of dead workers over, as the timetable does each minute; returns how many still seem to be under way."""
    with app.replace_connector(app.connector.get_worker_connector()) as opened:  # type: ignore[attr-defined]
        asyncio.run(_hand_over(opened))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
        return int(cursor.fetchone()[0])


async def _hand_over(opened: Any) -> None:
    async with opened.open_async():
        for job in await opened.job_manager.get_stalled_jobs(seconds_since_heartbeat=0):
            await opened.job_manager.retry_job(job)


def tally() -> dict[str, Any]:
    """Everything that must hold, whatever was killed when; an empty `faults` says that it does."""
    issues = {row["pk"]: row["title"] for row in Issue.objects.filter(title__startswith=TITLE).values("pk", "title")}
    steps = Counter(Step.objects.filter(record_kind=_kind(), record_id__in=issues).values_list("record_id", "move"))
    faults = [f"{title} is there {n} times" for title, n in Counter(issues.values()).items() if n != 1]
    for pk in issues:
        wanted = {(pk, move): steps[pk, move] for move in ("dispatch",)}
        faults += [f"issue {key[0]}: {n} steps {key[1]}" for key, n in wanted.items() if n != 1]
        faults += _trail(pk)
    verdict = audit.verify()
    faults += [] if verdict.ok else [f"the audit chain is broken at {verdict.first_bad}"]
    faults += [f"books and records differ: {one}" for one in books.reconcile()[:3]]
    ledger.build_rollups()
    faults += [f"books and records differ after the roll-up: {one}" for one in books.reconcile()[:3]]
    return {"issues": {title: pk for pk, title in issues.items()}, "audit_rows": verdict.checked, "faults": faults}


def _kind() -> str:
    return Step.objects.values_list("record_kind", flat=True).first() or ""


def _trail(pk: int) -> list[str]:
    verbs = Counter(row.verb for row in trail.trail("issues.issue", pk))
    doubled = [f"issue {pk}: {verb} is in the trail {n} times" for verb, n in verbs.items() if n != 1]
    return doubled if verbs else [f"issue {pk} is not in the trail"]


def sabotage() -> None:
    """Register an issue as careless code would: the act is committed, and the process dies before the trail is written."""
    audit.record = lambda *_, **__: None  # type: ignore[assignment]
    county = Organization.objects.get(code=standing.code_of(4))
    new = NewIssue(title=f"{TITLE}sabotage", kind=next(iter(kinds.names(county))), source="research")
    register.register(organization=county, new=new, by=clerk())


if __name__ == "__main__":
    answer = globals()[sys.argv[1]]()
    connection.close()
    if answer is not None:
        print(json.dumps(answer, ensure_ascii=False))
