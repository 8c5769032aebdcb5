"""What every change of a record is made of: the lock, the version check, the step on its timeline and in the audit trail."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as access
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows import queries, registry
from unionhall.kernel.flows.models import Record, Step
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, statement
from unionhall.lib.refusal import Conflict

PLACED = ("state", "state_since", "due_on", "paused_at", "version")


def lock(record: Record, *, seen: int | None = None, held: bool = False) -> None:
    """Lock the record's row and bring the instance up to date; Conflict if it moved since `seen` (else since it was loaded).

    With `held` the caller has just read the row under its lock: it is not read again.
    """
    known = record.version if seen is None else seen
    if not held:
        fresh = type(record)._base_manager.select_for_update(of=("self",)).get(pk=record.pk)
        for field in (*PLACED, "organization_id", "org_path"):
            setattr(record, field, getattr(fresh, field))
    if record.version != known:
        raise Conflict(_stale(record, since=known), code="stale")


def _stale(record: Record, *, since: int) -> str:
    step = queries.timeline(record).filter(version__gt=since).last()
    if step is None:
        return _("This record has changed since you opened it. Reload the page and try again.")
    return _("%(who)s changed this record at %(when)s (%(what)s). Reload the page and try again.") % {
        "who": step.who,
        "when": queries.local(step.at),
        "what": queries.sentence(record, step),
    }


def place(record: Record) -> dict[str, object]:
    """Where a record stands, to be kept in the step that moves it on and read back when the step is taken back."""
    return {
        "state": record.state,
        "state_since": record.state_since.isoformat(),
        "due_on": record.due_on and record.due_on.isoformat(),
        "paused_at": record.paused_at and record.paused_at.isoformat(),
    }


def save_place(record: Record, also: Sequence[str] = ()) -> None:
    """Write the columns that only this package writes, and `also` those that the room has filled in for the same act."""
    type(record)._base_manager.filter(pk=record.pk).update(**{field: getattr(record, field) for field in (*PLACED, *also)})


def write_step(
    record: Record,
    code: str,
    *,
    by: Person,
    at: Organization,
    old: str | None = None,
    reason: str = "",
    version: int | None = None,
    details: Mapping[str, object] | None = None,
    key: int | None = None,
) -> Step:
    """Add to the record's timeline and to the audit trail, for the lender where the right just asked for was lent."""
    step = statement.new(
        Step,
        pk=key,
        record_kind=registry.kind_of(record),
        record_id=record.pk,
        move=code,
        old=record.state if old is None else old,
        new=record.state,
        by=by,
        behalf_id=access.acting_for(by),
        at=clock.now(),
        organization=at,
        org_path=at.path,
        reason=reason.strip(),
        details=dict(details or {}),
        version=version,
    )
    statement.insert(step)
    flow = registry.flow_of(record)
    audit.record(
        by, f"{flow.code}.{code}", record, at=record.organization, reason=step.reason, old=step.old, new=step.new, step=step.pk
    )
    return step
