"""Persons, what is sealed about them, how to reach them, and what they are."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.lib import clock, copying
from unionhall.lib.text import Text


class Characters(Func):
    """A text as an array of its characters. Kept for the first migration, which indexed names by it."""

    template = "string_to_array(%(expressions)s, NULL)"
    arity = 1
    output_field = ArrayField(models.TextField())


class Kind(models.TextChoices):
    """Human or the house itself, which acts in jobs."""

    PERSON = "person", _("Person")
    HOUSE = "house", _("The house")


class Sex(models.TextChoices):
    """As identity cards state it."""

    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class Person(models.Model):
    """Somebody the unions know: member, cadre, applicant, relative.

    Registered once; corrected; perhaps erased (`erased_at`), after which the row stays as a nameless subject so that
    counts hold, and nothing about the person can be read. Entered twice and found out: the file that closes names the one that
    stays (`merged_into`), and is found no more. Identity values live in `Sealed`; here are only the masked
    tails and the keyed hashes by which an exact number finds its person. `home` is the unit that looks after the file.
    """

    kind = models.CharField(max_length=6, choices=Kind, default=Kind.PERSON)
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=100)
    name_pinyin = models.CharField(max_length=600, blank=True, editable=False, db_collation="C")
    name_initials = models.CharField(max_length=400, blank=True, editable=False)
    name_keys = ArrayField(models.TextField(), default=list, blank=True, editable=False)
    sex = models.CharField(_("Sex"), max_length=6, choices=Sex, blank=True)
    birth = models.DateField(_("Date of birth"), null=True, blank=True)
    id_last4 = models.CharField(max_length=4, blank=True, editable=False)
    phone_last4 = models.CharField(max_length=4, blank=True, editable=False)
    id_blind = models.BinaryField(max_length=16, null=True, editable=False)
    phone_blind = models.BinaryField(max_length=16, null=True, editable=False)
    home = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="people", verbose_name=_("Home unit"), db_index=False
    )  # the index of home and name serves it
    org_path = path_field(blank=True)
    registered_at = models.DateTimeField(editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("Person")
        constraints = [
            models.CheckConstraint(name="people_person_home", condition=Q(kind="house") | Q(home__isnull=False)),
            models.CheckConstraint(
                name="people_person_erased",
                condition=Q(erased_at=None) | Q(name="", birth=None, id_blind=None, phone_blind=None, id_last4="", phone_last4=""),
            ),
            models.UniqueConstraint(name="people_person_house", fields=["kind"], condition=Q(kind="house")),
            models.UniqueConstraint(name="people_person_id", fields=["id_blind"], condition=Q(id_blind__isnull=False)),
        ]
        indexes = [
            models.Index(name="people_person_scope", fields=["org_path", "name_pinyin"]),
            models.Index(name="people_person_pinyin", fields=["name_pinyin"]),
            models.Index(name="people_person_id4", fields=["id_last4", "org_path"]),
            models.Index(name="people_person_phone4", fields=["phone_last4", "org_path"]),
            models.Index(name="people_person_phone", fields=["phone_blind"]),
            models.Index(name="people_person_merged", fields=["merged_into"], condition=Q(merged_into__isnull=False)),
            models.Index(name="people_person_namesake", fields=["home", "name"]),
            GinIndex(name="people_person_keys", fields=["name_keys"]),
        ]

    def __str__(self) -> str:
        return str(_("(erased)")) if self.erased_at else self.name

    def __repr__(self) -> str:
        return f"<Person {self.pk}>"  # names stay out of logs and tracebacks


def columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows turned into one list a column, as unnest takes them."""
    return [[row[place] for row in rows] for place in range(width)]


