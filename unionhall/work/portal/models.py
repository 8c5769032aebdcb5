"""What the front room itself keeps: requests for help, corrections asked for, ratings, and how unions are reached."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.scope import ScopedManager


class HelpRequest(models.Model):
    """Help asked for at one touch. Written once; what becomes of it is told by the record that a room made of it.

    `area` is the worker's own union, `organization` the unit that took it in hand. A confidential one is known to the
    handlers without the name; only the worker and this table know whose it is. `invited_at`: asked for a rating.
    """

    class Channel(models.TextChoices):
        """How it came in."""

        CALL = "call", _("Call me back")
        SPEAK = "speak", _("Spoken")
        WRITE = "write", _("Written")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    area = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    text = models.TextField(blank=True)
    confidential = models.BooleanField(default=False)
    record_kind = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    reference = models.CharField(max_length=60)
    asked_at = models.DateTimeField(default=clock.now)
    asked_on = models.DateField()
    invited_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(name="portal_help_record_once", fields=["record_kind", "record_id"]),
            models.CheckConstraint(name="portal_help_channel", condition=Q(channel__in=["call", "speak", "write"])),
        ]
        indexes = [
            models.Index(name="portal_help_person", fields=["person", "-id"]),
            models.Index(name="portal_help_uninvited", fields=["id"], condition=Q(invited_at=None)),
        ]

    def __str__(self) -> str:
        return self.reference


class Correction(models.Model):
    """A worker says that something on file is wrong: asked, then done or declined with an answer by their union.

    The new value of a sealed field lies sealed with the person (`portal.proposed`), never here.
    """

    class State(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", _("With the union")
        DONE = "done", _("Corrected")
        DECLINED = "declined", _("Not changed")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    field = models.CharField(_("What is wrong"), max_length=20)
    note = models.CharField(_("Remark"), max_length=300, blank=True)
    shared = models.BooleanField(default=False)  # the phone was registered for somebody else, and the worker says they use it
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_on = models.DateField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    answer = models.CharField(_("Answer"), max_length=300, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(name="portal_correction_open_once", fields=["person", "field"], condition=Q(state="asked")),
            models.CheckConstraint(
                name="portal_correction_decided",
                condition=Q(state="asked", decided_by=None, decided_on=None)
                | Q(state__in=["done", "declined"], decided_by__isnull=False, decided_on__isnull=False),
            ),
        ]
        indexes = [models.Index(name="portal_correction_path", fields=["org_path", "state"])]

    def __str__(self) -> str:
        return f"{self.field} {self.state}"


class Rating(models.Model):
    """One of five levels that a worker gave to a finished service, once. Staff see sums, never who rated."""

    LEVELS = (1, 2, 3, 4, 5)  # 非常满意 满意 基本满意 不满意 非常不满意, as in the national norm for rating services

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    record_kind = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    level = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    comment = models.CharField(max_length=300, blank=True)
    call_back = models.BooleanField(default=False)
    rated_on = models.DateField()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(name="portal_rating_once", fields=["person", "record_kind", "record_id"]),
            models.CheckConstraint(name="portal_rating_level", condition=Q(level__gte=1, level__lte=5)),
        ]
        indexes = [models.Index(name="portal_rating_path", fields=["org_path", "rated_on"])]

    def __str__(self) -> str:
        return f"{self.record_kind}:{self.record_id} {self.level}"


class Channel(models.Model):
    """How workers reach a union: its own number, place and hours. Kept by the union itself, changed in place."""

    organization = models.OneToOneField(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    phone = models.CharField(_("Phone"), max_length=20, blank=True)
    address = models.CharField(_("Address"), max_length=120, blank=True)
    hours = models.CharField(_("Hours"), max_length=80, blank=True)
    words = models.CharField(_("A word to workers"), max_length=300, blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()

    class Meta:
        ordering = ("org_path",)
        indexes = [models.Index(name="portal_channel_path", fields=["org_path"])]

    def __str__(self) -> str:
        return str(self.organization_id)
