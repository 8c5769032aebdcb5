"""Long work with progress: started in a transaction, run by the worker, told about in the task centre."""

import logging
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.exchange import access, queries, registry
from unionhall.kernel.exchange.models import Job
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.refusal import Refused

TASK = "exchange.run"
KEPT = timedelta(days=7)
log = logging.getLogger("unionhall.jobs")


def defer(task: str, **arguments: Any) -> None:
    """Queue a named task; it starts after the surrounding transaction commits and never if that rolls back."""
    app.configure_task(task).defer(**arguments)


@transaction.atomic
def start(
    kind: str,
    *,
    by: Person,
    at: Organization,
    title: str,
    language: str = "zh-hans",
    permission: str | None = None,
    **params: object,
) -> Job:
    """Queue long work for a person and return its row for the task centre.

    `params` must be JSON. Raises Denied when a permission is named that the person lacks at the unit, KeyError for an unknown kind.
    """
    registry.job_kind(kind)
    if permission is not None:
        access_actions.require(by, permission, at=at)
    job = Job.objects.create(
        kind=kind, title=title, params={**params, "language": language}, started_by=by, organization=at, created_at=clock.now()
    )
    audit.record(by, "exchange.job_started", job, at=at, kind=kind)
    defer(TASK, job_id=job.pk)
    return job


@transaction.atomic
def cancel(*, job_id: int, by: Person) -> Job:
    """Ask a job to stop: at once when it is still queued, at its next report when it runs. Raises NotVisible, Refused."""
    job = access.for_change(by, job_id)
    if not job.open:
        raise Refused(_("This task has already ended."), code="conflict")
    job.cancel_requested = True
    if job.state == Job.State.QUEUED:
        job.state, job.finished_at = Job.State.CANCELLED, clock.now()
    job.save(update_fields=["cancel_requested", "state", "finished_at"])
    audit.record(by, "exchange.job_cancelled", job, at=job.organization)
    return job


class _Reporter:
    """The `Progress` of a job row. Reports commit by themselves, so that people see them while the work goes on."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def report(self, done: int, total: int | None = None) -> None:
        fields: dict[str, int] = {"done": done}
        if total is not None:
            fields["total"] = total
        Job.objects.filter(pk=self.job.pk).update(**fields)
        if Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists():
            raise registry.Cancelled

    def result(self, name: str, content: bytes) -> None:
        folder = queries.results_folder()
        folder.mkdir(parents=True, exist_ok=True)
        path = f"{self.job.pk}-{secrets.token_hex(16)}"
        (folder / path).write_bytes(content)
        Job.objects.filter(pk=self.job.pk).update(file_name=name, file_path=path)


def run(job_id: int) -> Job:
    """Run a queued job to its end and keep how it ended; called by the worker.

    A job that ended or was cancelled meanwhile is left alone, so that the queue may deliver twice. A refusal becomes the job's
    sentence; an unknown error is logged under a number that its owner sees, and raised again for the queue.
    """
    job = Job.objects.select_related("started_by", "organization").get(pk=job_id)
    if not job.open:
        return job
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, started_at=clock.now())
    params: Mapping[str, Any] = job.params
    try:
        with override(params.get("language", "zh-hans")):
            message = registry.job_kind(job.kind).run(job.started_by, params, _Reporter(job))
    except registry.Cancelled:
        _finish(job, Job.State.CANCELLED, "")
    except Refused as refusal:
        _finish(job, Job.State.FAILED, str(refusal))
    except Exception:
        number = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
        log.exception("job %s failed, number %s", job.pk, number)
        _finish(job, Job.State.FAILED, "", error_number=number)
        raise
    else:
        _finish(job, Job.State.DONE, str(message or ""))
    job.refresh_from_db()
    return job


def _finish(job: Job, state: str, message: str, *, error_number: str = "") -> None:
    Job.objects.filter(pk=job.pk).update(state=state, message=message, error_number=error_number, finished_at=clock.now())


def sweep() -> int:
    """Delete the files of jobs that ended more than seven days ago; returns how many."""
    swept = 0
    for job in Job.objects.filter(finished_at__lt=clock.now() - KEPT).exclude(file_path=""):
        (queries.results_folder() / job.file_path).unlink(missing_ok=True)
        Job.objects.filter(pk=job.pk).update(file_path="")
        swept += 1
    return swept
