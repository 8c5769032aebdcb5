"""Telling people, and carrying what they are told out of the house."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model

from unionhall.kernel.access import actions as access
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.notices import queries, registry, rules
from unionhall.kernel.notices.models import Consent, Delivery, Notice
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Contact, Person
from unionhall.lib import clock

LEASE = timedelta(minutes=5)
WAYS = {"sms": "phone", "email": "email", "wechat": "wechat"}


@transaction.atomic
def tell(
    to: Person | Organization | Iterable[Person],
    kind: str,
    *,
    record: Model | None = None,
    audience: str | None = None,
    **context: Any,
) -> list[Notice]:
    """Tell a person, some persons, or those of a unit who have the kind's permission (or the one named) there.

    The notice is part of the caller's transaction; what leaves the house leaves after the commit. Phone, account and
    ID numbers in the words are hidden. Raises ValueError for a field that the kind does not declare.
    """
    if isinstance(to, Organization):
        return tell_units({to: context}, kind, record=record, audience=audience)
    persons = [to] if isinstance(to, Person) else list(to)
    return _write([(person.pk, None, record, context) for person in persons], kind)


@transaction.atomic
def tell_units(
    contexts: Mapping[Organization, Mapping[str, Any]], kind: str, *, record: Model | None = None, audience: str | None = None
) -> list[Notice]:
    """Tell many units at once, each with its own context."""
    told = queries.audience(contexts, audience or registry.kind(kind).audience)
    rows = [(person, unit, record, context) for unit, context in contexts.items() for person in told.get(unit.pk, [])]
    return _write(rows, kind)


def _write(rows: list[tuple[int, Organization | None, Model | None, Mapping[str, Any]]], kind: str) -> list[Notice]:
    declared = registry.kind(kind)
    for _person, _unit, _record, context in rows:
        if set(context) != set(declared.fields):
            raise ValueError(f"notice {kind} takes {sorted(declared.fields)}, not {sorted(context)}")
    notices = [
        Notice(
            person_id=person,
            organization=unit,
            kind=kind,
            context={name: rules.hide(str(value)) for name, value in context.items()},
            record_kind=record._meta.label_lower if record is not None else "",
            record_id=record.pk if record is not None else None,
            created_at=clock.now(),
        )
        for person, unit, record, context in rows
    ]
    made = Notice.objects.bulk_create(notices, batch_size=1000)
    if declared.channels:
        _queue(made, declared)
    return made


def _queue(notices: list[Notice], kind: registry.Kind) -> None:
    """Write what must leave: one delivery for each channel by which the person can be reached and agreed to be."""
    persons = {notice.person_id for notice in notices}
    ways = set(
        Contact.objects.filter(person__in=persons, way__in=[WAYS[each] for each in kind.channels]).values_list("person_id", "way")
    )
    willing = set(
        Consent.objects.filter(person__in=persons, channel="wechat", kind=kind.code, left__gt=0).values_list("person_id", flat=True)
    )
    Delivery.objects.bulk_create(
        [
            Delivery(notice=notice, channel=channel, next_at=clock.now())
            for notice in notices
            for channel in kind.channels
            if (notice.person_id, WAYS[channel]) in ways and (channel != "wechat" or notice.person_id in willing)
        ],
        batch_size=1000,
    )


def clear(record: Model, kinds: Iterable[str] | None = None) -> int:
    """Take what is no longer true out of the inboxes: the task behind it is done. Waiting deliveries are dropped with it."""
    gone = Notice.objects.filter(record_kind=record._meta.label_lower, record_id=record.pk, gone_at__isnull=True)
    if kinds is not None:
        gone = gone.filter(kind__in=list(kinds))
    ids = list(gone.values_list("pk", flat=True))
    if not ids:
        return 0
    Delivery.objects.filter(notice__in=ids, state=Delivery.State.WAITING).update(state=Delivery.State.DROPPED, fault="gone")
    return Notice.objects.filter(pk__in=ids).update(gone_at=clock.now())


def see(by: Person, *, record: Model | None = None) -> int:
    """The person has seen the inbox, or the record behind a notice: nothing to tick off by hand."""
    rows = Notice.objects.filter(person=by, seen_at__isnull=True)
    if record is not None:
        rows = rows.filter(record_kind=record._meta.label_lower, record_id=record.pk)
    return rows.update(seen_at=clock.now())


@transaction.atomic
def consent(by: Person, kind: str, *, channel: str = "wechat") -> Consent:
    """Note that a person agreed to one more message of a kind."""
    registry.kind(kind)
    row, _made = Consent.objects.select_for_update().get_or_create(person=by, channel=channel, kind=kind)
    row.left = min(row.left + 1, 100)
    row.save(update_fields=["left"])
    return row


@transaction.atomic
def send_again(delivery_id: int, *, by: Person) -> Delivery:
    """Put a dead letter back on its way, under its old key."""
    row = Delivery.objects.select_for_update().select_related("notice__person__home").get(pk=delivery_id, state=Delivery.State.DEAD)
    for root in organizations.roots():
        access.require(by, "notices.manage", at=root)
    row.state, row.attempts, row.next_at, row.fault = Delivery.State.WAITING, 0, clock.now(), ""
    row.save(update_fields=["state", "attempts", "next_at", "fault"])
    audit.record(by, "notices.sent_again", row)
    return row
