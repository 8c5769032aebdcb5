"""Households: who belongs to them, what was found about them, and the times they were on file."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.access.models import ScopedManager
from unionhall.kernel.flows.models import Record
from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.kernel.people.models import Person
from unionhall.lib import masking
from unionhall.work.hardship.flow import OPEN_STATES
from unionhall.work.hardship.rules import means


class Vault(models.Model):
    """The one key under which the room seals incomes and illnesses, wrapped by the house's master key; never a second one."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    wrapped = models.BinaryField(max_length=128)
    master = models.IntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="hardship_vault_once", condition=Q(id=1))]

    def __repr__(self) -> str:
        return "<Vault>"


class Household(Record):
    """One household's file, from the draft to the file and out of it; opened again, it keeps its number.

    `organization` is the unit that keeps it; the unit that works on it now stands in the kernel's Handling. `kind` is what
    the means test says, `book` the sealed incomes, spending and illnesses. `answered` and `visited` say which steps have
    been done since the last application.
    """

    head = models.ForeignKey(Person, models.PROTECT, related_name="+")
    size = models.PositiveSmallIntegerField(_("Persons living together"), default=1)
    level = models.CharField(_("Level of the file"), max_length=12)
    worker = models.CharField(_("Kind of worker"), max_length=12)
    months = models.PositiveSmallIntegerField(_("Months of employment here"), default=0)
    employer = models.CharField(_("Employer"), max_length=120, blank=True)
    cause = models.CharField(_("Main cause"), max_length=20)
    second_cause = models.CharField(_("Second cause"), max_length=20, blank=True)
    housing = models.CharField(_("Housing"), max_length=12)
    note = models.TextField(_("Note"), blank=True)
    kind = models.CharField(_("Kind"), max_length=12, blank=True)
    book = models.BinaryField(default=b"", editable=False)
    assessed_on = models.DateField(null=True, editable=False)
    verified_on = models.DateField(null=True, editable=False)
    visited = models.BooleanField(default=False, editable=False)
    answered = models.BooleanField(default=False, editable=False)
    filed_on = models.DateField(null=True, editable=False)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    left_on = models.DateField(null=True, editable=False)
    leaving = models.CharField(_("Why it left"), max_length=20, blank=True)
    screen = models.CharField(max_length=12, blank=True, db_default="")  # of the worker's five: where a draft was left

    objects = ScopedManager()

    class Meta(Record.Meta):
        abstract = False
        ordering = ("-id",)
        verbose_name = _("Hardship file")
        constraints = [
            models.UniqueConstraint(name="household_reference", fields=["reference"]),
            models.CheckConstraint(name="household_kind", condition=Q(kind__in=["", *means.KINDS])),
            models.CheckConstraint(name="household_second_person", condition=Q(approved_by=None) | ~Q(approved_by=F("created_by"))),
            models.CheckConstraint(
                name="household_on_file",
                condition=~Q(state="on_file") | Q(filed_on__isnull=False, approved_by__isnull=False) & ~Q(kind=""),
            ),
            models.CheckConstraint(
                name="household_left", condition=~Q(state__in=["exited", "withdrawn"]) | Q(left_on__isnull=False) & ~Q(leaving="")
            ),
            models.CheckConstraint(name="household_size", condition=Q(size__gte=1)),
        ]
        indexes = [
            models.Index(name="household_place", fields=["org_path", "-id"]),
            models.Index(  # what the list counts, narrows and sorts by stands in it: no filter reads the wide rows
                name="household_listed",
                fields=["org_path", "state", "kind"],
                include=["id", "reference", "level", "worker", "cause", "verified_on", "due_on", "paused_at", "programme"],
            ),
            models.Index(name="household_due", fields=["due_on", "id"], include=["org_path", "state"]),
            models.Index(fields=["reference"], opclasses=["varchar_pattern_ops"], name="household_reference_start"),
        ]

    @property
    def headline(self) -> str:
        """The line of worklists: the head's name masked."""
        return f"{masking.name(self.head.name)} · {self.reference}"

    @property
    def is_open(self) -> bool:
        """Whether the file is on its way or kept."""
        return self.state in OPEN_STATES

    @property
    def programme_code(self) -> str:
        """The code of the programme, empty for a file outside any."""
        return self.programme.code if self.programme else ""

    def dimensions(self, **more: str) -> dict[str, str]:
        """What the file's entries carry."""
        return {"hardship_kind": self.kind, "programme": self.programme_code, **more}


