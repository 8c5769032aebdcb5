"""Tables of the room: teams, visits with stops, people sent out, sessions with places, sign-ups and attendance."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.kernel.access.models import ScopedManager
from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.work.campaigns import registry, rules


class Team(models.Model):
    """A group that one organization forms for a campaign: leaders' visiting team, research team, lecture team, volunteers.

    Formed on a day, joined by members, ended by a day; never deleted.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("Name"), max_length=80)
    formed_on = models.DateField(_("Formed on"))
    ended_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("-formed_on", "-id")
        constraints = [models.UniqueConstraint(name="team_name", fields=["organization", "programme", "name", "formed_on"])]
        indexes = [models.Index(name="team_path", fields=["org_path", "-id"])]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """Somebody in a team, known to the house or by name alone, in one role, from a day on."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=100)
    role = models.CharField(_("Role"), max_length=10)
    since = models.DateField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(name="member_once", fields=["team", "person"], condition=Q(person__isnull=False)),
            models.CheckConstraint(name="member_role", condition=Q(role__in=list(registry.ROLES))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """Whom distinct counting counts once: the person, or a name in a unit."""
        return rules.person_key(self.person_id, self.name, self.team.organization_id)


class Visit(models.Model):
    """One visit of one organization on one day: whom or what it went to stands in its stops.

    Registered by whoever made it (or in bulk by an import); corrected by withdrawing it with a reason and registering it
    anew. A withdrawn visit stays and no longer counts.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    programme = models.ForeignKey(Programme, models.PROTECT, db_index=False, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    form = models.CharField(_("Form of the activity"), max_length=40, blank=True)
    theme = models.CharField(_("Theme"), max_length=60, blank=True)
    day = models.DateField(_("Day"))
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, db_index=False, related_name="visits")
    visitors = models.CharField(_("Who went"), max_length=200, blank=True)
    notes = models.TextField(_("Notes"), blank=True)
    custom = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-day", "-id")
        verbose_name = _("Visit")
        constraints = [models.CheckConstraint(name="visit_withdrawn_with_reason", condition=Q(withdrawn_on=None) | ~Q(reason=""))]
        indexes = [
            models.Index(name="visit_path", fields=["org_path", "-day", "-id"]),
            models.Index(name="visit_programme", fields=["programme", "org_path", "-day"]),
            models.Index(name="visit_edition", fields=["edition"], condition=Q(edition__isnull=False)),
            models.Index(name="visit_team", fields=["team"], condition=Q(team__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.theme or self.programme}"

    def dimensions(self, **more: str) -> dict[str, str]:
        """What every entry of the visit carries."""
        return {"programme": self.programme.code, "form": self.form, **more}


class Stop(models.Model):
    """A place of a visit: a household, a person, a unit or a site, with how many were greeted and what was handed over."""

    visit = models.ForeignKey(Visit, models.CASCADE, db_index=False, related_name="stops")
    number = models.PositiveIntegerField()
    recipient = models.CharField(_("Whom"), max_length=20)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    household = models.CharField(_("Household"), max_length=40, blank=True)
    unit = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=100, blank=True)
    area = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    area_kind = models.CharField(max_length=10, blank=True)
    heads = models.PositiveIntegerField(_("People greeted"), default=1)
    served = models.PositiveIntegerField(_("People served"), default=0)
    goods = models.BigIntegerField(_("Value of goods"), default=0)
    cash = models.BigIntegerField(_("Cash"), default=0)
    copies = models.PositiveIntegerField(_("Books and leaflets"), default=0)

    class Meta:
        ordering = ("number",)
        indexes = [
            models.Index(name="stop_person", fields=["person"], condition=Q(person__isnull=False)),
            models.Index(name="stop_unit", fields=["unit"], condition=Q(unit__isnull=False)),
            models.Index(name="stop_area", fields=["area"], condition=Q(area__isnull=False)),
            models.Index(name="stop_household", fields=["household"], condition=~Q(household="")),
        ]
        constraints = [
            models.UniqueConstraint(name="stop_number", fields=["visit", "number"]),
            models.CheckConstraint(name="stop_money", condition=Q(goods__gte=0, cash__gte=0)),
            models.CheckConstraint(name="stop_recipient", condition=Q(recipient__in=list(registry.RECIPIENTS))),
        ]


class Dispatch(models.Model):
    """Somebody sent to a place to help: an official, a medic, a volunteer; each time once (人次), the person once (人)."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=100)
    role = models.CharField(_("Role"), max_length=10)
    site = models.CharField(_("Place"), max_length=80)
    site_kind = models.CharField(_("Kind of place"), max_length=12)
    since = models.DateField(_("From"))
    until = models.DateField(_("To"), null=True, blank=True)
    task = models.CharField(_("Task"), max_length=80, blank=True)
    served = models.PositiveIntegerField(_("People served"), default=0)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("-since", "-id")
        constraints = [
            models.CheckConstraint(name="dispatch_role", condition=Q(role__in=list(registry.ROLES))),
            models.CheckConstraint(name="dispatch_days", condition=Q(until=None) | Q(until__gte=F("since"))),
            models.CheckConstraint(name="dispatch_site", condition=Q(site_kind__in=list(registry.SITES))),
        ]
        indexes = [models.Index(name="dispatch_path", fields=["org_path", "-since", "-id"])]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """Whom distinct counting counts once."""
        return rules.person_key(self.person_id, self.name, self.organization_id)


class Session(models.Model):
    """An event of a campaign: a lecture, fair, contest, show, exhibition, open day, shift.

    Draft, published (sign-up runs in its window), held (then it counts) or cancelled (those signed up are told). `main`
    points from a branch venue to the session of the upper level, so that an event of two levels counts once. `commit` is
    the hash of the draw's `seed`, public from the first day; the seed itself is shown after the draw.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")
    main = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="branches")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="sessions")
    name = models.CharField(_("Name"), max_length=80)
    form = models.CharField(_("Form of the activity"), max_length=40, blank=True)
    theme = models.CharField(_("Theme"), max_length=60, blank=True)
    mode = models.CharField(_("How it is held"), max_length=8)
    link = models.URLField(_("Link"), max_length=300, blank=True)
    place = models.CharField(_("Place"), max_length=100, blank=True)
    area = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    area_kind = models.CharField(max_length=10, blank=True)
    starts_at = models.DateTimeField(_("Starts"))
    ends_at = models.DateTimeField(_("Ends"))
    method = models.CharField(_("How places are given"), max_length=6, default="open")
    opens_at = models.DateTimeField(_("Sign-up opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("Sign-up closes"), null=True, blank=True)
    notes = models.TextField(_("What to know"), blank=True)
    state = models.CharField(_("State"), max_length=10, default="draft")
    reason = models.CharField(max_length=200, blank=True)
    seed = models.CharField(max_length=64, editable=False, blank=True)
    commit = models.CharField(max_length=64, editable=False, blank=True)
    drawn_at = models.DateTimeField(null=True, editable=False)
    day = models.DateField(_("Day"), editable=False)
    cancelled_on = models.DateField(null=True, editable=False)
    summary = models.TextField(_("Summary"), blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("-starts_at", "-id")
        verbose_name = _("Session")
        constraints = [
            models.CheckConstraint(name="session_state", condition=Q(state__in=list(registry.SESSION_STATES))),
            models.CheckConstraint(name="session_mode", condition=Q(mode__in=list(registry.MODES))),
            models.CheckConstraint(name="session_method", condition=Q(method__in=list(registry.METHODS))),
            models.CheckConstraint(name="session_times", condition=Q(ends_at__gte=F("starts_at"))),
            models.CheckConstraint(name="session_signup_window", condition=Q(closes_at=None) | Q(closes_at__gt=F("opens_at"))),
            models.CheckConstraint(
                name="session_cancelled_with_reason",
                condition=~Q(state="cancelled") | (~Q(reason="") & Q(cancelled_on__isnull=False)),
            ),
            models.CheckConstraint(name="session_not_of_itself", condition=~Q(main=F("id"))),
        ]
        indexes = [
            models.Index(name="session_path", fields=["org_path", "-starts_at"]),
            models.Index(name="session_programme", fields=["programme", "org_path", "-starts_at"]),
        ]

    def __str__(self) -> str:
        return self.name

    def dimensions(self, **more: str) -> dict[str, str]:
        """What every entry of the session carries."""
        return {"programme": self.programme.code, "form": self.form, "mode": self.mode, **more}

    @property
    def event(self) -> str:
        """The event that distinct counting counts once: its own, or the main venue's."""
        return f"campaigns.session:{self.main_id or self.pk}"


class Pool(models.Model):
    """Places of a session: for everybody, or for the workers of one district or union.

    `taken` never exceeds `places`. Closed once the session is cancelled, so that nobody slips in meanwhile.
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="pools")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    places = models.PositiveIntegerField(_("Places"))
    taken = models.PositiveIntegerField(default=0, editable=False)
    open = models.BooleanField(default=True, editable=False)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(name="pool_once", fields=["session", "organization"], nulls_distinct=False),
            models.CheckConstraint(name="pool_never_oversold", condition=Q(taken__lte=F("places"))),
        ]


class SignUp(models.Model):
    """A worker's wish for a place: seated, entered for the draw, asked (for a review), waiting, offered, or over.

    `number` is the place in the queue of the session and never changes. While `holding`, it holds one place of its pool.
    """

    session = models.ForeignKey(Session, models.CASCADE, db_index=False, related_name="signups")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="signups")
    person = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="+")
    number = models.BigIntegerField()
    state = models.CharField(max_length=10)
    offered_until = models.DateTimeField(null=True)
    seated_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("number",)
        constraints = [
            models.CheckConstraint(name="signup_state", condition=Q(state__in=list(registry.SIGNUP_STATES))),
            models.CheckConstraint(name="signup_offer", condition=~Q(state="offered") | Q(offered_until__isnull=False)),
            models.CheckConstraint(name="signup_seated", condition=~Q(state="seated") | Q(seated_at__isnull=False)),
            models.CheckConstraint(name="signup_refused_with_reason", condition=~Q(state="refused") | ~Q(reason="")),
            models.UniqueConstraint(name="signup_once", fields=["session", "person"], condition=Q(state__in=list(rules.LIVE))),
            models.UniqueConstraint(name="signup_number", fields=["session", "number"]),
        ]
        indexes = [
            models.Index(name="signup_person", fields=["person", "-id"]),
            models.Index(name="signup_queue", fields=["pool", "number"], condition=Q(state="waiting")),
            models.Index(name="signup_offers", fields=["offered_until"], condition=Q(state="offered")),
        ]


class Attendance(models.Model):
    """Somebody at a session, once: known to the house or by name alone. `minutes` are a volunteer's, from in and out."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=10, default="other")
    way = models.CharField(max_length=8)
    at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("at", "id")
        indexes = [models.Index(name="attendance_name", fields=["session", "name"], condition=Q(person__isnull=True))]
        constraints = [
            models.UniqueConstraint(name="attendance_once", fields=["session", "person"], condition=Q(person__isnull=False)),
            models.CheckConstraint(name="attendance_way", condition=Q(way__in=list(registry.WAYS))),
            models.CheckConstraint(name="attendance_left", condition=Q(left_at=None) | Q(left_at__gte=F("at"))),
        ]


class Clash(models.Model):
    """A line of an offline list that could not be taken as it came: kept, shown, and settled by a person."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="clashes")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    line = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    claimed_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    taken = models.BooleanField(null=True)

    class Meta:
        ordering = ("id",)


class HeadCount(models.Model):
    """How many of one unit came, where names are not taken; noted by the desk, taken back by a new line with a reason."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="head_counts")
    unit = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("Unit"), max_length=100, blank=True)
    ownership = models.CharField(_("Ownership"), max_length=10, blank=True)
    mode = models.CharField(_("How it is held"), max_length=8)
    heads = models.PositiveIntegerField(pgettext_lazy("count", "People"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="head_count_some", condition=Q(heads__gte=1)),
            models.CheckConstraint(name="head_count_mode", condition=Q(mode__in=list(registry.MODES))),
        ]


class Handout(models.Model):
    """What was handed out at a session: copies of a book or leaflet, goods by value, cash noted (paid elsewhere)."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="handouts")
    name = models.CharField(pgettext_lazy("handed out", "What"), max_length=80)
    copies = models.PositiveIntegerField(_("Books and leaflets"), default=0)
    goods = models.BigIntegerField(_("Value of goods"), default=0)
    cash = models.BigIntegerField(_("Cash"), default=0)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = [models.CheckConstraint(name="handout_money", condition=Q(goods__gte=0, cash__gte=0))]


class Exhibit(models.Model):
    """Somebody whose deeds an exhibition shows; shown at several stations of a tour, counted once as a person."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="exhibits")
    name = models.CharField(_("Who is shown"), max_length=100)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    level = models.CharField(_("Level of the award"), max_length=10, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(name="exhibit_once", fields=["session", "name"])]
