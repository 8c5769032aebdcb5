"""Tables of the room: applications with what they use up, batches of payments and their lines."""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.access.models import ScopedManager
from unionhall.kernel.access.rules.lending import Hand, doer
from unionhall.kernel.flows.models import Record
from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib.text import Text
from unionhall.work.grants import flow, registry, rules
from unionhall.work.grants.rules import bank


class Application(Record):
    """One grant asked for one person or household, from the draft to the payment; see `flow.py`.

    `person` is whom it helps, `payee` who gets the money; paid to a unit (`to_unit`), the person answers for it and the account
    is that of `organization`. Goods bear their valuation, and `asked` is their value. `findings` are the reasons of the last
    judgement with the versions of the rules. Approved, it names the unit and the budget line that pay, with the line's source,
    purpose and year; the line holds the amount from then on.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    payee = models.ForeignKey(Person, models.PROTECT, related_name="+")
    household = models.CharField(max_length=80)
    kind = models.CharField(_("Kind"), max_length=40)
    months = ArrayField(models.DateField(), default=list, blank=True)
    matter = models.CharField(_("Place, project or case"), max_length=120, blank=True)
    basis = models.BigIntegerField(_("Sum of the papers"), default=0)
    goods = models.CharField(_("Goods and quantity"), max_length=200, blank=True)
    valuation = models.CharField(_("Valued by whom, by what"), max_length=200, blank=True)
    exclusion = models.CharField(_("Not aided because"), max_length=12, blank=True)
    happened_on = models.DateField(_("Day of the event"), null=True)
    entrants = models.PositiveIntegerField(_("How many took part"), null=True)
    to_unit = models.BooleanField(default=False)
    asked = models.BigIntegerField(_("Amount asked"))
    approved = models.BigIntegerField(_("Amount approved"), null=True)
    reason = models.CharField(_("Circumstances"), max_length=1000, blank=True)
    findings = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_on = models.DateField(null=True)
    submitted_on = models.DateField(null=True)
    funder = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    line = models.BigIntegerField(null=True)
    line_name = models.CharField(max_length=80, blank=True)
    funding = models.CharField(max_length=20, blank=True)
    purpose = models.CharField(max_length=20, blank=True)
    budget_year = models.PositiveSmallIntegerField(null=True)
    paid_on = models.DateField(null=True)
    recovered_on = models.DateField(null=True)
    screen = models.CharField(max_length=12, blank=True, db_default="")  # of the worker's five: where a draft was left

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(name="grants_application_reference", fields=["reference"]),
            models.CheckConstraint(
                name="grants_application_asked", condition=Q(asked__gt=0) | Q(asked=0, state__in=["draft", "withdrawn"])
            ),
            models.CheckConstraint(
                name="grants_application_decided",
                condition=~Q(state__in=list(flow.GRANTED))
                | Q(approved__gt=0, approved_by__isnull=False, funder__isnull=False, line__isnull=False),
            ),
            models.CheckConstraint(
                name="grants_application_four_eyes", condition=Q(approved_by=None) | ~Q(approved_by=F("created_by"))
            ),
            models.CheckConstraint(
                name="grants_application_goods", condition=Q(goods="", valuation="") | Q(state="draft") | ~Q(valuation="")
            ),
            models.CheckConstraint(name="grants_application_paid", condition=~Q(state="paid") | Q(paid_on__isnull=False)),
        ]
        indexes = [
            models.Index(name="grants_application_path", fields=["org_path", "-id"]),
            models.Index(name="grants_application_temporary", fields=["person"], condition=Q(kind="temporary")),
            models.Index(name="grants_application_to_pay", fields=["funder", "id"], condition=Q(state="approved")),
        ]

    @property
    def headline(self) -> str:
        """The line by which worklists name it; never the person's name."""
        return f"{self.programme} {self.reference}" if self.programme else self.reference

    @property
    def kind_name(self) -> Text:
        """What the programme calls its kind."""
        named = self.programme.options.get("grants", {}).get("kinds", []) if self.programme else []
        return next((Text(one["zh"], one["en"]) for one in named if one["code"] == self.kind), Text(self.kind, self.kind))

    @property
    def own(self) -> bool:
        """Whether the worker handed it in on the phone."""
        return self.created_by_id in {self.person_id, self.payee_id}

    @property
    def terms(self) -> rules.Terms:
        """What its programme asks of its kind."""
        assert self.programme is not None
        return registry.TERMS[self.programme.code][self.kind]


