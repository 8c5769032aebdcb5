"""Every write about persons: registering, correcting, revealing, standings, erasing; changing keys lies beside it."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import access, registry, rules
from unionhall.kernel.people.actions import freshness, words
from unionhall.kernel.people.actions.rotation import rotate_keys as rotate_keys
from unionhall.kernel.people.models import Contact, DataKey, Kind, Person, Sealed, Standing
from unionhall.kernel.people.rules import AlreadyRegistered, Checked, Erased, NewPerson
from unionhall.lib import clock, constraints, copying, pinyin, sm4, statement
from unionhall.lib.keyring import Keyring
from unionhall.lib.refusal import Conflict, NotVisible, Refused

WAYS = {"phone": "phone", "phone_other": "phone", "email": "email", "wechat": "wechat", "address": "post"}
NAMES = "kind name name_pinyin name_initials name_keys sex birth id_last4 phone_last4 id_blind phone_blind"
COLUMNS = ("id", *NAMES.split(), "home_id", "org_path", "registered_at", "erased_at", "merged_into_id")


@dataclass(frozen=True)
class Registered:
    """What came of a list: who was taken up, in its order (None where refused), and the refusals with their places."""

    rows: list[tuple[Any, ...] | None] = dataclasses.field(repr=False)
    refused: list[tuple[int, Refused]]

    @property
    def keys(self) -> list[int | None]:
        """The primary keys of the persons."""
        return [None if row is None else row[0] for row in self.rows]

    @cached_property
    def people(self) -> list[Person | None]:
        """The persons themselves, made when somebody asks."""
        return [None if row is None else statement.record_of(Person, COLUMNS, row) for row in self.rows]


@sensitive_variables()
def register(
    *,
    by: Person | None,
    name: str,
    home: Organization,
    sex: str = "",
    birth: date | None = None,
    id_number: str = "",
    phone: str = "",
    sealed: Mapping[str, str] | None = None,
) -> Person:
    """Take up one person. Raises Refused with the field that is wrong; AlreadyRegistered for a known document number."""
    new = NewPerson(name=name, home=home, sex=sex, birth=birth, id_number=id_number, phone=phone, sealed=sealed or {})
    outcome = register_many([new], by=by)
    if outcome.refused:
        raise outcome.refused[0][1]
    assert outcome.people[0] is not None
    return outcome.people[0]


@sensitive_variables()
def register_many(new: Sequence[NewPerson], *, by: Person | None, known: Sequence[Checked] | None = None) -> Registered:
    """Take up many persons with a handful of statements; wrong ones are refused one by one, the others go in.

    `known` is what `rules.check_new` answered for each, where the caller has just asked it.
    Raises Conflict, and registers nobody, when another transaction registers one of them at the same moment.
    """
    ring = access.keys()
    checked, refused = _checked(new) if known is None else (dict(enumerate(known)), {})
    try:
        with transaction.atomic():
            blinds = _refuse_known(checked, refused, ring)
            rows = _people(new, checked, blinds, ring)
            _insert_sealed([(row[0], checked[index]) for index, row in rows.items()], ring)
            audit.record_all(
                [audit.Act(by, "people.registered", f"people.person:{row[0]}", new[i].home) for i, row in rows.items()]
            )
    except IntegrityError as error:
        if constraints.broken(error) != "people_person_id":
            raise
        raise rules.overtaken() from None
    return Registered([rows.get(index) for index in range(len(new))], sorted(refused.items()))


def _checked(new: Sequence[NewPerson]) -> tuple[dict[int, Checked], dict[int, Refused]]:
    checked: dict[int, Checked] = {}
    refused: dict[int, Refused] = {}
    for index, one in enumerate(new):
        for code in one.sealed:
            registry.sealed_field(code)
        try:
            checked[index] = rules.check_new(one)
        except Refused as refusal:
            refused[index] = refusal
    return checked, refused


def _refuse_known(checked: dict[int, Checked], refused: dict[int, Refused], ring: Keyring) -> dict[int, bytes]:
    """Refuse those whose document number is in the house already, or twice in the list; returns the others' keyed hashes."""
    blind = ring.blinder.blind
    blinds = {i: blind("id_number", one.id_number) for i, one in checked.items() if one.id_number}
    known = _numbers_known(list(blinds.values()))
    seen: set[bytes] = set()
    for index, number in blinds.items():
        if number in known or number in seen:
            refused[index] = AlreadyRegistered(known.get(number))
            del checked[index]
        seen.add(number)
    return blinds


