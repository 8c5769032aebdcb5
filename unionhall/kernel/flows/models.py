"""Records that move, the steps they took, the tasks they wait for, and who handles and watches them."""

from typing import TYPE_CHECKING

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Case, F, GeneratedField, Q, Value, When
from django.db.models.functions import Coalesce

from unionhall.kernel.access.rules import lending as access
from unionhall.kernel.flows import registry
from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib import clock
from unionhall.lib.scope import ScopedManager
from unionhall.lib.text import Text

if TYPE_CHECKING:
    from unionhall.kernel.flows.flow import Flow, State

FAR = "9999-12-31"


class Record(models.Model):
    """What staff or workers create and then move through the states of a flow.

    `organization` owns it; who handles it now stands in Handling. Only the actions of this package write `state`,
    `due_on`, `paused_at` and `version`; each change adds one to `version`, so that a form filled in on an old screen
    is recognized. A closed record keeps its last due date.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    reference = models.CharField(max_length=60)
    state = models.CharField(max_length=40, editable=False)
    state_since = models.DateTimeField(default=clock.now, editable=False)
    due_on = models.DateField(null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference

    @property
    def flow(self) -> "Flow":
        """The table that rules this record."""
        return registry.flow_of(self)

    @property
    def stands(self) -> "State":
        """The declared state in which the record is."""
        return self.flow.state(self.state)

    @property
    def headline(self) -> str:
        """The one line by which worklists name the record; rooms override it. Never a person's name in full."""
        return str(getattr(self, "title", "") or self.reference)


class Step(models.Model):
    """One thing that happened to a record: old, new, why, when, who, and for whom (`behalf`) where a deputy did it. Written once.

    `undone_by` points to the step that took this one back. `version` is the record's after the step (none where the
    record itself did not change, as in a chase).
    """

    record_kind = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    move = models.CharField(max_length=40)
    old = models.CharField(max_length=40, blank=True)
    new = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    behalf = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=clock.now)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    version = models.PositiveIntegerField(null=True)
    undone_by = models.OneToOneField("self", models.PROTECT, null=True, related_name="undoes")

    objects = ScopedManager()

    class Meta:
        indexes = [
            models.Index(fields=["record_kind", "record_id", "id"], name="flows_step_record"),
            models.Index(fields=["by", "-at"], name="flows_step_by"),
        ]

    def __str__(self) -> str:
        return f"{self.record_kind}:{self.record_id} {self.move}"

    @property
    def who(self) -> Text:
        """Who did it: a name, or "X代Y" where X did it as the deputy of Y."""
        return access.doer(self.by.name, self.behalf.name if self.behalf is not None else "")


