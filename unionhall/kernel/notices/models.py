"""What people are told, and how it reaches them outside the house."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from unionhall.kernel.notices import registry
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock


class Notice(models.Model):
    """One thing told to one person.

    Written in the transaction of the act, so it exists exactly if the act does. `seen_at`: the person opened it or the
    record behind it. `gone_at`: it is no longer true (the task is done); it leaves the inbox by itself. The text is made when
    read, in the reader's language, from the kind's template and `context`, which holds nothing sensitive.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=80)
    context = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    record_kind = models.CharField(max_length=80, blank=True)
    record_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], condition=Q(gone_at__isnull=True), name="notices_notice_inbox"),
            models.Index(fields=["record_kind", "record_id"], condition=Q(gone_at__isnull=True), name="notices_notice_record"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        """The headline in the active language."""
        return str(registry.kind(self.kind).subject).format(**self.context)

    @property
    def body(self) -> str:
        """The text in the active language."""
        return str(registry.kind(self.kind).body).format(**self.context)


class Delivery(models.Model):
    """A notice on its way through one channel.

    waiting → sent, or after the last retry or a plain no → dead (visible, can be sent again by hand), or dropped where the
    person cannot be reached. `key` stays the same for all attempts, so that the receiver can tell a repeat.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting"
        SENT = "sent"
        DEAD = "dead"
        DROPPED = "dropped"

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=clock.now)
    fault = models.CharField(max_length=300, blank=True)
    receipt = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notices_delivery_once"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="notices_delivery_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="notices_delivery_due"),
            models.Index(fields=["-id"], condition=Q(state="dead"), name="notices_delivery_dead"),
        ]


class Consent(models.Model):
    """A person's yes to messages of one kind by a channel that asks for it; one message each, `left` of them remain."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10)
    kind = models.CharField(max_length=80)
    left = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "channel", "kind"], name="notices_consent_once")]
