"""What the room keeps: indicators defined by staff, templates, and written reports."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.kernel.access.models import ScopedManager
from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.lib.text import Text
from unionhall.work.reports import registry


class Definition(models.Model):
    """One version of an indicator that staff defined. A change adds the next version; what was printed names its own.

    Retired, it is offered no more and still read by the reports that used it.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    slug = models.CharField(max_length=40, db_collation="C")
    version = models.PositiveIntegerField(default=1)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    counts_zh = models.CharField(max_length=400)
    counts_en = models.CharField(max_length=600, blank=True)
    formula = models.CharField(max_length=10, choices=[(code, code) for code in registry.FORMULAS])
    facts = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    filters = models.JSONField(default=dict, blank=True)
    above = models.CharField(max_length=80, blank=True)
    beneath = models.CharField(max_length=80, blank=True)
    floor = models.PositiveIntegerField(null=True, blank=True)
    floor_level = models.CharField(max_length=12, blank=True)
    own_level = models.BooleanField(default=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("slug", "-version")
        constraints = [models.UniqueConstraint(name="reports_definition_version", fields=["slug", "version"])]
        indexes = [models.Index(name="reports_definition_path", fields=["org_path"])]

    def __str__(self) -> str:
        return f"{self.code}@{self.version}"

    @property
    def code(self) -> str:
        """The code by which templates and pages name its latest version."""
        return f"own.{self.slug}"

    @property
    def name(self) -> Text:
        """Its name."""
        return Text(self.name_zh, self.name_en or self.name_zh)

    @property
    def counts(self) -> Text:
        """The sentence that says what counts."""
        return Text(self.counts_zh, self.counts_en or self.counts_zh)


class Template(models.Model):
    """Prose with figures in it, kept by a unit for itself and those below; `version` tells two editors apart."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    name = models.CharField(_("Template name"), max_length=80)
    kind = models.CharField(_("Kind of report"), max_length=20, choices=[(code, code) for code in registry.KINDS])
    body = models.TextField(_("Text"))
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(name="reports_template_name", fields=["organization", "name"], condition=Q(retired_at=None))
        ]
        indexes = [models.Index(name="reports_template_path", fields=["org_path"])]

    def __str__(self) -> str:
        return self.name


class Report(models.Model):
    """A written report of a unit and a period.

    A draft is generated anew as often as one likes: `hands` keeps what was changed by hand, by paragraph. Issued, its text,
    figures and as-of mark never change again; a trigger refuses it and `digest` stands in the audit chain.
    """

    DRAFT, ISSUED = "draft", "issued"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    template = models.ForeignKey(Template, models.PROTECT, null=True, blank=True, related_name="reports")
    ready = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, choices=[(code, code) for code in registry.KINDS])
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("Title"), max_length=120)
    number = models.CharField(_("Document number"), max_length=40, blank=True)
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=8, choices=[(DRAFT, DRAFT), (ISSUED, ISSUED)], default=DRAFT)
    body = models.TextField()
    hands = models.JSONField(default=dict)
    content = models.JSONField(default=dict)
    mark = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)
    generated_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    issued_on = models.DateField(null=True)
    remark = models.CharField(max_length=400, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-until", "-id")
        constraints = [
            models.CheckConstraint(name="reports_report_period", condition=Q(until__gte=F("since"))),
            models.CheckConstraint(
                name="reports_report_issued",
                condition=Q(state="draft", issued_at=None) | (Q(state="issued", issued_at__isnull=False) & ~Q(digest="")),
            ),
        ]
        indexes = [models.Index(name="reports_report_path", fields=["org_path", "state"])]

    def __str__(self) -> str:
        return self.title

    @property
    def issued(self) -> bool:
        """Whether it can no longer change."""
        return self.state == self.ISSUED

    @property
    def figures(self) -> list[dict[str, Any]]:
        """The figures of its text, in order."""
        return list(self.content.get("figures", []))


class Rule(models.Model):
    """What must hold between two indicators of a unit and those below it; looked at before a report is issued."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    kind = models.CharField(_("Rule"), max_length=10, choices=[(code, code) for code in registry.RULES])
    left = models.CharField(_("Left side"), max_length=80)
    right = models.CharField(_("Right side"), max_length=80, blank=True)
    percent = models.PositiveIntegerField(_("Percent"), null=True, blank=True)
    why = models.CharField(_("Why"), max_length=200, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(name="reports_rule_path", fields=["org_path"])]

    def __str__(self) -> str:
        return f"{self.left} {self.kind} {self.right}"


class Total(models.Model):
    """What a unit that is not yet on the house reported for a period: evidence hangs on it, and it is marked wherever it flows.

    Taken back, its entry is reversed; `report` is the ledger's own record of it.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    fact = models.CharField(_("What was counted"), max_length=80)
    since = models.DateField()
    until = models.DateField()
    number = models.BigIntegerField()
    evidence = models.CharField(_("Evidence"), max_length=200)
    report = models.BigIntegerField(editable=False)
    entered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-until", "-id")
        constraints = [
            models.CheckConstraint(name="reports_total_period", condition=Q(until__gte=F("since"))),
            models.UniqueConstraint(
                name="reports_total_once", fields=["organization", "fact", "since", "until"], condition=Q(taken_back_at=None)
            ),
        ]
        indexes = [models.Index(name="reports_total_path", fields=["org_path"])]

    def __str__(self) -> str:
        return f"{self.fact} {self.until:%Y-%m-%d} {self.number}"


class OfficialTable(models.Model):
    """A table whose layout is given from above: imported once as .xlsx, its named cells tied to indicators.

    Every unit below fills one for each period (`Filing`); `days` after the period's end it is locked.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    name = models.CharField(_("Table name"), max_length=80)
    cadence = models.CharField(_("Cadence"), max_length=8, choices=[(code, code) for code in registry.CADENCES])
    level = models.CharField(_("Filled in by"), max_length=12, choices=[(code, code) for code in registry.LEVELS])
    days = models.PositiveSmallIntegerField(_("Days until it is locked"), default=10)
    workbook = models.BinaryField(editable=False)
    cells = models.JSONField(default=dict)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(name="reports_table_name", fields=["organization", "name"])]
        indexes = [models.Index(name="reports_table_path", fields=["org_path"])]

    def __str__(self) -> str:
        return self.name


