"""An import is taken back within a day, or thrown away before it began; old ones lose their rows."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.exchange import access, queries, registry
from unionhall.kernel.exchange.actions import check, run_job, write
from unionhall.kernel.exchange.models import Import, ImportFinding, ImportSlice
from unionhall.kernel.exchange.registry import ImportKind, Progress, Written
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Refused

WITHIN = timedelta(hours=24)
KEPT = timedelta(days=7)
S = Import.State


def may_undo(one: Import) -> bool:
    """Whether an import can still be taken back."""
    kind = registry.import_kinds().get(one.kind)
    if kind is None or kind.undo is None or one.finished_at is None or one.state != S.DONE:
        return False
    return clock.now() < one.finished_at + WITHIN and one.made + one.changed > 0


@transaction.atomic
def undo(*, import_id: int, by: Person) -> Import:
    """Begin to take an import back; large ones as a job. Raises NotVisible, Denied, Conflict past its day."""
    one = access.import_for_change(by, import_id)
    access_actions.require(by, queries.kind_of(one).permission, at=one.organization)
    if not may_undo(one):
        raise Conflict(_("This import can no longer be taken back: that is possible for 24 hours after it was done."))
    one.state = S.UNDOING
    if one.total > write.AT_ONCE:
        one.job = run_job.start(
            "exchange.undo",
            by=by,
            at=one.organization,
            title=_("Take back: %(file)s") % {"file": one.file_name},
            language=get_language() or "zh-hans",
            one=one.pk,
        )
    one.save(update_fields=["state", "job"])
    return one


def undo_at_once(one: Import) -> Import:
    """Take a small import back while the page waits; large ones are left to their job."""
    if one.state == S.UNDOING and one.total <= write.AT_ONCE:
        run(one.pk, check.Silent())
        one.refresh_from_db()
    return one


def undo_job(by: Person, params: Mapping[str, int], progress: Progress) -> str:
    """The job `exchange.undo`; cancelled or refused, what is left can be taken back by asking again."""
    one = access.import_for(by, int(params["one"]))
    try:
        return run(one.pk, progress)
    except (registry.Cancelled, Refused):
        Import.objects.filter(pk=one.pk, state=S.UNDOING).update(state=S.DONE)
        raise


def run(import_id: int, progress: Progress) -> str:
    """Take back slice by slice, the last first; a slice that was taken back is not touched again."""
    one = Import.objects.select_related("organization", "started_by").get(pk=import_id)
    kind = queries.kind_of(one)
    done = 0
    for number in one.slices.order_by("-number").values_list("number", flat=True):
        done += _slice(one, kind, number)
        progress.report(done, one.total)
    return _undone(import_id)


@transaction.atomic
def _slice(one: Import, kind: ImportKind, number: int) -> int:
    if Import.objects.select_for_update().filter(pk=one.pk, state=S.UNDOING).first() is None:
        return 0
    part = ImportSlice.objects.get(of=one, number=number)
    if part.written is None or part.undone_at is not None:
        return part.count
    before = access.unseal(access.key_of(one), part.before, place=f"{one.pk}:{number}:before") if bytes(part.before) else {}
    rows = [Written(row, record, outcome, before.get(str(row))) for row, record, outcome in part.written if outcome != "same"]
    assert kind.undo is not None
    stays = kind.undo(rows[::-1], at=one.organization, by=one.started_by, options=one.options) if rows else []
    ImportFinding.objects.bulk_create([check.finding_row(one, finding, level="stays") for finding in stays])
    part.undone_at = clock.now()
    part.save(update_fields=["undone_at"])
    return part.count


@transaction.atomic
def _undone(import_id: int) -> str:
    one = Import.objects.select_for_update(of=("self",)).select_related("organization", "started_by").get(pk=import_id)
    if one.state != S.UNDOING:
        return ""
    stays = ImportFinding.objects.filter(of=one, level="stays").values("row").distinct().count()
    taken_back = one.made + one.changed - stays
    one.told = {**one.told, "taken_back": taken_back, "stays": stays}
    one.state, one.undone_at = S.UNDONE, clock.now()
    one.save(update_fields=["told", "state", "undone_at"])
    audit.record(one.started_by, "exchange.import_undone", one, at=one.organization, taken_back=taken_back, stays=stays)
    return _("Taken back: %(back)s rows; %(stays)s stay.") % {"back": f"{taken_back:,}", "stays": f"{stays:,}"}


@transaction.atomic
def drop(*, import_id: int, by: Person) -> None:
    """Throw away an import that never began. Raises NotVisible, Conflict."""
    one = access.import_for_change(by, import_id)
    if one.state not in {S.READ, S.CHECKED}:
        raise Conflict(_("This import has begun: stop it, or take it back."))
    audit.record(by, "exchange.import_dropped", one, at=one.organization)
    one.delete()


def sweep() -> int:
    """After a week: imports that never began go, stopped ones end, and of all others the rows are destroyed with their key."""
    limit = clock.now() - KEPT
    old = Import.objects.filter(Q(finished_at__lt=limit) | Q(finished_at=None, created_at__lt=limit)).exclude(sealed_key=b"")
    swept = 0
    for one in old:
        if one.state in {S.READ, S.CHECKING, S.CHECKED}:
            one.delete()
        else:
            _destroy(one)
        swept += 1
    return swept


@transaction.atomic
def _destroy(one: Import) -> None:
    if one.state == S.STOPPED:
        write.finish(one.pk)
    if one.state in {S.RUNNING, S.UNDOING}:
        return  # its job is still at work, or will be taken up again
    ImportSlice.objects.filter(of=one).update(sealed=b"", before=b"")
    Import.objects.filter(pk=one.pk).update(sealed_key=b"")
