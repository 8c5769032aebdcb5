"""The union tree, its history, the employers it covers, and its posts with their holders."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, models
from django.db.models import Q, functions
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.organizations import rules


def column_of(model: type[models.Model], field: str) -> str:
    """The name of a field's column. Raises StopIteration for a field that the model does not have."""
    return next(str(one.column) for one in model._meta.concrete_fields if one.name == field)


def rewrite(model: type[models.Model], field: str, old: str, new: str, *, extra: str = "", values: Iterable[Any] = ()) -> None:
    """Put a new beginning in front of every path of a subtree in one column of one table, in one statement."""
    low, high = rules.path_range(old)
    name = connection.ops.quote_name(column_of(model, field))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {name} = %s || substr({name}, %s){extra} WHERE {name} >= %s AND {name} < %s",
            [new, len(old) + 1, *values, low, high],
        )


def mend(model: type[models.Model], field: str, unit: str) -> int:
    """Copy the path of each row's unit again where the copy differs; returns how many did."""
    quote = connection.ops.quote_name
    unit = unit or _unit_of(model)
    path, key = quote(column_of(model, field)), quote(column_of(model, unit))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} t SET {path} = o.path FROM organizations_organization o"
            f" WHERE o.id = t.{key} AND o.path <> t.{path}"
        )
        return int(cursor.rowcount)


def _unit_of(model: type[models.Model]) -> str:
    keys = [field.name for field in model._meta.concrete_fields if field.related_model is Organization]
    if "organization" not in keys and len(keys) != 1:
        raise ValueError(f"register_path_column of {model._meta.label} must say which of {keys} it copies the path of")
    return "organization" if "organization" in keys else keys[0]


class Fault(models.TextChoices):
    """What can be wrong with the description of a unit, and how to mend it."""

    NAME_MISSING = "name_missing", _("Give the unit a name.")
    NAME_LONG = "name_long", _("A unit's name has at most 120 characters.")
    LEVEL_UNKNOWN = "level_unknown", _("This level is not known.")
    KIND_UNKNOWN = "kind_unknown", _("This kind of unit is not known.")
    PARENT_LEVEL = "parent_level", _("A unit of this level cannot stand under that unit: choose a higher one.")
    DIVISION_UNKNOWN = "division_unknown", _("This is no division code of GB/T 2260: give six digits.")
    CREDIT_CODE_WRONG = "credit_code_wrong", _("The unified credit code has a wrong character: compare it with the certificate.")
    CREDIT_CODE_NOT_UNION = "credit_code_not_union", _("The credit code of a grassroots union begins with 81.")
    CODE_MISSING = "code_missing", _("Give each unit its code: it is how the lines find one another.")
    CODE_TWICE = "code_twice", _("This code stands in an earlier line too: remove one of them.")
    CREDIT_CODE_TWICE = "credit_code_twice", _("Another unit has this credit code: compare both certificates.")
    PARENT_UNKNOWN = "parent_unknown", _("No unit has this code, neither here nor in the file: add its line or correct the code.")
    PARENT_CIRCLE = "parent_circle", _("This unit would stand under itself: correct the code of the unit above.")
    DAY_WRONG = "day_wrong", _("Write the day as 2025-03-05.")
    MOVED = "moved", _("The unit stands under another one: move it on its page, an import moves nothing.")
    LEVEL_CHANGED = "level_changed", _("An import does not change the level of a unit.")
    TOO_DEEP = "too_deep", _("The tree would become too deep there.")


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


def path_field(**options: Any) -> models.CharField:
    """A column for a path, the own one or a copied one: text compared byte by byte, so that a subtree is a range."""
    return models.CharField(max_length=rules.STEP * rules.DEEPEST, db_collation="C", editable=False, **options)


