"""Long work, as its owner sees it."""

from django.db import models

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person


class Job(models.Model):
    """One piece of long work: queued -> running -> done | failed | cancelled.

    The row belongs to whoever started it; nobody else sees it. A job whose process died is taken up again by the queue
    and goes back to running; its kind is written so that a second run is harmless.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    message = models.TextField(blank=True)
    error_number = models.CharField(max_length=16, blank=True)
    cancel_requested = models.BooleanField(default=False)
    file_name = models.CharField(max_length=200, blank=True)
    file_path = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["started_by", "-id"])]
        constraints = [
            models.CheckConstraint(
                name="exchange_job_finished",
                condition=models.Q(state__in=["queued", "running"]) ^ models.Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def open(self) -> bool:
        """Whether the job may still move."""
        return self.state in {self.State.QUEUED, self.State.RUNNING}

    @property
    def percent(self) -> int | None:
        """Whole per cent done, or None while the total is unknown."""
        return min(100, 100 * self.done // self.total) if self.total else None