class Task(models.Model):
    """A move that somebody owes: what a worklist shows.

    Opened by the step that led to a state, closed by the step that left it; taken back with the step that is undone.
    It belongs to an organization and optionally to one of its persons; who may do it is decided by `permission` at that
    organization. `lead` is false for the part of a joint unit, and for what somebody is asked to sign (`signing`): asked by the
    step that opened it, answered by the step that closed it. `desk` is the nearest unit above whose people find the task in
    their worklist because nobody of its own unit may do it; none where somebody may. `sort_on` is the due date, and the end of
    time for tasks that are paused or have none, so that one index serves the list by urgency.
    """

    record_kind = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    reference = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    desk = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    assigned_to = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    move = models.CharField(max_length=40)
    permission = models.CharField(max_length=80)
    lead = models.BooleanField(default=True)
    signing = models.BooleanField(default=False)
    draft = models.BooleanField(default=False)
    due_on = models.DateField(null=True)
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.TextField(blank=True)
    programme_code = models.CharField(max_length=64, blank=True)
    sent_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey(Step, models.PROTECT, related_name="opened")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_by = models.ForeignKey(Step, models.PROTECT, null=True, related_name="closed")
    chased_at = models.DateTimeField(null=True)
    chases = models.PositiveSmallIntegerField(default=0)
    raised = models.PositiveSmallIntegerField(default=0)  # how many levels up it has been escalated
    sort_on = GeneratedField(
        expression=Case(
            When(paused_at__isnull=False, then=Value(FAR)),
            default=Coalesce(F("due_on"), Value(FAR)),
            output_field=models.DateField(),
        ),
        output_field=models.DateField(),
        db_persist=True,
    )

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record_kind", "record_id"], condition=Q(done_at__isnull=True, lead=True), name="flows_task_one_lead"
            ),
            models.UniqueConstraint(
                fields=["record_kind", "record_id", "organization", "lead"],
                condition=Q(done_at__isnull=True, signing=False),
                name="flows_task_one_each",
            ),
            models.UniqueConstraint(
                fields=["record_kind", "record_id", "assigned_to"],
                condition=Q(done_at__isnull=True, signing=True),
                name="flows_task_one_signature",
            ),
            models.CheckConstraint(
                condition=Q(signing=False) | Q(lead=False, draft=False, assigned_to__isnull=False), name="flows_task_signature"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, closed_by__isnull=True) | Q(done_at__isnull=False, closed_by__isnull=False),
                name="flows_task_closed_whole",
            ),
            models.CheckConstraint(condition=Q(paused_at__isnull=True) | ~Q(pause_reason=""), name="flows_task_pause_reason"),
        ]
        indexes = [
            models.Index(fields=["organization", "sort_on", "id"], condition=Q(done_at__isnull=True), name="flows_task_unit"),
            models.Index(
                fields=["desk", "sort_on", "id"], condition=Q(done_at__isnull=True, desk__isnull=False), name="flows_task_desk"
            ),
            models.Index(fields=["sort_on", "id"], condition=Q(done_at__isnull=True), name="flows_task_urgent"),
            models.Index(fields=["org_path", "sort_on", "id"], condition=Q(done_at__isnull=True), name="flows_task_scope"),
            models.Index(fields=["assigned_to", "sort_on", "id"], condition=Q(done_at__isnull=True), name="flows_task_person"),
            models.Index(fields=["sent_by", "sort_on", "id"], condition=Q(done_at__isnull=True), name="flows_task_sent"),
            models.Index(fields=["due_on"], condition=Q(done_at__isnull=True, paused_at__isnull=True), name="flows_task_due"),
            models.Index(fields=["done_by", "-done_at"], condition=Q(done_at__isnull=False), name="flows_task_done"),
            models.Index(fields=["record_kind", "record_id"], name="flows_task_record"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.move}"


class Handling(models.Model):
    """A unit that handles a record, from a moment to a moment.

    While units handle a record, exactly one of them is responsible (`lead`): a partial unique index refuses a second,
    a deferred trigger refuses a commit that leaves joint units without one.
    """

    record_kind = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    lead = models.BooleanField()
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)
    given_by = models.ForeignKey(Step, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(Step, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record_kind", "record_id"], condition=Q(until__isnull=True, lead=True), name="flows_handling_one_lead"
            ),
            models.UniqueConstraint(
                fields=["record_kind", "record_id", "organization"], condition=Q(until__isnull=True), name="flows_handling_once"
            ),
        ]
        indexes = [
            models.Index(fields=["record_kind", "record_id"], name="flows_handling_record"),
            models.Index(
                fields=["record_kind", "org_path"], condition=Q(until__isnull=True, lead=False), name="flows_handling_joint"
            ),
        ]


class Watch(models.Model):
    """A person follows a record (关注): it shows on a tab of the worklist and its moves are told."""

    record_kind = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "record_kind", "record_id"], name="flows_watch_once")]
        indexes = [models.Index(fields=["record_kind", "record_id"], name="flows_watch_record")]


class Series(models.Model):
    """The last number given in a series of one unit and year; its row lock makes numbers gapless."""

    prefix = models.CharField(max_length=20)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "organization", "year"], name="flows_series_once")]


class Once(models.Model):
    """An act that a caller asked for under a key of its own: asked again, the answer is given again and nothing is done.

    Kept for a day, then purged.
    """

    caller = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    result = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="flows_once_key")]
