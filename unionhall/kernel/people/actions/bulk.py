"""What is done to many persons at the price of one: standings set, one sealed field read for a payment file."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit import registry as verbs
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import access, registry, rules
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import DataKey, Person, Sealed, Standing
from unionhall.kernel.people.rules import NewPerson
from unionhall.lib import clock, constraints, copying, sm4, statement
from unionhall.lib.refusal import NotVisible, Refused


@dataclass(frozen=True, slots=True)
class NewStanding:
    """One of many standings of a kind: whose, where, and what it comes from."""

    person: Person
    organization: Organization
    source: Model


# One person in four parts of one statement.
PERSON = f"INSERT INTO people_person ({', '.join(people.COLUMNS)}) VALUES ({', '.join(['%s'] * len(people.COLUMNS))})"
KEY = "INSERT INTO people_datakey (person_id, wrapped, master, generation) VALUES (%s, %s, %s, 1)"
VALUES = """
INSERT INTO people_sealed (person_id, field, value, masked, sealed_at)
SELECT %s, field, value, masked, %s FROM unnest(%s::text[], %s::bytea[], %s::text[]) AS new(field, value, masked)
"""
CONTACTS = """
INSERT INTO people_contact (person_id, way, field, preferred)
SELECT %s, way, field, field = way FROM unnest(%s::text[], %s::text[]) AS new(way, field)
"""
ONCE = "people_person_id"  # the index by which a document number has one bearer


@sensitive_variables()
def take_up(new: NewPerson, *, number: int, by: Person | None) -> Person:
    """Register one person of whom `queries.bearers` has just said that nobody bears the number, under the key it gave.

    One prepared statement writes everything, with whatever else is gathered. Raises Refused for wrong data and Conflict where
    somebody else registers them at the same moment; where more is gathered, its statement breaks `ONCE`, and the caller says so.
    """
    ring, one = access.keys(), rules.check_new(new)
    row = people.row_of(number, one, new.home, ring)
    key, sealed = people.sealed_of(number, one, ring)
    contacts = [(people.WAYS[field], field) for field, _value, _mask in sealed if field in people.WAYS]
    try:
        with statement.gathered():
            statement.later(PERSON, row)
            statement.later(KEY, [number, key, ring.current])
            statement.later(VALUES, [number, clock.now(), *([cell[place] for cell in sealed] for place in range(3))])
            statement.later(CONTACTS, [number, [way for way, _field in contacts], [field for _way, field in contacts]])
    except IntegrityError as error:
        if constraints.broken(error) != ONCE:
            raise
        raise rules.overtaken() from None
    person = statement.record_of(Person, people.COLUMNS, row)
    person.home = new.home
    audit.record_all([audit.Act(by, "people.registered", f"people.person:{number}", new.home)])
    return person


@transaction.atomic
def set_standings(
    rows: Sequence[NewStanding], *, kind: str, since: date, until: date | None, by: Person | None
) -> Sequence[Standing]:
    """Write down what many persons are from a day on. Who is so already there on one of these days is passed over."""
    registry.standing_name(kind)
    rules.check_dates(since, until)
    list(Person.objects.select_for_update(of=("self",)).filter(pk__in={one.person.pk for one in rows}).order_by("pk"))
    spans: dict[tuple[int | None, int], list[tuple[date, date | None]]] = {}
    known = Standing.objects.filter(kind=kind, person__in={one.person.pk for one in rows})
    for person, place, start, end in known.values_list("person_id", "organization_id", "since", "until"):
        spans.setdefault((person, place), []).append((start, end))
    fresh = []
    for one in rows:
        held = spans.setdefault((one.person.pk, one.organization.pk), [])
        if rules.overlaps(held, since, until):
            continue
        held.append((since, until))
        fresh.append(
            Standing(
                kind=kind, person=one.person, organization=one.organization, org_path=one.organization.path, since=since,
                until=until, source_kind=one.source._meta.label_lower, source_id=str(one.source.pk),
            )
        )  # fmt: skip
    made = copying.insert(fresh)
    told = {"kind": kind, "since": since, "until": until}
    audit.record_all(
        audit.Act(by, "people.standing_set", one, at=one.organization, details={**told, "person": one.person_id}) for one in made
    )
    return made


class _Home(NamedTuple):
    """Where a person's file is looked after, as the trail wants it told."""

    pk: int
    path: str


def _opened(told: Iterable[tuple[int, int | None, str]], act: Callable[..., audit.Act]) -> Iterator[audit.Act]:
    """An act for each person whose value is about to be read, at the unit that looks after the file."""
    homes: dict[int, _Home] = {}
    for person, home, path in told:
        at = None if home is None else homes.get(home) or homes.setdefault(home, _Home(home, path))
        yield act(subject=f"{Person._meta.label_lower}:{person}", at=at)


@sensitive_variables()
def reveal_many(
    *, by: Person | None, persons: Collection[int], field: str, reason: str, via: str = "export"
) -> dict[int, str]:  # fmt: skip
    """One sealed field of many persons in the clear, for one reason; each read is on record, committed, before any is returned.

    Raises as `reveal`: NotVisible where one of them has no such value in the scope, Unreadable for an altered one.
    """
    registry.sealed_field(field)
    if not reason.strip():
        raise Refused(_("Give the reason for which you need this value."), field="reason")
    ring, wanted = access.keys(), set(persons)
    columns = ("person_id", "value", "person__home_id", "person__org_path")
    read = partial(audit.Act, by, verbs.READ, reason=reason, details={"field": field, "via": via})
    with transaction.atomic(durable=True), access.fence(by, "people.reveal"):
        sealed = list(Sealed.objects.filter(person__in=copying.among(wanted), field=field).values_list(*columns))
        held = DataKey.objects.filter(person__in=copying.among(wanted))
        keys = {person: (master, bytes(wrapped)) for person, master, wrapped in held.values_list("person_id", "master", "wrapped")}
        if {row[0] for row in sealed} != wanted or not wanted <= set(keys):
            raise NotVisible(_("There is no such value here."))
        audit.record_all(_opened([(person, home, path) for person, _value, home, path in sealed], read))
    told = {}
    for person, value, _home, _path in sealed:
        try:
            told[person] = access.unseal(access.opened(person, *keys[person], ring), person, field, bytes(value))
        except sm4.Unreadable:
            with transaction.atomic():
                audit.record(by, "people.unreadable", Person.objects.get(pk=person), outcome="failed", field=field)
            raise
    return told