class DataKeyQuerySet(models.QuerySet["DataKey"]):
    """Set-based writes, without RETURNING: the fence lets nobody read back what is outside the scope."""

    def insert(self, wraps: Sequence[tuple[int, bytes]], master: int) -> None:
        """First keys of persons: (person, wrapped)."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO people_datakey (person_id, wrapped, master, generation)"
                " SELECT person, wrapped, %s, 1 FROM unnest(%s::bigint[], %s::bytea[]) AS new(person, wrapped)",
                [master, copying.numbers(row[0] for row in wraps), copying.octets(row[1] for row in wraps)],
            )

    def rewrap(self, wraps: Sequence[tuple[int, bytes, bytes | None]], master: int, *, fresh_keys: bool) -> None:
        """The same or fresh keys under another master, and the keys of words, which stay the same: (person, wrapped, words)."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE people_datakey AS d SET wrapped = n.wrapped, words = n.words, master = %s, generation = d.generation + %s"
                " FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[]) AS n(person, wrapped, words) WHERE d.person_id = n.person",
                [master, int(fresh_keys), *columns(wraps, 3)],
            )

    def begin_words(self, wraps: Sequence[tuple[int, bytes]]) -> None:
        """First keys of words, (person, wrapped); who has got one meanwhile keeps it."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE people_datakey AS d SET words = new.words FROM unnest(%s::bigint[], %s::bytea[]) AS new(person, words)"
                " WHERE d.person_id = new.person AND d.words IS NULL",
                [copying.numbers(row[0] for row in wraps), copying.octets(row[1] for row in wraps)],
            )


class DataKey(models.Model):
    """The one key under which everything sealed of one person lies, itself wrapped by a master key of the house.

    Destroying it makes the person unreadable for good. `words` is a second key, wrapped alike and made with the first words in the
    trail, which cannot be sealed anew: no rotation replaces it. Row-level security: visible only inside the transaction's scope.
    """

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="+")
    wrapped = models.BinaryField(max_length=128)
    master = models.IntegerField(db_index=True)
    words = models.BinaryField(max_length=128, null=True)
    generation = models.IntegerField(default=1)  # rises when the values are sealed anew; each value names its own

    objects = DataKeyQuerySet.as_manager()

    def __repr__(self) -> str:
        return f"<DataKey of {self.person_id}>"


class SealedQuerySet(models.QuerySet["Sealed"]):
    """Set-based writes, without RETURNING."""

    def insert(self, rows: Sequence[tuple[int, str, bytes, str]]) -> None:
        """New values: (person, field, sealed, masked)."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO people_sealed (person_id, field, value, masked, sealed_at)"
                " SELECT person, field, value, masked, %s"
                " FROM unnest(%s::bigint[], %s::text[], %s::bytea[], %s::text[]) AS new(person, field, value, masked)",
                [
                    clock.now(),
                    copying.numbers(row[0] for row in rows),
                    copying.texts(row[1] for row in rows),
                    copying.octets(row[2] for row in rows),
                    copying.texts(row[3] for row in rows),
                ],
            )

    def replace(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """The same values sealed anew: (id, sealed)."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE people_sealed AS s SET value = new.value"
                " FROM unnest(%s::bigint[], %s::bytea[]) AS new(id, value) WHERE s.id = new.id",
                columns(rows, 2),
            )


class Sealed(models.Model):
    """One sensitive value of one person, encrypted and bound to its place; `masked` is what everybody in scope may see.

    Row-level security: visible only inside the transaction's scope.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)  # the constraint's index serves it
    field = models.CharField(max_length=40)
    value = models.BinaryField()
    masked = models.CharField(max_length=120, blank=True)
    sealed_at = models.DateTimeField()

    objects = SealedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="people_sealed_place", fields=["person", "field"])]

    def __repr__(self) -> str:
        return f"<Sealed {self.field} of {self.person_id}>"


