"""Tables of the room: joining codes, applications, memberships with their dated changes, transfers, benefits, partners."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.kernel.access.models import ScopedManager
from unionhall.kernel.flows.models import Record
from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib import clock, dates, masking
from unionhall.work.membership.registry import ALIVE, CONFIRMED


class JoinCode(models.Model):
    """A QR code of one union: issued, printed on a poster, withdrawn or expired. Never reused, never deleted."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    token = models.CharField(max_length=24, unique=True, db_collation="C")
    label = models.CharField(_("Where it hangs"), max_length=40, blank=True)
    issued_on = models.DateField()
    expires_on = models.DateField(_("Expires on"), null=True, blank=True)
    issued_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(name="member_code_path", fields=["org_path"])]

    @property
    def last_day(self) -> date | None:
        """The last day on which it serves, as every page and the poster say it; None for one that does not expire."""
        return self.expires_on - timedelta(days=1) if self.expires_on else None

    @property
    def ended_on(self) -> date | None:
        """The first day on which the code no longer serves, as far as is known: withdrawn, or expired."""
        return min(filter(None, (self.expires_on, dates.day_of(self.revoked_at) if self.revoked_at else None)), default=None)


class Opening(models.Model):
    """A union at which joining by code has been asked for, and whether a code of it serves: one row a union and programme."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    listed_on = models.DateField()
    opened_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(name="member_opening_once", fields=["organization"])]
        indexes = [models.Index(name="member_opening_path", fields=["org_path"])]


class Work(models.Model):
    """How somebody works: what applications and memberships both say."""

    occupation = models.CharField(_("Occupation"), max_length=14, default="regular")
    hired = models.CharField(_("Hired"), max_length=10, default="direct")
    migrant = models.BooleanField(_("Migrant worker"), default=False)
    platform = models.CharField(_("Platform"), max_length=60, blank=True)
    employer = models.CharField(_("Employer"), max_length=120, blank=True)

    class Meta:
        abstract = True


class Application(Record, Work):
    """Somebody asks to join: by a union's code, by the home of the township, or at the desk.

    Applied, perhaps sent back and sent again, perhaps handed on to a nearer union; approved (a membership begins),
    refused with the reason, or withdrawn. One open application a person.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    received_at = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    join_code = models.ForeignKey(JoinCode, models.PROTECT, null=True, related_name="applications")
    channel = models.CharField(max_length=8, default="qr")
    on_roster = models.BooleanField(default=False)
    alone = models.BooleanField(default=False)  # passed by rule, no person looked
    applied_on = models.DateField()
    decided_on = models.DateField(null=True)
    routed_by = models.CharField(max_length=20, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                name="member_application_open", fields=["person"], condition=Q(state__in=["applied", "returned"])
            ),
        ]
        indexes = [
            models.Index(name="member_application_path", fields=["org_path", "state", "-id"]),
            models.Index(name="member_application_person", fields=["person"]),
        ]

    @property
    def headline(self) -> str:
        """The line by which messages name it: who asks, masked, and where they work; its number stands beside it."""
        return " · ".join(filter(None, (masking.name(self.person.name), self.employer)))


def fresh_since(field: str) -> Greatest:
    """The day since which one of the compared fields of a member is as it is: when it was last confirmed, or joining."""
    return Greatest("since", f"{field}_on")


LISTED = ("person", "number", "state", "occupation", "hired", "migrant", "authenticated_on", "joined_on", "employer", "tags")


class Membership(Work):
    """A dated relation between one person and one union: begun by joining or moving in, ended once, kept for life.

    While it is alive (`until` is empty) it is a member's, a seconded one's or retained; a retained one is left out of
    the statistics. The database allows one alive membership a person.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    number = models.CharField(max_length=40, db_collation="C")
    state = models.CharField(max_length=10, default="member")
    ground = models.CharField(max_length=10, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    state_since = models.DateField()
    joined_on = models.DateField()  # the first day in any union: moving does not change it
    channel = models.CharField(max_length=8, default="qr")
    authenticated_on = models.DateField(null=True)
    active_on = models.DateField(null=True)
    checked_on = models.DateField(null=True)
    tags = models.CharField(max_length=200, blank=True)
    # When each compared field of the person was last confirmed, as `people_confirmation` has it: copied by the database.
    name_on = models.DateField(null=True, editable=False)
    id_number_on = models.DateField(null=True, editable=False)
    phone_on = models.DateField(null=True, editable=False)
    employer_on = models.DateField(null=True, editable=False)
    # Few have one of these three, so their indexes hold only those.
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(name="member_number", fields=["number"]),
            models.UniqueConstraint(name="member_alive_once", fields=["person"], condition=Q(until=None)),
            models.CheckConstraint(
                name="member_alive_state",
                condition=Q(until=None, state__in=ALIVE) | Q(until__isnull=False) & ~Q(state__in=ALIVE),
            ),
            models.CheckConstraint(name="member_dates", condition=Q(until=None) | Q(until__gte=F("since"))),
        ]
        indexes = [
            # The exact count of a whole city reads this one, a tenth as long as any other.
            models.Index(name="member_counted", fields=["org_path", "until"]),
            # A filtered list reads this one alone: a row of the table is fetched only for what is shown.
            models.Index(name="member_alive_list", fields=["org_path", "id"], include=LISTED, condition=Q(until=None)),
            models.Index(name="member_employer", fields=["organization", "employer"], condition=Q(until=None)),
            # What is rare in a whole city is not looked for among all of its members.
            models.Index(name="member_employed", fields=["employer", "org_path", "id"], condition=Q(until=None)),
            models.Index(name="member_joined", fields=["joined_on", "id"], include=["org_path"], condition=Q(until=None)),
            models.Index(name="member_apart", fields=["state", "org_path", "id"], condition=~Q(state="member")),
            models.Index(name="member_tagged", fields=["org_path", "id"], include=["tags"], condition=Q(until=None) & ~Q(tags="")),
            models.Index(
                name="member_new_forms",
                fields=["occupation", "org_path", "id"],
                include=["hired", "migrant", "authenticated_on", "joined_on"],
                condition=Q(until=None) & ~Q(occupation="regular"),
            ),
            *(
                models.Index(fresh_since(field), "org_path", "id", name=f"member_fresh_{field}", condition=Q(until=None))
                for field in CONFIRMED
            ),
            *(
                models.Index(name=f"member_{name}", fields=[name], condition=Q(**{f"{name}__isnull": False}))
                for name in ("previous", "programme", "edition")
            ),
        ]

    @property
    def alive(self) -> bool:
        """Whether the person belongs to this union now."""
        return self.until is None

    @property
    def programme_code(self) -> str:
        """The code of the programme, empty for a membership outside any."""
        return self.programme.code if self.programme else ""

    def dimensions(self) -> dict[str, str]:
        """What the ledger's entries of this membership carry."""
        return {"occupation": self.occupation, "hired": self.hired, "programme": self.programme_code}


