"""Tables of the room: movements of money and goods, budget lines and what draws on them, agreements, audits."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.kernel.access.models import ScopedManager
from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.work.funds import registry, rules


class BudgetLine(models.Model):
    """What an organization may spend in a year for one purpose out of one source, with a hard ceiling.

    `held` is promised to approved payments, `spent` has left. Both change only by the statements of `actions/lines.py`, and
    the database itself refuses a line that promises more than its ceiling.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    year = models.PositiveSmallIntegerField(_("Year"))
    name = models.CharField(_("Name"), max_length=80)
    source = models.CharField(_("Source"), max_length=20)
    purpose = models.CharField(_("Purpose"), max_length=20)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    ceiling = models.BigIntegerField(_("Ceiling"))
    held = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        ordering = ("-year", "org_path", "name")
        constraints = [
            models.UniqueConstraint(name="line_name_once", fields=["organization", "year", "name"]),
            models.CheckConstraint(name="line_not_negative", condition=Q(ceiling__gte=0, held__gte=0, spent__gte=0)),
            models.CheckConstraint(name="line_within_ceiling", condition=Q(ceiling__gte=F("held") + F("spent"))),
            models.CheckConstraint(name="line_source", condition=Q(source__in=list(registry.SOURCES))),
            models.CheckConstraint(name="line_purpose", condition=Q(purpose__in=list(registry.PURPOSES))),
        ]
        indexes = [models.Index(name="line_path", fields=["org_path", "-year"])]

    def __str__(self) -> str:
        return f"{self.year} {self.name}"

    @property
    def room(self) -> rules.Room:
        """What it still holds."""
        return rules.Room(self.ceiling, self.held, self.spent)


class Draw(models.Model):
    """One promise on a line, by the key of the payment that asked: held, then spent or let go. Never deleted.

    The key makes every call repeatable: asked twice, a draw is made once.
    """

    HELD, SPENT, FREED = "held", "spent", "freed"

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="draws")
    key = models.CharField(max_length=100, unique=True)
    amount = models.BigIntegerField()
    state = models.CharField(max_length=5, default=HELD)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="draw_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="draw_state", condition=Q(state__in=["held", "spent", "freed"])),
            models.CheckConstraint(name="draw_settled", condition=Q(state="held", settled_at=None) | Q(settled_at__isnull=False)),
        ]


class Agreement(models.Model):
    """A cooperation agreement with another union, or a contract for services; its steps stand in Step."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    kind = models.CharField(_("Kind"), max_length=12)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("Title"), max_length=120)
    partner = models.CharField(_("Partner"), max_length=120)
    signed_on = models.DateField(_("Signed on"))
    until = models.DateField(_("In force until"), null=True, blank=True)
    promised = models.BigIntegerField(_("Amount agreed"), default=0)
    content = models.TextField(_("What was agreed"), blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        ordering = ("-signed_on", "-id")
        constraints = [
            models.CheckConstraint(name="agreement_kind", condition=Q(kind__in=list(registry.AGREEMENTS))),
            models.CheckConstraint(name="agreement_promised", condition=Q(promised__gte=0)),
            models.CheckConstraint(name="agreement_window", condition=Q(until=None) | Q(until__gte=F("signed_on"))),
        ]
        indexes = [models.Index(name="agreement_path", fields=["org_path", "-signed_on"])]

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    """Something that an agreement went through: support given, a delivery, its acceptance, a supervision. Never changed."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=12)
    day = models.DateField(_("Day"))
    text = models.CharField(_("What"), max_length=400)
    amount = models.BigIntegerField(_("Amount"), default=0)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("day", "id")
        constraints = [
            models.CheckConstraint(name="step_known", condition=Q(step__in=list(registry.STEPS))),
            models.CheckConstraint(name="step_amount", condition=Q(amount__gte=0)),
        ]