class ContactQuerySet(models.QuerySet["Contact"]):
    """Set-based writes."""

    def insert(self, rows: Sequence[tuple[int, str, str]]) -> None:
        """Ways to reach persons, (person, way, field); those known already stay as they are."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO people_contact (person_id, way, field, preferred)"
                " SELECT person, way, field, field = way"
                " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS new(person, way, field)"
                " ON CONFLICT (person_id, field) DO NOTHING",
                [
                    copying.numbers(row[0] for row in rows),
                    copying.texts(row[1] for row in rows),
                    copying.texts(row[2] for row in rows),
                ],
            )


class Contact(models.Model):
    """A way to reach a person; the number or address itself lies in the sealed field that it names."""

    class Way(models.TextChoices):
        """The means."""

        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        WECHAT = "wechat", _("WeChat")
        POST = "post", pgettext_lazy("channel", "Post")

    person = models.ForeignKey(Person, models.PROTECT, related_name="contacts", db_index=False)  # the constraint's index serves it
    way = models.CharField(max_length=8, choices=Way)
    field = models.CharField(max_length=40)
    preferred = models.BooleanField(default=False)
    verified_on = models.DateField(null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="people_contact_field", fields=["person", "field"]),
            models.UniqueConstraint(name="people_contact_preferred", fields=["person", "way"], condition=Q(preferred=True)),
        ]


class Standing(models.Model):
    """What a person or a unit is from a day to a day: member, hardship household, model worker, standard met.

    Exactly one of `person` and `unit` is the subject; `organization` is where it holds. `since` is the first day,
    `until` the first day on which it no longer holds (none: still). Ended, never deleted.
    """

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="standings", db_index=False)
    unit = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="standings", db_index=False)
    kind = models.CharField(max_length=60)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    since = models.DateField()
    until = models.DateField(null=True)
    source_kind = models.CharField(max_length=80, blank=True)
    source_id = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_standing_subject",
                condition=Q(person__isnull=False, unit__isnull=True) | Q(person__isnull=True, unit__isnull=False),
            ),
            models.CheckConstraint(name="people_standing_dates", condition=Q(until=None) | Q(until__gt=F("since"))),
            models.UniqueConstraint(
                name="people_standing_person_now",
                fields=["person", "kind", "organization"],
                condition=Q(until=None, person__isnull=False),
            ),
            models.UniqueConstraint(
                name="people_standing_unit_now",
                fields=["unit", "kind", "organization"],
                condition=Q(until=None, unit__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="people_standing_kind", fields=["kind", "org_path", "since"]),
            models.Index(name="people_standing_person", fields=["person", "kind"]),
            models.Index(name="people_standing_unit", fields=["unit", "kind"], condition=Q(unit__isnull=False)),
        ]

    def ended(self, day: date) -> date:
        """The first day on which it no longer holds when it ends on `day`: it held at least on the day on which it began."""
        return max(day, self.since + timedelta(days=1))

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.since <= day and (self.until is None or day < self.until)


class Pair(models.Model):
    """Two files that are likely one person: found by a search, decided by a person, and then never asked again.

    Open (`verdict` is empty) until somebody says "different" or merges the two; an undone merging opens it again.
    """

    class Verdict(models.TextChoices):
        """What was decided."""

        OPEN = "", _("To be decided")
        DIFFERENT = "different", _("Two persons")
        MERGED = "merged", _("One person, merged")

    first = models.ForeignKey(Person, models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, models.PROTECT, related_name="+")
    probability = models.DecimalField(max_digits=7, decimal_places=6)
    agreed = models.JSONField(default=dict)  # field to the place of its grade, -1 for none, null for silence: lib/likeness.py
    found_on = models.DateField()
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.OPEN, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="people_pair_once", fields=["first", "second"]),
            models.CheckConstraint(name="people_pair_order", condition=Q(first__lt=F("second"))),
        ]
        indexes = [
            models.Index(name="people_pair_open", fields=["-probability", "id"], condition=Q(verdict="")),
            models.Index(name="people_pair_second", fields=["second"]),
        ]


class Merger(models.Model):
    """Two files made one: what changed places between them and which records went along, so that it can be taken back.

    `swapped` names the fields whose values the two files exchanged (the closed file keeps what the other had), `moved` the records
    by model and column, `stayed` those that the one that stays had already, `rooms` what each room noted for itself.
    """

    kept = models.ForeignKey(Person, models.PROTECT, related_name="+")
    gone = models.ForeignKey(Person, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    swapped = models.JSONField(default=list)
    moved = models.JSONField(default=dict)
    stayed = models.JSONField(default=dict)
    rooms = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="people_merger_gone", fields=["gone"], condition=Q(undone_at=None))]


class ConsentText(models.Model):
    """What somebody is asked to agree to, in the very words of one version. The database lets nobody change or delete one."""

    purpose = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    zh = models.TextField()
    en = models.TextField()
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(name="people_consenttext_once", fields=["purpose", "version"])]

    @property
    def words(self) -> Text:
        """The text in both languages."""
        return Text(self.zh, self.en)


class Consent(models.Model):
    """Somebody agreed to one version of a text, on the phone or on paper, and perhaps took it back; never deleted."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents", db_index=False)  # the constraint's index serves it
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="consents", db_index=False)
    given_at = models.DateTimeField()
    way = models.CharField(max_length=8)  # hall | paper
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="people_consent_open", fields=["person", "text"], condition=Q(withdrawn_at=None)),
        ]
        indexes = [models.Index(name="people_consent_of", fields=["person", "text"])]


class Confirmation(models.Model):
    """When one field of a person was last confirmed, by whom or what: one row a person and field, none while nobody has."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="confirmations", db_index=False)
    field = models.CharField(max_length=40)
    on = models.DateField()
    source = models.CharField(max_length=8)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="people_confirmation_field", fields=["person", "field"], include=["on"])]
