"""The trail of what was done, and who looked at what: written once, never changed."""

from django.db import models


class Head(models.Model):
    """The end of one of the 64 chains: how many rows it has and the hash of the last.

    Made by the first row of its chain; locked by each writer until its transaction ends; never shrinks (a trigger
    refuses), so that rows cut off at the end are missed.
    """

    shard = models.SmallIntegerField(primary_key=True)
    count = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(name="audit_head_shard", condition=models.Q(shard__gte=0, shard__lt=64))]


class Row(models.Model):
    """One act or one sensitive read: written in the act's own transaction and never touched again.

    Ids only, no foreign keys: the trail outlives what it tells about and stands below everything. `details` hold no
    personal value in plain text. The hash covers every column and the hash of the row before it in the same chain.
    """

    id = models.BigIntegerField(primary_key=True)  # seq * 64 + shard: part of what the hash covers
    shard = models.SmallIntegerField()
    seq = models.BigIntegerField()
    moment = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    organization = models.BigIntegerField(null=True)
    org_path = models.CharField(max_length=64, blank=True, db_collation="C")
    outcome = models.CharField(max_length=8, default="done")
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    circumstances = models.JSONField(default=dict)
    algorithm = models.CharField(max_length=16)
    before = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="audit_row_place", fields=["shard", "seq"]),
            models.CheckConstraint(name="audit_row_outcome", condition=models.Q(outcome__in=["done", "denied", "failed"])),
        ]
        indexes = [
            models.Index(name="audit_row_subject", fields=["subject_kind", "subject_id", "moment"]),
            models.Index(name="audit_row_actor", fields=["actor", "moment"]),
            models.Index(name="audit_row_scope", fields=["org_path", "moment"]),
            models.Index(name="audit_row_verb", fields=["verb", "moment"]),
            models.Index(name="audit_row_moment", fields=["moment"]),
        ]

    def __str__(self) -> str:
        return f"{self.shard}/{self.seq} {self.verb} {self.subject_kind}:{self.subject_id}"