class Member(models.Model):
    """One person in one household. `open` follows the file: a person stands in at most one open file."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    relation = models.CharField(_("Relation"), max_length=12)
    school = models.CharField(_("School"), max_length=12, blank=True)
    open = models.BooleanField(default=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(name="member_one_open_file", fields=["person"], condition=Q(open=True)),
            models.UniqueConstraint(name="member_one_head", fields=["household"], condition=Q(relation="self", until=None)),
        ]


class Exclusion(models.Model):
    """One line of the checklist of grounds that bar a file: whether it holds, and what shows it."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="exclusions")
    code = models.CharField(max_length=20)
    holds = models.BooleanField()
    proof = models.CharField(_("Proof"), max_length=200, blank=True)
    checked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    checked_on = models.DateField()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(name="exclusion_once", fields=["household", "code"])]


class Consent(models.Model):
    """A member's signed authorisation to check the household's economic status.

    `digest` is the SHA-256 of the statement that was signed, with signer and moment: what was signed can be shown later.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="consents")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    way = models.CharField(max_length=8)
    signed_at = models.DateTimeField()
    statement = models.TextField()
    digest = models.CharField(max_length=64)
    taken_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(name="consent_once", fields=["household", "person"])]


class Assessment(models.Model):
    """One run of the means test: what came out, why, under which versions of the rule. The figures lie sealed. Never changed."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="assessments")
    day = models.DateField()
    kind = models.CharField(max_length=12)
    reasons = ArrayField(models.CharField(max_length=20))
    versions = models.JSONField(default=dict)
    rule = models.JSONField(default=dict)
    figures = models.BinaryField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(name="assessment_household", fields=["household", "-id"])]


class Visit(models.Model):
    """A home visit: who went, what was found, and whether it bears the application out.

    Like everything that is counted, it names the unit that kept the file then (`kept_by`): a file that moves takes no past along.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="visits")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    companion = models.CharField(_("Second visitor"), max_length=60)
    visited_on = models.DateField()
    finding = models.TextField(_("Finding"))
    agrees = models.BooleanField(_("Bears the application out"))
    kept_by = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)


class Inquiry(models.Model):
    """A question to an outside register and its answer, kept with moment and signature; the words of the answer lie sealed."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="inquiries")
    source = models.CharField(max_length=20)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    way = models.CharField(max_length=4)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=12, blank=True)
    words = models.BinaryField(default=b"")
    signature = models.CharField(max_length=200, blank=True)
    resolved = models.CharField(_("What was done about a difference"), max_length=200, blank=True)
    kept_by = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(name="inquiry_one_open", fields=["household", "source"], condition=Q(answered_at=None))
        ]


class Posting(models.Model):
    """A public notice about one file, from a day to a day: the least data, the name masked; taken down by the clock."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="postings")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    name = models.CharField(max_length=40)
    unit = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    posted_on = models.DateField()
    until_on = models.DateField()
    taken_down_on = models.DateField(null=True)
    kept_by = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("until_on", "id")
        constraints = [models.UniqueConstraint(name="posting_one_at_a_time", fields=["household"], condition=Q(taken_down_on=None))]
        indexes = [models.Index(name="posting_open", fields=["organization", "until_on"], condition=Q(taken_down_on=None))]


class Objection(models.Model):
    """What somebody says against a file; open, it holds everything. Decided by a person, with the reason."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="objections")
    received_on = models.DateField()
    way = models.CharField(max_length=12)
    words = models.TextField(_("Objection"))
    taken_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    upheld = models.BooleanField(null=True)
    decision = models.TextField(_("Decision"), blank=True)
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    kept_by = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                name="objection_decided",
                condition=Q(upheld=None, decided_on=None) | Q(upheld__isnull=False, decided_on__isnull=False),
            )
        ]


class Span(models.Model):
    """A time in which a household was on file with one kind and size; what the stock is counted from.

    `why` tells how it began: filed, reopened, changed or moved (to the unit that it names).
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="spans")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    size = models.PositiveSmallIntegerField()
    programme = models.CharField(max_length=60, blank=True)
    why = models.CharField(max_length=10)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(name="span_one_open", fields=["household"], condition=Q(until=None)),
            models.CheckConstraint(name="span_days", condition=Q(until=None) | Q(until__gte=F("since"))),
        ]

    def dimensions(self) -> dict[str, str]:
        """What the stock's entries carry."""
        return {"hardship_kind": self.kind, "programme": self.programme}
