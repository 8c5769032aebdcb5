"""Programmes, their editions and targets, the fields staff add, and the marks of demo and replay worlds."""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.kernel.programmes.rules import domains, editions, fields
from unionhall.lib.scope import ScopedManager
from unionhall.lib.text import Text


def _choices(words: dict[str, Text]) -> list[tuple[str, str]]:
    return [(code, word.en) for code, word in words.items()]


class Programme(models.Model):
    """One named line of work (工作项目).

    Life-cycle: shipped by the catalogue (no owner; refreshed by `load_catalogue`, never edited on screen) or added by
    a federation (owner set; renamed and retired by it). A retired programme keeps its editions and figures and opens
    no new ones.
    """

    code = models.CharField(max_length=64, unique=True)
    domain = models.CharField(max_length=32, choices=[(d.code, d.name.en) for d in domains.DOMAINS])
    position = models.PositiveSmallIntegerField(default=0)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    what_zh = models.CharField(max_length=400, blank=True)
    what_en = models.CharField(max_length=600, blank=True)
    rooms = ArrayField(models.CharField(max_length=32))
    options = models.JSONField(default=dict)
    cadence = models.CharField(max_length=16, choices=_choices(editions.CADENCES))
    season = ArrayField(models.CharField(max_length=5), size=2, null=True, blank=True)
    targets = models.JSONField(default=list)
    figures = ArrayField(models.CharField(max_length=12), default=list)
    digest = models.CharField(max_length=64, blank=True)
    owner = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="own_programmes")
    org_path = path_field(blank=True)
    retired_on = models.DateField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("domain", "position", "code")
        constraints = [
            models.CheckConstraint(condition=Q(rooms__len__gte=1), name="programme_has_a_room"),
            models.CheckConstraint(
                condition=Q(owner__isnull=True, org_path="") | (Q(owner__isnull=False) & ~Q(org_path="")),
                name="programme_owner_path",
            ),
        ]
        indexes = [models.Index(fields=["org_path"], name="programme_path")]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def name(self) -> Text:
        """The name in both languages; an own programme may have only the Chinese one."""
        return Text(self.name_zh, self.name_en or self.name_zh)

    @property
    def what(self) -> Text:
        """What the programme is, in one or two sentences."""
        return Text(self.what_zh, self.what_en or self.what_zh)

    def option(self, room: str, key: str) -> object:
        """One option that the catalogue or the owner set for a room; None where it is not set."""
        return self.options.get(room, {}).get(key)


class Edition(models.Model):
    """One run of a programme by one organization in one window (期); the window may cross the year's end.

    Life-cycle: planned → open → closed; a closed edition reopens with a reason. Records of an edition keep its id;
    its figures are counted over its window.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="editions")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="editions")
    org_path = path_field()
    name = models.CharField(max_length=120)
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=8, choices=_choices(editions.STATES), default=editions.PLANNED)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-since", "-id")
        constraints = [
            models.UniqueConstraint(fields=["programme", "organization", "name"], name="edition_name_once"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="edition_window_forward"),
            models.CheckConstraint(
                condition=Q(state=editions.CLOSED, closed_at__isnull=False)
                | (~Q(state=editions.CLOSED) & Q(closed_at__isnull=True)),
                name="edition_closed_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "state"], name="edition_path_state"),
            models.Index(fields=["programme", "state"], name="edition_programme_state"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state_name(self) -> Text:
        """The state in words."""
        return editions.STATES[self.state]


class Target(models.Model):
    """A value that an edition is to reach (目标); compared with the same indicator's figure, never printed as one.

    `per_unit` means a floor that each unit below must meet by itself (每个乡镇至少1名), not a total.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="targets")
    indicator = models.CharField(max_length=80)
    comparison = models.CharField(max_length=8, choices=_choices(editions.COMPARISONS), default=editions.AT_LEAST)
    value = models.DecimalField(max_digits=20, decimal_places=2)
    unit = models.CharField(max_length=16)
    per_unit = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["edition", "indicator"], name="target_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="target_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.comparison} {self.value}"

    @property
    def at_least(self) -> bool:
        """Whether the target is a floor."""
        return self.comparison == editions.AT_LEAST

    @property
    def comparison_name(self) -> Text:
        """The comparison in words."""
        return editions.COMPARISONS[self.comparison]


class CustomField(models.Model):
    """A field that an organization adds to a programme for itself and everybody below it, without code.

    Values live in the room's record (`custom`). A retired field is not asked any more; kept values stay readable.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="custom_fields")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="custom_fields")
    org_path = path_field()
    code = models.CharField(max_length=40)
    label_zh = models.CharField(max_length=60)
    label_en = models.CharField(max_length=80, blank=True)
    help_zh = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=_choices(fields.KINDS))
    required = models.BooleanField(default=False)
    options = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("position", "id")
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="custom_field_code_once")]

    def __str__(self) -> str:
        return str(self.label)

    @property
    def label(self) -> Text:
        """The label in both languages; English falls back to Chinese."""
        return Text(self.label_zh, self.label_en or self.label_zh)

    def definition(self) -> fields.Field:
        """The field as the rules see it."""
        return fields.Field(self.code, self.kind, self.label, self.required, tuple(self.options))


class World(models.Model):
    """The mark of invented data: everything at and below `root` belongs to a demo or a replay.

    Life-cycle: written when a world is loaded, removed together with its data when it is cleared. Pages below it show
    a ribbon; figures below it are never mixed with a real federation's, since a world stands on its own root.
    """

    DEMO, REPLAY = "demo", "replay"
    kind = models.CharField(max_length=6, choices=[(DEMO, "demo"), (REPLAY, "replay")])
    name = models.CharField(max_length=40)
    root = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="world")
    org_path = path_field()
    window = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ("kind", "name")
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="world_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
