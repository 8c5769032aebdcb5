"""The run: some slices at a time, each lot in one transaction with its marks; a killed run goes on where it was committed."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.exchange import access, queries, registry
from unionhall.kernel.exchange.actions import check, run_job
from unionhall.kernel.exchange.models import Import, ImportFinding, ImportSlice
from unionhall.kernel.exchange.registry import ImportKind, Progress, Row, Unfit, Written
from unionhall.kernel.exchange.rules.values import Reader
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, garbage
from unionhall.lib.refusal import Conflict, Refused

AT_ONCE = 500  # rows that a page may be kept waiting for
TRIES = 4
MOST_TOGETHER = 8  # slices that one transaction writes at most; what a kill costs is written again
S = Import.State


class Ended(Exception):
    """Somebody else finished or stopped the run meanwhile."""


@transaction.atomic
def begin(*, import_id: int, by: Person) -> Import:
    """Confirm an import that was checked, or go on with one that was stopped; large ones run as a job.

    Raises NotVisible, Denied, Conflict when it is running or done already, Refused when no row could be written.
    """
    one = access.import_for_change(by, import_id)
    access_actions.require(by, queries.kind_of(one).permission, at=one.organization)
    if one.state not in {S.CHECKED, S.STOPPED}:
        raise Conflict(_("This import is running, or it is done already; nothing was done twice."))
    if not one.made + one.changed + one.same:
        raise Refused(_("No row of this file can be imported yet: mend what is named below."))
    one.state = S.RUNNING
    if one.total > AT_ONCE:
        one.job = run_job.start(
            "exchange.import",
            by=by,
            at=one.organization,
            title=_("Import: %(file)s") % {"file": one.file_name},
            language=get_language() or "zh-hans",
            one=one.pk,
        )
    one.save(update_fields=["state", "job"])
    return one


def finish_at_once(one: Import) -> Import:
    """Run a small import while the page waits; large ones are left to their job."""
    if one.state == S.RUNNING and one.total <= AT_ONCE:
        run(one.pk, check.Silent())
        one.refresh_from_db()
    return one


def write_job(by: Person, params: Mapping[str, int], progress: Progress) -> str:
    """The job `exchange.import`: also after its process was killed, and when the queue delivers it twice."""
    one = access.import_for(by, int(params["one"]))
    try:
        return run(one.pk, progress)
    except registry.Cancelled:
        Import.objects.filter(pk=one.pk, state=S.RUNNING).update(state=S.STOPPED)
        raise
    except Refused:
        Import.objects.filter(pk=one.pk, state=S.RUNNING).update(state=S.STOPPED)
        raise


def run(import_id: int, progress: Progress) -> str:
    """Write every slice that is not written yet, then draw up the receipt; returns it as a sentence."""
    one = Import.objects.select_related("organization", "started_by").get(pk=import_id)
    plan = planned(one)
    access_actions.require(one.started_by, plan.kind.permission, at=one.organization)
    done = 0
    numbers = list(one.slices.order_by("number").values_list("number", flat=True))
    for together in [numbers] if plan.kind.whole else lots(numbers):
        try:
            done += _in_spite_of_others(plan, together)
        except Ended:
            return ""
        progress.report(done, one.total)
    return finish(import_id)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What holds for every slice of a run."""

    one: Import
    kind: ImportKind
    key: bytes
    readers: dict[str, Reader]
    take: set[int]
    leave: set[int]


def planned(one: Import) -> _Plan:
    """What a run of an import needs for every slice."""
    kind = queries.kind_of(one)
    return _Plan(one, kind, access.key_of(one), queries.readers(one, kind), *queries.decided(one))


def lots(numbers: list[int]) -> Iterator[list[int]]:
    """Which slices go together: one, two, four, then eight at a time, so that progress shows at once and then costs little."""
    start, size = 0, 1
    while start < len(numbers):
        yield numbers[start : start + size]
        start, size = start + size, min(2 * size, MOST_TOGETHER)


def _in_spite_of_others(plan: _Plan, numbers: list[int]) -> int:
    """Write slices; somebody else's import that writes the same rows in the same moment is waited out."""
    for _time in range(TRIES - 1):
        try:
            return _slices(plan, numbers)
        except Conflict:
            continue
    return _slices(plan, numbers)


@garbage.resting()
@transaction.atomic
def _slices(plan: _Plan, numbers: list[int]) -> int:
    """Write those of some slices that are not written; returns how many rows they have.

    Raises Ended when the import no longer runs.
    """
    one = plan.one
    if Import.objects.select_for_update().filter(pk=one.pk, state=S.RUNNING).first() is None:
        raise Ended
    parts = list(ImportSlice.objects.filter(of=one, number__in=numbers).order_by("number"))
    waiting = [part for part in parts if part.written is None]
    if waiting:
        rows, told = _writable(plan, waiting)
        written, unfit = _written(one, plan.kind, rows)
        ImportFinding.objects.bulk_create([*told, *unfit])
        of: list[list[Written]] = [[] for _part in waiting]
        firsts = [part.first for part in waiting]
        for each in written:
            of[bisect_right(firsts, each.row) - 1].append(each)
        for part, mine in zip(waiting, of, strict=True):
            _mark(one, part, mine, plan.key)
    return sum(part.count for part in parts)