class Filing(models.Model):
    """One unit's filled table for one period: open, submitted, returned with a reason, or accepted.

    Submitted, it goes up the tree: it lies with one unit above after the other, until the table's owner accepts it for good.
    """

    table = models.ForeignKey(OfficialTable, models.PROTECT, related_name="filings")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=10, choices=[(code, code) for code in registry.FILING_STATES], default="open")
    cells = models.JSONField(default=dict)
    mark = models.TextField(blank=True)
    reason = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    lies_with = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    lies_since = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-until", "org_path")
        constraints = [
            models.UniqueConstraint(name="reports_filing_once", fields=["table", "organization", "until"]),
            models.CheckConstraint(
                name="reports_filing_lies",
                condition=Q(state="submitted", lies_with__isnull=False, lies_since__isnull=False)
                | (~Q(state="submitted") & Q(lies_with=None, lies_since=None)),
            ),
        ]
        indexes = [models.Index(name="reports_filing_path", fields=["org_path", "state"])]

    def __str__(self) -> str:
        return f"{self.table} {self.until:%Y-%m-%d}"


class Exemption(models.Model):
    """Leave for one unit to fill a table after its lock, with a reason and a last day."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="exemptions")
    reason = models.CharField(_("Reason"), max_length=200)
    until = models.DateField(_("Last day"))
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        ordering = ("-until",)


class Screen(models.Model):
    """A big screen: an address that shows figures without names to one device, until a day or until it is taken back.

    The first device that opens the link is the one it stays with; house keeps only hashes of both secrets.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    name = models.CharField(pgettext_lazy("screen", "Where it hangs"), max_length=80)
    secret = models.CharField(max_length=64, unique=True, editable=False)
    device = models.CharField(max_length=64, blank=True, editable=False)
    until = models.DateField(_("Until"))
    seen_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(name="reports_screen_path", fields=["org_path"])]

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """A person is told a unit's figures every week or month, by inbox and, where they can be reached, by mail."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    every = models.CharField(max_length=8, choices=[(code, code) for code in registry.EVERY])
    indicators = ArrayField(models.CharField(max_length=80), default=list)
    next_on = models.DateField()

    objects = ScopedManager()

    class Meta:
        ordering = ("next_on", "id")
        constraints = [models.UniqueConstraint(name="reports_subscription_once", fields=["person", "organization"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.every}"


class Checked(models.Model):
    """A text that was handed in to be held against the ledger. Kept as it was given; what the ledger says is asked each time."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    title = models.CharField(_("Title"), max_length=120)
    text = models.TextField(_("Text"))
    since = models.DateField()
    until = models.DateField()
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [models.CheckConstraint(name="reports_checked_period", condition=Q(until__gte=F("since")))]
        indexes = [models.Index(name="reports_checked_path", fields=["org_path"])]

    def __str__(self) -> str:
        return self.title


class Alias(models.Model):
    """Words around a number that a person has said stand for an indicator (an empty code: for none). Used at every later check
    of the unit and of those below it; a new correction of the same words replaces the old one.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    words = models.CharField(max_length=200)
    unit = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=120, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(name="reports_alias_words", fields=["organization", "words", "unit"])]
        indexes = [models.Index(name="reports_alias_path", fields=["org_path"])]

    def __str__(self) -> str:
        return f"{self.words} = {self.code}"