class Organization(models.Model):
    """A unit of the union tree.

    Founded, perhaps renamed or moved, at last merged into a successor or closed (`until`); never deleted. `path` is
    four base-36 characters a level and changes when the unit or one above it moves; a given path is never used twice,
    so PathSpan can answer for any day of the past. `path_since` is the first day on which the present path counts.
    """

    name = models.CharField(_("Unit name"), max_length=120)
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

    @classmethod
    def insert_planned(
        cls, new: list[tuple[rules.UnitRow, str]], ids: dict[str, int], counters: dict[str, int], day: date
    ) -> list[int]:
        """Write the new units of an import plan with their first spans in a few statements; returns their ids."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [cls._meta.db_table, len(new)]
            )
            fresh = [int(id) for (id,) in cursor.fetchall()]
            places = ids | {row.code: id for (row, _path), id in zip(new, fresh, strict=True)}
            above = {path: places[row.code] for row, path in new} | {"": 0}
            known = dict(cls.objects.filter(pk__in=ids.values()).values_list("path", "pk"))
            with cursor.copy(f"COPY {cls._meta.db_table} ({PLANNED}) FROM STDIN") as copy:
                for (row, path), id in zip(new, fresh, strict=True):
                    pinyin, initials = rules.spell(row.name)
                    upper = path[: -rules.STEP]
                    parent = above.get(upper) or known.get(upper)
                    copy.write_row(
                        (id, row.name, row.short_name, pinyin, initials, row.code, row.credit_code, row.level, row.kind,
                         row.division_code, parent, path, rules.depth_of(path), counters.get(row.code, 0),
                         row.since or day.isoformat())
                    )  # fmt: skip
            old = [(ids[code], count) for code, count in counters.items() if ids.get(code)]
            cursor.executemany(f"UPDATE {cls._meta.db_table} SET last_child = %s WHERE id = %s", [(count, id) for id, count in old])
            for table, columns in ((PathSpan, "path"), (NameSpan, "name, short_name")):
                cursor.execute(
                    f"INSERT INTO {table._meta.db_table} (organization_id, {columns})"
                    f" SELECT id, {columns} FROM {cls._meta.db_table} WHERE id = ANY(%s)",
                    [fresh],
                )
        return fresh


PLANNED = (
    "id, name, short_name, name_pinyin, name_initials, code, credit_code, level, kind, division_code,"
    " parent_id, path, depth, last_child, since"
)


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

    @classmethod
    def last_root(cls) -> int:
        """The number of the last root that was ever founded."""
        used = (
            cls.objects.annotate(size=functions.Length("path")).filter(size=rules.STEP).aggregate(last=models.Max("path"))["last"]
        )
        return int(used or "0", 36)

    @classmethod
    def move(cls, old: str, new: str, since: date) -> bool:
        """End the current spans of a subtree at `since` and begin new ones; those that begin that very day only change.

        Returns False, having done nothing, when one of them begins later than that.
        """
        low, high = rules.path_range(old)
        current = cls.objects.filter(until=None, path__gte=low, path__lt=high)
        if current.filter(since__gt=since).exists():
            return False
        fresh = list(current.filter(since=since).values_list("pk", flat=True))
        ended = current.exclude(pk__in=fresh)
        begun = f"SELECT organization_id, %s || substr(path, %s), %s::date FROM {cls._meta.db_table}"
        with connection.cursor() as cursor:
            ids = list(ended.values_list("organization_id", flat=True))
            ended.update(until=since)
            cursor.execute(
                f"INSERT INTO {cls._meta.db_table} (organization_id, path, since) {begun}"
                " WHERE until = %s AND path >= %s AND path < %s AND organization_id = ANY(%s)",
                [new, len(old) + 1, since, since, low, high, ids],
            )
            cursor.execute(
                f"UPDATE {cls._meta.db_table} SET path = %s || substr(path, %s) WHERE id = ANY(%s)", [new, len(old) + 1, fresh]
            )
        return True


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

    PUBLIC = "public", _("Publicly owned")
    NON_PUBLIC = "non_public", _("Non-public")
    SOCIAL = "social", _("Social organization")


class Employer(models.Model):
    """An employer whose staff a union covers; `organization` is the union that looks after it."""

    name = models.CharField(_("Employer name"), max_length=120)
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
    title = models.CharField(_("Post title"), max_length=60)
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