class Change(models.Model):
    """One dated step in the life of a membership. Written once."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="changes", db_index=False)  # `member_change_of`
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    what = models.CharField(max_length=10)
    old = models.CharField(max_length=10, blank=True)
    new = models.CharField(max_length=10)
    ground = models.CharField(max_length=10, blank=True)
    on = models.DateField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(name="member_change_of", fields=["membership", "id"])]


class Active(models.Model):
    """A member used a service on a day, whichever and however often; written once a day."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    day = models.DateField()
    what = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(name="member_active_day", fields=["person", "day"])]


class Transfer(Record):
    """A member asks to follow the work to another union: the old one releases (or is silent too long), the new one accepts."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="transfers")
    to = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    to_path = path_field()
    arrived = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    asked_on = models.DateField()
    why = models.CharField(_("Why"), max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                name="member_transfer_open", fields=["membership"], condition=Q(state__in=["asked", "released"])
            ),
        ]
        indexes = [
            models.Index(name="member_transfer_from", fields=["org_path", "state"]),
            models.Index(name="member_transfer_to", fields=["to_path", "state"]),
        ]

    @property
    def headline(self) -> str:
        """The line of a worklist."""
        return f"{self.organization.label} → {self.to.label}"


class Reported(models.Model):
    """How many members a union reported upward for a day, with the document it stands in: the first of the four counts."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    day = models.DateField(pgettext_lazy("figures reported", "As of"))
    members = models.PositiveIntegerField(_("Members reported"))
    evidence = models.CharField(_("Document"), max_length=120)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("-day", "-id")
        constraints = [models.UniqueConstraint(name="member_reported_day", fields=["organization", "day"])]


class Partner(models.Model):
    """A platform enterprise that a union works with: agreement, contact at the enterprise, how many workers it has."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    name = models.CharField(_("Platform"), max_length=60)
    kind = models.CharField(_("Kind"), max_length=10)
    agreed_on = models.DateField(_("Agreed on"))
    agreement = models.CharField(_("Agreement"), max_length=120)
    contact = models.CharField(_("Contact post"), max_length=60, blank=True)
    workers = models.PositiveIntegerField(_("Workers here"), default=0)
    ended_on = models.DateField(null=True)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("-agreed_on", "-id")
        constraints = [
            models.UniqueConstraint(name="member_partner_once", fields=["organization", "name"], condition=Q(ended_on=None))
        ]

    def __str__(self) -> str:
        return self.name


class Founding(models.Model):
    """A proposal that the members of one employer found a union, raised by their number; taken up or set aside by a person."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")  # the union they are in now
    org_path = path_field()
    level_unit = models.ForeignKey(Organization, models.PROTECT, related_name="+")  # the one that must act
    employer = models.CharField(max_length=120)
    members = models.PositiveIntegerField()
    raised_on = models.DateField()
    decision = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-raised_on", "-id")
        constraints = [
            models.UniqueConstraint(name="member_founding_open", fields=["organization", "employer"], condition=Q(decision="")),
        ]


class Benefit(models.Model):
    """Something that a union gives its members: so many, from when to when, one for each person.

    `claimed` is moved by the same statement that writes the claim, and can never pass `quota`.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    title = models.CharField(_("Benefit"), max_length=80)
    kind = models.CharField(_("Kind"), max_length=10)
    what = models.TextField(_("What it is"), blank=True)
    place = models.CharField(_("Where"), max_length=120, blank=True)
    quota = models.PositiveIntegerField(_("How many"))
    claimed = models.PositiveIntegerField(default=0, editable=False)
    opens_at = models.DateTimeField(_("Opens"))
    closes_at = models.DateTimeField(_("Closes"))
    use_until = models.DateField(_("To be used by"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("-opens_at", "-id")
        constraints = [
            models.CheckConstraint(name="member_benefit_never_oversold", condition=Q(claimed__lte=F("quota"))),
            models.CheckConstraint(name="member_benefit_window", condition=Q(closes_at__gt=F("opens_at"))),
        ]
        indexes = [models.Index(name="member_benefit_path", fields=["org_path"])]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> date:
        """The last day on which it can be taken: it closes when that day ends."""
        return dates.day_of(self.closes_at - timedelta(seconds=1))


class Claim(models.Model):
    """One person took one benefit; used once, at the place, by its code."""

    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="claims")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="claims")
    code = models.CharField(max_length=16, unique=True, db_collation="C")
    claimed_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(name="member_claim_once", fields=["benefit", "person"])]
        indexes = [models.Index(name="member_claim_person", fields=["person"])]