def _numbers_known(blinds: Sequence[bytes]) -> dict[bytes, int]:
    """Which of these keyed hashes of document numbers belong to somebody already, and to whom."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_blind, id FROM people_person WHERE id_blind = ANY(%s::bytea[])", [copying.octets(blinds)])
        return {bytes(blind): person for blind, person in cursor.fetchall()}


def _people(
    new: Sequence[NewPerson], checked: dict[int, Checked], blinds: Mapping[int, bytes], ring: Keyring
) -> dict[int, tuple[Any, ...]]:
    """The rows of the persons, written by one COPY."""
    fresh = zip(copying.reserve("people_person", len(checked)), checked.items(), strict=True)
    rows = {index: row_of(number, one, new[index].home, ring, blinds.get(index)) for number, (index, one) in fresh}
    copying.copy("people_person", COLUMNS, rows.values())
    return rows


def row_of(number: int, one: Checked, home: Organization, ring: Keyring, blind: bytes | None = None) -> tuple[Any, ...]:
    """The row of a new person as `COLUMNS` name it."""
    reading, initials, keys = _spelled(one.name)
    return (
        number, "person", one.name, reading, initials, list(keys), one.sex, one.birth, one.id_number[-4:], one.phone[-4:],
        blind or (ring.blinder.blind("id_number", one.id_number) if one.id_number else None),
        ring.blinder.blind("phone", one.phone) if one.phone else None, home.pk, home.path, clock.now(), None, None,
    )  # fmt: skip


def _name(person: Person, name: str) -> None:
    person.name = name
    person.name_pinyin, person.name_initials, keys = _spelled(name)
    person.name_keys = list(keys)


@lru_cache(maxsize=65_536)
def _spelled(name: str) -> tuple[str, str, tuple[str, ...]]:
    """How a name is read, its initials, and by what it is found; names come again and again in a roster."""
    initials = " ".join(pinyin.initials(name))[:400].strip()
    return (pinyin.readings(name) or [""])[0], initials, (*pinyin.search_keys(name), *pinyin.grams(name))


def _number(person: Person, one: Checked, ring: Keyring) -> None:
    person.id_last4, person.phone_last4 = one.id_number[-4:], one.phone[-4:]
    person.id_blind = ring.blinder.blind("id_number", one.id_number) if one.id_number else None
    person.phone_blind = ring.blinder.blind("phone", one.phone) if one.phone else None


@sensitive_variables()
def _insert_sealed(given: Sequence[tuple[int, Checked]], ring: Keyring) -> None:
    """Seal everything of new persons under fresh keys; plain INSERTs without RETURNING, as the fence lets nobody read back."""
    keys: list[tuple[int, bytes]] = []
    values: list[tuple[int, str, bytes, str]] = []
    for person, one in given:
        wrapped, sealed = sealed_of(person, one, ring)
        keys.append((person, wrapped))
        values += [(person, *each) for each in sealed]
    DataKey.objects.insert(keys, ring.current)
    Sealed.objects.insert(values)
    Contact.objects.insert([(person, WAYS[field], field) for person, field, _value, _mask in values if field in WAYS])


@sensitive_variables()
def sealed_of(person: int, one: Checked, ring: Keyring) -> tuple[bytes, list[tuple[str, bytes, str]]]:
    """A fresh key for a new person, wrapped, and everything sealed under it: (field, value, mask)."""
    bare, wrapped = access.new_data_key(person, ring)
    told = {"id_number": one.id_number, "phone": one.phone, **one.sealed}
    return wrapped, [_sealed(bare, person, field, value, 1) for field, value in told.items() if value]


def _locked(person: Person) -> Person:
    """The person's row, locked. Raises NotVisible for none, Erased for an erased one."""
    found = Person.objects.select_for_update(of=("self",)).filter(pk=person.pk, kind=Kind.PERSON).first()
    if found is None:
        raise NotVisible(_("There is no such person here."))
    if found.erased_at is not None:
        raise Erased
    return found


