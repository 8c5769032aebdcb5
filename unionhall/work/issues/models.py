"""Tables of the room: issues and the lists they stand on, who handles them, routing, reviews, notices and proposals."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.access.models import ScopedManager
from unionhall.kernel.flows.models import Record
from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.work.issues import rules


class Kind(models.Model):
    """A kind of issue that a federation added to those that ship; retired, never deleted."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    code = models.SlugField(_("Code"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=40)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Issue(Record):
    """A problem that somebody found and that must be put right.

    Found, graded, dispatched, accepted (or returned to the dispatcher), handled, submitted, checked by a second person
    and written off; or withdrawn. `organization` is the unit on whose list it stands; `handler` is the one unit that
    answers for it at this moment: the listing unit itself until it is dispatched and again when it is returned, so that
    no issue is ever without one. Joint units stand in the kernel's Handling. Found again after write-off, it is a new issue that
    points back by `recurrence_of`; one problem registered twice is merged, and both sources stay.
    """

    title = models.CharField(_("Issue"), max_length=rules.TITLE_LIMIT)
    grams = ArrayField(models.CharField(max_length=2), default=list, editable=False)
    details = models.TextField(_("Details"), blank=True)
    example = models.TextField(_("Example"), blank=True)
    source = models.CharField(_("Source"), max_length=20)
    kind = models.CharField(_("Kind"), max_length=40)
    grade = models.CharField(_("Grade"), max_length=10, blank=True)
    graded_on = models.DateField(null=True, editable=False)
    found_on = models.DateField(_("Found on"))
    concerns = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    area = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    handler = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    handler_path = path_field()
    responsible = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    requirement = models.TextField(_("What is asked"), blank=True)
    deadline = models.DateField(_("Deadline"), null=True, blank=True)
    supervised = models.BooleanField(_("Supervised"), default=False)
    chased_at = models.DateTimeField(null=True, blank=True)
    flag = models.CharField(_("Flag"), max_length=6, blank=True)

    dispatched_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    dispatched_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    solution = models.TextField(_("What was done"), blank=True)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    submitted_on = models.DateField(null=True)
    checked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField(null=True)
    written_off_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    written_off_on = models.DateField(null=True)

    recurrence_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="recurrences")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    custom = models.JSONField(default=dict, blank=True)

    objects = ScopedManager()

    class Meta(Record.Meta):
        abstract = False
        ordering = ("-id",)
        verbose_name = _("Issue")
        constraints = [
            models.UniqueConstraint(name="issue_reference", fields=["reference"]),
            models.CheckConstraint(name="issue_grade", condition=Q(grade__in=["", *rules.GRADES])),
            models.CheckConstraint(name="issue_flag", condition=Q(flag__in=["", *rules.FLAGS])),
            models.CheckConstraint(
                name="issue_second_person",
                condition=Q(checked_by=None) | (~Q(checked_by=F("submitted_by")) & ~Q(checked_by=F("accepted_by"))),
            ),
            models.CheckConstraint(
                name="issue_checked_before_write_off",
                condition=~Q(state__in=["checked", "written_off"]) | Q(checked_by__isnull=False, checked_on__isnull=False),
            ),
            models.CheckConstraint(
                name="issue_written_off",
                condition=~Q(state="written_off") | Q(written_off_on__isnull=False, written_off_by__isnull=False),
            ),
            models.CheckConstraint(
                name="issue_with_a_handler_is_graded", condition=Q(state__in=["found", "withdrawn"]) | ~Q(grade="")
            ),
            models.CheckConstraint(name="issue_not_of_itself", condition=~Q(recurrence_of=F("id")) & ~Q(merged_into=F("id"))),
        ]
        indexes = [
            models.Index(name="issue_listing", fields=["org_path", "-id"]),
            models.Index(name="issue_handling", fields=["handler_path", "-id"]),
            models.Index(name="issue_state", fields=["state", "due_on"]),
            models.Index(name="issue_kind", fields=["organization", "kind", "-id"]),
            GinIndex(name="issue_grams", fields=["grams"]),
            # the tabs count each side by one index alone; the lights of what is open are read in the order of their days
            models.Index(name="issue_listed_states", fields=["org_path", "state"]),
            models.Index(name="issue_handled_states", fields=["handler_path", "org_path", "state"]),
            models.Index(
                name="issue_due",
                fields=["due_on", "id"],
                include=["org_path", "handler_path", "state"],
                condition=~Q(state__in=["written_off", "withdrawn"]) & Q(due_on__isnull=False, paused_at__isnull=True),
            ),
            models.Index(fields=["reference"], opclasses=["varchar_pattern_ops"], name="issue_reference_start"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def programme_code(self) -> str:
        """The code of the programme, empty for an issue outside any."""
        return self.programme.code if self.programme else ""

    def dimensions(self, source: str = "") -> dict[str, str]:
        """What the list side's entries carry; a further listing counts by its own source."""
        return {"source": source or self.source, "kind": self.kind, "programme": self.programme_code}

    def handling(self) -> dict[str, str]:
        """What the handling side's entries carry."""
        return {"kind": self.kind, "grade": self.grade, "programme": self.programme_code}


class IssueList(models.Model):
    """A list of issues that one organization keeps: of a research team, an inspection, a squat, a self-check.

    Opened for a programme, filled by registration, closed by a person once it is empty or over.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    name = models.CharField(_("Name"), max_length=120)
    source = models.CharField(_("Source"), max_length=20)
    team = models.CharField(_("Research team"), max_length=60, blank=True)
    manner = models.CharField(_("Manner"), max_length=20, blank=True)
    target = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")
    opened_on = models.DateField(_("Opened on"))
    closed_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("-opened_on", "-id")
        constraints = [models.UniqueConstraint(name="issue_list_name", fields=["organization", "name"])]
        indexes = [models.Index(name="issue_list_path", fields=["org_path"])]

    def __str__(self) -> str:
        return self.name


class Listing(models.Model):
    """One issue on one list, from a day on: its source. Cleared when the issue is written off."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="listings")
    list = models.ForeignKey(IssueList, models.PROTECT, related_name="listings")
    number = models.CharField(_("Number on the list"), max_length=20, blank=True)
    listed_on = models.DateField()
    listed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    cleared_on = models.DateField(null=True)

    class Meta:
        ordering = ("listed_on", "id")
        constraints = [models.UniqueConstraint(name="listing_once", fields=["issue", "list"])]


class Progress(models.Model):
    """What somebody reported on the handling of an issue; evidence files hang on it."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="progress")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(_("Progress"))

    class Meta:
        ordering = ("at", "id")


class Measure(models.Model):
    """A corrective measure for an issue: set, then done."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="measures")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    text = models.CharField(_("Measure"), max_length=300)
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    set_on = models.DateField()

    class Meta:
        ordering = ("id",)


class Flag(models.Model):
    """A flag hung on an issue by a person and taken down again; one hangs at a time."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="flags")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    colour = models.CharField(_("Colour"), max_length=6)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    hung_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hung_on = models.DateField()
    taken_down_on = models.DateField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(name="flag_one_at_a_time", fields=["issue"], condition=Q(taken_down_on=None)),
            models.CheckConstraint(name="flag_colour", condition=Q(colour__in=rules.FLAGS)),
        ]


class Route(models.Model):
    """A line of the routing table: issues of an area, kind and grade go to a unit, between two days.

    An empty kind stands for any kind, an empty grade for any grade; a line with both empty is the area's default desk.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Area"))
    org_path = path_field()
    kind = models.CharField(_("Kind"), max_length=40, blank=True)
    grade = models.CharField(_("Grade"), max_length=10, blank=True)
    target = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Goes to"))
    since = models.DateField(_("Since"))
    until = models.DateField(_("Until"), null=True, blank=True)
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("org_path", "kind", "grade", "since")
        constraints = [
            models.UniqueConstraint(name="route_current", fields=["organization", "kind", "grade"], condition=Q(until=None)),
            models.CheckConstraint(name="route_dates", condition=Q(until=None) | Q(until__gt=F("since"))),
        ]
        indexes = [models.Index(name="route_path", fields=["org_path"])]


class Review(models.Model):
    """A unit's monthly sorting of its issues (月梳理): opened once a month, closed with a summary by a person."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    month = models.DateField(_("Month"))
    summary = models.TextField(_("Summary"), blank=True)
    found = models.JSONField(default=dict, editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-month", "org_path")
        constraints = [models.UniqueConstraint(name="review_once_a_month", fields=["organization", "month"])]
        indexes = [models.Index(name="review_path", fields=["org_path"])]


class ReviewItem(models.Model):
    """An issue that a monthly review singled out, with a remark."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="items")
    issue = models.ForeignKey(Issue, models.PROTECT, related_name="+")
    remark = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(name="review_item_once", fields=["review", "issue"])]


class Notice(models.Model):
    """A quarterly notice (季通报): drafted from the open and late issues of a quarter, issued with a number, then fixed."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=40, blank=True)
    drafted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    issued_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-year", "-quarter", "org_path")
        constraints = [
            models.UniqueConstraint(name="notice_once_a_quarter", fields=["organization", "year", "quarter"]),
            models.CheckConstraint(name="notice_quarter", condition=Q(quarter__gte=1, quarter__lte=4)),
            models.CheckConstraint(name="notice_issued", condition=Q(issued_on=None, issued_by=None) | ~Q(number="")),
        ]
        indexes = [models.Index(name="notice_path", fields=["org_path"])]

    @property
    def when(self) -> rules.Quarter:
        return rules.Quarter(self.year, self.quarter)


class NoticeItem(models.Model):
    """One issue in a notice, with the unit and the person it is laid to as of that day."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="items")
    issue = models.ForeignKey(Issue, models.PROTECT, related_name="notice_items")
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    problem = models.CharField(max_length=200)

    class Meta:
        ordering = ("unit__path", "id")
        constraints = [models.UniqueConstraint(name="notice_item_once", fields=["notice", "issue"])]
        indexes = [models.Index(name="notice_item_unit", fields=["unit", "person"])]


class Proposal(models.Model):
    """A proposal to hold to account, raised by notices in a row. Only a person accepts or declines it, with a reason."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="proposals")
    in_a_row = models.PositiveSmallIntegerField()
    raised_on = models.DateField()
    decision = models.CharField(max_length=10, blank=True)
    severity = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-raised_on", "-id")
        constraints = [
            models.UniqueConstraint(name="proposal_once", fields=["notice", "unit", "person"], nulls_distinct=False),
            models.CheckConstraint(
                name="proposal_decided_by_a_person",
                condition=Q(decision="", decided_by=None, decided_on=None)
                | (Q(decision__in=["accepted", "declined"], decided_by__isnull=False, decided_on__isnull=False) & ~Q(reason="")),
            ),
        ]
        indexes = [models.Index(name="proposal_path", fields=["org_path"])]
