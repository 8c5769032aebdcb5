"""Rule values with their dates and sources, and the working calendar."""

import uuid

from django.db import models
from django.db.models import F, Q

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock


class PolicyValue(models.Model):
    """One version of a rule's value: set once for a region and a span of days, never rewritten.

    It holds from `since` up to, not including, `until`. A later version closes the running one by setting its `until`;
    that is the only change ever made. One that was corrected on its first day ends on it (`until` = `since`): no day is
    left to it, and what was decided by it meanwhile still names it. `organization` is the region (none: the whole house),
    `level` narrows it to units of one level (empty: all). Two versions of one rule, region and level cannot overlap: the
    database refuses it.
    """

    policy = models.CharField(max_length=80)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    level = models.CharField(max_length=20, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    value = models.JSONField()
    source = models.TextField()
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="policies_value_span"),
            models.CheckConstraint(condition=~Q(source=""), name="policies_value_source"),
        ]
        indexes = [models.Index(fields=["policy", "since"], name="policies_value_policy")]

    def __str__(self) -> str:
        return f"{self.policy} {self.since}"

    @property
    def was_corrected(self) -> bool:
        """Whether another value took its place before its first day was over."""
        return self.until == self.since


class CalendarDay(models.Model):
    """A day that differs from the weekly rhythm: a holiday, or a weekend day worked to make up for one."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    note = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.day} {self.note}"


class CalendarYear(models.Model):
    """A year whose holiday arrangement has been entered; other years count plain weekends and say so."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(max_length=200)

    def __str__(self) -> str:
        return str(self.year)


class PolicyStamp(models.Model):
    """One row whose mark the database changes with every edit of a value, so that an act sees whether what it read still stands."""

    mark = models.UUIDField()

    def __str__(self) -> str:
        return str(self.mark)


class CalendarStamp(models.Model):
    """One row whose mark changes with every edit of the calendar, so that each process knows when its copy is old."""

    mark = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return str(self.mark)