@sensitive_variables()
@transaction.atomic
def correct(
    *,
    by: Person | None,
    person: Person,
    name: str | None = None,
    sex: str | None = None,
    birth: date | None = None,
    id_number: str | None = None,
    phone: str | None = None,
    sealed: Mapping[str, str] | None = None,
    reason: str = "",
) -> Person:
    """Change what is known; None leaves as it is, "" takes a sealed value away. The audit row names fields, never values."""
    ring, given = access.keys(), {"id_number": id_number, "phone": phone, **(sealed or {})}
    given = {field: value for field, value in given.items() if value is not None}
    for field in given:
        registry.sealed_field(field)
    kept = _locked(person)
    with access.fence(by, "people.correct"):
        renumbered = bool(id_number)  # then sex and birth follow from the new number, not from what was known
        one = rules.check(
            name=kept.name if name is None else name,
            sex=sex if sex is not None else "" if renumbered else kept.sex,
            birth=birth or (None if renumbered else kept.birth),
            id_number=id_number if id_number is not None else stored(kept, "id_number", ring),
            mobile=phone if phone is not None else stored(kept, "phone", ring),
            sealed=sealed or {},
        )
        _name(kept, one.name)
        _number(kept, one, ring)
        if kept.id_blind and Person.objects.exclude(pk=kept.pk).filter(id_blind=kept.id_blind).exists():
            raise AlreadyRegistered
        changed = [field for field, value in [("name", name), ("sex", sex), ("birth", birth)] if value is not None]
        kept.sex, kept.birth = one.sex or (kept.sex if sex is None else ""), one.birth or kept.birth
        kept.save()
        cleaned = {"id_number": one.id_number, "phone": one.phone, **one.sealed}
        _replace_sealed(kept, {field: cleaned.get(field, "") for field in given}, ring)
        if by is not None:  # the house compares nothing with a document
            freshness.forget(kept, [field for field, value in given.items() if not value])
            known = [*({"name"} & {*changed}), *[field for field, value in given.items() if value]]
            freshness.confirm([kept.pk], dict.fromkeys(known, "correct"), by=by)
        audit.record(by, "people.corrected", kept, reason=reason, fields=sorted([*changed, *given]))
    return kept


@sensitive_variables()
def stored(person: Person, field: str, ring: Keyring) -> str:
    """A sealed value inside an act that must compare with it, or "" where there is none."""
    sealed = Sealed.objects.filter(person=person, field=field).first()
    return "" if sealed is None else access.unseal(_data_key(person, ring)[0], person.pk, field, bytes(sealed.value))


def _data_key(person: Person, ring: Keyring) -> tuple[bytes, int]:
    """A person's bare key and its generation, made if there is none yet. Raises NotVisible outside the scope."""
    if not access.in_scope(person):
        raise NotVisible(_("There is no such person here."))
    key = DataKey.objects.filter(person=person).first()
    if key is None:
        DataKey.objects.insert([(person.pk, access.new_data_key(person.pk, ring)[1])], ring.current)
        key = DataKey.objects.get(person=person)
    return access.unwrap(key, ring), key.generation


@sensitive_variables()
def _replace_sealed(person: Person, values: Mapping[str, str], ring: Keyring) -> None:
    if not values:
        return
    bare, generation = _data_key(person, ring)
    Sealed.objects.filter(person=person, field__in=values).delete()
    Contact.objects.filter(person=person, field__in=[field for field, value in values.items() if not value]).delete()
    fresh = [(person.pk, *_sealed(bare, person.pk, field, value, generation)) for field, value in values.items() if value]
    Sealed.objects.insert(fresh)
    Contact.objects.insert([(person.pk, WAYS[field], field) for field, value in values.items() if value and field in WAYS])


def _sealed(bare: bytes, person: int, field: str, value: str, generation: int) -> tuple[str, bytes, str]:
    """A value as its row keeps it: field, sealed, masked."""
    return field, access.seal(bare, person, field, value, generation), registry.sealed_field(field).mask(value)


