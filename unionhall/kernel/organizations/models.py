"""The union tree, its history, the employers it covers, and its posts with their holders."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.organizations import rules


class Level(models.TextChoices):
    """How high a unit stands, from the nation to the group."""

    NATION = "nation", _("Nation")
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    TOWNSHIP = "township", _("Township or subdistrict")
    GRASSROOTS = "grassroots", _("Grassroots")
    GROUP = "group", _("Group")


class Kind(models.TextChoices):
    """What sort of unit it is."""

    FEDERATION = "federation", _("Federation of trade unions")
    INDUSTRY = "industry", _("Industrial union")
    JOINT = "joint", _("Joint grassroots federation")
    GRASSROOTS = "grassroots", _("Grassroots union")
    BRANCH = "branch", _("Branch union")
    TEAM = "team", _("Working team")
    DEPARTMENT = "department", _("Department")
    GROUP = "group", _("Union group")


def path_field(**options: object) -> models.CharField:
    """A column for a path, the own one or a copied one: text compared byte by byte, so that a subtree is a range."""
    return models.CharField(max_length=rules.STEP * rules.DEEPEST, db_collation="C", editable=False, **options)


class Organization(models.Model):
    """A unit of the union tree.

    Founded, perhaps renamed or moved, at last merged into a successor or closed (`until`); never deleted. `path` is
    four base-36 characters a level and changes when the unit or one above it moves; a given path is never used twice,
    so PathSpan can answer for any day of the past. `path_since` is the first day on which the present path counts.
    """

    name = models.CharField(_("Name"), max_length=120)
    short_name = models.CharField(_("Short name"), max_length=60, blank=True)
    name_pinyin = models.CharField(max_length=600, blank=True, editable=False)
    name_initials = models.CharField(max_length=120, blank=True, editable=False)
    code = models.CharField(_("Unit code"), max_length=40, unique=True, null=True, blank=True, db_collation="C")
    credit_code = models.CharField(_("Unified credit code"), max_length=18, blank=True)
    level = models.CharField(_("Level"), max_length=12, choices=Level)
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind)
    division_code = models.CharField(_("Division code"), max_length=6, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = path_field(unique=True)
    depth = models.PositiveSmallIntegerField(editable=False)
    last_child = models.PositiveIntegerField(default=0, editable=False)
    path_since = models.DateField(null=True, blank=True, editable=False)
    since = models.DateField(_("Since"), null=True, blank=True)
    until = models.DateField(_("Until"), null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    class Meta:
        ordering = ("path",)
        verbose_name = _("Organization")
        constraints = [
            models.CheckConstraint(name="organization_depth", condition=Q(depth__gte=1, depth__lte=rules.DEEPEST)),
            models.CheckConstraint(
                name="organization_dates", condition=Q(until=None) | Q(since=None) | Q(until__gte=models.F("since"))
            ),
            models.CheckConstraint(name="organization_level", condition=Q(level__in=rules.LEVELS)),
            models.UniqueConstraint(
                name="organization_credit_code", fields=["credit_code"], condition=~Q(credit_code="") & Q(until=None)
            ),
        ]
        indexes = [
            models.Index(name="organization_initials", fields=["name_initials"]),
            models.Index(name="organization_level_path", fields=["level", "path"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name for narrow places."""
        return self.short_name or self.name

    @property
    def is_open(self) -> bool:
        """Whether the unit has neither been merged nor closed."""
        return self.until is None


class PathSpan(models.Model):
    """Where a unit stood between two days: `since` (none: from the beginning) included, `until` (none: still) not."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="path_spans")
    path = path_field()
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="path_span_current", fields=["organization"], condition=Q(until=None)),
            models.UniqueConstraint(name="path_span_path", fields=["path", "organization"]),
            models.CheckConstraint(
                name="path_span_dates", condition=Q(until=None) | Q(since=None) | Q(until__gt=models.F("since"))
            ),
        ]
        indexes = [models.Index(name="path_span_organization", fields=["organization", "since"])]


class NameSpan(models.Model):
    """What a unit was called between two days; the present name stands in the unit itself as well."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="name_spans")
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        ordering = ("organization", models.F("since").asc(nulls_first=True))
        constraints = [models.UniqueConstraint(name="name_span_current", fields=["organization"], condition=Q(until=None))]


class Ownership(models.TextChoices):
    """Who owns an employer."""

    PUBLIC = "public", _("Public")
    NON_PUBLIC = "non_public", _("Non-public")
    SOCIAL = "social", _("Social organization")


class Employer(models.Model):
    """An employer whose staff a union covers; `organization` is the union that looks after it."""

    name = models.CharField(_("Name"), max_length=120)
    name_pinyin = models.CharField(max_length=600, blank=True, editable=False)
    name_initials = models.CharField(max_length=120, blank=True, editable=False)
    credit_code = models.CharField(_("Unified credit code"), max_length=18, blank=True)
    division_code = models.CharField(_("Division code"), max_length=6, blank=True)
    industry = models.CharField(_("Industry (GB/T 4754)"), max_length=4, blank=True)
    ownership = models.CharField(_("Ownership"), max_length=12, choices=Ownership, default=Ownership.NON_PUBLIC)
    staff = models.PositiveIntegerField(_("Number of staff"), null=True, blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="employers")
    org_path = path_field()
    since = models.DateField(_("Since"), null=True, blank=True)
    until = models.DateField(_("Until"), null=True, blank=True)

    class Meta:
        ordering = ("org_path", "name")
        constraints = [
            models.UniqueConstraint(
                name="employer_credit_code", fields=["credit_code"], condition=~Q(credit_code="") & Q(until=None)
            )
        ]
        indexes = [models.Index(name="employer_org_path", fields=["org_path"])]

    def __str__(self) -> str:
        return self.name


class PostKind(models.TextChoices):
    """What a post is for; rooms may ask who chairs a unit."""

    CHAIR = "chair", _("Chair")
    VICE_CHAIR = "vice_chair", _("Vice-chair")
    COMMITTEE = "committee", _("Committee member")
    AUDIT = "audit", _("Audit commission")
    WOMEN = "women", _("Women workers' commission")
    ORGANIZER = "organizer", _("Organizer")
    STAFF = "staff", _("Staff")


class Post(models.Model):
    """A post of a unit. It is abolished (`until`), never deleted while somebody has held it."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="posts")
    title = models.CharField(_("Title"), max_length=60)
    kind = models.CharField(_("Kind"), max_length=12, choices=PostKind, default=PostKind.STAFF)
    since = models.DateField(_("Since"), null=True, blank=True)
    until = models.DateField(_("Until"), null=True, blank=True)

    class Meta:
        ordering = ("organization", "id")

    def __str__(self) -> str:
        return self.title


class Tenure(models.Model):
    """Somebody holding a post from a day to a day. The holder is the id of a person: `people` stands above this package."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="tenures")
    person_id = models.BigIntegerField(db_index=True)
    since = models.DateField(_("Since"))
    until = models.DateField(_("Until"), null=True, blank=True)

    class Meta:
        ordering = ("post", "since")
        constraints = [
            models.UniqueConstraint(name="tenure_current", fields=["post", "person_id"], condition=Q(until=None)),
            models.CheckConstraint(name="tenure_dates", condition=Q(until=None) | Q(until__gte=models.F("since"))),
        ]