def _mark(one: Import, part: ImportSlice, written: list[Written], key: bytes) -> None:
    """Note with the slice what became of its rows, in the transaction that wrote them."""
    part.written = [[each.row, each.record, each.outcome] for each in written]
    before = {str(each.row): each.before for each in written if each.before is not None}
    part.before = access.seal(key, before, place=f"{one.pk}:{part.number}:before") if before else b""
    part.save(update_fields=["written", "before"])


def _writable(plan: _Plan, parts: list[ImportSlice]) -> tuple[list[Row], list[ImportFinding]]:
    """The rows of slices that the check let pass and the person did not leave out; a unit that is gone since is told."""
    one = plan.one
    span = (parts[0].first, parts[-1].last)
    said = ImportFinding.objects.filter(of=one, row__range=span, level__in=["error", "doubt"]).values_list("row", "level")
    out = {row for row, level in said if level == "error" or row not in plan.take} | plan.leave
    lines = (line for part in parts for line in queries.lines_of(one, part, plan.key) if line[0] not in out)
    rows, bad = queries.read_rows(plan.readers, lines)
    rows, unknown = queries.with_units(one, plan.kind, rows)
    return rows, [check.finding_row(one, finding) for finding in [*bad, *unknown]]


def _written(one: Import, kind: ImportKind, rows: list[Row]) -> tuple[list[Written], list[ImportFinding]]:
    """Let the room write the rows; one that became impossible since the check stays out, and the others go in."""
    unfit: list[ImportFinding] = []
    while rows:
        try:
            with transaction.atomic():
                written = list(kind.write(rows, at=one.organization, by=one.started_by, options=one.options, source=one.source))
        except Unfit as refusal:
            unfit.append(check.finding_row(one, refusal.finding, level="error"))
            remaining = [row for row in rows if row.number != refusal.finding.row]
            if len(remaining) == len(rows):
                raise ValueError(f"import {kind.code}: Unfit names a row that was not given") from refusal
            rows = remaining
            continue
        if sorted(each.row for each in written) != sorted(row.number for row in rows):
            raise ValueError(f"import {kind.code}: write must answer once for each row")
        return written, unfit
    return [], unfit


@transaction.atomic
def finish(import_id: int) -> str:
    """Draw up the receipt: every row of the file stands in exactly one of its counts. Also ends a stopped run for good."""
    one = Import.objects.select_for_update(of=("self",)).select_related("organization", "started_by").get(pk=import_id)
    if one.state not in {S.RUNNING, S.STOPPED}:
        return ""
    outcomes = _outcomes(one)
    take, leave = queries.decided(one)
    said: dict[int, set[str]] = {}
    for row, level in ImportFinding.objects.filter(of=one, level__in=["error", "doubt"]).values_list("row", "level"):
        said.setdefault(row, set()).add(level)
    out = Counter(_why_out(levels, row in take) for row, levels in said.items() if row not in outcomes and row not in leave)
    tally = Counter(outcomes.values())
    one.made, one.changed, one.same = tally["made"], tally["changed"], tally["same"]
    one.refused, one.doubtful = out["refused"], out["doubtful"]
    one.skipped = one.total - sum(tally.values()) - one.refused - one.doubtful
    one.state, one.finished_at = S.DONE, clock.now()
    one.save()
    counts = {name: getattr(one, name) for name in ("total", "made", "changed", "same", "doubtful", "refused", "skipped")}
    audit.record(one.started_by, "exchange.imported", one, at=one.organization, kind=one.kind, **counts)
    told = {name: f"{count:,}" for name, count in counts.items()}
    return _("Imported: %(made)s new, %(changed)s changed, %(same)s unchanged; %(refused)s refused.") % told


def _outcomes(one: Import) -> dict[int, str]:
    parts = ImportSlice.objects.filter(of=one).exclude(written=None).values_list("written", flat=True)
    return {row: outcome for written in parts if written is not None for row, _record, outcome in written}


def _why_out(levels: set[str], taken: bool) -> str:
    """Why a row that was not written stayed out; a doubtful one that was taken and not written was never reached."""
    if "error" in levels:
        return "refused"
    return "skipped" if taken else "doubtful"


@transaction.atomic
def end(*, import_id: int, by: Person) -> Import:
    """Be content with what a stopped run has written. Raises NotVisible, Conflict."""
    one = access.import_for_change(by, import_id)
    if one.state != S.STOPPED:
        raise Conflict(_("Only an import that was stopped can be ended here."))
    finish(one.pk)
    one.refresh_from_db()
    return one