@sensitive_variables()
def reveal(*, by: Person | None, person: Person, field: str, reason: str, via: str = "page") -> str:
    """One sealed value in the clear, for a reason. The read is on record, committed, before the value is returned.

    Whether `by` may at all is the caller's question to `access`. Raises NotVisible outside the scope, Refused without a
    reason, KeysMissing without the house's keys, Unreadable for an altered value (which is put on record too), and
    RuntimeError inside another transaction, where the record could still be rolled back.
    """
    registry.sealed_field(field)
    if not reason.strip():
        raise Refused(_("Give the reason for which you need this value."), field="reason")
    ring = access.keys()
    with transaction.atomic(durable=True), access.fence(by, "people.reveal"):
        sealed = Sealed.objects.select_related("person").filter(person=person, field=field).first()
        key = DataKey.objects.filter(person=person).first()
        if sealed is None or key is None:
            raise NotVisible(_("There is no such value here."))
        audit.record_read(by, sealed.person, field=field, reason=reason, via=via)
    try:
        return access.unseal(access.unwrap(key, ring), key.person_id, field, bytes(sealed.value))
    except sm4.Unreadable:
        with transaction.atomic():
            audit.record(by, "people.unreadable", sealed.person, outcome="failed", field=field)
        raise


@transaction.atomic
def move_home(*, by: Person | None, person: Person, home: Organization, reason: str = "") -> Person:
    """Give a person's file into the care of another unit."""
    kept = _locked(person)
    if home.until is not None:
        raise Refused(_("The chosen unit is closed: choose one that exists."), field="home")
    old, kept.home, kept.org_path = kept.home_id, home, home.path
    kept.save(update_fields=["home", "org_path"])
    audit.record(by, "people.moved", kept, reason=reason, old=old, new=home.pk)
    return kept


@transaction.atomic
def set_standing(
    *,
    by: Person | None,
    subject: Person | Organization,
    kind: str,
    organization: Organization,
    since: date,
    until: date | None = None,
    source: Model | None = None,
    after: bool = False,
) -> Standing:
    """Write down what somebody or a unit is from a day on. Raises Conflict where it is so already on one of these days.

    With `after` it begins only when an earlier one there has ended, if that is later.
    """
    registry.standing_name(kind)
    rules.check_dates(since, until)
    if isinstance(subject, Person):
        own: dict[str, Model] = {"person": _locked(subject)}
    else:
        own = {"unit": Organization.objects.select_for_update(of=("self",)).get(pk=subject.pk)}
    spans = list(Standing.objects.filter(kind=kind, organization=organization, **own).values_list("since", "until"))
    if after:
        since = max([since, *(end for _begun, end in spans if end)])
    if rules.overlaps(spans, since, until):
        raise Conflict(_("This standing is already on record for these days."))
    standing = Standing(
        kind=kind, organization=organization, org_path=organization.path, since=since, until=until,
        source_kind=source._meta.label_lower if source else "", source_id=str(source.pk) if source else "", **own,
    )  # fmt: skip
    statement.insert(standing)
    audit.record(by, "people.standing_set", standing, at=organization, kind=kind, since=since, until=until, **_who(standing))
    return standing


@transaction.atomic
def end_standing(*, by: Person | None, standing: Standing, day: date, reason: str = "") -> Standing:
    """Let a standing no longer hold from a day on. Raises Conflict where it has ended already."""
    kept = Standing.objects.select_for_update(of=("self",)).select_related("organization").get(pk=standing.pk)
    if kept.until is not None:
        raise Conflict(_("This standing has already ended."))
    rules.check_dates(kept.since, day)
    kept.until = day
    kept.save(update_fields=["until"])
    audit.record(by, "people.standing_ended", kept, at=kept.organization, reason=reason, kind=kept.kind, until=day, **_who(kept))
    return kept


def _who(standing: Standing) -> dict[str, Any]:
    return {"person": standing.person_id} if standing.person_id else {"unit": standing.unit_id}


@transaction.atomic
def erase(*, by: Person | None, person: Person, reason: str) -> Person:
    """Make a person unreadable for good: the key and everything that names the person go, the subject of past counts stays.

    Raises Refused while a room needs the data: the law has them kept, or what they are there for has not ended (Personal
    Information Protection Law, article 47). Copies of the key in old backups become worthless when the master key they are
    wrapped with is dropped after a rotation.
    """
    kept = _locked(person)
    if reasons := registry.holds(kept):
        raise Refused(_("The data cannot be erased yet: %(reasons)s.") % {"reasons": "; ".join(str(one) for one in reasons)})
    for file in [kept, *Person.objects.select_for_update().filter(merged_into=kept, erased_at=None).order_by("pk")]:
        words.blank(file, by=by)
        audit.record(by, "people.erased", file, reason=reason)
    return kept
