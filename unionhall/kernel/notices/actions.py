"""Telling people, and carrying what they are told out of the house."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Model
from django.utils import translation

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.notices import adapters, queries, registry, rules
from unionhall.kernel.notices.models import Consent, Delivery, Notice
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Contact, Person
from unionhall.kernel.people.registry import GONE
from unionhall.kernel.policies import queries as policies
from unionhall.lib import clock, dates, sm4
from unionhall.lib.keyring import KeysMissing
from unionhall.lib.refusal import NotVisible

LEASE = timedelta(minutes=5)
WAYS = {"sms": "phone", "email": "email", "wechat": "wechat"}


@transaction.atomic(savepoint=False)
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
    ID numbers in the words are hidden. Raises ValueError for a field that the kind does not declare; what fails here fails the
    caller's transaction as a whole.
    """
    if isinstance(to, Organization):
        return tell_units({to: context}, kind, record=record, audience=audience)
    persons = [to] if isinstance(to, Person) else list(to)
    return _write([(person.pk, None, record, context) for person in persons], kind)


@transaction.atomic(savepoint=False)
def tell_units(
    contexts: Mapping[Organization, Mapping[str, Any]], kind: str, *, record: Model | None = None, audience: str | None = None
) -> list[Notice]:
    """Tell many units at once, each with its own context."""
    told = queries.audience(contexts, audience or registry.kind(kind).audience)
    rows = [(person, unit, record, context) for unit, context in contexts.items() for person in told.get(unit.pk, [])]
    return _write(rows, kind)


@dataclass(frozen=True, slots=True)
class Telling:
    """One of many notices of a kind: to whom, about which record, in which words; `audience` as for `tell`."""

    to: Person | Organization
    record: Model
    context: Mapping[str, Any]
    audience: str = ""


@transaction.atomic(savepoint=False)
def tell_each(tellings: Sequence[Telling], kind: str) -> list[Notice]:
    """Tell many persons and units of a kind, each about its own record: as `tell` for each, in a fixed number of statements."""
    asked: dict[str, dict[int, Organization]] = {}
    for telling in tellings:
        if isinstance(telling.to, Organization):
            asked.setdefault(telling.audience or registry.kind(kind).audience, {})[telling.to.pk] = telling.to
    heard = {permission: queries.audience(units.values(), permission) for permission, units in asked.items()}
    rows: list[tuple[int, Organization | None, Model | None, Mapping[str, Any]]] = []
    for telling in tellings:
        to, about = telling.to, (telling.record, telling.context)
        if isinstance(to, Organization):
            persons = heard[telling.audience or registry.kind(kind).audience].get(to.pk, [])
            rows += [(person, to, *about) for person in persons]
        else:
            rows.append((to.pk, None, *about))
    return _write(rows, kind) if rows else []


def _write(rows: Sequence[tuple[int, Organization | None, Model | None, Mapping[str, Any]]], kind: str) -> list[Notice]:
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
    reachable = {person for person, way in ways if way == WAYS["wechat"]}
    willing = set(
        Consent.objects.filter(person__in=reachable, channel="wechat", kind=kind.code, left__gt=0).values_list(
            "person_id", flat=True
        )
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


def clear(record: Model, kinds: Iterable[str] | None = None, *, of: Person | None = None) -> int:
    """Take what is no longer true out of the inboxes (of one person): the task behind it is done.

    Waiting deliveries are dropped with it.
    """
    return clear_each([record], kinds, of=of)


def clear_each(records: Sequence[Model], kinds: Iterable[str] | None = None, *, of: Person | None = None) -> int:
    """The same for many records of one kind."""
    label = records[0]._meta.label_lower
    gone = Notice.objects.filter(record_kind=label, record_id__in=[record.pk for record in records], gone_at__isnull=True)
    if kinds is not None:
        gone = gone.filter(kind__in=list(kinds))
    if of is not None:
        gone = gone.filter(person=of)
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
    row = Delivery.objects.select_for_update().get(pk=delivery_id, state=Delivery.State.DEAD)
    for root in organizations.roots():
        access.require(by, "notices.manage", at=root)
    row.state, row.attempts, row.next_at, row.fault = Delivery.State.WAITING, 0, clock.now(), ""
    row.save(update_fields=["state", "attempts", "next_at", "fault"])
    audit.record(by, "notices.sent_again", row)
    return row


def deliver(limit: int = 200) -> int:
    """Send what is due; returns how many left. Several workers may run it at once: each row is leased to one of them."""
    sent = 0
    for delivery in _lease(limit):
        sent += _send(delivery)
    return sent


@transaction.atomic
def _lease(limit: int) -> list[Delivery]:
    """Take due rows for this worker. A worker that dies loses its lease; the row is tried again under the same key."""
    due = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=Delivery.State.WAITING, next_at__lte=clock.now()
    )
    rows = list(due.select_related("notice__person__home").order_by("next_at", "pk")[:limit])
    ids = [row.pk for row in rows]
    Delivery.objects.filter(pk__in=ids).update(next_at=clock.now() + LEASE, attempts=F("attempts") + 1)
    for row in rows:
        row.attempts += 1
    return rows