class Entitlement(models.Model):
    """Something that can be had once: a pupil's year, a household's month. Held by one application, let go when it fails.

    The index on `key` is what no race gets past: nobody is granted, and so paid, twice for one entitlement.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="entitlements")
    key = models.CharField(max_length=200)
    released_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="grants_entitlement_once", fields=["key"], condition=Q(released_on=None))]


class Cover(models.Model):
    """A person's part in a plan of the mutual aid for one edition: the fee, who paid it, and the days on which claims count."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    plan = models.CharField(_("Plan"), max_length=12, default="claim")
    payer = models.CharField(_("Fee paid by"), max_length=12, default="self")
    fee = models.BigIntegerField()
    joined_on = models.DateField()
    since = models.DateField()
    until = models.DateField()
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(name="grants_cover_once", fields=["person", "edition", "plan"]),
            models.CheckConstraint(name="grants_cover_days", condition=Q(since__gte=F("joined_on"), until__gt=F("since"))),
        ]
        indexes = [models.Index(name="grants_cover_path", fields=["org_path", "-id"])]

    @property
    def plan_name(self) -> Text:
        """The words of the plan."""
        return registry.PLANS[self.plan].name

    @property
    def payer_name(self) -> Text:
        """Who paid the fee, in words."""
        return registry.PAYERS[self.payer]


class Roll(models.Model):
    """Somebody on a roll whose standing grants ask for, such as a model worker: by which paper, from when, until when.

    It sets the standing while no other room keeps the roll; taken off with a reason, the row stays.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(_("Roll"), max_length=20)
    paper = models.CharField(_("Paper or certificate"), max_length=120)
    since = models.DateField(_("Since"))
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(name="grants_roll_once", fields=["person", "kind"], condition=Q(ended_on=None)),
            models.CheckConstraint(name="grants_roll_kind", condition=Q(kind__in=list(registry.ROLLS))),
            models.CheckConstraint(name="grants_roll_ended", condition=Q(ended_on=None) | ~Q(reason="")),
        ]
        indexes = [models.Index(name="grants_roll_path", fields=["org_path", "-id"])]


class UnitAccount(models.Model):
    """The account to which a unit's grants go; another one takes its place and the older stays on record.

    The number lies sealed, as persons' do: pages show it masked, and the bank file alone has it whole, each reading on record.
    By `mark` a payment knows it: another number or name is another mark, which tells neither.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    name = models.CharField(_("Name of the account"), max_length=120)
    bank = models.CharField(_("Bank and branch"), max_length=120)
    sealed = models.BinaryField()
    masked = models.CharField(_("Account number"), max_length=34)
    mark = models.CharField(max_length=64)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(name="grants_account_once", fields=["organization"], condition=Q(replaced_at=None))]
        indexes = [models.Index(name="grants_account_path", fields=["org_path", "-id"])]


class Posting(models.Model):
    """The public notice of one grant, from a day to a day: the least data, the name masked; taken down by the clock."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="postings")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    name = models.CharField(max_length=40)
    unit = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    posted_on = models.DateField()
    until_on = models.DateField()
    taken_down_on = models.DateField(null=True)

    class Meta:
        ordering = ("until_on", "id")
        constraints = [
            models.UniqueConstraint(name="grants_posting_once", fields=["application"], condition=Q(taken_down_on=None)),
            models.CheckConstraint(name="grants_posting_days", condition=Q(until_on__gte=F("posted_on"))),
        ]
        indexes = [models.Index(name="grants_posting_open", fields=["organization", "until_on"], condition=Q(taken_down_on=None))]


class Objection(Record):
    """What somebody says against a grant (an objection), or the applicant against its refusal (an appeal); see `flow.py`.

    Open, it holds the application: nothing is released, batched or sent to the bank. Who objects is not named here; an appeal
    is the applicant's. Decided by a person who did not decide the grant, with the reason.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="objections")
    kind = models.CharField(max_length=9)
    way = models.CharField(max_length=8)
    words = models.CharField(max_length=1000)
    received_on = models.DateField()
    decision = models.CharField(max_length=1000, blank=True)
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(name="grants_objection_reference", fields=["reference"]),
            models.UniqueConstraint(name="grants_appeal_once", fields=["application"], condition=Q(kind="appeal", state="taken")),
            models.CheckConstraint(name="grants_objection_kind", condition=Q(kind__in=["objection", "appeal"])),
            models.CheckConstraint(name="grants_objection_way", condition=Q(way__in=list(registry.WAYS))),
            models.CheckConstraint(
                name="grants_objection_decided",
                condition=Q(state="taken") | Q(decided_by__isnull=False, decided_on__isnull=False) & ~Q(decision=""),
            ),
        ]
        indexes = [models.Index(name="grants_objection_path", fields=["org_path", "-id"])]

    @property
    def headline(self) -> str:
        """The line by which worklists name it."""
        return f"{registry.CASES[self.kind]} {self.application.reference}"


