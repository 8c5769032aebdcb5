"""What comes round with households: leaving and looking back, pairing, help, the yearly list, trials of the rule."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.access.models import ScopedManager
from unionhall.kernel.flows.models import Record
from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.kernel.people.models import Person
from unionhall.lib import masking
from unionhall.work.hardship.models.files import Household


class Exit(models.Model):
    """One leaving of the file: out of hardship by one of the four routes, or withdrawn for a named reason."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="exits")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    route = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    words = models.TextField()
    filed = models.BooleanField()  # whether the household was on file, not still on its way
    on = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="exit_one_of_two", condition=~Q(route="") & Q(reason="") | Q(route="") & ~Q(reason=""))
        ]


class Handover(Record):
    """A file on its way from the unit that keeps it to another (the head has moved or changed the employer).

    `organization` is the unit that is asked to take it, `origin` the one that keeps it until then; the number stays, and so does
    whatever was counted. One at a time; it ends taken, declined or called back.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="handovers")
    origin = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    words = models.CharField(_("Why it moves"), max_length=200)
    taken_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta(Record.Meta):
        abstract = False
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(name="handover_one_at_a_time", fields=["household"], condition=Q(state="offered")),
            models.CheckConstraint(
                name="handover_taken", condition=Q(state="taken", taken_on__isnull=False) | ~Q(state="taken") & Q(taken_on=None)
            ),
        ]
        indexes = [
            models.Index(name="handover_path", fields=["org_path", "-id"]),
            models.Index(name="handover_from", fields=["origin"]),
        ]

    @property
    def headline(self) -> str:
        """The line of worklists: the head's name masked."""
        return f"{masking.name(self.household.head.name)} · {self.reference}"


class Watch(models.Model):
    """A look back at a household that left hardship, some months later: whether it stays out or has come back."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="watches")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    back = models.BooleanField(null=True)
    words = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    kept_by = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")  # who kept the file when it was made

    objects = ScopedManager()

    class Meta:
        ordering = ("due_on", "id")
        indexes = [models.Index(name="watch_due", fields=["org_path", "due_on"], condition=Q(done_on=None))]


class Pairing(models.Model):
    """A cadre paired with a household (包联) from a day to a day; one at a time."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="pairings")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    cadre = models.ForeignKey(Person, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    contacted_on = models.DateField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(name="pairing_one_at_a_time", fields=["household"], condition=Q(until=None))]
        indexes = [models.Index(name="pairing_cadre", fields=["cadre"], condition=Q(until=None))]


class Contact(models.Model):
    """One contact of the paired cadre with the household: what it needs, what was done."""

    pairing = models.ForeignKey(Pairing, models.PROTECT, related_name="contacts")
    on = models.DateField()
    need = models.CharField(_("Need"), max_length=200)
    done = models.CharField(_("Help given"), max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kept_by = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)


class Help(models.Model):
    """One help that a household got, from whichever fund: approved, due, paid; noted here, paid elsewhere.

    `source` names the standing or voucher it comes from, so that nothing is noted twice. The audit's finding and the
    household's own word are added later.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="helps")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    item = models.CharField(max_length=20)
    source = models.CharField(max_length=120)
    approved_on = models.DateField()
    approved = models.BigIntegerField(_("Approved"))
    due_on = models.DateField(null=True)
    paid_on = models.DateField(null=True)
    paid = models.BigIntegerField(_("Paid"), default=0)
    audited_on = models.DateField(null=True)
    in_order = models.BooleanField(null=True)
    asked_on = models.DateField(null=True)
    satisfied = models.BooleanField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(name="help_source_once", fields=["household", "source"]),
            models.CheckConstraint(name="help_amounts", condition=Q(approved__gte=0, paid__gte=0, paid__lte=F("approved"))),
        ]


class YearList(models.Model):
    """The clean-up of one unit for one year: who is on file, and the spot check drawn from it by a seed that anybody can repeat."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    year = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=40)
    percent = models.PositiveSmallIntegerField()
    drawn_on = models.DateField()
    drawn_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("-year", "-id")
        constraints = [models.UniqueConstraint(name="year_list_once", fields=["organization", "year"])]

    def __str__(self) -> str:
        return f"{self.organization} {self.year}"


class YearLine(models.Model):
    """One household of a year: on the drawn list, or filed later (no list yet). `spot`: drawn for the check; then its finding."""

    list = models.ForeignKey(YearList, models.PROTECT, null=True, related_name="lines")
    household = models.ForeignKey(Household, models.PROTECT, related_name="year_lines")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    listed_on = models.DateField()
    verified_on = models.DateField(null=True)
    spot = models.BooleanField(default=False)
    spot_on = models.DateField(null=True)
    correct = models.BooleanField(null=True)
    words = models.CharField(max_length=200, blank=True)
    spot_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    kept_by = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")  # who kept the file at the spot check

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(name="year_line_once", fields=["household", "year"])]


class Sheet(models.Model):
    """The sealed working figures of some hundred files of one unit, for trying a rule on all of them at once.

    Holds nothing that the books do not hold; can be written anew from them at any time.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    block = models.IntegerField()
    rows = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(name="sheet_place", fields=["organization", "block"])]
        indexes = [models.Index(name="sheet_path", fields=["org_path"])]


class Trial(models.Model):
    """A change of the rule tried on all files of a unit: what was changed and what came of it, kept beside the decision."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    rule = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