def _send(delivery: Delivery) -> bool:
    notice, channel = delivery.notice, delivery.channel
    if delivery.attempts > len(rules.WAITS) + 1:  # workers died over it, again and again
        _finish(delivery, Delivery.State.DEAD, fault="given up")
        return False
    if channel == "sms" and (later := _quiet_until(notice)) is not None:
        Delivery.objects.filter(pk=delivery.pk).update(next_at=later, attempts=F("attempts") - 1)
        return False
    try:
        address = _address(notice, channel)
    except KeysMissing:
        _retry(delivery, "keys missing")
        return False
    if not address:
        _finish(delivery, Delivery.State.DROPPED, fault="no address")
        return False
    with translation.override(access_queries.language_of(notice.person)):
        body = _with_link(notice) if channel == "email" else notice.body
        message = adapters.Message(address, notice.kind, notice.subject, body, str(delivery.key), notice.context)
    try:
        receipt = adapters.adapter(channel).send(message)
    except adapters.Rejected as no:
        _finish(delivery, Delivery.State.DEAD, fault=str(no))
        return False
    except adapters.Unreachable as no:
        _retry(delivery, str(no))
        return False
    _finish(delivery, Delivery.State.SENT, receipt=receipt)
    if channel == "wechat":
        Consent.objects.filter(person=notice.person, channel="wechat", kind=notice.kind, left__gt=0).update(left=F("left") - 1)
    return True


def _with_link(notice: Notice) -> str:
    """The text of a mail: below it the address of the page that it is about, where the house knows its own public address."""
    page = registry.page_of(notice.kind, notice.record_kind, notice.record_id) if notice.record_id is not None else ""
    origin = str(settings.ORIGIN).rstrip("/")
    return f"{notice.body}\n\n{origin}{page}" if origin and page else notice.body


def _address(notice: Notice, channel: str) -> str:
    """The sealed number or address, opened for this one message and written into the log of sensitive reads."""
    contacts = Contact.objects.filter(person=notice.person, way=WAYS[channel]).order_by("-preferred", "pk")
    contact = contacts.first()
    if contact is None or notice.person.erased_at is not None:
        return ""
    try:
        return people.reveal(by=None, person=notice.person, field=contact.field, reason=f"notice {notice.kind}", via="notice")
    except (NotVisible, sm4.Unreadable):  # the value is gone or was altered; both are on record
        return ""


def _quiet_until(notice: Notice) -> datetime | None:
    """When the night is over by the policy of the unit (of the person's, else); None by day, and for the house itself."""
    home = notice.organization or notice.person.home
    local = clock.now().astimezone(dates.SHANGHAI)
    if home is None:
        return None
    start, end = (policies.value(code, at=home, on=dates.today()).whole for code in ("notices.quiet_from", "notices.quiet_until"))
    later = rules.allowed_from(local, quiet_from=start, quiet_until=end)
    return later if later > local else None


def _retry(delivery: Delivery, fault: str) -> None:
    wait = rules.wait_after(delivery.attempts)
    if wait is None:
        _finish(delivery, Delivery.State.DEAD, fault=fault)
        return
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING).update(next_at=clock.now() + wait, fault=fault[:300])


def _finish(delivery: Delivery, state: str, *, fault: str = "", receipt: str = "") -> None:
    sent_at = clock.now() if state == Delivery.State.SENT else None
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING).update(
        state=state, fault=fault[:300], receipt=receipt[:120], sent_at=sent_at
    )


def forget(person: Person, records: Mapping[str, Sequence[int]]) -> None:
    """When a person is erased: what they were told goes, and what others were told about their records says nothing any more."""
    Notice.objects.filter(person=person).delete()
    for kind, numbers in records.items():
        told = list(Notice.objects.filter(record_kind=kind, record_id__in=numbers).exclude(context={}).only("pk", "context"))
        for notice in told:
            notice.context = dict.fromkeys(notice.context, GONE)
        Notice.objects.bulk_update(told, ["context"], batch_size=1000)
