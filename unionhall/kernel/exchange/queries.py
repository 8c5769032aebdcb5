"""What the task centre reads."""

from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from unionhall.kernel.exchange import access
from unionhall.kernel.exchange.models import Job
from unionhall.kernel.people.models import Person
from unionhall.lib.refusal import NotVisible, Refused


def jobs(by: Person) -> QuerySet[Job]:
    """A person's jobs, newest first."""
    return access.visible_to(by)


def job(by: Person, job_id: int) -> Job:
    """One of a person's own jobs. Raises NotVisible."""
    found = access.visible_to(by).filter(id=job_id).first()
    if found is None:
        raise NotVisible(_("There is no such task, or it is not yours."))
    return found


def result_path(by: Person, job_id: int) -> tuple[str, Path]:
    """The name for people and the place of a finished job's file.

    Raises NotVisible for another person's job, Refused when the file is past its seven days.
    """
    found = job(by, job_id)
    path = results_folder() / found.file_path
    if not found.file_path or not path.is_file():
        raise Refused(_("The file is no longer kept (seven days). Start the task again."), code="gone")
    return found.file_name, path


def results_folder() -> Path:
    """Where results lie until they are swept."""
    return Path(settings.MEDIA_ROOT) / "results"