class Batch(models.Model):
    """Payments that go to the bank together: draft, checked by a second person, exported by a third, settled by the bank's answer.

    A batch of goods goes the same way: the third person hands them out, the signed list is the answer. `parcel` says what each
    gift takes out of stock (`rules.parcels`), empty where the goods stand in none.

    A deputy takes a part for the lender (`maker_for` and so on) and counts as both; a trigger sees to it as well.

    `digest` is what the checker saw: payees, accounts and amounts. Any change empties it and asks for another check.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    reference = models.CharField(max_length=60, unique=True)
    form = models.CharField(max_length=5, default="money")
    parcel = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="draft")
    maker = models.ForeignKey(Person, models.PROTECT, related_name="+")
    maker_for = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    checker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    checker_for = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    checked_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    payer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    payer_for = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    exported_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    results = models.CharField(max_length=64, blank=True)  # sha256 of the answers that were taken in

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="grants_batch_form", condition=Q(form__in=list(registry.FORMS))),
            models.CheckConstraint(name="grants_batch_parcel", condition=Q(parcel=[]) | Q(form="goods")),
            models.CheckConstraint(name="grants_batch_state", condition=Q(state__in=list(registry.BATCH_STATES))),
            models.CheckConstraint(name="grants_batch_maker_checker", condition=Q(checker=None) | ~Q(checker=F("maker"))),
            models.CheckConstraint(
                name="grants_batch_payer", condition=Q(payer=None) | (~Q(payer=F("maker")) & ~Q(payer=F("checker")))
            ),
            models.CheckConstraint(
                name="grants_batch_checked",
                condition=Q(state__in=["draft", "dissolved"], checker=None, digest="")
                | Q(state="checked", checker__isnull=False) & ~Q(digest="")
                | Q(state__in=["exported", "settled"], checker__isnull=False, payer__isnull=False) & ~Q(digest=""),
            ),
        ]
        indexes = [models.Index(name="grants_batch_path", fields=["org_path", "-id"])]

    def __str__(self) -> str:
        return self.reference

    @property
    def hands(self) -> dict[str, Hand]:
        """Who took which part, and for whom."""
        parts = {
            "maker": (self.maker_id, self.maker_for_id),
            "checker": (self.checker_id, self.checker_for_id),
            "payer": (self.payer_id, self.payer_for_id),
        }
        return {part: Hand(person, behalf) for part, (person, behalf) in parts.items() if person is not None}

    @property
    def doers(self) -> dict[str, Text]:
        """The same by name: X, or X代Y; parts that nobody has taken yet are left out."""
        named = {
            "maker": (self.maker, self.maker_for),
            "checker": (self.checker, self.checker_for),
            "payer": (self.payer, self.payer_for),
        }
        return {part: doer(one.name, behalf.name if behalf else "") for part, (one, behalf) in named.items() if one}

    @property
    def stands(self) -> Text:
        """The name of its state."""
        return (registry.GOODS_STATES if self.form == "goods" else registry.BATCH_STATES)[self.state]


class Payment(models.Model):
    """One payment of a batch. What it pays to whom never changes (a trigger sees to it); taken out, another batch may carry it.

    `account` is a mark of the sealed account: another account is another mark. `masked` is what people see of it.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="payments")
    number = models.PositiveIntegerField()
    application = models.ForeignKey(Application, models.PROTECT, related_name="payments")
    payee = models.ForeignKey(Person, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    account = models.CharField(max_length=64)
    masked = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    state = models.CharField(max_length=8, default="pending")
    reason = models.CharField(max_length=200, blank=True)
    settled_on = models.DateField(null=True)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(name="grants_payment_number", fields=["batch", "number"]),
            models.UniqueConstraint(name="grants_payment_once", fields=["application"], condition=Q(state__in=["pending", "paid"])),
            models.CheckConstraint(name="grants_payment_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="grants_payment_state", condition=Q(state__in=list(registry.LINE_STATES))),
            models.CheckConstraint(name="grants_payment_reason", condition=~Q(state="rejected") | ~Q(reason="")),
        ]

    @property
    def reference(self) -> str:
        """By which the bank names it."""
        return f"{self.batch.reference}-{self.number}"

    @property
    def stands(self) -> Text:
        """The name of its state."""
        return (registry.GOODS_LINES if self.batch.form == "goods" else registry.LINE_STATES)[self.state]

    @property
    def content(self) -> bank.Content:
        """As the digest covers it."""
        return bank.Content(self.application_id, self.payee_id, self.name, self.account, self.amount)