class Movement(models.Model):
    """One movement of money or of goods in kind: where from, what for, how far it came, on which day.

    Booked once where it happens; corrected by withdrawing it with a reason and booking it anew. `answers` ties what was
    received to what was approved, and what was passed down to what was received: earmarked money is followed by it.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    stage = models.CharField(_("Stage"), max_length=12)
    form = models.CharField(_("Money or goods"), max_length=6, default="money")
    source = models.CharField(_("Source"), max_length=20)
    purpose = models.CharField(_("Purpose"), max_length=20)
    more_purposes = models.JSONField(default=list, blank=True)
    year = models.PositiveSmallIntegerField(_("Budget year"))
    amount = models.BigIntegerField(_("Amount"))
    day = models.DateField(_("Day"))
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")
    counterpart = models.CharField(_("Other side"), max_length=120, blank=True)
    unit = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    voucher = models.CharField(_("Voucher number"), max_length=60, blank=True)
    valuation = models.CharField(_("Valuation"), max_length=200, blank=True)
    note = models.CharField(_("Note"), max_length=400, blank=True)
    answers = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="answered")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, blank=True, related_name="movements")
    line = models.ForeignKey(BudgetLine, models.PROTECT, null=True, blank=True, related_name="movements")
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-day", "-id")
        constraints = [
            models.CheckConstraint(name="movement_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="movement_stage", condition=Q(stage__in=list(registry.STAGES))),
            models.CheckConstraint(name="movement_source", condition=Q(source__in=list(registry.SOURCES))),
            models.CheckConstraint(name="movement_purpose", condition=Q(purpose__in=list(registry.PURPOSES))),
            models.CheckConstraint(
                name="movement_goods_valued",
                condition=Q(form="money", valuation="") | (Q(form="goods", stage__in=registry.IN_KIND) & ~Q(valuation="")),
            ),
            models.CheckConstraint(name="movement_withdrawn", condition=Q(withdrawn_on=None) | ~Q(reason="")),
            models.UniqueConstraint(
                name="receipt_confirmed_once",
                fields=["answers", "organization"],
                condition=Q(stage="received", unit__isnull=False, withdrawn_on=None),
            ),
        ]
        indexes = [
            models.Index(name="movement_path", fields=["org_path", "-day", "-id"]),
            models.Index(name="movement_unit", fields=["unit", "stage"]),
            models.Index(name="movement_answers", fields=["answers"]),
        ]

    def __str__(self) -> str:
        return f"{registry.STAGES[self.stage]} {self.day}"


class Stock(models.Model):
    """One kind of goods that a unit keeps, by the piece at one price: how many came, how many were handed out.

    Both change only by the statements of `actions/pieces.py`, and the database itself refuses to hand out what never came.
    The same goods at another price are another stock.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    name = models.CharField(_("Goods"), max_length=80)
    measure = models.CharField(_("Counted in"), max_length=12)
    price = models.BigIntegerField(_("Value of one"))
    valuation = models.CharField(_("Valuation"), max_length=200)
    source = models.CharField(_("Source"), max_length=20)
    purpose = models.CharField(_("Purpose"), max_length=20)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    received = models.BigIntegerField(default=0)
    given = models.BigIntegerField(default=0)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        ordering = ("org_path", "name", "id")
        constraints = [
            models.UniqueConstraint(name="stock_once", fields=["organization", "name", "price"]),
            models.CheckConstraint(name="stock_never_below", condition=Q(given__gte=0, received__gte=F("given"))),
            models.CheckConstraint(name="stock_valued", condition=Q(price__gt=0) & ~Q(valuation="")),
            models.CheckConstraint(name="stock_source", condition=Q(source__in=list(registry.SOURCES))),
            models.CheckConstraint(name="stock_purpose", condition=Q(purpose__in=list(registry.PURPOSES))),
        ]
        indexes = [models.Index(name="stock_path", fields=["org_path", "name"])]

    def __str__(self) -> str:
        return self.name

    @property
    def left(self) -> int:
        """How many remain."""
        return self.received - self.given


class StockMove(models.Model):
    """Pieces that came into a stock or were handed out of it, with the movement that books their value. Never changed.

    Taken back by withdrawing the movement. The key makes a call repeatable: sent twice, it is booked once.
    """

    stock = models.ForeignKey(Stock, models.PROTECT, related_name="moves")
    movement = models.OneToOneField(Movement, models.PROTECT, related_name="pieces")
    kind = models.CharField(max_length=5)
    pieces = models.BigIntegerField()
    key = models.CharField(max_length=100, unique=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="stock_move_kind", condition=Q(kind__in=list(registry.STOCK_MOVES))),
            models.CheckConstraint(name="stock_move_positive", condition=Q(pieces__gt=0)),
        ]


class Audit(models.Model):
    """An audit of one unit's money by another: planned, held with a report, closed when every finding is corrected."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(_("Subject of the audit"), max_length=120)
    planned_on = models.DateField(_("Planned for"))
    held_on = models.DateField(_("Held on"), null=True)
    report = models.TextField(_("Report"), blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("-planned_on", "-id")
        constraints = [models.CheckConstraint(name="audit_reported", condition=Q(held_on=None) | ~Q(report=""))]
        indexes = [models.Index(name="audit_path", fields=["org_path", "-planned_on"])]

    def __str__(self) -> str:
        return self.subject


class Finding(models.Model):
    """What an audit found: due by a day, corrected when those who audit confirm how."""

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="findings")
    text = models.CharField(pgettext_lazy("audit", "Finding"), max_length=400)
    amount = models.BigIntegerField(_("Amount concerned"), default=0)
    found_on = models.DateField()
    found_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due_on = models.DateField(_("To be corrected by"))
    correction = models.CharField(_("Correction"), max_length=400, blank=True)
    corrected_on = models.DateField(null=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                name="finding_corrected",
                condition=Q(corrected_on=None, confirmed_by=None) | (Q(corrected_on__isnull=False) & ~Q(correction="")),
            )
        ]
