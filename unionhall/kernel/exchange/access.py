"""Who sees a job: the person who started it."""

from django.db.models import QuerySet

from unionhall.kernel.exchange.models import Job
from unionhall.kernel.people.models import Person
from unionhall.lib.refusal import NotVisible


def visible_to(by: Person) -> QuerySet[Job]:
    """The jobs that a person started, newest first."""
    return Job.objects.filter(started_by=by).order_by("-id")


def for_change(by: Person, job_id: int) -> Job:
    """One of the person's own jobs, locked. Raises NotVisible."""
    job = Job.objects.select_for_update().filter(started_by=by, id=job_id).first()
    if job is None:
        raise NotVisible("job")
    return job
