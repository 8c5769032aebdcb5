"""Long work, as its owner sees it; and sheets on their way in."""

from django.db import models
from django.db.models import F, Q

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


class Import(models.Model):
    """One sheet that somebody brings: read -> checked -> running -> done, and within a day perhaps -> undone.

    The rows lie sealed in slices under a key of their own until the import is swept; only whoever brought the file sees it.
    A run that was stopped, or whose process died, goes on behind the last slice that was committed. The counts of a
    finished import add up to the rows of the file; the database refuses others.
    """

    class State(models.TextChoices):
        READ = "read"  # columns are to be assigned
        CHECKING = "checking"
        CHECKED = "checked"
        RUNNING = "running"
        STOPPED = "stopped"  # by its owner, between two slices
        DONE = "done"
        UNDOING = "undoing"
        UNDONE = "undone"

    kind = models.CharField(max_length=64)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.READ)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    told = models.JSONField(default=dict)  # what the reader found: encoding, sheet, remarks
    headings = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)  # place of the column -> code
    options = models.JSONField(default=dict)
    sealed_key = models.BinaryField(max_length=128)  # empty once the rows are swept
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    total = models.PositiveIntegerField()
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    doubtful = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="exchange_import_mine", fields=["started_by", "-id"])]
        constraints = [
            models.CheckConstraint(
                name="exchange_import_balances",
                condition=~Q(state__in=["checked", "done", "undone"])
                | Q(total=F("made") + F("changed") + F("same") + F("doubtful") + F("refused") + F("skipped")),
            ),
            models.CheckConstraint(
                name="exchange_import_finished",
                condition=~Q(state__in=["done", "undoing", "undone"]) | Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def source(self) -> str:
        """How the ledger and the trail name this import."""
        return f"exchange.import:{self.pk}"


class ImportSlice(models.Model):
    """Some hundred rows of an import: the cells sealed together, and after writing what each row became.

    `written` has [row, record, outcome] of each row; what `undo` needs besides lies sealed in `before`. A slice is written in
    one transaction with its marks, so that no row is ever written twice.
    """

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="slices")
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    sealed = models.BinaryField()
    written = models.JSONField(null=True)
    before = models.BinaryField(default=bytes)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(name="exchange_slice_once", fields=["of", "number"])]


class ImportFinding(models.Model):
    """What is wrong with, or doubtful about, one row; replaced by each check. Holds no value of the cell."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="findings")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=64, blank=True)
    level = models.CharField(max_length=8)
    message = models.TextField()
    mend = models.TextField(blank=True)

    class Meta:
        ordering = ("row", "id")
        indexes = [models.Index(name="exchange_finding_row", fields=["of", "level", "row"])]


class ImportChoice(models.Model):
    """What the person decided about a doubtful row, or that a row is left out; stays over repeated checks."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="choices")
    row = models.PositiveIntegerField()
    take = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(name="exchange_choice_once", fields=["of", "row"])]


class Mapping(models.Model):
    """Under which heading a unit sends a column of a kind; remembered from the last import. An empty code: leave it out."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64)
    heading = models.CharField(max_length=120)
    code = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="exchange_mapping_once", fields=["organization", "kind", "heading"])]


class SheetTemplate(models.Model):
    """A unit's own .xlsx into which a table is poured: its named cells or {{marks}} say where each column begins.

    Brought by somebody who may export the table at the unit; used there and below; deleted when it is replaced or not wanted.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    table = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    brought_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="exchange_template_once", fields=["organization", "table", "name"])]

    def __str__(self) -> str:
        return self.name
