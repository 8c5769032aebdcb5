"""The books: entries that are only ever added, the short numbers they use, and the roll-ups counted from them.

Nobody outside this package touches these tables; the import contracts see to it.
"""

from django.db import models
from django.db.models import F, Q


class FactNumber(models.Model):
    """The short number of a fact in the books: given at its first entry, kept for ever."""

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=80, unique=True, db_collation="C")


class SourceKind(models.Model):
    """The short number of a kind of source record ("issues.issue")."""

    id = models.SmallAutoField(primary_key=True)
    label = models.CharField(max_length=80, unique=True, db_collation="C")


class DimensionSet(models.Model):
    """One combination of dimension values, stored once: {"grade": "major", "source": "inspection"}.

    Its number is made from its content, so that two writers need not agree on one; 0 is the empty set.
    """

    id = models.BigIntegerField(primary_key=True)
    values = models.JSONField()


class Entry(models.Model):
    """One occurrence of a fact. Written in the transaction of the act that made it true, then never changed.

    A correction adds the counter entry (`reversal_of`) and posts anew with the next `generation`. `org_path` is where the
    organization stood on `day`, so figures of the past do not move when units do. `posted_at` is when it was known.
    `subject` is an opaque number for distinct counting, `amount` is in fen, `manual` marks a total that a unit reported.
    """

    id = models.BigAutoField(primary_key=True)
    organization_id = models.BigIntegerField()
    posted_at = models.DateTimeField()
    subject = models.BigIntegerField(null=True)
    quantity = models.BigIntegerField()
    amount = models.BigIntegerField()
    dimensions = models.ForeignKey(DimensionSet, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    source_id = models.BigIntegerField()
    reversal_of = models.BigIntegerField(null=True)
    day = models.DateField()
    month = models.IntegerField()
    occurrence = models.IntegerField()
    fact = models.ForeignKey(FactNumber, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    source_kind = models.ForeignKey(SourceKind, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    generation = models.SmallIntegerField()
    manual = models.BooleanField()
    org_path = models.CharField(max_length=64, db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="ledger_entry_once",
                fields=["source_kind", "source_id", "fact", "occurrence", "generation"],
                condition=Q(reversal_of=None),
            ),
            models.UniqueConstraint(name="ledger_entry_reversed_once", fields=["reversal_of"], condition=~Q(reversal_of=None)),
            models.CheckConstraint(name="ledger_entry_reversal_later", condition=Q(reversal_of=None) | Q(reversal_of__lt=F("id"))),
        ]
        indexes = [
            models.Index(name="ledger_entry_place", fields=["fact", "month", "org_path"]),
        ]

    def __str__(self) -> str:
        return f"{self.fact_id}/{self.day:%Y-%m-%d} {self.quantity:+d} ({self.id})"


class Report(models.Model):
    """What a unit that is not yet on the house reported as its totals: the source of manual entries, with its evidence."""

    organization_id = models.BigIntegerField()
    start = models.DateField()
    end = models.DateField()
    evidence = models.CharField(max_length=200)
    reported_by = models.BigIntegerField()
    reported_at = models.DateTimeField()


class Watermark(models.Model):
    """How far the books are settled and rolled up; one row.

    Entries up to `settled` can gain no more companions; roll-ups hold those up to `built`, which lie
    between the days `earliest` and `latest`. `candidate` and
    `candidate_transaction` belong to the next step of settling and mean nothing on another server.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    settled = models.BigIntegerField(default=0)
    built = models.BigIntegerField(default=0)
    earliest = models.DateField(null=True)
    latest = models.DateField(null=True)
    candidate = models.BigIntegerField(null=True)
    candidate_transaction = models.BigIntegerField(null=True)


class Node(models.Model):
    """A place of the tree (`below`: with its subtree) and how many entries it has; big ones have roll-ups."""

    pk = models.CompositePrimaryKey("path", "below")
    path = models.CharField(max_length=64, db_collation="C")
    below = models.BooleanField()
    entries = models.BigIntegerField()
    kept = models.BooleanField()


class PeriodSum(models.Model):
    """Sums of a kept node: fact by month (year * 12 + month - 1) and by year (minus the year) and dimension set."""

    pk = models.CompositePrimaryKey("path", "below", "fact_id", "period", "dimensions_id", "manual")
    path = models.CharField(max_length=64, db_collation="C")
    below = models.BooleanField()
    fact_id = models.SmallIntegerField()
    period = models.IntegerField()
    dimensions_id = models.BigIntegerField()
    manual = models.BooleanField()
    occurrences = models.BigIntegerField()
    quantity = models.BigIntegerField()
    amount = models.BigIntegerField()


class Trace(models.Model):
    """Which subjects occur where and when, up to the roll-ups' watermark: what Presence is counted from."""

    pk = models.CompositePrimaryKey("fact_id", "subject", "month", "org_path", "dimensions_id")
    fact_id = models.SmallIntegerField()
    subject = models.BigIntegerField()
    month = models.IntegerField()
    dimensions_id = models.BigIntegerField()
    quantity = models.BigIntegerField()
    org_path = models.CharField(max_length=64, db_collation="C")


class Presence(models.Model):
    """How many subjects of a kept node occur in `month` and occurred before it last in `previous` (0: never before).

    The distinct subjects of the months a to b are the sum of `subjects` with a <= month <= b and previous < a: each
    subject is counted at its first occurrence inside the window.
    """

    pk = models.CompositePrimaryKey("path", "below", "measure_id", "month", "previous")
    path = models.CharField(max_length=64, db_collation="C")
    below = models.BooleanField()
    measure_id = models.SmallIntegerField()
    month = models.IntegerField()
    previous = models.IntegerField()
    subjects = models.BigIntegerField()


class Measure(models.Model):
    """A fact, perhaps narrowed by filters, whose distinct subjects are rolled up; `built` tells whether they already are."""

    id = models.SmallAutoField(primary_key=True)
    fact = models.ForeignKey(FactNumber, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    filters = models.JSONField()
    built = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="ledger_measure_once", fields=["fact", "filters"])]
