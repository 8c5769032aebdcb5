"""What the room keeps: indicators defined by staff, templates, and written reports."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

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
