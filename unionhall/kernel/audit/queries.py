"""Reading the trail."""

from datetime import datetime

from django.db.models import QuerySet

from unionhall.kernel.audit import registry
from unionhall.kernel.audit.models import Head, Row


def trail(kind: str, subject_id: object) -> QuerySet[Row]:
    """Everything that was ever done to one record, oldest first: `trail("issues.issue", 7)`."""
    return Row.objects.filter(subject_kind=kind, subject_id=str(subject_id)).order_by("moment", "id")


def rows(
    *,
    actor: int | None = None,
    verb: str | None = None,
    kind: str | None = None,
    outcome: str | None = None,
    within: tuple[str, str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Row]:
    """Rows by any mixture of conditions, newest first. `within` is a range of paths (low included, high not), so is the time."""
    chosen = Row.objects.order_by("-moment", "-id")
    exact = {"actor": actor, "verb": verb, "subject_kind": kind, "outcome": outcome, "moment__gte": since, "moment__lt": until}
    chosen = chosen.filter(**{name: value for name, value in exact.items() if value is not None})
    if within is not None:
        chosen = chosen.filter(org_path__gte=within[0], org_path__lt=within[1])
    return chosen


def reads(
    *, kind: str | None = None, subject_id: object = None, reader: int | None = None, since: datetime | None = None
) -> QuerySet[Row]:
    """Who looked at which sensitive value, newest first; `details` name the field and the way (page, export, delivery)."""
    chosen = rows(verb=registry.READ, kind=kind, actor=reader, since=since)
    return chosen if subject_id is None else chosen.filter(subject_id=str(subject_id))


def heads() -> list[tuple[int, int, bytes]]:
    """The ends of all chains: shard, count, hash."""
    return [(head.shard, head.count, bytes(head.hash)) for head in Head.objects.order_by("shard")]


def size() -> int:
    """How many rows the trail has, from the heads."""
    return sum(count for _shard, count, _hash in heads())
